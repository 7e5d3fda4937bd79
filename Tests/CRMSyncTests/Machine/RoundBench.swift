import CRMDomain
import CRMStore
import CRMSync
import V1Simulator

/// One book, one server and the rounds between them, for tests that say what happens step by step.
struct RoundBench {
  var network: FaultyNetwork
  var store = MemorySyncStore(name: "a")
  var session: Session
  /// Ahead of the server's clock.
  var clockAhead: Int64 = 0
  /// What happens at the n-th request of the next round, counted from 1.
  var faults: [Int: Fault] = [:]
  /// Runs before the n-th request of the next round goes out.
  var meanwhile: [Int: (inout RoundBench) throws -> Void] = [:]
  /// What becomes of the body of every answer on its way.
  var garbles: (([UInt8]) -> [UInt8])?
  private(set) var requests: [HTTPRequest] = []
  private(set) var report = RoundReport()
  private(set) var keptTokens: [String] = []
  var pace = SyncPace()
  /// Of the bodies of the last round, both ways.
  private(set) var bytes = 0

  init(_ personality: Personality = .documented, _ change: (inout Quirks) -> Void = { _ in }) {
    var quirks = personality.quirks
    change(&quirks)
    network = FaultyNetwork(server: V1Server(quirks: quirks), seed: 1)
    session = Session(refresh: "")
    _ = store.insert(.user, ["username": .text("me"), "is_me": .flag(true)])
    logIn()
  }

  var server: V1Server {
    get { network.server }
    set { network.server = newValue }
  }

  var now: Instant { server.now.adding(seconds: clockAhead) }

  mutating func logIn(as user: String = "admin") {
    let body: JSONValue = ["username": .string(user), "password": .string(user)]
    let answer = Bench.json(server.answer(HTTPRequest(.post, "/api/auth/login/", json: body)))
    session = Session(refresh: answer["refresh"].string ?? "")
  }

  /// Runs a round to its end; waits are over at once. `stopsAt` drops the program before that request goes out.
  @discardableResult
  mutating func round(_ options: RoundOptions = RoundOptions(), stopsAt: Int? = nil) throws -> RoundEnd? {
    requests = []
    bytes = 0
    var machine = SyncMachine(session: session, holder: "a", options: options, pace: pace, seed: 7, now: now)
    var events: [SyncMachine.Event] = [.begin]
    while !events.isEmpty {
      for command in try machine.handle(events.removeFirst(), now: now, store: &store) {
        switch command {
        case .keepRefreshToken(let token):
          session.refresh = token
          keptTokens.append(token)
        case .wait(let until):
          server.now.microseconds += max(0, until.microseconds - now.microseconds)
          events.append(.tick)
        case .send(let number, let request):
          if requests.count + 1 == stopsAt { return nil }
          requests.append(request)
          try meanwhile[requests.count]?(&self)
          switch network.send(request, with: faults[requests.count]) {
          case .success(var response):
            if let garbles { response.body = garbles(response.body) }
            bytes += request.target.utf8.count + request.body.count + response.body.count
            events.append(.answered(number, response))
          case .failure(let problem): events.append(.failed(number, problem))
          }
        case .stop(let end):
          report = machine.report
          faults = [:]
          meanwhile = [:]
          return end
        }
      }
    }
    return nil
  }

  /// The requests of the last round that write, as "POST /leads/".
  var writes: [String] {
    requests.filter { !$0.method.onlyReads && !$0.path.contains("/auth/") }
      .map { "\($0.method.rawValue) \($0.path.dropFirst("/api/v1".count))" }
  }

  /// Leads that are not all as new as each other.
  mutating func insertMinuteByMinute(_ count: Int) {
    for number in 0..<count {
      server.insertSample(.leads, number: number)
      server.now = server.now.adding(seconds: 60)
    }
  }

  // MARK: What a rep does

  mutating func create(_ kind: EntityKind, _ fields: [String: FieldValue]) throws -> RecordKey {
    let key = store.insert(kind, fields)
    try store.noteCreate(key)
    return key
  }

  mutating func edit(_ key: RecordKey, _ field: String, _ value: FieldValue) throws {
    let old = store.record(key)?.fields[field] ?? .none
    store.update(key, [field: value])
    try store.noteEdit(key, [field: Edit(from: old, to: value)])
  }

  mutating func delete(_ key: RecordKey) throws {
    store.setTrashed(key, true)
    try store.noteDelete(key)
  }

  mutating func lead(_ name: String) throws -> RecordKey {
    try create(.lead, ["first_name": .text("Ann"), "last_name": .text(name), "email": .text("\(name)@example.com")])
  }

  /// The record of a server row.
  func key(_ kind: EntityKind, _ id: Int) -> RecordKey {
    store.mapping(kind, serverID: Int64(id))?.key ?? RecordKey(kind, 0)
  }
  func value(_ key: RecordKey, _ field: String) -> FieldValue { store.record(key)?.fields[field] ?? .none }
  func rows(_ resource: V1Resource) -> [V1Row] { server.tables[resource]?.all ?? [] }
}

extension RoundEnd {
  var isOffline: Bool { if case .offline = self { true } else { false } }
}
