import CRMDomain
import CRMSync
import Testing
import V1Simulator

/// What the published servers do that the documented one does not: rows Q1–Q20 of the design.
@Suite struct QuirkTests {
  struct Write: CustomTestStringConvertible {
    let name: String
    let personality: Personality
    /// Makes what the write needs, sends it and answers the status.
    let status: @Sendable (inout Bench) -> Int
    let expected: Int
    /// Rows of the resource afterwards.
    let resource: V1Resource
    let rows: Int
    var testDescription: String { "\(personality) \(name)" }
  }

  static let writes: [Write] = [
    Write(
      name: "POST lead", personality: .documented, status: { $0.send(.post, "leads/", Bench.lead).status },
      expected: 201, resource: .leads, rows: 1),
    Write(
      name: "Q1 POST lead", personality: .firstPublished, status: { $0.send(.post, "leads/", Bench.lead).status },
      expected: 500, resource: .leads, rows: 1),
    Write(
      name: "Q1 POST lead", personality: .newestPublished, status: { $0.send(.post, "leads/", Bench.lead).status },
      expected: 500, resource: .leads, rows: 0),
    Write(
      name: "Q2 POST task", personality: .newestPublished, status: { $0.send(.post, "tasks/", Bench.task).status },
      expected: 500, resource: .tasks, rows: 0),
    Write(
      name: "POST task", personality: .firstPublished, status: { $0.send(.post, "tasks/", Bench.task).status },
      expected: 201, resource: .tasks, rows: 1),
    Write(
      name: "Q3 POST deal", personality: .newestPublished,
      status: { bench in
        let contact = bench.server.insert(.contacts, ["email": "a@example.com"]).id
        return bench.send(.post, "opportunities/", Bench.deal(contact)).status
      }, expected: 500, resource: .opportunities, rows: 0),
    Write(
      name: "Q3 POST deal with both dates", personality: .newestPublished,
      status: { bench in
        let contact = bench.server.insert(.contacts, ["email": "a@example.com"]).id
        guard case .object(var deal) = Bench.deal(contact) else { return 0 }
        deal["actual_close_date"] = "2026-12-24"
        deal["last_activity_date"] = "2026-12-24"
        return bench.send(.post, "opportunities/", .object(deal)).status
      }, expected: 201, resource: .opportunities, rows: 1),
    Write(
      name: "DELETE lead", personality: .firstPublished,
      status: { bench in
        let id = bench.server.insert(.leads, ["email": "a@example.com"]).id
        return bench.send(.delete, "leads/\(id)/").status
      }, expected: 500, resource: .leads, rows: 1),
    Write(
      name: "Q4 convert", personality: .newestPublished,
      status: { bench in
        let id = bench.server.insert(.leads, ["email": "a@example.com"]).id
        return bench.send(.post, "leads/\(id)/convert/").status
      }, expected: 500, resource: .contacts, rows: 0),
    Write(
      name: "convert", personality: .firstPublished,
      status: { bench in
        let id = bench.server.insert(.leads, ["email": "a@example.com"]).id
        return bench.send(.post, "leads/\(id)/convert/").status
      }, expected: 500, resource: .contacts, rows: 1),
    Write(
      name: "PATCH deal", personality: .firstPublished,
      status: { bench in
        let contact = bench.server.insert(.contacts, ["email": "a@example.com"]).id
        let deal = bench.server.insert(.opportunities, ["contact": .integer(contact)]).id
        return bench.send(.patch, "opportunities/\(deal)/", ["name": "Other"]).status
      }, expected: 500, resource: .opportunities, rows: 1),
  ]

  @Test(arguments: writes) func writesEndAsOnThatServer(_ write: Write) {
    var bench = Bench(write.personality)
    #expect(write.status(&bench) == write.expected)
    #expect(bench.server.tables[write.resource]?.rows.count == write.rows)
  }

  @Test func q5APartOfAConversionMayStay() {
    var bench = Bench { $0.conversionStopsAfter = 1 }
    let lead = bench.server.insert(.leads, ["email": "a@example.com", "estimated_value": "5.00"]).id
    #expect(bench.send(.post, "leads/\(lead)/convert/").status == 500)
    #expect(bench.server.tables[.contacts]?.rows.count == 1)
    #expect(bench.server.tables[.leads]?.rows[lead]?["status"] == "new")
    #expect(bench.send(.post, "leads/\(lead)/convert/").status == 500, "the e-mail is taken now")
  }

