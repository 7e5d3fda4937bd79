/// Text being typed: graphemes, a cursor between them, and the keys every field shares.
struct EditBuffer: Hashable, Sendable {
  enum Outcome: Hashable, Sendable { case ignored, moved, changed }

  private(set) var characters: [Character]
  /// 0 before the first grapheme, `characters.count` after the last.
  private(set) var cursor: Int
  private let keepsLineEnds: Bool

  init(_ text: String, keepsLineEnds: Bool) {
    characters = Array(text)
    cursor = characters.count
    self.keepsLineEnds = keepsLineEnds
  }

  var text: String { String(characters) }

  mutating func moveCursor(to index: Int) { cursor = min(max(0, index), characters.count) }

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .character(let text): insert(text)
    case .paste(let text): insert(keepsLineEnds ? text : Self.onOneLine(text))
    case .left, .control("b"): moved(to: cursor - 1)
    case .right, .control("f"): moved(to: cursor + 1)
    case .home, .control("a"): moved(to: lineStart)
    case .end, .control("e"): moved(to: lineEnd)
    case .alt("b"): moved(to: wordStart)
    case .alt("f"): moved(to: wordEnd)
    default: handleDeletion(key)
    }
  }

  private mutating func handleDeletion(_ key: Key) -> Outcome {
    switch key {
    case .backspace, .control("h"): delete(max(0, cursor - 1)..<cursor)
    case .delete, .control("d"): delete(cursor..<min(cursor + 1, characters.count))
    case .control("w"), .alt("\u{7F}"), .alt("\u{8}"): delete(wordStart..<cursor)
    case .alt("d"): delete(cursor..<wordEnd)
    case .control("u"): delete(lineStart..<cursor)
    case .control("k"): delete(cursor..<lineEnd)
    default: .ignored
    }
  }

  mutating func insert(_ text: String) -> Outcome {
    guard !text.isEmpty else { return .moved }
    replace(cursor..<cursor, with: text)
    return .changed
  }

  private mutating func delete(_ range: Range<Int>) -> Outcome {
    guard !range.isEmpty else { return .moved }
    replace(range, with: "")
    return .changed
  }

  /// Joins with the neighbours anew, because what is typed can combine with the grapheme before or after it.
  private mutating func replace(_ range: Range<Int>, with text: String) {
    let start = max(0, range.lowerBound - 1)
    let end = min(characters.count, range.upperBound + 1)
    let before = String(characters[start..<range.lowerBound]) + text
    let joined = Array(before + String(characters[range.upperBound..<end]))
    characters.replaceSubrange(start..<end, with: joined)
    cursor = min(start + before.count, characters.count)
  }

  private mutating func moved(to index: Int) -> Outcome {
    moveCursor(to: index)
    return .moved
  }

  private static func onOneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  // MARK: Places

  private var lineStart: Int {
    guard keepsLineEnds else { return 0 }
    return characters[..<cursor].lastIndex(where: \.isNewline).map { $0 + 1 } ?? 0
  }

  private var lineEnd: Int {
    guard keepsLineEnds else { return characters.count }
    return characters[cursor...].firstIndex(where: \.isNewline) ?? characters.count
  }

  private var wordStart: Int {
    var index = cursor
    while index > 0 && !Self.isWord(characters[index - 1]) { index -= 1 }
    while index > 0 && Self.isWord(characters[index - 1]) { index -= 1 }
    return index
  }

  private var wordEnd: Int {
    var index = cursor
    while index < characters.count && !Self.isWord(characters[index]) { index += 1 }
    while index < characters.count && Self.isWord(characters[index]) { index += 1 }
    return index
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
