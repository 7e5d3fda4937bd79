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

  /// The folded text so far.
  var bytes: ArraySlice<UInt8> { storage[..<end] }

  /// Those from `end` on are room.
  private var storage: [UInt8]
  private var end = 0
  private let spacing: Spacing
  private var wordEnded = true

  /// - Parameter capacity: bytes of the texts that are to be folded, more or less.
  init(_ spacing: Spacing, capacity: Int = 0) {
    self.spacing = spacing
    storage = Array(repeating: 0, count: capacity * 3)
  }

  /// Forgets the bytes, for another text.
  mutating func removeAll() {
    end = 0
    wordEnded = true
  }

  private mutating func makeRoom(_ size: Int) {
    guard storage.count < end + size else { return }
    let missing = max(end + size, storage.count * 2) - storage.count
    storage.append(contentsOf: repeatElement(0, count: missing))
  }

  private mutating func append(_ byte: UInt8) {
    makeRoom(1)
    storage[end] = byte
    end += 1
  }

  /// Folds `text`, which begins a new word.
  mutating func add(_ text: String) { add(text.utf8Span.span) }

  /// The same for the bytes of a text, which are valid UTF-8.
  mutating func add(_ text: Span<UInt8>) {
    wordEnded = true
    var position = 0
    while true {
      position = addASCIIRun(text, from: position)
      guard position < text.count else { return }
      guard let letter = Folding.latin(text, at: position) else { break }
      addLatin(letter)
      position += 2
    }
    add(String(copying: text.extracting(position..<text.count)).unicodeScalars[...])
  }

  /// The letter of Latin-1 or Latin Extended-A at `position`, or nil if another character is there.
  private static func latin(_ text: Span<UInt8>, at position: Int) -> Unicode.Scalar? {
    guard text[position] & 0xE0 == 0xC0, position + 1 < text.count else { return nil }
    let value = UInt32(text[position] & 0x1F) << 6 | UInt32(text[position + 1] & 0x3F)
    return LatinFolding.range.contains(value) ? Unicode.Scalar(value) : nil
  }

  /// Folds `text` from `position` up to the first character beyond ASCII, and answers where that is.
  private mutating func addASCIIRun(_ text: Span<UInt8>, from position: Int) -> Int {
    // A byte becomes three at most: itself, and the spaces before it.
    makeRoom((text.count - position) * 3)
    var (read, end) = (position, end)
    storage.withUnsafeMutableBufferPointer { bytes in
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
    self.end = end
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
  mutating func addDigits(of phone: Span<UInt8>) {
    var (digits, hasOthers) = (0, false)
    for index in phone.indices {
      if phone[index] &- 0x30 < 10 { digits += 1 } else if index > 0 { hasOthers = true }
    }
    guard digits > 0, hasOthers else { return }
    beginWord()
    if phone[0] == 0x2B { append(0x2B) }
    for index in phone.indices where phone[index] &- 0x30 < 10 { append(phone[index]) }
    wordEnded = true
  }

  /// Ends the text with the spaces a word would begin with.
  mutating func close() {
    append(0x20)
    append(0x20)
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
    append(byte)
  }

  private mutating func beginWord() {
    wordEnded = false
    switch spacing {
    case .between: if end > 0 { append(0x20) }
    case .before:
      append(0x20)
      append(0x20)
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
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
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
