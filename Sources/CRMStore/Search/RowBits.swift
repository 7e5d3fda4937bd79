import Foundation

/// A set of row ids, one bit each: 125 kB for a million rows.
struct RowBits: Hashable, Sendable {
  private var words: [UInt64] = []
  /// How many there are.
  private(set) var count = 0

  /// Ids beyond this one would make the sets larger than the lists they answer.
  static let largestID: Int64 = 1 << 26

  init() {}

  init(_ ids: some Sequence<Int64>) {
    for id in ids { insert(id) }
  }

  /// Those of the rows `0..<count` for which `isIn` says so.
  @inline(__always)
  init(count rows: Int, where isIn: (Int) -> Bool) {
    words = [UInt64](unsafeUninitializedCapacity: (rows + 63) >> 6) { words, size in
      for index in 0..<words.count where index << 6 < rows {
        var word: UInt64 = 0
        for bit in 0..<min(64, rows - index << 6) where isIn(index << 6 + bit) { word |= 1 << UInt64(bit) }
        words.initializeElement(at: index, to: word)
        size = index + 1
      }
    }
    recount()
  }

  /// Those for which `isIn` says so.
  func filter(_ isIn: (Int64) -> Bool) -> RowBits {
    var found = self
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        let id = Int64(index << 6 + rest.trailingZeroBitCount)
        if !isIn(id) { found.words[index] &= ~(rest & ~(rest - 1)) }
        rest &= rest - 1
      }
    }
    found.recount()
    return found
  }

  func contains(_ id: Int64) -> Bool {
    let (word, bit) = Self.place(id)
    return word < words.count && words[word] & bit != 0
  }

  mutating func insert(_ id: Int64) {
    let (word, bit) = Self.place(id)
    if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
    guard words[word] & bit == 0 else { return }
    words[word] |= bit
    count += 1
  }

  mutating func remove(_ id: Int64) {
    let (word, bit) = Self.place(id)
    guard word < words.count, words[word] & bit != 0 else { return }
    words[word] &= ~bit
    count -= 1
  }

  mutating func formIntersection(_ other: RowBits) {
    if words.count > other.words.count { words.removeLast(words.count - other.words.count) }
    for index in words.indices { words[index] &= other.words[index] }
    recount()
  }

  mutating func formUnion(_ other: RowBits) {
    if words.count < other.words.count {
      words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
    }
    for index in other.words.indices { words[index] |= other.words[index] }
    recount()
  }

  /// Adds the ids whose bits are set, the first of them being `first`, which is a multiple of 64.
  mutating func formUnion(_ bits: [UInt64], at first: Int64) {
    let start = Int(first >> 6)
    if words.count < start + bits.count {
      words.append(contentsOf: repeatElement(0, count: start + bits.count - words.count))
    }
    for index in bits.indices where bits[index] != 0 {
      count += (bits[index] & ~words[start + index]).nonzeroBitCount
      words[start + index] |= bits[index]
    }
  }

  /// The bits as bytes, for `crm_among`.
  var data: Data { words.withUnsafeBytes { Data($0) } }

  mutating func subtract(_ other: RowBits) {
    for index in 0..<min(words.count, other.words.count) { words[index] &= ~other.words[index] }
    recount()
  }

  /// In ascending order.
  var ids: [Int64] {
    var ids: [Int64] = []
    ids.reserveCapacity(count)
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        ids.append(Int64(index << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return ids
  }

  /// Those of `order` that are in the set, in their order.
  func filter(_ order: [Int64]) -> [Int64] {
    guard count > 0 else { return [] }
    return [Int64](unsafeUninitializedCapacity: count) { found, size in
      words.withUnsafeBufferPointer { words in
        for id in order where size < found.count {
          let (word, bit) = Self.place(id)
          guard word < words.count, words[word] & bit != 0 else { continue }
          found.initializeElement(at: size, to: id)
          size += 1
        }
      }
    }
  }

  private static func place(_ id: Int64) -> (word: Int, bit: UInt64) { (Int(id >> 6), 1 << UInt64(id & 63)) }

  private mutating func recount() { count = words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
