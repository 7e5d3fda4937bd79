import Foundation
import Testing

@testable import CRMDomain

@Suite struct RowPlanTests {
  /// The results of a whole file that is mapped by itself.
  private func results(
    _ text: String, _ kind: EntityKind = .lead, unmapped: ColumnMapping.Unmapped = .custom,
  ) throws -> (mapping: ColumnMapping, results: [RowPlan.Result]) {
    let guess = try DialectDetector.detect(head: Array(text.utf8))
    let mapping = ColumnMapping.suggested(
      for: kind, header: guess.header, sample: guess.sample, delimiter: guess.dialect.delimiter, unmapped: unmapped)
    var plan = RowPlan(mapping, dialect: guess.dialect)
    var reader = DelimitedReader(dialect: guess.dialect)
    var results: [RowPlan.Result] = []
    func take(_ row: borrowing DelimitedRow) { if !row.isHeader { results.append(plan.result(of: row)) } }
    try reader.read(Array(text.utf8), take)
    try reader.finish(take)
    return (mapping, results)
  }

  private func values(_ result: RowPlan.Result) -> [String: FieldValue] {
    guard case .record(let fields, let values) = result else { return [:] }
    return Dictionary(uniqueKeysWithValues: zip(fields.map(\.name), values))
  }

  private func sentence(_ header: String, _ row: String, _ kind: EntityKind = .lead) throws -> String? {
    let (_, found) = try results("\(header)\n\(row)\n", kind)
    guard case .rejected(let problems) = found[0] else { return nil }
    return problems.first?.sentence
  }

