import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct PackedRowsTests {
  private let desk: ImportDesk

  init() throws { desk = try ImportDesk() }

  private static let values: [FieldValue] = [
    .none, .text("Ada"), .text("“x” \\ \"y\"\n\u{7F}"), .text("a\u{0}b"), .integer(-7), .money(1250), .flag(true),
    .flag(false),
    .instant(testNow), .reference(3), .tags(["a", "b,\"c\""]), .object(["x": .array([.null, .number(1.5)])]),
    Day(iso: "2026-02-28").map(FieldValue.day) ?? .none,
  ]

  private func stored(_ rows: PackedRows, _ slot: Int) -> DatabaseValue {
    (rows.integer(0, slot)?.databaseValue ?? rows.text(0, slot)?.databaseValue ?? rows.json(0, slot)?.databaseValue)
      ?? .null
  }

  @Test func aCellHoldsWhatIsStoredOfItsValue() {
    let field = FieldInfo("x", kind: .text)
    var rows = PackedRows(Array(repeating: field, count: Self.values.count))
    rows.addRow()
    for (slot, value) in Self.values.enumerated() {
      rows.put(value, 0, slot)
      #expect(stored(rows, slot) == StoredValue.encode(value), "\(value)")
      #expect(rows.isEmpty(0, slot) == value.isEmpty)
    }
  }

  @Test func cellsOfCustomFieldsMakeTheirObject() throws {
    let values = Self.values.filter { !$0.isEmpty && $0 != .text("a\u{0}b") }
    let fields = values.indices.map { FieldInfo("f\($0) \"é\"", kind: .text, isCustom: true) }
    var rows = PackedRows(fields, extra: 1)
    rows.addRow()
    for (slot, value) in values.enumerated() { rows.put(value, 0, slot) }
    let members = fields.indices.map { PackedRows.Member($0, name: fields[$0].name) }.shuffled()
    rows.putObject(of: members, fields.count)
    let object = Dictionary(uniqueKeysWithValues: zip(fields.map(\.name), values.map(\.json)))
    #expect(try JSONValue(parsing: try #require(rows.json(0, fields.count))) == .object(object))
    rows.addRow()
    rows.putObject(of: members, fields.count)
    #expect(rows.isEmpty(1, fields.count))
  }

  /// Whichever way a record comes into the book, every column of it is the same.
  @Test(arguments: [EntityKind.lead, .contact, .opportunity, .task, .activity])
  func rowsOfAFileAreStoredLikeRecordsSavedOneByOne(_ kind: EntityKind) throws {
    var random = TestRandom()
    let texts = (0..<400).map { _ in random.chance(30) ? "" : SampleText.text(&random).replacing("\u{0}", with: "") }
    let header = "Family,Given,Company,Phone,Tags,Colour,Pages,Notes"
    let fields = ["last_name", "first_name", "company_name", "phone", "tags", "colour", "pages", "notes"]
    let names: [EntityKind: [String]] = [.opportunity: ["name"], .task: ["title"], .activity: ["subject"]]
    let rows = (0..<50).map { row in
      let cells = (0..<8).map { "\"" + texts[(row * 8 + $0) % texts.count].replacing("\"", with: "\"\"") + "\"" }
      return (["\"x\(row)\""] + cells[1...]).joined(separator: ",")
    }
    try desk.load(header + "\n" + rows.joined(separator: "\n") + "\n", kind) { plan in
      for (index, name) in fields.enumerated() {
        let field = index == 0 ? names[kind]?[0] ?? name : name
        let isCustom = kind.field(field) == nil
        guard !isCustom || kind.fields.contains(where: { $0.kind == .customFields }) else {
          plan.columns[index].target = .ignored
          continue
        }
        plan.columns[index].target = isCustom ? .custom(name: field, kind: .text) : .field(field)
      }
    }
    try copies(kind.recordType)
  }

  private func copies<R: CRMDomain.Record>(_ type: R.Type) throws {
    let table = R.schema.table
    try desk.store.transact("Copy") { writer in
      let records = try writer.reader.all(R.self)
      #expect(records.count > 20)
      for record in records {
        var copy = record
        copy.id = Identifier(0)
        let id = try writer.insert(copy)
        let rows = try Row.fetchAll(
          writer.db, sql: "SELECT * FROM \"\(table)\" WHERE id IN (?, ?)", arguments: [record.id.rawValue, id.rawValue])
        let names = rows[0].columnNames.filter { $0 != "id" }
        for name in names { #expect(rows[0][name] as DatabaseValue == rows[1][name], "\(name)") }
      }
    }
  }

  @Test func aRowThatIsChangedWhileItWaitsIsWrittenFirst() throws {
    let outcome = try desk.load(
      "last_name,email,company\nHopper,g@x.example,Navy\nHopper,g@x.example,Marine\nByron,b@x.example,\n"
    ) { $0.updates(by: .email) }
    #expect(outcome.report.created == 2 && outcome.report.merged == 1)
    #expect(try desk.leads.map(\.companyName) == ["Marine", ""])
  }

  @Test func numbersOfTheFileAreKeptWhereTheyAreFree() throws {
    let outcome = try desk.load("id,last_name\n5,Hopper\n,Byron\n3,Lovelace\n5,Again\n0,Babbage\n900,Turing\n") {
      $0.columns[0].target = .field("id")
    }
    #expect(outcome.report.created == 6)
    let ids = Dictionary(uniqueKeysWithValues: try desk.leads.map { ($0.lastName, $0.id.rawValue) })
    #expect(ids == ["Hopper": 5, "Byron": 6, "Lovelace": 3, "Again": 7, "Babbage": 8, "Turing": 900])
    try desk.load("last_name\nNext\n")
    #expect(try desk.leads.last?.id == Identifier(901))
  }

  @Test func aCountOfThousandsIsGrouped() throws {
    let outcome = try desk.load("last_name\n" + String(repeating: "Hopper\n", count: 1907))
    #expect(outcome.sentence == "expo.csv: 1,907 leads added")
    #expect(try desk.store.read { try $0.history(limit: 1) }.map(\.title) == ["Import expo.csv: 1,907 leads"])
  }
}
