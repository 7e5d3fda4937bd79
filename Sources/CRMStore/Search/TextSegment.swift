import Glibc

/// The rows of one stretch of ids that have one trigram, as the file keeps them: the ids from the segment's first on.
///
/// Byte 0 tells the form: 0 is followed by the distances from one id to the next, seven bits a byte, the lowest first;
/// 1 by a bit for each id.
enum TextSegment {
  /// Ids in one segment.
  static let size: Int64 = 1 << 14
  static let words = Int(size) / 64

  static func number(of id: Int64) -> Int64 { id / size }

  /// The shorter form of `ids`, which ascend and may repeat themselves.
  static func encode(_ ids: ArraySlice<UInt16>) -> [UInt8] {
    var distances: [UInt8] = [0]
    distances.reserveCapacity(min(ids.count * 2, Int(size) / 8) + 2)
    let bitmapSize = Int(ids.last ?? 0) / 8 + 1
    var last = -1
    for id in ids where Int(id) != last {
      let distance = Int(id) - last - 1
      if distance < 0x80 {
        distances.append(UInt8(distance))
      } else {
        distances.append(UInt8(distance & 0x7F | 0x80))
        distances.append(UInt8(distance >> 7))
      }
      last = Int(id)
      if distances.count > bitmapSize + 1 { return bitmap(ids, bitmapSize) }
    }
    return distances
  }

  private static func bitmap(_ ids: ArraySlice<UInt16>, _ size: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size + 1)
    bytes[0] = 1
    for id in ids { bytes[1 + Int(id) / 8] |= 1 << (id & 7) }
    return bytes
  }

  /// Sets the bits of `bytes` in `bits`, of which there are `words`. What is not of our making sets none beyond.
  static func decode(_ bytes: UnsafeRawBufferPointer, into bits: inout [UInt64]) {
    guard let form = bytes.first else { return }
    if form == 1 {
      for index in 1..<min(bytes.count, words * 8 + 1) where bytes[index] != 0 {
        bits[(index - 1) / 8] |= UInt64(bytes[index]) << UInt64((index - 1) % 8 * 8)
      }
      return
    }
    var (id, index) = (-1, 1)
    while index < bytes.count {
      var distance = Int(bytes[index])
      index += 1
      if distance >= 0x80, index < bytes.count {
        distance = distance & 0x7F | Int(bytes[index]) << 7
        index += 1
      }
      id += distance + 1
      guard id < words * 64 else { return }
      bits[id / 64] |= 1 << UInt64(id % 64)
    }
  }
}

/// Gathers the texts of one segment, then tells for each trigram which of them have it.
///
/// The texts are gone through twice, to count and to sort: eight million runs take a tenth of a second.
struct TextSegmentBuilder {
  private var texts = SegmentTexts()
  /// By trigram: how many rows have it, then where theirs end. All 0 but while texts are sorted.
  private let counts = TrigramCounts()
  /// The trigrams that occur: some thousands of two million.
  private var found: [UInt32] = []

  /// - Parameter id: from the segment's first on, ascending from one call to the next.
  mutating func add(_ id: UInt16, _ text: UnsafeBufferPointer<UInt8>) {
    texts.bytes.append(contentsOf: text)
    texts.rows.append((id, texts.bytes.count))
  }

  /// Calls `body` with each trigram and its encoded rows, by ascending number, and is empty again.
  mutating func drain(_ body: (UInt32, [UInt8]) throws -> Void) rethrows {
    defer { removeAll() }
    guard !texts.rows.isEmpty else { return }
    let (sorted, others) = sort()
    var start = 0
    for number in found {
      let end = Int(counts.all[Int(number)])
      try body(number, TextSegment.encode(sorted[start..<end]))
      start = end
    }
    start = 0
    while start < others.count {
      let number = others[start] >> 16
      var end = start + 1
      while end < others.count, others[end] >> 16 == number { end += 1 }
      try body(UInt32(number), TextSegment.encode(others[start..<end].map { UInt16($0 & 0xFFFF) }[...]))
      start = end
    }
  }

  private mutating func removeAll() {
    texts.bytes.removeAll(keepingCapacity: true)
    texts.rows.removeAll(keepingCapacity: true)
    for number in found { counts.all[Int(number)] = 0 }
    found.removeAll(keepingCapacity: true)
  }

  /// The ids ordered by trigram, with `counts` telling where those of each one in `found` end; and those of the others,
  /// number and id in one.
  private mutating func sort() -> (exact: [UInt16], others: [UInt64]) {
    var others: [UInt64] = []
    var found: [UInt32] = []
    let texts = texts
    let counts = counts.all
    texts.each { number, id in
      guard number < Trigram.exactLimit else { return others.append(UInt64(number) << 16 | UInt64(id)) }
      if counts[Int(number)] == 0 { found.append(number) }
      counts[Int(number)] += 1
    }
    found.sort()
    var total: UInt32 = 0
    for number in found {
      (counts[Int(number)], total) = (total, total + counts[Int(number)])
    }
    let sorted = [UInt16](unsafeUninitializedCapacity: Int(total)) { sorted, size in
      texts.each { number, id in
        guard number < Trigram.exactLimit else { return }
        sorted.initializeElement(at: Int(counts[Int(number)]), to: id)
        counts[Int(number)] += 1
      }
      size = Int(total)
    }
    others.sort()
    self.found = found
    return (sorted, others)
  }
}

/// A number for each trigram, 0 at first. Fresh pages are 0 as they come, so that of these eight megabytes only those are
/// touched where trigrams that occur have their place.
private final class TrigramCounts {
  private static let size = Int(Trigram.exactLimit) * MemoryLayout<UInt32>.stride

  let all: UnsafeMutableBufferPointer<UInt32>

  init() {
    let pages = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let pages, Int(bitPattern: pages) != -1 else { fatalError("no memory for the text index") }
    let first = pages.bindMemory(to: UInt32.self, capacity: Int(Trigram.exactLimit))
    all = UnsafeMutableBufferPointer(start: first, count: Int(Trigram.exactLimit))
  }

  deinit { munmap(all.baseAddress, Self.size) }
}

/// The texts of some rows, one after the other.
private struct SegmentTexts {
  var bytes: [UInt8] = []
  var rows: [(id: UInt16, end: Int)] = []

  /// Calls `body` with each trigram of each row.
  @inline(__always)
  func each(_ body: (UInt32, UInt16) -> Void) {
    bytes.withUnsafeBufferPointer { texts in
      var start = 0
      for row in rows {
        Trigram.each(UnsafeBufferPointer(rebasing: texts[start..<row.end])) { body($0, row.id) }
        start = row.end
      }
    }
  }
}
