import CRMDomain
import CRMStore
import CRMTestSupport
import Foundation
import Synchronization
import TerminalKit
import Testing
import V1Simulator

@testable import CRMTerminal

/// A rep and a server: logging in, seeing what waits, deciding.
@MainActor @Suite struct SyncTests {
  private let synced: SyncedBook
  private var book: TestBook { synced.book }
  private var transport: DirectTransport { synced.transport }

  init() throws {
    // Each look at the clock takes a tenth of a second, so that waits come to an end.
    let ticks = Atomic<Int64>(0)
    synced = try SyncedBook(clock: {
      Instant(microseconds: TestBook.now.microseconds + 100_000 * ticks.add(1, ordering: .relaxed).newValue)
    })
  }

  /// Logged in to the server, on the panel, with nothing here before.
  private func loggedIn() -> Robot {
    let robot = synced.robot()
    robot.press(.escape)
    synced.logIn(robot)
    return robot
  }

  // MARK: Logging in

  @Test func withoutAServerThePanelSaysHowToBegin() {
    let robot = synced.robot()
    robot.press(.escape, "S")
    #expect(robot.shows("No server yet"))
    robot.press("r")
    #expect(robot.foot.contains("no server yet"))
    robot.press("a")
    #expect(robot.shows("such as crm.example.org"), "\(robot.screen)")
  }

  @Test func aLoginBringsTheRecordsOfTheServer() throws {
    transport.change { server in for number in 0..<3 { server.insertSample(.leads, number: number) } }
    let robot = loggedIn()
    #expect(robot.shows("Synchronised: 3 new here"), "\(robot.screen)")
    #expect(robot.row("Sync ─").contains("http://localhost:8000 ─ as admin"))
    #expect(try book.count(.lead) == 3)
    #expect(robot.lines[0].hasSuffix("admin"), "the rep is who is logged in")
  }

  @Test func aWrongPasswordIsToldAndWhatWasTypedStays() {
    let robot = synced.robot()
    robot.press(.escape)
    synced.logIn(robot, password: "wrong")
    #expect(!robot.shows("wrong"))
    #expect(robot.shows("Invalid credentials"), "\(robot.screen)")
    #expect(robot.shows("localhost") && robot.shows("·····"), "\(robot.screen)")
  }

  @Test func aBookWithRecordsIsAskedWhatBecomesOfThem() throws {
    try synced.add()
    let robot = synced.robot()
    synced.logIn(robot)
    #expect(robot.shows("same e-mail, deal or task"), "\(robot.screen)")
    robot.press(.enter)
    #expect(synced.serverLeads.map { $0["last_name"] } == [.string("Lovelace")])
    robot.press("S")
    #expect(robot.shows("Nothing waits."))
  }

  /// A round that began by itself while the question stood there brought everything in a second time.
  @Test(arguments: [false, true]) func noRoundBeginsBeforeTheQuestionIsAnswered(_ isPutOff: Bool) throws {
    transport.change { $0.insertSample(.leads, number: 1) }
    try synced.add { $0.email = "person1@example.com" }
    let robot = synced.robot()
    synced.logIn(robot)
    robot.settle()
    #expect(robot.shows("same e-mail, deal or task"), "\(robot.screen)")
    #expect(try book.count(.lead) == 1)
    if isPutOff {
      robot.press(.escape)
      try synced.add { $0.email = "other@x.example" }
      robot.settle()
      robot.press("S")
      #expect(robot.shows("what becomes of the records"), "\(robot.screen)")
      #expect(try synced.serverLeads.count == 1 && book.count(.lead) == 2)
      robot.press("r")
      #expect(robot.shows("same e-mail, deal or task"), "\(robot.screen)")
    }
    robot.press(.enter)
    #expect(robot.shows("1 matched"), "\(robot.screen)")
    let count = isPutOff ? 2 : 1
    #expect(try synced.serverLeads.count == count && book.count(.lead) == count, "\(robot.screen)")
  }

