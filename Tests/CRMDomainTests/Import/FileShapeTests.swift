import Foundation
import Testing

@testable import CRMDomain

/// The shapes real files have, each as Docs/IMPORT-FORMAT.md tells it.
@Suite struct FileShapeTests {
  private static let people = "first_name,last_name,email\nAda,Lovelace,ada@x.example\nZoë,Müller,zoe@x.example\n"

  private func guess(_ text: String, _ choice: DialectChoice = DialectChoice()) throws -> DialectDetector.Guess {
    try DialectDetector.detect(head: Array(text.utf8), choice: choice)
  }

  /// The rows of the table: below the preamble, above the footer, the header among them.
  private func table(_ bytes: [UInt8], _ choice: DialectChoice = DialectChoice()) throws -> [[String]] {
    let dialect = try DialectDetector.detect(head: bytes, choice: choice).dialect
    return try DelimitedReader.rows(of: Array(bytes.dropLast(dialect.footerBytes)), dialect: dialect)
  }

  private func table(_ text: String) throws -> [[String]] { try table(Array(text.utf8)) }

  // MARK: Above and below the table

  @Test func titlesFilledUpWithEmptyCellsAreNoHeader() throws {
    let guess = try guess("Leads of November,,\n,,\nfirst_name,last_name,email\nAda,Lovelace,ada@x.example\n")
    #expect(guess.dialect.preambleRows == 2)
    #expect(guess.header == ["first_name", "last_name", "email"])
  }

  @Test func aHeaderIsFoundAboveRowsThatEndWithADelimiter() throws {
    let guess = try guess("name,email\nAda,ada@x.example,\nBob,bob@x.example,\nCyd,cyd@x.example,\nDan,d@x.example,\n")
    #expect(guess.header == ["name", "email"])
    #expect(guess.dialect.preambleRows == 0)
    #expect(try table("name,email,\nAda,ada@x.example,\n")[0] == ["name", "email", ""])
  }

  @Test func aHeaderIsFoundAboveRowsThatAreTooLong() throws {
    let guess = try guess("name,email\nAda,ada@x.example,x,y\nBob,bob@x.example,z,u\n")
    #expect(guess.header == ["name", "email"])
  }

  @Test func rowsOfOtherWidthsAreNoTitles() throws {
    #expect(try table("a,b,c\n1,2\n1,2,3,4\n").count == 3)
    #expect(try table("a,b,c\n1,2\n3,4\n5,6\n7,8\n").count == 5)
    #expect(try table("a,b,c\n\n1,2,3,\n4,5,6,\n7,8,9,\n0,1,2,\n").count == 4)
    #expect(try table("name,email,city\n\n1,2,3,\n4,5,6,\n7,8,9,\n0,1,2,\n").count == 5)
    #expect(try guess("Made,2026-11-22\nname,email,city\nA,a@x.example,Ulm\n").dialect.preambleRows == 1)
  }

  @Test func namesOfGroupsAboveTheHeaderAreJoinedToIt() throws {
    let guess = try guess("Person,,Account,\nfirst_name,email,company,city\nAda,a@x.example,Acme,Ulm\n")
    #expect(guess.dialect.headerRows == 2)
    #expect(guess.header == ["Person first_name", "email", "Account company", "city"])
    #expect(guess.sample == [["Ada", "a@x.example", "Acme", "Ulm"]])
  }

  @Test(arguments: FileEncoding.allCases)
  func remarksBelowAreLeftOutInEveryEncoding(encoding: FileEncoding) throws {
    let text = "name,email,city\r\nA,a@x.example,Ulm\r\nB,b@x.example,Bonn\r\n\r\nAll rights reserved\r\nPage 1\r\n"
    let wide: [FileEncoding: String.Encoding] = [
      .utf16LittleEndian: .utf16LittleEndian, .utf16BigEndian: .utf16BigEndian,
    ]
    let bytes = Array(try #require(text.data(using: wide[encoding] ?? .utf8)))
    var choice = DialectChoice()
    choice.encoding = encoding
    let guess = try DialectDetector.detect(head: bytes, choice: choice)
    #expect(guess.footerRows == 2)
    #expect(guess.dialect.footerBytes == (encoding.isWide ? 2 : 1) * "All rights reserved\r\nPage 1\r\n".utf8.count)
    #expect(try table(bytes, choice).count == 3)
  }

  @Test func aShortLastRowIsNoRemark() throws {
    #expect(try guess("first,last,email\nAda,Lovelace,a@x.example\n,Smith,\n").footerRows == 0)
    #expect(try guess("first,last,email\nAda,Lovelace,a@x.example\nSmith,,\n").footerRows == 0)
    #expect(try guess("first,last,email\nAda,Lovelace,a@x.example\n,,\nMade by hand on Monday,,\n").footerRows == 2)
  }

  // MARK: Rows and cells

  @Test func everyShapeOfRowIsRead() throws {
    #expect(try table("a,b,c\n1,2\n1,2,3,4\n")[1...] == [["1", "2"], ["1", "2", "3", "4"]], "ragged")
    #expect(try table("name,size\n5\" disk,\"x\" y\n")[1] == ["5\" disk", "x y"], "stray quotes")
    #expect(try table("name,mail\na,b\r\nc,d\re,f\n").count == 4, "mixed line ends")
    #expect(try table("name,note\nA,\"two\nlines\"\n")[1] == ["A", "two\nlines"], "a cell of two lines")
    #expect(try table("name\tmail\na\tb\n")[1] == ["a", "b"], "tabs")
    #expect(try table("name|mail\na|b\n")[1] == ["a", "b"], "bars")
    #expect(try table("name,mail\n\n\na,b\n\n").count == 2, "empty lines")
    #expect(try table("email\na@x.example\n") == [["email"], ["a@x.example"]], "one column")
    #expect(try table("name,mail\ra,b\r")[1] == ["a", "b"], "carriage returns alone")
    #expect(try table("sep=;\nname;mail\na;b\n")[1] == ["a", "b"], "a line that names the delimiter")
    #expect(try table("\u{FEFF}name,mail\na,b\n")[0] == ["name", "mail"], "a byte order mark")
  }

  @Test func aFileOfAHeaderOnlyHasNoRows() throws {
    let guess = try guess("first_name,last_name,email\n")
    #expect(guess.header == ["first_name", "last_name", "email"])
    #expect(guess.sample == [])
    #expect(try self.guess("first_name,last_name,email").header.count == 3)
  }

  @Test func aFileOfOneEndlessLineIsReportedAsSuch() throws {
    let line = Array(repeating: UInt8(ascii: "x"), count: 300_000)
    let dialect = try DialectDetector.detect(head: line, tail: Array(line.suffix(16_000))).dialect
    var reader = DelimitedReader(dialect: dialect, rowLimit: 200_000)
    #expect(throws: DelimitedProblem(kind: .rowTooLong(limit: 200_000), row: 1, line: 1, column: 1)) {
      try reader.read(line) { _ in }
    }
  }

