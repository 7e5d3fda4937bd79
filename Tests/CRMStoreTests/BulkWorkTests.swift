import Testing

@testable import CRMDomain
@testable import CRMStore

/// One change of many records: counted beforehand, written in pieces, one undo, stopped as the rep chooses.
@Suite struct BulkWorkTests {
  private let folder = TestFolder()

  /// Leads with ids from 1 on: every tenth is contacted already, every hundredth converted.
  private func store(of count: Int) throws -> CRMStore {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Fill") { writer in
      for number in 1...count {
        var lead = Lead()
        lead.lastName = "Lead \(number)"
        lead.status =
          number % 100 == 0 ? "converted" : number % 10 == 0 ? "contacted" : number % 3 == 0 ? "lost" : "new"
        try writer.insert(lead)
      }
    }
    return store
  }

  private func work(_ store: CRMStore) throws -> BulkWork {
    let info = try #require(EntityKind.lead.field("status"))
    let change = BulkChange(.lead, [.init(info, .set(.text("contacted")), shown: "contacted")])
    return BulkWork(change, context: .init(now: testNow, calendar: .utc, stages: []), store: store)
  }

  @Test func whatIsCountedIsWhatIsDone() throws {
    let store = try store(of: 5000)
    let ids = (1...5000).map(Int64.init)
    let work = try work(store)
    let tally = try #require(try work.tally(ids))
    #expect((tally.seen, tally.changed, tally.same) == (5000, 4500, 450))
    #expect(tally.stays == ["converted already": 50])
    #expect(tally.before[0].counts[.text("lost")] == 1500 && tally.before[0].counts[.text("new")] == 3000)
    let before = try store.dump()
    let result = try work.run(ids, title: "Change")
    #expect((result.changed, result.done) == (4500, 5000))
    let after = try #require(try work.tally(ids))
    #expect(after.changed == 0 && after.same == 4950)
    #expect(try store.read { try $0.history(limit: 9) }.map(\.title) == ["Change", "Fill"], "one operation")
    #expect(try store.undo()?.records == 4500)
    #expect(try store.dump() == before)
    #expect(try store.problems() == [])
  }

  @Test func whatIsStoppedIsTakenBackOrKept() throws {
    let store = try store(of: 5000)
    let ids = (1...5000).map(Int64.init)
    let before = try store.dump()
    let taken = try work(store).run(ids, title: "Change") { $0.done >= 4000 ? .takeBack : .goOn }
    #expect(taken.end == .takeBack && taken.done == 4000)
    #expect(try store.dump() == before)
    let kept = try work(store).run(ids, title: "Change") { _ in .keep }
    #expect(kept.end == .keep && kept.done == 2000)
    let history = try store.read { try $0.history(limit: 9) }
    #expect(history.first?.title == "Change (stopped after 2000)" && history.first?.isUndone == false)
    _ = try store.undo()
    #expect(try store.dump() == before)
  }

  @Test func othersWriteBetweenThePiecesAndNothingOfTheirsIsLost() throws {
    let store = try store(of: 5000)
    let result = try work(store).run((1...5000).map(Int64.init), title: "Change") { progress in
      if progress.done == 2000 {
        do {
          try store.transact("Other") { try $0.set(["status": .text("lost"), "notes": .text("mine")], in: .lead, 1) }
        } catch { Issue.record(error) }
      }
      return .goOn
    }
    let operation = try #require(result.operation)
    let undone = try #require(try store.revert(operation: operation))
    #expect(undone.kept == ["Lead 1: Status"])
    let lead: Lead? = try store.read { try $0.record(Identifier(1)) }
    #expect(lead?.status == "lost" && lead?.notes == "mine")
  }

  @Test func recordsThatWentMeanwhileAreLeftAlone() throws {
    let store = try store(of: 10)
    try store.transact("Delete") { try $0.trash(.lead, 1) }
    let result = try work(store).run([1, 2, 4, 999], title: "Change")
    #expect(result.changed == 2)
    let trash = BulkWork(.trashing(.lead), context: .init(now: testNow, calendar: .utc, stages: []), store: store)
    #expect(try trash.tally([1, 2, 999])?.changed == 1)
    #expect(try trash.run([1, 2, 999], title: "Delete").changed == 1)
  }

  @Test func anEditedTableLeavesWhatOthersChanged() throws {
    let store = try store(of: 3)
    let info = try #require(EntityKind.lead.field("status"))
    let changes = (1...3).map {
      TextEdit.Change(id: $0, info: info, old: .text($0 == 3 ? "lost" : "new"), new: .text("qualified"))
    }
    try store.transact("Other") { try $0.set(["status": .text("unqualified")], in: .lead, 1) }
    let context = BulkChange.Context(now: testNow, calendar: .utc, stages: [])
    #expect(try store.read { try changes[0].current($0, .lead) } == .text("unqualified"))
    let result = try store.transact("Edit") { try $0.write(changes, in: .lead, context) }
    #expect((result.changed, result.kept) == (2, 1))
    let forced = try store.transact("Edit") { try $0.write([changes[0]], forced: [changes[0]], in: .lead, context) }
    #expect((forced.changed, forced.kept) == (1, 0))
  }
}
