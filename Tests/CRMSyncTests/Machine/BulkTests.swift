import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// Changes that are alike go together where that can do no harm.
@Suite struct BulkTests {
  /// A book of leads whose priority is to become high.
  private func bench(_ count: Int, _ personality: Personality = .documented) throws -> RoundBench {
    var bench = RoundBench(personality)
    for number in 1...count { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    for number in 1...count { try bench.edit(bench.key(.lead, number), "priority", .text("high")) }
    bench.server.now = bench.server.now.adding(seconds: 400)
    return bench
  }

  private func isHighEverywhere(_ bench: RoundBench) -> Bool {
    bench.rows(.leads).allSatisfy { $0["priority"] == "high" } && bench.store.operations().isEmpty
  }

  @Test func twentyLikeChangesAreOneRequest() throws {
    var bench = try bench(25)
    try bench.round()
    #expect(bench.writes == ["POST /leads/bulk_update/"] && isHighEverywhere(bench))
    #expect(!bench.requests.contains { $0.method == .patch })
    bench.server.now = bench.server.now.adding(seconds: 400)
    try bench.round()
    try bench.round()
    #expect(bench.writes.isEmpty)
  }

  @Test func aHundredIdsAreTheMost() throws {
    var bench = try bench(130)
    try bench.round()
    #expect(bench.writes == ["POST /leads/bulk_update/", "POST /leads/bulk_update/"] && isHighEverywhere(bench))
    let counts = try bench.requests.filter { $0.path.hasSuffix("bulk_update/") }
      .map { try JSONValue(parsing: $0.body)["ids"].items.count }
    #expect(counts == [100, 30])
  }

  @Test func fewerGoOneByOne() throws {
    var bench = try bench(19)
    try bench.round()
    #expect(bench.writes.allSatisfy { $0.hasPrefix("PATCH") } && bench.writes.count == 19 && isHighEverywhere(bench))
  }

  @Test func textsNeverGoTogether() throws {
    var bench = RoundBench()
    for number in 1...25 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    for number in 1...25 { try bench.edit(bench.key(.lead, number), "company_name", .text("Acme")) }
    try bench.round()
    #expect(!bench.writes.contains("POST /leads/bulk_update/") && bench.store.operations().isEmpty)
  }

  @Test func rowsThatWereNotCountedAreLookedAtOneByOne() throws {
    var bench = try bench(25)
    let gone = bench.key(.lead, 7)
    for request in 1...40 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /leads/bulk_update/"] { bench.server.remove(.leads, 7) }
      }
    }
    try bench.round()
    #expect(bench.requests.contains { $0.path == "/api/v1/leads/7/" })
    #expect(bench.store.record(gone)?.isTrashed == true && isHighEverywhere(bench))
    #expect(bench.store.conflicts.map(\.mine) == [.text("high")])
  }

  /// The server counts every row and writes none.
  @Test func aCountIsNotBelievedUntilTheListShowsTheValues() throws {
    var bench = try bench(25)
    for request in 1...40 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /leads/bulk_update/"], bench.requests.last?.method == .post {
          bench.faults[bench.requests.count] = .writeDropped
        }
      }
    }
    try bench.round()
    #expect(bench.store.operations().count == 25)
    try bench.round()
    #expect(isHighEverywhere(bench))
  }

  @Test(arguments: [Personality.hostile, .firstPublished, .honoursPageSize, .newestPublished])
  func everyServerTakesThemSomehow(_ personality: Personality) throws {
    var bench = try bench(25, personality)
    for _ in 0..<4 {
      try bench.round()
      bench.server.now = bench.server.now.adding(seconds: 400)
    }
    #expect(isHighEverywhere(bench), "\(bench.store.operations())")
  }

  @Test(arguments: [
    Fault.resetAfterExecution, .resetBeforeSending, .serverErrorExecuted, .badGateway, .throttledAsHTML,
  ])
  func aLostAnswerLosesNoChange(_ fault: Fault) throws {
    var bench = try bench(25)
    for request in 1...40 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /leads/bulk_update/"], bench.requests.last?.method == .post {
          bench.faults[bench.requests.count] = fault
        }
      }
    }
    for _ in 0..<3 {
      try bench.round()
      bench.server.now = bench.server.now.adding(seconds: 400)
    }
    #expect(isHighEverywhere(bench), "\(bench.store.operations())")
  }

  @Test func whatOthersChangedMeanwhileIsNotOverwritten() throws {
    var bench = try bench(25)
    bench.server.change(.leads, 3, ["priority": "urgent"])
    try bench.round()
    #expect(bench.rows(.leads)[2]["priority"] == "urgent")
    #expect(bench.store.conflicts.map(\.mine) == [.text("high")])
  }
}
