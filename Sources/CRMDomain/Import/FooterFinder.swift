/// Finds the remarks below the data: lines of one cell under a table of several columns, and, below an empty line, rows
/// of which only the first cell is filled.
struct FooterFinder {
  /// Rows that are no data, and the bytes of the file from the first of them to its end.
  struct Footer: Hashable {
    var rows = 0
    var bytes = 0
  }

  private struct Row {
    let offset: Int
    let number: Int
    let cells: Int
    let filled: Int
    let startsFilled: Bool
  }

  private let dialect: Dialect
  private let columns: Int

  init(_ dialect: Dialect, columns: Int) {
    self.dialect = dialect
    self.columns = columns
  }

  /// - Parameter text: the end of the file in UTF-8.
  /// - Parameter source: the same as the file has it, beginning with a whole character.
  func footer(in text: [UInt8], source: [UInt8]) -> Footer {
    guard columns > 2, let rows = rows(of: text), let last = rows.lastIndex(where: { !isOdd($0) }), last > 0 else {
      return Footer()
    }
    // What a row of one filled cell means, an empty line or row before it tells.
    var (first, isApart) = (rows.count, false)
    for index in rows.indices.dropFirst(last + 1) {
      isApart = isApart || rows[index].filled == 0 || rows[index].number > rows[index - 1].number + 1
      guard rows[index].cells == 1 || isApart else { continue }
      first = index
      break
    }
    guard first < rows.count else { return Footer() }
    return Footer(rows: rows.count - first, bytes: Self.size(text[rows[first].offset...], in: source, dialect.encoding))
  }

  private func isOdd(_ row: Row) -> Bool {
    row.filled == 0 || row.cells == 1 || (row.filled == 1 && row.startsFilled)
  }

  private func rows(of text: [UInt8]) -> [Row]? {
    var dialect = dialect
    (dialect.headerRows, dialect.preambleRows, dialect.encoding) = (0, 0, .utf8)
    var reader = DelimitedReader(dialect: dialect)
    var rows: [Row] = []
    func take(_ row: borrowing DelimitedRow) {
      rows.append(
        Row(
          offset: row.offset, number: row.number, cells: row.count,
          filled: (0..<row.count).count { !row.raw($0).isEmpty }, startsFilled: !row.raw(0).isEmpty))
    }
    do {
      try reader.read(text, take)
      try reader.finish(take)
      return rows
    } catch {
      // Read from its middle, the file may seem to end within quotes; then there is no telling.
      return nil
    }
  }

  /// Bytes that `end`, the end of the text, takes in the file: line breaks are the same in every encoding.
  private static func size(_ end: ArraySlice<UInt8>, in source: [UInt8], _ encoding: FileEncoding) -> Int {
    guard encoding != .utf8 else { return end.count }
    var breaks = end.count { $0 == 0x0A || $0 == 0x0D }
    let width = encoding.isWide ? 2 : 1
    var place = source.count - source.count % width
    while place >= width {
      let (low, high) = encoding == .utf16BigEndian ? (place - 1, place - 2) : (place - width, place - 1)
      let isBreak = (source[low] == 0x0A || source[low] == 0x0D) && (width == 1 || source[high] == 0)
      if isBreak, breaks == 0 { return source.count - place }
      if isBreak { breaks -= 1 }
      place -= width
    }
    return 0
  }
}

extension FileEncoding {
  var isWide: Bool { self == .utf16LittleEndian || self == .utf16BigEndian }
}
