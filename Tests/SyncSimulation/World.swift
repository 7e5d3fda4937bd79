import CRMDomain
import CRMSync
import V1Simulator

/// A broken promise, by its number in `SYNC.md`.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  package let invariant: String
  package let detail: String
  package var description: String { "\(invariant): \(detail)" }
}

/// A server, its clients and the time they live in. One scenario makes one history, down to the last byte.
package struct World: Sendable {
  private(set) var network: FaultyNetwork
  private(set) var clients: [Client]
  private var time: Instant
  private var serverAhead: Int64 = 0
  private var lastSeed: UInt64
  private(set) var hadTwoDeliveries = false
  private let personality: Personality
  /// A number that follows from every byte that went over the line.
  package private(set) var trace: UInt64 = 0xcbf2_9ce4_8422_2325
  package private(set) var requests = 0
  package private(set) var rounds = 0
  /// What was said and done, if it is asked for.
  package private(set) var diary: [String] = []
  private let keepsDiary: Bool

  package init(_ scenario: Scenario, keepsDiary: Bool = false) {
    self.keepsDiary = keepsDiary
    personality = scenario.personality
    lastSeed = scenario.seed &* 7919
    time = Instant(seconds: 1_795_000_000)
    network = FaultyNetwork(server: V1Server(scenario.personality, now: time, seed: scenario.seed), seed: scenario.seed)
    // Short pages, so that few rows make many.
    network.server.quirks.pageSize = 3
    clients = (0..<scenario.clients).map { Client(name: "\(["a", "b", "c", "d"][$0])") }
  }

  /// Runs a whole history and the calm after it.
  ///
  /// - Throws: `Violation`.
  package mutating func run(_ scenario: Scenario) throws {
    for index in clients.indices { logIn(index) }
    for event in scenario.events {
      switch event {
      case .user(let client, let act): try clients[client].perform(act)
      case .others(let act): perform(act)
      case .sync(let client, let disturbances): try round(client, RoundOptions(), disturbances)
      case .pass(let seconds): time = time.adding(seconds: seconds)
      }
      if keepsDiary { diary.append("— \(event)") }
    }
    try calmDown()
    try check()
  }

  // MARK: The line

  private mutating func answer(_ request: HTTPRequest, _ fault: Fault?) -> Result<HTTPResponse, TransportProblem> {
    network.server.now = time.adding(seconds: serverAhead)
    let before = network.server.now
    let result = network.send(request, with: fault)
    if fault == .serverClockBack { serverAhead -= 3600 }
    let passed = network.server.now.microseconds - before.microseconds
    time.microseconds += max(0, passed) + 20_000
    requests += 1
    mix(request.target.utf8)
    mix(request.body)
    if case .success(let response) = result { mix(response.body) }
    if keepsDiary {
      let answer =
        switch result {
        case .success(let response): "\(response.status) \(response.text.prefix(600))"
        case .failure(let problem): "\(problem)"
        }
      diary.append(
        "  \(time.iso) \(request.method.rawValue) \(request.target) \(String(decoding: request.body, as: UTF8.self)) \(fault.map { "[\($0.name)]" } ?? "") -> \(answer)"
      )
    }
    return result
  }

  private mutating func mix(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  private mutating func logIn(_ index: Int) {
    let body: JSONValue = .object(["username": .string("admin"), "password": .string("admin")])
    for _ in 0..<3 {
      guard case .success(let response) = answer(HTTPRequest(.post, "/api/auth/login/", json: body), nil),
        case .object(let members)? = try? JSONValue(parsing: response.body),
        case .string(let refresh)? = members["refresh"]
      else {
        time = time.adding(seconds: 3700)
        continue
      }
      clients[index].session = Session(refresh: refresh)
      return
    }
  }

  private mutating func perform(_ act: OthersAct) {
    network.server.now = time.adding(seconds: serverAhead)
    network.server.perform(act)
    time.microseconds += 1000
  }

  // MARK: Rounds

  @discardableResult
  private mutating func round(
    _ index: Int, _ options: RoundOptions, _ disturbances: [Disturbance],
  ) throws -> (end: RoundEnd?, report: RoundReport) {
    rounds += 1
    lastSeed &+= 1
    var machine = SyncMachine(
      session: clients[index].session, holder: "\(clients[index].name)\(rounds)", options: options, seed: lastSeed,
      now: now(index))
    var events: [SyncMachine.Event] = [.begin]
    var sent = 0
    while !events.isEmpty {
      let event = events.removeFirst()
      let commands = try commit(event, &machine, index)
      for command in commands {
        switch command {
        case .keepRefreshToken(let token): clients[index].session.refresh = token
        case .wait(let until):
          time.microseconds += max(0, until.microseconds - now(index).microseconds) + 1
          events.append(.tick)
        case .stop(let end):
          if keepsDiary { diary.append("  client \(index) ended: \(end), \(machine.report)") }
          try checkBounds(machine.report, index)
          return (end, machine.report)
        case .send(let number, let request):
          sent += 1
          try checkReferences(request)
          let now = disturbances.filter { $0.at == sent }
          var fault: Fault?
          for disturbance in now {
            switch disturbance.what {
            case .fault(let what): fault = what
            case .user(let act): try clients[index].perform(act)
            case .others(let act): perform(act)
            case .kill(let when):
              if when > 0 { _ = answer(request, nil) }
              if when > 1 { _ = try commit(.cancel, &machine, index, isLost: true) }
              return (nil, machine.report)
            }
          }
          if fault == .deliveredTwice, request.method == .post { hadTwoDeliveries = true }
          switch answer(request, fault) {
          case .success(let response): events.append(.answered(number, response))
          case .failure(let problem): events.append(.failed(number, problem))
          }
        }
      }
    }
    throw Violation(invariant: "I6", detail: "client \(index) stopped without an end")
  }

  private func now(_ index: Int) -> Instant { time.adding(seconds: clients[index].clockAhead) }

  /// Handles an event in a transaction of the client's store.
  private mutating func commit(
    _ event: SyncMachine.Event, _ machine: inout SyncMachine, _ index: Int, isLost: Bool = false,
  ) throws -> [SyncMachine.Command] {
    var next = machine
    var store = clients[index].store
    let commands = try next.handle(event, now: now(index), store: &store)
    guard !isLost else { return [] }
    try checkCommit(from: clients[index].store, to: store, clients[index])
    clients[index].store = store
    machine = next
    return commands
  }

  // MARK: Calm

  /// Everything works again: each client synchronises until a whole turn writes nothing.
  private mutating func calmDown() throws {
    var writes = 0
    for turn in 0..<10 {
      writes = 0
      for index in clients.indices {
        time = time.adding(seconds: 3700)
        var report = RoundReport()
        var end: RoundEnd?
        for _ in 0..<60 {
          (end, report) = try round(index, RoundOptions(readsEverything: true, acceptsVanished: true), [])
          writes += report.writes
          guard try recover(index, end) else { break }
        }
        guard case .complete? = end else {
          throw Violation(
            invariant: "I1", detail: "client \(index) ends \(end.map { "\($0)" } ?? "killed") when all is well")
        }
      }
      if writes == 0, turn > 0 { return }
    }
    throw Violation(invariant: "I10", detail: "still \(writes) writes after ten turns; \(outboxes)")
  }

  /// Does what a person or time would do about the end of a round; true if it is worth another try.
  private mutating func recover(_ index: Int, _ end: RoundEnd?) throws -> Bool {
    switch end {
    case .needsLogin?: logIn(index)
    case .throttled(let until)?, .offline(let until)?:
      time.microseconds += max(0, until.microseconds - now(index).microseconds) + 1_000_000
    case .complete(let resume?)?:
      time.microseconds += max(0, resume.microseconds - now(index).microseconds) + 1_000_000
      return false
    case .busy?: time = time.adding(seconds: 61)
    default: return false
    }
    return true
  }

  private var outboxes: String {
    clients.map {
      $0.store.operations().map {
        "\($0.seq) \($0.key) \($0.action) \($0.state) \($0.attempts) \($0.edits) \($0.refusal.map { "\($0)" } ?? "")"
      }.joined(separator: "; ")
    }
    .joined(separator: " | ")
  }
}
