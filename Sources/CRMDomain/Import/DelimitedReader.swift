/// Splits delimited text into rows and cells, chunk by chunk, holding one row and one chunk at a time.
///
/// RFC 4180, and what real files do beyond it: rows end with LF, CR, CRLF or a mixture; a quote inside an unquoted cell
/// is a character like any other; text behind a closing quote belongs to the cell; lines without a byte are no rows (but
/// count in `number`); a first line `sep=;` sets the delimiter; a byte order mark is skipped.
package struct DelimitedReader {
  /// Bytes a row may have before it is reported.
  package static let rowLimit = 10_000_000
  /// Bytes behind the text that a word may be loaded from.
  private static let slack = 8
  /// Bytes that hold a byte order mark and `sep=;` with its line end.
  private static let prologue = 12

  private enum State: Sendable { case unquoted, quoted, afterQuote }

  private var marks: ByteMarks
  private let dialect: Dialect
  private let rowLimit: Int
  private var decoder: FileDecoder?
  /// The current row's bytes so far, the chunk, and the slack.
  private var buffer: [UInt8] = []
  private var filled = 0
  private var scanned = 0
  private var isAtStart = true

  /// Where the current row begins in `buffer`; the places below are counted from there.
  private var rowStart = 0
  private var cellStart = 0
  private var closingQuote = 0
  private var escapedByte = -1
  /// True if the row before ended with CR, whose LF may follow.
  private var endedWithCR = false
  private var cells: [CellRange] = []
  private var state = State.unquoted
  private var shape = CellRange.Shape.plain

  private var row = 1
  private var line = 1
  private var lineBreaksInRow = 0
  private var headersLeft: Int
  private var columns: Int?
  /// Bytes of text before `buffer`.
  private var bufferOffset = 0

  package init(dialect: Dialect, rowLimit: Int = DelimitedReader.rowLimit) {
    self.dialect = dialect
    self.rowLimit = rowLimit
    marks = ByteMarks(dialect)
    headersLeft = dialect.headerRows
  }

  /// Where a row begins.
  package struct Place: Hashable, Sendable {
    /// Bytes of text before it.
    package var offset = 0
    /// As a spreadsheet counts.
    package var row = 1
    package var line = 1
    /// True if the row before ended with CR, whose LF may come next.
    package var isAfterCR = false

    package init() {}
  }

  /// Where the first row begins that was not passed on yet.
  package var place: Place {
    var place = Place()
    (place.offset, place.row, place.line, place.isAfterCR) = (bufferOffset + rowStart, row, line, endedWithCR)
    return place
  }

  /// Goes on at `place` of a text whose header was read before; `columns` are those of its first row.
  package init(dialect: Dialect, at place: Place, columns: Int?, rowLimit: Int = DelimitedReader.rowLimit) {
    self.init(dialect: dialect, rowLimit: rowLimit)
    guard place.offset > 0 else { return }
    isAtStart = false
    headersLeft = 0
    self.columns = columns
    (bufferOffset, row, line, endedWithCR) = (place.offset, place.row, place.line, place.isAfterCR)
  }

  /// Passes every row that ends within `chunk`, which continues the text read before, to `body`.
  ///
  /// - Throws: `DelimitedProblem`, `EncodingProblem`, or what `body` throws; the reader is of no use after any of them.
  package mutating func read(
    _ chunk: UnsafeBufferPointer<UInt8>, _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    if dialect.encoding == .utf8 {
      append(chunk)
    } else {
      try openDecoder().decode(chunk).withUnsafeBufferPointer { append($0) }
    }
    guard !isAtStart || filled >= Self.prologue else { return }
    try scan(body)
  }

  package mutating func read(_ chunk: [UInt8], _ body: (borrowing DelimitedRow) throws -> Void) throws {
    try chunk.withUnsafeBufferPointer { try read($0, body) }
  }

  /// Passes the last row to `body` if no line end follows it.
  ///
  /// - Throws: as `read`.
  package mutating func finish(_ body: (borrowing DelimitedRow) throws -> Void) throws {
    (decoder?.finish() ?? []).withUnsafeBufferPointer { append($0) }
    try scan(body)
    guard filled > rowStart else { return }
    guard state != .quoted else { throw problem(.unclosedQuote) }
    let text = buffer
    try text.withUnsafeBufferPointer { bytes in
      endCell(at: filled)
      try endRow(at: filled, bytes, body)
    }
    rowStart = filled
  }

  /// The rows of a text that is in memory already.
  package static func rows(of text: [UInt8], dialect: Dialect) throws -> [[String]] {
    var reader = DelimitedReader(dialect: dialect)
    var rows: [[String]] = []
    try reader.read(text) { rows.append($0.strings) }
    try reader.finish { rows.append($0.strings) }
    return rows
  }
}

