/// The cells of a screen. Everything drawn is clipped to `clip` and to the canvas.
package struct Canvas: Hashable, Sendable {
  package let size: Size
  package private(set) var clip: Rect
  /// Draws lines, marks and bars with ASCII only, for terminals and fonts without the rest.
  package var ascii = false
  private var cells: [Cell]

  package init(size: Size, ascii: Bool = false) {
    self.size = Size(max(0, size.columns), max(0, size.rows))
    self.ascii = ascii
    clip = Rect(0, 0, size.columns, size.rows)
    cells = Array(repeating: Cell(), count: self.size.columns * self.size.rows)
  }

  package var bounds: Rect { Rect(0, 0, size.columns, size.rows) }

  package subscript(column: Int, row: Int) -> Cell { cells[row * size.columns + column] }

  /// The cells of one row, left to right.
  package func cells(ofRow row: Int) -> ArraySlice<Cell> { cells[row * size.columns..<(row + 1) * size.columns] }

  /// Whether `row` must be shown again after `other` was. Always true between different sizes.
  package func rowDiffers(from other: Canvas, row: Int) -> Bool {
    guard size == other.size else { return true }
    return cells.withUnsafeBufferPointer { mine in
      other.cells.withUnsafeBufferPointer { theirs in
        (row * size.columns..<(row + 1) * size.columns).contains { mine[$0] != theirs[$0] }
      }
    }
  }

  /// The text of each row without blanks at its end.
  package var lines: [String] {
    (0..<size.rows).map { row in
      TextWidth.withoutTrailingBlanks(cells(ofRow: row).reduce(into: "") { $0 += $1.cluster })
    }
  }

  package func glyph(_ glyph: Glyph) -> String { ascii ? glyph.ascii : glyph.unicode }

  /// Draws only inside `rect` while `draw` runs.
  package mutating func clipped(to rect: Rect, _ draw: (inout Canvas) -> Void) {
    let outer = clip
    clip = clip.clipped(to: rect)
    draw(&self)
    clip = outer
  }
}

// MARK: - Text

extension Canvas {
  /// Draws one line of `text` and returns the columns it took, counted to the right edge of the clip at most.
  /// With `width` it takes exactly that many: cut with an ellipsis, or filled up with blanks of the role.
  @discardableResult
  package mutating func put(
    _ text: String, at point: Point, role: Role = .text, emphasis: Emphasis = [], width: Int? = nil,
    align: Alignment = .left
  ) -> Int {
    let style = Cell(role: role, emphasis: emphasis)
    guard let width else {
      return write(text, at: point, until: clip.endColumn, style: style) - point.column
    }
    guard width > 0 else { return 0 }
    guard isVisible(Rect(point.column, point.row, width, 1)) else { return width }
    putFitted(text, in: Rect(point.column, point.row, width, 1), align: align, style: style)
    return width
  }

  private mutating func putFitted(_ text: String, in rect: Rect, align: Alignment, style: Cell) {
    let natural = Self.width(of: text, upTo: rect.columns)
    let overflows = natural > rect.columns
    let before = align.blanksBefore(max(0, rect.columns - natural))
    let first = Point(rect.column + before, rect.row)
    blank(rect.column..<first.column, row: rect.row, style: style)
    let end = write(text, at: first, until: rect.endColumn - (overflows ? 1 : 0), style: style)
    blank(end..<max(end, rect.endColumn), row: rect.row, style: style)
    if overflows { write(glyph(.ellipsis), at: Point(end, rect.row), until: rect.endColumn, style: style) }
  }

  /// Stops counting beyond `limit`, so that a megabyte of notes costs one row.
  private static func width(of text: String, upTo limit: Int) -> Int {
    if text.utf8.count <= limit { return TextWidth.width(of: text) }
    var used = 0
    for cluster in Clusters(text) {
      used += cluster.width
      if used > limit { break }
    }
    return used
  }

  /// The column after the last cluster that fits before `end`.
  @discardableResult
  private mutating func write(_ text: String, at point: Point, until end: Int, style: Cell) -> Int {
    var column = point.column
    for cluster in Clusters(text) {
      guard column + cluster.width <= end else { break }
      set(cluster, column, point.row, style)
      column += cluster.width
    }
    return column
  }

  private mutating func blank(_ columns: Range<Int>, row: Int, style: Cell) {
    guard row >= clip.row && row < clip.endRow else { return }
    for column in columns.clamped(to: clip.column..<clip.endColumn) { store(style, column, row) }
  }

  /// Where the clip cuts a wide cluster, its visible half is blank.
  private mutating func set(_ cluster: Cluster, _ column: Int, _ row: Int, _ style: Cell) {
    guard row >= clip.row && row < clip.endRow else { return }
    guard column >= clip.column && column + cluster.width <= clip.endColumn else {
      return blank(column..<column + cluster.width, row: row, style: style)
    }
    var cell = style
    cell.cluster = cluster.text
    cell.width = cluster.width
    store(cell, column, row)
    guard cluster.width == 2 else { return }
    cell.cluster = ""
    cell.width = 0
    storeRightHalf(cell, column + 1, row)
  }

