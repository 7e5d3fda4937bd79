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
  private var network: FaultyNetwork
  private var clients: [Client]
  private var time: Instant
  private var serverAhead: Int64 = 0
  private var lastSeed: UInt64
  private var hadTwoDeliveries = false
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
    func ids(_ resource: V1Resource) -> [Int] { network.server.tables[resource]?.all.map(\.id) ?? [] }
    switch act {
    case .insert(let resource, let number): network.server.insertSample(resource, number: number)
    case .change(let resource, let pick, let number):
      let ids = ids(resource)
      guard !ids.isEmpty else { return }
      let field = ["company_name", "company_name", "company_name", "description"][
        V1Resource.allCases.firstIndex(of: resource) ?? 0]
      network.server.change(resource, ids[pick % ids.count], [field: .string("others \(number)")])
    case .remove(let resource, let pick):
      let ids = ids(resource)
      guard !ids.isEmpty else { return }
      network.server.remove(resource, ids[pick % ids.count])
    case .rescore: network.server.rescoreLeads()
    case .changeSilently(let pick, let number):
      let ids = ids(.leads)
      guard !ids.isEmpty else { return }
      network.server.change(
        .leads, ids[pick % ids.count], ["company_name": .string("silent \(number)")], isTouching: false)
    }
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

// MARK: What must hold

extension World {
  /// After each commit: nothing known goes without a reason, and marks do not fall.
  private func checkCommit(from old: MemorySyncStore, to new: MemorySyncStore, _ client: Client) throws {
    for kind in [EntityKind.contact, .lead, .opportunity, .task] {
      if let before = old.cursor(kind).highWater {
        guard let after = new.cursor(kind).highWater, after >= before else {
          throw Violation(invariant: "I7", detail: "the mark of \(kind.plural) fell")
        }
      }
      let before = old.mappings(kind)
      guard let resource = V1Resource(rawValue: kind.plural) else { continue }
      for mapping in before where new.mapping(mapping.key) == nil {
        let isThere = network.server.tables[resource]?.rows[Int(mapping.serverID)] != nil
        let moved = new.mapping(kind, serverID: mapping.serverID) != nil
        if isThere, !moved {
          throw Violation(invariant: "I5", detail: "\(mapping.key) was dropped while row \(mapping.serverID) is there")
        }
      }
    }
  }

  /// Before each request: it names only rows that the server has or had.
  private func checkReferences(_ request: HTTPRequest) throws {
    guard !request.method.onlyReads, case .object(let body)? = try? JSONValue(parsing: request.body) else { return }
    for (name, resource) in [("contact", V1Resource.contacts)] {
      guard case .integer(let id)? = body[name] else { continue }
      guard id > 0, id < network.server.tables[resource]?.nextID ?? 0 else {
        throw Violation(invariant: "I9", detail: "\(request.target) names \(name) \(id)")
      }
    }
    if case .integer(let id)? = body["assigned_to"], !network.server.users.contains(where: { $0.id == id }) {
      throw Violation(invariant: "I9", detail: "\(request.target) names user \(id)")
    }
  }

  private func checkBounds(_ report: RoundReport, _ index: Int) throws {
    let rows = network.server.tables.values.reduce(0) { $0 + $1.rows.count }
    let most = 60 + 12 * (rows + clients[index].store.operations().count + 10)
    if report.requests > most {
      throw Violation(invariant: "I14", detail: "\(report.requests) requests in a round, at most \(most) are needed")
    }
  }

  private func check() throws {
    for (index, client) in clients.enumerated() {
      try checkOutbox(client, index)
      try checkConverged(client, index)
      try checkWishes(client, index)
      try checkPrivate(client, index)
      if "\(client.store)".contains("eyJ") { throw Violation(invariant: "I13", detail: "a token is in the store") }
    }
    try checkDuplicates()
  }

  private func checkOutbox(_ client: Client, _ index: Int) throws {
    let operations = client.store.operations()
    let stuck = Set(operations.filter { $0.state == .quarantined }.map(\.key))
    for operation in operations where operation.state != .quarantined {
      let waits = try stuck.contains(operation.key) || dependsOnStuck(operation, client)
      if !waits { throw Violation(invariant: "I1", detail: "client \(index) still has \(operation)") }
    }
  }

  /// True if it needs a record that is on no server and will not be without a person.
  private func dependsOnStuck(_ operation: OutboxOperation, _ client: Client) throws -> Bool {
    if operation.waitsFor.contains(where: { client.store.mapping($0) == nil }) { return true }
    guard let record = client.store.record(operation.key) else { return false }
    return operation.key.kind.fields.contains { info in
      guard !info.isLocalOnly, case .reference(let kind) = info.kind,
        case .reference(let id)? = record.fields[info.name]
      else { return false }
      return client.store.mapping(RecordKey(kind, id)) == nil
    }
  }

