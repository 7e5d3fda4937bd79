import Foundation
@main struct CRM {
  static func main() {
    let path = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : "/tmp/x.sqlite"
    MainActor.assumeIsolated {
      do { try Interactive.run(database: path, themeFolders: ["themes"]) } catch { print(error) }
    }
  }
}
