/// Columns of text, and text made to fit them. Everything returned is safe to draw.
package enum TextWidth {
  package static func clusters(of text: String) -> Clusters { Clusters(text) }

  /// The columns `text` takes on one line.
  package static func width(of text: String) -> Int {
    if let ascii = printableASCIICount(text) { return ascii }
    return Clusters(text).reduce(0) { $0 + $1.width }
  }

  /// The columns of a grapheme; more than 2 where it is shown as several, as flags are.
  package static func width(of character: Character) -> Int {
    if let ascii = character.asciiValue, ascii >= 0x20, ascii < 0x7F { return 1 }
    return width(of: String(character))
  }

  /// `text` with everything undrawable replaced, on one line.
  package static func sanitised(_ text: String) -> String {
    if printableASCIICount(text) != nil { return text }
    return Clusters(text).reduce(into: "") { $0 += $1.text }
  }

  /// `text` cut to at most `columns`, ending in `ellipsis` where something was cut off.
  package static func truncated(_ text: String, to columns: Int, ellipsis: String = "…") -> String {
    guard columns > 0 else { return "" }
    let room = columns - width(of: ellipsis)
    var whole = ""
    var cut = ""
    var used = 0
    for cluster in Clusters(text) {
      used += cluster.width
      if used > columns { return room < 0 ? cut : cut + ellipsis }
      whole += cluster.text
      if used <= room { cut = whole }
    }
    return whole
  }

  /// `text` in exactly `columns`: truncated, or filled up with blanks.
  package static func padded(_ text: String, to columns: Int, align: Alignment = .left) -> String {
    let fitting = truncated(text, to: columns)
    let missing = max(0, columns - width(of: fitting))
    let before = align.blanksBefore(missing)
    return String(repeating: " ", count: before) + fitting + String(repeating: " ", count: missing - before)
  }

  /// Lines of at most `columns`, broken between words, anywhere between wide characters, and inside a word only where
  /// it is longer than a line. Line ends in `text` are kept; an empty text is one empty line.
  package static func wrapped(_ text: String, to columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).flatMap { paragraph in
      wrappedParagraph(String(paragraph), to: columns)
    }
  }

  /// The same in at most so many lines: the last is all that is left, which is cut where it is drawn.
  package static func wrapped(_ text: String, to columns: Int, lines: Int) -> [String] {
    let all = wrapped(text, to: columns)
    guard lines > 0, all.count > lines else { return all }
    return all.prefix(lines - 1) + [all.dropFirst(lines - 1).joined(separator: " ")]
  }

  private static func wrappedParagraph(_ text: String, to columns: Int) -> [String] {
    let clusters = Clusters(text).map { $0.width <= columns ? $0 : Cluster(text: Clusters.substitute, width: 1) }
    return LineBreaks.ranges(of: clusters.map(LineBreaks.Piece.init), columns: columns).map { range in
      let line = clusters[range].reduce(into: "") { $0 += $1.text }
      return range.upperBound == clusters.count ? line : withoutTrailingBlanks(line)
    }
  }

  static func withoutTrailingBlanks(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  /// nil where `text` holds anything but printable ASCII.
  private static func printableASCIICount(_ text: String) -> Int? {
    var count = 0
    for byte in text.utf8 {
      guard byte &- 0x20 < 0x5F else { return nil }
      count += 1
    }
    return count
  }
}

package enum Alignment: Hashable, Sendable {
  case left, right, center

  func blanksBefore(_ missing: Int) -> Int {
    switch self {
    case .left: 0
    case .right: missing
    case .center: missing / 2
    }
  }
}
