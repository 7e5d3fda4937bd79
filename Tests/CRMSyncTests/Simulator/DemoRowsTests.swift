import CRMDomain
import CRMSync
import Testing
import V1Simulator

/// The demo book on a server.
@Suite struct DemoRowsTests {
  @Test func aFirstRoundFetchesTheWholeBook() throws {
    var bench = RoundBench()
    let book = DemoBook(now: bench.now)
    bench.server.load(book, password: "demo")
    let body: JSONValue = ["username": .string(book.users[0].username), "password": "demo"]
    let answer = Bench.json(bench.server.answer(HTTPRequest(.post, "/api/auth/login/", json: body)))
    bench.session = Session(refresh: answer["refresh"].string ?? "")
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.store.mappingCount(.lead) == book.leads.count)
    #expect(bench.store.mappingCount(.contact) == book.contacts.count)
    #expect(bench.store.mappingCount(.opportunity) == book.opportunities.count)
    #expect(bench.store.mappingCount(.task) == book.tasks.count)
    let lead = try #require(book.leads.last)
    let fetched = try #require(bench.store.record(bench.key(.lead, Int(lead.id.rawValue))))
    for field in Lead.schema.fields where !field.info.isLocalOnly && field.info.name != "updated_at" {
      if case .reference = field.get(lead) { continue }
      #expect(fetched.fields[field.info.name] ?? .none == field.get(lead), "\(field.info.name)")
    }
    #expect(bench.report.problems.isEmpty && bench.writes.isEmpty)
  }
}
