import GRDB

/// One page of a tree, as far as it can be read (SQLite's file format, sections 1.6 and 2).
struct RawPage {
  enum Kind: UInt8 {
    case interiorIndex = 2
    case interiorTable = 5
    case leafIndex = 10
    case leafTable = 13
  }

  struct Record {
    let id: Int64
    let values: [DatabaseValue]
    /// False if something at the end of the row was on a damaged page, and is left out.
    let isWhole: Bool
  }

  let kind: Kind
  private let pages: RawPages
  private let bytes: [UInt8]
  private let cells: [Int]
  private let start: Int

  /// nil for a page that is none of a tree, or damaged beyond recognition.
  init?(_ number: Int, of pages: RawPages) {
    guard let bytes = pages.page(number) else { return nil }
    let start = number == 1 ? 100 : 0
    guard let kind = Kind(rawValue: bytes[start]) else { return nil }
    let isInterior = kind == .interiorTable || kind == .interiorIndex
    let array = start + (isInterior ? 12 : 8)
    let cellCount = bytes.number(at: start + 3, bytes: 2)
    guard array + 2 * cellCount <= bytes.count else { return nil }
    let cells = (0..<cellCount).map { bytes.number(at: array + 2 * $0, bytes: 2) }
    guard cells.allSatisfy({ $0 >= array + 2 * cellCount && $0 < bytes.count }) else { return nil }
    (self.kind, self.pages, self.bytes, self.cells, self.start) = (kind, pages, bytes, cells, start)
    guard !isInterior || isSoundAbove else { return nil }
  }

  /// True if every page below is one of the file, and the ids that part them ascend: an overwritten page would lead astray.
  private var isSoundAbove: Bool {
    guard children.count == cells.count + 1 else { return false }
    guard kind == .interiorTable else { return true }
    let keys = cells.compactMap { bytes.varint(at: $0 + 4)?.0 }
    return keys.count == cells.count && zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// The pages below this one.
  var children: [Int] {
    guard kind == .interiorTable || kind == .interiorIndex else { return [] }
    return (cells.map { bytes.number(at: $0, bytes: 4) } + [bytes.number(at: start + 8, bytes: 4)])
      .filter { $0 > 1 && $0 <= pages.count }
  }

  /// The rows on this page that can be read.
  var records: [Record] {
    kind == .interiorTable ? [] : cells.compactMap(record)
  }

  private func record(_ cell: Int) -> Record? {
    let first = kind == .interiorIndex ? cell + 4 : cell
    guard let (length, afterLength) = bytes.varint(at: first), length > 0, length < 1 << 30 else { return nil }
    var (id, next) = (0, afterLength)
    if kind == .leafTable {
      guard let (number, after) = bytes.varint(at: next) else { return nil }
      (id, next) = (number, after)
    }
    let payload = payload(length, next)
    return RawPage.decode(payload, length).map { Record(id: Int64(id), values: $0.0, isWhole: $0.isWhole) }
  }

  /// As much of the row as can be read: its end may be on pages of their own.
  private func payload(_ length: Int, _ start: Int) -> [UInt8] {
    let usable = pages.pageSize
    let most = kind == .leafTable ? usable - 35 : (usable - 12) * 64 / 255 - 23
    let least = (usable - 12) * 32 / 255 - 23
    let fitting = least + (length - least) % (usable - 4)
    let local = length <= most ? length : fitting <= most ? fitting : least
    guard start + local <= bytes.count else { return [] }
    var payload = Array(bytes[start..<start + local])
    guard local < length else { return payload }
    var next = bytes.number(at: start + local, bytes: 4)
    while payload.count < length, next > 1, let page = pages.page(next) {
      next = page.number(at: 0, bytes: 4)
      let rest = length - payload.count
      // The last page names no other, all else names one: otherwise it was overwritten.
      guard rest <= usable - 4 ? next == 0 : next > 1 && next <= pages.count else { return payload }
      payload += page[4..<4 + min(rest, usable - 4)]
    }
    return payload
  }

  /// nil if that is no row. A text that is none, or is not all there, is left out.
  private static func decode(_ payload: [UInt8], _ length: Int) -> ([DatabaseValue], isWhole: Bool)? {
    guard let (headerEnd, first) = payload.varint(at: 0), headerEnd <= payload.count, headerEnd > 1 else { return nil }
    var (values, isWhole) = ([DatabaseValue](), true)
    var (place, start) = (first, headerEnd)
    while place < headerEnd {
      guard let (type, next) = payload.varint(at: place), let size = size(ofType: type) else { return nil }
      if let value = value(type, payload, start, size) {
        values.append(value)
      } else {
        values.append(.null)
        isWhole = false
      }
      start += size
      place = next
    }
    return start == length ? (values, isWhole) : nil
  }

  private static func size(ofType type: Int) -> Int? {
    switch type {
    case 0, 8, 9: 0
    case 1...4: type
    case 5: 6
    case 6, 7: 8
    case 12...(1 << 30): (type - 12) / 2
    default: nil
    }
  }

  private static func value(_ type: Int, _ payload: [UInt8], _ start: Int, _ size: Int) -> DatabaseValue? {
    guard start + size <= payload.count else { return nil }
    switch type {
    case 0: return .null
    case 8, 9: return Int64(type - 8).databaseValue
    case 7: return Double(bitPattern: UInt64(bitPattern: Int64(payload.number(at: start, bytes: 8)))).databaseValue
    case 1...6:
      let shift = 64 - 8 * size
      return ((Int64(payload.number(at: start, bytes: size)) << shift) >> shift).databaseValue
    default:
      guard type % 2 == 1 else { return .null }
      return String(validating: payload[start..<start + size], as: UTF8.self)?.databaseValue
    }
  }
}
