import Foundation
import Testing

@testable import CRMDomain

/// What a person can ask for a column, one option after the other.
@Suite struct ColumnOptionsTests {
  /// The values of the rows below `header` where the columns go to `fields`, and the options are set by `change`.
  private func values(
    _ kind: EntityKind = .lead, _ header: String, _ rows: String, _ fields: [String?],
    _ change: (inout ImportPlan) -> Void,
  ) throws -> [[String: FieldValue]] {
    let text = Array((header + "\n" + rows + "\n").utf8)
    let guess = try DialectDetector.detect(head: text)
    var plan = ImportPlan(kind)
    for (index, (name, field)) in zip(guess.header, fields).enumerated() {
      plan.columns.append(ImportPlan.Column(index, name, field.map { .field($0) } ?? .ignored))
    }
    change(&plan)
    let mapping = try plan.mapping(header: guess.header, sample: guess.sample, delimiter: guess.dialect.delimiter)
    var rowPlan = RowPlan(mapping, dialect: guess.dialect)
    var found: [[String: FieldValue]] = []
    var reader = DelimitedReader(dialect: guess.dialect)
    func take(_ row: borrowing DelimitedRow) {
      guard !row.isHeader else { return }
      var (fast, slow): ([FieldValue], [FieldValue]) = ([], [])
      let problems = rowPlan.read(row, into: &fast)
      let cleared = rowPlan.cleared
      #expect(rowPlan.read(cells: row.strings, row: row.number, into: &slow) == problems)
      #expect(fast == slow && cleared == rowPlan.cleared, "a corrected row is read as any other")
      var named: [String: FieldValue] = [:]
      for (field, value) in zip(rowPlan.fields, fast) where !value.isEmpty { named[field.name] = value }
      for problem in problems { named["problem"] = .text(problem.message) }
      for slot in cleared { named["cleared " + rowPlan.fields[slot].name] = .flag(true) }
      found.append(named)
    }
    try reader.read(text, take)
    try reader.finish(take)
    return found
  }

  @Test(arguments: [
    (ColumnOptions.LetterCase.upper, "ACME O'BRIEN"), (.lower, "acme o'brien"), (.title, "Acme O'Brien"),
    (.asIs, "aCME o'brien"),
  ])
  func lettersChangeTheirCase(_ letterCase: ColumnOptions.LetterCase, _ expected: String) throws {
    let found = try values(.lead, "Firm", "aCME o'brien", ["company_name"]) {
      $0.columns[0].options.letterCase = letterCase
    }
    #expect(found == [["company_name": .text(expected)]])
  }

  @Test func blanksStayWhereTheyAreWanted() throws {
    let found = try values(.lead, "Firm,Note", " Acme , a ", ["company_name", "notes"]) {
      $0.columns[1].options.trims = false
    }
    #expect(found == [["company_name": .text("Acme"), "notes": .text(" a ")]])
  }

  @Test func aNameIsSplitAndSeveralColumnsAreJoined() throws {
    let found = try values(
      .contact, "Who,Street,Number,Floor", "\"van Gogh, Vincent\",Main St,12,\nAda Lovelace,High St,,3",
      ["last_name", "address_line_1", "address_line_1", "address_line_1"]
    ) {
      $0.columns[0].options.splitsName = true
      $0.columns[1].options.joinsWith = ", "
    }
    #expect(found[0]["first_name"] == .text("Vincent") && found[0]["last_name"] == .text("van Gogh"))
    #expect(found.map { $0["address_line_1"] } == [.text("Main St, 12"), .text("High St, 3")])
  }

  @Test func datesAndNumbersAreReadAsSaid() throws {
    let found = try values(
      .opportunity, "Deal,Sum,Close", "One,\"1.250\",03/04/2026", ["name", "amount", "expected_close_date"]
    ) {
      $0.columns[1].options.decimalMark = .comma
      $0.columns[1].options.currency = "eur"
      $0.columns[2].options.dateOrder = .dayMonthYear
    }
    #expect(found[0]["amount"] == .money(125_000) && found[0]["currency"] == .text("EUR"))
    #expect(found[0]["expected_close_date"] == .day(try #require(Day(iso: "2026-04-03"))))
  }

  @Test(arguments: [
    ("GB", "020 7946 0958", "+442079460958"), ("GB", "+1 (415) 555-0100", "+14155550100"),
    ("US", "(415) 555-0100", "+14155550100"), ("US", "1-415-555-0100 ext. 12", "+14155550100 x12"),
    ("IT", "06 6982 1234", "+390669821234"), ("DE", "0049 30 901820", "+4930901820"),
    ("RU", "8 495 123 45 67", "+74951234567"), ("HU", "06 1 234 5678", "+3612345678"), ("DE", "call Bob", "call Bob"),
    ("XX", "020 7946 0958", "020 7946 0958"),
  ])
  func telephoneNumbersBecomeInternational(_ region: String, _ typed: String, _ expected: String) throws {
    let found = try values(.lead, "Tel", typed, ["phone"]) { $0.columns[0].options.phoneRegion = region }
    #expect(found == [["phone": .text(expected)]])
  }

