import CRMDomain
import GRDB
import Testing
import V1Simulator

@testable import CRMStore
@testable import CRMSync

/// A first pull is large: rows go straight into new records, and indexes are made when they are there.
@Suite struct FirstPullTests {
  private func bench(_ count: Int, _ personality: Personality = .honoursPageSize) throws -> BookBench {
    try BookBench(personality) { server in
      for number in 0..<count { server.insertSample(.leads, number: number) }
    }
  }

  private func indexes(_ store: CRMStore) throws -> Set<String> {
    try store.read { reader in
      Set(try String.fetchAll(reader.db, sql: "SELECT name FROM sqlite_master WHERE type = 'index'"))
    }
  }

  @Test func bothWaysOfAddingARowWriteTheSame() throws {
    let bench = try bench(0)
    let server = #"{"id":7,"email":"a@example.com","tags":["x"],"custom_fields":{"a":1},"notes":null,"zz":[1]}"#
    let page = try WirePage(Array(#"{"count":1,"results":[\#(server)]}"#.utf8))
    var reader = PulledRowReader(WireShape(.lead))
    let row = try #require(try reader.row(page.heads[0], of: page))
    var memory = MemorySyncStore(name: "a")
    try memory.insert(row)
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.insert(row) }
    let known = try #require(memory.mapping(.lead, serverID: 7))
    _ = try bench.store.synchronise(bench.profile.id, "") { book in
      let mapping = try #require(try book.mapping(.lead, serverID: 7))
      #expect(mapping.base == known.base && mapping.extras == known.extras && mapping.listHash == known.listHash)
      #expect(mapping.updatedAt == known.updatedAt && mapping.needsDetail == known.needsDetail)
      let (here, there) = (try #require(try book.record(mapping.key)), try #require(memory.record(known.key)))
      for (name, value) in there.fields where !name.hasSuffix("ed_at") {
        #expect(here.fields[name] == value, "\(name)")
      }
      #expect(try book.listHashes(.lead, [6, 7]) == [7: known.listHash])
      #expect(try memory.listHashes(.lead, [6, 7]) == [7: known.listHash])
    }
  }

  @Test func indexesAreThereAgainAfterALargePull() throws {
    let bench = try bench(2500)
    let before = try indexes(bench.store)
    let dropped = BookLine(bench.transport, [9: [.drop(isExecuted: true)]])
    try bench.round(RoundOptions(), dropped)
    #expect(try bench.store.read { try $0.count(.lead) } > 0)
    #expect(try bench.store.isLoading(), "whoever stops it does not wait for them")
    try bench.round()
    #expect(try bench.store.read { try $0.count(.lead) } == 2500)
    #expect(try indexes(bench.store) == before)
    #expect(try CRMStore.examine(bench.store.path).isFine)
  }

  @Test func indexesAreLeftOutWhileManyRowsCome() throws {
    let bench = try bench(0)
    let before = try indexes(bench.store)
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.expect(1999, of: .lead) }
    #expect(try indexes(bench.store) == before)
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.expect(2000, of: .lead) }
    #expect(try bench.store.isLoading() && indexes(bench.store).isStrictSubset(of: before))
    try bench.store.finishLoading()
    #expect(try indexes(bench.store) == before)
  }

  @Test func whatWaitsToBeSentIsLookedUpByIndexes() throws {
    let bench = try bench(0)
    try bench.lead("doe")
    _ = try bench.pending()
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.expect(100_000, of: .lead) }
    #expect(try !bench.store.isLoading())
  }

  /// Commits of a pull are flushed later; those of the rep are on the disk when the call returns.
  @Test func whatTheRepSavesIsFlushedAtOnce() throws {
    struct Stop: Error {}
    let bench = try bench(0)
    func level() throws -> Int? {
      try bench.store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
    let full = try level()
    #expect(full == 2, "FULL from the beginning")
    let during = try bench.store.transact("Pull", origin: .sync, surviving: .kill) {
      try Int.fetchOne($0.db, sql: "PRAGMA synchronous")
    }
    #expect(during != full)
    #expect(try level() == full)
    #expect(throws: StoreProblem.self) { try bench.store.transact("Pull", surviving: .kill) { _ in throw Stop() } }
    #expect(try level() == full, "also after a failure")
    try bench.store.flush()
    #expect(try level() == full)
  }
}
