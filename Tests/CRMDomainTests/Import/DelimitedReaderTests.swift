import Testing

@testable import CRMDomain

/// RFC 4180 and what real files do beyond it, rule by rule.
@Suite struct DelimitedReaderTests {
  private func rows(_ text: String, _ change: (inout Dialect) -> Void = { _ in }) throws -> [[String]] {
    var dialect = Dialect()
    change(&dialect)
    return try DelimitedReader.rows(of: Array(text.utf8), dialect: dialect)
  }

  private func problem(_ text: String, rowLimit: Int = DelimitedReader.rowLimit) -> DelimitedProblem? {
    var reader = DelimitedReader(dialect: Dialect(), rowLimit: rowLimit)
    do {
      try reader.read(Array(text.utf8)) { _ in }
      try reader.finish { _ in }
      return nil
    } catch {
      return error as? DelimitedProblem
    }
  }

  @Test func eachRecordStandsOnALineOfItsOwn() throws {
    #expect(try rows("a,b\r\nc,d\r\n") == [["a", "b"], ["c", "d"]])
  }

  @Test func theLastRecordNeedsNoLineEnd() throws {
    #expect(try rows("a,b\r\nc,d") == [["a", "b"], ["c", "d"]])
  }

  @Test func blanksBelongToTheCell() throws {
    #expect(try rows(" a , b ") == [[" a ", " b "]])
  }

  @Test func quotesHoldDelimitersLineBreaksAndQuotes() throws {
    #expect(try rows("\"a,b\",\"c\r\nd\",\"e\"\"f\"") == [["a,b", "c\r\nd", "e\"f"]])
  }

  @Test func emptyCellsAreKept() throws {
    #expect(try rows(",\n\"\",\n,,") == [["", ""], ["", ""], ["", "", ""]])
  }

  @Test func aQuotedCellOfQuotesOnly() throws {
    #expect(try rows("\"\"\"\",\"\"\"\"\"\"") == [["\"", "\"\""]])
  }

  @Test(arguments: ["\n", "\r", "\r\n"])
  func rowsEndWithAnyLineBreak(newline: String) throws {
    #expect(try rows(["a,b", "c,d", ""].joined(separator: newline)) == [["a", "b"], ["c", "d"]])
  }

  @Test func lineBreaksMayBeMixed() throws {
    #expect(try rows("a\rb\nc\r\nd\n\re") == [["a"], ["b"], ["c"], ["d"], ["e"]])
  }

  @Test func aQuoteInsideAnUnquotedCellIsText() throws {
    #expect(try rows("5\" disk,a \"b\" c\n") == [["5\" disk", "a \"b\" c"]])
  }

  @Test func textAfterAClosingQuoteBelongsToTheCell() throws {
    #expect(try rows("\"Smith\" & Sons,x\n\"a\"b\"c,d\"\n") == [["Smith & Sons", "x"], ["ab\"c", "d\""]])
    #expect(try rows("\"a\"\"b\" c\n\"d\" e") == [["a\"b c"], ["d e"]])
  }

  @Test func aBackslashMakesTheNextByteLiteral() throws {
    let text = #""a\"b","c\\",d\,e,\\"# + "\n"
    #expect(try rows(text) { $0.escape = UInt8(ascii: "\\") } == [["a\"b", "c\\", "d,e", "\\"]])
    #expect(try rows("a\\\nb,c\n") { $0.escape = UInt8(ascii: "\\") } == [["a\nb", "c"]])
  }

