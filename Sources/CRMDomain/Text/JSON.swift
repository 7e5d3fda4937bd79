/// Why a text is not JSON we read, and where.
package struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes from the start of the text.
  package let offset: Int
  /// A sentence for a person; it quotes nothing of the text.
  package let message: String

  package var description: String { "\(message) (byte \(offset))" }
}

extension JSONValue {
  /// The value a whole JSON text holds (RFC 8259). Of a repeated key the last value counts; half a surrogate pair and
  /// bytes that are not UTF-8 become U+FFFD; an integer too large for `Int` becomes a number.
  package init(parsing bytes: [UInt8]) throws(JSONProblem) {
    var reader = JSONReader(bytes)
    self = try reader.document()
  }

  package init(parsing text: some StringProtocol) throws(JSONProblem) {
    try self.init(parsing: Array(text.utf8))
  }

  /// On one line without spaces, keys sorted: equal values have equal texts.
  package var text: String {
    var writer = JSONWriter()
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// A line for each member, `indent` more spaces for each level; keys sorted.
  package func pretty(indent: Int = 2) -> String {
    var writer = JSONWriter(indent: indent)
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// One pass over the bytes of a JSON text.
private struct JSONReader {
  /// What a text may ask of us, since it may come from anywhere: levels, and bytes of a string and of the whole.
  private static let deepest = 64
  private static let longestString = 1 << 20
  private static let longestText = 32 << 20

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func document() throws(JSONProblem) -> JSONValue {
    guard bytes.count <= Self.longestText else { throw problem("The text is longer than 32 MB.") }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    let value = try value()
    skipSpace()
    guard offset == bytes.count else { throw problem("Something follows the end of the value.") }
    return value
  }

  private func problem(_ message: String) -> JSONProblem {
    JSONProblem(offset: offset, message: message)
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  /// True, and past it, if `byte` comes next.
  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func value() throws(JSONProblem) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
    case nil: throw problem("The text ends where a value is expected.")
    default: throw problem("A value is expected here.")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    let length = word.utf8CodeUnitCount
    let isThere = word.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    guard isThere else { throw problem("A value is expected here.") }
    offset += length
    return value
  }

  private mutating func enter() throws(JSONProblem) {
    guard depth < Self.deepest else { throw problem("The text is nested deeper than \(Self.deepest) levels.") }
    depth += 1
    offset += 1
    skipSpace()
  }

  private mutating func array() throws(JSONProblem) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var items: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      items.append(try value())
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw problem("A comma or ] is expected here.") }
    }
  }

  private mutating func object() throws(JSONProblem) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw problem("A key in quotes is expected here.") }
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem("A colon is expected after the key.") }
      members[key] = try value()
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw problem("A comma or } is expected here.") }
    }
  }

  // MARK: Numbers

  private mutating func number() throws(JSONProblem) -> JSONValue {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      try digits()
    }
    return try number(written: String(decoding: bytes[start..<offset], as: UTF8.self), isWhole: isWhole, at: start)
  }

  private func number(written: String, isWhole: Bool, at start: Int) throws(JSONProblem) -> JSONValue {
    if isWhole, let integer = Int(written) { return .integer(integer) }
    guard let number = Double(written), number.isFinite else {
      throw JSONProblem(offset: start, message: "The number is too large.")
    }
    return .number(number)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func digits() throws(JSONProblem) {
    let start = offset
    while let byte = next, Self.isDigit(byte) { offset += 1 }
    guard offset > start else { throw problem("A digit is expected here.") }
  }

  // MARK: Strings

  /// The string whose opening quote comes next.
  private mutating func string() throws(JSONProblem) -> String {
    offset += 1
    let start = offset
    try skipPlain()
    if take(UInt8(ascii: "\"")) { return String(decoding: bytes[start..<offset - 1], as: UTF8.self) }
    var collected = Array(bytes[start..<offset])
    while !take(UInt8(ascii: "\"")) {
      guard take(UInt8(ascii: "\\")) else { throw problem("The text ends inside a string.") }
      try escape(into: &collected)
      let plain = offset
      try skipPlain()
      collected.append(contentsOf: bytes[plain..<offset])
      guard collected.count <= Self.longestString else { throw tooLong }
    }
    return String(decoding: collected, as: UTF8.self)
  }

  private var tooLong: JSONProblem { problem("A string is longer than 1 MB.") }

  /// On to the next quote or backslash, or to the end.
  private mutating func skipPlain() throws(JSONProblem) {
    let start = offset
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      guard byte >= 0x20 else { throw problem("A control character in a string must be written as an escape.") }
      offset += 1
    }
    guard offset - start <= Self.longestString else { throw tooLong }
  }

  /// Adds what the escape after a backslash stands for.
  private mutating func escape(into collected: inout [UInt8]) throws(JSONProblem) {
    guard let letter = next else { throw problem("The text ends inside a string.") }
    let plain: UInt8
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = letter
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "u"):
      offset += 1
      collected.append(contentsOf: String(try scalar()).utf8)
      return
    default: throw problem("There is no such escape.")
    }
    offset += 1
    collected.append(plain)
  }

  /// The character of the four digits that come next, or of those and of a second escape that completes the pair.
  private mutating func scalar() throws(JSONProblem) -> Character {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    let afterFirst = offset
    guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      offset = afterFirst
      return "\u{FFFD}"
    }
    let second = try fourDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else {
      offset = afterFirst
      return "\u{FFFD}"
    }
    return Character(scalar)
  }

  private mutating func fourDigits() throws(JSONProblem) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("Four hexadecimal digits are expected here.")
      }
      number = number << 4 | UInt32(digit)
      offset += 1
    }
    return number
  }
}
