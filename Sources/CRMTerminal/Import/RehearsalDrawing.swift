import CRMDomain
import CRMStore
import TerminalKit

/// How the rows of a group look: one line each, and all about the one under the cursor below.
extension RehearsalStep {
  func draw(_ rows: RehearsalRows, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    let (head, rest) = rect.split(top: 1)
    let count = rows.cursor.count.formatted(grouping: ",")
    let place = "\(min(rows.cursor.selected + 1, rows.cursor.count).formatted(grouping: ",")) of \(count)"
    canvas.put(
      [
        Span(" \(rows.group.title) ", role: rows.group.role, emphasis: .bold), Span(place, role: .dim),
        Span("  esc closes", role: .dim),
      ],
      at: Point(head.column + 1, head.row), width: head.columns - 2)
    let details = details(of: rows.selected, columns: rest.columns - 3, session)
    let height = rest.rows <= 8 ? min(3, max(2, details.count + 1)) : min(max(4, details.count + 1), rest.rows / 2)
    let (below, list) = rest.split(bottom: height)
    rows.cursor.adjust(height: list.rows)
    let digits = String(rows.row(rows.cursor.visible.upperBound - 1)?.number ?? 99).count
    for (line, index) in rows.cursor.visible.enumerated() {
      let point = Point(list.column, list.row + line)
      if index == rows.cursor.selected { canvas.put(canvas.glyph(.cursor), at: point, role: .strong) }
      guard let row = rows.row(index) else {
        canvas.put(canvas.glyph(.ellipsis), at: Point(point.column + 2, point.row), role: .dim)
        continue
      }
      canvas.put("\(row.number)", at: Point(point.column + 2, point.row), role: .dim, width: digits, align: .right)
      let spans = spans(of: row, isSelected: index == rows.cursor.selected)
      canvas.put(spans, at: Point(point.column + 4 + digits, point.row), width: list.columns - digits - 5)
    }
    canvas.hline(at: below.origin, columns: below.columns)
    for (offset, spans) in details.prefix(below.rows - 1).enumerated() {
      canvas.put(spans, at: Point(below.column + 2, below.row + 1 + offset), width: below.columns - 3)
    }
  }

  /// The row's first texts, and what becomes of it.
  private func spans(of row: RehearsalRows.Row, isSelected: Bool) -> [Span] {
    let used = wizard.columns.filter { $0.target != .ignored && $0.index < row.cells.count }
    let texts = used.map { row.cells[$0.index].trimmed }.filter { !$0.isEmpty }
    let name = Span(texts.prefix(2).joined(separator: " "), role: isSelected ? .selected : .text)
    if let decision = wizard.plan.decisions[row.number] { return [name, Span("  "), word(decision, row)] }
    switch row.group {
    case .new:
      let isCorrected = wizard.plan.corrections[row.number] != nil
      return [
        name,
        Span(
          "  " + (isCorrected ? "✓ corrected: new" : texts.dropFirst(2).joined(separator: " · ")),
          role: isCorrected ? .good : .dim),
      ]
    case .changed:
      let fields = row.changes.map(\.field.label).joined(separator: ", ")
      return [name, Span("  changes \(fields)", role: .info)]
    case .identical: return [name, Span("  the same already", role: .dim)]
    case .duplicate: return [name, Span(row.otherRow.map { "  repeats row \($0)" } ?? "  left out", role: .dim)]
    case .near: return [name, Span("  looks like \(row.recordName ?? "a record")", role: .warning)]
    case .bad: return [name, Span("  " + (row.problems.first.map(sentence) ?? ""), role: .bad)]
    }
  }

  private func word(_ decision: ImportPlan.Decision, _ row: RehearsalRows.Row) -> Span {
    switch decision {
    case .create: Span("✓ a new \(Counted.one(wizard.kind))", role: .good)
    case .skip: Span("- left out", role: .dim)
    case .update: Span("✓ changes \(row.recordName ?? "that one")", role: .info)
    }
  }

  private func sentence(_ problem: RowProblem) -> String {
    problem.column.isEmpty ? problem.message : "\(problem.column): \(problem.message)"
  }

  /// Everything about the row under the cursor, a line each.
  private func details(of row: RehearsalRows.Row?, columns: Int, _ session: Session) -> [[Span]] {
    guard let row else { return [] }
    switch row.group {
    case .changed where !row.changes.isEmpty:
      let width = row.changes.map { TextWidth.width(of: $0.field.label) }.max() ?? 0
      return row.changes.map { change in
        let blanks = String(repeating: " ", count: width - TextWidth.width(of: change.field.label))
        return [
          Span(change.field.label + blanks + "  ", role: .label),
          Span(shown(change.old, change.field, session), role: .dim),
          Span(" → ", role: .dim), Span(shown(change.new, change.field, session), role: .good),
        ]
      }
    case .bad:
      let lines = row.problems.flatMap { TextWidth.wrapped(sentence($0), to: max(10, columns)) }
      return lines.map { [Span($0, role: .bad)] } + cells(row)
    case .near:
      let name = row.recordName ?? "a \(Counted.one(wizard.kind))"
      let sentence = "No key matches, but it looks like \(name): c new, m that one, x left out."
      return TextWidth.wrapped(sentence, to: max(10, columns)).map { [Span($0, role: .warning)] } + cells(row)
    case .new, .changed, .identical, .duplicate: return cells(row)
    }
  }

  private func shown(_ value: FieldValue, _ field: FieldInfo, _ session: Session) -> String {
    let text = FieldText.show(value, as: field, in: session.entry)
    return text.isEmpty ? "nothing" : text
  }

  /// The row's texts under the names of their columns.
  private func cells(_ row: RehearsalRows.Row) -> [[Span]] {
    let columns = wizard.columns.filter { $0.index < row.cells.count && !row.cells[$0.index].trimmed.isEmpty }
    let width = min(20, columns.map { TextWidth.width(of: $0.title) }.max() ?? 0)
    return columns.map { column in
      let title = TextWidth.truncated(column.title, to: width)
      let blanks = String(repeating: " ", count: max(0, width - TextWidth.width(of: title)))
      return [Span(title + blanks + "  ", role: .label), Span(row.cells[column.index])]
    }
  }
}
