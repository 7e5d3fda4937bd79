import CRMDomain
import CRMStore
import Synchronization
import TerminalKit

/// The long work under way. It runs on the worker, shows in the strip, can be cancelled, and ends with a sentence.
/// Imports can be paused too: they end for a while and go on where they stopped.
@MainActor final class Jobs {
  struct Running {
    let number: Int
    let title: String
    var done = 0
    var total: Int?
    var started: Instant
    /// Rows that were done when it was started or went on.
    var doneAtStart = 0
    var control = JobControl()
    /// True where what is done already can be kept.
    var isBulk = false
    /// The import that it is, once it has a number, and whoever watches it.
    var run: Int64?
    var desk: ImportDesk?
    var isImport = false
    var isPaused = false
    /// True for an import that is to stop for good at its next pause, with what is written.
    var isLeaving = false
  }

  typealias Progress = @Sendable (Int, Int?) -> Bool

  private(set) var running: [Running] = []
  private var count = 0
  private var message: Toast?
  private var now = Instant(seconds: 0)

  /// Paused work needs no watching.
  var isEmpty: Bool { running.allSatisfy(\.isPaused) }

  func takeMessage() -> Toast? {
    defer { message = nil }
    return message
  }

  func say(_ toast: Toast) { message = toast }

  var strip: JobStrip { JobStrip(running.map { shown($0) }) }

  private func shown(_ job: Running) -> JobStrip.Job {
    let seconds = max(0.001, Double(now.microseconds - job.started.microseconds) / 1_000_000)
    let rate = Double(job.done - job.doneAtStart) / seconds
    let left = job.total.map { rate > 0 ? Int(Double($0 - job.done) / rate) : 0 }
    let title = job.control.verdict == .takeBack ? "Taking back: \(job.title)" : job.title
    return JobStrip.Job(
      title, done: job.done, total: job.total, perSecond: rate, secondsLeft: left, isPaused: job.isPaused)
  }

  /// What can be done to what runs.
  func picker(besides sync: SyncDesk) -> Effect {
    guard !running.isEmpty || sync.isRunning else { return .toast("Nothing is running") }
    var items: [Picker.Item] = []
    var effects: [Effect] = []
    if sync.isRunning {
      items.append(Picker.Item("Synchronising", detail: "stop"))
      effects.append(
        .with { session in
          session.sync.cancel()
          return .toast("Stopping …")
        })
    }
    for job in running {
      if job.isImport {
        items.append(Picker.Item(job.title, detail: job.isPaused ? "go on" : "pause"))
        effects.append(job.isPaused ? .resumeJob(job.number) : .pauseJob(job.number))
      }
      items.append(Picker.Item(job.title, detail: job.isImport ? "stop …" : "cancel"))
      effects.append(.cancelJob(job.number))
    }
    return .push(PickerScreen("Jobs", items) { effects[$0] })
  }

  /// Asks what becomes of what is done already, where it can be kept.
  func cancel(_ number: Int) -> Effect {
    guard let job = running.first(where: { $0.number == number }) else { return .toast("It is done") }
    if job.isImport { return stopQuestion(job) }
    guard job.isBulk else { return .stopJob(number, .takeBack) }
    let done = job.done.formatted(grouping: ",")
    let choices: [(String, BulkVerdict)] = [
      ("Stop and take back what is done", .takeBack), ("Stop and keep the first \(done)", .keep), ("Go on", .goOn),
    ]
    return .push(
      PickerScreen(job.title, choices.map { Picker.Item($0.0) }) { .stopJob(number, choices[$0].1) })
  }

  func stop(_ number: Int, _ verdict: BulkVerdict) {
    running.first { $0.number == number }?.control.ask(verdict)
  }

  /// True while a job writes this operation of history.
  func isWriting(_ operation: Int64) -> Bool {
    running.contains { !$0.isPaused && $0.control.operations.contains(operation) }
  }

  // MARK: Kinds of work

  /// One change of many records, in pieces.
  func bulk(
    _ title: String, _ total: Int, _ session: Session,
    _ run: @escaping @Sendable (CRMStore, (BulkProgress) -> BulkVerdict) throws(StoreProblem) -> BulkResult,
  ) {
    start(title, total: total, isBulk: true, session) { store, control, progress in
      let result = try run(store) { now in
        control.note(now.operation.map { [$0] } ?? [])
        _ = progress(now.done, nil)
        return control.verdict
      }
      return .done(Jobs.sentence(title, result, total))
    }
  }

  private nonisolated static func sentence(_ title: String, _ result: BulkResult, _ total: Int) -> String {
    let changed = result.changed.formatted(grouping: ",")
    switch result.end {
    case .goOn: return "\(title): \(changed) changed  ·  u undoes it"
    case .takeBack: return "\(title): stopped, and everything taken back"
    case .keep:
      return "\(title): stopped after \(result.done.formatted(grouping: ",")), \(changed) changed  ·  u undoes it"
    }
  }

  /// Takes an operation of history back, or does it again, where that is more than a moment's work.
  func replay(_ operation: Operation, _ session: Session) {
    let (id, isUndone) = (operation.id, operation.isUndone)
    let (title, done) = isUndone ? ("Redo", "Done again") : ("Undo", "Undone")
    replay("\(title): \(operation.title)", done: "\(done): \(operation.title)", session) { store, watch in
      isUndone ? try store.redo(operation: id, watch: watch) : try store.revert(operation: id, watch: watch)
    }
  }