  @Test func q6WhatIsUnknownIsIgnored() {
    var bench = Bench()
    for number in 0..<25 { bench.server.insertSample(.leads, number: number) }
    for query in [
      ("page_size", "5"), ("ordering", "bogus"), ("email", "x@example.com"), ("updated_at__gte", "2030-01-01"),
    ] {
      let page = bench.get("leads/", query)
      #expect(page["count"] == 25 && page["results"].items.count == 20, "\(query)")
    }
    var sized = Bench(.honoursPageSize)
    for number in 0..<25 { sized.server.insertSample(.leads, number: number) }
    #expect(sized.get("leads/", ("page_size", "5"))["results"].items.count == 5)
  }

  @Test func q7TwoOrderingKeysAndAFilterThatIsChecked() {
    var bench = Bench()
    for number in 0..<5 { bench.server.insertSample(.leads, number: number) }
    bench.server.makeTies(.leads)
    let ids = bench.get("leads/", ("ordering", "-updated_at,-created_at"))["results"].items.compactMap {
      $0["id"].integer
    }
    #expect(ids == [5, 4, 3, 2, 1])
    let refused = bench.send(.get, "leads/", query: [("status", "bogus")])
    #expect(refused.status == 400)
    #expect(refused.text.contains("Select a valid choice. bogus is not one of the available choices."))
    #expect(bench.get("contacts/", ("status", "bogus"))["count"] == 0)
  }

  @Test func q8ListsAreSummaries() {
    var bench = Bench()
    let id = bench.server.insert(.leads, ["email": "a@example.com", "notes": "long"]).id
    let item = bench.get("leads/")["results"][0]
    for name in [
      "job_title", "probability", "notes", "tags", "custom_fields", "owner", "converted_at", "assigned_to_name",
    ] {
      #expect(!item.keys.contains(name), "\(name)")
    }
    #expect(item["assigned_to"] == .null && item.keys.contains("assigned_to"))
    #expect(bench.get("leads/\(id)/")["notes"] == "long")
    bench.server.change(.leads, id, ["assigned_to": 2])
    #expect(bench.get("leads/")["results"][0]["assigned_to_name"] == "Rita Rep")
  }

  @Test func q9ValuesAreNormalisedAndUnknownOnesDropped() {
    var bench = Bench()
    let id = bench.server.insert(.leads, ["email": "a@example.com"]).id
    let path = "leads/\(id)/"
    let answer = Bench.json(
      bench.send(.patch, path, ["first_name": "  trim me  ", "lead_score": "  7 ", "bogus": 1, "updated_at": "x"]))
    #expect(answer["first_name"] == "trim me" && answer["lead_score"] == 7 && !answer.keys.contains("bogus"))
    #expect(bench.send(.patch, path, ["estimated_value": "1.234"]).status == 400)
    #expect(bench.send(.patch, path, ["phone": .null]).status == 400)
    #expect(bench.send(.patch, path, ["notes": "a\u{0}b"]).status == 400)
    #expect(Bench.json(bench.send(.patch, path, ["notes": "a\u{1B}b"]))["notes"] == "a\u{1B}b")
  }

  @Test func q10CustomFieldsAreReplaced() {
    var bench = Bench()
    let id = bench.server.insert(.leads, ["email": "a@example.com", "custom_fields": ["a": 1]]).id
    let answer = Bench.json(bench.send(.patch, "leads/\(id)/", ["custom_fields": ["b": 2]]))
    #expect(answer["custom_fields"] == ["b": 2])
  }

  @Test func q11BulkUpdateValidatesNothing() {
    var bench = Bench()
    let id = bench.server.insert(.leads, ["email": "a@example.com"]).id
    func bulk(_ body: JSONValue) -> HTTPResponse { bench.send(.post, "leads/bulk_update/", body) }
    let ids: JSONValue = [.integer(id), 99]
    #expect(Bench.json(bulk(["ids": ids, "action": "update", "data": ["status": "nope"]]))["updated"] == 1)
    #expect(bench.server.tables[.leads]?.rows[id]?["status"] == "nope")
    #expect(bulk(["ids": ids, "action": "update", "data": ["bogus": 1]]).status == 500)
    #expect(Bench.json(bulk(["ids": ids, "action": "export"]))["error"] == "Invalid action")
    #expect(Bench.json(bulk([:])).keys == ["ids", "action"])
    #expect(bench.send(.post, "tasks/bulk_update/", ["ids": ids, "action": "update"]).status == 405)
    #expect(Bench.json(bulk(["ids": ids, "action": "delete"]))["deleted"] == 1)
  }

