/// Guesses how a delimited file is written, from its beginning and its end.
package enum DialectDetector {
  /// Bytes of the beginning that are looked at, and of the end.
  package static let headLimit = 256_000
  package static let tailLimit = 16_000
  /// Characters that may part cells, the usual ones first.
  private static let delimiters: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C, 0x3A]
  /// Rows that may stand above the header.
  private static let preambleLimit = 20

  package struct Guess: Hashable, Sendable {
    package var dialect: Dialect
    /// 0 to 1 each.
    package var encodingConfidence: Double
    package var delimiterConfidence: Double
    package var headerConfidence: Double
    /// The names of the columns; empty if there is no header.
    package var header: [String]
    /// The first rows of data.
    package var sample: [[String]]
    /// The rows that `footerBytes` hold.
    package var footerRows = 0
  }

  /// Rows that are kept as a sample.
  package static let sampleRows = 200

  /// - Parameter head: the first bytes of the file, or all of it.
  /// - Parameter tail: its last bytes, empty if `head` is all of it.
  /// - Parameter choice: what is not to be found out.
  /// - Throws: `FileProblem` for a file that holds no rows of text.
  package static func detect(
    head: [UInt8], tail: [UInt8] = [], choice: DialectChoice = DialectChoice(),
  ) throws(FileProblem) -> Guess {
    let isWhole = tail.isEmpty && head.count <= headLimit
    let head = Array(head.prefix(headLimit))
    guard !head.isEmpty else { throw .empty }
    if let format = FileFormat.of(head) { throw .format(format) }
    let (encoding, confidence) = encoding(head, tail, choice)
    let text = try decoded(head, encoding)
    guard !isBinary(text) else { throw .binary }
    let ranked = candidates(text, choice, isWhole: isWhole)
    guard let first = ranked.first, !first.rows.isEmpty else { throw .empty }
    var dialect = first.dialect
    dialect.newline = newline(in: text)
    dialect.encoding = encoding
    dialect.overrulesSeparatorLine = choice.delimiter != nil
    let rival = ranked.first { $0.dialect.delimiter != first.dialect.delimiter }?.score ?? 0
    let margin = choice.delimiter == nil ? first.score - rival : 1
    var guess = guess(
      dialect, first, choice, encodingConfidence: confidence, delimiterConfidence: min(1, max(0.3, 0.5 + margin)))
    let end = isWhole ? text : try decoded(tail, encoding)
    let footer = FooterFinder(guess.dialect, columns: first.columns).footer(in: end, source: isWhole ? head : tail)
    (guess.dialect.footerBytes, guess.footerRows) = (footer.bytes, footer.bytes > 0 ? footer.rows : 0)
    return guess
  }

  private static func encoding(
    _ head: [UInt8], _ tail: [UInt8], _ choice: DialectChoice,
  ) -> (FileEncoding, confidence: Double) {
    if let chosen = choice.encoding { return (chosen, 1) }
    let found = EncodingDetector.detect(head)
    guard found.encoding == .utf8, found.confidence == 1, tail.contains(where: { $0 >= 0x80 }) else { return found }
    // An ASCII beginning says nothing; the end may.
    return EncodingDetector.detect(Array(tail.drop { (0x80...0xBF).contains($0) }))
  }

  /// The column names and first rows of a file read as `dialect` says, for a preview that follows what is overridden.
  ///
  /// - Throws: `DelimitedProblem` or `EncodingProblem`.
  package static func preview(
    head: [UInt8], dialect: Dialect, rows limit: Int = sampleRows,
  ) throws -> (header: [String], rows: [[String]]) {
    var reader = DelimitedReader(dialect: dialect)
    var header: [String] = []
    var rows: [[String]] = []
    try reader.read(Array(head.prefix(headLimit))) { row in
      if row.isHeader { header = join(header, row.strings) } else if rows.count < limit { rows.append(row.strings) }
    }
    if head.count <= headLimit {
      try reader.finish { row in
        if row.isHeader { header = join(header, row.strings) } else if rows.count < limit { rows.append(row.strings) }
      }
    }
    return (header, rows)
  }

  /// The names of two rows of a header, column by column.
  static func join(_ upper: [String], _ lower: [String]) -> [String] {
    (0..<max(upper.count, lower.count)).map { index in
      [upper, lower].compactMap { index < $0.count ? $0[index].trimmed : nil }.filter { !$0.isEmpty }
        .joined(separator: " ")
    }
  }

  private static func guess(
    _ dialect: Dialect, _ candidate: Candidate, _ choice: DialectChoice, encodingConfidence: Double,
    delimiterConfidence: Double,
  ) -> Guess {
    var dialect = dialect
    var begin = PreambleFinder(rows: candidate.rows, numbers: candidate.numbers, columns: candidate.columns)
      .start(candidate.preamble)
    if let chosen = choice.preambleRows { begin = candidate.numbers.firstIndex { $0 > chosen } ?? candidate.rows.count }
    let rows = candidate.rows.dropFirst(begin)
    dialect.preambleRows = choice.preambleRows ?? (begin == 0 ? 0 : candidate.numbers[begin] - 1)
    dialect.quotesEverything = candidate.quotedShare > 0.95
    var (headerRows, confidence) = HeaderFinder.headerRows(of: Array(rows.prefix(50)))
    if let chosen = choice.headerRows { (headerRows, confidence) = (chosen, 1) }
    dialect.headerRows = headerRows
    return Guess(
      dialect: dialect, encodingConfidence: encodingConfidence, delimiterConfidence: delimiterConfidence,
      headerConfidence: confidence, header: rows.prefix(headerRows).reduce([], join),
      sample: Array(rows.dropFirst(headerRows).prefix(sampleRows)))
  }

  private static func decoded(_ bytes: [UInt8], _ encoding: FileEncoding) throws(FileProblem) -> [UInt8] {
    guard encoding != .utf8 else { return bytes }
    do {
      let decoder = try FileDecoder(encoding)
      return bytes.withUnsafeBufferPointer { decoder.decode($0) }
    } catch {
      throw .unreadable(error)
    }
  }

  /// True if more than one byte in a hundred, and more than three, are control characters that no text has.
  private static func isBinary(_ text: [UInt8]) -> Bool {
    let controls = text.prefix(20_000).count { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D && $0 != 0x0C }
    return controls > 3 && controls * 100 > min(text.count, 20_000)
  }

  private static func newline(in text: [UInt8]) -> Newline {
    var (lf, crlf, cr) = (0, 0, 0)
    var last: UInt8 = 0
    for byte in text {
      if byte == 0x0A { if last == 0x0D { crlf += 1 } else { lf += 1 } }
      if byte == 0x0D { cr += 1 }
      last = byte
    }
    if crlf >= lf, crlf > 0 { return .crlf }
    return cr > lf ? .cr : .lf
  }
}

