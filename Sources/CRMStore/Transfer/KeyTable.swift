import CRMDomain

/// A number of 64 bits made of bytes, by which a table finds a text again without keeping it (FNV-1a, then mixed).
struct KeyHash {
  private var state: UInt64

  init(salt: UInt64 = 0) { state = 0xCBF2_9CE4_8422_2325 ^ (salt &* 0x9E37_79B9_7F4A_7C15) }

  @inline(__always)
  mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// Never 0, which a table has for nothing.
  var value: UInt64 {
    var hash = state
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    hash ^= hash >> 33
    return hash == 0 ? 1 : hash
  }

  /// Adds `text` as `SearchText.fold` has it, which is what the columns' collation compares.
  mutating func add(folded text: String) {
    let bytes = text.utf8Span.span
    for index in bytes.indices where KeyHash.isSpecial(bytes[index]) {
      for byte in SearchText.fold(text).utf8 { add(byte) }
      return
    }
    for index in bytes.indices {
      let byte = bytes[index]
      add(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
    }
  }

  /// Blanks, apostrophes and everything beyond ASCII do not fold to themselves.
  private static func isSpecial(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x7F || byte == 0x27 || byte == 0x60 }
}

/// A row of the file and a record, by hash: a million of them in 22 MB.
///
/// It is many small tables, each of which grows a little when it is full, and never two of them at once: so at no moment much
/// more is held than is needed, and what is moved stays within what a processor keeps at hand.
struct KeyTable {
  struct Entry {
    /// 0 if it is not known.
    var row: UInt32 = 0
    /// 0 if it is not known.
    var record: UInt32 = 0
  }

  var count: Int { parts.reduce(0) { $0 + $1.count } }
  private var parts: [Part] = []
  private static let partBits = 6

  subscript(hash: UInt64) -> Entry? { parts.isEmpty ? nil : parts[KeyTable.part(of: hash)][hash] }

  /// Puts the entry in, in place of one that is there.
  mutating func set(_ hash: UInt64, row: Int = 0, record: Int64 = 0) {
    if parts.isEmpty { parts = (0..<(1 << KeyTable.partBits)).map { Part(size: 32 + $0 / 4) } }
    parts[KeyTable.part(of: hash)].set(
      hash, Entry(row: UInt32(truncatingIfNeeded: row), record: UInt32(exactly: record) ?? 0))
  }

  /// Puts the entry in unless there is one.
  mutating func add(_ hash: UInt64, row: Int = 0, record: Int64 = 0) {
    if self[hash] == nil { set(hash, row: row, record: record) }
  }

  @inline(__always)
  private static func part(of hash: UInt64) -> Int { Int(hash >> UInt64(64 - partBits)) }

  private struct Part {
    private struct Slot {
      /// 0 where nothing is.
      var hash: UInt64 = 0
      var entry = Entry()
    }

    private(set) var count = 0
    private var slots: [Slot]

    /// Parts of unlike sizes are full at unlike times.
    init(size: Int) { slots = Array(repeating: Slot(), count: size) }

    subscript(hash: UInt64) -> Entry? {
      let index = index(hash)
      return slots[index].hash == 0 ? nil : slots[index].entry
    }

    mutating func set(_ hash: UInt64, _ entry: Entry) {
      var index = index(hash)
      if slots[index].hash == 0 {
        if count * 8 >= slots.count * 7 {
          grow()
          index = self.index(hash)
        }
        count += 1
      }
      slots[index] = Slot(hash: hash, entry: entry)
    }

    /// Where `hash` is, or would be. The lower half of it spreads evenly over any number of slots.
    @inline(__always)
    private func index(_ hash: UInt64) -> Int {
      var index = Int(((hash & 0xFFFF_FFFF) * UInt64(slots.count)) >> 32)
      while slots[index].hash != 0, slots[index].hash != hash {
        index += 1
        if index == slots.count { index = 0 }
      }
      return index
    }

    private mutating func grow() {
      let old = slots
      slots = Array(repeating: Slot(), count: old.count * 5 / 4)
      for slot in old where slot.hash != 0 { slots[index(slot.hash)] = slot }
    }
  }
}

/// The row of the file that changed a record, by the record's number: four bytes for each of the records around it.
struct ClaimedRecords {
  private var pages: [Int64: [UInt32]] = [:]
  private static let pageSize: Int64 = 1024

  subscript(record: Int64) -> Int? {
    let row = pages[record / ClaimedRecords.pageSize]?[Int(record % ClaimedRecords.pageSize)] ?? 0
    return row == 0 ? nil : Int(row)
  }

  /// Keeps the first row that claims it.
  mutating func add(_ record: Int64, row: Int) {
    guard self[record] == nil else { return }
    let page = record / ClaimedRecords.pageSize
    if pages[page] == nil { pages[page] = Array(repeating: 0, count: Int(ClaimedRecords.pageSize)) }
    pages[page]?[Int(record % ClaimedRecords.pageSize)] = UInt32(truncatingIfNeeded: row)
  }
}
