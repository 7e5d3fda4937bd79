import CRMDomain
import CRMStore
import Dispatch
import Glibc
import Synchronization

extension SyncMachine.Command {
  /// True of a request that must not leave before it is certain that it will be remembered. Logins are remembered elsewhere.
  fileprivate var changesServer: Bool {
    guard case .send(_, let request) = self else { return false }
    return !request.method.onlyReads && !request.path.hasPrefix("/api/auth/")
  }

  fileprivate var isNewToken: Bool { if case .keepRefreshToken = self { true } else { false } }
}

extension RoundEnd {
  /// False where the server did not take the tokens, or they are somebody else's.
  fileprivate var leavesLogin: Bool {
    switch self {
    case .needsLogin, .differentAccount, .differentServer: false
    case .complete, .cancelled, .busy, .offline, .throttled, .massVanish: true
    }
  }
}

/// One round with a server: a `SyncMachine` between the book and the network, on the thread that calls `run`.
///
/// The events of one moment are one transaction, and the commands they answered are carried out after its commit, so that dropping this
/// anywhere is a crash from which the next round recovers.
package final class SyncRound: Sendable {
  /// How a round ended that could not be brought to an end of its own.
  package enum Failure: Error {
    case store(StoreProblem)
    /// The new refresh token could not be kept, so it is not used: why, as a sentence.
    case secret(String)
    /// There is no login to begin with.
    case login(any Error)
    case lock(ProfileLock.Problem)

    /// `error` is why a new refresh token could not be kept.
    static func notKept(_ error: any Error) -> Failure { .secret((error as? SecretProblem)?.sentence ?? "\(error)") }
  }

  package let profile: SyncProfile
  let store: CRMStore
  let transport: any Transport
  let keepToken: @Sendable (String) throws -> Void
  let handOver: @Sendable (Session) -> Void
  private let sleep: (@Sendable (Instant) -> Void)?
  private let isCancelled = Atomic<Bool>(false)
  private let wake = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - keepToken: keeps a rotated refresh token for good before it returns.
  ///   - handOver: hears which tokens the next round can begin with. For memory alone: the access token is kept nowhere.
  ///   - sleep: returns when the book's clock has come that far, for a clock that does not go by itself.
  package init(
    _ profile: SyncProfile, store: CRMStore, transport: any Transport,
    keepToken: @escaping @Sendable (String) throws -> Void,
    handOver: @escaping @Sendable (Session) -> Void = { _ in }, sleep: (@Sendable (Instant) -> Void)? = nil,
  ) {
    self.profile = profile
    self.store = store
    self.transport = transport
    self.keepToken = keepToken
    self.handOver = handOver
    self.sleep = sleep
  }

  /// Ends the round at its next step; from any thread. What is done stays done, and the next round goes on from there.
  package func cancel() {
    isCancelled.store(true, ordering: .sequentiallyConsistent)
    transport.cancel()
    wake.signal()
  }

  private var isStopping: Bool { isCancelled.load(ordering: .sequentiallyConsistent) }

  /// What one call of `run` carries from event to event.
  private struct State {
    var machine: SyncMachine
    var operation: Int64?
    var commands: [SyncMachine.Command] = []
    var end: RoundEnd?
    let title: String
  }

  /// The lock of the profile, or nil if another program has it.
  func lock() throws(Failure) -> ProfileLock? {
    do throws(ProfileLock.Problem) { return try ProfileLock(book: store.path, profile: profile.id) } catch {
      guard error == .busy else { throw .lock(error) }
      return nil
    }
  }

  /// Runs the round with a token that nobody else uses meanwhile.
  package func run(
    refreshToken: String, options: RoundOptions = RoundOptions(), pace: SyncPace = .ofBooks,
    seed: UInt64 = .random(in: .min ... .max), progress: (RoundReport) -> Void = { _ in },
  ) throws(Failure) -> RoundResult {
    try run(login: { Session(refresh: refreshToken) }, options: options, pace: pace, seed: seed, progress: progress)
  }

  /// Runs the round and notes how it ended in the book.
  /// - Parameters:
  ///   - login: looked up when no other program can use it up: a refresh token may be good for one use.
  ///   - progress: hears how far it is, at most once per answer.
  package func run(
    login: () throws -> Session, options: RoundOptions = RoundOptions(), pace: SyncPace = .ofBooks,
    seed: UInt64 = .random(in: .min ... .max), progress: (RoundReport) -> Void = { _ in },
  ) throws(Failure) -> RoundResult {
    let started = store.now
    guard let lock = try lock() else {
      return RoundResult(startedAt: started, endedAt: started, end: .busy, report: RoundReport())
    }
    defer { withExtendedLifetime(lock) {} }
    let session: Session
    do { session = try login() } catch { throw .login(error) }
    var options = options
    options.leavesOut = profile.settings.leavesOut
    let machine = SyncMachine(
      session: session, holder: "\(getpid())", options: options, pace: pace, seed: seed, now: started)
    var state = State(machine: machine, title: "Synchronised with \(profile.settings.server)")
    do { try JournalIntake.runAll(store, profile.id) } catch { throw .store(error) }
    do {
      try handle([.begin], &state)
      while state.end == nil {
        try carryOut(&state)
        progress(state.machine.report)
      }
    } catch {
      // What was left out for the pull is made again as far as the book can be written.
      do { try store.finishLoading() } catch { throw .store(error) }
      throw error
    }
    if state.end?.leavesLogin == true { handOver(state.machine.session) }
    return try finish(state, started)
  }

  /// The events of one moment, one transaction: what others wrote meanwhile first. What is only asked for next may be asked
  /// for again, so that the commit is flushed before a request that changes something, and not before any other.
  private func handle(_ events: [SyncMachine.Event], _ state: inout State) throws(Failure) {
    do {
      let (commands, operation) = try store.synchronise(
        profile.id, state.title, continuing: state.operation, surviving: .kill
      ) { book in
        while try !JournalIntake.run(&book) {}
        var commands: [SyncMachine.Command] = []
        for event in events { commands += try state.machine.handle(event, now: book.now, store: &book) }
        return commands
      }
      state.commands += commands
      state.operation = operation ?? state.operation
      if commands.contains(where: \.changesServer) { try store.flush() }
    } catch { throw .store(error) }
  }

  private func carryOut(_ state: inout State) throws(Failure) {
    if isStopping, state.machine.isRunning {
      // The server has used up the one before.
      state.commands = state.commands.filter(\.isNewToken)
      try handle([.cancel], &state)
    }
    var sends: [(Int, HTTPRequest)] = []
    var until: Instant?
    for command in state.commands {
      switch command {
      case .keepRefreshToken(let token):
        do { try keepToken(token) } catch { throw .notKept(error) }
      case .send(let number, let request): sends.append((number, request))
      case .wait(let time): until = time
      case .stop(let end): state.end = end
      }
    }
    state.commands = []
    guard state.end == nil else { return }
    if !sends.isEmpty { return try exchange(sends, &state) }
    if let until { wait(until) }
    try handle([isStopping ? .cancel : .tick], &state)
  }

  /// What was asked together is answered together. Once the round is stopped only a new login counts: the one before is
  /// used up.
  private func exchange(_ sends: [(Int, HTTPRequest)], _ state: inout State) throws(Failure) {
    var events: [SyncMachine.Event] = []
    let renewsLogin = sends.contains { $0.1.path == "/api/auth/refresh/" }
    try transport.exchange(sends) { number, answer throws(Failure) in
      switch answer {
      case .success(let response): events.append(.answered(number, response))
      case .failure(let problem): events.append(.failed(number, problem))
      }
      if events.count == sends.count, !isStopping || renewsLogin { try handle(events, &state) }
    }
  }

  private func wait(_ until: Instant) {
    if let sleep { return sleep(until) }
    let microseconds = min(max(0, until.microseconds - store.now.microseconds), 300_000_000)
    _ = wake.wait(timeout: .now() + .microseconds(Int(microseconds)))
  }

  /// Conflicts in fields for which there is a rule need nobody, but where somebody has written something else since.
  private func followRules() throws(StoreProblem) {
    let rules = (mine: profile.settings.keepsMine, theirs: profile.settings.keepsTheirs)
    guard !rules.mine.isEmpty || !rules.theirs.isEmpty else { return }
    for noted in try store.read({ try $0.conflicts(of: profile.id) }) where noted.conflict.reason == .bothChanged {
      guard let field = noted.conflict.field else { continue }
      let name = "\(noted.conflict.key.kind.rawValue).\(field)"
      guard rules.mine.contains(name) || rules.theirs.contains(name) else { continue }
      let choice: ConflictChoice = rules.mine.contains(name) ? .mine : .theirs
      try store.transact("Kept by a rule") { writer in
        guard try writer.reader.conflict(noted.id)?.isUntouched == true else { return }
        try writer.resolve(noted, choice)
      }
    }
  }

  private func finishLoading(_ result: RoundResult) throws(StoreProblem) {
    let isLoading = try store.isLoading()
    if result.report.pulled > 0 || isLoading { try store.finishLoading() }
  }

  private func finish(_ state: State, _ started: Instant) throws(Failure) -> RoundResult {
    let result = RoundResult(
      startedAt: started, endedAt: store.now, end: state.end ?? .cancelled, report: state.machine.report,
      operation: state.operation)
    do {
      _ = try store.synchronise(profile.id, state.title) { book in
        try book.noteRound(startedAt: started, endedAt: result.endedAt, result.json.text, operation: state.operation)
      }
      try followRules()
      // Whoever stops a round does not wait for indexes: what is left out is made with the next one, or as after a kill.
      if !isStopping { try finishLoading(result) }
    } catch { throw .store(error) }
    return result
  }
}
