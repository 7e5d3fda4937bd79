import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// Whole rounds over libcurl and sockets, beside the same rounds in memory.
@Suite(.timeLimit(.minutes(6))) struct TransportRoundTests {
  @Test(arguments: Personality.allCases)
  func aRoundEndsWhereItEndsInMemory(_ personality: Personality) throws {
    let door = try Door(V1Server(personality))
    let address = try ServerAddress(typed: "http://127.0.0.1:\(door.port)")
    let transport = try CurlTransport(server: address)
    var overSockets = Desk(transport) { try door.withServer($0) }
    let memory = DirectTransport(V1Server(personality))
    var inMemory = Desk(memory) { try memory.withServer($0) }
    let expected = try inMemory.day()
    let found = try overSockets.day()
    #expect(found == expected)
    #expect(found.count > 40)
    #expect(door.accepted <= TransportOptions().parallel)
  }
}

/// A rep's day with one server: some of it here, some of it there, and rounds until all is done.
private struct Desk {
  typealias Access = ((inout V1Server) throws -> sending [String]) throws -> [String]
  let transport: any Transport
  /// What is done to the server answers with lines of text, so that nothing else leaves its lock.
  let server: Access
  var store = MemorySyncStore(name: "a")
  var session = Session(refresh: "")
  var now = Instant(seconds: 1_795_000_000)

  init(_ transport: any Transport, server: @escaping Access) {
    self.transport = transport
    self.server = server
  }

  /// Everything in the end, here and there, as lines.
  mutating func day() throws -> [String] {
    try logIn()
    _ = store.insert(.user, ["username": .text("me"), "is_me": .flag(true)])
    _ = try server { server in
      for resource in V1Resource.allCases { for number in 1...25 { server.insertSample(resource, number: number) } }
      return []
    }
    try rounds(1)
    let lead = store.insert(
      .lead, ["first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("a@b.example")])
    try store.noteCreate(lead)
    for number in [2, 5, 9] { try edit(.contact, number, "city", .text("Bern \(number)")) }
    try edit(.task, 3, "title", .text("Call Ann"))
    if let key = store.mapping(.lead, serverID: 7)?.key {
      store.setTrashed(key, true)
      try store.noteDelete(key)
    }
    try rounds(5)
    return try lines()
  }

  private mutating func edit(_ kind: EntityKind, _ id: Int, _ field: String, _ value: FieldValue) throws {
    let key = try #require(store.mapping(kind, serverID: Int64(id))?.key)
    let old = store.record(key)?.fields[field] ?? .none
    store.update(key, [field: value])
    try store.noteEdit(key, [field: Edit(from: old, to: value)])
  }

  private mutating func logIn() throws {
    let response = try transport.send(Line.write)
    session = Session(refresh: Bench.json(response)["refresh"].string ?? "")
  }

  private mutating func rounds(_ count: Int) throws {
    for _ in 0..<count {
      now = now.adding(seconds: 3700)
      var end = try round()
      while case .throttled(let until) = end {
        now = until.adding(seconds: 60)
        end = try round()
      }
      guard case .complete = end else {
        Issue.record("ended with \(end)")
        return
      }
    }
  }

  private mutating func round() throws -> RoundEnd {
    var machine = SyncMachine(
      session: session, holder: "a", options: RoundOptions(readsEverything: true), seed: 7, now: now)
    var commands = try machine.handle(.begin, now: now, store: &store)
    while true {
      var sends: [(Int, HTTPRequest)] = []
      var next: [SyncMachine.Command] = []
      for command in commands {
        switch command {
        case .keepRefreshToken(let token): session.refresh = token
        case .send(let number, let request): sends.append((number, request))
        case .wait(let until):
          now = max(now, until)
          next += try machine.handle(.tick, now: now, store: &store)
        case .stop(let end): return end
        }
      }
      let moment = now
      _ = try server {
        $0.now = max($0.now, moment)
        return []
      }
      try transport.exchange(sends) { number, answer in
        let event: SyncMachine.Event =
          switch answer {
          case .success(let response): .answered(number, response)
          case .failure(let problem): .failed(number, problem)
          }
        next += try machine.handle(event, now: moment, store: &store)
      }
      commands = next
    }
  }

  private func lines() throws -> [String] {
    let there = try server { server in
      V1Resource.allCases.flatMap { resource in
        (server.tables[resource]?.all ?? []).map { "\(resource) \($0.id) \(Self.sorted($0.values))" }
      }
    }
    let here = store.records.sorted { "\($0.key)" < "\($1.key)" }.map { key, record in
      let number = store.mapping(key)?.serverID ?? 0
      let fields = record.fields.filter { !["created_at", "updated_at"].contains($0.key) && $0.value != .none }
      return "\(key.kind) \(number) \(record.isTrashed) \(Self.sorted(fields.filter { !Self.isLink($0.value) }))"
    }
    return there.sorted() + here.sorted() + ["\(store.operations().count) to do, \(store.conflicts.count) conflicts"]
  }

  /// Local ids follow the order in which records came.
  private static func isLink(_ value: FieldValue) -> Bool { if case .reference = value { true } else { false } }

  private static func sorted<Value>(_ values: [String: Value]) -> String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
