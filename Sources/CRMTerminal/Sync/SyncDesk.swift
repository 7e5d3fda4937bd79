import CRMDomain
import CRMStore
import CRMSync
import Synchronization
import TerminalKit

/// The rounds with the server: when one is due, the one under way, and what all screens show of it.
@MainActor package final class SyncDesk {
  package let line: SyncLine?
  private(set) var profile: SyncProfile?
  private(set) var counts = SyncCounts()
  /// Requests of the last hour.
  private(set) var requests = 0
  private(set) var quota: RequestQuota?
  private(set) var last: RoundResult?
  /// How far the round under way is.
  private(set) var progress: RoundReport?
  private var startedAt = Instant(seconds: 0)
  private var round: SyncRound?
  private var dueAt: Instant?
  /// No round begins by itself before: the server asked for patience, or does not answer.
  private var notBefore: Instant?
  /// Rounds in a row that met no server, or could not begin.
  private var failures = 0
  /// Why the last round could not begin.
  private(set) var trouble: SyncFailure?
  let memory = AccessMemory()
  private var isStale = true
  private var message: Toast?
  private var isAsked = false
  private var effect: Effect?

  /// Seconds a change waits for others to go with it.
  private static let pause: Int64 = 5
  /// Seconds between rounds while whole records are left to read, and how many requests the server must still allow.
  private static let pauseBetweenDetails: Int64 = 30
  private static let quotaToHurry = 2000

  package init(_ line: SyncLine?) { self.line = line }

  var isRunning: Bool { progress != nil }

  func takeMessage() -> Toast? {
    defer { message = nil }
    return message
  }

  /// What is to be done next, because something came back from the server.
  func takeEffect() -> Effect? {
    defer { effect = nil }
    return effect
  }

  // MARK: What is known

  /// Something was written: what is shown is counted again, and a round may be due.
  func noteChange(now: Instant) {
    isStale = true
    guard let profile, profile.settings.sendsAtOnce, profile.settings.interval > 0, !needsPerson else { return }
    let soon = now.adding(seconds: Self.pause)
    dueAt = later(dueAt.map { min(max($0, now), soon) } ?? soon)
  }

  private func later(_ time: Instant) -> Instant { max(time, notBefore ?? time) }

  func noteStale() { isStale = true }

  func load(_ session: Session) {
    guard isStale, line != nil else { return }
    isStale = false
    session.read { reader in
      let before = profile?.id
      profile = try reader.chosenSyncProfile()
      if before != profile?.id { (last, dueAt, quota, notBefore, failures, trouble) = (nil, nil, nil, nil, 0, nil) }
      guard let profile else { return counts = SyncCounts() }
      counts = try reader.syncCounts(profile)
      requests = try reader.syncRequests(profile.id, since: session.now.adding(seconds: -3600))
      last = try reader.syncRounds(profile.id, limit: 1).first.flatMap {
        RoundResult(json: $0.outcome, operation: $0.operation)
      }
      guard before != profile.id, profile.settings.interval > 0 else { return }
      // The server's patience does not come back with a new start of the program; its line may.
      if case .throttled(let until)? = last?.end { notBefore = until }
      dueAt = later(session.now)
    }
  }

  /// True where another round would end like the last one until somebody decides.
  private var needsPerson: Bool {
    switch last?.end {
    case .needsLogin, .differentAccount, .massVanish, .differentServer: true
    case .complete, .cancelled, .busy, .offline, .throttled, nil: trouble?.needsLogin == true
    }
  }

  /// What the bar at the top says, if there is a server at all.
  func status(_ canvas: Canvas) -> Tabs.Status? {
    guard profile != nil else { return nil }
    let sign = canvas.glyph(.exchange)
    if isRunning { return Tabs.Status("\(sign) \(canvas.glyph(.ellipsis))", priority: 2) }
    if counts.refused + counts.conflicts > 0 {
      return Tabs.Status("\(sign) \(counts.refused + counts.conflicts) to look at", role: .warning, priority: 3)
    }
    if let trouble {
      return Tabs.Status("\(sign) \(trouble == .noLogin ? "log in" : "look")", role: .warning, priority: 3)
    }
    func ask(_ what: String) -> Tabs.Status { Tabs.Status("\(sign) \(what)", role: .warning, priority: 3) }
    switch last?.end {
    case .needsLogin: return ask("log in")
    case .differentAccount: return ask("other account")
    case .massVanish(let kind, let count): return ask("\(Counted.text(count, kind)) gone?")
    case .differentServer: return ask("other server")
    case .offline: return Tabs.Status("\(sign) offline\(pendingText)", priority: 1)
    default: return counts.pending + counts.inDoubt > 0 ? Tabs.Status("\(sign)\(pendingText)", priority: 1) : nil
    }
  }

  private var pendingText: String {
    let count = counts.pending + counts.inDoubt
    return count > 0 ? " \(count.formatted(grouping: ",")) to send" : ""
  }

  /// Takes up what was written since, so that it can be listed; the next round would do it too.
  func takeUpJournal(_ session: Session, then: @escaping @MainActor @Sendable () -> Void) {
    guard !isRunning, let profile, counts.pending > 0 else { return }
    let (store, worker) = (session.store, session.worker)
    worker.perform(.sync) {
      do throws(StoreProblem) { try JournalIntake.runAll(store, profile.id) } catch {
        return worker.post { session.problem = error.sentence }
      }
      worker.post(then)
    }
  }

  /// What is opened is read whole before others, with the next round.
  func noteOpened(_ key: RecordKey, _ session: Session) {
    guard let profile, key.kind.isOnServers, !session.store.isReadOnly else { return }
    let (store, worker, now) = (session.store, session.worker, session.now)
    worker.perform(.sync) {
      do throws(StoreProblem) {
        _ = try store.synchronise(profile.id, "") { try $0.noteOpened(key, at: now) }
      } catch { worker.post { session.problem = error.sentence } }
    }
  }

  // MARK: Logging in

  /// Keeps a login with the account it is for, and `then` hears why it could not. Where it is of another server or user
  /// than the account it was `before`, it is asked whether that one has moved: as a rule it is a further one.
  func enter(
    _ login: Login, before: SyncProfile?, _ session: Session,
    then: @escaping @MainActor @Sendable (SyncFailure?) -> Effect,
  ) {
    do throws(StoreProblem) {
      let all = try session.store.read { try $0.syncProfiles() }
      let account = LoginAccount(login.settings.server, login.settings.user, among: all)
      guard let before, account.isFurther else { return keep(login, of: account, session, then: then) }
      effect = .several([then(nil), Self.askWhetherMoved(before, login, account)])
    } catch { effect = then(SyncFailure(error)) }
  }

  private static func askWhetherMoved(_ before: SyncProfile, _ login: Login, _ further: LoginAccount) -> Effect {
    let items = [
      Picker.Item("A further account", detail: "that server's records come in besides; the other account stays"),
      Picker.Item("The same, it has moved", detail: "the records of before are at this address, under this name"),
    ]
    let accounts = [further, LoginAccount(moved: before)]
    return .push(
      PickerScreen("Not \(before.settings.user) at \(before.settings.server)", items) { choice in
        .with { session in
          session.sync.keep(login, of: accounts[choice], session) { failure in
            failure.map { .toast($0.sentence, .bad) } ?? .handled
          }
          return .handled
        }
      })
  }

  /// On the worker: a keyring may be slow, and a command may ask for a passphrase.
  private func keep(
    _ login: Login, of account: LoginAccount, _ session: Session,
    then: @escaping @MainActor @Sendable (SyncFailure?) -> Effect,
  ) {
    guard let line else { return }
    let (store, worker) = (session.store, session.worker)
    worker.perform(.sync) { [weak self] in
      let outcome = Self.keep(login, of: account, line, store)
      worker.post { self?.entered(login, outcome, session, then) }
    }
  }

  /// At the first login of an account it is asked what becomes of the records that are here already.
  private nonisolated static func keep(
    _ login: Login, of account: LoginAccount, _ line: SyncLine, _ store: CRMStore,
  ) -> Result<String, SyncFailure> {
    do {
      var login = login
      login.settings = account.settings(login.settings)
      if account.isFurther {
        login.settings.asksAboutMeeting =
          try store.read { reader in try JournalIntake.kinds.contains { try reader.hasAny($0) } }
      }
      return .success(try line.keep(login, of: account, isChosen: true, store).note)
    } catch { return .failure(SyncFailure(error)) }
  }

  private func entered(
    _ login: Login, _ outcome: Result<String, SyncFailure>, _ session: Session,
    _ then: @MainActor (SyncFailure?) -> Effect,
  ) {
    switch outcome {
    case .failure(let failure): effect = then(failure)
    case .success(let note):
      (isStale, last, notBefore, failures, trouble) = (true, nil, nil, 0, nil)
      load(session)
      let told = Effect.toast("Logged in as \(login.name). \(note)", .good)
      effect = .several([then(nil), told, .synchronise(RoundOptions())])
    }
  }

  /// On the worker, as a login is kept: a keyring may be slow.
  func logOut(forgets: Bool, _ session: Session) {
    guard let line, let profile else { return }
    guard !isRunning else { return message = Toast("A round is under way: J stops it") }
    let (store, worker) = (session.store, session.worker)
    worker.perform(.sync) { [weak self] in
      let outcome = Result {
        let giver = try line.secrets(profile.settings).forget()
        if forgets { try store.transact("") { try $0.removeSyncProfile(profile.name) } }
        return giver
      }
      worker.post { self?.loggedOut(outcome, forgets: forgets) }
    }
  }

  /// `giver` is what still gives a login to whoever asks.
  private func loggedOut(_ outcome: Result<SecretPlace?, any Error>, forgets: Bool) {
    isStale = true
    switch outcome {
    case .failure(let error): message = Toast(SyncFailure(error).sentence, role: .bad)
    case .success(let giver):
      // No round begins before somebody logs in.
      (trouble, dueAt) = (.noLogin, nil)
      let told = forgets ? "The server is forgotten; your records stay" : "Logged out"
      message = giver.map { Toast("\(told). \($0.afterLogout)", role: .warning) } ?? Toast(told, role: .good)
    }
  }

  /// What is to be asked before there can be a round.
  var question: Effect? { profile?.settings.asksAboutMeeting == true ? meeting : nil }

  private var meeting: Effect {
    let items = [
      Picker.Item("Match", detail: "same e-mail, deal or task: one record; all else goes both ways"),
      Picker.Item("Keep both", detail: "everything here is made there too, even if it is there"),
      Picker.Item("Only fetch", detail: "what is here already stays here alone"),
    ]
    let choices: [SyncProfile.FirstMeeting] = [.matchByEmail, .keepBoth, .fetchOnly]
    return .push(
      PickerScreen("Both sides may have records", items) { choice in
        .with { session in
          guard let profile = session.sync.profile else { return .handled }
          do throws(StoreProblem) { _ = try SyncLine.meet(choices[choice], profile, session.store) } catch {
            return .toast(error.sentence, .bad)
          }
          session.sync.noteStale()
          session.sync.load(session)
          return .synchronise(RoundOptions())
        }
      })
  }

  // MARK: Rounds

  /// A round that takes long is told like other long work; one that is over in a moment would only flicker.
  func job(_ now: Instant) -> JobStrip.Job? {
    guard let progress, now >= startedAt.adding(seconds: 2) else { return nil }
    let seconds = Double(now.microseconds - startedAt.microseconds) / 1_000_000
    let rowsLeft = progress.rowsExpected - progress.rowsRead
    if rowsLeft > 0, progress.rowsRead > 0 {
      let perSecond = Double(progress.rowsRead) / seconds
      return JobStrip.Job(
        "Synchronising", done: progress.rowsRead, total: progress.rowsExpected, perSecond: perSecond,
        secondsLeft: Int((Double(rowsLeft) / perSecond).rounded(.up)))
    }
    let done = progress.pulled + progress.matched + progress.details + progress.pushed
    return JobStrip.Job("Synchronising", done: done, perSecond: Double(done) / seconds)
  }

  /// Milliseconds until a round is due; nil while none is.
  func wait(_ now: Instant) -> Int? {
    guard !isRunning, let profile, !profile.settings.asksAboutMeeting, let dueAt else { return nil }
    return Int(max(0, min((dueAt.microseconds - now.microseconds) / 1000 + 1, 3_600_000)))
  }

  func beginIfDue(_ session: Session) {
    guard wait(session.now) == 0, !session.store.isReadOnly else { return }
    begin(RoundOptions(), isAsked: false, session)
  }

  /// `isAsked` if the rep waits for it, and so is told how it ends, whatever it did.
  func begin(_ options: RoundOptions, isAsked: Bool, _ session: Session) {
    guard !isRunning else { return message = Toast("It is under way already") }
    guard let line, let profile else { return message = Toast("There is no server yet: L logs in") }
    let (store, worker, memory) = (session.store, session.worker, memory)
    (progress, startedAt) = (RoundReport(), session.now)
    self.isAsked = isAsked
    dueAt = nil
    worker.perform(.sync) { [weak self] in
      let outcome = SyncDesk.run(line, profile, store, memory, options) { round, report in
        worker.post { self?.note(round, report) }
      }
      worker.post { self?.finish(outcome, session) }
      SyncDesk.finishLoading(store, worker, session)
    }
  }

  /// A round that was stopped leaves the indexes it did without to us.
  private nonisolated static func finishLoading(_ store: CRMStore, _ worker: Worker, _ session: Session) {
    do throws(StoreProblem) {
      if try store.isLoading() { try store.finishLoading() }
    } catch { worker.post { session.problem = error.sentence } }
  }

  private nonisolated static func run(
    _ line: SyncLine, _ profile: SyncProfile, _ store: CRMStore, _ memory: AccessMemory, _ options: RoundOptions,
    _ note: (SyncRound, RoundReport) -> Void,
  ) -> Result<RoundResult, SyncFailure> {
    do {
      let (round, login) = try line.round(profile, store, memory)
      note(round, RoundReport())
      var told = store.now
      return .success(
        try round.run(login: login, options: options) { report in
          // A few times a second is as often as anybody reads it.
          guard store.now.microseconds - told.microseconds > 200_000 || store.now < told else { return }
          told = store.now
          note(round, report)
        })
    } catch { return .failure(SyncFailure(error)) }
  }

  func cancel() { round?.cancel() }

  private func note(_ round: SyncRound, _ report: RoundReport) {
    guard progress != nil else { return }
    self.round = round
    progress = report
    quota = report.quota ?? quota
  }

  func finish(_ outcome: Result<RoundResult, SyncFailure>, _ session: Session) {
    (progress, round, isStale) = (nil, nil, true)
    switch outcome {
    case .success(let result): note(result, session)
    case .failure(let failure): note(failure, session.now)
    }
  }

  private func note(_ result: RoundResult, _ session: Session) {
    let before = last
    (last, trouble) = (result, nil)
    quota = result.report.quota ?? quota
    notBefore = patience(after: result)
    dueAt = nextDue(after: result)
    if isAsked || (needsPerson && before?.end != result.end) {
      message = Toast(SyncWords.sentence(result, session.calendar, for: .screen), role: SyncWords.role(result))
    }
  }

  /// What hinders a round may pass, such as a slow keyring or a full disk, and so is tried again; it is told once.
  private func note(_ failure: SyncFailure, _ now: Instant) {
    let isNew = failure != trouble
    trouble = failure
    failures += 1
    notBefore = now.adding(seconds: backoff)
    let goesOn = (profile?.settings.interval ?? 0) > 0 && !needsPerson
    dueAt = goesOn ? notBefore : nil
    // Who has logged out knows that.
    if isAsked || (isNew && failure != .noLogin) { message = Toast(failure.sentence, role: .bad) }
  }

  /// Seconds before a round by itself after so many that came to nothing: 30, twice as many each time, at most five minutes.
  private var backoff: Int64 { min(300, 15 << Int64(min(failures, 5))) }

  /// Until when a server is to be left alone, whatever is written meanwhile.
  private func patience(after result: RoundResult) -> Instant? {
    switch result.end {
    case .offline(let time):
      failures += 1
      return max(time, result.endedAt.adding(seconds: backoff))
    case .throttled(let time):
      failures = 0
      return max(time, result.endedAt.adding(seconds: 1))
    case .complete, .cancelled, .busy, .needsLogin, .differentAccount, .massVanish, .differentServer:
      failures = 0
      return nil
    }
  }

  private func nextDue(after result: RoundResult) -> Instant? {
    guard let interval = profile?.settings.interval, interval > 0, !needsPerson else { return nil }
    let usual = result.endedAt.adding(seconds: Int64(interval))
    guard case .complete(let time) = result.end else { return notBefore ?? usual }
    let resume = time.map { max($0, result.endedAt.adding(seconds: 1)) }
    // What a server still allows is for what is written first.
    let mayHurry = result.report.hasMoreDetails && (result.report.quota?.left ?? .max) > Self.quotaToHurry
    let details = mayHurry ? result.endedAt.adding(seconds: Self.pauseBetweenDetails) : nil
    return [usual, resume, details].compactMap(\.self).min()
  }
}