  @Test(arguments: [",", ";", "\t", "|", ":"])
  func anyDelimiterMayPartTheCells(delimiter: Character) throws {
    #expect(
      try rows("a\(delimiter)\"b\(delimiter)\"\n") { $0.delimiter = delimiter.asciiValue! } == [["a", "b\(delimiter)"]])
  }

  @Test func anotherQuoteOrNoneCanBeSet() throws {
    #expect(try rows("'a,''b',\"c\n") { $0.quote = UInt8(ascii: "'") } == [["a,'b", "\"c"]])
    #expect(try rows("\"a,b\n") { $0.quote = nil } == [["\"a", "b"]])
  }

  @Test func aFirstLineNamesTheDelimiter() throws {
    #expect(try rows("sep=;\r\na;b,c\r\n") == [["a", "b,c"]])
    #expect(try rows("\u{FEFF}sep=|\na|b\n") == [["a", "b"]])
    #expect(try rows("sep=;x\n") == [["sep=;x"]])
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstCell() throws {
    #expect(try rows("\u{FEFF}a,b\n") == [["a", "b"]])
    #expect(try rows("\u{FEFF}\"a\",b\n") == [["a", "b"]])
    #expect(try rows("\u{FEFF}") == [])
  }

  @Test func emptyLinesAreNoRowsButAreCounted() throws {
    var reader = DelimitedReader(dialect: Dialect())
    var numbers: [Int] = []
    try reader.read(Array("a\n\r\n\nb\n".utf8)) { numbers.append($0.number) }
    try reader.finish { numbers.append($0.number) }
    #expect(numbers == [1, 4])
  }

  @Test func raggedRowsAreMarked() throws {
    var reader = DelimitedReader(dialect: Dialect())
    var ragged: [Bool] = []
    try reader.read(Array("a,b\n1,2\n1\n1,2,3\n".utf8)) { ragged.append($0.isRagged) }
    #expect(ragged == [false, false, true, true])
  }

  @Test func rowsKnowTheirNumberLineAndOffset() throws {
    var reader = DelimitedReader(dialect: Dialect())
    var places: [[Int]] = []
    try reader.read(Array("a\n\"b\r\nb\"\nccccc\n".utf8)) { places.append([$0.number, $0.line, $0.offset]) }
    #expect(places == [[1, 1, 0], [2, 2, 2], [3, 4, 9]])
  }

  @Test func rowsAboveTheHeaderAreLeftOut() throws {
    #expect(try rows("Report\n\na,b\n1,2\n") { $0.preambleRows = 2 } == [["a", "b"], ["1", "2"]])
  }

  @Test func anUnclosedQuoteIsReportedWithItsPlace() {
    let found = problem("a,b\n1,2\n3,\"4\n5,6\n")
    #expect(found == DelimitedProblem(kind: .unclosedQuote, row: 3, line: 3, column: 2))
    #expect(
      found?.sentence
        == "Row 3, column 2: a quote is opened and never closed. Close it in the file, or choose another quote character."
    )
  }

  @Test(arguments: ["a,b\n1,\0", "a,b\n1,\"x\0\"", "a,b\n1,\"x\"\0"])
  func aNulByteIsReportedWithItsPlace(text: String) {
    let found = problem(text)
    #expect(found == DelimitedProblem(kind: .nulByte, row: 2, line: 2, column: 2))
    #expect(found?.sentence.contains("NUL") == true)
  }

  @Test func anOverlongRowIsReportedWithItsPlace() {
    let long = String(repeating: "x", count: 2000)
    #expect(
      problem("a,b\n1,\(long)\n", rowLimit: 1000)
        == DelimitedProblem(kind: .rowTooLong(limit: 1000), row: 2, line: 2, column: 3))
    #expect(
      problem("a,b\n1,\(long)", rowLimit: 1000)
        == DelimitedProblem(kind: .rowTooLong(limit: 1000), row: 2, line: 2, column: 2))
    #expect(problem("a,b\n1,\"\(long)", rowLimit: 1000)?.kind == .unclosedQuote)
  }

  @Test func bytesThatAreNoUTF8AreNoticed() throws {
    var reader = DelimitedReader(dialect: Dialect())
    var seen: [String?] = []
    try reader.read([0x61, 0x2C, 0xE9, 0x0A]) { _ in }
    try reader.finish { row in
      seen = [row.validated(0), row.validated(1)]
      #expect(row[1] == "\u{FFFD}")
    }
    #expect(seen == ["a", nil])
  }

  @Test func everyChunkingGivesTheSameRows() throws {
    var random = SeededRandom()
    let alphabet: [UInt8] = Array("a,\"\r\n;\\ é\t".utf8)
    for _ in 0..<1000 {
      let text = (0..<Int.random(in: 1...200, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      var dialect = Dialect()
      if Bool.random(using: &random) { dialect.escape = UInt8(ascii: "\\") }
      let whole = outcome(of: [text[...]], dialect)
      #expect(outcome(of: chunks(of: text, &random), dialect) == whole, "seed \(random.seed), \(text)")
      #expect(outcome(of: text.indices.map { text[$0...$0] }, dialect) == whole, "seed \(random.seed), \(text)")
      #expect(whole == SlowReader.read(text, dialect), "seed \(random.seed), \(text), against the plain reader")
    }
  }

  private func chunks(of text: [UInt8], _ random: inout SeededRandom) -> [ArraySlice<UInt8>] {
    var chunks: [ArraySlice<UInt8>] = []
    var rest = text[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(Int.random(in: 0...9, using: &random))
      chunks.append(chunk)
      rest = rest.dropFirst(chunk.count)
    }
    return chunks
  }

  private func outcome(of chunks: [ArraySlice<UInt8>], _ dialect: Dialect) -> [[String]] {
    var reader = DelimitedReader(dialect: dialect)
    var rows: [[String]] = []
    do {
      for chunk in chunks { try reader.read(Array(chunk)) { rows.append($0.strings) } }
      try reader.finish { rows.append($0.strings) }
    } catch let problem as DelimitedProblem {
      rows.append(["unclosed quote", "\(problem.row)", "\(problem.column)"])
    } catch {
      rows.append(["\(error)"])
    }
    return rows
  }
}

/// A reader written byte by byte from the rules, to compare with.
private enum SlowReader {
  static func read(_ text: [UInt8], _ dialect: Dialect) -> [[String]] {
    var rows: [[String]] = []
    var cells: [[UInt8]] = []
    var cell: [UInt8] = []
    var (quoted, opened, index, row) = (false, false, 0, 1)
    var begun = false
    func endRow() {
      if begun { rows.append((cells + [cell]).map { String(decoding: $0, as: UTF8.self) }) }
      (cells, cell, opened, begun) = ([], [], false, false)
      row += 1
    }
    while index < text.count {
      let byte = text[index]
      let next = index + 1 < text.count ? text[index + 1] : nil
      let breaksLine = byte == 0x0A || byte == 0x0D
      if byte == dialect.escape, let next {
        cell.append(next)
        begun = true
        opened = true
        index += 2
        continue
      }
      if quoted {
        if byte == dialect.quote {
          if next == dialect.quote {
            cell.append(byte)
            index += 1
          } else {
            quoted = false
          }
        } else {
          cell.append(byte)
        }
      } else if byte == dialect.quote, cell.isEmpty, !opened {
        (quoted, opened, begun) = (true, true, true)
      } else if byte == dialect.delimiter {
        cells.append(cell)
        (cell, opened, begun) = ([], false, true)
      } else if breaksLine {
        endRow()
        if byte == 0x0D, next == 0x0A { index += 1 }
      } else {
        cell.append(byte)
        begun = true
      }
      index += 1
    }
    if quoted {
      rows.append(["unclosed quote", "\(row)", "\(cells.count + 1)"])
    } else if begun {
      endRow()
    }
    return rows
  }
}
