/// A question with a few answers.
package struct Dialog: Hashable, Sendable {
  package struct Line: Hashable, Sendable {
    package var text: String
    package var role: Role
    package init(_ text: String, role: Role = .dialog) {
      self.text = text
      self.role = role
    }
  }

  package struct Button: Hashable, Sendable {
    package var title: String
    /// Presses the button from anywhere in the dialog.
    package var key: Character
    package init(_ title: String, key: Character) {
      self.title = title
      self.key = key
    }
  }

  package enum Outcome: Hashable, Sendable {
    case ignored, moved, cancelled
    /// An index into `buttons`.
    case pressed(Int)
  }

  private static let widest = 72

  package let title: String
  package let lines: [Line]
  package let buttons: [Button]
  package private(set) var focus: Int
  private var top = 0
  private var hiddenRows = 0
  private var box = Rect(0, 0, 0, 0)
  private var buttonRects: [Rect] = []

  /// `focus` is the button that Enter presses at first.
  package init(title: String, lines: [Line], buttons: [Button], focus: Int = 0) {
    self.title = title
    self.lines = lines
    self.buttons = buttons
    self.focus = min(max(0, focus), max(0, buttons.count - 1))
  }

  package mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .escape: return .cancelled
    case .enter: return buttons.isEmpty ? .cancelled : .pressed(focus)
    case .tab, .right: return moveFocus(by: 1)
    case .backTab, .left: return moveFocus(by: -1)
    case .up, .pageUp: return scroll(by: key == .up ? -1 : -8)
    case .down, .pageDown: return scroll(by: key == .down ? 1 : 8)
    case .character(let letter): return press(letter)
    case .mouse(let mouse): return handle(mouse)
    default: return .ignored
    }
  }

  private func press(_ letter: String) -> Outcome {
    let button = buttons.firstIndex { String($0.key) == letter }
    return (button ?? buttons.firstIndex { $0.key.lowercased() == letter.lowercased() }).map(Outcome.pressed)
      ?? .ignored
  }

  private func handle(_ mouse: Mouse) -> Outcome {
    guard mouse.action == .press else { return .ignored }
    return buttonRects.firstIndex { $0.contains(mouse.point) }.map(Outcome.pressed) ?? .ignored
  }

  private mutating func moveFocus(by step: Int) -> Outcome {
    guard !buttons.isEmpty else { return .ignored }
    focus = (focus + step + buttons.count) % buttons.count
    return .moved
  }

  private mutating func scroll(by rows: Int) -> Outcome {
    let target = min(max(0, top + rows), hiddenRows)
    guard target != top else { return .ignored }
    top = target
    return .moved
  }
}

// MARK: - Drawing

extension Dialog {
  /// Draws a box in the middle of `rect`, just large enough.
  package mutating func draw(on canvas: inout Canvas, in rect: Rect) {
    buttonRects = []
    guard rect.columns >= 3 && rect.rows >= 1 else { return }
    let columns = min(rect.columns, idealColumns)
    let body = wrappedLines(columns - 4)
    let rows = min(rect.rows, body.count + 4)
    box = Rect(rect.column + (rect.columns - columns) / 2, rect.row + (rect.rows - rows) / 2, columns, rows)
    let inside = rows >= 4 ? box.inset(by: 2, 1) : box.inset(by: 1, 0)
    let (foot, rest) = inside.split(bottom: 1)
    let text = rest.split(top: rest.rows - (rest.rows > 1 ? 1 : 0)).top
    hiddenRows = max(0, body.count - text.rows)
    top = min(top, hiddenRows)
    canvas.clipped(to: box) { canvas in
      canvas.fill(box, role: .dialog)
      if rows >= 4 { canvas.box(box, role: .borderFocused, title: title) }
      for (row, line) in body.dropFirst(top).prefix(text.rows).enumerated() {
        canvas.put(line.text, at: Point(text.column, text.row + row), role: line.role, width: text.columns)
      }
      drawMore(on: &canvas)
      drawButtons(on: &canvas, in: foot)
    }
  }

  private var idealColumns: Int {
    let text = lines.flatMap { $0.text.split(whereSeparator: \.isNewline) }.map { TextWidth.width(of: String($0)) }
    let buttonRow = buttons.reduce(0) { $0 + TextWidth.width(of: Self.label(of: $1)) + 2 }
    let widest = max(text.max() ?? 0, TextWidth.width(of: title) + 4, buttonRow, 26)
    return min(widest, Self.widest) + 4
  }

  private func wrappedLines(_ columns: Int) -> [Line] {
    lines.flatMap { line in TextWidth.wrapped(line.text, to: columns).map { Line($0, role: line.role) } }
  }

  private func drawMore(on canvas: inout Canvas) {
    guard hiddenRows > top && box.columns >= 16 else { return }
    canvas.put(" \(canvas.glyph(.down)) more ", at: Point(box.endColumn - 10, box.endRow - 1), role: .dim)
  }

  private mutating func drawButtons(on canvas: inout Canvas, in rect: Rect) {
    let widths = buttons.map { TextWidth.width(of: Self.label(of: $0)) }
    let total = widths.reduce(-2) { $0 + $1 + 2 }
    var column = rect.column + max(0, (rect.columns - total) / 2)
    for (index, button) in buttons.enumerated() {
      let place = Rect(column, rect.row, widths[index], 1).clipped(to: rect)
      buttonRects.append(place)
      draw(button, isFocused: index == focus, on: &canvas, in: place)
      column += widths[index] + 2
    }
  }

  private static func label(of button: Button) -> String { "[ \(button.key) \(button.title) ]" }

  private func draw(_ button: Button, isFocused: Bool, on canvas: inout Canvas, in rect: Rect) {
    let mark = isFocused ? canvas.glyph(.cursor) : " "
    let text = "[\(mark)\(button.key) \(button.title) ]"
    canvas.put(text, at: rect.origin, role: isFocused ? .buttonFocused : .button, width: rect.columns)
    guard !isFocused && rect.columns > 3 else { return }
    canvas.restyle(Rect(rect.column + 2, rect.row, TextWidth.width(of: button.key), 1), role: .key)
  }
}
