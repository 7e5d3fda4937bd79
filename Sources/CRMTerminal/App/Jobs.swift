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
    var flag: CancelFlag
    /// The import that it is, once it has a number, and whoever watches it.
    var run: Int64?
    var desk: ImportDesk?
    var isImport = false
    var isPaused = false
    /// True for an import that is to stop for good at its next pause, with what is written.
    var isLeaving = false
  }

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
    return JobStrip.Job(
      job.title, done: job.done, total: job.total, perSecond: rate, secondsLeft: left, isPaused: job.isPaused)
  }

  /// What can be done to what runs.
  var picker: Effect {
    guard !running.isEmpty else { return .toast("Nothing is running") }
    var items: [Picker.Item] = []
    var effects: [Effect] = []
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

  func cancel(_ number: Int) {
    guard let job = running.first(where: { $0.number == number }) else { return }
    job.flag.wish(.cancel)
    if job.isPaused { running.removeAll { $0.number == number } }
  }

  func pause(_ number: Int) { running.first { $0.number == number && $0.isImport }?.flag.wish(.pause) }

  // MARK: Kinds of work

  /// One operation over many records.
  func bulk(
    _ title: String, _ total: Int, _ body: @escaping @Sendable (StoreWriter, (Int) -> Bool) throws -> Void,
    _ session: Session,
  ) {
    start(title, total: total, session) { store, progress in
      try store.transact(title) { writer in try body(writer) { progress($0, nil) != .goOn } }
      return .done("\(title)  ·  u undoes it")
    }
  }

  func export(_ order: ExportOrder, _ session: Session) {
    let place = FilePath.short(order.path)
    start("Export to \(place.split(separator: "/").last ?? "")", total: nil, session) { store, progress in
      let count = try order.carryOut(store) { progress($0, $1) != .goOn }
      return .done("Wrote \(Counted.text(count, order.kind)) to \(place)")
    }
  }

  func loadDemo(_ session: Session) {
    start("Load the demo book", total: nil, session) { store, _ in
      try store.loadDemo(DemoBook(now: store.now))
      return .done("The demo book is loaded  ·  u takes it away again")
    }
  }

  func revertImport(_ run: Int64, _ title: String, _ session: Session) {
    start("Take back \(title)", total: nil, session) { store, _ in
      let result = try store.revertImport(run)
      guard !result.kept.isEmpty else { return .done("Taken back: \(title)") }
      let names = result.kept.prefix(3).joined(separator: ", ") + (result.kept.count > 3 ? " …" : "")
      return .kept("Taken back: \(title)  ·  changed since, so kept: \(names)")
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

  /// `body` reports how far it is, and ends where the answer is another than to go on.
  func start(
    _ title: String, total: Int?, _ session: Session,
    _ body: @escaping @Sendable (CRMStore, @escaping @Sendable (Int, Int?) -> CancelFlag.Wish) throws -> Ending,
  ) {
    count += 1
    running.append(Running(number: count, title: title, total: total, started: session.now, flag: CancelFlag()))
    perform(count, session, body)
  }

  /// Adds an import to what runs; `perform` then does it.
  func addImport(_ title: String, run: Int64?, desk: ImportDesk?, _ session: Session) -> Int {
    count += 1
    var job = Running(number: count, title: title, started: session.now, flag: CancelFlag())
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
    _ body: @escaping @Sendable (CRMStore, @escaping @Sendable (Int, Int?) -> CancelFlag.Wish) throws -> Ending,
  ) {
    guard let job = running.first(where: { $0.number == number }) else { return }
    let (flag, title, store, worker) = (job.flag, job.title, session.store, session.worker)
    now = session.now
    worker.perform(.jobs) { [weak self] in
      let progress: @Sendable (Int, Int?) -> CancelFlag.Wish = { done, total in
        worker.post { self?.note(number, done, total, store.now) }
        return flag.wish
      }
      let result: Result<Ending, JobFailure> = Jobs.result(title, flag) { try body(store, progress) }
      worker.post { self?.finish(number, result) }
    }
  }

  private nonisolated static func result(
    _ title: String, _ flag: CancelFlag, _ body: () throws -> Ending,
  ) -> Result<Ending, JobFailure> {
    do { return .success(try body()) } catch {
      guard flag.wish == .cancel else { return .failure(JobFailure(sentence: error.importSentence)) }
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
      change(number) { job in
        job.isPaused = true
        job.flag = CancelFlag()
      }
      return
    }
    running.removeAll { $0.number == number }
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

/// What is wished of a job: set by one thread, looked at by another.
final class CancelFlag: Sendable {
  enum Wish: Int, Sendable { case goOn, pause, cancel }

  private let number = Atomic<Int>(0)
  var wish: Wish { Wish(rawValue: number.load(ordering: .relaxed)) ?? .goOn }
  var isRaised: Bool { wish == .cancel }
  func raise() { wish(.cancel) }
  func wish(_ wish: Wish) { number.store(wish.rawValue, ordering: .relaxed) }
}
