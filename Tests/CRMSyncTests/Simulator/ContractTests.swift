import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// The documented server, section by section of the V1 contract.
@Suite struct ContractTests {
  @Test func transport() {
    var bench = Bench()
    #expect(bench.send(.get, "/api/v1/leads").status == 301)
    #expect(bench.send(.get, "leads/", headers: ["Accept": "application/xml"]).status == 406)
    #expect(bench.send(.post, "leads/", "x", headers: ["Content-Type": "text/plain"]).status == 415)
    #expect(bench.send(.get, "nowhere/").headers["Content-Type"]?.hasPrefix("text/html") == true)
    #expect(bench.send(.put, "leads/").status == 405)
    let broken = bench.server.answer(HTTPRequest(.post, "/api/auth/login/", headers: [:], body: Array("{".utf8)))
    #expect(broken.status == 400 && Bench.json(broken)["detail"].string?.hasPrefix("JSON parse error") == true)
    #expect(Bench.json(bench.send(.get, "leads/abc/"))["detail"] == "Not found.")
    #expect(Bench.json(bench.send(.get, "leads/9/"))["detail"] == "No Lead matches the given query.")
  }

  @Test func authentication() {
    var bench = Bench()
    let wrong: JSONValue = ["username": "admin", "password": "no"]
    let refused = bench.send(.post, "/api/auth/login/", wrong)
    #expect(refused.status == 400 && Bench.json(refused)["non_field_errors"][0] == "Invalid credentials.")
    for (header, detail) in [
      ("bearer x", "Authentication credentials were not provided."),
      ("Bearer", "Authorization header must contain two space-delimited values"),
      ("Bearer x", "Given token not valid for any token type"),
    ] {
      let answer = bench.send(.get, "leads/", headers: ["Authorization": header])
      #expect(answer.status == 401 && Bench.json(answer)["detail"].string == detail)
    }
    bench.server.now = bench.server.now.adding(seconds: 901)
    #expect(Bench.json(bench.send(.get, "leads/"))["messages"][0]["message"] == "Token is expired")
    #expect(Bench.json(bench.server.answer(HTTPRequest(.post, "/api/auth/refresh/"))).keys == ["refresh"])
  }

