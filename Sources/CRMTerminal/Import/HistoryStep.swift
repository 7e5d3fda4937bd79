import CRMDomain
import CRMStore
import TerminalKit

/// The last step: every import with what it did. Any of them can be taken back whole, and one that was interrupted goes
/// on from here.
@MainActor final class HistoryStep: ImportStep {
  private let desk: ImportDesk
  private var runs: [ImportRun] = []
  private var isLoaded = false
  private var table = Table(columns: [])

  init(_ desk: ImportDesk) { self.desk = desk }

  let contexts: [Context] = [.importHistory]
  private var run: ImportRun? { runs.indices.contains(table.cursor.selected) ? runs[table.cursor.selected] : nil }

  func load(_ session: Session) {
    runs = session.read { try $0.imports(limit: 500) } ?? []
    isLoaded = true
    table.cursor.setCount(runs.count)
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .ignored, .titleClicked: nil
    case .moved: .handled
    case .opened: perform(.openGroup)
    }
  }

  func perform(_ command: Command) -> Effect? {
    guard [.openGroup, .revertImport, .resumeJob].contains(command) else { return nil }
    if let reason = disabledReason(command) { return .toast(reason) }
    guard let run else { return .toast("Nothing was imported yet") }
    switch command {
    case .openGroup: return .push(ImportRunScreen(run))
    case .revertImport: return .push(Self.question(run))
    case .resumeJob: return .resumeImport(run.id, title: run.name)
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    switch command {
    case .openGroup where run == nil: "Nothing was imported yet"
    case .revertImport where run?.canRevert != true:
      run?.state == .reverted ? "It was taken back already" : "There is nothing to take back"
    case .resumeJob where run?.canResume != true: "Only an import that was interrupted goes on"
    default: nil
    }
  }

  /// Says what goes and what stays before anything does.
  static func question(_ run: ImportRun) -> ConfirmScreen {
    let report = run.report
    var lines: [String] = []
    if report.created > 0 { lines.append("Goes: \(Counted.text(report.created, run.kind)) that it added.") }
    if report.updated > 0 {
      lines.append("Becomes what it was: \(Counted.text(report.updated, run.kind)) that it changed.")
    }
    if run.newContacts > 0 {
      lines.append("Goes: \(run.newContacts.formatted(grouping: ",")) contacts made for its deals.")
    }
    lines.append("Stays: what was edited since, with the later edit; you will see which.")
    return ConfirmScreen("Take back the import of \(run.name)?", lines, "Take it back", key: "t") {
      .revertImport(run.id, title: run.name)
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let isNarrow = rect.columns < 60
    table.columns = [
      Table.Column("File", minimum: 12, ideal: 22, weight: 2), Table.Column("When", ideal: 8),
      Table.Column("Added", ideal: 12), Table.Column("Changed", ideal: 7, align: .right),
      Table.Column("Left out", ideal: 8, align: .right), Table.Column("State", ideal: 11),
    ]
    if isNarrow { table.columns = [0, 2, 5].map { table.columns[$0] } }
    table.draw(on: &canvas, in: rect) { row in
      guard runs.indices.contains(row) else { return nil }
      let run = runs[row]
      let left = run.report.errors + run.report.near
      let cells: [Table.CellText] = [
        .init(run.name, role: run.state == .reverted ? .dim : .text),
        .init(DateText.short(run.at, now: session.now, calendar: session.calendar), role: .dim),
        .init(Counted.text(run.report.created, run.kind)), .init(run.report.updated.formatted(grouping: ",")),
        .init(left == 0 ? "" : left.formatted(grouping: ","), role: .warning),
        .init(run.state.words, role: run.state.role),
      ]
      return Table.Row(isNarrow ? [0, 2, 5].map { cells[$0] } : cells)
    }
    if runs.isEmpty, isLoaded {
      canvas.put(
        "Nothing was imported yet. N begins.", at: Point(rect.column + 3, rect.row + 2), role: .dim,
        width: rect.columns - 4)
    }
    return nil
  }
}

extension ImportRun.State {
  var words: String {
    switch self {
    case .running: "running"
    case .paused: "paused"
    case .done: "done"
    case .cancelled: "stopped"
    case .reverted: "taken back"
    case .failed: "failed"
    case .interrupted: "interrupted"
    }
  }

  var role: Role {
    switch self {
    case .done: .good
    case .running: .info
    case .paused, .interrupted: .warning
    case .failed: .bad
    case .cancelled, .reverted: .dim
    }
  }
}

/// Everything about one import.
@MainActor final class ImportRunScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  let status = "esc closes"
  private let run: ImportRun
  private var view = TextView()

  init(_ run: ImportRun) {
    self.run = run
    title = "Import of \(run.name)"
  }

  func handle(_ key: Key) -> Effect? {
    switch key {
    case .escape, .enter, .character("q"): .pop
    default: view.handle(key) == .moved ? .handled : nil
    }
  }

  private func lines(_ session: Session) -> [(String, String)] {
    let report = run.report
    let moment = DateText.short(run.at, now: session.now, calendar: session.calendar)
    let columns = run.plan.columns.count { $0.target != .ignored }
    var lines = [
      ("File", FilePath.near(run.path == "-" ? "standard input" : run.path)), ("Records", Counted.many(run.kind)),
      ("When", moment), ("State", run.state.words), ("Columns", "\(columns) of \(run.plan.columns.count) were used"),
      ("Added", report.created.formatted(grouping: ",")), ("Changed", report.updated.formatted(grouping: ",")),
      ("The same", report.identical.formatted(grouping: ",")), ("Repeated", report.duplicates.formatted(grouping: ",")),
      ("Alike", report.near.formatted(grouping: ",")), ("Bad", report.errors.formatted(grouping: ",")),
    ]
    if run.newContacts > 0 { lines.append(("Contacts", "\(run.newContacts) made for its deals")) }
    if run.unlinked > 0 { lines.append(("Links", "\(run.unlinked) name records that are not in the book")) }
    if let path = run.rejectsPath { lines.append(("Rejected", FilePath.near(path))) }
    if let problem = run.problem { lines.append(("Problem", problem)) }
    return lines
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let lines = lines(session)
    view.paragraphs = lines.map { label, text in
      TextView.Paragraph([Span(label.padding(to: 10), role: .label), Span(text)], hangingIndent: 10)
    }
    let columns = min(rect.columns, 70)
    let rows = min(rect.rows, lines.count + 2)
    let box = Rect(rect.column + (rect.columns - columns) / 2, rect.row + max(0, (rect.rows - rows) / 3), columns, rows)
    canvas.fill(box)
    canvas.box(box, role: .borderFocused, title: title)
    view.draw(on: &canvas, in: box.inset(by: 2, 1))
    return nil
  }
}

extension String {
  fileprivate func padding(to columns: Int) -> String {
    self + String(repeating: " ", count: max(1, columns - TextWidth.width(of: self)))
  }
}

/// An import that was under way when the program ended.
@MainActor enum InterruptedImport {
  static func offer(_ run: ImportRun) -> ConfirmScreen {
    let rows = run.report.rows.formatted(grouping: ",")
    let what = run.state == .paused ? "was paused" : "was interrupted"
    return ConfirmScreen(
      "Import of \(run.name)",
      ["It \(what) after \(rows) rows. Nothing is lost or doubled when it goes on; I and H show it later."], "Go on",
      key: "g"
    ) { .resumeImport(run.id, title: run.name) }
  }
}
