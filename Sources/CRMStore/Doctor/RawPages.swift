import Foundation

/// The pages of a file that SQLite may not be able to open, with what its log has committed over them (SQLite's file
/// format, sections 1 and 4).
struct RawPages {
  let pageSize: Int
  let count: Int
  /// False where the first page does not say that this is a database.
  let hasHeader: Bool
  private let file: Data
  private let log: Data
  /// Where in the log the newest content of a page begins.
  private var newer: [Int: Int] = [:]

  init(path: String) throws {
    file = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    log = RawPages.log(path + "-wal")
    let header = [UInt8](file.prefix(100))
    hasHeader = header.starts(with: Array("SQLite format 3\0".utf8))
    let said = hasHeader && header.count == 100 ? RawPages.size(header.number(at: 16, bytes: 2)) : nil
    let logged = log.count >= 32 ? RawPages.size([UInt8](log.prefix(32)).number(at: 8, bytes: 4)) : nil
    pageSize = said ?? logged ?? RawPages.likelySize(of: file)
    var inLog = 0
    (newer, inLog) = RawPages.committed(log, pageSize)
    count = max(file.count / pageSize, inLog)
  }

  /// None where it cannot be read.
  private static func log(_ path: String) -> Data {
    do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch { return Data() }
  }

  /// Nil for what cannot be the size of a page.
  private static func size(_ bytes: Int) -> Int? {
    (512...32_768).contains(bytes) && bytes & (bytes - 1) == 0 ? bytes : nil
  }

  /// Of the sizes that our files have had, the one whose pages begin as pages of a tree do. Of the smaller one every second
  /// begins where the larger one's have their middle.
  private static func likelySize(of file: Data) -> Int {
    let small = DatabaseFile.firstPageSize
    let flags: Set<UInt8> = [2, 5, 10, 13]
    var (whole, halves) = (0, 0)
    for start in stride(from: DatabaseFile.pageSize, to: file.count - small, by: DatabaseFile.pageSize) {
      if flags.contains(file[start]) { whole += 1 }
      if flags.contains(file[start + small]) { halves += 1 }
    }
    return halves * 2 > whole ? small : DatabaseFile.pageSize
  }

  /// The page with that number, from 1 on, or nil if there is none.
  func page(_ number: Int) -> [UInt8]? {
    guard number > 0, number <= count else { return nil }
    if let start = newer[number] { return [UInt8](log[start..<start + pageSize]) }
    let start = (number - 1) * pageSize
    return start + pageSize <= file.count ? [UInt8](file[start..<start + pageSize]) : nil
  }

  /// Pages that nothing is in any more: what they hold was deleted.
  var free: Set<Int> {
    guard hasHeader, let first = page(1) else { return [] }
    var free: Set<Int> = []
    var trunk = first.number(at: 32, bytes: 4)
    while trunk != 0, free.insert(trunk).inserted, let page = page(trunk) {
      let leaves = min(page.number(at: 4, bytes: 4), pageSize / 4 - 2)
      for index in 0..<leaves { free.insert(page.number(at: 8 + 4 * index, bytes: 4)) }
      trunk = page.number(at: 0, bytes: 4)
    }
    return free
  }

  // MARK: The log

  /// Up to the last frame that ends a transaction and whose checksum holds.
  private static func committed(_ log: Data, _ pageSize: Int) -> ([Int: Int], pages: Int) {
    let header = [UInt8](log.prefix(32))
    guard header.count == 32, [0x377F_0682, 0x377F_0683].contains(header.number(at: 0, bytes: 4)),
      header.number(at: 8, bytes: 4) == pageSize
    else { return ([:], 0) }
    var sum = Checksum(isBigEndian: header[3] & 1 == 1)
    sum.add(header[0..<24])
    var (committed, open, pages) = ([Int: Int](), [Int: Int](), 0)
    var start = 32
    while start + 24 + pageSize <= log.count {
      let frame = [UInt8](log[start..<start + 24 + pageSize])
      sum.add(frame[0..<8])
      sum.add(frame[24...])
      guard frame[8..<16].elementsEqual(header[16..<24]), sum.matches(frame[16..<24]) else { break }
      open[frame.number(at: 0, bytes: 4)] = start + 24
      let size = frame.number(at: 4, bytes: 4)
      if size > 0 {
        committed.merge(open) { $1 }
        (open, pages) = ([:], size)
      }
      start += 24 + pageSize
    }
    return (committed, pages)
  }

  private struct Checksum {
    let isBigEndian: Bool
    private var (first, second): (UInt32, UInt32) = (0, 0)

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func add(_ bytes: ArraySlice<UInt8>) {
      bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count & ~7, by: 8) {
          first &+= word(bytes, start) &+ second
          second &+= word(bytes, start + 4) &+ first
        }
      }
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> UInt32 {
      let word = bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)
      return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }

    func matches(_ stored: ArraySlice<UInt8>) -> Bool {
      let bytes = Array(stored)
      return bytes.number(at: 0, bytes: 4) == Int(first) && bytes.number(at: 4, bytes: 4) == Int(second)
    }
  }
}

extension [UInt8] {
  /// The number in those bytes, the highest first; 0 beyond the end.
  func number(at start: Int, bytes: Int) -> Int {
    guard start >= 0, start + bytes <= count else { return 0 }
    var number = 0
    for index in start..<start + bytes { number = number << 8 | Int(self[index]) }
    return number
  }

  /// SQLite's number of variable length, and where the next thing begins; nil beyond the end.
  func varint(at start: Int) -> (Int, next: Int)? {
    var number: UInt64 = 0
    for index in 0..<9 {
      guard start + index < count else { return nil }
      let byte = self[start + index]
      if index == 8 { return (Int(bitPattern: UInt(number << 8 | UInt64(byte))), start + 9) }
      number = number << 7 | UInt64(byte & 0x7F)
      if byte & 0x80 == 0 { return (Int(bitPattern: UInt(number)), start + index + 1) }
    }
    return nil
  }
}
