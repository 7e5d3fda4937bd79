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

/// A row of the file and a record, by hash: sixteen bytes for each, a million of them in 32 MB.
struct KeyTable {
  struct Entry {
    /// 0 if it is not known.
    var row: UInt32 = 0
    /// 0 if it is not known.
    var record: UInt32 = 0
  }

  private(set) var count = 0
  private var hashes: [UInt64] = []
  private var entries: [Entry] = []

  subscript(hash: UInt64) -> Entry? {
    guard count > 0 else { return nil }
    let slot = slot(hash)
    return hashes[slot] == 0 ? nil : entries[slot]
  }

  /// Puts the entry in, in place of one that is there.
  mutating func set(_ hash: UInt64, row: Int = 0, record: Int64 = 0) {
    if count * 4 >= hashes.count * 3 { grow() }
    let slot = slot(hash)
    if hashes[slot] == 0 { count += 1 }
    hashes[slot] = hash
    entries[slot] = Entry(row: UInt32(truncatingIfNeeded: row), record: UInt32(exactly: record) ?? 0)
  }

  /// Puts the entry in unless there is one; answers whether it did.
  @discardableResult
  mutating func add(_ hash: UInt64, row: Int = 0, record: Int64 = 0) -> Bool {
    guard self[hash] == nil else { return false }
    set(hash, row: row, record: record)
    return true
  }

  @inline(__always)
  private func slot(_ hash: UInt64) -> Int {
    let mask = hashes.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while hashes[slot] != 0, hashes[slot] != hash { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldHashes, oldEntries) = (hashes, entries)
    let size = max(1024, hashes.count * 2)
    hashes = Array(repeating: 0, count: size)
    entries = Array(repeating: Entry(), count: size)
    for (index, hash) in oldHashes.enumerated() where hash != 0 {
      let slot = slot(hash)
      (hashes[slot], entries[slot]) = (hash, oldEntries[index])
    }
  }
}