  @Test func onlyFetchingLeavesWhatIsHereAtHome() throws {
    try synced.add()
    let robot = synced.robot()
    synced.logIn(robot)
    robot.press(.down, .down, .enter)
    #expect(synced.serverLeads.isEmpty)
    #expect(try book.count(.lead) == 1)
  }

  // MARK: What waits

  @Test func whatWaitsIsCountedAboveAndListed() throws {
    let robot = loggedIn()
    robot.press(.escape)
    try synced.add()
    robot.settle()
    #expect(robot.lines[0].contains("⇅ 1 to send"), "\(robot.lines[0])")
    robot.press("S")
    #expect(robot.row("lead Ada Lovelace").contains("waits to be sent"), "\(robot.screen)")
    robot.press("d")
    #expect(robot.row("lead Ada Lovelace").contains("new"), "\(robot.screen)")
    #expect(synced.serverLeads.isEmpty)
    robot.press("r")
    #expect(synced.serverLeads.count == 1)
    #expect(!robot.lines[0].contains("to send"))
  }

  @Test func aRefusalIsShownWithTheServersWordsAndOpensTheFormAtTheField() throws {
    let robot = loggedIn()
    try synced.add { $0.email = "not an address" }
    robot.settle()
    robot.press("r")
    #expect(robot.row("lead Ada Lovelace").contains("Enter a valid email address"), "\(robot.screen)")
    #expect(robot.lines[0].contains("1 to look at"))
    robot.press("e")
    #expect(robot.row("Email").contains("▸"), "\(robot.screen)")
    for _ in 0..<20 { robot.press(.backspace) }
    robot.type("ada@x.example")
    robot.press(.control("s"), "r")
    #expect(synced.serverLeads.map { $0["email"] } == [.string("ada@x.example")], "\(robot.screen)")
  }

  @Test func whatIsNeverSentStaysWithWhatNeedsItUntilItIsSentAfterAll() throws {
    let robot = loggedIn()
    try book.store.transact("New") { writer in
      var contact = Contact()
      (contact.firstName, contact.lastName, contact.email) = ("Ada", "Lovelace", "ada@x.example")
      let id = try writer.insert(contact)
      var deal = Opportunity()
      (deal.name, deal.contact, deal.amount) = ("Engine", id, Money(hundredths: 500_00))
      deal.expectedCloseDate = Day(iso: "2026-12-24")
      _ = try writer.insert(deal)
    }
    robot.press(.escape, "S")
    #expect(robot.row("deal Engine").contains("waits for Ada Lovelace"), "\(robot.screen)")
    robot.press("g", "x")
    #expect(robot.shows("It stays only here, and with it 1 deal."), "\(robot.screen)")
    robot.press("n")
    #expect(robot.row("contact Ada Lovelace").contains("never sent, as you decided"), "\(robot.screen)")
    #expect(robot.row("deal Engine").contains("stays here: Ada Lovelace is not sent"), "\(robot.screen)")
    #expect(robot.shows("2 stay here") && !robot.lines[0].contains("⇅"), "\(robot.screen)")
    robot.press("r")
    #expect(transport.server.tables[.contacts]?.all.isEmpty == true)
    #expect(robot.row("▸").contains("stays here"), "\(robot.screen)")
    robot.press("t")
    #expect(robot.shows("Nothing waits."), "\(robot.screen)")
    #expect(transport.server.tables[.opportunities]?.all.count == 1)
  }

