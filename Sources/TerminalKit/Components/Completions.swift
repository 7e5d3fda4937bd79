/// What the word being typed could become, below the field where it is typed.
package struct Completions: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package var text: String
    package var detail: String
    package init(_ text: String, detail: String = "") {
      self.text = text
      self.detail = detail
    }
  }

  package enum Outcome: Hashable, Sendable {
    case ignored, moved
    /// An index into `items`.
    case picked(Int)
  }

  private static let tallest = 8

  package let items: [Item]
  package private(set) var cursor: ListCursor
  private var rect = Rect(0, 0, 0, 0)

  package init(_ items: [Item]) {
    self.items = items
    cursor = ListCursor(count: items.count)
  }

  package mutating func select(_ item: Int) { cursor.select(item) }

  /// Up, down, and Tab or a click to take one. Everything else belongs to the field.
  package mutating func handle(_ key: Key) -> Outcome {
    guard !items.isEmpty else { return .ignored }
    switch key {
    case .up: cursor.move(by: -1)
    case .down: cursor.move(by: 1)
    case .tab: return .picked(cursor.selected)
    case .mouse(let mouse) where mouse.action == .press && rect.contains(mouse.point):
      cursor.select(cursor.top + mouse.point.row - rect.row)
      return .picked(cursor.selected)
    default: return .ignored
    }
    return .moved
  }

  /// Below `point` where it fits into `area`, else above it.
  package mutating func draw(on canvas: inout Canvas, below point: Point, in area: Rect) {
    rect = place(below: point, in: area)
    guard !rect.isEmpty else { return }
    cursor.adjust(height: rect.rows)
    canvas.clipped(to: area) { canvas in
      for (line, index) in cursor.visible.enumerated() {
        draw(items[index], index == cursor.selected, on: &canvas, row: rect.row + line)
      }
    }
  }

  private func place(below point: Point, in area: Rect) -> Rect {
    let widest = items.map { TextWidth.width(of: $0.text) + TextWidth.width(of: $0.detail) + 5 }.max() ?? 0
    let columns = min(widest, area.columns, 60)
    let below = area.endRow - point.row - 1
    let above = point.row - area.row
    let rows = min(items.count, Self.tallest, max(below, above))
    let row = rows <= below ? point.row + 1 : point.row - rows
    let column = max(area.column, min(point.column, area.endColumn - columns))
    return Rect(column, row, columns, rows).clipped(to: area)
  }

  private func draw(_ item: Item, _ isSelected: Bool, on canvas: inout Canvas, row: Int) {
    let role: Role = isSelected ? .selected : .dialog
    let mark = isSelected ? canvas.glyph(.cursor) : " "
    let text = [Span(mark + " " + item.text, role: role), Span("  " + item.detail, role: isSelected ? role : .dim)]
    canvas.put("", at: Point(rect.column, row), role: role, width: rect.columns)
    canvas.put(text, at: Point(rect.column, row), width: rect.columns)
  }
}