// MARK: The buffer

extension DelimitedReader {
  private mutating func openDecoder() throws(EncodingProblem) -> FileDecoder {
    if let decoder { return decoder }
    let decoder = try FileDecoder(dialect.encoding)
    self.decoder = decoder
    return decoder
  }

  private mutating func append(_ chunk: UnsafeBufferPointer<UInt8>) {
    compact()
    let needed = filled + chunk.count + Self.slack
    if buffer.count < needed {
      buffer.append(contentsOf: repeatElement(0, count: max(needed, buffer.count * 2) - buffer.count))
    }
    buffer.withUnsafeMutableBufferPointer { bytes in
      _ = UnsafeMutableBufferPointer(rebasing: bytes[filled...]).update(fromContentsOf: chunk)
    }
    filled += chunk.count
  }

  /// Moves the unfinished row to the front.
  private mutating func compact() {
    guard rowStart > 0 else { return }
    let (start, count) = (rowStart, filled - rowStart)
    buffer.withUnsafeMutableBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      base.update(from: base + start, count: count)
    }
    bufferOffset += start
    filled = count
    scanned -= start
    rowStart = 0
  }

  /// Skips a byte order mark and obeys a `sep=;` line, as Excel does.
  private mutating func readPrologue() {
    isAtStart = false
    if buffer.prefix(filled).starts(with: [0xEF, 0xBB, 0xBF]) { rowStart = 3 }
    let text = buffer[rowStart..<filled]
    if text.starts(with: "sep=".utf8), text.count >= 5 {
      let lineEnd = text.dropFirst(5)
      let length = lineEnd.starts(with: "\r\n".utf8) ? 7 : lineEnd.first == 0x0A || lineEnd.first == 0x0D ? 6 : 0
      if length > 0 {
        var dialect = dialect
        if !dialect.overrulesSeparatorLine { dialect.delimiter = text[text.startIndex + 4] }
        marks = ByteMarks(dialect)
        rowStart += length
        line += 1
      }
    }
    scanned = rowStart
  }
}

// MARK: Scanning

extension DelimitedReader {
  private mutating func scan(_ body: (borrowing DelimitedRow) throws -> Void) throws {
    if isAtStart { readPrologue() }
    let text = buffer
    try text.withUnsafeBufferPointer { try scan($0, body) }
    if filled - rowStart > rowLimit { throw problem(state == .quoted ? .unclosedQuote : .rowTooLong(limit: rowLimit)) }
  }