  private mutating func store(_ cell: Cell, _ column: Int, _ row: Int) {
    let index = row * size.columns + column
    if cells[index].width == 0 { clear(index - 1) }
    if cells[index].width == 2 { clear(index + 1) }
    cells[index] = cell
  }

  private mutating func storeRightHalf(_ cell: Cell, _ column: Int, _ row: Int) {
    let index = row * size.columns + column
    if cells[index].width == 2 { clear(index + 1) }
    cells[index] = cell
  }

  /// Half a wide grapheme is debris on most terminals.
  private mutating func clear(_ index: Int) {
    cells[index].cluster = " "
    cells[index].width = 1
  }

  private func isVisible(_ rect: Rect) -> Bool { !rect.clipped(to: clip).isEmpty }
}

// MARK: - Spans

/// A part of a line that looks alike.
package struct Span: Hashable, Sendable {
  package var text: String
  package var role: Role
  package var emphasis: Emphasis
  package init(_ text: String, role: Role = .text, emphasis: Emphasis = []) {
    self.text = text
    self.role = role
    self.emphasis = emphasis
  }
}

extension Canvas {
  /// Draws the spans behind each other and returns the columns they took; the one that does not fit into `width` ends
  /// in an ellipsis.
  @discardableResult
  package mutating func put(_ spans: [Span], at point: Point, width: Int) -> Int {
    var column = point.column
    let end = point.column + max(0, width)
    for span in spans where column < end {
      let columns = min(Self.width(of: span.text, upTo: end - column), end - column)
      column += put(
        span.text, at: Point(column, point.row), role: span.role, emphasis: span.emphasis, width: columns)
    }
    return column - point.column
  }
}

// MARK: - Shapes

extension Canvas {
  package mutating func fill(_ rect: Rect, role: Role = .text) {
    let style = Cell(role: role)
    let visible = rect.clipped(to: clip)
    for row in visible.row..<visible.endRow {
      blank(visible.column..<visible.endColumn, row: row, style: style)
    }
  }

  /// Changes how the cells look and keeps what they say; nil leaves that side as it is.
  package mutating func restyle(_ rect: Rect, role: Role? = nil, emphasis: Emphasis? = nil) {
    let visible = rect.clipped(to: clip)
    for row in visible.row..<visible.endRow {
      for index in row * size.columns + visible.column..<row * size.columns + visible.endColumn {
        if let role { cells[index].role = role }
        if let emphasis { cells[index].emphasis = emphasis }
      }
    }
  }

  package mutating func hline(at point: Point, columns: Int, role: Role = .border) {
    let line = Cluster(text: glyph(.horizontal), width: 1)
    for column in Self.range(point.column, columns).clamped(to: clip.column..<clip.endColumn) {
      set(line, column, point.row, Cell(role: role))
    }
  }

  package mutating func vline(at point: Point, rows: Int, role: Role = .border) {
    let line = Cluster(text: glyph(.vertical), width: 1)
    for row in Self.range(point.row, rows).clamped(to: clip.row..<clip.endRow) {
      set(line, point.column, row, Cell(role: role))
    }
  }

  private static func range(_ start: Int, _ count: Int) -> Range<Int> { start..<start + max(0, count) }

  /// A frame along the inside of `rect`, with `title` in its upper edge. What is inside stays as it is.
  package mutating func box(
    _ rect: Rect, role: Role = .border, title: String = "", titleRole: Role = .title, line: BoxLine = .light
  ) {
    guard rect.columns >= 2 && rect.rows >= 2 else { return }
    let signs = ascii ? line.ascii : line.unicode
    let style = Cell(role: role)
    for column in Self.range(rect.column + 1, rect.columns - 2).clamped(to: clip.column..<clip.endColumn) {
      set(Cluster(text: signs.horizontal, width: 1), column, rect.row, style)
      set(Cluster(text: signs.horizontal, width: 1), column, rect.endRow - 1, style)
    }
    for row in Self.range(rect.row + 1, rect.rows - 2).clamped(to: clip.row..<clip.endRow) {
      set(Cluster(text: signs.vertical, width: 1), rect.column, row, style)
      set(Cluster(text: signs.vertical, width: 1), rect.endColumn - 1, row, style)
    }
    let corners = [(rect.column, rect.row), (rect.endColumn - 1, rect.row), (rect.column, rect.endRow - 1)]
    for ((column, row), sign) in zip(corners + [(rect.endColumn - 1, rect.endRow - 1)], signs.corners) {
      set(Cluster(text: sign, width: 1), column, row, style)
    }
    putTitle(title, in: rect, role: titleRole)
  }

  private mutating func putTitle(_ title: String, in rect: Rect, role: Role) {
    let room = rect.columns - 6
    guard !title.isEmpty && room > 0 else { return }
    let text = " " + TextWidth.truncated(title, to: room, ellipsis: glyph(.ellipsis)) + " "
    put(text, at: Point(rect.column + 2, rect.row), role: role)
  }
}
