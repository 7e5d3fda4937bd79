import CRMDomain
import CRMStore
import TerminalKit

/// The fourth step: what would be written, counted and open to the eye, before anything is.
@MainActor final class RehearsalStep: ImportStep {
  private let desk: ImportDesk
  private var groups = ListCursor()
  private var rows: RehearsalRows?
  /// The rows that have to be checked anew, with the worker at hand.
  private var unchecked: [RehearsalRows.Row] = []

  init(_ desk: ImportDesk) { self.desk = desk }

  let contexts: [Context] = [.importRehearsal]
  var wizard: ImportWizard { desk.wizard }
  private var shown: [ImportRehearsal.Group] { ImportRehearsal.Group.allCases }
  private var group: ImportRehearsal.Group { shown[min(groups.selected, shown.count - 1)] }

  func load(_ session: Session) {
    groups.setCount(shown.count)
    if let rehearsal = desk.rehearsal, let rows, rows.rehearsal.job.plan != rehearsal.job.plan {
      // Counted anew while a group was open: the same group, as near to the same row as can be.
      let old = rows.cursor.selected
      self.rows = rehearsal.count(rows.group) > 0 ? RehearsalRows(rehearsal, rows.group) : nil
      self.rows?.cursor.select(old)
    }
    if desk.rehearsal == nil { rows = nil }
    rows?.load(session)
    for row in unchecked { rows?.check(row, wizard.plan.corrections[row.number] ?? [:], session) }
    unchecked = []
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    guard let rows else { return handleGroups(key) }
    if rows.cursor.handle(key) || rows.cursor.handleLetter(key) { return .handled }
    return nil
  }

  private func handleGroups(_ key: Key) -> Effect? {
    guard desk.rehearsal != nil else { return nil }
    return groups.handle(key) || groups.handleLetter(key) ? .handled : nil
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .openGroup: return open()
    case .back, .previousStep:
      guard rows != nil else { return nil }
      rows = nil
      desk.send(.recount)
      return .handled
    case .correctCell: return correct()
    case .decideCreate: return decide(command) { _ in .create }
    case .decideSkip: return decide(command) { _ in .skip }
    case .decideUpdate: return decide(command) { $0.record.map(ImportPlan.Decision.update) }
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    switch command {
    case .correctCell where rows?.selected == nil: "Open a group first: enter"
    case .decideCreate, .decideSkip, .decideUpdate: undecidable(command)
    case .openGroup where rows != nil: "The row is shown below"
    default: nil
    }
  }

  /// Why the row under the cursor is not one to decide about.
  private func undecidable(_ command: Command) -> String? {
    guard let row = rows?.selected else { return "Open a group first: enter" }
    if row.group == .bad { return "A bad row has to be corrected: e" }
    return command == .decideUpdate && row.record == nil ? "The row looks like no record" : nil
  }

  private func open() -> Effect {
    if let row = rows?.selected { return row.problems.isEmpty ? .handled : correct() }
    guard rows == nil, let rehearsal = desk.rehearsal else { return .handled }
    guard rehearsal.count(group) > 0 else { return .toast("There are no such rows") }
    rows = RehearsalRows(rehearsal, group)
    return .handled
  }

  /// Asks for the text of the cell that is wrong, or for the cell first where there is a choice.
  private func correct() -> Effect {
    guard let rows, let row = rows.selected else { return .toast("Open a group first: enter") }
    let columns = wizard.columns.filter { $0.target != .ignored }
    let wrong = columns.filter { column in
      row.problems.contains { $0.column == column.header && !column.header.isEmpty }
    }
    if wrong.count == 1 { return ask(wrong[0], row) }
    let choice = wrong.isEmpty ? columns : wrong
    let items = choice.map { column in
      Picker.Item(column.title, detail: column.index < row.cells.count ? row.cells[column.index] : "")
    }
    return .push(
      PickerScreen("Correct in row \(row.number)", items) { [weak self] index in
        self?.ask(choice[index], row) ?? .handled
      })
  }

  private func ask(_ column: ImportColumn, _ row: RehearsalRows.Row) -> Effect {
    let text = column.index < row.cells.count ? row.cells[column.index] : ""
    return .push(
      PromptScreen("Row \(row.number), \(column.title)", text: text, placeholder: "empty") { [weak self] text in
        self?.put(text, in: column, row) ?? .handled
      })
  }

  private func put(_ text: String, in column: ImportColumn, _ row: RehearsalRows.Row) -> Effect {
    desk.send(.correct(row: row.number, column: column.index, text))
    unchecked.append(row)
    return .handled
  }