  @Test func aZeroByteIsReportedWhereItStands() throws {
    let text = Array("a,b\n1,x\0y\n".utf8)
    let dialect = try DialectDetector.detect(head: text).dialect
    #expect(dialect.encoding == .utf8)
    #expect(throws: DelimitedProblem(kind: .nulByte, row: 2, line: 2, column: 2)) {
      try DelimitedReader.rows(of: text, dialect: dialect)
    }
    let wide = Array(try #require("名前,メール\n山田,会社\n".data(using: .utf16LittleEndian)))
    #expect(try DialectDetector.detect(head: wide).dialect.encoding == .utf16LittleEndian)
  }

  @Test func aQuoteThatNeverClosesIsReportedWhereItOpens() throws {
    let text = "name,note\nA,b\nC,\"d\nE,f\n"
    let dialect = try guess(text).dialect
    #expect(throws: DelimitedProblem(kind: .unclosedQuote, row: 3, line: 3, column: 2)) {
      try DelimitedReader.rows(of: Array(text.utf8), dialect: dialect)
    }
  }

  // MARK: What the rep says

  @Test func whatTheRepSaysIsNotFoundOut() throws {
    var choice = DialectChoice()
    choice.delimiter = 0x2C
    #expect(try table(Array("sep=;\na;b,c\n".utf8), choice) == [["a;b", "c"]])
    choice = DialectChoice()
    choice.quote = .absent
    #expect(try table(Array("\"a\",\"b\"\n\"c\",\"d\"\n".utf8), choice)[0] == ["\"a\"", "\"b\""])
    choice = DialectChoice()
    choice.headerRows = 0
    #expect(try guess(Self.people, choice).header == [])
    #expect(try guess(Self.people, choice).sample.count == 3)
    choice.preambleRows = 1
    #expect(try guess(Self.people, choice).sample.count == 2)
    choice = DialectChoice()
    choice.encoding = .latin1
    #expect(try guess("name,city\nZoë,Ulm\n", choice).sample[0][0] == "ZoÃ«")
    choice = DialectChoice()
    choice.escape = .byte(0x5C)
    #expect(try table(Array("name,note\nA,b\\,c\n".utf8), choice)[1] == ["A", "b,c"])
  }

  @Test func charactersAreNamedInManyWays() {
    #expect(["tab", "\\t", "\t"].map(DialectChoice.byte) == [9, 9, 9])
    #expect(DialectChoice.byte("semicolon") == 0x3B)
    #expect(DialectChoice.byte("élan") == nil)
    #expect(DialectChoice.mark("none") == .absent)
    #expect(DialectChoice.mark("'") == .byte(0x27))
    #expect(FileEncoding(name: "utf-16le") == .utf16LittleEndian)
    #expect(FileEncoding(name: "CP1252") == .windows1252)
    #expect(FileEncoding(name: "shift_jis") == .shiftJIS)
    #expect(FileEncoding(name: "klingon") == nil)
  }

  // MARK: Files that are no delimited text

  @Test(arguments: [
    ("PK\u{3}\u{4}....[Content_Types].xml", FileFormat.excel), ("PK\u{3}\u{4}....xl/workbook.xml", .excel),
    ("PK\u{3}\u{4}mimetypeapplication/vnd.oasis.opendocument.spreadsheet", .openDocument),
    ("PK\u{3}\u{4}Index/Document.iwa", .numbers), ("PK\u{3}\u{4}leads.csv", .zip), ("%PDF-1.7", .pdf),
    ("SQLite format 3\0", .sqlite), ("\n<!DOCTYPE HTML><table>", .webPage), ("\u{FEFF}<?xml version='1.0'?>", .xml),
    ("BEGIN:VCARD\n", .vCard), ("BEGIN:VCALENDAR\r\n", .iCalendar), ("BZh91AY", .compressed),
  ])
  func otherFilesAreCalledByTheirName(text: String, format: FileFormat) {
    #expect(throws: FileProblem.format(format)) { try guess(text) }
  }

  @Test func everyRefusalSaysWhatToDo() {
    for format in FileFormat.allCases {
      #expect(format.sentence.hasPrefix("This"))
      #expect(format.sentence.count < 160, "\(format)")
    }
    #expect(FileFormat.of([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) == .oldExcel)
    #expect(FileFormat.of([0x1F, 0x8B, 8]) == .compressed)
  }
}
