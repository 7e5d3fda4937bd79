/// A sheet of cells as a file has them, scrolled both ways, with the number of each row at its left.
package struct Grid: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package var title: String
    /// Columns of the terminal that its cells take.
    package var width: Int
    package var role: Role
    package init(_ title: String, width: Int, role: Role = .columnTitle) {
      self.title = title
      self.width = max(1, width)
      self.role = role
    }
  }

  package struct Row: Hashable, Sendable {
    package var number: Int
    package var cells: [String]
    /// A row that is not like the others is marked and drawn in this role.
    package var mark: Role?
    package init(_ number: Int, _ cells: [String], mark: Role? = nil) {
      self.number = number
      self.cells = cells
      self.mark = mark
    }
  }

  package enum Outcome: Hashable, Sendable { case ignored, moved }

  package var columns: [Column]
  package var rows: [Row] {
    didSet { cursor.setCount(rows.count) }
  }
  package var cursor: ListCursor
  /// The first column shown, and how many were at the last draw.
  package private(set) var left = 0
  package private(set) var shown = 0
  private var room = 0

  private static let widest = 28
  private static let gap = 2

  package init(columns: [Column] = [], rows: [Row] = []) {
    self.columns = columns
    self.rows = rows
    cursor = ListCursor(count: rows.count)
  }

  /// Columns as wide as their title and cells, but none wider than 28.
  package init(titles: [String], rows: [Row]) {
    let count = max(titles.count, rows.lazy.map(\.cells.count).max() ?? 0)
    var widths = (0..<count).map { $0 < titles.count ? Self.width(of: titles[$0]) : 1 }
    for row in rows.prefix(60) {
      for (index, cell) in row.cells.enumerated() where widths[index] < Self.widest {
        widths[index] = max(widths[index], Self.width(of: cell))
      }
    }
    let columns = widths.enumerated().map { index, width in
      Column(index < titles.count ? titles[index] : "", width: width)
    }
    self.init(columns: columns, rows: rows)
  }

  private static func width(of text: String) -> Int {
    // What is longer than the widest column needs no counting.
    text.utf8.count > 4 * widest ? widest : min(widest, max(3, TextWidth.width(of: text)))
  }

  /// Puts other cells in, and stays where one was.
  package mutating func replace(by other: Grid) {
    columns = other.columns
    rows = other.rows
    left = min(left, max(0, columns.count - 1))
  }

  /// Up and down as a list, sideways with the arrows and `h l`; `0` and `$` go to the first and the last column.
  package mutating func handle(_ key: Key) -> Outcome {
    if cursor.handle(key) || cursor.handleLetter(key) { return .moved }
    switch key {
    case .left, .character("h"): left -= 1
    case .right, .character("l"): left += 1
    case .shiftLeft: left -= max(1, shown - 1)
    case .shiftRight: left += max(1, shown - 1)
    case .character("0"): left = 0
    case .character("$"): left = columns.count
    default: return .ignored
    }
    left = min(max(0, left), lastLeft)
    return .moved
  }

  /// The furthest column that may be the first: from there on all are in sight, and whole.
  private var lastLeft: Int {
    var left = columns.count - 1
    var used = columns.last?.width ?? 0
    while left > 0, used + Self.gap + columns[left - 1].width <= room {
      left -= 1
      used += Self.gap + columns[left].width
    }
    return max(0, left)
  }

  /// Columns in sight, counted from 1: "columns 3–9 of 20".
  package var place: String {
    guard shown > 0, shown < columns.count else { return "" }
    return "columns \(left + 1)–\(min(columns.count, left + shown)) of \(columns.count)"
  }
}

// MARK: - Drawing

extension Grid {
  /// Titles in the first row. Without the focus the cursor is not shown.
  package mutating func draw(on canvas: inout Canvas, in rect: Rect, isFocused: Bool = true) {
    guard !rect.isEmpty else { return }
    let (head, body) = rect.split(top: 1)
    cursor.adjust(height: body.rows)
    let gutter = min(rect.columns, String(rows.last?.number ?? 1).count + 3)
    room = rect.columns - gutter - 1
    let spans = layout()
    shown = spans.count
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect)
      canvas.fill(head, role: .columnTitle)
      for (index, span) in spans {
        let point = Point(head.column + gutter + span.lowerBound, head.row)
        canvas.put(columns[index].title, at: point, role: columns[index].role, width: span.count)
      }
      for (line, index) in cursor.visible.enumerated() where line < body.rows {
        let isSelected = isFocused && index == cursor.selected
        draw(rows[index], isSelected, on: &canvas, at: Point(body.column, body.row + line), gutter, spans)
      }
    }
  }

  /// The last column in sight is cut where it must be, the only one always.
  private func layout() -> [(index: Int, span: Range<Int>)] {
    var column = 0
    var spans: [(Int, Range<Int>)] = []
    for index in columns.indices.dropFirst(left) where column < room {
      let width = min(columns[index].width, room - column)
      if width < min(4, columns[index].width), !spans.isEmpty { break }
      spans.append((index, column..<column + width))
      column += width + Self.gap
    }
    return spans
  }

  private func draw(
    _ row: Row, _ isSelected: Bool, on canvas: inout Canvas, at point: Point, _ gutter: Int,
    _ spans: [(index: Int, span: Range<Int>)]
  ) {
    if isSelected { canvas.put(canvas.glyph(.cursor), at: point, role: .strong) }
    let number = Point(point.column + 1, point.row)
    canvas.put(String(row.number), at: number, role: row.mark ?? .dim, width: max(0, gutter - 3), align: .right)
    if let mark = row.mark { canvas.put("!", at: Point(point.column + gutter - 2, point.row), role: mark) }
    for (place, (index, span)) in spans.enumerated() where index < row.cells.count {
      let role = isSelected && place == 0 ? .selected : row.mark ?? .text
      canvas.put(
        row.cells[index], at: Point(point.column + gutter + span.lowerBound, point.row), role: role, width: span.count)
    }
  }
}
