/// One line of text being edited; scrolls sideways where it is longer than its place.
package struct TextField: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable { case ignored, moved, changed }

  /// Shown dimmed while there is no text.
  package var placeholder: String
  /// The graphemes to underline as wrong.
  package var errorRange: Range<Int>?
  /// True for a password: each letter is shown as a dot.
  private let isSecret: Bool
  private var buffer: EditBuffer
  private var firstShown = 0
  private var rect = Rect(0, 0, 0, 0)

  package init(_ text: String = "", placeholder: String = "", isSecret: Bool = false) {
    self.placeholder = placeholder
    self.isSecret = isSecret
    buffer = EditBuffer(text, keepsLineEnds: false)
  }

  /// Setting it puts the cursor at the end.
  package var text: String {
    get { buffer.text }
    set {
      buffer = EditBuffer(newValue, keepsLineEnds: false)
      firstShown = 0
    }
  }

  /// In graphemes from the start.
  package var cursor: Int { buffer.cursor }

  package mutating func moveCursor(to index: Int) { buffer.moveCursor(to: index) }

  package mutating func handle(_ key: Key) -> Outcome {
    if case .mouse(let mouse) = key { return handle(mouse) }
    switch buffer.handle(key) {
    case .ignored: return .ignored
    case .moved: return .moved
    case .changed: return .changed
    }
  }

  private mutating func handle(_ mouse: Mouse) -> Outcome {
    guard mouse.action == .press, rect.contains(mouse.point) else { return .ignored }
    var column = rect.column
    var index = firstShown
    while index < buffer.characters.count {
      column += width(index)
      if column > mouse.point.column { break }
      index += 1
    }
    buffer.moveCursor(to: index)
    return .moved
  }

  /// Where the terminal's cursor belongs, nil before the field was drawn somewhere.
  package var cursorPoint: Point? {
    guard !rect.isEmpty else { return nil }
    let columns = (min(firstShown, cursor)..<cursor).reduce(0) { $0 + width($1) }
    return Point(min(rect.column + columns, rect.endColumn - 1), rect.row)
  }

  /// Draws into the first row of `rect`. Without the focus it shows the start of its text, wherever the cursor is.
  package mutating func draw(on canvas: inout Canvas, in rect: Rect, role: Role = .input, isFocused: Bool = true) {
    self.rect = rect.split(top: 1).top
    guard !self.rect.isEmpty else { return }
    if isFocused { scrollToCursor() } else { firstShown = 0 }
    canvas.clipped(to: self.rect) { canvas in
      canvas.fill(rect, role: role)
      if buffer.characters.isEmpty {
        canvas.put(placeholder, at: rect.origin, role: .placeholder, width: rect.columns)
      }
      drawText(on: &canvas, role: role)
      if !isFocused { drawEllipsis(on: &canvas, role: role) }
    }
  }

  private func drawText(on canvas: inout Canvas, role: Role) {
    var column = rect.column
    for index in firstShown..<buffer.characters.count where column < rect.endColumn {
      let isWrong = errorRange?.contains(index) ?? false
      column += canvas.put(
        isSecret ? canvas.glyph(.bullet) : String(buffer.characters[index]), at: Point(column, rect.row),
        role: isWrong ? .bad : role,
        emphasis: isWrong ? .underline : [])
    }
  }

  private func width(_ index: Int) -> Int { isSecret ? 1 : TextWidth.width(of: buffer.characters[index]) }

  /// Says that the text goes on; with the focus one can go there.
  private func drawEllipsis(on canvas: inout Canvas, role: Role) {
    let columns = buffer.characters.indices.lazy.map(width).prefix(rect.columns + 1).reduce(0, +)
    guard columns > rect.columns else { return }
    canvas.put(canvas.glyph(.ellipsis), at: Point(rect.endColumn - 1, rect.row), role: role)
  }

  /// The cursor stays inside, and no room is wasted behind the end of the text.
  private mutating func scrollToCursor() {
    let earliest = start(ofTextEndingAt: cursor)
    let latest = start(ofTextEndingAt: buffer.characters.count)
    firstShown = min(max(firstShown, earliest), cursor, max(earliest, latest))
  }

  private func start(ofTextEndingAt end: Int) -> Int {
    var room = rect.columns - 1
    var index = end
    while index > 0 {
      room -= width(index - 1)
      if room < 0 { break }
      index -= 1
    }
    return index
  }
}
