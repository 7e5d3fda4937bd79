import CRMDomain
import CRMStore
import CRMSync
import CRMTerminal
import CRMTestSupport
import Synchronization
import TerminalKit
import V1Simulator

/// A rep's book and a simulated server at the same time, and the robot between them.
@MainActor final class SyncedBook {
  let book: TestBook
  let transport: DirectTransport
  /// Why no round can begin, if none can.
  let trouble = Trouble()
  /// Of the program the next robot starts.
  var environment = ["PATH": ""]
  /// The folder with the logins.
  var logins: String { book.folder + "/login" }

  init(clock: @escaping @Sendable () -> Instant = { TestBook.now }) throws {
    book = try TestBook(clock: clock)
    transport = DirectTransport(V1Server(.documented, now: TestBook.now))
  }

  /// The server behind the program's own way of keeping a login: a file.
  private var line: SyncLine {
    let (transport, folder, environment) = (transport, logins, environment)
    return SyncLine(
      connect: { [trouble] _ in
        if let sentence = trouble.sentence.withLock({ $0 }) { throw SyncFailure(sentence) }
        return transport
      },
      secrets: { settings in
        SecretStore(
          profile: settings.server + " " + settings.user, server: settings.server, folder: folder,
          command: settings.passwordCommand, environment: environment)
      })
  }

  final class Trouble: Sendable { let sentence = Mutex<String?>(nil) }

  func robot(_ size: Size = Size(80, 24)) -> Robot { Robot(book, size.columns, size.rows, line: line) }

  func logIn(_ robot: Robot, password: String = "admin") {
    robot.press("S", "L")
    fillIn("localhost:8000", password: password, robot)
  }

  /// Types a login into the empty form.
  func fillIn(_ server: String, password: String = "admin", _ robot: Robot) {
    robot.type(server)
    robot.press(.tab)
    robot.type("admin")
    robot.press(.tab)
    robot.type(password)
    robot.press(.control("s"))
  }

  var serverLeads: [V1Row] { transport.server.tables[.leads]?.all ?? [] }

  func add(_ lead: (inout Lead) -> Void = { _ in }) throws {
    var new = Lead()
    (new.firstName, new.lastName, new.email) = ("Ada", "Lovelace", "ada@x.example")
    lead(&new)
    try book.store.transact("New lead") { [new] in try $0.insert(new) }
  }

  /// Both sides give the first lead another company.
  func disagree(_ mine: String, _ theirs: String) throws {
    guard let lead = try book.all(Lead.self).first,
      let row = serverLeads.first(where: { $0["email"] == .string(lead.email) })
    else { return }
    try book.store.transact("Edit") { try $0.set(["company_name": .text(mine)], in: .lead, lead.id.rawValue) }
    transport.change { $0.change(.leads, row.id, ["company_name": .string(theirs)]) }
  }
}
