import ArgumentParser

@main struct CRM: ParsableCommand {
  func run() throws { print("hi") }
}
