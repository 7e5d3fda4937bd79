import CRMDomain
import CRMStore
import Foundation
import Testing
import V1Simulator

/// Synchronising from the shell, over a socket, with the program itself.
@Suite(.timeLimit(.minutes(6))) struct SyncCommandTests {
  private let program: Program
  private let door: Door

  init() throws {
    program = try Program()
    var server = V1Server(.documented, now: CRMStore.systemClock())
    for number in 0..<3 { server.insertSample(.leads, number: number) }
    door = try Door(server, clock: CRMStore.systemClock)
  }

  private var address: String { "http://localhost:\(door.port)" }

  @discardableResult
  private func logIn(password: String = "admin", to address: String? = nil) throws -> Program.Answer {
    try program.run("login", address ?? self.address, "--user", "admin", input: password + "\n")
  }

  @Test func aLoginAndARoundBringRecordsInAndSayHowItWent() throws {
    let login = try logIn()
    #expect(login.status == 0 && login.output.contains("Logged in as Ada Admin"), "\(login)")
    let sync = try program.run("sync", "--json")
    #expect(sync.status == 0 && sync.output.contains("\"pulled\": 3"), "\(sync)")
    #expect(try program.run("leads", "--ids").output.split(separator: "\n").count == 3)
    #expect(try program.run("sync").output.contains("Nothing new on either side"))
  }

  @Test func aDryRunShowsWhatWouldBeSentAndSendsNothing() throws {
    try logIn()
    try program.run("sync")
    try program.run("edit", "leads", "first1", "--set", "company_name=Acme", "--yes")
    let rehearsal = try program.run("sync", "--dry-run")
    #expect(rehearsal.output.contains("Company: Company 1 → Acme"), "\(rehearsal)")
    #expect(door.withServer { $0.tables[.leads]?.all.contains { $0["company_name"] == .string("Acme") } } == false)
    #expect(try program.run("sync").output.contains("1 sent"))
    #expect(door.withServer { $0.tables[.leads]?.all.contains { $0["company_name"] == .string("Acme") } } == true)
  }

  @Test func whatGoesWrongIsASentenceAndAnExitStatus() throws {
    let none = try program.run("sync")
    #expect(none.status == 5 && none.complaint.contains("crm login URL"), "\(none)")
    let wrong = try logIn(password: "wrong")
    #expect(wrong.status == 1 && wrong.complaint.hasPrefix("crm: ") && wrong.complaint.contains("Invalid credentials"))
    let plain = try logIn(to: "http://crm.example.org")
    #expect(plain.status == 1 && plain.complaint.contains("use https://crm.example.org"), "\(plain)")
    try logIn()
    door.shut()
    let away = try program.run("sync")
    #expect(away.status == 4 && away.output.contains("Nothing is lost"), "\(away)")
    #expect(try program.run("logout").status == 0)
    #expect(try program.run("sync").status == 5)
  }

  private func accounts() throws -> [SyncProfile] {
    try CRMStore(path: program.folder + "/data/mycrm/crm.sqlite").read { try $0.syncProfiles() }
  }

  private var otherAddress: String { "http://127.0.0.1:\(door.port)" }

  /// It failed after it had sent the changes of one account to the server of another.
  @Test func aLoginAtAnotherServerIsAFurtherAccount() throws {
    try logIn()
    let second = try logIn(to: otherAddress)
    #expect(second.status == 0 && second.output.contains("admin@127.0.0.1:\(door.port): --profile"), "\(second)")
    #expect(try accounts().map(\.settings.server) == [address, otherAddress])
    let again = try logIn()
    #expect(again.status == 0, "\(again)")
    #expect(try accounts().map(\.settings.server) == [address, otherAddress])
    let named = try program.run("login", otherAddress, "--user", "admin", "--profile", "default", input: "admin\n")
    #expect(named.status == 1 && named.complaint.contains("is the account called admin@127.0.0.1"), "\(named)")
    let moved = try program.run("login", "http://127.0.0.2:\(door.port)", "--user", "admin", "--profile", "default")
    #expect(moved.status == 1 && moved.complaint.contains("--moved"), "\(moved)")
    #expect(try accounts().map(\.settings.server) == [address, otherAddress])
  }

  @Test func aServerThatHasMovedKeepsItsAccountAndNotItsLogin() throws {
    try logIn()
    let moved = try program.run("login", otherAddress, "--user", "admin", "--moved", input: "admin\n")
    #expect(moved.status == 0, "\(moved)")
    #expect(try accounts().map(\.settings.server) == [otherAddress])
    let folder = program.folder + "/.local/state/mycrm/login"
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).map { $0.contains("127.0.0.1") } == [true])
    #expect(try program.run("sync").status == 0)
  }

  @Test func aCommandThatIsSetHereGivesTheLogin() throws {
    let login = try program.run("login", address, "--user", "admin", "--password-command", "echo gone")
    #expect(login.status == 0 && login.output.contains("password_command"), "\(login)")
    let sync = try program.run("sync")
    #expect(sync.status == 5 && sync.output.contains("log in again"), "\(sync)")
    let folder = program.folder + "/.local/state/mycrm/login"
    try FileManager.default.removeItem(atPath: folder)
    let unknown = try program.run("sync")
    #expect(unknown.status == 5 && unknown.complaint.contains("was not set on this computer"), "\(unknown)")
    try logIn()
    #expect(try program.run("sync").status == 0)
  }

  @Test func theServerIsExaminedWithoutWriting() throws {
    try logIn()
    let doctor = try program.run("doctor", "--server")
    #expect(doctor.status == 0 && doctor.output.contains("page_size") == false, "a list of three has one page")
    #expect(doctor.output.contains("3 rows") && doctor.output.contains("deletions can be confirmed"), "\(doctor)")
    #expect(door.requests.allSatisfy { $0.method.onlyReads || $0.path.contains("/auth/") })
  }
}
