import CRMDomain

/// Why an answer cannot be read, without quoting it.
package struct WireProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes from the start.
  package let offset: Int
  /// A sentence for a person.
  package let message: String
  package var description: String { "\(message) (byte \(offset))" }
}

/// Steps through the bytes of a JSON text without making a tree of it.
///
/// What is skipped is checked for brackets and quotes only; what is read is checked in full.
struct WireScanner {
  static let longestText = 32 << 20
  static let longestString = 1 << 20
  static let deepest = 64

  let bytes: [UInt8]
  private(set) var offset: Int

  init(_ bytes: [UInt8], from offset: Int = 0) throws(WireProblem) {
    self.bytes = bytes
    self.offset = offset
    guard bytes.count <= Self.longestText else { throw problem("The answer is longer than 32 MB.") }
    if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.offset = 3 }
  }

  func problem(_ message: String) -> WireProblem { WireProblem(offset: offset, message: message) }

  /// The next byte that is not white space, or nil at the end.
  mutating func peek() -> UInt8? {
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      offset += 1
    }
    return nil
  }

  /// True, and past it, if `byte` comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(WireProblem) {
    guard take(byte) else { throw problem("\(Character(Unicode.Scalar(byte))) is expected here.") }
  }

  /// Calls `body` for each member of the object that comes next, with the range of the key between its quotes; `body`
  /// must read or skip the value.
  mutating func members(
    _ body: (inout WireScanner, Range<Int>) throws(WireProblem) -> Void,
  ) throws(WireProblem) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw problem("A key in quotes is expected here.") }
      let key = try skipString()
      try expect(UInt8(ascii: ":"))
      try body(&self, key)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Calls `body` for each item of the array that comes next; `body` must read or skip it.
  mutating func items(_ body: (inout WireScanner) throws(WireProblem) -> Void) throws(WireProblem) {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  /// Past the value that comes next, however deep.
  mutating func skipValue() throws(WireProblem) -> Range<Int> {
    guard peek() != nil else { throw problem("The answer ends where a value is expected.") }
    let start = offset
    var depth = 0
    repeat {
      guard let byte = peek() else { throw problem("The answer ends inside a value.") }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw problem("A value is expected here.") }
        depth -= 1
        offset += 1
      case UInt8(ascii: "\""): _ = try skipString()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw problem("A value is expected here.") }
        offset += 1
      default: try skipWord()
      }
    } while depth > 0
    return start..<offset
  }

  /// Past the string whose quote comes next; the range of what is between the quotes.
  mutating func skipString() throws(WireProblem) -> Range<Int> {
    offset += 1
    let start = offset
    while true {
      offset = Self.mark(in: bytes, from: offset)
      guard offset < bytes.count else { throw problem("The answer ends inside a string.") }
      if bytes[offset] == UInt8(ascii: "\"") {
        offset += 1
        return start..<offset - 1
      }
      offset += 2
    }
  }

  /// Where the next quote or backslash is, or the end; eight bytes are looked at in one go.
  private static func mark(in bytes: [UInt8], from start: Int) -> Int {
    bytes.withUnsafeBytes { bytes in
      var offset = start
      while offset + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let marks = zeros(word ^ 0x2222_2222_2222_2222) | zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C)
        if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
        offset += 8
      }
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""), bytes[offset] != UInt8(ascii: "\\") {
        offset += 1
      }
      return offset
    }
  }

  /// The top bit of the first byte of `word` that is zero; after it, perhaps of others.
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  private mutating func skipWord() throws(WireProblem) {
    let start = offset
    while offset < bytes.count, Self.isOfWord(bytes[offset]) { offset += 1 }
    guard offset > start else { throw problem("A value is expected here.") }
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// The whole number at `range`, or nil if it is written in any other way than JSON writes one, or has more than eighteen
  /// digits.
  func whole(_ range: Range<Int>) -> Int? {
    let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
    let first = range.lowerBound + (isNegative ? 1 : 0)
    let count = range.upperBound - first
    guard count > 0, count <= 18, count == 1 || bytes[first] != UInt8(ascii: "0") else { return nil }
    var value = 0
    for index in first..<range.upperBound {
      guard bytes[index] &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(bytes[index] &- 0x30)
    }
    return isNegative ? -value : value
  }

  /// True if `text` stands at `range`.
  func holds(_ text: StaticString, _ range: Range<Int>) -> Bool {
    text.withUTF8Buffer { holds($0, range) }
  }

  func holds(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    guard text.count == range.count else { return false }
    var index = 0
    while index < text.count, bytes[range.lowerBound + index] == text[index] { index += 1 }
    return index == text.count
  }

  /// The text of a string between its quotes at `range`, escapes resolved, or nil if it is too long or malformed.
  func text(_ range: Range<Int>) -> String? {
    guard range.count <= Self.longestString else { return nil }
    // The quote at its end is a mark too.
    guard Self.mark(in: bytes, from: range.lowerBound) < range.upperBound else {
      return bytes.withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }
    guard case .string(let text)? = json(range.lowerBound - 1..<range.upperBound + 1) else { return nil }
    return text
  }

  /// The value at `range`, or nil if it is beyond what we read: too deep, too long, a number too large.
  func json(_ range: Range<Int>) -> JSONValue? {
    do {
      return try JSONValue(parsing: Array(bytes[range]))
    } catch {
      return nil
    }
  }
}
