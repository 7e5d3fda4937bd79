import Testing

@testable import CRMDomain

@Suite struct DelimitedWriterTests {
  private static let hostile = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "'=1", "''=1", "'", "'x", "a'=1",
    " =1", "x ", " x", "a,b", "a;b", "a\"b", "\"", "\"\"", "\",\"", "a\nb", "a\r\nb", "a\rb", "sep=;", "\u{FEFF}x", "é",
    "\u{A0}x\u{A0}", "日本", "😀", "'\"=1\"", "=cmd|' /C calc'!A0", "\\", "a\\", "\\\"", "'=1\n'=2", "null", "0", "007",
    "1,5",
  ]

  private func readBack(
    _ values: [[FieldValue]], _ fields: [FieldInfo], _ kind: EntityKind, safety: DelimitedWriter.Safety = .spreadsheet,
    delimiter: Character = ",", newline: Newline = .crlf,
  ) throws -> [[FieldValue]] {
    var writer = DelimitedWriter(delimiter: delimiter, newline: newline, safety: safety)
    writer.writeHeader(fields)
    for row in values { writer.write(row, as: fields) }
    var mapping = ColumnMapping.suggested(for: kind, header: fields.map(\.key), sample: [])
    for (index, field) in fields.enumerated() { mapping.set(index, to: field, sample: [], delimiter: 0x2C) }
    var dialect = Dialect(delimiter: delimiter)
    dialect.newline = newline
    var plan = RowPlan(mapping, dialect: dialect)
    var reader = DelimitedReader(dialect: dialect)
    var read: [[FieldValue]] = []
    func take(_ row: borrowing DelimitedRow) {
      guard !row.isHeader else { return }
      var values: [FieldValue] = []
      let problems = plan.read(row, into: &values)
      #expect(problems.isEmpty, "\(problems.map(\.sentence))")
      read.append(values)
    }
    try reader.read(writer.bytes, take)
    try reader.finish(take)
    return read
  }

  @Test func cellsAreQuotedOnlyWhenTheyMustBe() {
    var writer = DelimitedWriter(newline: .lf, safety: .lossless)
    writer.write(row: ["a", "b c", "", "d,e", "f\"g", "h\ni", " j", "日本", "sep=;"])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "a,b c,,\"d,e\",\"f\"\"g\",\"h\ni\",\" j\",日本,\"sep=;\"\n")
  }

  @Test func aRowOfOneEmptyCellIsNoEmptyLine() throws {
    var writer = DelimitedWriter()
    writer.write(row: [""])
    #expect(try DelimitedReader.rows(of: writer.bytes, dialect: Dialect()) == [[""]])
  }

  @Test(arguments: ["=1", "+1", "-1", "@x", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠1"])
  func formulasGetAnApostrophe(text: String) throws {
    var writer = DelimitedWriter()
    writer.write(row: [text, "x"])
    #expect(try DelimitedReader.rows(of: writer.bytes, dialect: Dialect()) == [["'" + text, "x"]])
  }

  @Test func numbersAndTelephoneNumbersAreNotTouched() {
    let fields = [
      FieldInfo("estimated_value", kind: .money), FieldInfo("phone", kind: .phone), FieldInfo("phone", kind: .phone),
    ]
    var writer = DelimitedWriter()
    writer.write([.money(-500), .text("+44 20 7946 0958"), .text("=cmd()")], as: fields)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "-5.00,+44 20 7946 0958,'=cmd()\r\n")
  }

  @Test(arguments: [",", ";", "\t"] as [Character], Newline.allCases)
  func hostileTextsComeBackAsTheyWere(delimiter: Character, newline: Newline) throws {
    let fields = [FieldInfo("notes", kind: .longText), FieldInfo("company_name", kind: .text)]
    let values = Self.hostile.map { [FieldValue.text($0), .text("x")] }
    #expect(try readBack(values, fields, .lead, delimiter: delimiter, newline: newline) == values)
    let alone = Self.hostile.map { [FieldValue.text($0)] }
    #expect(try readBack(alone, [fields[0]], .lead, delimiter: delimiter, newline: newline) == alone)
  }

  @Test func everyKindOfValueComesBackAsItWas() throws {
    var random = SeededRandom()
    let fields = Lead.schema.infos.filter { $0.kind != .reference(.user) && !$0.isLocalOnly && $0.key != "created_by" }
    let rows = (0..<300).map { _ in fields.map { value(of: $0, &random) } }
    for (read, row) in zip(try readBack(rows, fields, .lead), rows) {
      for (field, (read, value)) in zip(fields, zip(read, row)) {
        #expect(read == value, "seed \(random.seed), \(field.name)")
      }
    }
  }

  private func value(of field: FieldInfo, _ random: inout SeededRandom) -> FieldValue {
    func text() -> String { Self.hostile.randomElement(using: &random)! + Self.hostile.randomElement(using: &random)! }
    if Int.random(in: 0..<4, using: &random) == 0 { return .none }
    return switch field.kind {
    case .text, .longText: .text(String(text().prefix(20)))
    case .choice(let choices): .text(choices.randomElement(using: &random)!.value)
    case .phone: .text("+1 (555) 010-\(Int.random(in: 1000...9999, using: &random))")
    case .email: .text("a.b+c\(Int.random(in: 0...99, using: &random))@example.com")
    case .integer: .integer(Int.random(in: 0...100, using: &random))
    case .money: .money(Int.random(in: -1_000_000...1_000_000, using: &random))
    case .instant: .instant(Instant(microseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &random)))
    case .tags: .tags(Set([text(), text()].map(\.trimmed)).filter { !$0.isEmpty }.sorted()).normal
    case .customFields: .object(["note": .string(text()), "size": .integer(3), "none": .null])
    case .url, .flag, .day, .reference: .none
    }
  }

  @Test func templatesHaveV1sColumns() {
    #expect(
      ImportTemplate.text(for: .lead)
        == "first_name,last_name,email,phone,company_name,job_title,lead_source,status,priority\r\n")
    #expect(
      ImportTemplate.header(for: .task) == ["title", "description", "task_type", "priority", "status", "due_date"])
    for kind in EntityKind.allCases {
      let names = Set(kind.fields.flatMap { [$0.name, $0.key] })
      #expect(ImportTemplate.header(for: kind).allSatisfy(names.contains), "\(kind)")
    }
  }

  @Test func theReportHasV1sShapeAndListsAHundredRows() throws {
    var report = ImportReport()
    report.created = 2
    report.updated = 1
    for row in 2..<152 {
      let problem = RowProblem(
        row: row, column: "Email", field: "email", value: "x", message: "“x” is no e-mail address.")
      report.reject(row: row, [problem], header: ["Email", "Name"], cells: ["x", "A"])
    }
    guard case .object(let json) = report.json, case .array(let details) = json["error_details"] else {
      Issue.record("no object")
      return
    }
    #expect(json["success"] == .bool(true))
    #expect(json["imported"] == .integer(3))
    #expect(json["errors"] == .integer(150))
    #expect(details.count == 100)
    #expect(
      details[0]
        == .object([
          "row": .integer(2), "error": .string("Email: “x” is no e-mail address."),
          "data": .object(["Email": .string("x"), "Name": .string("A")]),
        ]))
  }
}

extension FieldValue {
  /// No tags are no value.
  fileprivate var normal: FieldValue { self == .tags([]) ? .none : self }
}
