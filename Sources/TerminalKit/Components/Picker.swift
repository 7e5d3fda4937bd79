/// A box with items, narrowed down by typing: the palette, a choice, a list of boards.
package struct Picker: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package var title: String
    package var detail: String
    /// The key that does the same, shown at the right.
    package var keyHint: String
    /// Why it cannot be picked now.
    package var disabledReason: String?
    package init(_ title: String, detail: String = "", keyHint: String = "", disabledReason: String? = nil) {
      self.title = title
      self.detail = detail
      self.keyHint = keyHint
      self.disabledReason = disabledReason
    }
  }

  package enum Outcome: Hashable, Sendable {
    case ignored, moved, cancelled
    /// The filter's text, for those who bring items of their own.
    case filterChanged(String)
    /// An index into `items`.
    case picked(Int)
    case refused(reason: String)
  }

  /// `.fuzzy` keeps the matching items, best first; `.none` shows `items` as they are, for lists matched elsewhere.
  package enum Matching: Hashable, Sendable { case fuzzy, none }

  struct Shown: Hashable {
    let index: Int
    let positions: [Int]
  }

  package var title: String
  package let matching: Matching
  package private(set) var items: [Item]
  var field: TextField
  var cursor: ListCursor
  private(set) var shown: [Shown] = []
  var box = Rect(0, 0, 0, 0)
  var list = Rect(0, 0, 0, 0)

  package init(
    title: String, items: [Item], selected: Int = 0, placeholder: String = "type to filter",
    matching: Matching = .fuzzy
  ) {
    self.title = title
    self.items = items
    self.matching = matching
    field = TextField(placeholder: placeholder)
    cursor = ListCursor()
    filter()
    cursor.select(selected)
  }

  package var filterText: String { field.text }

  /// The item under the cursor, an index into `items`.
  package var selected: Int? { shown.isEmpty ? nil : shown[cursor.selected].index }

  /// What the box has no room to say of the selected item, as it was drawn last; else empty.
  package internal(set) var hiddenDetail = ""

  package var cursorPoint: Point? { field.cursorPoint }

  /// Replaces the items and keeps what was typed.
  package mutating func setItems(_ items: [Item]) {
    self.items = items
    filter()
  }

  package mutating func setFilter(_ text: String) {
    field.text = text
    filter()
    cursor.toStart()
  }

  private mutating func filter() {
    let query = field.text
    if matching == .none || query.isEmpty {
      shown = items.indices.map { Shown(index: $0, positions: []) }
    } else {
      shown = ranked(query)
    }
    cursor.setCount(shown.count)
  }

  private func ranked(_ query: String) -> [Shown] {
    let matches = items.indices.compactMap { index in
      FuzzyMatch.score(query, items[index].title).map { (index: index, match: $0) }
    }
    return matches.sorted { ($1.match.score, $0.index) < ($0.match.score, $1.index) }
      .map { Shown(index: $0.index, positions: $0.match.positions) }
  }

  // MARK: Keys

  package mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .escape: return .cancelled
    case .enter: return pick()
    case .tab, .control("n"): return handle(.down)
    case .backTab, .control("p"): return handle(.up)
    case .home, .end: return type(key)
    case .mouse(let mouse) where mouse.action == .press || mouse.action == .doubleClick: return press(mouse.point)
    default: return cursor.handle(key) ? .moved : type(key)
    }
  }

  private func pick() -> Outcome {
    guard let selected else { return .ignored }
    if let reason = items[selected].disabledReason { return .refused(reason: reason) }
    return .picked(selected)
  }

  private mutating func type(_ key: Key) -> Outcome {
    switch field.handle(key) {
    case .ignored: return .ignored
    case .moved: return .moved
    case .changed:
      filter()
      cursor.toStart()
      return .filterChanged(field.text)
    }
  }

  /// A click on an item picks it, a click beside the box leaves.
  private mutating func press(_ point: Point) -> Outcome {
    guard box.contains(point) else { return .cancelled }
    guard list.contains(point) else { return type(.mouse(Mouse(.press, point))) }
    let row = cursor.top + point.row - list.row
    guard cursor.visible.contains(row) else { return .ignored }
    cursor.select(row)
    return pick()
  }
}
