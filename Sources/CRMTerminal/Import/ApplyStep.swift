import CRMDomain
import CRMStore
import TerminalKit

/// The fifth step: what will be written in one sentence, then how far it is, then what it did. The import runs in the
/// background; one may leave and work on.
@MainActor final class ApplyStep: ImportStep {
  private enum Setting: CaseIterable { case policy, workflows }

  private let desk: ImportDesk
  private var list = SettingsList()

  init(_ desk: ImportDesk) { self.desk = desk }

  let contexts: [Context] = [.importApply]
  private var wizard: ImportWizard { desk.wizard }
  private var plan: ImportPlan { wizard.plan }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    guard wizard.run == .none else { return nil }
    switch list.handle(key) {
    case .ignored: return nil
    case .moved, .leftBelow: return .handled
    case .opened(let row), .turned(let row, _): return turn(Setting.allCases[row])
    }
  }

  private func turn(_ setting: Setting) -> Effect {
    switch setting {
    case .policy: desk.send(.follow(plan.policy == .skipErrors ? .allOrNothing : .skipErrors))
    case .workflows: desk.send(.runWorkflows(!plan.runsWorkflows))
    }
    return .handled
  }

  func perform(_ command: Command) -> Effect? {
    if let reason = disabledReason(command) { return .toast(reason) }
    switch command {
    case .startImport: return .startImport(desk)
    case .changeSetting: return turn(Setting.allCases[list.cursor.selected])
    case .pauseJob: return desk.job.map { .pauseJob($0) }
    case .resumeJob: return desk.job.map { .resumeJob($0) }
    case .cancelJob: return desk.job.map { .cancelJob($0) }
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    switch command {
    case .startImport where wizard.run == .running: "It runs already"
    case .startImport where wizard.run != .none: "It is done. N begins another import"
    case .changeSetting where wizard.run != .none: "The import has begun"
    case .pauseJob where wizard.run != .running || desk.progress?.isPaused == true: "Nothing runs that could be paused"
    case .resumeJob where desk.progress?.isPaused != true: "Nothing is paused"
    case .cancelJob where wizard.run != .running: "Nothing runs that could be stopped"
    default: nil
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let inner = Rect(
      rect.column + 2, rect.row + (rect.rows > 10 ? 1 : 0), rect.columns - 4, rect.rows - (rect.rows > 10 ? 1 : 0))
    switch wizard.run {
    case .none: drawBefore(on: &canvas, in: inner)
    case .running: drawRunning(on: &canvas, in: inner)
    case .finished: drawAfter(on: &canvas, in: inner)
    case .failed(let sentence):
      draw(
        [(sentence, .bad), ("", .text), ("N begins again; the history tells what is in.", .dim)], on: &canvas, in: inner
      )
    }
    return nil
  }

  private func draw(_ lines: [(String, Role)], on canvas: inout Canvas, in rect: Rect) {
    var row = rect.row
    for (text, role) in lines {
      for line in text.isEmpty ? [""] : TextWidth.wrapped(text, to: max(10, rect.columns)) where row < rect.endRow {
        canvas.put(line, at: Point(rect.column, row), role: role, width: rect.columns)
        row += 1
      }
    }
  }

  private func drawBefore(on canvas: inout Canvas, in rect: Rect) {
    let lines = summary
    let rows = lines.reduce(0) { $0 + max(1, TextWidth.wrapped($1.0, to: max(10, rect.columns)).count) }
    draw(lines, on: &canvas, in: rect)
    let below = rect.split(top: rows + (rect.rows > 8 ? 1 : 0)).rest
    let skips = plan.policy == .skipErrors
    list.draw(
      [
        .init(
          label: "Mistakes", value: skips ? "skip bad rows" : "all or nothing",
          remark: skips ? "the other rows are imported" : "one bad row, and nothing is written"),
        .init(
          label: "Workflows", value: plan.runsWorkflows ? "run for these rows" : "do not run",
          remark: "rules that act on new and changed records"),
      ], on: &canvas, in: Rect(below.column - 2, below.row, below.columns + 2, min(2, below.rows)))
    let foot = below.split(top: 3).rest
    canvas.put(
      [Span("a", role: .key), Span(" begins. It is one change: the history takes it back whole.", role: .dim)],
      at: foot.origin, width: foot.rows > 0 ? foot.columns : 0)
  }

  private var summary: [(String, Role)] {
    guard let rehearsal = desk.rehearsal else { return [("The dry run comes first.", .warning)] }
    let (new, changed) = (rehearsal.count(.new), rehearsal.count(.changed))
    let left = rehearsal.count(.bad) + rehearsal.count(.near)
    let kind = wizard.kind
    var lines: [(String, Role)] = [
      ("\(Counted.text(new, kind)) will be added, \(changed.formatted(grouping: ",")) changed.", .strong)
    ]
    if rehearsal.count(.identical) > 0 {
      lines.append(
        ("\(rehearsal.count(.identical).formatted(grouping: ",")) say the same already and stay as they are.", .dim))
    }
    if left > 0 {
      lines.append(
        (
          "\(left == 1 ? "1 row is" : "\(left.formatted(grouping: ",")) rows are") left out, and kept in a file of rejected rows beside \(wizard.file?.name ?? "yours").",
          .warning
        ))
    }
    return lines
  }

  private func drawRunning(on canvas: inout Canvas, in rect: Rect) {
    guard let job = desk.progress else { return draw([("The import begins …", .dim)], on: &canvas, in: rect) }
    canvas.put(
      job.isPaused ? "Paused" : "Importing \(wizard.file?.name ?? "")", at: rect.origin,
      role: job.isPaused ? .warning : .strong, width: rect.columns)
    let columns = min(60, rect.columns)
    canvas.put(
      Bars.horizontal(job.fraction ?? 0, columns: columns, ascii: canvas.ascii), at: Point(rect.column, rect.row + 1),
      role: .info, width: columns)
    canvas.put(job.words, at: Point(rect.column, rect.row + 2), role: .text, width: rect.columns)
    let hint =
      job.isPaused
      ? "r goes on where it was, x stops." : "p pauses, x stops. You may leave and work on: it runs in the background."
    draw([(hint, .dim)], on: &canvas, in: rect.split(top: 4).rest)
  }

  private func drawAfter(on canvas: inout Canvas, in rect: Rect) {
    var lines: [(String, Role)] = [(desk.outcome ?? "Done", .good)]
    if let path = desk.rejectsPath {
      lines.append(
        (
          "The rows that were left out are in \(FilePath.near(path)): correct them there and import that file.",
          .warning
        ))
    }
    lines += [("", .text), ("n shows the history, where it can be taken back. N begins another import.", .dim)]
    draw(lines, on: &canvas, in: rect)
  }
}