// MARK: Delimiter and quote

extension DialectDetector {
  /// The sample read one way.
  fileprivate struct Candidate {
    var dialect: Dialect
    var rows: [[String]] = []
    var numbers: [Int] = []
    var columns = 1
    var preamble = 0
    var quotedShare = 0.0
    var score = 0.0
  }

  /// Every way to read the sample that `choice` leaves open, the best first.
  private static func candidates(_ text: [UInt8], _ choice: DialectChoice, isWhole: Bool) -> [Candidate] {
    let named = choice.delimiter ?? namedDelimiter(text)
    let quotes: [UInt8?] = choice.quote.map { [$0.byte] } ?? (text.contains(0x27) ? [0x22, 0x27] : [0x22])
    var candidates: [Candidate] = []
    for delimiter in named.map({ [$0] }) ?? delimiters {
      for quote in quotes {
        let found = quote.map { hasEscapedQuote(text, $0) } ?? false
        for escape in choice.escape.map({ [$0.byte] }) ?? (found ? [nil, 0x5C] : [nil]) {
          var dialect = Dialect()
          dialect.delimiter = delimiter
          dialect.quote = quote
          dialect.escape = escape
          dialect.headerRows = 0
          dialect.overrulesSeparatorLine = choice.delimiter != nil
          candidates.append(read(text, dialect, isWhole: isWhole))
        }
      }
    }
    // A stable sort: of equals, the usual delimiter wins.
    return candidates.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(
      \.element)
  }

  private static func namedDelimiter(_ text: [UInt8]) -> UInt8? {
    let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
    let line = start.prefix(7)
    guard line.starts(with: "sep=".utf8), line.count > 5, [0x0A, 0x0D].contains(line[line.startIndex + 5]) else {
      return nil
    }
    return line[line.startIndex + 4]
  }

