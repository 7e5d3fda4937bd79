import CRMDomain
import CRMStore
import CRMSync
import Foundation
import Synchronization
import V1Simulator

/// A rep's book on the disk and a simulated server: what the rep does goes through the store as it does in the program.
final class BookBench {
  let store: CRMStore
  let transport: DirectTransport
  private(set) var profile: SyncProfile
  private(set) var token: String
  private let folder: String

  convenience init(
    _ personality: Personality = .documented, seed: UInt64 = 1, _ change: (inout V1Server) -> Void = { _ in },
  ) throws {
    var server = V1Server(personality, seed: seed)
    change(&server)
    try self.init(on: DirectTransport(server, seed: seed))
  }

  /// A book of its own with a server that others may use as well.
  init(on transport: DirectTransport) throws {
    folder = NSTemporaryDirectory() + "crm-sync-\(UUID().uuidString)"
    self.transport = transport
    store = try CRMStore(path: folder + "/book.db") { transport.server.now }
    try store.prepareEmptyBook(userName: "me")
    profile = try Self.newProfile(in: store)
    token = ""
    logIn()
  }

  private static func newProfile(in store: CRMStore) throws -> SyncProfile {
    try store.transact("Log in") { writer in
      var settings = SyncProfile.Settings()
      settings.server = "http://localhost"
      try writer.saveSyncProfile(SyncProfile.firstName, settings)
    }
    return try store.read { try $0.syncProfiles()[0] }
  }

  /// The server is forgotten, and the rep logs in to it again with all there is.
  func meetAnew() throws {
    try store.transact("") { _ = try $0.removeSyncProfile(profile.name) }
    profile = try Self.newProfile(in: store)
    _ = try store.synchronise(profile.id, "") { book in
      try book.setJournalMark(.max)
      return try book.noteCreates(of: JournalIntake.kinds)
    }
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") }
  }

  /// False if the server does not let anybody in just now.
  @discardableResult
  func logIn() -> Bool {
    let body: JSONValue = ["username": .string("admin"), "password": .string("admin")]
    transport.change { server in
      token = Bench.json(server.answer(HTTPRequest(.post, "/api/auth/login/", json: body)))["refresh"].string ?? ""
    }
    return !token.isEmpty
  }

  /// A round, whole unless it is dropped. What it waits for is waited for in the server's time.
  @discardableResult
  func round(_ options: RoundOptions = RoundOptions(), _ line: BookLine? = nil, seed: UInt64 = 7) throws -> RoundResult
  {
    let kept = Mutex<String?>(nil)
    let transport = transport
    transport.resume()
    let round = SyncRound(
      profile, store: store, transport: line ?? BookLine(transport),
      keepToken: { token in kept.withLock { $0 = token } },
      sleep: { until in transport.change { $0.now = max($0.now, until) } })
    // The round holds the line.
    line?.onDrop { [weak round] in round?.cancel() }
    defer { token = kept.withLock { $0 } ?? token }
    return try round.run(refreshToken: token, options: options, seed: seed) { _ in }
  }

  /// Rounds until nothing is left to do, at most `most`.
  func settle(most: Int = 6) throws {
    for _ in 0..<most {
      transport.change { $0.now = $0.now.adding(seconds: 120) }
      try round()
      if try pending().isEmpty { return }
    }
  }

  func pending() throws -> [OutboxOperation] {
    try store.synchronise(profile.id, "") { book in
      while try !JournalIntake.run(&book) {}
      return try book.operations(in: [.pending, .inFlight, .inDoubt, .quarantined])
    }.value
  }

  func rows(_ resource: V1Resource) -> [V1Row] { transport.server.tables[resource]?.all ?? [] }

  /// The requests that write, as "POST /leads/".
  var writes: [String] {
    transport.requests.filter { !$0.method.onlyReads && !$0.path.contains("/auth/") }
      .map { "\($0.method.rawValue) \($0.path.dropFirst("/api/v1".count))" }
  }

  // MARK: What a rep does

  @discardableResult
  func lead(_ name: String, _ change: (inout Lead) -> Void = { _ in }) throws -> Identifier<Lead> {
    var lead = Lead()
    (lead.firstName, lead.lastName, lead.email) = ("Ann", name, "\(name)@example.com")
    change(&lead)
    return try store.transact("New lead") { [lead] in try $0.insert(lead) }
  }

  func set(_ kind: EntityKind, _ id: Int64, _ values: [String: FieldValue]) throws {
    try store.transact("Edit") { try $0.set(values, in: kind, id) }
  }

  func convert(_ lead: Lead, into contact: Identifier<Contact>? = nil) throws {
    try store.transact("Convert") { writer in
      let deal = Conversion.deal(from: lead, in: nil, currency: "USD", now: writer.now, today: Day(iso: "2026-12-01")!)
      _ = try writer.convert(
        Conversion(
          lead: lead, contact: contact.map { .existing($0) } ?? .new(Conversion.contact(from: lead)), deal: .new(deal)))
    }
  }

  /// Imports leads from a file that holds `text`.
  func load(_ text: String) throws {
    let path = folder + "/leads.csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    _ = try ImportJob(
      store: store, path: path, plan: try ImportJob(store: store, path: path, plan: ImportPlan(.lead)).plan
    )
    .apply(rejects: .nowhere)
  }

  func value(_ key: RecordKey, _ field: String) throws -> FieldValue {
    try store.synchronise(profile.id, "") { try $0.record(key)?.fields[field] ?? .none }.value
  }

  func leads() throws -> [Lead] { try store.read { try $0.all() } }
}
