import Foundation
import Testing

@testable import CRMDomain

@Suite struct DialectDetectorTests {
  private let people = [
    ["first_name", "last_name", "email", "value"], ["Ada", "Lovelace", "ada@example.com", "12.5"],
    ["Zoë", "O'Brien", "zoe@example.com", "7"], ["José", "Peña", "jose@example.com", "1200"],
  ]

  private func guess(_ text: String) throws -> DialectDetector.Guess {
    try DialectDetector.detect(head: Array(text.utf8))
  }

  private func rows(_ bytes: [UInt8]) throws -> [[String]] {
    try DelimitedReader.rows(of: bytes, dialect: DialectDetector.detect(head: bytes).dialect)
  }

  @Test(arguments: [",", ";", "\t", "|", ":"], Newline.allCases)
  func delimiterAndNewlineAreFound(delimiter: String, newline: Newline) throws {
    let text = people.map { $0.joined(separator: delimiter) }.joined(separator: newline.rawValue) + newline.rawValue
    let guess = try guess(text)
    #expect(guess.dialect.delimiter == delimiter.utf8.first)
    #expect(guess.dialect.newline == newline)
    #expect(guess.dialect.headerRows == 1)
    #expect(guess.header == people[0])
    #expect(guess.sample == Array(people.dropFirst()))
    #expect(guess.delimiterConfidence > 0.5)
  }

  @Test func decimalCommasDoNotPartCells() throws {
    #expect(try guess("name;price\nA;1,5\nB;2,5\nC;3,5\n").dialect.delimiter == 0x3B)
    #expect(try guess("name;price;note\nA;1,5;x, y\nB;2,5;z, w\n").dialect.delimiter == 0x3B)
  }

