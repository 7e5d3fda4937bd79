import Foundation

/// Text being folded for search: lower case, no accents, no apostrophes, words parted by spaces.
///
/// What a character folds to never depends on its neighbours, so folding the parts of a text gives the parts of the
/// folded text.
struct Folding {
  /// How the words of the result are parted.
  enum Spacing {
    /// One space between words.
    case between
    /// Two spaces before each word; each Chinese or Japanese character is a word.
    case before
  }

  private(set) var bytes: [UInt8] = []
  private let spacing: Spacing
  private var wordEnded = true

  init(_ spacing: Spacing, capacity: Int = 0) {
    self.spacing = spacing
    bytes.reserveCapacity(capacity)
  }

  /// Folds `text`, which begins a new word.
  mutating func add(_ text: String) {
    wordEnded = true
    let plain = addASCIIRun(text.utf8Span.span)
    guard plain < text.utf8.count else { return }
    let start = text.utf8.index(text.startIndex, offsetBy: plain)
    add(text.unicodeScalars[start...])
  }

  /// Folds `text` up to the first character beyond ASCII, and answers how many bytes that is.
  private mutating func addASCIIRun(_ text: Span<UInt8>) -> Int {
    let start = bytes.count
    // A byte becomes three at most: itself, and the spaces before it.
    bytes.append(contentsOf: repeatElement(0, count: text.count * 3))
    var (read, end) = (0, start)
    bytes.withUnsafeMutableBufferPointer { bytes in
      while read < text.count, text[read] < 0x80 {
        let byte = text[read]
        read += 1
        switch byte {
        case 0x27, 0x60: continue
        case 0...0x20, 0x7F: wordEnded = true
        default:
          if wordEnded { end += Folding.put(spacing, in: bytes, at: end) }
          wordEnded = false
          bytes[end] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
          end += 1
        }
      }
    }
    bytes.removeLast(bytes.count - end)
    return read
  }

  /// Puts the spaces before a word; answers how many.
  @inline(__always)
  private static func put(_ spacing: Spacing, in bytes: UnsafeMutableBufferPointer<UInt8>, at end: Int) -> Int {
    switch spacing {
    case .between:
      guard end > 0 else { return 0 }
      bytes[end] = 0x20
      return 1
    case .before:
      (bytes[end], bytes[end + 1]) = (0x20, 0x20)
      return 2
    }
  }

  /// The digits of a telephone number once more as one word, with a leading `+`, unless it is one word already.
  mutating func addDigits(of phone: String) {
    let isDigit: (UInt8) -> Bool = { $0 &- 0x30 < 10 }
    guard phone.utf8.contains(where: isDigit), !phone.utf8.dropFirst().allSatisfy(isDigit) else { return }
    beginWord()
    if phone.utf8.first == 0x2B { bytes.append(0x2B) }
    for byte in phone.utf8 where isDigit(byte) { bytes.append(byte) }
    wordEnded = true
  }

  /// Ends the text with the spaces a word would begin with.
  mutating func close() {
    bytes.append(contentsOf: [0x20, 0x20])
  }

