/// Where the values of a row go, each into the slot of its field.
protocol RowValues {
  mutating func put(_ value: FieldValue, _ slot: Int)
  /// - Parameter text: valid UTF-8.
  mutating func put(text: Span<UInt8>, _ slot: Int)
  func isEmpty(_ slot: Int) -> Bool
  func tags(_ slot: Int) -> [String]
}

extension [FieldValue]: RowValues {
  mutating func put(_ value: FieldValue, _ slot: Int) { self[slot] = value }
  mutating func put(text: Span<UInt8>, _ slot: Int) { self[slot] = .text(String(copying: text)) }
  func isEmpty(_ slot: Int) -> Bool { self[slot].isEmpty }
  func tags(_ slot: Int) -> [String] { [String](fieldValue: self[slot]) }
}

/// The last row is the one that is filled.
extension PackedRows: RowValues {
  mutating func put(_ value: FieldValue, _ slot: Int) { put(value, count - 1, slot) }
  mutating func put(text: Span<UInt8>, _ slot: Int) { put(text, count - 1, slot) }
  func isEmpty(_ slot: Int) -> Bool { isEmpty(count - 1, slot) }

  func tags(_ slot: Int) -> [String] {
    guard let json = json(count - 1, slot), case .array(let items) = JSONValue.known(json) else { return [] }
    return items.map(\.plainText)
  }
}

/// The values of texts that a column had before: columns of choices and tags repeat a few of them.
struct KnownValues {
  private var texts: [UInt8] = []
  private var entries: [(text: Range<Int>, value: FieldValue)] = []
  /// The place of an entry and one, or 0; open addressing.
  private var slots: [UInt16] = []

  private static let limit = 500

  subscript(text: Span<UInt8>) -> FieldValue? {
    guard !slots.isEmpty else { return nil }
    let slot = slot(of: text)
    return slots[slot] == 0 ? nil : entries[Int(slots[slot]) - 1].value
  }

  /// Remembers the value of a text that is not known yet, as long as there is room.
  mutating func add(_ text: Span<UInt8>, _ value: FieldValue) {
    guard entries.count < Self.limit else { return }
    if slots.isEmpty { slots = Array(repeating: 0, count: 1024) }
    let start = texts.count
    for index in text.indices { texts.append(text[index]) }
    entries.append((start..<texts.count, value))
    slots[slot(of: text)] = UInt16(entries.count)
  }

  private func slot(of text: Span<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
    while slots[slot] != 0, !isText(entries[Int(slots[slot]) - 1].text, text) { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private func isText(_ range: Range<Int>, _ text: Span<UInt8>) -> Bool {
    guard range.count == text.count else { return false }
    for index in text.indices where texts[range.lowerBound + index] != text[index] { return false }
    return true
  }
}

extension Span where Element == UInt8 {
  /// True if the bytes are valid UTF-8.
  var isUTF8: Bool {
    isASCII || String(utf8: self) != nil
  }

  private var isASCII: Bool {
    var bits: UInt8 = 0
    for index in indices { bits |= self[index] }
    return bits < 0x80
  }
}
