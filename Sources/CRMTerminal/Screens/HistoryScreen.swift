import CRMDomain
import CRMStore
import TerminalKit

/// What was done, by whom and when; Enter shows the fields, `x` takes any of it back.
@MainActor final class HistoryScreen: Screen {
  let title = "History"
  let watches: Set<EntityKind> = Set(EntityKind.allCases)
  let status = "enter details  x undo this  esc back"
  private var operations: [Operation] = []
  private var table = Table(columns: [
    Table.Column("What", minimum: 20, ideal: 40, weight: 3), Table.Column("When", minimum: 10, ideal: 14),
    Table.Column("Who", minimum: 6, ideal: 16), Table.Column("State", minimum: 6, ideal: 7),
  ])
  private var isLoaded = false

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || !isLoaded else { return }
    isLoaded = true
    operations = session.read { try $0.history(limit: 500) } ?? []
    table.cursor.setCount(operations.count)
  }

  private var selected: Operation? {
    operations.indices.contains(table.cursor.selected) ? operations[table.cursor.selected] : nil
  }

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .moved: return .handled
    case .opened: return selected.map { .push(OperationScreen($0)) }
    case .ignored, .titleClicked: break
    }
    guard key == .character("x"), let selected else { return nil }
    return selected.isUndone ? .toast("It is undone already") : .revert(operation: selected.id)
  }

  func perform(_ command: Command) -> Effect? { command == .back || command == .quit ? .pop : nil }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.put(" History ", at: Point(bar.column + 1, bar.row), role: .title)
    table.draw(on: &canvas, in: body) { [operations] row in
      guard operations.indices.contains(row) else { return nil }
      let operation = operations[row]
      return Table.Row([
        .init(operation.title, role: operation.isUndone ? .dim : .text),
        .init(DateText.short(operation.at, now: session.now, calendar: session.calendar), role: .dim),
        .init(operation.origin == "user" ? "me" : operation.origin, role: .dim),
        .init(operation.isUndone ? "undone" : "", role: .warning),
      ])
    }
    if operations.isEmpty {
      canvas.put("Nothing was changed yet.", at: Point(body.column + 3, body.row + 2), role: .dim)
    }
    return nil
  }
}

/// The records and fields of one operation, old and new.
@MainActor final class OperationScreen: Screen {
  private let operation: Operation
  private var changes: [RecordChange] = []
  private var cursor = ListCursor()
  private var isLoaded = false
  let status = "enter opens the record  x undo  esc back"

  init(_ operation: Operation) { self.operation = operation }

  var title: String { operation.title }

  func load(_ session: Session, isChanged: Bool) {
    guard !isLoaded else { return }
    isLoaded = true
    changes = session.read { try $0.changes(of: operation.id, limit: 1000) } ?? []
    cursor.setCount(changes.count)
  }

  func handle(_ key: Key) -> Effect? {
    if cursor.handle(key) || cursor.handleLetter(key) { return .handled }
    switch key {
    case .enter where changes.indices.contains(cursor.selected):
      let change = changes[cursor.selected]
      return .open(change.kind, change.records.lowerBound)
    case .character("x"): return .several([.pop, .revert(operation: operation.id)])
    default: return nil
    }
  }

  func perform(_ command: Command) -> Effect? { command == .back || command == .quit ? .pop : nil }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.put(" \(operation.title) ", at: Point(bar.column + 1, bar.row), role: .title)
    cursor.adjust(height: body.rows)
    for (offset, index) in cursor.visible.enumerated() {
      let row = body.row + offset
      let isSelected = index == cursor.selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(body.column, row), role: .selected) }
      let used = canvas.put(
        heading(changes[index], session), at: Point(body.column + 2, row), role: isSelected ? .selected : .text)
      let detail = Point(body.column + 4 + used, row)
      canvas.put(
        ChangeText.text(changes[index], session), at: detail, role: .dim, width: max(0, body.endColumn - detail.column))
    }
    return nil
  }

  private func heading(_ change: RecordChange, _ session: Session) -> String {
    let count = Int(change.records.upperBound - change.records.lowerBound) + 1
    let verb = change.action == .insert ? "added " : change.action == .delete ? "taken out " : ""
    if count > 1 { return verb + Counted.text(count, change.kind) }
    let name = session.name(change.kind, change.records.lowerBound) ?? "#\(change.records.lowerBound)"
    return "\(verb)\(Counted.one(change.kind)) \(name)"
  }
}
