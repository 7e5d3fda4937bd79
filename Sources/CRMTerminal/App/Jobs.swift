import CRMDomain
import CRMStore
import Synchronization
import TerminalKit

/// The long work under way. It runs on the worker, shows in the strip, can be cancelled, and ends with a sentence.
@MainActor final class Jobs {
  private struct Running {
    let number: Int
    let title: String
    var done = 0
    var total: Int?
    let started: Instant
    let control: JobControl
    /// True where what is done already can be kept.
    let isBulk: Bool
  }

  private var running: [Running] = []
  private var count = 0
  private var message: Toast?
  private var now = Instant(seconds: 0)

  var isEmpty: Bool { running.isEmpty }

  func takeMessage() -> Toast? {
    defer { message = nil }
    return message
  }

  var strip: JobStrip {
    JobStrip(
      running.map { job in
        let seconds = max(0.001, Double(now.microseconds - job.started.microseconds) / 1_000_000)
        let rate = Double(job.done) / seconds
        let left = job.total.map { rate > 0 ? Int(Double($0 - job.done) / rate) : 0 }
        let title = job.control.verdict == .takeBack ? "Taking back: \(job.title)" : job.title
        return JobStrip.Job(title, done: job.done, total: job.total, perSecond: rate, secondsLeft: left)
      })
  }

  var picker: Effect {
    guard !running.isEmpty else { return .toast("Nothing is running") }
    let numbers = running.map(\.number)
    return .push(
      PickerScreen("Jobs (enter cancels)", running.map { Picker.Item($0.title) }) { .cancelJob(numbers[$0]) })
  }

  /// Asks what becomes of what is done already, where it can be kept.
  func cancel(_ number: Int) -> Effect {
    guard let job = running.first(where: { $0.number == number }) else { return .toast("It is done") }
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
  func isWriting(_ operation: Int64) -> Bool { running.contains { $0.control.operation == operation } }

  // MARK: Kinds of work

  /// One change of many records, in pieces.
  func bulk(
    _ title: String, _ total: Int, _ session: Session,
    _ run: @escaping @Sendable (CRMStore, (BulkProgress) -> BulkVerdict) throws(StoreProblem) -> BulkResult,
  ) {
    start(title, total: total, isBulk: true, session) { store, control, progress in
      let result = try run(store) { now in
        control.note(operation: now.operation)
        _ = progress(now.done, nil)
        return control.verdict
      }
      return Jobs.sentence(title, result, total)
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

  func importFile(_ kind: EntityKind, _ path: String, _ session: Session) {
    start("Import \(path.split(separator: "/").last ?? "")", total: nil, session) { store, _, progress in
      let outcome = try Importer(store: store, kind: kind).run(path: path) { progress($0.done, $0.total) }
      return "Imported \(outcome.sentence)  ·  u undoes it"
    }
  }

  func export(_ order: ExportOrder, _ session: Session) {
    let place = FilePath.short(order.path)
    start("Export to \(place.split(separator: "/").last ?? "")", total: nil, session) { store, _, progress in
      let count = try order.carryOut(store) { progress($0, $1) }
      return "Wrote \(Counted.text(count, order.kind)) to \(place)"
    }
  }

  func loadDemo(_ session: Session) {
    start("Load the demo book", total: nil, session) { store, _, _ in
      try store.loadDemo(DemoBook(now: store.now))
      return "The demo book is loaded  ·  u takes it away again"
    }
  }

  /// `body` reports how far it is, and ends early where the answer is true.
  private func start(
    _ title: String, total: Int?, isBulk: Bool = false, _ session: Session,
    _ body: @escaping @Sendable (CRMStore, JobControl, @escaping @Sendable (Int, Int?) -> Bool) throws -> String,
  ) {
    count += 1
    let (number, control, store, worker) = (count, JobControl(), session.store, session.worker)
    now = session.now
    running.append(
      Running(number: number, title: title, total: total, started: session.now, control: control, isBulk: isBulk))
    worker.perform(.jobs) { [weak self] in
      let progress: @Sendable (Int, Int?) -> Bool = { done, total in
        worker.post { self?.note(number, done, total, store.now) }
        return control.isRaised
      }
      let toast: Toast
      do {
        toast = Toast(try body(store, control, progress), role: .good)
      } catch {
        toast =
          control.isRaised ? Toast("\(title): cancelled, nothing was changed") : Toast(Jobs.sentence(error), role: .bad)
      }
      worker.post { self?.finish(number, toast) }
    }
  }

  private func note(_ number: Int, _ done: Int, _ total: Int?, _ now: Instant) {
    guard let index = running.firstIndex(where: { $0.number == number }) else { return }
    running[index].done = done
    if let total { running[index].total = total }
    self.now = now
  }

  private func finish(_ number: Int, _ toast: Toast) {
    running.removeAll { $0.number == number }
    message = toast
  }

  private nonisolated static func sentence(_ error: any Error) -> String {
    (error as? StoreProblem)?.sentence ?? "\(error)"
  }
}

/// Raised by one thread, looked at by another.
final class CancelFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  var isRaised: Bool { flag.load(ordering: .relaxed) }
  func raise() { flag.store(true, ordering: .relaxed) }
}