  @inline(__always)
  private mutating func addASCII(_ byte: UInt8) {
    switch byte {
    case 0x41...0x5A: put(byte | 0x20)
    case 0x27, 0x60: break
    case 0...0x20, 0x7F: wordEnded = true
    default: put(byte)
    }
  }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    if wordEnded { beginWord() }
    bytes.append(byte)
  }

  private mutating func beginWord() {
    wordEnded = false
    switch spacing {
    case .between: if !bytes.isEmpty { bytes.append(0x20) }
    case .before:
      bytes.append(0x20)
      bytes.append(0x20)
    }
  }

  private mutating func add(_ scalars: Substring.UnicodeScalarView) {
    var composed = ""
    for scalar in scalars {
      if Folding.mayDecompose(scalar) {
        composed.unicodeScalars.append(scalar)
        continue
      }
      addDecomposed(&composed)
      addScalar(scalar)
    }
    addDecomposed(&composed)
  }

  /// Decomposes a run of characters at once, because Foundation takes its time for each call.
  private mutating func addDecomposed(_ composed: inout String) {
    guard !composed.isEmpty else { return }
    for scalar in composed.decomposedStringWithCompatibilityMapping.unicodeScalars { addScalar(scalar) }
    composed = ""
  }

  private mutating func addScalar(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0..<0x80: addASCII(UInt8(scalar.value))
    case LatinFolding.range: addLatin(scalar)
    case 0x300...0x36F, 0x2018, 0x2019, 0x201B, 0x2BC: break
    case 0x3C2: put("σ")
    case 0x4E00...0x9FFF: putIdeograph(scalar)
    default: addOther(scalar)
    }
  }

  private mutating func addLatin(_ scalar: Unicode.Scalar) {
    switch LatinFolding.table[Int(scalar.value - LatinFolding.range.lowerBound)] {
    case .dropped: break
    case .space: wordEnded = true
    case .kept: put(scalar)
    case .letters(let first, let second):
      put(first)
      if let second { put(second) }
    }
  }

  private mutating func addOther(_ scalar: Unicode.Scalar) {
    let properties = scalar.properties
    if properties.canonicalCombiningClass != .notReordered || properties.isDefaultIgnorableCodePoint { return }
    if properties.isWhitespace || properties.generalCategory == .control {
      wordEnded = true
    } else if scalar.isIdeograph {
      putIdeograph(scalar)
    } else {
      for lower in properties.lowercaseMapping.unicodeScalars {
        LatinFolding.range.contains(lower.value) ? addLatin(lower) : put(lower)
      }
    }
  }

  private mutating func putIdeograph(_ scalar: Unicode.Scalar) {
    if spacing == .before { wordEnded = true }
    put(scalar)
    if spacing == .before { wordEnded = true }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if wordEnded { beginWord() }
    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// False for the characters that surely have no decomposition, which are most of those in use.
  private static func mayDecompose(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x180, 0x300...0x36F, 0x2018...0x201F, 0x4E00...0x9FFF: false
    case 0x391...0x3A9, 0x3B1...0x3C9: false  // Greek letters without accents
    case 0x410...0x418, 0x41A...0x438, 0x43A...0x44F: false  // Cyrillic letters without accents
    default: true
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is a character of a script written without spaces between words: Han, Hiragana or Katakana.
  fileprivate var isIdeograph: Bool {
    switch value {
    case 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
      0x20000...0x3FFFF:
      true
    default: false
    }
  }
}

/// What the characters of Latin-1 and Latin Extended-A fold to, so that most names of Europe need no Unicode tables.
enum LatinFolding {
  enum Result {
    case dropped
    case space
    case kept
    case letters(UInt8, UInt8?)
  }

  static let range: Range<UInt32> = 0xA0..<0x180

  static let table: [Result] = words.split(whereSeparator: \.isWhitespace).map { word in
    switch word {
    case "-": .dropped
    case "_": .space
    case "=": .kept
    default: .letters(word.utf8[word.startIndex], word.utf8.dropFirst().first)
    }
  }

  /// One word for each character in order: its letters, `=` to keep it, `-` to drop it, `_` for a space.
  private static let words = """
    _ = = = = = = = _ = a = = - = _ = = 2 3 - = = = _ 1 o = = = = =
    a a a a a a ae c e e e e i i i i d n o o o o o = o u u u u y th ss
    a a a a a a ae c e e e e i i i i d n o o o o o = o u u u u y th y
    a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i i i i i i i i ij ij j j k k k
    l l l l l l l l l l n n n n n n n n n o o o o o o oe oe r r r r r r s s s s s s s s t t t t t t
    u u u u u u u u u u u u w w y y y z z z z z z s
    """
}