  @Test func whatIsLeftOutIsNeitherFetchedNorSent() throws {
    transport.change { server in
      server.insertSample(.leads, number: 1)
      server.insertSample(.tasks, number: 1)
    }
    let robot = loggedIn()
    try leaveOut("Leads", robot)
    let (leads, tasks) = (try book.count(.lead), try book.count(.task))
    transport.change { server in
      server.insertSample(.leads, number: 2)
      server.insertSample(.tasks, number: 2)
    }
    try synced.add()
    robot.settle()
    #expect(!robot.lines[0].contains("to send"), "\(robot.lines[0])")
    robot.press("r")
    #expect(try book.count(.task) == tasks + 1 && book.count(.lead) == leads + 1, "\(robot.screen)")
    #expect(synced.serverLeads.count == 2 && robot.shows("1 stays here"), "\(robot.screen)")
    #expect(robot.row("lead Ada Lovelace").contains("leads are not synchronised"), "\(robot.screen)")
    try leaveOut("Leads", robot)
    robot.press("r")
    #expect(synced.serverLeads.count == 3 && robot.shows("Nothing waits."), "\(robot.screen)")
    #expect(try book.count(.lead) == leads + 2)
  }

  /// Changes whether a kind is synchronised.
  private func leaveOut(_ label: String, _ robot: Robot) throws {
    robot.press("o")
    for _ in 0..<20 where !robot.shows("▸ \(label)") { robot.press(.tab) }
    try #require(robot.shows("▸ \(label)"), "\(robot.screen)")
    robot.press(" ", .control("s"))
  }

  @Test func thereMayBeSeveralAccountsAndTheScreensAreAboutOne() throws {
    transport.change { $0.insertSample(.leads, number: 1) }
    let robot = loggedIn()
    robot.press("a")
    #expect(robot.row("admin at http://localhost:8000").contains("shown and kept up to date"), "\(robot.screen)")
    robot.press(.down, .enter)
    synced.fillIn("127.0.0.1:8000", robot)
    #expect(robot.shows("Both sides may have records"), "\(robot.screen)")
    robot.press(.down, .down, .enter)
    #expect(robot.row("Sync ─").contains("http://127.0.0.1:8000 ─ as admin"), "\(robot.screen)")
    robot.press("a")
    #expect(robot.row("http://localhost:8000").contains("crm sync --profile default"), "\(robot.screen)")
    robot.press(.up, .enter)
    #expect(robot.row("Sync ─").contains("http://localhost:8000 ─ as admin"), "\(robot.screen)")
    let profiles = try book.store.read { try $0.syncProfiles() }
    #expect(profiles.map(\.name) == ["default", "admin@127.0.0.1:8000"])
    #expect(profiles.map(\.settings.isChosen) == [true, false])
  }

  /// A second account of the same name would send everything a second time.
  @Test func loggingInAgainAsAnotherAccountIsTheSameAccount() throws {
    let robot = loggedIn()
    try leaveOut("Tasks", robot)
    robot.press("a", .down, .enter)
    synced.fillIn("http://localhost:8000/", robot)
    #expect(robot.row("Sync ─").contains("http://localhost:8000 ─ as admin"), "\(robot.screen)")
    let profiles = try book.store.read { try $0.syncProfiles() }
    #expect(profiles.map(\.name) == ["default"] && profiles[0].settings.leavesOut == [.task])
  }

  /// Logs in with the form that has the account's server and user in it.
  private func logInAgain(_ robot: Robot, at server: String) {
    robot.press("L", .backTab, .backTab, .control("u"))
    robot.type(server)
    robot.press(.tab, .tab)
    robot.type("admin")
    robot.press(.control("s"))
  }

  /// What was made here for one server went to the other one.
  @Test func aLoginAtAnotherServerIsAFurtherAccount() throws {
    let robot = loggedIn()
    try leaveOut("Tasks", robot)
    logInAgain(robot, at: "127.0.0.1:8000")
    #expect(robot.shows("Not admin at http://localhost:8000"), "\(robot.screen)")
    #expect(try book.store.read { try $0.syncProfiles() }.count == 1, "nothing is kept before that is answered")
    robot.press(.enter)
    #expect(robot.row("Sync ─").contains("http://127.0.0.1:8000 ─ as admin"), "\(robot.screen)")
    let profiles = try book.store.read { try $0.syncProfiles() }
    #expect(profiles.map(\.settings.server) == ["http://localhost:8000", "http://127.0.0.1:8000"])
    #expect(profiles.map(\.settings.leavesOut) == [[.task], []])
  }

