import CRMDomain
import CRMStore
import TerminalKit

/// The line a rep types a filter into: the text, what it means, what is wrong with it, and what could come next. Lists
/// and boards have one each. While something is wrong, what is understood stays in force.
@MainActor final class FilterBar {
  enum Outcome { case ignored, handled, changed }

  private(set) var isOpen = false
  private(set) var parsed = ParsedQuery()
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
    field.errorRange = parsed.mistakes.first { $0.severity == .wrong }.map { characters($0.range) }
    guard isOpen else { return }
    let typed = String(field.text.prefix(field.cursor))
    offers =
      typed.last.map { $0 == " " } ?? true
      ? []
      : parser.completions(for: field.text, cursor: typed.utf8.count) {
        session.values(of: $0, in: self.kind, startingWith: $1)
      }
    offers = Array(offers.filter { !typed.hasSuffix($0.text) }.prefix(50))
    completions =
      offers.isEmpty
      ? nil
      : Completions(
        offers.map { offer in
          .init(
            offer.text,
            detail: [offer.detail, offer.count.map { $0.formatted(grouping: ",") } ?? ""].filter { !$0.isEmpty }.joined(
              separator: "  "))
        })
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

extension Session {
  /// Values a field has, for completion: users by name, companies by the index; choices are known without asking.
  func values(of info: FieldInfo, in kind: EntityKind, startingWith prefix: String) -> [(value: String, count: Int)] {
    if info.kind == .reference(.user) { return users.map { ($0.username, 0) }.filter { $0.0.hasPrefix(prefix) } }
    guard info.name == "company_name", prefix.count > 1 else { return [] }
    return read { try $0.companies(in: kind, startingWith: prefix, limit: 8) } ?? []
  }
}