  @Test func otherQuotesAndEscapesAreFound() throws {
    let single = try guess("'a,b','c'\n'd,e','f'\n'g,h','it''s'\n")
    #expect(single.dialect.quote == 0x27)
    #expect(single.dialect.quotesEverything)
    let escaped = try guess(#"name,note"# + "\n" + #""A","say \"yes, please\" twice""# + "\n" + #""B","x""# + "\n")
    #expect(escaped.dialect.escape == 0x5C)
    #expect(escaped.sample[0] == ["A", "say \"yes, please\" twice"])
    #expect(try guess("name,last\nPat,O'Brien\n'Tom,D'Arcy\n").dialect.quote == 0x22)
  }

  @Test func aNamedDelimiterIsObeyed() throws {
    #expect(try guess("sep=|\nname|a,b\nx|1,2\ny|3,4\n").dialect.delimiter == 0x7C)
  }

  @Test func titlesAboveAndRemarksBelowAreLeftOut() throws {
    let head = "Leads of November\nMade on 2026-11-22\n\nname,email,value\nA,a@b.example,1\nB,b@b.example,2\n"
    let text = head + "\n\"Copyright, all rights reserved\"\nConfidential\n"
    let guess = try guess(text)
    #expect(guess.dialect.preambleRows == 3)
    #expect(guess.header == ["name", "email", "value"])
    var dialect = guess.dialect
    let body = Array(text.utf8).dropLast(dialect.footerBytes)
    #expect(try DelimitedReader.rows(of: Array(body), dialect: dialect).map(\.count) == [3, 3, 3])
    dialect.footerBytes = 0
    #expect(try self.guess("a,b,c\n1,2,3\n4,5,6\n").dialect.footerBytes == 0)
  }

  @Test func aFileWithoutHeaderIsKnownByItsValues() throws {
    let guess = try guess("Ada,Lovelace,ada@example.com\nBob,Brown,bob@example.com\n")
    #expect(guess.dialect.headerRows == 0)
    #expect(guess.sample.count == 2)
  }

  @Test func aPreviewFollowsWhatIsOverridden() throws {
    var dialect = Dialect(delimiter: ";")
    dialect.headerRows = 2
    let (header, rows) = try DialectDetector.preview(
      head: Array("Contact;;Deal\nName;E-mail;\nA;b;c".utf8), dialect: dialect)
    #expect(header == ["Contact Name", "E-mail", "Deal"])
    #expect(rows == [["A", "b", "c"]])
  }

  @Test func aSingleColumnIsStillATable() throws {
    #expect(try guess("email\na@example.com\nb@example.com\n").header == ["email"])
  }

  @Test(arguments: [
    (FileEncoding.utf8, String.Encoding.utf8), (.utf16LittleEndian, .utf16LittleEndian),
    (.utf16BigEndian, .utf16BigEndian), (.windows1252, .windowsCP1252),
  ])
  func encodingsAreFound(encoding: FileEncoding, foundation: String.Encoding) throws {
    let text = people.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    let bytes = Array(try #require(text.data(using: foundation)))
    #expect(try DialectDetector.detect(head: bytes).dialect.encoding == encoding)
    #expect(try rows(bytes) == people)
  }

  @Test func byteOrderMarksDecide() throws {
    let text = "name,city\nJosé,Łódź\n"
    for (mark, encoding) in [
      ([0xEF, 0xBB, 0xBF] as [UInt8], String.Encoding.utf8), ([0xFF, 0xFE], .utf16LittleEndian),
      ([0xFE, 0xFF], .utf16BigEndian),
    ] {
      let bytes = mark + Array(try #require(text.data(using: encoding)))
      #expect(try rows(bytes) == [["name", "city"], ["José", "Łódź"]])
      #expect(try DialectDetector.detect(head: bytes).encodingConfidence == 1)
    }
  }

  @Test func theEuroSignOfISO885915IsKnown() throws {
    let bytes = Array("name,price\nA,5 ".utf8) + [0xA4] + Array("\nB,7 ".utf8) + [0xA4, 0x0A]
    #expect(try rows(bytes) == [["name", "price"], ["A", "5 €"], ["B", "7 €"]])
  }

  @Test func windows1252HasItsOwnSigns() throws {
    let bytes = Array("name,note\nA,".utf8) + [0x80, 0x93, 0xFC, 0x94, 0x0A]
    #expect(try rows(bytes) == [["name", "note"], ["A", "€“ü”"]])
  }

  @Test func japaneseShiftJISIsFound() throws {
    let bytes: [UInt8] =
      [0x96, 0xBC, 0x91, 0x4F, 0x2C, 0x83, 0x81, 0x81, 0x5B, 0x83, 0x8B, 0x0A]
      + [0x8E, 0x52, 0x93, 0x63, 0x2C, 0x61, 0x40, 0x62, 0x2E, 0x6A, 0x70, 0x0A]
    #expect(try DialectDetector.detect(head: bytes).dialect.encoding == .shiftJIS)
    #expect(try rows(bytes) == [["名前", "メール"], ["山田", "a@b.jp"]])
  }

  @Test func chineseGBKIsFound() throws {
    let bytes: [UInt8] =
      [0xD0, 0xD5, 0xC3, 0xFB, 0x2C, 0xB9, 0xAB, 0xCB, 0xBE, 0x0A]
      + [0xCD, 0xF5, 0xCE, 0xB0, 0x2C, 0xB1, 0xB1, 0xBE, 0xA9, 0x0A]
    #expect(try DialectDetector.detect(head: bytes).dialect.encoding == .gbk)
    #expect(try rows(bytes) == [["姓名", "公司"], ["王伟", "北京"]])
  }

  @Test(arguments: FileEncoding.allCases)
  func charactersMayBeCutByChunks(encoding: FileEncoding) throws {
    let samples: [FileEncoding: [UInt8]] = [
      .utf8: Array("é😀".utf8), .utf16LittleEndian: [0xE9, 0, 0x3D, 0xD8, 0, 0xDE],
      .utf16BigEndian: [0, 0xE9, 0xD8, 0x3D, 0xDE, 0], .windows1252: [0xE9, 0x80], .latin1: [0xE9],
      .latin9: [0xE9, 0xA4],
      .shiftJIS: [0x8E, 0x52, 0x83, 0x81], .gbk: [0xCD, 0xF5, 0xB1, 0xB1],
    ]
    let bytes = try #require(samples[encoding])
    let whole = try FileDecoder(encoding)
    let expected = bytes.withUnsafeBufferPointer { whole.decode($0) } + whole.finish()
    let decoder = try FileDecoder(encoding)
    var parts: [UInt8] = []
    for byte in bytes { parts += [byte].withUnsafeBufferPointer { decoder.decode($0) } }
    #expect(parts + decoder.finish() == expected)
    #expect(!expected.contains(0xFF))
  }

  @Test func halfACharacterAtTheEndIsNoticed() throws {
    let decoder = try FileDecoder(.utf16LittleEndian)
    _ = [0x41, 0x00, 0x42].withUnsafeBufferPointer { decoder.decode($0) }
    #expect(decoder.finish() == [0xFF])
  }

  @Test func filesThatHoldNoTableAreRefused() {
    #expect(throws: FileProblem.empty) { try DialectDetector.detect(head: []) }
    #expect(throws: FileProblem.empty) { try DialectDetector.detect(head: Array("\n\r\n".utf8)) }
    #expect(throws: FileProblem.format(.zip)) { try DialectDetector.detect(head: Array("PK\u{3}\u{4}....".utf8)) }
    #expect(throws: FileProblem.binary) { try DialectDetector.detect(head: (0...255).map { UInt8($0) }) }
    #expect(FileProblem.empty.sentence.contains("empty"))
    #expect(FileProblem.binary.sentence.contains("not a text file"))
  }

  /// Whatever the bytes, reader, detector and plan answer or throw, and never trap.
  @Test func noBytesAreTooStrange() throws {
    var random = SeededRandom()
    let pieces: [[UInt8]] = [
      [0x2C], [0x3B], [0x22], [0x27], [0x5C], [0x0A], [0x0D], [0x0D, 0x0A], [0x00], [0xFF], [0xFE], [0xEF, 0xBB, 0xBF],
      Array("sep=".utf8), Array("email".utf8), Array("a@b.example".utf8), Array("1.234,56".utf8),
      Array("31/12/2026".utf8),
      Array("é😀".utf8), [0x83], [0x81, 0x5B], Array("-(5)%".utf8), Array("2026-11-22T25:61:00Z".utf8),
      Array("'=1".utf8),
      Array("99999999999999999999".utf8), Array("9223372036854775807".utf8), [0x20], [0x09], Array("年月日".utf8),
      Array("Nov 31 :".utf8), Array("first_name,last_name,amount,probability,tags\n".utf8),
      [UInt8](repeating: 0x2E, count: 9),
    ]
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).flatMap { _ in pieces.randomElement(using: &random)! }
      do {
        try importAnything(bytes, EntityKind.allCases.randomElement(using: &random)!)
      } catch {
        #expect(error is FileProblem || error is DelimitedProblem, "seed \(random.seed): \(error)")
      }
    }
  }

  private func importAnything(_ bytes: [UInt8], _ kind: EntityKind) throws {
    let guess = try DialectDetector.detect(head: bytes, tail: Array(bytes.suffix(50)))
    let mapping = ColumnMapping.suggested(for: kind, header: guess.header, sample: guess.sample)
    for field in kind.fields {
      var changed = mapping
      if !changed.columns.isEmpty { changed.set(0, to: field, sample: guess.sample) }
      var plan = RowPlan(changed, dialect: guess.dialect)
      var reader = DelimitedReader(dialect: guess.dialect)
      try reader.read(bytes) { _ = plan.result(of: $0) }
      try reader.finish { _ = plan.result(of: $0) }
    }
  }
}
