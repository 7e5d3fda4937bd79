/// Where a cell lies in its row's bytes, and what has to be done to read it.
struct CellRange {
  var start: UInt32
  var end: UInt32
  var shape: Shape

  enum Shape: UInt8 {
    case plain
    /// Outside quotes, with escapes to undo.
    case plainEscaped
    /// Inside the quotes, with nothing to undo.
    case quoted
    /// Inside the quotes, with doubled or escaped quotes to undo.
    case escaped
    /// From the opening quote on, with text behind the closing one: `"Smith" & Sons`.
    case textAfterQuote
  }
}

/// A row of a delimited file, valid only while the closure it is passed to runs.
package struct DelimitedRow: ~Copyable {
  /// 1 for the first row of the file, as a spreadsheet counts: v1's row 2 is the first row of data under a header.
  package let number: Int
  /// 1 for the first line of the file; differs from `number` below a cell of several lines.
  package let line: Int
  /// Bytes of decoded text before the row.
  package let offset: Int
  /// True for the rows that name the columns.
  package let isHeader: Bool
  /// True if the header has another number of cells.
  package let isRagged: Bool
  /// As it stands in the file, without its line end.
  package let bytes: UnsafeBufferPointer<UInt8>
  private let cells: UnsafeBufferPointer<CellRange>
  private let quote: UInt8
  private let escape: UInt8?

  @inline(__always)
  init(
    number: Int, line: Int, offset: Int, isHeader: Bool, isRagged: Bool, bytes: UnsafeBufferPointer<UInt8>,
    cells: UnsafeBufferPointer<CellRange>, quote: UInt8, escape: UInt8?,
  ) {
    self.number = number
    self.line = line
    self.offset = offset
    self.isHeader = isHeader
    self.isRagged = isRagged
    self.bytes = bytes
    self.cells = cells
    self.quote = quote
    self.escape = escape
  }

  package var count: Int { cells.count }

  /// True if the cell stood in quotes.
  package func isQuoted(_ index: Int) -> Bool { cells[index].shape.rawValue >= CellRange.Shape.quoted.rawValue }

  /// True if the bytes of `raw` are not yet the cell's value: quotes in them have to be undone.
  package func needsUnescaping(_ index: Int) -> Bool {
    cells[index].shape != .plain && cells[index].shape != .quoted
  }

  /// True if text followed the closing quote, which is rare in a file that is read the way it was written.
  package func hasTextAfterQuote(_ index: Int) -> Bool { cells[index].shape == .textAfterQuote }

  /// The cell's bytes as they stand in the file, without the quotes around them.
  package func raw(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let cell = cells[index]
    return UnsafeBufferPointer(rebasing: bytes[Int(cell.start)..<Int(cell.end)])
  }

  /// The cell's value; bytes that are no UTF-8 become U+FFFD.
  package subscript(_ index: Int) -> String {
    needsUnescaping(index)
      ? String(decoding: unescaped(index), as: UTF8.self) : String(decoding: raw(index), as: UTF8.self)
  }

  /// The cell's value, or nil if its bytes are no UTF-8.
  package func validated(_ index: Int) -> String? {
    needsUnescaping(index)
      ? String(validating: unescaped(index), as: UTF8.self) : String(validating: raw(index), as: UTF8.self)
  }

  package var strings: [String] {
    var strings: [String] = []
    strings.reserveCapacity(count)
    for index in 0..<count { strings.append(self[index]) }
    return strings
  }

  /// The value's bytes with doubled quotes halved and escapes taken off.
  package func unescaped(_ index: Int) -> [UInt8] {
    let raw = raw(index)
    var value: [UInt8] = []
    value.reserveCapacity(raw.count)
    let opensWithQuote = cells[index].shape == .textAfterQuote
    var insideQuotes = opensWithQuote || isQuoted(index)
    var position = opensWithQuote ? 1 : 0
    while position < raw.count {
      let byte = raw[position]
      let next = position + 1 < raw.count ? raw[position + 1] : nil
      position += 1
      if byte == escape, let next {
        value.append(next)
        position += 1
      } else if byte == quote, insideQuotes {
        insideQuotes = next == quote
        guard insideQuotes else { continue }
        value.append(quote)
        position += 1
      } else {
        value.append(byte)
      }
    }
    return value
  }
}
