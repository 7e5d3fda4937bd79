import TerminalKit

/// Things one can set, one below the other: what it is, how it stands, and why.
struct SettingsList {
  struct Row {
    let label: String
    let value: String
    var remark = ""
    var role: Role = .text
    var remarkRole: Role = .dim
  }

  enum Outcome: Equatable {
    case ignored, moved
    /// Enter or a second click on a row.
    case opened(Int)
    /// The arrows: the value before, the value after.
    case turned(Int, by: Int)
    /// Down in the last row.
    case leftBelow
  }

  var cursor = ListCursor()
  private var rect = Rect(0, 0, 0, 0)

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .down where cursor.selected == cursor.count - 1, .character("j") where cursor.selected == cursor.count - 1:
      return .leftBelow
    case .enter, .character(" "): return .opened(cursor.selected)
    case .left, .character("h"): return .turned(cursor.selected, by: -1)
    case .right, .character("l"): return .turned(cursor.selected, by: 1)
    case .mouse(let mouse) where mouse.action == .press && rect.contains(mouse.point):
      let row = cursor.top + mouse.point.row - rect.row
      guard cursor.visible.contains(row) else { return .moved }
      if row == cursor.selected { return .opened(row) }
      cursor.select(row)
      return .moved
    default: return cursor.handle(key) || cursor.handleLetter(key) ? .moved : .ignored
    }
  }

  mutating func draw(_ rows: [Row], on canvas: inout Canvas, in rect: Rect, isFocused: Bool = true) {
    self.rect = rect
    cursor.setCount(rows.count)
    guard !rect.isEmpty else { return }
    cursor.adjust(height: rect.rows)
    let label = min(rows.map { TextWidth.width(of: $0.label) }.max() ?? 0, rect.columns / 3)
    let widest = rows.map { TextWidth.width(of: $0.value) }.max() ?? 0
    let room = rect.columns - label - 5
    let value = min(max(widest, 8), room, max(12, min(40, rect.columns / 2)))
    for (line, index) in cursor.visible.enumerated() {
      let row = rect.row + line
      let isSelected = isFocused && index == cursor.selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column, row), role: .strong) }
      canvas.put(rows[index].label, at: Point(rect.column + 2, row), role: .label, width: label)
      let start = Point(rect.column + 4 + label, row)
      let own = rows[index].remark.isEmpty ? room : min(room, max(value, TextWidth.width(of: rows[index].value)))
      canvas.put(rows[index].value, at: start, role: isSelected ? .selected : rows[index].role, width: own)
      let remark = Point(start.column + own + 2, row)
      // A few letters of a remark say nothing.
      guard rect.endColumn - remark.column >= min(12, TextWidth.width(of: rows[index].remark)) else { continue }
      canvas.put(
        rows[index].remark, at: remark, role: rows[index].remarkRole, width: max(0, rect.endColumn - remark.column))
    }
  }
}