  @Test func aServerThatHasMovedKeepsItsAccountAndNotItsLogin() throws {
    let robot = loggedIn()
    try leaveOut("Tasks", robot)
    logInAgain(robot, at: "127.0.0.1:8000")
    robot.press(.down, .enter)
    #expect(robot.row("Sync ─").contains("http://127.0.0.1:8000 ─ as admin"), "\(robot.screen)")
    let profiles = try book.store.read { try $0.syncProfiles() }
    #expect(profiles.map(\.name) == ["default"] && profiles[0].settings.leavesOut == [.task])
    let files = try FileManager.default.contentsOfDirectory(atPath: synced.logins)
    #expect(files.count == 1 && files[0].contains("127.0.0.1"), "\(files)")
  }

  /// Books come from colleagues: what one says must not run because it was opened.
  @Test func aCommandThatCameWithTheBookRunsOnlyAfterTheRepSaidSo() throws {
    let command = "/bin/echo ran >>\(book.folder)/ran; /bin/echo not-a-token"
    try book.store.transact("") { writer in
      var settings = SyncProfile.Settings()
      (settings.server, settings.user, settings.passwordCommand) = ("http://localhost:8000", "admin", command)
      try writer.saveSyncProfile("default", settings)
    }
    let robot = synced.robot(Size(120, 24))
    robot.press(.escape, "S", "r")
    #expect(robot.foot.contains("was not set on this computer"), "\(robot.screen)")
    robot.press("o", .control("s"))
    #expect(robot.shows("Run this command here?") && robot.shows("/bin/echo ran"), "\(robot.screen)")
    robot.press("c", "r")
    #expect(robot.foot.contains("was not set on this computer"), "\(robot.screen)")
    #expect(!FileManager.default.fileExists(atPath: book.folder + "/ran"))
    robot.press("o", .control("s"), "r", "r")
    #expect(FileManager.default.fileExists(atPath: book.folder + "/ran"), "\(robot.screen)")
  }

  @Test func aCommandThatIsTypedHereRuns() throws {
    let robot = loggedIn()
    robot.press("o")
    for _ in 0..<20 where !robot.shows("▸ Login command") { robot.press(.tab) }
    robot.type("exit 3")
    robot.press(.control("s"))
    #expect(robot.foot.contains("Sync settings saved"), "\(robot.screen)")
    robot.press("r")
    #expect(robot.foot.contains("password_command failed with status 3"), "\(robot.screen)")
  }

  @Test func thePanelSaysHowMuchWasAskedAndHowMuchIsAllowed() {
    transport.change { server in (server.quirks.userLimit, server.quirks.tellsUserLimit) = (1000, true) }
    let robot = loggedIn()
    #expect(robot.row("Nothing waits.").contains("requests in the last hour, 9"), "\(robot.screen)")
    #expect(robot.row("Nothing waits.").contains("of 1,000 left"), "\(robot.screen)")
  }

  // MARK: Deciding

  private func conflict() throws -> Robot {
    transport.change { $0.insertSample(.leads, number: 1) }
    let robot = loggedIn()
    try synced.disagree("Mine & Co", "Theirs Ltd")
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
    #expect(synced.serverLeads.first?["company_name"] == .string("Mine & Co"))
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
    try synced.disagree("Again mine", "Again theirs")
    robot.settle()
    robot.press("r", "r")
    #expect(try book.all(Lead.self).first?.companyName == "Again mine")
    #expect(synced.serverLeads.first?["company_name"] == .string("Again mine"))
  }

