extension Picker {
  private static let widest = 96
  private static let tallest = 20

  /// Draws a box of sensible size in the middle of `rect`.
  package mutating func draw(on canvas: inout Canvas, in rect: Rect) {
    let size = idealSize
    let columns = min(rect.columns, max(size.columns, min(40, rect.columns - 4)))
    let rows = min(rect.rows, size.rows)
    let column = rect.column + (rect.columns - columns) / 2
    let row = rect.row + min((rect.rows - rows) / 2, max(0, rect.rows / 6))
    drawBox(on: &canvas, in: Rect(column, row, columns, rows))
  }

  /// Independent of the filter: a box that changes its size at every letter is hard to read.
  var idealSize: Size {
    let rows = items.prefix(500).map { item in
      TextWidth.width(of: item.title) + Self.columns(item.disabledReason ?? item.detail) + Self.columns(item.keyHint)
    }
    let widest = max(rows.max() ?? 0, TextWidth.width(of: title) + 2) + 6
    return Size(min(widest, Self.widest), min(items.count + 3, Self.tallest))
  }

  private static func columns(_ text: String) -> Int { text.isEmpty ? 0 : TextWidth.width(of: text) + 2 }

  /// Fills exactly `rect`.
  mutating func drawBox(on canvas: inout Canvas, in rect: Rect) {
    box = rect
    list = Rect(0, 0, 0, 0)
    guard !rect.isEmpty else { return }
    let hasFrame = rect.columns >= 10 && rect.rows >= 4
    let inside = hasFrame ? rect.inset(by: 1, 1) : rect
    let (head, body) = inside.split(top: 1)
    list = body
    cursor.adjust(height: body.rows)
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: .dialog)
      if hasFrame { canvas.box(rect, role: .borderFocused, title: title) }
      drawFilter(on: &canvas, in: head)
      drawItems(on: &canvas, in: body)
      hiddenDetail = cutDetail(in: body)
      if hasFrame { drawCount(on: &canvas, in: rect) }
    }
  }

  private mutating func drawFilter(on canvas: inout Canvas, in rect: Rect) {
    let (mark, rest) = rect.split(left: min(3, rect.columns / 4))
    canvas.put(" /", at: mark.origin, role: .hint, width: mark.columns)
    field.draw(on: &canvas, in: rest, role: .dialog)
  }

  private func drawItems(on canvas: inout Canvas, in rect: Rect) {
    if shown.isEmpty {
      canvas.put("   nothing found", at: rect.origin, role: .dim, width: rect.columns)
    }
    for (line, row) in cursor.visible.enumerated() where line < rect.rows {
      draw(shown[row], isSelected: row == cursor.selected, on: &canvas, in: rect.inset(by: 0, line).split(top: 1).top)
    }
  }

  private func draw(_ shown: Shown, isSelected: Bool, on canvas: inout Canvas, in rect: Rect) {
    let item = items[shown.index]
    let base: Role = item.disabledReason != nil ? .dim : isSelected ? .selected : .dialog
    canvas.put(isSelected ? " " + canvas.glyph(.cursor) : "", at: rect.origin, role: base, width: min(3, rect.columns))
    let text = Rect(rect.column + 3, rect.row, rect.columns - 4, 1)
    canvas.put("", at: Point(rect.endColumn - 1, rect.row), role: base, width: 1)
    let keyColumns = min(TextWidth.width(of: item.keyHint), text.columns / 2)
    let detail = item.disabledReason ?? item.detail
    canvas.put(item.title, at: text.origin, role: base, width: text.columns)
    highlight(shown.positions, of: item.title, on: &canvas, in: text)
    let keyStart = text.endColumn - keyColumns
    let titleEnd = text.column + TextWidth.width(of: item.title)
    guard titleEnd < keyStart else { return }
    canvas.put(item.keyHint, at: Point(keyStart, rect.row), role: isSelected ? base : .key, width: keyColumns)
    let room = keyStart - titleEnd - (keyColumns > 0 ? 4 : 2)
    guard room > 3 && !detail.isEmpty else { return }
    canvas.put(detail, at: Point(titleEnd + 2, rect.row), role: isSelected ? base : .dim, width: room)
  }

  /// The detail of the selected item if the box is too narrow for it.
  private func cutDetail(in rect: Rect) -> String {
    guard let selected else { return "" }
    let item = items[selected]
    let needed = TextWidth.width(of: item.title) + Self.columns(item.detail) + Self.columns(item.keyHint) + 4
    return needed > rect.columns && item.disabledReason == nil ? item.detail : ""
  }

  private func highlight(_ positions: [Int], of title: String, on canvas: inout Canvas, in rect: Rect) {
    guard !positions.isEmpty else { return }
    var column = rect.column
    for (index, character) in title.enumerated() where column < rect.endColumn {
      let width = TextWidth.width(of: character)
      if positions.contains(index) {
        canvas.restyle(Rect(column, rect.row, width, 1), role: .match, emphasis: .underline)
      }
      column += width
    }
  }

  private func drawCount(on canvas: inout Canvas, in rect: Rect) {
    guard !field.text.isEmpty && matching == .fuzzy && rect.columns >= 24 else { return }
    let text = " \(shown.count) of \(items.count) "
    let column = rect.endColumn - 2 - TextWidth.width(of: text)
    canvas.put(text, at: Point(column, rect.endRow - 1), role: .dim)
  }
}
