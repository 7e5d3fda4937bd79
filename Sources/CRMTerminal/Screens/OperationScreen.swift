import CRMDomain
import CRMStore
import TerminalKit

/// The records of one entry of history, and below each field of the selected one, old and new. Lines are read as they come
/// into sight, so that an entry of any size opens at once.
@MainActor final class OperationScreen: Screen {
  let contexts: [Context] = [.operation]
  let watches: Set<EntityKind> = Set(EntityKind.allCases)
  private var operation: Operation
  private var count = 0
  private var pages: [Int: [RecordChange]] = [:]
  private var cursor = ListCursor()
  private var isLoaded = false
  private(set) var missesRows = false
  private static let page = 200

  init(_ operation: Operation) { self.operation = operation }

  var title: String { operation.title }
  var status: String {
    count > 1 ? "\((cursor.selected + 1).formatted(grouping: ",")) of \(count.formatted(grouping: ","))" : ""
  }

  func load(_ session: Session, isChanged: Bool) {
    session.read { reader in
      if !isLoaded || isChanged {
        isLoaded = true
        operation = try reader.operation(operation.id) ?? operation
        count = try reader.changeCount(of: operation.id)
        cursor.setCount(count)
      }
      let first = max(0, cursor.top) / Self.page
      let last = (cursor.top + max(cursor.height, 1)) / Self.page
      if pages.count > 20 { pages = [:] }
      for page in first...last where pages[page] == nil && page * Self.page < max(1, count) {
        pages[page] = try reader.changes(of: operation.id, rows: page * Self.page..<(page + 1) * Self.page)
      }
    }
  }

  private func change(_ row: Int) -> RecordChange? {
    guard let page = pages[row / Self.page], page.indices.contains(row % Self.page) else { return nil }
    return page[row % Self.page]
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? { cursor.handle(key) || cursor.handleLetter(key) ? .handled : nil }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .open: change(cursor.selected).map { .open($0.kind, $0.records.lowerBound) } ?? .toast("No record here")
    case .revert: .revert(operation)
    case .back, .quit: .pop
    default: nil
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    var (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.putTitle("\(operation.title)", in: bar)
    (bar, body) = body.split(top: 1)
    canvas.put(facts(session), at: Point(bar.column + 2, bar.row), role: .dim, width: max(0, bar.columns - 3))
    let details = change(cursor.selected).map { ChangeText.fields($0, session) } ?? []
    let rows = min(details.count + 1, max(4, rect.rows / 2), body.rows / 2)
    let (foot, list) = body.split(bottom: details.isEmpty ? 0 : rows)
    drawList(on: &canvas, in: list, session)
    if !details.isEmpty { draw(details, on: &canvas, in: foot) }
    return nil
  }

  private func facts(_ session: Session) -> String {
    let at = DateText.full(operation.at, calendar: session.calendar)
    let state = operation.isUndone ? "  undone: x does it again" : ""
    return "\(at)  by \(HistoryText.who(operation.origin))\(state)"
  }

  private func drawList(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    cursor.adjust(height: rect.rows)
    missesRows = false
    for (offset, index) in cursor.visible.enumerated() {
      let row = rect.row + offset
      let isSelected = index == cursor.selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column, row), role: .strong) }
      guard let change = change(index) else {
        missesRows = true
        canvas.put(canvas.glyph(.ellipsis), at: Point(rect.column + 2, row), role: .dim)
        continue
      }
      let room = max(0, rect.columns - 3)
      let used = canvas.put(
        heading(change, session), at: Point(rect.column + 2, row), role: isSelected ? .selected : .text, width: room)
      let name = min(TextWidth.width(of: heading(change, session)), used)
      let detail = Point(rect.column + 4 + name, row)
      canvas.put(
        ChangeText.text(change, session), at: detail, role: .dim, width: max(0, rect.endColumn - detail.column))
    }
  }

  /// Field, old and new of the selected record, whole where there is room.
  private func draw(_ details: [ChangeText.FieldChange], on canvas: inout Canvas, in rect: Rect) {
    canvas.hline(at: rect.origin, columns: rect.columns)
    let (_, body) = rect.split(top: 1)
    let labels = min(details.map { TextWidth.width(of: $0.label) }.max() ?? 0, rect.columns / 3)
    for (offset, detail) in details.prefix(body.rows).enumerated() {
      let isCut = offset == body.rows - 1 && details.count > body.rows
      let point = Point(body.column + 2, body.row + offset)
      if isCut {
        canvas.put("\(details.count - offset) more fields", at: point, role: .dim)
        break
      }
      canvas.put(detail.label, at: point, role: .label, width: labels)
      guard !detail.old.isEmpty else { continue }
      let room = max(0, body.endColumn - point.column - labels - 2)
      canvas.put(
        [Span(detail.old, role: .dim), Span(" → ", role: .dim), Span(detail.new)],
        at: Point(point.column + labels + 1, point.row), width: room)
    }
  }

  private func heading(_ change: RecordChange, _ session: Session) -> String {
    let count = Int(change.records.upperBound - change.records.lowerBound) + 1
    let verb = change.action == .insert ? "added " : change.action == .delete ? "taken out " : ""
    if count > 1 { return verb + Counted.text(count, change.kind) }
    let name = session.name(change.kind, change.records.lowerBound) ?? "#\(change.records.lowerBound)"
    return "\(verb)\(Counted.one(change.kind)) \(name)"
  }
}
