/// What fits into one cell, or into two where `width` is 2.
package struct Cluster: Hashable, Sendable {
  package let text: String
  package let width: Int
}

/// The drawable clusters of any text, however hostile: the one place where text becomes cells.
///
/// Controls, invisible and bidirectional format characters become "�" and tabs and line ends a blank, so that data can
/// neither steer the terminal nor hide in it. Terminals disagree about joined emoji, skin tones and flags: of a joined
/// sequence the first emoji is kept, and regional indicators are shown as letters.
package struct Clusters: Sequence, IteratorProtocol {
  /// ncurses keeps a base and this many marks in a cell.
  private static let marksPerCell = 4
  package static let substitute = "\u{FFFD}"

  private var scalars: String.UnicodeScalarView.Iterator
  private var upcoming: Unicode.Scalar?

  package init(_ text: String) {
    scalars = text.unicodeScalars.makeIterator()
    upcoming = scalars.next()
  }

  package mutating func next() -> Cluster? {
    guard let scalar = nextDrawn() else { return nil }
    if scalar.value < 0x80 { return ascii(scalar) }
    if let letter = Self.letter(ofIndicator: scalar) { return Cluster(text: letter, width: 1) }
    switch ScalarClass(scalar) {
    case .hidden: return Cluster(text: Self.substitute, width: 1)
    case .combining: return markAlone(scalar)
    case .narrow: return cluster(of: scalar, width: 1)
    case .wide: return cluster(of: scalar, width: 2)
    }
  }

  private mutating func nextDrawn() -> Unicode.Scalar? {
    while let scalar = upcoming {
      upcoming = scalars.next()
      if scalar.value < 0xFE00 || !Self.isSelector(scalar) { return scalar }
    }
    return nil
  }

  private mutating func ascii(_ scalar: Unicode.Scalar) -> Cluster {
    let value = Int(scalar.value)
    if value == 0x0D && upcoming == "\n" { upcoming = scalars.next() }
    let text = Self.asciiTexts[value]
    guard value >= 0x20, let after = upcoming, after.value >= 0x300 else { return Cluster(text: text, width: 1) }
    return cluster(of: scalar, width: 1)
  }

  private mutating func markAlone(_ mark: Unicode.Scalar) -> Cluster {
    Cluster(text: withMarks("\u{25CC}", first: mark), width: 1)
  }

  private mutating func cluster(of base: Unicode.Scalar, width: Int) -> Cluster {
    guard let after = upcoming, after.value >= 0x300 else { return Cluster(text: String(base), width: width) }
    let text = withMarks(base, first: nil)
    if base.value >= 0x80 && base.properties.isEmoji { skipEmojiTail() }
    return Cluster(text: text, width: width)
  }

  /// `base` and the marks after it; those beyond what a cell can hold, and variation selectors, are dropped.
  private mutating func withMarks(_ base: Unicode.Scalar, first: Unicode.Scalar?) -> String {
    var text = String(base)
    var marks = 0
    if let first {
      text.unicodeScalars.append(first)
      marks = 1
    }
    while let mark = upcoming, mark.value >= 0x300, ScalarClass(mark) == .combining {
      upcoming = scalars.next()
      if marks == Self.marksPerCell || Self.isSelector(mark) { continue }
      text.unicodeScalars.append(mark)
      marks += 1
    }
    return text
  }

  /// Drops skin tones, and everything that joiners tie to the emoji just read.
  private mutating func skipEmojiTail() {
    while let scalar = upcoming {
      if Self.isSkinTone(scalar) || Self.isSelector(scalar) {
        upcoming = scalars.next()
      } else if scalar.value == 0x200D {
        upcoming = scalars.next()
        if let joined = upcoming, joined.value >= 0x80, ScalarClass(joined) != .hidden { upcoming = scalars.next() }
      } else {
        return
      }
    }
  }

  private static func isSkinTone(_ scalar: Unicode.Scalar) -> Bool { (0x1F3FB...0x1F3FF).contains(scalar.value) }

  private static func isSelector(_ scalar: Unicode.Scalar) -> Bool {
    (0xFE00...0xFE0F).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
  }

  private static func letter(ofIndicator scalar: Unicode.Scalar) -> String? {
    guard (0x1F1E6...0x1F1FF).contains(scalar.value) else { return nil }
    return asciiTexts[Int(scalar.value - 0x1F1E6) + 0x41]
  }

  /// By value; what a control is replaced by where it is one.
  private static let asciiTexts: [String] = (0..<0x80).map { value in
    switch value {
    case 0x09, 0x0A, 0x0D: " "
    case 0..<0x20, 0x7F: substitute
    default: String(Unicode.Scalar(UInt8(value)))
    }
  }
}