  @Test func q12PagesAndRowsThatAreNotThere() {
    var bench = Bench()
    let page = bench.send(.get, "leads/", query: [("page", "2")])
    #expect(page.status == 404 && Bench.json(page)["detail"] == "Invalid page.")
    #expect(bench.send(.delete, "leads/7/").status == 404)
    var other = Bench(.honoursPageSize)
    #expect(other.get("leads/", ("page", "2"))["results"].items.isEmpty)
  }

  @Test func q13ThreeLimiters() {
    var bench = Bench(.newestPublished)
    for _ in 0..<100 { #expect(bench.send(.get, "leads/").status == 200) }
    let refused = bench.send(.get, "leads/")
    #expect(refused.status == 403 && refused.text == "Rate limit exceeded. Please try again later.")
    #expect(refused.headers["retry-after"] == nil && refused.headers["content-type"]?.hasPrefix("text/html") == true)
    #expect(bench.send(.get, "contacts/").status == 200, "another path is open")
    bench.server.now = bench.server.now.adding(seconds: 61)
    #expect(bench.send(.get, "leads/").status == 200)

    var limited = Bench { $0.userLimit = 1 }
    #expect(limited.send(.get, "leads/").status == 200)
    let throttled = limited.send(.get, "leads/")
    #expect(throttled.status == 429 && throttled.headers["Retry-After"] != nil)

    var login = Bench()
    let body: JSONValue = ["username": "admin", "password": "admin"]
    let statuses = (0..<10).map { _ in login.send(.post, "/api/auth/login/", body).status }
    #expect(statuses.dropLast().allSatisfy { $0 == 200 } && statuses.last == 403)
  }

  @Test func q14TokensRotateAndMayBeBurnt() {
    for isBurnt in [false, true] {
      var server = V1Server(quirks: Bench { $0.blacklistsRefresh = isBurnt }.server.quirks)
      let body: JSONValue = ["username": "rep", "password": "rep"]
      let first = Bench.json(server.answer(HTTPRequest(.post, "/api/auth/login/", json: body)))
      let refresh = HTTPRequest(.post, "/api/auth/refresh/", json: ["refresh": first["refresh"]])
      let second = Bench.json(server.answer(refresh))
      #expect(second["refresh"] != first["refresh"] && second["refresh"].string != nil)
      #expect(server.answer(refresh).status == (isBurnt ? 401 : 200))
    }
  }

  @Test func q15ExportIsTheWholeIndexInOneAnswer() {
    var bench = Bench()
    for number in 0..<30 { bench.server.insertSample(.leads, number: number) }
    let lines = bench.send(.get, "export/leads/").text.split(separator: "\r\n")
    #expect(lines.count == 31 && lines[0].hasPrefix("id,") && lines[0].hasSuffix("created_at,updated_at"))
    #expect(lines[1].contains("+00:00"))
    #expect(!bench.send(.get, "export/opportunities/").text.contains("updated_at"))
  }

  @Test func q16SchemaIsPublicAndOptionsTellFields() {
    var bench = Bench()
    #expect(bench.server.answer(HTTPRequest(.get, "/api/schema/")).status == 200)
    #expect(bench.send(.get, "/api/schema/").status == 500, "with a token")
    #expect(Bench.json(bench.send(.options, "leads/"))["actions"]["POST"]["email"]["max_length"] == 254)
  }

  @Test func q17AndQ18StampsThatStayAndStampsThatAllMove() {
    var bench = Bench()
    let id = bench.server.insert(.leads, ["email": "a@example.com", "assigned_to": 2]).id
    let before = bench.server.tables[.leads]?.rows[id]?.updatedAt
    bench.server.change(.leads, id, ["assigned_to": .null], isTouching: false)
    #expect(bench.server.tables[.leads]?.rows[id]?.updatedAt == before)
    bench.server.rescoreLeads()
    #expect(bench.server.tables[.leads]?.rows[id]?.updatedAt != before)
  }

  @Test func q19ARepSeesOnlyHimself() {
    var rep = Bench(as: "rep")
    #expect(rep.get("/api/auth/users/")["count"] == 1)
    #expect(rep.send(.get, "/api/auth/users/1/").status == 404)
    var admin = Bench()
    #expect(admin.get("/api/auth/users/")["count"] == 2)
  }

  @Test func q20StampsMayHaveAnOffset() {
    var bench = Bench(.honoursPageSize)
    bench.server.insertSample(.leads, number: 1)
    let text = bench.get("leads/")["results"][0]["updated_at"].string ?? ""
    #expect(text.hasSuffix("-06:00"))
    #expect(Instant(iso: text) == bench.server.tables[.leads]?.all.first?.updatedAt)
  }
}