  private func decide(_ command: Command, _ decision: (RehearsalRows.Row) -> ImportPlan.Decision?) -> Effect {
    if let reason = undecidable(command) { return .toast(reason) }
    guard let rows, let row = rows.selected, let decision = decision(row) else { return .handled }
    let isSame = wizard.plan.decisions[row.number] == decision
    desk.send(.decide(row: row.number, isSame ? nil : decision))
    if !isSame { rows.cursor.move(by: 1) }
    return .handled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    if let rows {
      draw(rows, on: &canvas, in: rect, session)
    } else if let rehearsal = desk.rehearsal {
      draw(rehearsal, on: &canvas, in: rect)
    } else {
      drawWaiting(on: &canvas, in: rect)
    }
    return nil
  }

  private func drawWaiting(on canvas: inout Canvas, in rect: Rect) {
    let place = Point(rect.column + 2, rect.row + (rect.rows > 10 ? 1 : 0))
    if case .failed(let sentence) = wizard.rehearsal {
      let lines = TextWidth.wrapped(sentence, to: max(10, rect.columns - 4)) + ["", "b goes back; nothing is lost."]
      for (offset, line) in lines.enumerated() {
        canvas.put(
          line, at: Point(place.column, place.row + offset), role: line == lines.last ? .dim : .bad,
          width: rect.columns - 4)
      }
      return
    }
    let (done, total) = desk.rehearsed
    let share = total.map { $0 > 0 ? Double(done) / Double($0) : 0 } ?? 0
    canvas.put(
      "Each row is read and compared with the book; nothing is written.", at: place, role: .dim, width: rect.columns - 4
    )
    let bar = Bars.horizontal(share, columns: min(40, rect.columns - 30), ascii: canvas.ascii)
    let count =
      done.formatted(grouping: ",") + (total.map { " of about " + $0.formatted(grouping: ",") } ?? "") + " rows"
    canvas.put(
      [Span(bar, role: .info), Span(bar.isEmpty ? "" : "  "), Span(count)], at: Point(place.column, place.row + 1),
      width: rect.columns - 4)
  }

  private func draw(_ rehearsal: ImportRehearsal, on canvas: inout Canvas, in rect: Rect) {
    let roomy = rect.rows > 11
    let (head, rest) = rect.split(top: roomy ? 2 : 1)
    let stale = wizard.rehearsal == .running || wizard.rehearsal == .stale ? "  counting anew …" : ""
    let rows = rehearsal.total == 1 ? "1 row is read" : "\(rehearsal.total.formatted(grouping: ",")) rows are read"
    canvas.put(
      [Span("\(rows), nothing is written yet.", role: .dim), Span(stale, role: .info)],
      at: Point(head.column + 2, head.row), width: head.columns - 4)
    groups.adjust(height: rest.rows)
    let most = Double(max(1, rehearsal.total))
    let digits = max(5, rehearsal.total.formatted(grouping: ",").count)
    let bar = rect.columns >= 100 ? 24 : rect.columns >= 76 ? 10 : 0
    for (line, index) in groups.visible.enumerated() {
      let (group, row) = (shown[index], rest.row + line)
      let count = rehearsal.count(group)
      let isSelected = index == groups.selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rest.column, row), role: .strong) }
      canvas.put(
        count.formatted(grouping: ","), at: Point(rest.column + 2, row), role: count == 0 ? .dim : group.role,
        width: digits, align: .right)
      let title = Point(rest.column + 4 + digits, row)
      canvas.put(group.title, at: title, role: isSelected ? .selected : count == 0 ? .dim : .text, width: 17)
      canvas.put(
        Bars.horizontal(Double(count) / most, columns: bar, ascii: canvas.ascii), at: Point(title.column + 19, row),
        role: group.role, width: bar)
      let words = Point(title.column + 19 + (bar > 0 ? bar + 2 : 0), row)
      // A few letters of a sentence say nothing.
      guard rest.endColumn - words.column >= 24 else { continue }
      canvas.put(group.words(wizard.kind), at: words, role: .dim, width: rest.endColumn - words.column - 1)
    }
    drawRemarks(rehearsal, on: &canvas, in: rest.split(top: shown.count + 1).rest)
  }

  private func drawRemarks(_ rehearsal: ImportRehearsal, on canvas: inout Canvas, in rect: Rect) {
    var lines: [String] = []
    if !rehearsal.newUsers.isEmpty {
      let names = rehearsal.newUsers.prefix(5).joined(separator: ", ") + (rehearsal.newUsers.count > 5 ? " …" : "")
      lines.append("New colleagues without a login: \(names).")
    }
    if rehearsal.newContacts > 0 {
      lines.append("\(rehearsal.newContacts) contacts are made for deals that name them.")
    }
    if rehearsal.unlinked > 0 {
      lines.append("\(rehearsal.unlinked) links name records that are not in the book; they stay empty.")
    }
    for (offset, line) in lines.prefix(rect.rows).enumerated() {
      canvas.put(line, at: Point(rect.column + 2, rect.row + offset), role: .dim, width: rect.columns - 4)
    }
  }
}
