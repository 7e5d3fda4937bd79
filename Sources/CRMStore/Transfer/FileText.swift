import CRMDomain

/// Turns the bytes of a file into UTF-8, piece by piece.
struct FileText {
  let encoding: FileEncoding
  /// Bytes of a character that the next piece completes.
  private var rest: [UInt8] = []

  init(_ encoding: FileEncoding) { self.encoding = encoding }

  /// The encoding that `head`, the beginning of a file, shows: by its byte order mark, or by being no UTF-8.
  static func encoding(of head: [UInt8], isWhole: Bool) -> FileEncoding {
    if head.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if head.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    // The last character may be cut off in the middle.
    let text = isWhole ? head[...] : head.prefix(upTo: head.lastIndex { $0 < 0x80 } ?? head.endIndex)
    return String(validating: text, as: UTF8.self) == nil ? .windows1252 : .utf8
  }

  mutating func utf8(_ piece: [UInt8]) -> [UInt8] {
    switch encoding {
    case .utf16LittleEndian: utf16(piece, low: 0, high: 1)
    case .utf16BigEndian: utf16(piece, low: 1, high: 0)
    case .windows1252, .latin1, .latin9: windows1252(piece)
    case .utf8, .shiftJIS, .gbk: piece
    }
  }

  private mutating func utf16(_ piece: [UInt8], low: Int, high: Int) -> [UInt8] {
    let bytes = rest + piece
    var units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      UInt16(bytes[index + low]) | UInt16(bytes[index + high]) << 8
    }
    rest = bytes.count % 2 == 1 ? [bytes[bytes.count - 1]] : []
    if let last = units.last, UTF16.isLeadSurrogate(last) {
      units.removeLast()
      rest = bytes[(bytes.count - 2 - rest.count)..<(bytes.count - rest.count)] + rest
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private func windows1252(_ piece: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(piece.count + piece.count / 8)
    for byte in piece {
      if byte < 0x80 {
        text.append(byte)
      } else {
        text.append(contentsOf: String(UnicodeScalar(Self.scalar(byte)) ?? "\u{FFFD}").utf8)
      }
    }
    return text
  }

  private static func scalar(_ byte: UInt8) -> UInt32 {
    byte < 0xA0 ? windowsScalars[Int(byte) - 0x80] : UInt32(byte)
  }

  /// 0x80 to 0x9F of Windows-1252; the five that it leaves open are the control characters of Latin-1.
  private static let windowsScalars: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]
}

/// The beginning of a file: its dialect, its column names, and rows to judge the columns by.
struct FileHead {
  let dialect: Dialect
  let header: [String]
  let sample: [[String]]

  private static let sampleRows = 500
  private static let delimiters: [Character] = [",", ";", "\t", "|"]

  /// - Throws: `DelimitedProblem` if the text cannot be read with any delimiter.
  init(_ text: [UInt8], isWhole: Bool) throws {
    var best: (score: Double, dialect: Dialect, rows: [[String]])?
    var failure: (any Error)?
    for delimiter in Self.delimiters {
      do {
        let dialect = Dialect(delimiter: delimiter)
        let rows = try Self.rows(of: text, dialect, isWhole: isWhole)
        let score = Self.score(rows)
        if best.map({ score > $0.score }) ?? true { best = (score, dialect, rows) }
      } catch {
        failure = failure ?? error
      }
    }
    guard let best else { throw failure ?? ImportProblem("The file has no rows.") }
    dialect = best.dialect
    header = best.rows.first ?? []
    sample = Array(best.rows.dropFirst())
  }

  private struct Enough: Error {}

  private static func rows(of text: [UInt8], _ dialect: Dialect, isWhole: Bool) throws -> [[String]] {
    var reader = DelimitedReader(dialect: dialect)
    var rows: [[String]] = []
    do {
      let collect: (borrowing DelimitedRow) throws -> Void = { row in
        rows.append(row.strings)
        if rows.count > sampleRows { throw Enough() }
      }
      try reader.read(text, collect)
      if isWhole { try reader.finish(collect) }
    } catch is Enough {}
    return rows
  }

  /// The share of rows as wide as the first, more for several columns; nothing for one.
  private static func score(_ rows: [[String]]) -> Double {
    guard let first = rows.first, first.count > 1 else { return 0 }
    let alike = rows.count { $0.count == first.count }
    return Double(alike) / Double(rows.count) + Double(min(first.count, 50)) / 1000
  }
}
