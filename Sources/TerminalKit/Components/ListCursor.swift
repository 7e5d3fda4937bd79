/// Which row of a list is selected and which is the first one shown. Arithmetic only, so a list may have any length.
package struct ListCursor: Hashable, Sendable {
  /// Rows kept visible beyond the selected one where the list goes on.
  private static let margin = 2

  package private(set) var count: Int
  /// 0 in an empty list.
  package private(set) var selected = 0
  package private(set) var top = 0
  package private(set) var height = 1

  package init(count: Int = 0) { self.count = max(0, count) }

  package var visible: Range<Int> { top..<min(count, top + height) }

  package mutating func setCount(_ count: Int) {
    self.count = max(0, count)
    select(selected)
  }

  /// Tells how many rows can be shown. Call it before drawing; `top` follows.
  package mutating func adjust(height: Int) {
    self.height = max(1, height)
    follow()
  }

  package mutating func select(_ row: Int) {
    selected = min(max(0, row), max(0, count - 1))
    follow()
  }

  package mutating func move(by rows: Int) { select(selected + min(max(rows, -count), count)) }

  /// Pages overlap by one row, so that the eye keeps its place.
  package mutating func page(by pages: Int) { turn(pages.signum() * max(1, height - 1)) }
  package mutating func halfPage(by pages: Int) { turn(pages.signum() * max(1, height / 2)) }
  package mutating func toStart() { select(0) }
  package mutating func toEnd() { select(count - 1) }

  private mutating func turn(_ rows: Int) {
    top = clampedTop(top + rows)
    selected = min(max(0, selected + rows), max(0, count - 1))
    confine()
  }

  /// Moves what is shown, and the selection only where it would go out of sight.
  package mutating func scroll(by rows: Int) {
    top = clampedTop(top + min(max(rows, -count), count))
    confine()
  }

  /// Brings the selection to what is shown; `follow` does the opposite.
  private mutating func confine() {
    let margin = currentMargin
    let first = top == 0 ? 0 : top + margin
    let last = top == max(0, count - height) ? max(0, count - 1) : top + height - 1 - margin
    selected = min(max(selected, first), max(first, last))
  }

  /// Arrows, pages, Home, End and the wheel. False where the key means nothing here.
  package mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: page(by: -1)
    case .pageDown: page(by: 1)
    case .home: toStart()
    case .end: toEnd()
    case .mouse(let mouse) where mouse.action == .wheelUp: scroll(by: -3)
    case .mouse(let mouse) where mouse.action == .wheelDown: scroll(by: 3)
    default: return false
    }
    return true
  }

  /// The same by vim's letters, for places where letters are not typed into something.
  package mutating func handleLetter(_ key: Key) -> Bool {
    switch key {
    case .character("k"): move(by: -1)
    case .character("j"): move(by: 1)
    case .character("g"): toStart()
    case .character("G"): toEnd()
    case .control("b"): page(by: -1)
    case .control("f"): page(by: 1)
    case .control("u"): halfPage(by: -1)
    case .control("d"): halfPage(by: 1)
    default: return false
    }
    return true
  }

  private var currentMargin: Int { min(Self.margin, (height - 1) / 2) }

  private func clampedTop(_ row: Int) -> Int { min(max(0, row), max(0, count - height)) }

  private mutating func follow() {
    let margin = currentMargin
    top = min(max(top, selected - height + 1 + margin), selected - margin)
    top = clampedTop(top)
  }
}
