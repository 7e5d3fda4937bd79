import CRMDomain
import CRMStore
import CRMSync
import V1Simulator

extension World {
  /// One round and what happens in it.
  private struct Play {
    var left: [Disturbance]
    var requests = 0
    var writes = 0
    /// A fault that lasts, and for how many requests more.
    var fault: (what: Fault, left: Int)?
    var isKilled = false
    var losesCommit = false
  }

  @discardableResult
  mutating func round(
    _ index: Int, _ options: RoundOptions, _ disturbances: [Disturbance] = [],
  ) throws -> (end: RoundEnd?, report: RoundReport) {
    rounds += 1
    lastSeed &+= 1
    clients[index].begin(accepted: Set(options.acceptsVanished.keys))
    var machine = SyncMachine(
      session: clients[index].session, holder: clients[index].name, options: options, pace: pace, seed: lastSeed,
      now: now(index))
    var play = Play(left: disturbances)
    var events: [SyncMachine.Event] = [.begin]
    while !events.isEmpty {
      let commands = try commit(events.removeFirst(), &machine, index, isLost: play.losesCommit)
      if play.losesCommit { return (nil, machine.report) }
      for command in commands {
        switch command {
        case .keepRefreshToken(let token): clients[index].session.refresh = token
        case .wait(let until):
          time.microseconds += max(0, until.microseconds - now(index).microseconds) + 1
          carryOutLate()
          events.append(.tick)
        case .stop(let end):
          if keepsDiary { diary.append("  client \(index) ended: \(end), \(machine.report)") }
          try checkEnd(end, machine.report, index)
          return (end, machine.report)
        case .send(let number, let request):
          guard let event = try send(number, request, &play, index) else { return (nil, machine.report) }
          events.append(event)
        }
      }
    }
    throw Violation(invariant: "I6", detail: "client \(index) stopped without an end")
  }

  /// Sends a request, with what is to happen at this moment; nil if the program was killed.
  private mutating func send(
    _ number: Int, _ request: HTTPRequest, _ play: inout Play, _ index: Int,
  ) throws -> SyncMachine.Event? {
    play.requests += 1
    let target = RowTarget(request)
    let isWrite = target != nil && !request.method.onlyReads
    if isWrite { play.writes += 1 }
    let steps = Set(RoundStep.allCases.filter { $0.isTaken(by: request, of: target, isMissing: isMissing) })
    stepsTaken.formUnion(steps)
    if let target { try checkSent(request, target, index) }
    var wasKilledAfter = false
    var jump: Int64 = 0
    for disturbance in take(&play, steps, isWrite: isWrite) {
      happened += 1
      switch disturbance.what {
      case .fault(let what): play.fault = (what, disturbance.lasts)
      case .user(let act): try clients[index].perform(act, now: now(index))
      case .others(let act): perform(act)
      case .kill(let isSent):
        if !isSent { return nil }
        wasKilledAfter = true
      case .diskFull: play.losesCommit = true
      case .secondProgram: try beginSecond(index)
      case .clockJump(let seconds): jump += seconds
      }
    }
    var fault: Fault?
    if let lasting = play.fault {
      fault = lasting.what
      play.fault = lasting.left > 1 ? (lasting.what, lasting.left - 1) : nil
    }
    if fault == .deliveredTwice, request.method == .post { hadTwoDeliveries = true }
    deceive(fault, request, index)
    let result = answer(request, fault)
    if jump != 0 {
      // Who waits a minute by a clock that jumps has not waited a minute.
      carryOutLate(all: true)
      clients[index].clockAhead += jump
    }
    if wasKilledAfter { return nil }
    clients[index].hear(request, fault == nil ? result : nil, network.server)
    switch result {
    case .success(let response): return .answered(number, response)
    case .failure(let problem): return .failed(number, problem)
    }
  }

  /// The disturbances whose moment has come.
  private func take(_ play: inout Play, _ steps: Set<RoundStep>, isWrite: Bool) -> [Disturbance] {
    guard !play.left.isEmpty else { return [] }
    let (requests, writes) = (play.requests, play.writes)
    func isNow(_ moment: Moment) -> Bool {
      switch moment {
      case .request(let number): number == requests
      case .write(let number): isWrite && number == writes
      case .step(let step): steps.contains(step)
      }
    }
    let now = play.left.filter { isNow($0.at) }
    play.left.removeAll { isNow($0.at) }
    return now
  }

  private func isMissing(_ resource: V1Resource, _ id: Int) -> Bool {
    network.server.tables[resource]?.rows[id] == nil || network.server.hidden[resource]?.contains(id) == true
  }

  /// Another program finds the book taken, as long as the first one's sign of life is fresh.
  private mutating func beginSecond(_ index: Int) throws {
    var store = clients[index].store
    guard let lease = store.lease(), now(index) < lease.seenAt.adding(seconds: pace.leaseLasts),
      lease.seenAt <= now(index)
    else { return }
    var second = SyncMachine(
      session: clients[index].session, holder: clients[index].name + " again", pace: pace, seed: 1, now: now(index))
    let commands = try second.handle(.begin, now: now(index), store: &store)
    guard commands == [.stop(.busy)] else {
      throw Violation(invariant: "I15", detail: "client \(index): a second program begins beside the first")
    }
  }

  /// Handles an event in a transaction of the client's store.
  private mutating func commit(
    _ event: SyncMachine.Event, _ machine: inout SyncMachine, _ index: Int, isLost: Bool,
  ) throws -> [SyncMachine.Command] {
    var next = machine
    var store = clients[index].store
    let commands = try next.handle(event, now: now(index), store: &store)
    guard !isLost else { return [] }
    try checkCommit(from: clients[index].store, to: store, index)
    clients[index].store = store
    for resource in [V1Resource.leads, .tasks] {
      guard let kind = EntityKind(word: resource.rawValue) else { continue }
      clients[index].met[resource, default: []].formUnion(store.serverIDs(kind).map(Int.init))
    }
    machine = next
    return commands
  }

  // MARK: Calm

  /// Everything works again: each client synchronises until a whole turn writes nothing.
  mutating func calmDown() throws {
    network.server.hidden = [:]
    carryOutLate(all: true)
    var writes = 0
    for turn in 0..<40 {
      writes = 0
      var isReading = false
      for index in clients.indices {
        pass(3700)
        let report = try calmRound(index, &writes)
        isReading = isReading || report.hasMoreDetails
      }
      if writes == 0, turn > 0, !isReading { return }
      if writes > 0, turn > 20 { break }
    }
    throw Violation(invariant: "I10", detail: "still \(writes) writes after twenty turns; \(outboxes)")
  }

  private mutating func calmRound(_ index: Int, _ writes: inout Int) throws -> RoundReport {
    var report = RoundReport()
    var end: RoundEnd?
    var options = RoundOptions(readsEverything: true)
    // Limits of a server whose clock went back last until it is again where it was.
    for _ in 0..<(stampsWentBack ? 600 : 60) {
      (end, report) = try round(index, options)
      writes += report.writes
      if case .massVanish(let kind, let count)? = end {
        options.acceptsVanished[kind] = count
      } else if !recover(index, end) {
        break
      }
    }
    guard case .complete? = end else {
      throw Violation(
        invariant: "I1", detail: "client \(index) ends \(end.map { "\($0)" } ?? "killed") when all is well")
    }
    return report
  }

  /// Does what a person or time would do about the end of a round; true if it is worth another try.
  mutating func recover(_ index: Int, _ end: RoundEnd?) -> Bool {
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