  /// It was settled by the rule, and what was written last was lost.
  @Test func aRuleLeavesAloneWhatWasWrittenSince() throws {
    let robot = try conflict()
    let lead = try #require(try book.all(Lead.self).first).id.rawValue
    try book.store.transact("Edit") { try $0.set(["company_name": .text("Written since")], in: .lead, lead) }
    robot.settle()
    robot.press("r", .enter)
    #expect(robot.row("Now  ").contains("Written since"), "\(robot.screen)")
    #expect(robot.row("Server  ").contains("Theirs Ltd") && !robot.shows("shown now"), "\(robot.screen)")
    robot.press("A", .down, .enter, .escape, "r")
    #expect(try book.all(Lead.self).first?.companyName == "Written since")
    #expect(synced.serverLeads.first?["company_name"] == .string("Written since"))
    #expect(robot.row("lead First1 Last1").contains("changed on both sides"), "\(robot.screen)")
  }

  /// The names of other contacts stood there: those that have the numbers here that these have on the server.
  @Test func aContactOnBothSidesIsShownByItsOwnName() throws {
    transport.change { server in
      for number in 1...3 { server.insertSample(.contacts, number: number) }
      server.insertSample(.opportunities, number: 1)
    }
    let robot = synced.robot()
    robot.press(.escape)
    for name in ["Here", "There", "Elsewhere"] {
      try book.store.transact("New") { writer in
        var contact = Contact()
        contact.lastName = name
        _ = try writer.insert(contact)
      }
    }
    synced.logIn(robot)
    robot.press(.down, .down, .enter)
    let mine = try #require(try book.all(Contact.self).first { $0.lastName == "Last2" }).id
    let deal = try #require(try book.all(Opportunity.self).first).id.rawValue
    try book.store.transact("Edit") { try $0.set(["contact": mine.fieldValue], in: .opportunity, deal) }
    transport.change { $0.change(.opportunities, 1, ["contact": .integer(3)]) }
    robot.settle()
    robot.press("S", "r", .enter)
    #expect(robot.row("Before  ").contains("First1 Last1"), "\(robot.screen)")
    #expect(robot.row("Mine  ").contains("First2 Last2") && robot.row("Server  ").contains("First3 Last3"))
    robot.press("e", .enter)
    #expect(try book.all(Opportunity.self).map(\.contact) == [mine])
  }

  @Test func aFieldOfAContactThatWasKeptShowsMineAndDeletesNothing() throws {
    transport.change { server in
      server.insertSample(.contacts, number: 1)
      server.insertSample(.opportunities, number: 1)
    }
    let robot = loggedIn()
    let contact = try #require(try book.all(Contact.self).first).id.rawValue
    try book.store.transact("Edit") { try $0.set(["company_name": .text("Mine & Co")], in: .contact, contact) }
    robot.press("3", "D", "S", "r", .enter)
    robot.press("e")
    #expect(robot.foot.contains("m or t decides"), "\(robot.foot)")
    robot.press(.down)
    #expect(robot.row("Mine  ").contains("Mine & Co") && robot.row("Mine  ").contains("m takes it"), "\(robot.screen)")
    #expect(robot.row("Now  ").contains("Company 1"), "\(robot.screen)")
    robot.press("m")
    #expect(robot.shows("First1 Last1, company: mine"), "\(robot.screen)")
    #expect(try book.count(.contact) == 1 && book.count(.opportunity) == 1)
    #expect(try book.all(Contact.self).first?.companyName == "Mine & Co")
  }

  @Test func deletingAContactAsksWhetherItsDealsGoToo() throws {
    transport.change { server in
      server.insertSample(.contacts, number: 1)
      server.insertSample(.opportunities, number: 1)
    }
    let robot = loggedIn()
    robot.press("3", "D")
    #expect(try book.count(.contact) == 0)
    robot.press("S", "r")
    #expect(robot.row("First1 Last1").contains("deleted here, but it has deals"), "\(robot.screen)")
    #expect(try book.count(.contact) == 1 && book.count(.opportunity) == 1)
    robot.press(.enter)
    #expect(robot.row("Mine").contains("delete it and its deals"))
    robot.press("m")
    #expect(robot.shows("Delete First1 Last1 and its deals"), "\(robot.screen)")
    #expect(try book.count(.contact) == 0 && book.count(.opportunity) == 0)
    robot.press(.escape, "r")
    transport.change { server in
      #expect(server.tables[.contacts]?.all.isEmpty == true && server.tables[.opportunities]?.all.isEmpty == true)
    }
    robot.press("u")
    #expect(try book.count(.contact) == 1 && book.count(.opportunity) == 1)
  }

