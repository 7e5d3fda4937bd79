import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

/// Changing many records together leaves behind what changing one after the other does, and is taken back the same way.
@Suite struct BulkChangeTests {
  private let folder = TestFolder()

  private let changes: [[String: FieldValue]] = [
    ["status": .text("lost")], ["status": .text("it's \"odd\" 株"), "priority": .none], ["lead_score": .integer(7)],
    ["estimated_value": .money(-1250), "assigned_to": .reference(2)], ["company_name": .text("Zoë & Søn")],
    ["tags": .tags(["a", "b,c"]), "notes": .none], ["region": .text("North"), "status": .text("new")],
    ["next_follow_up": .instant(testNow), "last_name": .none], ["lead_score": .none],
  ]

  @Test(.timeLimit(.minutes(6))) func manyTogetherAreAsOneAfterTheOther() throws {
    let seed = UInt64.random(in: 0...999_999)
    let (one, other) = (try book("one.db", seed), try book("other.db", seed))
    var states = [try one.store.dump()]
    for (number, values) in changes.enumerated() {
      let ids = (1...1400).filter { $0 % (number + 2) != 0 }.map(Int64.init).reversed() + [99_999]
      try one.store.transact("Change") { writer in
        for id in ids.dropLast() { try writer.set(values, in: .lead, id) }
      }
      try other.store.transact("Change") { writer in _ = try writer.set(values, in: .lead, Array(ids)) }
      states.append(try one.store.dump())
      #expect(try other.store.dump() == states.last, "\(values), seed \(seed)")
    }
    try walk(one.store, states)
    try walk(other.store, states)
    #expect(try other.store.problems() == [])
  }

  /// Back and forth; each store journals what it changed.
  private func walk(_ store: CRMStore, _ states: [String]) throws {
    for state in states.dropLast().reversed() {
      #expect(try store.undo()?.kept == [])
      #expect(try store.dump() == state)
    }
    for state in states.dropFirst() {
      #expect(try store.redo()?.kept == [])
      #expect(try store.dump() == state)
    }
  }

  @Test func theTrashTakesMany() throws {
    let store = try book("one.db", 5).store
    let before = try store.dump()
    let ids = Array(1...Int64(1200))
    let counts = [
      try store.transact("Delete") { try $0.trash(.lead, ids) },
      try store.transact("Delete again") { try $0.trash(.lead, ids) },
      try store.transact("Put back") { try $0.restore(.lead, [1, 2, 3]) },
    ]
    #expect(counts == [1200, 0, 3])
    #expect(try store.read { try $0.count(.lead) } == 203)
    for _ in 0..<2 { _ = try store.undo() }
    #expect(try store.dump() == before)
    #expect(try store.problems() == [])
  }

  @Test func anUndoKeepsWhatWasChangedSince() throws {
    let store = try book("one.db", 6).store
    let ids = Array(1...Int64(1300))
    try store.transact("All") { _ = try $0.set(["status": .text("lost")], in: .lead, ids) }
    try store.transact("One") { _ = try $0.set(["status": .text("converted")], in: .lead, 700) }
    let operation = try #require(try store.read { try $0.history(limit: 2) }.last)
    let result = try #require(try store.revert(operation: operation.id))
    #expect(result.kept.count == 1)
    #expect(try store.read { try $0.record(Identifier<Lead>(700)) }?.status == "converted")
    #expect(try store.problems() == [])
  }

  @Test func workThatIsEndedChangesNothing() throws {
    let store = try book("one.db", 7).store
    let before = try store.dump()
    #expect(throws: StoreProblem.self) {
      try store.transact("All") { writer in
        _ = try writer.set(["status": .text("odd")], in: .lead, Array(1...1400)) {
          if $0 >= 1000 { throw CancellationError() }
        }
      }
    }
    #expect(try store.dump() == before)
  }

  private func book(_ name: String, _ seed: UInt64) throws -> SampleBook {
    try SampleBook(folder.file(name), TestRandom(seed: seed), leads: 1400, others: 8)
  }
}
