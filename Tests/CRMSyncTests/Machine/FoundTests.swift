import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What simulated histories once broke, each in its shortest form.
@Suite struct FoundTests {
  /// A page that could not be read was taken for one with nothing on it, and the lead was made again.
  @Test(arguments: [Fault.cutToLength, .invalidJSON]) func anUnreadablePageIsNotAnEmptyOne(_ fault: Fault) throws {
    var bench = RoundBench(.firstPublished)
    try bench.round()
    _ = try bench.lead("doe")
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        let isSearch = bench.requests.last?.parameter("search") != nil
        if isSearch { bench.faults[bench.requests.count] = fault }
      }
    }
    try bench.round()
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.leads).count == 1 && bench.store.operations().isEmpty)
  }

  /// A score changed between the create and the search for it, and the lead was made again.
  @Test func aScoreDoesNotHideALostCreate() throws {
    var bench = RoundBench(.firstPublished)
    try bench.round()
    _ = try bench.lead("doe")
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.parameter("search") != nil { bench.server.rescoreLeads() }
      }
    }
    try bench.round()
    #expect(bench.rows(.leads).count == 1 && bench.store.operations().isEmpty)
  }

  /// A completion that had to be spelt out, an edit and a deletion in a row lost the edit.
  @Test func aDeletionThatIsNotDoneKeepsEveryEditBeforeIt() throws {
    var bench = RoundBench(.newestPublished)
    bench.server.insertSample(.tasks, number: 1)
    try bench.round()
    let key = bench.key(.task, 1)
    bench.store.update(key, ["status": .text("completed")])
    try bench.store.noteComplete(key, edits: ["status": Edit(from: .text("pending"), to: .text("completed"))])
    try bench.edit(key, "title", .text("Mine"))
    try bench.delete(key)
    bench.server.change(.tasks, 1, ["description": "Theirs"])
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.store.record(key)?.isTrashed == false)
    #expect(bench.store.conflicts.contains { $0.field == "title" && $0.mine == .text("Mine") })
  }

  /// A create that was accepted in an answer nobody could read, and whose row others then deleted, was made again.
  @Test func whatOthersDeletedDoesNotComeBack() throws {
    var bench = RoundBench()
    try bench.round()
    let key = try bench.lead("doe")
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /leads/"] { bench.faults[bench.requests.count] = .cutToLength }
      }
    }
    try bench.round()
    bench.server.remove(.leads, 1)
    bench.server.now = bench.server.now.adding(seconds: 400)
    try bench.round()
    #expect(bench.rows(.leads).isEmpty && bench.store.operations().isEmpty)
    #expect(bench.store.record(key)?.isTrashed == true)
    #expect(bench.store.conflicts.map(\.reason) == [.deletedThere])
  }
}
