import CRMDomain
import CRMStore
import TerminalKit

/// A few lines about the record under the cursor: how to reach it, what comes next, what happened last.
@MainActor struct RecordPreview {
  private let kind: EntityKind
  private let record: any Record
  private let title: String
  private let lines: [(label: String, text: String, role: Role)]
  private let timeline: [TimelineEntry]

  init<R: Record>(_ record: R, _ session: Session) {
    kind = R.schema.kind
    self.record = record
    let subtitle = ["company_name", "job_title"].compactMap { record[$0].text }
    title = ([record.title] + subtitle).joined(separator: " ─ ")
    lines = RecordPreview.lines(record, session)
    timeline = Timeline.entries(R.schema.kind, record.id.rawValue, session, limit: 8)
  }

  func isOf<R: Record>(_ other: R) -> Bool { (record as? R) == other }

  private static func lines<R: Record>(_ record: R, _ session: Session) -> [(String, String, Role)] {
    let reach = ["email", "phone", "mobile"].compactMap { record[$0].text }.joined(separator: "   ")
    var lines: [(String, String, Role)] = reach.isEmpty ? [] : [("", reach, .text)]
    if let next = nextStep(record, session) { lines.append(("Next", next.text, next.role)) }
    let notes = record["notes"].text ?? record["description"].text ?? record["body"].text
    if let notes { lines.append(("Notes", notes, .dim)) }
    let tags = FieldText.show(record["tags"], as: FieldInfo("tags", kind: .tags), in: session.entry)
    if !tags.isEmpty { lines.append(("Tags", tags, .info)) }
    return lines
  }

  static func nextStep<R: Record>(_ record: R, _ session: Session) -> (text: String, role: Role)? {
    let kind = R.schema.kind
    guard kind == .lead || kind == .contact || kind == .opportunity else { return nil }
    if let lead = record as? Lead, ["converted", "lost", "unqualified"].contains(lead.status) { return nil }
    if let deal = record as? Opportunity, !deal.isOpen { return nil }
    if let task = session.read({ try $0.nextStep(of: kind, record.id.rawValue) }) ?? nil {
      let due = task.dueDate.map { DateText.short($0, now: session.now, calendar: session.calendar) }
      let isOverdue = task.isOverdue(now: session.now)
      let when = due.map { isOverdue ? " – overdue since \($0)" : " – \($0)" } ?? ""
      return (task.title + when, isOverdue ? .bad : .text)
    }
    if case .instant(let at) = record["next_follow_up"] {
      let text = "follow up \(DateText.short(at, now: session.now, calendar: session.calendar))"
      return (text, at < session.now ? .bad : .text)
    }
    return ("no next step", .warning)
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    canvas.fill(rect)
    canvas.hline(at: rect.origin, columns: rect.columns)
    canvas.put(" \(title) ", at: Point(rect.column + 2, rect.row), role: .title)
    var row = rect.row + 1
    for line in lines where row < rect.endRow {
      var column = rect.column + 2
      if !line.label.isEmpty { column += canvas.put(line.label + "  ", at: Point(column, row), role: .label) }
      canvas.put(line.text, at: Point(column, row), role: line.role, width: rect.endColumn - column - 1)
      row += 1
    }
    for entry in timeline where row < rect.endRow {
      TimelineRow.draw(entry, on: &canvas, in: Rect(rect.column + 2, row, rect.columns - 3, 1), session)
      row += 1
    }
  }
}

/// One line of a timeline: when, what, the words.
@MainActor enum TimelineRow {
  static func draw(
    _ entry: TimelineEntry, on canvas: inout Canvas, in rect: Rect, _ session: Session, isSelected: Bool = false,
  ) {
    let when = DateText.short(entry.at, now: session.now, calendar: session.calendar)
    canvas.put(when, at: rect.origin, role: .dim, width: min(13, rect.columns))
    var column = rect.column + 14
    guard column < rect.endColumn else { return }
    column += canvas.put(entry.what + "  ", at: Point(column, rect.row), role: isSelected ? .selected : .label)
    canvas.put(entry.detail, at: Point(column, rect.row), role: .text, width: max(0, rect.endColumn - column))
  }
}
