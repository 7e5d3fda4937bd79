import CRMDomain
import CRMStore
import TerminalKit

/// The line a rep types a filter into: the text, what it means, what is wrong with it, and what could come next. Lists
/// and boards have one each. While something is wrong, what is understood stays in force.
@MainActor final class FilterBar {
  enum Outcome { case ignored, handled, changed }

  private(set) var isOpen = false
  private(set) var parsed = ParsedQuery()
  /// What is in force: what the text means or, while something in it is wrong, what it meant before.
  private(set) var query = Query()
  private var field: TextField
  private var completions: Completions?
  private var offers: [Completion] = []
  private var before = ""
  private var isStale = true
  private let kind: EntityKind

  init(_ kind: EntityKind, placeholder: String) {
    self.kind = kind
    field = TextField(placeholder: placeholder)
  }

  var text: String { field.text }
  var isShown: Bool { isOpen || !field.text.isEmpty }

  func open() {
    isOpen = true
    before = field.text
  }

  /// Puts another filter in its place, as the palette does.
  func set(_ text: String) {
    field.text = text
    completions = nil
    isStale = true
  }

  // MARK: Keys

  /// Enter keeps the filter, Esc brings the old one back, Tab takes what is offered.
  func handle(_ key: Key) -> Outcome {
    switch completions?.handle(key) ?? .ignored {
    case .moved: return .handled
    case .picked(let index): return take(offers[index])
    case .ignored: break
    }
    switch key {
    case .enter, .tab: return close()
    case .escape:
      _ = close()
      guard field.text != before else { return .handled }
      set(before)
      return .changed
    default: return edit(key)
    }
  }

  private func edit(_ key: Key) -> Outcome {
    switch field.handle(key) {
    case .ignored: return .ignored
    case .moved: return .handled
    case .changed:
      isStale = true
      return .changed
    }
  }

  private func close() -> Outcome {
    isOpen = false
    completions = nil
    return .handled
  }

  private func take(_ completion: Completion) -> Outcome {
    let (text, cursor) = completion.applied(to: field.text)
    field.text = text
    field.moveCursor(to: String(decoding: Array(text.utf8.prefix(cursor)), as: UTF8.self).count)
    isStale = true
    return .changed
  }

  // MARK: Meaning

  /// Reads the text anew where it has changed.
  func load(_ session: Session) {
    guard isStale else { return }
    isStale = false
    let parser = QueryParser(kind: kind, fields: session.fields(of: kind))
    parsed = parser.parse(field.text)
    query = parsed.isSound || !isOpen ? parsed.query : query.keeping(parsed.query)
    field.errorRange = parsed.mistakes.first { $0.severity == .wrong }.map { characters($0.range) }
    guard isOpen else { return }
    let typed = String(field.text.prefix(field.cursor))
    offer(parser, typed, session)
  }

  private func offer(_ parser: QueryParser, _ typed: String, _ session: Session) {
    let before = completions.map { offers[$0.cursor.selected].text }
    let found =
      typed.last.map { $0 == " " } ?? true
      ? []
      : parser.completions(for: field.text, cursor: typed.utf8.count) { info, prefix in
        session.values(of: info, in: kind, startingWith: prefix) { [weak self] in self?.isStale = true }
      }
    offers = Array(found.filter { !typed.hasSuffix($0.text) }.prefix(50))
    completions = offers.isEmpty ? nil : Completions(offers.map(Self.item))
    if let row = offers.firstIndex(where: { $0.text == before }) { completions?.select(row) }
  }

  private static func item(_ offer: Completion) -> Completions.Item {
    let count = offer.count.map { $0.formatted(grouping: ",") } ?? ""
    // “social_media” needs no “social media” beside it.
    let detail = offer.detail == Choice.words(offer.text) ? "" : offer.detail
    return .init(offer.text, detail: [detail, count].filter { !$0.isEmpty }.joined(separator: "  "))
  }

  /// A range of bytes of the text as a range of its characters.
  private func characters(_ bytes: Range<Int>) -> Range<Int> {
    let all = Array(field.text.utf8)
    func count(_ end: Int) -> Int { String(decoding: all.prefix(end), as: UTF8.self).count }
    return count(bytes.lowerBound)..<count(bytes.upperBound)
  }

  /// What is wrong with the text, or "".
  var message: String { parsed.mistakes.first?.message ?? "" }

  // MARK: Drawing

  /// Draws into one row; answers where the cursor belongs while it is open.
  func draw(on canvas: inout Canvas, in rect: Rect) -> Point? {
    canvas.fill(rect)
    canvas.put("/", at: Point(rect.column + 1, rect.row), role: .key)
    let mistake = parsed.mistakes.first
    // While it is typed, a short line needs the room itself, and the footer tells what is wrong.
    let message = isOpen && rect.columns < 120 ? "" : TextWidth.truncated(self.message, to: max(0, rect.columns / 2))
    let width = TextWidth.width(of: message)
    field.draw(on: &canvas, in: Rect(rect.column + 3, rect.row, rect.columns - 4 - (width == 0 ? 0 : width + 2), 1))
    if width > 0 {
      let role: Role = mistake?.severity == .hint ? .warning : .bad
      canvas.put(message, at: Point(rect.endColumn - width - 1, rect.row), role: role)
    }
    return isOpen ? field.cursorPoint : nil
  }

  /// What could come next, over whatever is below the line.
  func drawCompletions(on canvas: inout Canvas, in rect: Rect) {
    guard isOpen, let point = field.cursorPoint else { return }
    completions?.draw(on: &canvas, below: point, in: rect)
  }
}

extension Query {
  /// This query without the words that `understood` no longer has: they were typed on the way to a field's name.
  fileprivate func keeping(_ understood: Query) -> Query {
    var kept = self
    kept.terms.removeAll { term in
      if case .word = term { !understood.terms.contains(term) } else { false }
    }
    return kept
  }
}

extension Session {
  /// Values that records have in a field and that begin with `prefix`, most used first, as far as they are known; `answered`
  /// is called when there is more to know.
  func values(
    of info: FieldInfo, in kind: EntityKind, startingWith prefix: String,
    answered: @escaping @MainActor @Sendable () -> Void,
  ) -> [(value: String, count: Int)] {
    // Users are few, and `me` begins as no name does.
    let isUser = info.kind == .reference(.user)
    let found = offers.values(of: info, in: kind, startingWith: isUser ? "" : prefix, self, answered: answered)
    let values = found.map { (value: $0.text, count: $0.count) }
    guard isUser else { return values }
    let mine = found.first { $0.value == me?.id.fieldValue }.map { [(value: "me", count: $0.count)] } ?? []
    let others = users.map(\.username).filter { name in !found.contains { $0.text == name } }
    return mine + values + others.map { ($0, 0) }
  }
}
