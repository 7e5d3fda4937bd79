import CRMDomain
import CRMStore
import CRMSync
import CRMTerminal
import CRMTestSupport
import Foundation
import Synchronization
import TerminalKit
import Testing
import V1Simulator

/// A rep and a server: logging in, seeing what waits, deciding.
@MainActor @Suite struct SyncTests {
  private let book: TestBook
  private let transport: DirectTransport

  init() throws {
    // Each look at the clock takes a tenth of a second, so that waits come to an end.
    let ticks = Atomic<Int64>(0)
    book = try TestBook(clock: {
      Instant(microseconds: TestBook.now.microseconds + 100_000 * ticks.add(1, ordering: .relaxed).newValue)
    })
    transport = DirectTransport(V1Server(.documented, now: TestBook.now))
  }

  /// The simulated server behind the program's own way of keeping a login: a file.
  private var line: SyncLine {
    let (transport, folder) = (transport, book.folder + "/login")
    @Sendable nonisolated func secrets(_ profile: SyncProfile) -> SecretStore {
      SecretStore(profile: profile.name, folder: folder, environment: ["PATH": ""])
    }
    return SyncLine(
      connect: { _ in transport }, secret: { try secrets($0).read() }, keep: { try secrets($0).keep($1, after: $2) },
      forget: { try secrets($0).forget() })
  }

  private func robot(_ columns: Int = 80, _ rows: Int = 24) -> Robot { Robot(book, columns, rows, line: line) }

  private func logIn(_ robot: Robot) {
    robot.press("S", "L")
    robot.type("localhost:8000")
    robot.press(.tab)
    robot.type("admin")
    robot.press(.tab)
    robot.type("admin")
    robot.press(.control("s"))
  }

  private func serverLeads() -> [V1Row] { transport.server.tables[.leads]?.all ?? [] }

  private func add(_ lead: (inout Lead) -> Void) throws {
    var new = Lead()
    (new.firstName, new.lastName, new.email) = ("Ada", "Lovelace", "ada@x.example")
    lead(&new)
    try book.store.transact("New lead") { [new] in try $0.insert(new) }
  }

  // MARK: Logging in

  @Test func withoutAServerThePanelSaysHowToBegin() {
    let robot = robot()
    robot.press(.escape, "S")
    #expect(robot.shows("No server yet"))
    robot.press("r")
    #expect(robot.foot.contains("no server yet"))
  }

  @Test func aLoginBringsTheRecordsOfTheServer() throws {
    transport.change { server in for number in 0..<3 { server.insertSample(.leads, number: number) } }
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    #expect(robot.shows("Synchronised: 3 new here"), "\(robot.screen)")
    #expect(robot.row("Sync ─").contains("http://localhost:8000 ─ as admin"))
    #expect(try book.count(.lead) == 3)
  }

  @Test func aWrongPasswordIsToldAndWhatWasTypedStays() {
    let robot = robot()
    robot.press(.escape, "S", "L")
    robot.type("localhost")
    robot.press(.tab)
    robot.type("admin")
    robot.press(.tab)
    robot.type("wrong")
    #expect(!robot.shows("wrong"))
    robot.press(.control("s"))
    #expect(robot.shows("Invalid credentials"), "\(robot.screen)")
    #expect(robot.shows("localhost") && robot.shows("·····"), "\(robot.screen)")
  }

  @Test func aBookWithRecordsIsAskedWhatBecomesOfThem() throws {
    try add { _ in }
    let robot = robot()
    logIn(robot)
    #expect(robot.shows("Match by e-mail"), "\(robot.screen)")
    robot.press(.enter)
    #expect(serverLeads().map { $0["last_name"] } == [.string("Lovelace")])
    robot.press("S")
    #expect(robot.shows("Nothing waits."))
  }

  @Test func onlyFetchingLeavesWhatIsHereAtHome() throws {
    try add { _ in }
    let robot = robot()
    logIn(robot)
    robot.press(.down, .down, .enter)
    #expect(serverLeads().isEmpty)
    #expect(try book.count(.lead) == 1)
  }

  // MARK: What waits

  @Test func whatWaitsIsCountedAboveAndListed() throws {
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    robot.press(.escape)
    try add { _ in }
    robot.settle()
    #expect(robot.lines[0].contains("⇅ 1 to send"), "\(robot.lines[0])")
    robot.press("S")
    #expect(robot.row("lead Ada Lovelace").contains("waits to be sent"), "\(robot.screen)")
    robot.press("d")
    #expect(robot.row("lead Ada Lovelace").contains("new"), "\(robot.screen)")
    #expect(serverLeads().isEmpty)
    robot.press("r")
    #expect(serverLeads().count == 1)
    #expect(!robot.lines[0].contains("to send"))
  }