  private func checkConverged(_ client: Client, _ index: Int) throws {
    for resource in V1Resource.allCases {
      guard let kind = EntityKind(word: resource.rawValue), let shape = WireShape.all[kind] else { continue }
      let rows = network.server.tables[resource]?.all ?? []
      for mapping in client.store.mappings(kind)
      where network.server.tables[resource]?.rows[Int(mapping.serverID)] == nil {
        throw Violation(
          invariant: "I1", detail: "client \(index): \(mapping.key) is mapped to row \(mapping.serverID), which is gone"
        )
      }
      for row in rows {
        guard let mapping = client.store.mapping(kind, serverID: Int64(row.id)) else {
          throw Violation(invariant: "I1", detail: "client \(index) does not know \(resource.rawValue) \(row.id)")
        }
        try compare(row, resource, shape, mapping, client, index)
      }
    }
  }

  private func compare(
    _ row: V1Row, _ resource: V1Resource, _ shape: WireShape, _ mapping: Mapping, _ client: Client, _ index: Int,
  ) throws {
    let waiting = client.store.operations(of: mapping.key)
    if waiting.contains(where: { $0.action == .delete }) { return }
    guard let record = client.store.record(mapping.key), !record.isTrashed else {
      throw Violation(invariant: "I1", detail: "client \(index): \(mapping.key) is in the trash, row \(row.id) is not")
    }
    let wire = try shape.record(network.server.wireDetail(resource, row))
    let kept = Set(waiting.flatMap(\.edits.keys))
    for info in shape.fields where !kept.contains(info.name) {
      guard let theirs = wire.fields[info.name] else { continue }
      var mine = record.fields[info.name] ?? .none
      if case .reference(let id) = mine, case .reference(let kind) = info.kind {
        mine = .reference(client.store.mapping(RecordKey(kind, id))?.serverID ?? -id)
      }
      if !Merge.isSame(mine, theirs, as: info.kind) {
        throw Violation(
          invariant: "I1",
          detail: "client \(index): \(mapping.key).\(info.name) is \(mine), row \(row.id) has \(theirs)")
      }
    }
  }

  /// Every word a rep wrote is or was on the server, or stands where the rep can see it.
  private func checkWishes(_ client: Client, _ index: Int) throws {
    let past = network.server.past.map { "\($0.values)" }.joined(separator: "\n")
    let conflicts = client.store.conflicts.map { "\($0.mine)" }.joined(separator: "\n")
    let waiting = client.store.operations().map { "\($0.edits) \($0.sent)" }.joined(separator: "\n")
    for wish in client.wishes {
      guard let word = wish.word, ![past, conflicts, waiting].contains(where: { $0.contains(word) }) else { continue }
      let record = client.store.record(wish.key)
      let isCreate = client.store.operations(of: wish.key).contains { $0.action == .create }
      let isWholeValue = !["notes", "tags"].contains(wish.field)
      let isReplaced = isWholeValue && client.wishes.last { $0.key == wish.key && $0.field == wish.field } != wish
      // What never left, or was deleted, or replaced by the rep himself, is not lost.
      if record?.isTrashed != false || isCreate || isReplaced || client.store.mapping(wish.key) == nil { continue }
      throw Violation(invariant: "I2", detail: "client \(index): \(wish.key).\(wish.field) lost \(word)")
    }
  }

  private func checkPrivate(_ client: Client, _ index: Int) throws {
    for (key, fields) in client.privately.sorted(by: { $0.key < $1.key }) {
      guard let record = client.store.record(key) else { continue }
      for (name, value) in fields where record.fields[name] != value {
        throw Violation(invariant: "I8", detail: "client \(index): \(key).\(name) is \(record.fields[name] ?? .none)")
      }
    }
  }

  /// No create made two rows, and nothing that was deleted there came back.
  private func checkDuplicates() throws {
    guard !hadTwoDeliveries else { return }
    var counts: [String: Int] = [:]
    for stored in network.server.past where stored.isNew {
      for name in ["last_name", "name", "title"] {
        guard case .string(let text)? = stored.values[name], text.hasPrefix("w"), text.hasSuffix("z") else { continue }
        counts["\(stored.resource) \(text)", default: 0] += 1
      }
    }
    if let twice = counts.filter({ $0.value > 1 }).keys.min() {
      throw Violation(invariant: "I3", detail: "\(twice) was made \(counts[twice] ?? 0) times")
    }
  }
}