  private mutating func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    let raw = UnsafeRawBufferPointer(bytes)
    let end = filled
    while scanned < end {
      var found = marks.found(in: raw.loadUnaligned(fromByteOffset: scanned, as: UInt64.self).littleEndian)
      if end - scanned < 8 { found &= (1 << UInt64((end - scanned) * 8)) - 1 }
      while found != 0 {
        let position = scanned + found.trailingZeroBitCount >> 3
        found &= found - 1
        try visit(bytes[position], at: position, bytes, body)
      }
      scanned = min(scanned + 8, end)
    }
  }

  @inline(__always)
  private mutating func visit(
    _ byte: UInt8, at position: Int, _ bytes: UnsafeBufferPointer<UInt8>,
    _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    switch state {
    case .unquoted where byte == marks.delimiter && position - rowStart != escapedByte: endCell(at: position)
    case .unquoted: try visitUnquoted(byte, at: position, bytes, body)
    case .quoted: try visitQuoted(byte, at: position, bytes)
    case .afterQuote: try visitAfterQuote(byte, at: position, bytes, body)
    }
  }

  private mutating func visitUnquoted(
    _ byte: UInt8, at position: Int, _ bytes: UnsafeBufferPointer<UInt8>,
    _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    let place = position - rowStart
    switch byte {
    case 0: throw problem(.nulByte)
    case _ where place == escapedByte: countLineBreak(byte, at: position, bytes)
    case 0x0A where place == 0 && endedWithCR:
      endedWithCR = false
      startRow(at: position + 1)
    case 0x0A, 0x0D:
      if place > 0 {
        endCell(at: position)
        try endRow(at: position, bytes, body)
      } else {
        row += 1
      }
      line += 1
      endedWithCR = byte == 0x0D
      startRow(at: position + 1)
    case marks.quote where place == cellStart:
      state = .quoted
      shape = .quoted
    case marks.escape: escapeNext(after: place)
    default: break
    }
  }

  private mutating func visitQuoted(
    _ byte: UInt8, at position: Int, _ bytes: UnsafeBufferPointer<UInt8>,
  ) throws {
    switch byte {
    case 0: throw problem(.nulByte)
    case 0x0A, 0x0D: countLineBreak(byte, at: position, bytes)
    case _ where position - rowStart == escapedByte: break
    case marks.escape: escapeNext(after: position - rowStart)
    case marks.quote:
      closingQuote = position - rowStart
      state = .afterQuote
    default: break
    }
  }

  private mutating func visitAfterQuote(
    _ byte: UInt8, at position: Int, _ bytes: UnsafeBufferPointer<UInt8>,
    _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    let isNext = position - rowStart == closingQuote + 1
    if isNext, byte == marks.quote {
      shape = .escaped
      state = .quoted
      return
    }
    if !isNext || (byte != marks.delimiter && byte != 0x0A && byte != 0x0D) {
      shape = .textAfterQuote
      state = .unquoted
      // A quote is only the cell's first byte once: here it is text.
      if byte == marks.quote { return }
    }
    if byte == marks.delimiter {
      endCell(at: position)
    } else {
      try visitUnquoted(byte, at: position, bytes, body)
    }
  }
}

// MARK: Cells and rows

extension DelimitedReader {
  private mutating func escapeNext(after place: Int) {
    escapedByte = place + 1
    switch shape {
    case .plain: shape = .plainEscaped
    case .quoted: shape = .escaped
    case .plainEscaped, .escaped, .textAfterQuote: break
    }
  }

  /// Counts a line break within a cell, CRLF once.
  private mutating func countLineBreak(_ byte: UInt8, at position: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard byte == 0x0D || (byte == 0x0A && bytes[position - 1] != 0x0D) else { return }
    lineBreaksInRow += 1
  }

  @inline(__always)
  private mutating func endCell(at position: Int) {
    var (start, end) = (cellStart, position - rowStart)
    if state == .afterQuote {
      if closingQuote + 1 == end { (start, end) = (start + 1, closingQuote) } else { shape = .textAfterQuote }
    }
    cells.append(
      CellRange(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), shape: shape))
    cellStart = position - rowStart + 1
    shape = .plain
    state = .unquoted
  }

  private mutating func endRow(
    at position: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    guard position - rowStart <= rowLimit else { throw problem(.rowTooLong(limit: rowLimit)) }
    if row > dialect.preambleRows {
      let columns = columns ?? cells.count
      self.columns = columns
      try deliver(bytes, upTo: position, isHeader: headersLeft > 0, isRagged: cells.count != columns, body)
      headersLeft = max(0, headersLeft - 1)
    }
    row += 1
    line += lineBreaksInRow
  }

  private func deliver(
    _ bytes: UnsafeBufferPointer<UInt8>, upTo end: Int, isHeader: Bool, isRagged: Bool,
    _ body: (borrowing DelimitedRow) throws -> Void,
  ) throws {
    guard let base = bytes.baseAddress else { return }
    try cells.withUnsafeBufferPointer { cells in
      let row = DelimitedRow(
        number: row, line: line, offset: bufferOffset + rowStart, isHeader: isHeader, isRagged: isRagged,
        bytes: UnsafeBufferPointer(start: base + rowStart, count: end - rowStart), cells: cells, quote: marks.quote,
        escape: dialect.escape)
      try body(row)
    }
  }

  private mutating func startRow(at position: Int) {
    rowStart = position
    cellStart = 0
    escapedByte = -1
    lineBreaksInRow = 0
    cells.removeAll(keepingCapacity: true)
    state = .unquoted
    shape = .plain
  }

  private func problem(_ kind: DelimitedProblem.Kind) -> DelimitedProblem {
    DelimitedProblem(kind: kind, row: row, line: line, column: cells.count + 1)
  }
}
