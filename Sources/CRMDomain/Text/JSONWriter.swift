/// Writes JSON into one growing buffer, without making a value first: for lists of any length.
///
/// The caller closes what it opens. Values at the top level stand on a line each (JSON Lines).
package struct JSONWriter {
  /// What is written so far. A caller that passes it on in pieces calls `removeAll` after each.
  package private(set) var bytes: [UInt8] = []
  /// Spaces a level is indented by, or nil for everything on one line.
  private let indent: Int?
  private var depth = 0
  private var isFirst = true
  private var followsKey = false

  package init(indent: Int? = nil) {
    self.indent = indent
  }

  /// For one value of about `capacity` bytes, without spaces.
  package init(capacity: Int) {
    indent = nil
    bytes.reserveCapacity(capacity)
  }

  /// Forgets the bytes, but not how deep in the document we are.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  package mutating func key(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    if indent != nil { bytes.append(0x20) }
    followsKey = true
  }

  /// The same for a key whose text in quotes is known.
  package mutating func key(quoted key: [UInt8]) {
    separate()
    bytes.append(contentsOf: key)
    bytes.append(UInt8(ascii: ":"))
    if indent != nil { bytes.append(0x20) }
    followsKey = true
  }

  package mutating func string(_ text: String) {
    separate()
    quote(text)
  }

  /// A value that is written already, on one line.
  package mutating func written(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
  }

  package mutating func integer(_ number: some FixedWidthInteger & SignedInteger) {
    separate()
    append(Int64(number))
  }

  /// Writes null for a number that JSON cannot say.
  package mutating func number(_ number: Double) {
    guard number.isFinite else { return null() }
    separate()
    bytes.append(contentsOf: number.description.utf8)
  }

  package mutating func bool(_ flag: Bool) {
    separate()
    append(flag ? "true" : "false")
  }

  package mutating func null() {
    separate()
    append("null")
  }

  /// Members of objects are written in the order of their keys.
  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let flag): bool(flag)
    case .integer(let number): integer(number)
    case .number(let double): number(double)
    case .string(let text): string(text)
    case .array(let items):
      beginArray()
      for item in items { self.value(item) }
      endArray()
    case .object(let members):
      beginObject()
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        key(name)
        self.value(member)
      }
      endObject()
    }
  }

  // MARK: Layout

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    depth += 1
    isFirst = true
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    if !isFirst { breakLine() }
    isFirst = false
    bytes.append(bracket)
  }

  /// What stands between the value before and the one to come.
  private mutating func separate() {
    defer {
      isFirst = false
      followsKey = false
    }
    guard !followsKey else { return }
    if depth == 0 {
      if !isFirst { bytes.append(0x0A) }
    } else {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      breakLine()
    }
  }

  private mutating func breakLine() {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: depth * indent))
  }

  private mutating func append(_ word: StaticString) {
    word.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  // MARK: Strings

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { escape($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Runs of plain bytes are copied whole. DEL and C1 (0xC2, 0x80–0x9F) are escaped as well, though JSON does not ask
  /// for it: written raw to a terminal they would be obeyed.
  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
    var plain = 0
    var index = 0
    while index < text.count {
      if index + 8 <= text.count, isPlain(text, at: index) {
        index += 8
        continue
      }
      let byte = text[index]
      let isC1 = byte == 0xC2 && index + 1 < text.count && text[index + 1] < 0xA0
      if JSONWriter.isPlain(byte), !isC1 {
        index += 1
        continue
      }
      bytes.append(contentsOf: text[plain..<index])
      index += isC1 ? 2 : 1
      escape(isC1 ? text[index - 1] : byte)
      plain = index
    }
    bytes.append(contentsOf: text[plain...])
  }

  /// True if nothing in the eight bytes needs an escape; perhaps false if nothing does.
  private func isPlain(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    let word = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self)
    func has(_ byte: UInt64) -> UInt64 {
      let difference = word ^ (byte &* Self.ones)
      return (difference &- Self.ones) & ~difference
    }
    let controls = (word &- 0x20 &* Self.ones) & ~word
    // Beyond ASCII the bytes are looked at one by one.
    return (controls | has(0x22) | has(0x5C) | has(0x7F) | word) & (0x80 &* Self.ones) == 0
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F
  }

  /// False if a string of these bytes is written as they are.
  static func needsEscapes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.contains { !isPlain($0) || $0 == 0xC2 }
  }

  private mutating func escape(_ code: UInt8) {
    switch code {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x0A: append("\\n")
    case 0x0D: append("\\r")
    case 0x09: append("\\t")
    default:
      append("\\u00")
      for digit in [code >> 4, code & 15] {
        bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }
}
