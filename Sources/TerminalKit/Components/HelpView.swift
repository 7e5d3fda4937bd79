/// The keys of a place, to be read, searched, and run.
package struct HelpView: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    package var key: String
    package var title: String
    package var description: String
    package init(key: String, title: String, description: String = "") {
      self.key = key
      self.title = title
      self.description = description
    }
  }

  package struct Section: Hashable, Sendable {
    package var title: String
    package var rows: [Row]
    package init(_ title: String, rows: [Row]) {
      self.title = title
      self.rows = rows
    }
  }

  package enum Outcome: Hashable, Sendable {
    case ignored, moved, closed
    /// Enter on a row, or a double click: indices into `sections` and its `rows`.
    case picked(section: Int, row: Int)
  }

  private enum Line: Hashable {
    case heading(Int)
    case row(section: Int, row: Int)
  }

  package let title: String
  package let sections: [Section]
  private var search = TextField(placeholder: "type to search")
  private var isSearching = false
  private var cursor = ListCursor()
  private var lines: [Line] = []
  private var list = Rect(0, 0, 0, 0)

  package init(title: String, sections: [Section]) {
    self.title = title
    self.sections = sections
    filter()
  }

  /// Where the terminal's cursor belongs while something is being searched.
  package var cursorPoint: Point? { isSearching ? search.cursorPoint : nil }

  // MARK: Keys

  package mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .escape: return leave()
    case .enter: return pick()
    case .mouse(let mouse) where mouse.action == .press || mouse.action == .doubleClick: return press(mouse)
    default: break
    }
    if isSearching && isText(key) { return type(key) }
    let before = cursor.selected
    if cursor.handle(key) || cursor.handleLetter(key) {
      skipHeading(comingFrom: before)
      return .moved
    }
    return handleCommand(key)
  }

  private mutating func handleCommand(_ key: Key) -> Outcome {
    switch key {
    case .character("/"):
      isSearching = true
      return .moved
    case .character("q"), .character("?"): return .closed
    default: return .ignored
    }
  }

  private func isText(_ key: Key) -> Bool {
    switch key {
    case .up, .down, .pageUp, .pageDown, .mouse: false
    default: true
    }
  }

  /// Escape clears a search before it closes the list.
  private mutating func leave() -> Outcome {
    guard isSearching else { return .closed }
    isSearching = false
    search.text = ""
    filter()
    return .moved
  }

  private mutating func type(_ key: Key) -> Outcome {
    switch search.handle(key) {
    case .ignored: return .ignored
    case .moved: return .moved
    case .changed:
      filter()
      return .moved
    }
  }

  private func pick() -> Outcome {
    guard lines.indices.contains(cursor.selected), case .row(let section, let row) = lines[cursor.selected] else {
      return .ignored
    }
    return .picked(section: section, row: row)
  }

  private mutating func press(_ mouse: Mouse) -> Outcome {
    guard list.contains(mouse.point) else { return .ignored }
    let line = cursor.top + mouse.point.row - list.row
    guard cursor.visible.contains(line), case .row = lines[line] else { return .ignored }
    cursor.select(line)
    return mouse.action == .doubleClick ? pick() : .moved
  }

  /// The cursor stands on rows only.
  private mutating func skipHeading(comingFrom before: Int) {
    guard lines.indices.contains(cursor.selected), case .heading = lines[cursor.selected] else { return }
    let isGoingUp = cursor.selected < before && cursor.selected > 0
    cursor.move(by: isGoingUp ? -1 : 1)
  }

  private mutating func filter() {
    let words = search.text.lowercased().split(separator: " ")
    lines = sections.indices.flatMap { section in
      let rows = sections[section].rows.indices.filter { matches(sections[section].rows[$0], words) }
      return rows.isEmpty ? [] : [.heading(section)] + rows.map { Line.row(section: section, row: $0) }
    }
    cursor.setCount(lines.count)
    cursor.toStart()
    skipHeading(comingFrom: 0)
  }

  private func matches(_ row: Row, _ words: [Substring]) -> Bool {
    let text = "\(row.key) \(row.title) \(row.description)".lowercased()
    return words.allSatisfy { text.contains($0) }
  }
}

// MARK: - Drawing

extension HelpView {
  package mutating func draw(on canvas: inout Canvas, in rect: Rect) {
    list = Rect(0, 0, 0, 0)
    guard !rect.isEmpty else { return }
    let hasFrame = rect.columns >= 10 && rect.rows >= 5
    let inside = hasFrame ? rect.inset(by: 1, 1) : rect
    let (foot, body) = inside.split(bottom: inside.rows > 1 ? 1 : 0)
    list = body
    cursor.adjust(height: body.rows)
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: .dialog)
      if hasFrame { canvas.box(rect, role: .borderFocused, title: title) }
      drawLines(on: &canvas, in: body)
      drawFoot(on: &canvas, in: foot)
    }
  }

  private func drawLines(on canvas: inout Canvas, in rect: Rect) {
    if lines.isEmpty { canvas.put(" nothing found", at: rect.origin, role: .dim) }
    let keyColumns = min(sections.flatMap(\.rows).map { TextWidth.width(of: $0.key) }.max() ?? 0, rect.columns / 3)
    let titleColumns = min(sections.flatMap(\.rows).map { TextWidth.width(of: $0.title) }.max() ?? 0, 30)
    for (offset, index) in cursor.visible.enumerated() where offset < rect.rows {
      let line = Rect(rect.column, rect.row + offset, rect.columns, 1)
      switch lines[index] {
      case .heading(let section):
        canvas.put(sections[section].title, at: Point(line.column + 1, line.row), role: .title, width: line.columns - 2)
      case .row(let section, let row):
        let isSelected = index == cursor.selected
        draw(sections[section].rows[row], isSelected, on: &canvas, in: line, keyColumns, titleColumns)
      }
    }
  }

  private func draw(
    _ row: Row, _ isSelected: Bool, on canvas: inout Canvas, in line: Rect, _ keyColumns: Int, _ titleColumns: Int
  ) {
    if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(line.column + 1, line.row), role: .strong) }
    canvas.put(row.key, at: Point(line.column + 3, line.row), role: .key, width: keyColumns)
    let titleStart = line.column + keyColumns + 5
    let width = max(0, min(titleColumns, line.endColumn - titleStart - 1))
    canvas.put(row.title, at: Point(titleStart, line.row), role: isSelected ? .selected : .dialog, width: width)
    let rest = line.endColumn - titleStart - width - 3
    guard rest >= 8 else { return }
    canvas.put(row.description, at: Point(titleStart + width + 2, line.row), role: .dim, width: rest)
  }

  private mutating func drawFoot(on canvas: inout Canvas, in rect: Rect) {
    guard isSearching else {
      let hint = "/ search   enter run   esc close"
      canvas.put(hint, at: Point(rect.column + 1, rect.row), role: .hint, width: max(0, rect.columns - 2))
      return
    }
    let (mark, rest) = rect.split(left: min(3, rect.columns / 4))
    canvas.put(" /", at: mark.origin, role: .hint, width: mark.columns)
    search.draw(on: &canvas, in: rest, role: .dialog)
  }
}
