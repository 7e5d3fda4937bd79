import CRMDomain
import CRMStore
import TerminalKit

/// Imports among the jobs: begun from the wizard, paused, resumed, stopped.
extension Jobs {
  func startImport(_ desk: ImportDesk, _ session: Session) {
    guard let path = desk.wizard.file?.path else { return }
    desk.send(.start)
    if let problem = desk.wizard.problem { return say(Toast(problem, role: .warning)) }
    let plan = desk.wizard.plan
    let number = addImport("Import \(desk.wizard.file?.name ?? "")", run: nil, desk: desk, session)
    desk.begin(number)
    run(number, session) { store in try ImportJob(store: store, path: path, plan: plan) }
  }

  /// Takes a whole import back.
  func revertImport(_ run: Int64, _ title: String, _ session: Session) {
    replay("Take back \(title)", done: "Taken back: \(title)", session) { store, watch in
      try store.revertImport(run, watch: watch)
    }
  }

  /// Goes on with an import that was paused, or interrupted when the program ended.
  func resumeImport(_ run: Int64, _ title: String, _ session: Session) {
    if let job = running.first(where: { $0.run == run }) { return resume(job.number, session) }
    let number = addImport("Import \(title)", run: run, desk: nil, session)
    self.run(number, session) { store in try ImportJob(store: store, resuming: run) }
  }

  func resume(_ number: Int, _ session: Session) {
    guard let job = running.first(where: { $0.number == number && $0.isPaused }), let id = job.run else { return }
    change(number) { job in
      job.isPaused = false
      job.started = session.now
      job.doneAtStart = job.done
    }
    run(number, session) { store in try ImportJob(store: store, resuming: id) }
  }

  /// Asks what is to become of what is written already.
  func stopQuestion(_ job: Running) -> Effect {
    .push(StopImportScreen(job.title, isPaused: job.isPaused) { .stopImport(job.number, keeps: $0) })
  }

  func pause(_ number: Int) { running.first { $0.number == number && $0.isImport }?.control.ask(.keep) }

  /// With `keeps`, what is written stays, and the import can go on later; without, all of it is taken back.
  func stopImport(_ number: Int, keeps: Bool, _ session: Session) {
    guard let job = running.first(where: { $0.number == number }) else { return }
    guard job.isPaused else {
      change(number) { $0.isLeaving = keeps }
      return job.control.ask(keeps ? .keep : .takeBack)
    }
    drop(number)
    job.desk?.finish(.stopped(Self.keptWords))
    if keeps { return say(Toast(Self.keptWords, role: .warning)) }
    if let run = job.run { revertImport(run, job.title, session) }
  }

  static let keptWords = "The import stopped; what is in stays, and the history goes on with it or takes it back"

  private func run(_ number: Int, _ session: Session, _ make: @escaping @Sendable (CRMStore) throws -> ImportJob) {
    let worker = session.worker
    perform(number, session) { [weak self] store, control, progress in
      let job = try make(store)
      var isNoted = false
      let outcome = try job.apply { now in
        if !isNoted { isNoted = Self.note(control, store) }
        _ = progress(now.done, now.total)
        switch control.verdict {
        case .goOn: return .goOn
        case .keep: return .pause
        case .takeBack: return .cancel
        }
      }
      worker.post { self?.change(number) { $0.run = outcome.run } }
      if outcome.isPaused { return .paused }
      worker.post { self?.tell(number, outcome) }
      if outcome.isCancelled { return .stopped("\(job.text.name): stopped, everything it wrote was taken back") }
      return outcome.isRefused ? .kept(outcome.sentence) : .done(outcome.sentence + Self.rejects(outcome))
    }
  }

  /// Remembers which entry of history is being written, which undo leaves alone meanwhile.
  private nonisolated static func note(_ control: JobControl, _ store: CRMStore) -> Bool {
    do {
      guard let operation = try store.read({ try $0.imports(limit: 1) }).first?.operation else { return false }
      control.note([operation])
      return true
    } catch {
      return false
    }
  }

  private nonisolated static func rejects(_ outcome: ImportOutcome) -> String {
    guard let path = outcome.rejectsPath else { return "  ·  u undoes it" }
    return "  ·  rejected rows are in \(path.split(separator: "/").last ?? "")"
  }

  private func tell(_ number: Int, _ outcome: ImportOutcome) {
    running.first { $0.number == number }?.desk?.tell(outcome)
  }
}

/// What is to become of what an import wrote so far.
@MainActor final class StopImportScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  private var dialog: Dialog
  private let chosen: (_ keeps: Bool) -> Effect

  init(_ title: String, isPaused: Bool, _ chosen: @escaping (_ keeps: Bool) -> Effect) {
    self.title = title
    self.chosen = chosen
    dialog = Dialog(
      title: "Stop: \(title)",
      lines: [
        .init("Some rows are in the book already. Keep them, and the import can go on later, or take all of it back?")
      ],
      buttons: [
        .init("Keep", key: "k"), .init("Take back", key: "t"), .init(isPaused ? "Stay paused" : "Go on", key: "g"),
      ], focus: 2)
  }

  func handle(_ key: Key) -> Effect? {
    switch dialog.handle(key) {
    case .ignored: nil
    case .moved: .handled
    case .pressed(let button) where button < 2: .several([.pop, chosen(button == 0)])
    case .cancelled, .pressed: .pop
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    dialog.draw(on: &canvas, in: rect)
    return nil
  }
}