  /// Goes on with what a program took back or did again when it was killed.
  func finishReplay(_ title: String, _ session: Session) {
    replay("Finish undo: \(title)", done: "Finished: \(title)", session) { store, watch in
      try store.finishInterruptedReplays(watch: watch).last
    }
  }

  /// `run` answers nil where somebody else was quicker.
  func replay(
    _ title: String, done: String, _ session: Session,
    _ run: @escaping @Sendable (CRMStore, (ReplayProgress) -> Bool) throws -> UndoResult?,
  ) {
    start(title, total: nil, session) { store, control, progress in
      let result = try run(store) { now in
        control.note(now.operations)
        return !progress(now.done, now.total)
      }
      guard let result else { return .stopped("\(title): there is nothing left to do") }
      if result.isStopped { return .stopped("\(title): stopped, everything is as it was") }
      guard !result.kept.isEmpty else { return .done(done) }
      let names = result.kept.prefix(3).joined(separator: ", ") + (result.kept.count > 3 ? " …" : "")
      return .kept("\(done)  ·  changed since, so kept: \(names)")
    }
  }

  func export(_ order: ExportOrder, _ session: Session) {
    let place = FilePath.short(order.path)
    start("Export to \(place.split(separator: "/").last ?? "")", total: nil, session) { store, _, progress in
      let count = try order.carryOut(store) { progress($0, $1) }
      return .done("Wrote \(Counted.text(count, order.kind)) to \(place)")
    }
  }

  func loadDemo(_ session: Session) {
    start("Load the demo book", total: nil, session) { store, _, _ in
      try store.loadDemo(DemoBook(now: store.now))
      return .done("The demo book is loaded  ·  u takes it away again")
    }
  }

  // MARK: The machinery

  enum Ending: Sendable {
    case done(String)
    /// Done, but for something a person should look at.
    case kept(String)
    case paused
    /// It was ended before its end, as was asked.
    case stopped(String)

    var toast: Toast? {
      switch self {
      case .done(let sentence): Toast(sentence, role: .good)
      case .kept(let sentence), .stopped(let sentence): Toast(sentence, role: .warning)
      case .paused: nil
      }
    }
  }

  /// `body` reports how far it is, and ends early where the answer is true.
  func start(
    _ title: String, total: Int?, isBulk: Bool = false, _ session: Session,
    _ body: @escaping @Sendable (CRMStore, JobControl, @escaping Progress) throws -> Ending,
  ) {
    count += 1
    var job = Running(number: count, title: title, total: total, started: session.now)
    job.isBulk = isBulk
    running.append(job)
    perform(count, session, body)
  }

  /// Adds an import to what runs; `perform` then does it.
  func addImport(_ title: String, run: Int64?, desk: ImportDesk?, _ session: Session) -> Int {
    count += 1
    var job = Running(number: count, title: title, started: session.now)
    (job.run, job.desk, job.isImport) = (run, desk, true)
    running.append(job)
    return count
  }

  func drop(_ number: Int) { running.removeAll { $0.number == number } }

  func change(_ number: Int, _ body: (inout Running) -> Void) {
    guard let index = running.firstIndex(where: { $0.number == number }) else { return }
    body(&running[index])
    running[index].desk?.note(running[index].number, shown(running[index]))
  }

  func perform(
    _ number: Int, _ session: Session,
    _ body: @escaping @Sendable (CRMStore, JobControl, @escaping Progress) throws -> Ending,
  ) {
    guard let job = running.first(where: { $0.number == number }) else { return }
    let (control, title, store, worker) = (job.control, job.title, session.store, session.worker)
    now = session.now
    worker.perform(.jobs) { [weak self] in
      let progress: Progress = { done, total in
        worker.post { self?.note(number, done, total, store.now) }
        return control.isRaised
      }
      let result = Jobs.result(title, control) { try body(store, control, progress) }
      worker.post { self?.finish(number, result) }
    }
  }

  private nonisolated static func result(
    _ title: String, _ control: JobControl, _ body: () throws -> Ending,
  ) -> Result<Ending, JobFailure> {
    do { return .success(try body()) } catch {
      guard control.isRaised else { return .failure(JobFailure(sentence: error.importSentence)) }
      return .success(.stopped("\(title): cancelled, nothing was changed"))
    }
  }

  private func note(_ number: Int, _ done: Int, _ total: Int?, _ now: Instant) {
    self.now = now
    change(number) { job in
      job.done = done
      if let total { job.total = total }
    }
  }

  private func finish(_ number: Int, _ result: Result<Ending, JobFailure>) {
    guard let job = running.first(where: { $0.number == number }) else { return }
    if case .success(.paused) = result, !job.isLeaving {
      return change(number) { job in
        job.isPaused = true
        job.control = JobControl()
      }
    }
    drop(number)
    switch result {
    case .success(let ending):
      let ending = if case .paused = ending { Ending.stopped(Self.keptWords) } else { ending }
      message = ending.toast ?? message
      job.desk?.finish(ending)
    case .failure(let failure):
      message = Toast(failure.sentence, role: .bad)
      job.desk?.fail(failure.sentence)
    }
  }
}

/// Why a job ended badly, as a sentence.
struct JobFailure: Error { let sentence: String }

/// Raised by one thread, looked at by another.
final class CancelFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  var isRaised: Bool { flag.load(ordering: .relaxed) }
  func raise() { flag.store(true, ordering: .relaxed) }
}
