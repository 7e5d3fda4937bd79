import ArgumentParser
import CRMDomain
import CRMStore
import CRMSync
import Foundation
import V1Simulator

struct DemoServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo-server", abstract: "Run a made-up v1 server on this machine, to try synchronising with.",
    discussion: """
      It holds the demo book, answers this machine alone, and forgets everything when it ends. A personality is a way
      servers are known to behave, with their mistakes; the usual one does what v1's documentation says.

        crm demo-server
        crm demo-server --port 8000 --personality firstPublished --requests
      """.reflowed)

  @Option(help: ArgumentHelp("Listen on this port instead of any that is free.", valueName: "number"))
  var port = 0
  @Option(help: ArgumentHelp("Behave like this server.", valueName: "name"))
  var personality = Personality.documented
  @Flag(help: "Print each request.") var requests = false

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("A port is a number from 1 to 65535.") }
  }

  func run() throws {
    let signals = Self.holdSignals()
    let door = try open()
    if requests { door.onRequest { Self.print($0) } }
    try Output.print { output in
      let address = "http://localhost:\(door.port)"
      try output.line(address)
      try output.line("user demo, password demo")
      try output.line("To try it with a new book: crm login \(address) --user demo --db try.sqlite")
      try output.line("^C ends it.")
    }
    Self.wait(for: signals)
    door.shut()
  }

  private func open() throws -> Door {
    let now = CRMStore.systemClock()
    var server = V1Server(personality, now: now)
    var book = DemoBook(now: now, utcOffset: TimeZone.current.secondsFromGMT())
    if !book.users.isEmpty { book.users[0].username = "demo" }
    server.load(book, password: "demo")
    do {
      return try Door(server, port: port, clock: CRMStore.systemClock)
    } catch {
      throw CommandProblem("crm: port \(port): \(error). Choose another with --port.")
    }
  }

  private static func print(_ request: HTTPRequest) {
    do {
      try Output.print { try $0.line("\(request.method.rawValue) \(request.target)") }
    } catch {
      Output.complain("crm: \(error)")
    }
  }

  // MARK: Signals

  /// Holds back what ends a program, here and in the threads it will have, until `wait` asks for it.
  private static func holdSignals() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    return signals
  }

  private static func wait(for signals: sigset_t) {
    var signals = signals
    var signal: Int32 = 0
    sigwait(&signals, &signal)
  }
}

extension Personality: ExpressibleByArgument {}
