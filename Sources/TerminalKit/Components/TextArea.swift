/// Several lines of text being edited, wrapped to their place.
package struct TextArea: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable { case ignored, moved, changed }

  private var buffer: EditBuffer
  private var rect = Rect(0, 0, 0, 0)
  private var columns = 72
  private var top = 0
  /// The column that up and down aim at, however short the lines between.
  private var goal: Int?

  package init(_ text: String = "") { buffer = EditBuffer(text, keepsLineEnds: true) }

  /// Setting it puts the cursor at the end.
  package var text: String {
    get { buffer.text }
    set { buffer = EditBuffer(newValue, keepsLineEnds: true) }
  }

  package var cursor: Int { buffer.cursor }

  /// Up in the first line and down in the last are ignored, so that a form can move on.
  package mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .up: return moveLine(by: -1)
    case .down: return moveLine(by: 1)
    case .pageUp: return moveLine(by: -max(1, rect.rows - 1))
    case .pageDown: return moveLine(by: max(1, rect.rows - 1))
    case .mouse(let mouse): return handle(mouse)
    default: break
    }
    goal = nil
    switch key == .enter ? buffer.insert("\n") : buffer.handle(key) {
    case .ignored: return .ignored
    case .moved: return .moved
    case .changed: return .changed
    }
  }

  private mutating func handle(_ mouse: Mouse) -> Outcome {
    guard mouse.action == .press, rect.contains(mouse.point) else { return .ignored }
    let lines = self.lines
    let line = min(top + mouse.point.row - rect.row, lines.count - 1)
    buffer.moveCursor(to: index(in: lines[line], at: mouse.point.column - rect.column))
    goal = nil
    return .moved
  }

  private mutating func moveLine(by count: Int) -> Outcome {
    let lines = self.lines
    let line = lineOfCursor(lines)
    let target = min(max(0, line + count), lines.count - 1)
    guard target != line else { return .ignored }
    let column = goal ?? columns(before: cursor, in: lines[line])
    goal = column
    buffer.moveCursor(to: index(in: lines[target], at: column))
    return .moved
  }

  // MARK: Lines

  private var lines: [Range<Int>] {
    LineBreaks.ranges(of: buffer.characters.map(Self.piece), columns: max(1, columns))
  }

  private static func piece(_ character: Character) -> LineBreaks.Piece {
    if character.isNewline { return .init(.lineEnd, width: 0) }
    let width = TextWidth.width(of: character)
    return .init(character == " " || character == "\t" ? .blank : width == 2 ? .wide : .letter, width: width)
  }

  private func lineOfCursor(_ lines: [Range<Int>]) -> Int {
    lines.lastIndex { $0.lowerBound <= cursor } ?? 0
  }

  private func columns(before index: Int, in line: Range<Int>) -> Int {
    let end = min(max(index, line.lowerBound), line.upperBound)
    return buffer.characters[line.lowerBound..<end].reduce(0) { $0 + TextWidth.width(of: $1) }
  }

  private func index(in line: Range<Int>, at column: Int) -> Int {
    var used = 0
    for index in line {
      used += TextWidth.width(of: buffer.characters[index])
      if used > column { return index }
    }
    return line.upperBound
  }

  // MARK: Drawing

  /// Where the terminal's cursor belongs, nil before the area was drawn somewhere.
  package var cursorPoint: Point? {
    guard !rect.isEmpty else { return nil }
    let lines = self.lines
    let line = lineOfCursor(lines)
    let column = min(columns(before: cursor, in: lines[line]), rect.columns - 1)
    return Point(rect.column + column, min(max(0, line - top), rect.rows - 1) + rect.row)
  }

  package mutating func draw(on canvas: inout Canvas, in rect: Rect, role: Role = .input) {
    self.rect = rect
    guard !rect.isEmpty else { return }
    columns = max(1, rect.columns - 1)
    let lines = self.lines
    let line = lineOfCursor(lines)
    top = min(max(min(top, line), line - rect.rows + 1), max(0, lines.count - rect.rows))
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: role)
      for (row, range) in lines[top..<min(lines.count, top + rect.rows)].enumerated() {
        draw(range, on: &canvas, at: Point(rect.column, rect.row + row), role: role)
      }
    }
  }

  private func draw(_ line: Range<Int>, on canvas: inout Canvas, at point: Point, role: Role) {
    var column = point.column
    for index in line where column < rect.endColumn {
      column += canvas.put(String(buffer.characters[index]), at: Point(column, point.row), role: role)
    }
  }
}