  @Test func aRowFillsTheFieldsOfItsColumns() throws {
    let (_, found) = try results(
      "First Name,Last Name,E-mail,Amount,Close Date,Tags\nAda,Lovelace, ada@example.com ,\"$1,200.50\",,\"vip; q4|x,y\"\n"
    )
    #expect(
      values(found[0]) == [
        "first_name": .text("Ada"), "last_name": .text("Lovelace"), "email": .text("ada@example.com"),
        "estimated_value": .money(120_050), "tags": .tags(["vip", "q4", "x", "y"]),
      ])
  }

  @Test func emptyCellsLeaveTheirFieldsAlone() throws {
    let (_, found) = try results("first_name,last_name,phone\nAda,,\"\"\n")
    #expect(values(found[0]) == ["first_name": .text("Ada")])
  }

  @Test func badValuesAreRejectedWithASentence() throws {
    let (_, found) = try results("email,first_name\na@example.com,A\nada at example,Ada\n")
    guard case .rejected(let problems) = found[1] else {
      Issue.record("accepted")
      return
    }
    #expect(
      problems.map(\.sentence) == [
        "Row 3, column “email”: “ada at example” is no e-mail address. Write it like ada@example.com, or leave it empty."
      ])
  }

  @Test(arguments: [
    ("email", EntityKind.lead, ["a@b.example", "b@c.example", "x at y"], "“x at y” is no e-mail address"),
    ("estimated_value", .lead, ["100.00", "12.50", "n/a (TBD)"], "“n/a (TBD)” is no number"),
    ("estimated_value", .lead, ["100.00", "12.50", "0.333"], "“0.333” has more than two decimals"),
    ("estimated_value", .lead, ["100.00", "12.50", "123456789012"], "at most 10 digits"),
    ("next_follow_up", .lead, ["2026-12-24", "2026-12-25", "31/02/20x4"], "“31/02/20x4” is no date"),
    ("next_follow_up", .lead, ["24/12/2026", "25/12/2026", "12/25/2026"], "is no date as day/month/year"),
    ("probability", .lead, ["10", "20", "150"], "150 is not from 0 to 100"),
    ("lead_score", .lead, ["10", "20", "2.5"], "“2.5” is no whole number"),
    ("website", .contact, ["example.com", "a.example/x", "no site"], "“no site” is no web address"),
    ("phone", .lead, ["555-0100", "555-0101", "555-0100 or perhaps 555-0199"], "28 characters are too long, 20 fit"),
  ])
  func eachBadValueHasItsSentence(field: String, kind: EntityKind, cells: [String], part: String) throws {
    let (_, found) = try results(([field + ",notes"] + cells.map { "\($0),x" }).joined(separator: "\n"), kind)
    guard case .rejected(let problems) = found[2] else {
      Issue.record("\(cells[2]) was accepted")
      return
    }
    #expect(problems[0].row == 4)
    #expect(problems[0].column == field)
    #expect(problems[0].value == cells[2])
    #expect(problems[0].sentence.hasPrefix("Row 4, column “\(field)”: "))
    #expect(problems[0].sentence.contains(part), "\(problems[0].sentence)")
    if case .rejected = found[0] { Issue.record("\(cells[0]) was rejected") }
  }

  @Test func aFieldLongerThanV1AllowsIsRejected() throws {
    let name = String(repeating: "x", count: 101)
    #expect(try sentence("first_name,notes", "\(name),x")?.contains("101 characters are too long, 100 fit") == true)
    #expect(try sentence("first_name,notes", "\(String(repeating: "é", count: 100)),x") == nil)
  }

  @Test func moreCellsThanColumnsAreRejected() throws {
    let (_, found) = try results("first_name,last_name\nA,B\nC,D,E\nF,G,\n")
    guard case .rejected(let problems) = found[1] else {
      Issue.record("accepted")
      return
    }
    #expect(
      problems[0].sentence
        == "Row 3: there are 3 cells under 2 column names. Put quotes around cells that hold the delimiter.")
    #expect(values(found[2])["last_name"] == .text("G"))
  }

  @Test func bytesInAnotherEncodingAreRejected() throws {
    let mapping = ColumnMapping.suggested(for: .lead, header: ["first_name"], sample: [])
    var plan = RowPlan(mapping)
    var reader = DelimitedReader(dialect: Dialect())
    var found: RowPlan.Result?
    try reader.read(Array("first_name\n".utf8) + [0x4A, 0xFC, 0x72, 0x0A]) {
      if !$0.isHeader { found = plan.result(of: $0) }
    }
    guard case .rejected(let problems) = found else {
      Issue.record("accepted")
      return
    }
    #expect(problems[0].message.contains("no UTF-8"))
  }

  @Test func theWholeColumnDecidesTheOrderOfDates() throws {
    let (mapping, found) = try results(
      "last_name,next_follow_up\nA,03/04/2026\nB,13/04/2026\nC,05/06/2026 14:30\n")
    #expect(mapping.columns[1].transform == .instant(.dayMonthYear))
    #expect(values(found[0])["next_follow_up"] == .instant(Instant(iso: "2026-04-03")!))
    #expect(values(found[2])["next_follow_up"] == .instant(Instant(iso: "2026-06-05T14:30:00Z")!))
    let american = try results("last_name,next_follow_up\nA,03/04/2026\nB,04/13/2026\n")
    #expect(values(american.results[0])["next_follow_up"] == .instant(Instant(iso: "2026-03-04")!))
    let open = try results("last_name,next_follow_up\nA,03/04/2026\n")
    #expect(open.mapping.columns[1].remark?.contains("month/day/year") == true)
  }

  @Test(arguments: [
    ("2026-11-22", "2026-11-22T00:00:00Z"), ("2026-11-22T09:30:00+02:00", "2026-11-22T07:30:00Z"),
    ("22.11.2026", "2026-11-22T00:00:00Z"), ("22/11/26 9:05 PM", "2026-11-22T21:05:00Z"),
    ("20261122", "2026-11-22T00:00:00Z"), ("22 Nov 2026", "2026-11-22T00:00:00Z"),
    ("Nov 22, 2026 12:00 AM", "2026-11-22T00:00:00Z"), ("22. März 2026", "2026-03-22T00:00:00Z"),
    ("22 de noviembre de 2026", "2026-11-22T00:00:00Z"), ("2026年11月22日", "2026-11-22T00:00:00Z"),
    ("2026/1/2 03:04:05", "2026-01-02T03:04:05Z"), ("Sunday, November 22, 2026", "2026-11-22T00:00:00Z"),
    ("1 févr. 2026", "2026-02-01T00:00:00Z"), ("31/12/99", "1999-12-31T00:00:00Z"),
  ])
  func datesAreReadInManyForms(text: String, iso: String) {
    #expect(WrittenDate(text.utf8Span.span, order: .dayMonthYear)?.instant.iso == iso)
  }

  @Test(arguments: [
    "31/02/2026", "22/11", "32 Nov 2026", "2026-13-01", "soon", "12:30", "1.5", "22/11/2026 25:00", "555-0100",
  ])
  func otherThingsAreNoDates(text: String) {
    #expect(WrittenDate(text.utf8Span.span, order: .dayMonthYear) == nil)
  }

  @Test(arguments: [
    ("1234.50", DecimalMark.point, 123_450), ("1,234.50", .point, 123_450), ("1.234,50", .comma, 123_450),
    ("1 234,50 €", .comma, 123_450), ("1\u{A0}234,5", .comma, 123_450), ("1\u{202F}234", .comma, 123_400),
    ("CHF 1'234.50", .point, 123_450), ("$ -5", .point, -500), ("(500)", .point, -50_000), ("−3,00", .comma, -300),
    ("12,34,567", .point, 123_456_700), ("US$5", .point, 500), ("¥1,000", .point, 100_000), ("5%", .point, 500),
    ("R$ 1.000,00", .comma, 100_000), ("100,00 kr.", .comma, 10_000), (".5", .point, 50), ("1.5000", .point, 150),
  ])
  func numbersAreReadInManyForms(text: String, mark: DecimalMark, hundredths: Int) {
    #expect(WrittenNumber(text.utf8Span.span, mark: mark)?.hundredths == hundredths)
  }

  @Test(arguments: [
    "", "-", "n/a", "Q4", "12 May", "1,23", "1.2.3", "1,2345", "12-34", "5 6", "TBD", "99999999999999999999",
  ])
  func otherThingsAreNoNumbers(text: String) {
    #expect(WrittenNumber(text.utf8Span.span, mark: .point)?.hundredths == nil)
  }

  @Test func theWholeColumnDecidesTheDecimalMark() throws {
    let (mapping, found) = try results("last_name;Betrag\nA;1.234\nB;12,50\nC;1.234,5\n")
    #expect(mapping.columns[1].transform == .money(.comma))
    #expect(found.map { values($0)["estimated_value"] } == [.money(123_400), .money(1250), .money(123_450)])
  }

  @Test func wordsOfOtherLanguagesBecomeChoicesAndOthersAreKept() throws {
    let (mapping, found) = try results(
      "last_name,status,priority,lead_source\nA,Qualifiziert,haute,Web\nB,IN PROGRESS,Hoch,partner\nC,new,low,event\n")
    #expect(
      values(found[0]) == [
        "last_name": .text("A"), "status": .text("qualified"), "priority": .text("high"),
        "lead_source": .text("website"),
      ])
    #expect(values(found[1])["status"] == .text("contacted"))
    #expect(values(found[1])["lead_source"] == .text("partner"))
    #expect(mapping.columns[3].remark == "not among the choices, kept as written: “partner”")
    let tasks = try results("title,status\nCall,In Progress\nWrite,erledigt\n", .task)
    #expect(tasks.results.map { values($0)["status"] } == [.text("in_progress"), .text("completed")])
  }

  @Test func sharesOfOneBecomePerCent() throws {
    let (_, found) = try results("Deal Name,Probability\nA,0.25\nB,1\nC,0.5\n", .opportunity)
    #expect(found.map { values($0)["probability"] } == [.integer(25), .integer(100), .integer(50)])
  }

  @Test(arguments: [
    ("Ada Lovelace", "Ada", "Lovelace"), ("Lovelace, Ada", "Ada", "Lovelace"),
    ("Vincent van Gogh", "Vincent", "van Gogh"),
    ("María de la Cruz", "María", "de la Cruz"), ("山田 太郎", "太郎", "山田"), ("Cher", "", "Cher"),
    ("Mary Jane Watson", "Mary Jane", "Watson"),
  ])
  func wholeNamesAreSplit(name: String, first: String, last: String) {
    let split = PersonName.split(name)
    #expect([split.first, split.last] == [first, last])
  }

  @Test func valuesSpeakAgainstAName() throws {
    let (mapping, _) = try results("Email,Amount,Due\nyes,big,later\nno,small,soon\n")
    #expect(mapping.columns.allSatisfy { if case .custom = $0.target { true } else { false } })
  }

  @Test func valuesAloneMapAFileWithoutHeader() throws {
    let (mapping, found) = try results("ada@example.com,+44 20 7946 0958,x1\nbob@example.com,+44 20 7946 0959,x2\n")
    #expect(mapping.columns[0].target.field?.name == "email")
    #expect(mapping.columns[1].target.field?.name == "phone")
    #expect(mapping.columns[2].target.field?.name == "column_3")
    #expect(found.count == 2)
  }

  @Test func columnsWithoutAFieldBecomeCustomFieldsOrAreIgnored() throws {
    let (kept, found) = try results("last_name,Company Size,Größe (m²)\nA,12,3 m\nB,many,4 m\n")
    #expect(kept.columns[1].target.field?.name == "company_size")
    #expect(values(found[1])["company_size"] == .text("many"))
    let (ignored, _) = try results("last_name,Company Size\nA,12\n", unmapped: .ignored)
    #expect(ignored.columns[1].target == .ignored)
  }

  @Test func aCustomFieldKeepsWhatItCannotRead() throws {
    let mapping = ColumnMapping.suggested(
      for: .lead, header: ["Size"], sample: [["1"], ["2"]])
    #expect(mapping.columns[0].transform == .integer(.point))
    var plan = RowPlan(mapping)
    var reader = DelimitedReader(dialect: Dialect())
    var found: RowPlan.Result?
    try reader.read(Array("Size\nmany, many\n".utf8)) { if !$0.isHeader { found = plan.result(of: $0) } }
    try reader.read(Array("\"007 of them\"\n".utf8)) { found = plan.result(of: $0) }
    #expect(found.map(values) == ["size": .text("007 of them")])
  }

  @Test func aGivenMappingIsCheckedAgainstFileAndFields() throws {
    let header = ["Nombre", "Mail"]
    let mapping = try ColumnMapping.given(
      ["Nombre": "first_name", "Mail": "email"], for: .lead, header: header, sample: [])
    #expect(mapping.columns.map(\.target.field?.name) == ["first_name", "email"])
    #expect(mapping.missing.map(\.name) == ["last_name"])
    let deals = try ColumnMapping.given(["Who": "contact_id"], for: .opportunity, header: ["Who"], sample: [])
    #expect(deals.columns[0].target.field?.name == "contact")
    #expect(ColumnMapping.fingerprint(of: ["First Name"]) == ColumnMapping.fingerprint(of: ["first_name"]))
    #expect(throws: MappingProblem("The file has no column “Email”. It has: Nombre, Mail")) {
      try ColumnMapping.given(["Email": "email"], for: .lead, header: header, sample: [])
    }
    #expect(throws: MappingProblem("Leads have no field “nofield”, named for the column “Mail”")) {
      try ColumnMapping.given(["Mail": "nofield"], for: .lead, header: header, sample: [])
    }
    #expect(throws: MappingProblem("The columns “Nombre” and “Mail” both fill “email”; one column fills a field")) {
      try ColumnMapping.given(["Nombre": "email", "Mail": "email"], for: .lead, header: header, sample: [])
    }
  }

  @Test(.enabled(if: SharedData.isPresent, SharedData.absence), arguments: [[], ["--messy"]])
  func generatedLeadsAreReadWithNothingSetByHand(options: [String]) throws {
    let (text, bad) = try SharedData.leads(2000, options)
    let (mapping, found) = try results(text)
    let expected = RealHeaders.files.first { $0.name == "The generator" }
    for (column, (_, field)) in zip(mapping.columns, expected?.columns ?? []) {
      if case .field(let info) = column.target { #expect(info.name == field) } else { #expect(field == "-") }
    }
    let rejected = found.count { if case .rejected = $0 { true } else { false } }
    #expect(found.count == 2000)
    #expect(rejected == bad)
    let records = found.map(values)
    #expect(records.allSatisfy { $0.isEmpty || ($0["estimated_value"] != nil && $0["created_at"] != nil) })
  }
}