  @Test func aNewLeadIsAnsweredWhole() {
    var bench = Bench()
    let answer = bench.send(.post, "leads/", Bench.lead)
    let lead = Bench.json(answer)
    #expect(answer.status == 201)
    #expect(lead["id"] == 1 && lead["full_name"] == "John Doe" && lead["status"] == "new" && lead["owner"] == 1)
    #expect(
      lead["phone"] == "" && lead["estimated_value"] == .null && lead["tags"] == [] && lead["custom_fields"] == [:])
    #expect(lead["owner_detail"]["full_name"] == "Ada Admin" && lead["assigned_to_detail"] == .null)
    let created = Instant(iso: lead["created_at"].string ?? "")
    let updated = Instant(iso: lead["updated_at"].string ?? "")
    #expect(created.flatMap { created in updated.map { created < $0 } } == true)
    var first = Bench(.firstPublished)
    let id = first.server.insert(.leads, ["email": "a@example.com"]).id
    #expect(first.get("leads/\(id)/")["phone"] == .null)
  }

  struct Refusal: CustomTestStringConvertible {
    let path: String
    let body: JSONValue
    let message: String
    var testDescription: String { message }
  }

  static let refusals = [
    Refusal(path: "leads/", body: [:], message: "This field is required."),
    Refusal(path: "leads/", body: ["first_name": ""], message: "This field may not be blank."),
    Refusal(path: "leads/", body: ["last_name": .null], message: "This field may not be null."),
    Refusal(path: "leads/", body: ["email": "bad"], message: "Enter a valid email address."),
    Refusal(path: "leads/", body: ["lead_source": "event"], message: "\"event\" is not a valid choice."),
    Refusal(path: "leads/", body: ["assigned_to": 999], message: "Invalid pk \"999\" - object does not exist."),
    Refusal(path: "leads/", body: ["estimated_value": "x"], message: "A valid number is required."),
    Refusal(path: "leads/", body: ["probability": "x"], message: "A valid integer is required."),
    Refusal(path: "leads/", body: ["first_name": true], message: "Not a valid string."),
    Refusal(
      path: "leads/", body: ["phone": "123456789012345678901"],
      message: "Ensure this field has no more than 20 characters."),
    Refusal(
      path: "leads/", body: ["estimated_value": "12345678901"],
      message: "Ensure that there are no more than 10 digits before the decimal point."),
    Refusal(path: "leads/", body: ["last_contact_date": ""], message: "Datetime has wrong format."),
    Refusal(path: "contacts/", body: ["website": "x"], message: "Enter a valid URL."),
    Refusal(path: "contacts/", body: ["status": ""], message: "This field may not be blank."),
    Refusal(
      path: "contacts/", body: ["email": "taken@example.com"], message: "Contact with this email already exists."),
    Refusal(path: "opportunities/", body: ["probability": 0], message: "\"0\" is not a valid choice."),
    Refusal(path: "opportunities/", body: ["amount": .null], message: "This field may not be null."),
    Refusal(path: "opportunities/", body: ["expected_close_date": "1.2.2026"], message: "Date has wrong format."),
    Refusal(path: "leads/", body: [1], message: "Invalid data. Expected a dictionary, but got list."),
  ]

  @Test(arguments: refusals) func valuesAreRefusedWithTheirMessage(_ refusal: Refusal) {
    var bench = Bench()
    bench.server.insert(.contacts, ["email": "taken@example.com"])
    let answer = bench.send(.post, refusal.path, refusal.body)
    #expect(answer.status == 400)
    #expect(answer.text.contains(refusal.message.replacing("\"", with: "\\\"")))
  }

  @Test func listsPageFilterAndSearch() {
    var bench = Bench()
    for number in 0..<45 { bench.server.insertSample(.leads, number: number) }
    let second = bench.get("leads/", ("page", "2"), ("ordering", "created_at"))
    #expect(second["count"] == 45 && second["results"][0]["id"] == 21)
    #expect(second["next"].string?.hasSuffix("/api/v1/leads/?ordering=created_at&page=3") == true)
    #expect(second["previous"].string?.contains("page=") == false)
    #expect(bench.get("leads/", ("page", "last"))["results"].items.count == 5)
    #expect(bench.get("leads/", ("search", "first7 person7@"))["count"] == 1)
    #expect(bench.get("leads/", ("search", "first7 person8"))["count"] == 0)
    #expect(bench.get("leads/")["results"][0]["id"] == 45)
    bench.server.change(.leads, 3, ["assigned_to": 1, "status": "lost"])
    #expect(bench.get("leads/", ("assigned_to_me", "true"))["count"] == 1)
    #expect(bench.get("leads/", ("status", "lost"))["results"][0]["id"] == 3)
  }

  @Test func writesReplaceWhatIsSentAndNothingElse() {
    var bench = Bench()
    let contact = bench.server.insert(.contacts, ["email": "c@example.com"]).id
    let deal = bench.server.insert(.opportunities, ["name": "A", "contact": .integer(contact), "amount": "1250.275"]).id
    let path = "opportunities/\(deal)/"
    let patched = Bench.json(bench.send(.patch, path, ["amount": "1e3", "probability": "50"]))
    #expect(patched["amount"] == "1000.00" && patched["weighted_amount"] == "500.00" && patched["name"] == "A")
    #expect(patched["contact_detail"]["email"] == "c@example.com")
    #expect(bench.send(.put, path, ["name": "B"]).status == 400)
    #expect(bench.send(.put, path, Bench.deal(contact)).status == 200)
    #expect(bench.send(.delete, "contacts/\(contact)/").status == 204)
    #expect(bench.send(.get, path).status == 404, "deals go with their contact")
  }

  @Test func aLeadIsConverted() {
    var bench = Bench()
    let plain = bench.server.insert(.leads, ["email": "a@example.com", "last_name": "V"]).id
    #expect(Bench.json(bench.send(.post, "leads/\(plain)/convert/"))["opportunity_id"] == .null)
    #expect(bench.send(.post, "leads/\(plain)/convert/").status == 500, "twice")
    let lead = bench.server.insert(
      .leads,
      ["first_name": "F", "last_name": "V", "email": "b@example.com", "company_name": .null, "estimated_value": "9.00"])
    let answer = Bench.json(bench.send(.post, "leads/\(lead.id)/convert/"))
    let deal = bench.get("opportunities/\(answer["opportunity_id"].integer ?? 0)/")
    #expect(deal["name"] == "None - F V" && deal["probability"] == 0 && deal["contact"] == answer["contact_id"])
    #expect(bench.get("leads/\(lead.id)/")["status"] == "converted")
  }

  @Test func aTaskIsCompletedAndAgain() {
    var bench = Bench()
    let id = Bench.json(bench.send(.post, "tasks/", Bench.task))["id"].integer ?? 0
    #expect(Bench.json(bench.send(.patch, "tasks/\(id)/", ["status": "completed"]))["completed_at"] == .null)
    let first = Bench.json(bench.send(.post, "tasks/\(id)/complete/"))["completed_at"]
    let second = Bench.json(bench.send(.post, "tasks/\(id)/complete/"))["completed_at"]
    #expect(first != .null && first != second)
  }

  @Test func numbersOfEveryKind() {
    var bench = Bench()
    let contact = bench.server.insert(.contacts, ["email": "c@example.com"]).id
    bench.server.insert(.leads, ["email": "a@example.com", "lead_score": 80, "assigned_to": 1])
    bench.server.insert(
      .opportunities, ["contact": .integer(contact), "amount": "833.33", "probability": 10, "stage": "proposal"])
    bench.server.insert(.tasks, ["title": "T", "due_date": "2020-01-01T00:00:00Z"])
    #expect(bench.get("leads/statistics/")["high_score"] == 1)
    #expect(bench.get("leads/statistics/")["by_status"]["new"] == 1)
    #expect(bench.get("contacts/statistics/")["by_status"] == [:])
    #expect(bench.get("tasks/statistics/")["overdue"] == 1)
    #expect(bench.get("opportunities/pipeline/")["by_stage"]["proposal"]["count"] == 1)
    #expect(bench.send(.get, "opportunities/statistics/").status == 404)
  }

  @Test func filesAreImportedWithoutAQuestion() {
    var bench = Bench()
    let mapping = #"{"Name":"last_name","Mail":"email","State":"status"}"#
    func post(_ resource: String, _ csv: String, mapping: String? = mapping) -> HTTPResponse {
      var body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n\(csv)\r\n"
      if let mapping { body += "--b\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n\(mapping)\r\n" }
      var request = HTTPRequest(.post, "/api/v1/import/\(resource)/", body: Array((body + "--b--\r\n").utf8))
      request.headers["Content-Type"] = "multipart/form-data; boundary=b"
      request.headers["Authorization"] = bench.bearer
      return bench.server.answer(request)
    }
    let answer = Bench.json(post("leads", "Name,Mail,State\r\nDoe,bad-email,BAD\r\n"))
    #expect(answer["imported"] == 1 && answer["errors"] == 0)
    #expect(bench.server.tables[.leads]?.all.last?["status"] == "BAD")
    #expect(Bench.json(post("contacts", "Name,Mail,State\nA,a@x.org,\nB,a@x.org,\n"))["error_details"][0]["row"] == 3)
    #expect(Bench.json(post("leads", "Name\nX", mapping: nil)).keys == ["mapping"])
    #expect(Bench.json(post("bogus", "Name\nX"))["error"] == "Invalid resource type: bogus")
    #expect(bench.send(.post, "import/leads/", [:]).status == 415)
    #expect(bench.send(.get, "import/tasks/").text == "title,description,task_type,priority,status,due_date\r\n")
  }

  @Test func scoringAndWorkflows() {
    var bench = Bench(as: "rep")
    let lead = bench.server.insert(.leads, ["lead_score": 80]).id
    #expect(bench.send(.post, "scoring/", ["lead_id": .integer(lead)]).status == 400)
    #expect(Bench.json(bench.send(.post, "scoring/", ["lead_id": 99]))["error"] == "Lead not found")
    #expect(bench.send(.post, "scoring/", ["action": "retrain"]).status == 403)
    #expect(bench.get("scoring/")["high_score"] == 1)
    let made = bench.send(.post, "workflows/", ["name": "W", "trigger_type": "record_created"])
    #expect(made.status == 201)
    let id = Bench.json(made)["id"].string ?? ""
    #expect(Bench.json(bench.send(.post, "workflows/\(id)/execute/"))["success"] == .bool(true))
    #expect(bench.get("workflows/\(id)/executions/") == [])
    #expect(bench.get("workflows/", ("status", "bogus"))["count"] == 0)
    #expect(bench.send(.delete, "workflows/\(id)/").status == 204)
  }

  @Test func everyFaultHappensOnce() {
    for fault in Fault.allCases {
      var network = FaultyNetwork(server: Bench().server, seed: UInt64(fault.rawValue))
      network.server.insertSample(.leads, number: 1)
      switch network.send(HTTPRequest(.get, "/api/v1/leads/"), with: fault) {
      case .failure: #expect(fault.scope == .network, "\(fault.name)")
      case .success(let response): #expect(response.status > 0, "\(fault.name)")
      }
    }
    #expect(Fault.allCases.count == 48)
  }
}

extension Bench {
  var bearer: String { "Bearer " + access }
}