  @Test func wordsStandForChoicesAndOtherValues() throws {
    let found = try values(
      .lead, "Stage,Who", "Hot one,gh\nneu,GH\nodd,ada", ["status", "assigned_to"]
    ) {
      $0.columns[0].options.choices = ["hot one": "qualified"]
      $0.columns[1].options.choices = ["GH": "grace"]
    }
    #expect(found.map { $0["status"] } == [.text("qualified"), .text("new"), .text("odd")])
    #expect(found.map { $0["assigned_to"] } == [.text("grace"), .text("grace"), .text("ada")])
  }

  @Test func constantsAndDefaultsStandInForCells() throws {
    let found = try values(.lead, "A,B,C", "x,,1\ny,low,", ["lead_source", "priority", "lead_score"]) {
      $0.columns[0].options.constant = "trade show"
      $0.columns[1].options.defaultText = "high"
      $0.columns[2].options.defaultText = "5"
    }
    #expect(found.map { $0["lead_source"] } == [.text("trade_show"), .text("trade_show")])
    #expect(found.map { $0["priority"] } == [.text("high"), .text("low")])
    #expect(found.map { $0["lead_score"] } == [.integer(1), .integer(5)])
  }

  @Test func emptyCellsClearOnlyWhereItIsSaid() throws {
    let found = try values(.lead, "A,B,C", "x,,\ny", ["last_name", "phone", "notes"]) {
      $0.columns[1].options.empty = .clear
    }
    #expect(found == [["last_name": .text("x"), "cleared phone": .flag(true)], ["last_name": .text("y")]])
  }

  @Test func stampsAreOnEveryRowAndAddToItsTags() throws {
    let found = try values(.lead, "A,T,S", "x,\"vip, expo\",web\ny,,", ["last_name", "tags", "lead_source"]) {
      $0.stamps = ["tags": "expo;2026", "lead_source": "Trade show", "owner": "grace"]
    }
    #expect(found[0]["tags"] == .tags(["vip", "expo", "2026"]) && found[1]["tags"] == .tags(["expo", "2026"]))
    #expect(found.map { $0["lead_source"] } == [.text("trade_show"), .text("trade_show")])
    #expect(found[1]["assigned_to"] == .text("grace"))
  }

  @Test func stampsThatCannotBeAreRefused() throws {
    var plan = ImportPlan(.lead)
    plan.stamps = ["hat": "red"]
    #expect(throws: MappingProblem("Leads have no field “hat” to set")) { try plan.mapping(header: ["A"], sample: []) }
    plan.stamps = ["probability": "lots"]
    let problem = #expect(throws: MappingProblem.self) { try plan.mapping(header: ["A"], sample: []) }
    #expect(problem?.sentence.hasPrefix("“probability” for every row: “lots” is no number.") == true)
  }

  @Test func oneDateFarDownDecidesForTheWholeColumn() throws {
    let text = Array(("Name,Due\n" + String(repeating: "A,03/04/2026\n", count: 300) + "B,25/12/2026\n").utf8)
    let guess = try DialectDetector.detect(head: text)
    var plan = ImportPlan(.lead)
    plan.columns = [.init(0, "Name", .field("last_name")), .init(1, "Due", .field("next_follow_up"))]
    let mapping = try plan.mapping(header: guess.header, sample: guess.sample)
    #expect(mapping.columns[1].transform == .instant(.monthDayYear))
    var scan = DateOrderScan(mapping)
    var reader = DelimitedReader(dialect: guess.dialect)
    try reader.read(text) { scan.add($0) }
    #expect(scan.orders == [1: .dayMonthYear] && scan.isDone)
  }

  @Test func theColumnsOfAFileOfRejectedRowsArePassedOver() {
    let header = ["Name", "Email", "_row", "_error"]
    let mapping = ColumnMapping.suggested(for: .lead, header: header, sample: [["A", "a@x.example", "3", "no date"]])
    #expect(mapping.columns.map { $0.target == .ignored } == [false, false, true, true])
    #expect(ColumnMapping.fingerprint(of: header) == ColumnMapping.fingerprint(of: ["name", "EMAIL"]))
  }

  @Test func readingGoesOnInTheMiddleAsIfFromTheStart() throws {
    let text = Array("a,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n3,w".utf8)
    for split in 1...text.count {
      var (first, rest): ([String], [String]) = ([], [])
      var reader = DelimitedReader(dialect: Dialect())
      try reader.read(Array(text[..<split])) { first.append("\($0.number) \($0.line) \($0.offset) \($0.strings)") }
      let place = reader.place
      guard place.offset > 0 else { continue }
      var second = DelimitedReader(dialect: Dialect(), at: place, columns: 2)
      try second.read(Array(text[place.offset...])) {
        rest.append("\($0.number) \($0.line) \($0.offset) \($0.strings)")
      }
      try second.finish { rest.append("\($0.number) \($0.line) \($0.offset) \($0.strings)") }
      #expect(
        first + rest == [
          "1 1 0 [\"a\", \"b\"]", "2 2 5 [\"1\", \"x\\r\\ny\"]", "4 5 17 [\"2\", \"z\"]", "5 6 22 [\"3\", \"w\"]",
        ])
    }
  }
}
