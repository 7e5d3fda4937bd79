/// Rows in columns with a cursor, drawn from a closure so that only the visible rows need to exist.
package struct Table: Hashable, Sendable {
  package struct CellText: Hashable, Sendable {
    package var text: String
    package var role: Role
    package init(_ text: String, role: Role = .text) {
      self.text = text
      self.role = role
    }
  }

  package struct Row: Hashable, Sendable {
    package var cells: [CellText]
    package var isMarked: Bool
    /// What goes across all columns in place of cells: the heading of a group.
    package var heading: [Span]?
    package init(_ cells: [CellText], isMarked: Bool = false) {
      self.cells = cells
      self.isMarked = isMarked
    }

    package init(heading: [Span]) {
      self.init([])
      self.heading = heading
    }
  }

  package enum Outcome: Hashable, Sendable {
    case ignored, moved
    /// Enter or a double click.
    case opened(row: Int)
    /// A click on a column's title.
    case titleClicked(column: Int)
  }

  package enum Hit: Hashable, Sendable { case row(Int), column(Int) }

  package var columns: [Column]
  package var cursor: ListCursor
  private var rect = Rect(0, 0, 0, 0)

  package init(columns: [Column], count: Int = 0) {
    self.columns = columns
    cursor = ListCursor(count: count)
  }

  package mutating func handle(_ key: Key) -> Outcome {
    if cursor.handle(key) || cursor.handleLetter(key) { return .moved }
    switch key {
    case .enter where cursor.count > 0: return .opened(row: cursor.selected)
    case .mouse(let mouse): return handle(mouse)
    default: return .ignored
    }
  }

  private mutating func handle(_ mouse: Mouse) -> Outcome {
    switch (hit(mouse.point), mouse.action) {
    case (.row(let row), .press), (.row(let row), .rightPress):
      cursor.select(row)
      return .moved
    case (.row(let row), .doubleClick):
      cursor.select(row)
      return .opened(row: row)
    case (.column(let column), .press): return .titleClicked(column: column)
    default: return .ignored
    }
  }

  /// What was drawn at `point` the last time, if anything.
  package func hit(_ point: Point) -> Hit? {
    guard rect.contains(point) else { return nil }
    if point.row > rect.row {
      let row = cursor.top + point.row - rect.row - 1
      return cursor.visible.contains(row) ? .row(row) : nil
    }
    let spans = ColumnLayout(columns, available: rect.columns).spans
    return spans.firstIndex { $0.contains(point.column - rect.column) }.map(Hit.column)
  }
}

// MARK: - Drawing

extension Table {
  /// Titles in the first row, then the rows; `row` returns nil for those that are still being loaded.
  package mutating func draw(on canvas: inout Canvas, in rect: Rect, row: (Int) -> Row?) {
    self.rect = rect
    guard !rect.isEmpty else { return }
    let (head, body) = rect.split(top: 1)
    cursor.adjust(height: body.rows)
    let layout = ColumnLayout(columns, available: rect.columns)
    canvas.clipped(to: rect) { canvas in
      drawTitles(on: &canvas, in: head, layout)
      canvas.fill(body)
      for (line, index) in cursor.visible.enumerated() where line < body.rows {
        draw(row(index), index, on: &canvas, at: Point(body.column, body.row + line), layout)
      }
      drawThumb(on: &canvas, in: body)
    }
  }

  private func drawTitles(on canvas: inout Canvas, in rect: Rect, _ layout: ColumnLayout) {
    canvas.fill(rect, role: .columnTitle)
    for (column, span) in zip(columns, layout.spans) {
      let role: Role = column.sortMark == .none ? .columnTitle : .columnSorted
      let point = Point(rect.column + span.lowerBound, rect.row)
      canvas.put(title(of: column, span.count, canvas), at: point, role: role, width: span.count, align: column.align)
    }
  }

  private func title(of column: Column, _ width: Int, _ canvas: Canvas) -> String {
    let mark: String
    switch column.sortMark {
    case .none: return column.title
    case .up: mark = canvas.glyph(.sortedUp)
    case .down: mark = canvas.glyph(.sortedDown)
    }
    let room = width - 1 - TextWidth.width(of: mark)
    return TextWidth.truncated(column.title, to: room, ellipsis: canvas.glyph(.ellipsis)) + " " + mark
  }

  private func draw(_ row: Row?, _ index: Int, on canvas: inout Canvas, at point: Point, _ layout: ColumnLayout) {
    let isSelected = index == cursor.selected
    drawGutter(on: &canvas, at: point, layout.gutter, isSelected: isSelected, isMarked: row?.isMarked ?? false)
    guard let row else {
      let first = Row([CellText(canvas.glyph(.ellipsis), role: .dim)])
      return draw(first, isSelected: isSelected, on: &canvas, at: point, layout)
    }
    if let heading = row.heading {
      return draw(heading, isSelected: isSelected, on: &canvas, at: Point(point.column + layout.gutter, point.row))
    }
    draw(row, isSelected: isSelected, on: &canvas, at: point, layout)
  }

  /// The first span shows the cursor, for the same reason as the first cell of a row.
  private func draw(_ heading: [Span], isSelected: Bool, on canvas: inout Canvas, at point: Point) {
    var spans = heading
    if isSelected, !spans.isEmpty { spans[0].role = .selected }
    canvas.put(spans, at: point, width: max(0, rect.endColumn - 1 - point.column))
  }

  /// Only the first cell shows the cursor in its colour: moving it must cost few bytes over a slow line.
  private func draw(
    _ row: Row, isSelected: Bool, on canvas: inout Canvas, at point: Point, _ layout: ColumnLayout
  ) {
    for (index, (cell, span)) in zip(row.cells, layout.spans).enumerated() {
      let role = isSelected && index == 0 ? .selected : row.isMarked && cell.role == .text ? .marked : cell.role
      let start = Point(point.column + span.lowerBound, point.row)
      let align = index < columns.count ? columns[index].align : .left
      canvas.put(cell.text, at: start, role: role, width: span.count, align: align)
    }
  }

  private func drawGutter(on canvas: inout Canvas, at point: Point, _ width: Int, isSelected: Bool, isMarked: Bool) {
    let middle = max(0, width - 2)
    if isMarked { canvas.put(canvas.glyph(.marked), at: Point(point.column + middle, point.row), role: .marked) }
    guard isSelected else { return }
    let column = isMarked ? 0 : middle
    canvas.put(canvas.glyph(.cursor), at: Point(point.column + column, point.row), role: .strong)
  }

  /// Eight places are enough to see where one is, and keep the thumb still while one moves.
  private func drawThumb(on canvas: inout Canvas, in rect: Rect) {
    guard cursor.count > rect.rows && rect.rows >= 4 && rect.columns > 8 else { return }
    let steps = min(8, rect.rows)
    let size = max(1, rect.rows / steps)
    let hidden = cursor.count - rect.rows
    let step = cursor.top == 0 ? 0 : cursor.top >= hidden ? steps : 1 + (cursor.top - 1) * (steps - 1) / hidden
    let first = rect.row + step * (rect.rows - size) / steps
    for row in first..<first + size {
      canvas.put(canvas.glyph(.thumb), at: Point(rect.endColumn - 1, row), role: .border)
    }
  }
}
