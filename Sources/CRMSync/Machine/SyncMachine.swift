import CRMDomain
import CRMStore

/// One round with one server, as a value: events in, commands out. It never waits, sends or stores by itself.
///
/// Whoever runs it handles each event in one transaction of the store, commits, and then carries the commands out in
/// their order. Dropping the machine at any moment is a crash, and the next round recovers from it.
package struct SyncMachine: Sendable {
  package enum Event: Sendable {
    case begin
    case answered(Int, HTTPResponse)
    case failed(Int, TransportProblem)
    /// The time of the last `wait` has come.
    case tick
    case cancel
  }

  package enum Command: Hashable, Sendable {
    /// Store this durably before anything that follows.
    case keepRefreshToken(String)
    case send(Int, HTTPRequest)
    case wait(until: Instant)
    /// The round is over.
    case stop(RoundEnd)
  }

  /// A request of a stage on its way to an answer.
  private struct Pending: Sendable {
    let request: HTTPRequest
    /// The number it was last sent under, or nil while it waits.
    var number: Int?
    var tries = 0
    var hasFreshToken = false
    var answer: Answer?
  }

  package private(set) var session: Session
  package var report: RoundReport { round.report }
  private let holder: String
  private var round: Round
  private var stages: [any SyncStage] = []
  private var asked: [Pending] = []
  private var lastNumber = 0
  private var refreshNumber: Int?
  private var refreshTries = 0
  private var waitsUntil: Instant?
  private var isOver = false
  package var isRunning: Bool { !isOver }

  package init(
    session: Session, holder: String, options: RoundOptions = RoundOptions(), pace: SyncPace = SyncPace(),
    seed: UInt64, now: Instant,
  ) {
    self.session = session
    self.holder = holder
    round = Round(now: now, options: options, pace: pace, random: SplitMix64(seed: seed))
  }

  package mutating func handle(
    _ event: Event, now: Instant, store: inout some SyncStore,
  ) throws -> [Command] {
    guard !isOver else { return [] }
    round.now = now
    var commands: [Command] = []
    switch event {
    case .begin: try begin(&commands, &store)
    case .answered(let number, let response): try answered(number, response, &commands, &store)
    case .failed(let number, let problem): try failed(number, problem, &commands, &store)
    case .tick: try dispatch(&commands, &store)
    case .cancel: try stop(.cancelled, &commands, &store)
    }
    if !isOver { try beat(&store) }
    return commands
  }

  // MARK: Begin and end

  private mutating func begin(_ commands: inout [Command], _ store: inout some SyncStore) throws {
    if let lease = try store.lease(), lease.holder != holder, lease.seenAt <= round.now,
      round.now < lease.seenAt.adding(seconds: round.pace.leaseLasts)
    {
      isOver = true
      commands.append(.stop(.busy))
      return
    }
    try store.setLease(Lease(holder: holder, seenAt: round.now))
    for var operation in try store.operations(in: [.inFlight]) {
      operation.state = .inDoubt
      try store.save(operation)
    }
    stages = [PushStage(isOnlyResolving: true), UsersStage()]
    for kind in Round.kinds where !round.options.leavesOut.contains(kind) { stages.append(PullStage(kind: kind)) }
    stages += [ReachStage(), HydrateStage()] as [any SyncStage]
    stages += [BulkStage(), PushStage(isOnlyResolving: false), ReviewStage()] as [any SyncStage]
    stages += [HydrateStage(), VanishStage()] as [any SyncStage]
    try proceed([], &commands, &store)
  }

  private func beat(_ store: inout some SyncStore) throws {
    guard let lease = try store.lease(), lease.holder == holder else { return }
    if round.now >= lease.seenAt.adding(seconds: 10) || round.now < lease.seenAt {
      try store.setLease(Lease(holder: holder, seenAt: round.now))
    }
  }

  private mutating func stop(_ end: RoundEnd, _ commands: inout [Command], _ store: inout some SyncStore) throws {
    isOver = true
    asked = []
    // Whoever may be reading another database begins anew.
    if round.strangers == nil, let stage = stages.first { try stage.pause(round, &store) }
    if let lease = try store.lease(), lease.holder == holder { try store.setLease(nil) }
    commands.append(.stop(end))
  }

  // MARK: Stages

  private mutating func proceed(
    _ answers: [Answer], _ commands: inout [Command], _ store: inout some SyncStore,
  ) throws {
    var answers = answers
    while !isOver {
      guard !stages.isEmpty else {
        let resumeAt = try store.nextOperationTime(leavingOut: round.options.leavesOut)
        return try stop(.complete(resumeAt: resumeAt), &commands, &store)
      }
      let step = try stages[0].step(answers, &round, &store)
      answers = []
      if let kind = round.strangers { return try stop(.differentServer(kind), &commands, &store) }
      switch step {
      case .again, .done:
        if case .done = step { stages.removeFirst() }
        if let rest = round.rest { return try stop(rest, &commands, &store) }
      case .stop(let end): try stop(end, &commands, &store)
      case .ask(let requests):
        asked = requests.map { Pending(request: $0) }
        return try dispatch(&commands, &store)
      }
    }
  }

  // MARK: Sending

  /// Sends what is not on its way, after a new access token if the old one is about to end.
  private mutating func dispatch(_ commands: inout [Command], _ store: inout some SyncStore) throws {
    if let waitsUntil {
      guard round.now >= waitsUntil else { return commands.append(.wait(until: waitsUntil)) }
      self.waitsUntil = nil
    }
    guard refreshNumber == nil else { return }
    guard hasToken else { return askForToken(&commands) }
    for index in asked.indices where asked[index].number == nil && asked[index].answer == nil {
      var request = asked[index].request
      request.headers["Authorization"] = "Bearer " + (session.access ?? "")
      request.headers["Accept"] = "application/json"
      asked[index].number = number()
      asked[index].tries += 1
      if !request.method.onlyReads { round.report.writes += 1 }
      commands.append(.send(lastNumber, request))
    }
  }

  private mutating func number() -> Int {
    lastNumber += 1
    round.report.requests += 1
    return lastNumber
  }

  private var hasToken: Bool {
    guard session.access != nil, let ends = session.accessEnds else { return false }
    return round.now < ends
  }

  private mutating func askForToken(_ commands: inout [Command]) {
    refreshNumber = number()
    refreshTries += 1
    let body: JSONValue = .object(["refresh": .string(session.refresh)])
    commands.append(.send(lastNumber, HTTPRequest(.post, "/api/auth/refresh/", json: body)))
  }

  // MARK: Answers

  private mutating func answered(
    _ number: Int, _ response: HTTPResponse, _ commands: inout [Command], _ store: inout some SyncStore,
  ) throws {
    let verdict = Verdict(response, now: round.now)
    if let quota = RequestQuota(response.headers) { round.report.quota = quota }
    if number == refreshNumber { return try refreshed(verdict, response, &commands, &store) }
    guard let index = asked.firstIndex(where: { $0.number == number }) else { return }
    let isRead = asked[index].request.method.onlyReads
    switch verdict {
    case .unauthorised:
      try release(as: .pending, &store)
      guard !asked[index].hasFreshToken else { return try stop(.needsLogin, &commands, &store) }
      asked[index].hasFreshToken = true
      try resendWithNewToken(index, &commands, &store)
    case .throttled(let until):
      try release(as: .pending, &store)
      try stop(.throttled(until: until ?? round.now.adding(seconds: 60)), &commands, &store)
    case .failed(_, let until?) where isRead: try stop(.throttled(until: until), &commands, &store)
    case .failed where isRead && asked[index].tries < round.pace.tries: try retryLater(index, &commands, &store)
    case .foreign where isRead && asked[index].tries < round.pace.tries: try retryLater(index, &commands, &store)
    case .foreign:
      try release(as: .inDoubt, &store)
      try stop(.offline(retryAt: round.backoff(6)), &commands, &store)
    default:
      if !isRead { note(verdict) }
      asked[index].answer = Answer(verdict: verdict, response: response)
      try finishIfAnswered(&commands, &store)
    }
  }

  /// A server that is not there is not asked once more for everything that waits.
  private mutating func note(_ verdict: Verdict) {
    guard case .failed(isFinal: false, let until) = verdict else { return round.failedWrites = 0 }
    round.failedWrites += 1
    if let until {
      round.rest = .throttled(until: until)
    } else if round.failedWrites >= round.pace.failuresInARow {
      round.rest = .offline(retryAt: round.backoff(6))
    }
  }

  private mutating func failed(
    _ number: Int, _ problem: TransportProblem, _ commands: inout [Command], _ store: inout some SyncStore,
  ) throws {
    if number == refreshNumber { return try refreshLost(&commands, &store) }
    guard let index = asked.firstIndex(where: { $0.number == number }) else { return }
    if asked[index].request.method.onlyReads, asked[index].tries < round.pace.tries {
      return try retryLater(index, &commands, &store)
    }
    try release(as: problem.excludesExecution ? .pending : .inDoubt, &store)
    try stop(.offline(retryAt: round.backoff(6)), &commands, &store)
  }

  private mutating func retryLater(
    _ index: Int, _ commands: inout [Command], _ store: inout some SyncStore,
  ) throws {
    asked[index].number = nil
    waitsUntil = round.backoff(asked[index].tries)
    try dispatch(&commands, &store)
  }

  private mutating func resendWithNewToken(
    _ index: Int, _ commands: inout [Command], _ store: inout some SyncStore,
  ) throws {
    asked[index].number = nil
    session.access = nil
    // What was refused for its token was not carried out; it goes out again and is in flight again.
    for seq in round.inFlight {
      guard var operation = try store.operation(seq) else { continue }
      operation.state = .inFlight
      try store.save(operation)
    }
    try dispatch(&commands, &store)
  }

  /// Says what became of the operations whose request is out.
  private func release(as state: OutboxOperation.State, _ store: inout some SyncStore) throws {
    for seq in round.inFlight {
      guard var operation = try store.operation(seq), operation.state == .inFlight else { continue }
      operation.state = state
      try store.save(operation)
    }
  }

  private mutating func finishIfAnswered(_ commands: inout [Command], _ store: inout some SyncStore) throws {
    let answers = asked.compactMap(\.answer)
    guard answers.count == asked.count else { return }
    asked = []
    try proceed(answers, &commands, &store)
  }

  // MARK: Tokens

  private mutating func refreshed(
    _ verdict: Verdict, _ response: HTTPResponse, _ commands: inout [Command], _ store: inout some SyncStore,
  ) throws {
    refreshNumber = nil
    switch verdict {
    case .success:
      guard let tokens = AccessToken(response.body, now: round.now) else {
        return try refreshLost(&commands, &store)
      }
      if let known = try store.fact("account")?.value, let user = tokens.user, known != user {
        return try stop(.differentAccount, &commands, &store)
      }
      if let user = tokens.user { try store.learn("account", user, at: round.now) }
      session.access = tokens.access
      session.accessEnds = tokens.ends
      if let refresh = tokens.refresh {
        session.refresh = refresh
        commands.append(.keepRefreshToken(refresh))
      }
      refreshTries = 0
      try dispatch(&commands, &store)
    case .unauthorised, .refused: try stop(.needsLogin, &commands, &store)
    case .throttled(let until): try stop(.throttled(until: until ?? round.now.adding(seconds: 60)), &commands, &store)
    case .failed(_, let until?): try stop(.throttled(until: until), &commands, &store)
    default: try refreshLost(&commands, &store)
    }
  }

  private mutating func refreshLost(_ commands: inout [Command], _ store: inout some SyncStore) throws {
    refreshNumber = nil
    guard refreshTries < round.pace.tries else {
      return try stop(.offline(retryAt: round.backoff(6)), &commands, &store)
    }
    waitsUntil = round.backoff(refreshTries)
    try dispatch(&commands, &store)
  }
}
