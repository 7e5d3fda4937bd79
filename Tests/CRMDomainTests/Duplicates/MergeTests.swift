import Testing

@testable import CRMDomain

@Suite struct MergeTests {
  private func lead(_ id: Int64, _ change: (inout Lead) -> Void = { _ in }) -> Lead {
    var lead = Lead()
    lead.id = Identifier(id)
    change(&lead)
    return lead
  }

  private func info(_ name: String) -> FieldInfo { Lead.schema.field(name)?.info ?? FieldInfo(name, kind: .text) }

  @Test func theFullestStaysAndIsFilledUpFromTheOthers() {
    let thin = lead(1) { $0.phone = "1" }
    let full = lead(2) { ($0.email, $0.companyName, $0.jobTitle) = ("a@x", "Acme", "CTO") }
    let merge = Merge([thin, full], customFields: [])
    #expect(merge.kept == 1 && merge.losers == [1])
    #expect(merge.result.phone == "1" && merge.result.email == "a@x" && merge.result.id.rawValue == 2)
    #expect(Merge([lead(5), lead(4)], customFields: []).kept == 1, "the oldest of equals")
  }

  @Test func whatIsPickedIsTakenEvenWhereItIsNothing() {
    let one = lead(1) { ($0.email, $0.phone) = ("a@x", "1") }
    let two = lead(2) { $0.email = "b@x" }
    var merge = Merge([one, two], customFields: [])
    merge.pick(.record(1), info("email"))
    merge.pick(.record(1), info("phone"))
    #expect(merge.result.email == "b@x" && merge.result.phone.isEmpty)
    merge.pickAll(from: 0)
    #expect(merge.result.email == "a@x" && merge.result.phone == "1")
    merge.pick(.all, info("email"))
    #expect(merge.result.email == "a@x", "there is only one address")
    merge.pick(.record(7), info("email"))
    #expect(merge.result.email == "a@x")
  }

  @Test func notesAndTagsOfAllAreKeptUnlessOneIsPicked() {
    let one = lead(1) { ($0.notes, $0.tags, $0.phone) = ("first", ["a", "b"], "1") }
    let two = lead(2) { ($0.notes, $0.tags) = ("second", ["b", "c"]) }
    let three = lead(3) { $0.notes = "first" }
    var merge = Merge([one, two, three], customFields: [])
    #expect(merge.result.notes == "first\n\nsecond" && merge.result.tags == ["a", "b", "c"])
    merge.pick(.record(1), info("notes"))
    #expect(merge.result.notes == "second")
    merge.pick(.all, info("notes"))
    #expect(merge.result.notes == "first\n\nsecond")
  }

  @Test func customFieldsGoByTheirKeys() {
    let seats = FieldInfo("seats", kind: .integer, isCustom: true)
    let one = lead(1) { $0.customFields = ["seats": .integer(5), "odd": .object(["a": .null])] }
    let two = lead(2) { $0.customFields = ["seats": .integer(9), "tier": .string("gold")] }
    var merge = Merge([one, two], customFields: [seats])
    merge.keep(0)
    #expect(
      merge.result.customFields == [
        "seats": .integer(5), "odd": .object(["a": .null]), "tier": .string("gold"),
      ])
    merge.pick(.record(1), seats)
    #expect(merge.result.customFields["seats"] == .integer(9))
  }

  @Test func datesAndConversionFollowFromAll() {
    let made = Instant(seconds: 1000)
    let one = lead(1) { lead in
      (lead.createdAt, lead.email, lead.phone) = (Instant(seconds: 5000), "a@x", "1")
      (lead.owner, lead.lastContactDate) = (Identifier(7), Instant(seconds: 9000))
    }
    let two = lead(2) { lead in
      (lead.createdAt, lead.owner, lead.lastContactDate) = (made, Identifier(8), Instant(seconds: 6000))
      (lead.status, lead.convertedContact, lead.convertedAt) = ("converted", Identifier(3), Instant(seconds: 7000))
    }
    let result = Merge([one, two], customFields: []).result
    #expect(result.id.rawValue == 1 && result.createdAt == made && result.owner?.rawValue == 8)
    #expect(result.lastContactDate == Instant(seconds: 9000))
    #expect(result.status == "converted" && result.convertedContact?.rawValue == 3)
  }

  @Test func whatIsOnlyTypedIsNotKept() {
    let typed = lead(0) { ($0.email, $0.phone, $0.companyName) = ("a@x", "1", "Acme") }
    var merge = Merge([lead(4), typed], customFields: [])
    #expect(merge.kept == 0 && merge.losers.isEmpty && merge.result.email == "a@x")
    merge.keep(1)
    #expect(merge.kept == 0)
  }

  /// Whatever is picked: every value of the result was in one of the records, and nothing is asked for that none has.
  @Test func aMergeInventsNothing() {
    var random = SeededRandom()
    for _ in 0..<300 {
      let leads = (1...Int.random(in: 2...5, using: &random)).map { id in
        lead(Int64(id)) { lead in
          for field in Lead.schema.fields where Bool.random(using: &random) {
            field.set(&lead, Samples.value(for: field.info, using: &random))
          }
        }
      }
      var merge = Merge(leads, customFields: [])
      for info in merge.fields where Bool.random(using: &random) {
        merge.pick(.record(Int.random(in: leads.indices, using: &random)), info)
      }
      let result = merge.result
      for info in merge.fields where !info.isCustom && !merge.canTakeAll(info) {
        #expect(leads.contains { $0[info.name] == result[info.name] }, "\(info.name)")
      }
      #expect(Set(result.tags).isSubset(of: leads.flatMap(\.tags)))
      // What has been merged once merges with itself to the same.
      #expect(Merge([result, result], customFields: []).result == result)
    }
  }
}