  @Test func aRecordSaysWhereItStands() throws {
    let robot = try conflict()
    robot.press("2", .enter)
    #expect(robot.shows("conflict"), "\(robot.screen)")
  }

  // MARK: Ends

  @Test func anEmptiedServerStopsTheRoundUntilSomebodySaysSo() throws {
    transport.change { server in for number in 0..<15 { server.insertSample(.leads, number: number) } }
    let robot = loggedIn()
    transport.change { server in for row in server.tables[.leads]?.all ?? [] { server.remove(.leads, row.id) } }
    robot.press("F")
    #expect(robot.shows("gone on the server at once"), "\(robot.screen)")
    #expect(try book.count(.lead) == 15)
    robot.press("D", .enter)
    #expect(try book.count(.lead) == 0)
  }

  @Test func aServerThatIsAwayLosesNothing() throws {
    let robot = loggedIn()
    try synced.add()
    for number in 1...12 { transport.disturb(number, .offline) }
    robot.settle()
    robot.press("r")
    #expect(robot.shows("Nothing is lost"), "\(robot.screen)")
    #expect(try book.count(.lead) == 1)
  }

  @Test func loggingOutSaysWhatGivesALoginAllTheSame() {
    synced.environment = ["PATH": "", "CRM_REFRESH_TOKEN": "given", "CRM_SERVER": "http://localhost:8000"]
    let robot = synced.robot(Size(120, 24))
    robot.press(.escape)
    synced.logIn(robot)
    #expect(robot.shows("Nothing new on either side"), "\(robot.screen)")
    robot.press("X", .enter)
    #expect(robot.foot.contains("Logged out. CRM_REFRESH_TOKEN still gives a login"), "\(robot.screen)")
  }

  @Test func certificatesAreFoundInTheHomeFolder() {
    var settings = SyncProfile.Settings()
    settings.caFile = "~/ca.pem"
    #expect(settings.transportOptions.certificates == NSHomeDirectory() + "/ca.pem")
  }

  @Test func whatBecomesOfTheRecordsIsDecidedWholeOrNotAtAll() throws {
    try synced.add()
    var settings = SyncProfile.Settings()
    settings.asksAboutMeeting = true
    let id = try book.store.transact("") { [settings] in try $0.saveSyncProfile("default", settings) }
    // An account that is not there has no outbox: what follows the settings fails.
    let stranger = SyncProfile(id: id + 1, name: "default", settings: settings)
    #expect(throws: StoreProblem.self) { try SyncLine.meet(.keepBoth, stranger, book.store) }
    let profile = try #require(try book.store.read { try $0.syncProfiles() }.first)
    #expect(profile.settings.asksAboutMeeting)
    #expect(try SyncLine.meet(.keepBoth, profile, book.store) == 1)
    #expect(try book.store.read { try $0.syncProfiles() }.first?.settings.asksAboutMeeting == false)
  }

  @Test func loggingOutKeepsTheRecordsAndWhatWaits() throws {
    transport.change { $0.insertSample(.leads, number: 1) }
    let robot = loggedIn()
    try synced.add()
    robot.settle()
    robot.press("X", .enter, "r")
    #expect(robot.foot.contains("logged in") || robot.shows("Nobody is logged in"), "\(robot.screen)")
    #expect(try book.count(.lead) == 2 && synced.serverLeads.count == 1)
    #expect(robot.row("lead Ada Lovelace").contains("waits to be sent"), "\(robot.screen)")
    robot.press("L")
    robot.type("admin")
    robot.press(.control("s"))
    #expect(synced.serverLeads.count == 2 && robot.shows("Nothing waits."), "\(robot.screen)")
    #expect(try book.count(.lead) == 2)
  }
}
