import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct RoundTripTests {
  private let folder = TestFolder()

  /// Values a field of that kind may be given, the odd ones first.
  private func values(_ info: FieldInfo) -> [FieldValue] {
    switch info.kind {
    case .text, .longText, .email, .phone, .url, .choice:
      let texts = [
        "plain", " ", "  padded  ", "line\nbreak\ttab\r\n", "Zoë 株式会社 👩‍💻 한글", "e\u{301}", "it's \"quoted\" \\ %_",
        "\u{1}\u{7F}\u{FEFF}",
        "NULL", "0", "1.0", "-3", "true", "outside_of_the_choices", String(repeating: "wörd ", count: 2_000),
      ]
      return [.none] + texts.map(FieldValue.text)
    case .integer: return [0, 1, -1, Int.max, Int.min].map(FieldValue.integer)
    case .money: return [0, 1, -1, -123_456_789, Int.max, Int.min].map(FieldValue.money) + [.none]
    case .flag: return [.flag(true), .flag(false)]
    case .day: return [.none] + [-719_162, -1, 0, 20_000, 2_932_896].map { .day(Day(daysSince1970: $0)) }
    case .instant: return [.none] + [0, -1, 1, 1_795_000_000_123_456].map { .instant(Instant(microseconds: $0)) }
    case .reference: return [.none, .reference(1)]
    case .tags: return [.none] + [["a"], ["a, b", "c\"d", "é", "\\", ""], ["x", "x"], ["[1]"]].map(FieldValue.tags)
    case .customFields: return [.none] + customFields.map(FieldValue.object)
    }
  }

  private let customFields: [[String: JSONValue]] = [
    ["a": .null], ["": .string("")], ["n": .integer(Int.min), "d": .number(1.5), "whole": .number(2.0)],
    ["text": .string("\0\u{1}\"\\/ 株 👩‍💻"), "it's \"odd\"": .bool(false)],
    ["deep": .array([.object(["x": .array([])]), .null, .bool(true)]), "e": .object([:])],
    ["big": .string(String(repeating: "é", count: 10_000))], ["tiny": .number(1e-300), "huge": .number(1e300)],
  ]

  private func store() throws -> CRMStore {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Begin") { writer in
      for kind in EntityKind.allCases { try insertEmpty(kind.recordType, writer) }
    }
    return store
  }

  private func insertEmpty<R: CRMDomain.Record>(_ type: R.Type, _ writer: StoreWriter) throws { try writer.insert(R()) }

  @Test(arguments: EntityKind.allCases)
  func whatIsInsertedIsRead(kind: EntityKind) throws {
    let store = try store()
    try check(kind.recordType, store)
    #expect(try store.problems() == [])
  }

  private func check<R: CRMDomain.Record>(_ type: R.Type, _ store: CRMStore) throws {
    for field in R.schema.fields {
      for value in values(field.info) {
        var record = R()
        field.set(&record, value)
        let id = try store.transact("New") { try $0.insert(record) }
        let read = try #require(try store.read { try $0.record(id) })
        let isStamp = field.info.name == "created_at" || field.info.name == "updated_at"
        #expect(field.get(read) == (isStamp && value.isEmpty ? .instant(testNow) : value), "\(field.info.name)")
        // And changed to, from a record without it.
        try store.transact("Edit") { try $0.update(R(id: id), from: read) }
        try store.transact("Edit") { try $0.set([field.info.name: value], in: R.schema.kind, id.rawValue) }
        let changed = try #require(try store.read { try $0.record(id) })
        if field.info.name != "updated_at" { #expect(field.get(changed) == value, "\(field.info.name)") }
      }
    }
  }

  /// SQLite ends a text at a NUL; what follows it must not be lost.
  @Test func aNULInATextBecomesASpace() throws {
    let store = try store()
    var lead = Lead()
    lead.lastName = "Love\0lace"
    lead.notes = "\0"
    let id = try store.transact("New") { try $0.insert(lead) }
    #expect(try store.read { try $0.record(id) }?.lastName == "Love lace")
    #expect(try store.problems() == [])
  }

  @Test func updateWritesOnlyWhatDiffers() throws {
    let store = try store()
    var lead = Lead()
    lead.lastName = "Lovelace"
    lead.notes = "first"
    lead.id = try store.transact("New") { try $0.insert(lead) }
    let base = try #require(try store.read { try $0.record(lead.id) })
    var edited = base
    edited.notes = "second"
    try store.transact("Edit") { try $0.update(edited, from: base) }
    let (_, change) = try #require(try store.read { try $0.history(of: .lead, lead.id.rawValue, limit: 1) }.first)
    #expect(Set(change.fields.keys).subtracting(["updated_at"]) == ["notes"])
    let before = try store.read { try $0.history(limit: 100).count }
    try store.transact("Same again") { try $0.update(edited, from: edited) }
    try store.transact("Same again") { try $0.update(edited) }
    #expect(try store.read { try $0.history(limit: 100).count } == before)
  }

  @Test func editsOfDifferentFieldsBothSurvive() throws {
    let store = try store()
    var lead = Lead()
    lead.lastName = "Lovelace"
    lead.customFields = ["budget": .integer(1), "region": .string("north"), "old": .bool(true)]
    lead.id = try store.transact("New") { try $0.insert(lead) }
    let base = try #require(try store.read { try $0.record(lead.id) })
    var mine = base
    mine.status = "contacted"
    mine.customFields["budget"] = .integer(2)
    mine.customFields["old"] = nil
    var theirs = base
    theirs.phone = "+44 20 7946 0000"
    theirs.customFields["region"] = .string("south")
    try store.transact("Mine") { try $0.update(mine, from: base) }
    try store.transact("Theirs") { try $0.update(theirs, from: base) }
    let stored = try #require(try store.read { try $0.record(lead.id) })
    #expect(stored.status == "contacted")
    #expect(stored.phone == "+44 20 7946 0000")
    #expect(stored.customFields == ["budget": .integer(2), "region": .string("south")])
  }

  /// A cleared number reads as zero, so a filter for zero must find it.
  @Test func whatIsClearedIsFoundAsItReads() throws {
    let store = try store()
    try store.transact("Clear") { try $0.set(["lead_score": .none], in: .lead, 1) }
    let score = try #require(EntityKind.lead.field("lead_score"))
    for condition in [Condition.isSet(score), .isIn(score, [.integer(0)])] {
      let list = ListQuery(.lead, conditions: [condition], now: testNow, today: testToday)
      #expect(try store.read { try $0.ids(list) } == [1])
    }
  }

  @Test func aRecordThatIsGoneIsSaidToBe() throws {
    let store = try store()
    var lead = Lead()
    lead.id = Identifier(999)
    lead.notes = "x"
    #expect { try store.transact("Edit") { try $0.update(lead) } } throws: {
      ($0 as? StoreProblem)?.cause == .recordGone
    }
  }
}

extension CRMDomain.Record {
  fileprivate init(id: Identifier<Self>) {
    self.init()
    self.id = id
  }
}
