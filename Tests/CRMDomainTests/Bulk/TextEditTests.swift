import Testing

@testable import CRMDomain

/// Records through the editor: what nobody touched is the same, what was changed is read as a form reads it.
struct TextEditTests {
  private let context = EntryContext(now: Instant(seconds: 1_795_356_120), calendar: .utc)

  private func records<R: Record>(_ type: R.Type, _ random: inout SeededRandom) -> [R] {
    (1...5).map { number in
      var record = R()
      record.id = Identifier(Int64(number))
      for field in R.schema.fields where field.info.kind != .customFields {
        if Int.random(in: 0...3, using: &random) > 0 {
          field.set(&record, Samples.value(for: field.info, using: &random))
        }
      }
      return record
    }
  }

  @Test(arguments: [EntityKind.lead, .contact, .opportunity, .task, .activity])
  func whatIsPrintedOfARecordIsNoChange(kind: EntityKind) {
    func check<R: Record>(_ type: R.Type) {
      var random = SeededRandom()
      for _ in 0..<60 {
        let fields = TextEdit.fields(of: kind, chosen: kind.fields)
        let edit = TextEdit(records(type, &random), fields: fields, in: context)
        let text = edit.table.text(notes: []) { $0.count }
        let (changes, problems) = edit.changes(in: text, context)
        #expect(changes.isEmpty && problems.isEmpty)
      }
    }
    check(kind.recordType)
  }

  @Test func aChangedCellIsReadAsAFormReadsIt() {
    var lead = Lead()
    (lead.id, lead.lastName, lead.status, lead.notes) = (Identifier(7), "Lovelace", "new", "one\ntwo | three")
    let fields = ["last_name", "status", "next_follow_up", "notes"].compactMap(EntityKind.lead.field)
    let edit = TextEdit([lead], fields: fields, in: context)
    var text = edit.table.text(notes: []) { $0.count }
    #expect(text.contains("one\\ntwo \\| three"))
    text = text.replacing("new", with: "contacted").replacing("|  ", with: "| tomorrow 9:00")
    let (changes, problems) = edit.changes(in: text, context)
    #expect(problems.isEmpty, "\(problems)")
    #expect(changes.map(\.info.name) == ["status", "next_follow_up"], "\(text)")
    #expect(changes.first?.old == .text("new") && changes.first?.new == .text("contacted"))
  }

  @Test func aValueThatCannotBeIsNamedWithItsLine() {
    var lead = Lead()
    (lead.id, lead.lastName, lead.email) = (Identifier(7), "Lovelace", "ada@example.com")
    let fields = ["last_name", "status", "email"].compactMap(EntityKind.lead.field)
    let edit = TextEdit([lead], fields: fields, in: context)
    let (changes, problems) = edit.changes(in: "#id | last_name | status | email\n#7 | | nonsense | ada", context)
    #expect(changes.isEmpty)
    #expect(
      problems.map(\.description) == [
        "Line 2: last_name: Last name is missing.",
        "Line 2: status: Status is one of: new, contacted, qualified, unqualified, converted, lost.",
        "Line 2: email: Email needs an @ and a domain, like ada@example.com.",
      ])
  }
}