  private static func hasEscapedQuote(_ text: [UInt8], _ quote: UInt8) -> Bool {
    text.indices.dropFirst().contains { text[$0] == quote && text[$0 - 1] == 0x5C }
  }

  private static func read(_ text: [UInt8], _ dialect: Dialect, isWhole: Bool) -> Candidate {
    var candidate = Candidate(dialect: dialect)
    var reader = DelimitedReader(dialect: dialect)
    var (quoted, cells, broken) = (0, 0, 0)
    func take(_ row: borrowing DelimitedRow) {
      guard candidate.rows.count < 400 else { return }
      candidate.rows.append(row.strings)
      candidate.numbers.append(row.number)
      for index in 0..<row.count where !row.raw(index).isEmpty {
        cells += 1
        if row.isQuoted(index) { quoted += 1 }
        if row.hasTextAfterQuote(index) { broken += 1 }
      }
    }
    do {
      try reader.read(Array(text.prefix(64_000)), take)
      // The last row of a sample may be cut, and is not looked at unless it is the only one.
      if (isWhole && text.count <= 64_000) || candidate.rows.isEmpty { try reader.finish(take) }
    } catch {
      broken += 5
    }
    candidate.quotedShare = Double(quoted) / Double(max(1, cells))
    rate(&candidate, broken: broken, quoted: quoted)
    return candidate
  }

  /// Rates how even the rows are and how much the cells look like values.
  private static func rate(_ candidate: inout Candidate, broken: Int, quoted: Int) {
    candidate.score = 0.1 - Double(broken) * 0.01
    let columns = usualCount(candidate.rows.map(\.count))
    guard columns > 1, let begin = candidate.rows.prefix(preambleLimit).firstIndex(where: { $0.count == columns }),
      let end = candidate.rows.lastIndex(where: { $0.count == columns })
    else { return }
    let body = candidate.rows[begin...end]
    let even = Double(body.count { $0.count == columns }) / Double(body.count)
    guard even > 0.5 else { return }
    candidate.columns = columns
    candidate.preamble = begin
    let clean = cleanliness(body.prefix(100), candidate.dialect)
    let usualQuote = candidate.dialect.quote == 0x22 ? 0.02 : quoted > 0 ? 0.0 : -0.1
    let wide = Double(min(columns, 12)) * 0.01
    candidate.score = even * (0.4 + 0.6 * clean) + wide + usualQuote - min(0.5, Double(broken) * 0.02)
    // A colon parts hours and minutes more often than cells.
    if candidate.dialect.delimiter == 0x3A { candidate.score -= 0.2 }
    // Escapes that nothing asks for: without them the rows are as good.
    if candidate.dialect.escape != nil { candidate.score -= broken == 0 ? 0.001 : 0.01 }
  }

  /// The number of cells that most rows have; rows of one cell, which may be titles and remarks, weigh a quarter.
  private static func usualCount(_ counts: [Int]) -> Int {
    var weights: [Int: Int] = [:]
    for count in counts { weights[count, default: 0] += count == 1 ? 1 : 4 }
    let most = weights.values.max()
    // Of counts that are met alike the first in the file; in a file of few rows the largest may be the header's.
    return (counts.count <= 3 ? counts.max() : counts.first { weights[$0] == most }) ?? 1
  }

  /// The share of cells that hold no other delimiter, unless they are numbers, and no quotes at their ends.
  private static func cleanliness(_ rows: ArraySlice<[String]>, _ dialect: Dialect) -> Double {
    var (clean, cells) = (0, 0)
    for cell in rows.joined() where !cell.isEmpty {
      cells += 1
      let hasOther = cell.utf8.contains {
        $0 == 0x3B || $0 == 0x09 || $0 == 0x7C || ($0 == 0x2C && dialect.delimiter != 0x2C)
      }
      let isFramed =
        cell.utf8.first == 0x22 || cell.utf8.last == 0x22 || (cell.utf8.first == 0x27 && cell.utf8.last == 0x27)
      let isValue = !hasOther || WrittenNumber(cell.utf8Span.span, mark: .comma) != nil
      if isValue, !isFramed { clean += 1 }
    }
    return Double(clean) / Double(max(1, cells))
  }
}
