import CRMDomain
import CRMSync
import Testing
import V1Simulator

@Suite struct WireTests {
  private let leads = WireShape(.lead)

  private func lead(_ json: String) throws -> WireRow { try leads.record(Array(json.utf8)) }

  @Test func whatAListLeavesOutIsNotEmpty() throws {
    var bench = Bench()
    let id = bench.server.insert(.leads, ["email": "a@example.com", "notes": "n", "assigned_to": 2]).id
    let page = try WirePage(bench.send(.get, "leads/").body)
    let item = try page.row(try #require(page.heads.first), as: leads)
    let detail = try leads.record(bench.send(.get, "leads/\(id)/").body)
    #expect(item.fields["notes"] == nil && detail.fields["notes"] == .text("n"))
    #expect(item.fields["estimated_value"] == FieldValue.none, "null is empty, but sent")
    #expect(item.people.contains(WireRow.Person(id: 2, fullName: "Rita Rep")))
    #expect(
      detail.people.contains(WireRow.Person(id: 2, username: "rep", email: "rep@example.com", fullName: "Rita Rep")))
    #expect(item.extras.isEmpty && detail.extras.isEmpty)
    for (name, value) in item.fields { #expect(detail.fields[name] == value, "\(name)") }
    #expect(detail.fields.count == leads.fields.count)
  }

  @Test func everyFieldOfEveryKindIsRead() throws {
    var bench = Bench()
    let contact = bench.server.insertSample(.contacts, number: 1)
    bench.server.insertSample(.leads, number: 1)
    bench.server.insertSample(.opportunities, number: 1)
    bench.server.insertSample(.tasks, number: 1)
    #expect(contact != nil)
    for (kind, shape) in WireShape.all where kind != .user {
      let row = try shape.record(bench.send(.get, "\(kind.plural)/1/").body)
      #expect(Set(row.fields.keys) == Set(shape.fields.map(\.name)), "\(kind)")
      #expect(row.extras.isEmpty, "\(kind)")
    }
    let me = try WireShape(.user).record(bench.send(.get, "/api/auth/users/me/").body)
    #expect(me.fields["username"] == .text("admin"))
  }

  @Test func oddValuesAreReadLeniently() throws {
    let row = try lead(
      #"""
      {"id":7,"status":"TOTALLY-BAD","tags":"notalist","custom_fields":"str","probability":"12","lead_score":9999.0,
       "estimated_value":12.5,"email":null,"assigned_to":{"id":5,"username":"x"},"first_name":42,"zz":[1,{"a":null}],
       "next_follow_up":"2026-12-01 09:30:00+02:00","last_contact_date":"soon"}
      """#)
    #expect(row.fields["status"] == .text("TOTALLY-BAD") && row.fields["probability"] == .integer(12))
    #expect(row.fields["lead_score"] == .integer(9999) && row.fields["estimated_value"] == .money(1250))
    #expect(row.fields["email"] == FieldValue.none && row.fields["assigned_to"] == .reference(5))
    #expect(row.fields["first_name"] == .text("42"))
    #expect(row.fields["next_follow_up"] == Instant(iso: "2026-12-01T07:30:00Z").map(FieldValue.instant))
    #expect(
      row.extras == ["tags": "notalist", "custom_fields": "str", "zz": [1, ["a": .null]], "last_contact_date": "soon"])
  }

  @Test func whatIsBeyondOurLimitsIsLeftOut() throws {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let long = String(repeating: "x", count: 1_100_000)
    let row = try lead(
      #"{"id":7,"huge":1e400,"long":123456789012345678901234567890,"deep":\#(deep),"notes":"\#(long)","email":"a@x.org"}"#
    )
    #expect(row.unread.sorted() == ["deep", "huge", "notes"])
    #expect(row.fields == ["email": .text("a@x.org")])
    #expect(throws: WireProblem.self) { try WirePage([UInt8](repeating: 0x20, count: 33 << 20)) }
  }

  @Test func anIntentIsTakenOutOfTheCustomFields() throws {
    let row = try lead(#"{"id":7,"custom_fields":{"a":1,"_cid":"x-y"}}"#)
    #expect(row.intent == "x-y" && row.fields["custom_fields"] == .object(["a": 1]))
    #expect(try lead(#"{"id":7,"custom_fields":{"_cid":"x-y"}}"#).fields["custom_fields"] == FieldValue.none)
  }

  /// Any change of any byte of an answer is read or refused, never a crash.
  @Test func damagedAnswersAreReadOrRefused() throws {
    var bench = Bench()
    for number in 0..<3 { bench.server.insertSample(.leads, number: number) }
    let whole = bench.send(.get, "leads/").body
    for seed in 1...3000 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var bytes = whole
      for _ in 0..<random.int(1...4) { bytes[random.int(0...(bytes.count - 1))] = UInt8(random.int(0...255)) }
      if random.chance(20) { bytes = Array(bytes.prefix(random.int(0...bytes.count))) }
      guard let page = try? WirePage(bytes) else { continue }
      for head in page.heads { _ = try? page.row(head, as: leads) }
    }
  }

  @Test func anEqualRowHasAnEqualHash() throws {
    var bench = Bench()
    bench.server.insertSample(.leads, number: 1)
    let first = try WirePage(bench.send(.get, "leads/").body).heads
    #expect(try WirePage(bench.send(.get, "leads/").body).heads == first)
    bench.server.change(.leads, 1, ["lead_score": 5], isTouching: false)
    #expect(try WirePage(bench.send(.get, "leads/").body).heads.map(\.hash) != first.map(\.hash))
  }
}