  @Test func aRefusalIsShownWithTheServersWordsAndOpensTheFormAtTheField() throws {
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    try add { $0.email = "not an address" }
    robot.settle()
    robot.press("r")
    #expect(robot.row("lead Ada Lovelace").contains("Enter a valid email address"), "\(robot.screen)")
    #expect(robot.lines[0].contains("1 to look at"))
    robot.press("e")
    #expect(robot.row("Email").contains("▸"), "\(robot.screen)")
    for _ in 0..<20 { robot.press(.backspace) }
    robot.type("ada@x.example")
    robot.press(.control("s"), "r")
    #expect(serverLeads().map { $0["email"] } == [.string("ada@x.example")], "\(robot.screen)")
  }

  // MARK: Deciding

  private func conflict() throws -> Robot {
    transport.change { $0.insertSample(.leads, number: 1) }
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    let id = try #require(try book.all(Lead.self).first?.id)
    try book.store.transact("Edit") { try $0.set(["company_name": .text("Mine & Co")], in: .lead, id.rawValue) }
    transport.change { server in
      server.change(.leads, server.tables[.leads]?.all.first?.id ?? 0, ["company_name": .string("Theirs Ltd")])
    }
    robot.settle()
    robot.press("r")
    return robot
  }

  @Test func bothValuesAreShownAndMineIsOneKeyAway() throws {
    let robot = try conflict()
    #expect(try book.all(Lead.self).first?.companyName == "Theirs Ltd")
    robot.press(.enter)
    #expect(robot.row("Mine").contains("Mine & Co") && robot.row("Server").contains("Theirs Ltd"), "\(robot.screen)")
    robot.press("m")
    #expect(try book.all(Lead.self).first?.companyName == "Mine & Co")
    #expect(robot.shows("Nothing to decide"))
    robot.press(.escape, "r")
    #expect(serverLeads().first?["company_name"] == .string("Mine & Co"))
    robot.press("u")
    #expect(try book.all(Lead.self).first?.companyName == "Theirs Ltd")
  }

  @Test func anotherValueCanBeTyped() throws {
    let robot = try conflict()
    robot.press(.enter, "e")
    robot.type(" & Sons")
    robot.press(.enter)
    #expect(try book.all(Lead.self).first?.companyName == "Mine & Co & Sons")
  }

  @Test func aRuleDecidesFromThenOn() throws {
    let robot = try conflict()
    robot.press(.enter, "A", .down, .enter, "t", .escape)
    let id = try #require(try book.all(Lead.self).first?.id)
    try book.store.transact("Edit") { try $0.set(["company_name": .text("Again mine")], in: .lead, id.rawValue) }
    transport.change { server in
      server.change(.leads, server.tables[.leads]?.all.first?.id ?? 0, ["company_name": .string("Again theirs")])
    }
    robot.settle()
    robot.press("r", "r")
    #expect(try book.all(Lead.self).first?.companyName == "Again mine")
    #expect(serverLeads().first?["company_name"] == .string("Again mine"))
  }

  @Test func aRecordSaysWhereItStands() throws {
    let robot = try conflict()
    robot.press("2", .enter)
    #expect(robot.shows("conflict"), "\(robot.screen)")
  }

  // MARK: Ends

  @Test func anEmptiedServerStopsTheRoundUntilSomebodySaysSo() throws {
    transport.change { server in for number in 0..<15 { server.insertSample(.leads, number: number) } }
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    transport.change { server in for row in server.tables[.leads]?.all ?? [] { server.remove(.leads, row.id) } }
    robot.press("F")
    #expect(robot.shows("gone on the server at once"), "\(robot.screen)")
    #expect(try book.count(.lead) == 15)
    robot.press("D", .enter)
    #expect(try book.count(.lead) == 0)
  }

  @Test func aServerThatIsAwayLosesNothing() throws {
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    try add { _ in }
    for number in 1...12 { transport.disturb(number, .offline) }
    robot.settle()
    robot.press("r")
    #expect(robot.shows("Nothing is lost"), "\(robot.screen)")
    #expect(try book.count(.lead) == 1)
  }

  @Test func loggingOutKeepsTheRecordsAndWhatWaits() throws {
    transport.change { $0.insertSample(.leads, number: 1) }
    let robot = robot()
    robot.press(.escape)
    logIn(robot)
    robot.press("X", .enter, "r")
    #expect(robot.foot.contains("logged in") || robot.shows("Nobody is logged in"), "\(robot.screen)")
    #expect(try book.count(.lead) == 1)
  }

  @Test(arguments: [Size(80, 24), Size(40, 12), Size(200, 50)]) func thePanelFits(_ size: Size) throws {
    let robot = Robot(book, size.columns, size.rows, line: line)
    robot.press(.escape)
    logIn(robot)
    try add { $0.email = "not an address" }
    robot.settle()
    robot.press("r")
    for _ in 0..<3 { robot.press("j") }
    robot.press("d", .escape, "o", .escape, "L", .escape, .enter, .escape)
    #expect(robot.shows("Sync"))
  }
}
