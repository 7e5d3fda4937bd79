import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct HistoryPageTests {
  private let folder = TestFolder()

  private func store() throws -> CRMStore {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Add Zoë") { try $0.insert(Lead()) }
    try store.transact("Fill", origin: .importing(file: "expo.csv")) { writer in
      for _ in 0..<700 { try writer.insert(Lead()) }
    }
    try store.transact("Rename", origin: .sync) { writer in
      for id in Int64(1)...700 { try writer.set(["last_name": .text("N\(id)")], in: .lead, id) }
    }
    return store
  }

  private func titles(_ store: CRMStore, _ filter: HistoryFilter) throws -> [String] {
    try store.read { try $0.history(filter, limit: 9) }.map(\.title)
  }

  @Test func historyIsFilteredBySourceByTextAndByRecord() throws {
    let store = try store()
    #expect(try titles(store, HistoryFilter()) == ["Rename", "Fill", "Add Zoë"])
    #expect(try titles(store, HistoryFilter(source: .importing)) == ["Fill"])
    #expect(try titles(store, HistoryFilter(source: .sync)) == ["Rename"])
    #expect(try titles(store, HistoryFilter(text: "ZOE add")) == ["Add Zoë"])
    #expect(try titles(store, HistoryFilter(text: "expo")) == ["Fill"])
    #expect(try titles(store, HistoryFilter(record: .init(.lead, 1))) == ["Rename", "Add Zoë"])
    #expect(try titles(store, HistoryFilter(record: .init(.lead, 701))) == ["Fill"])
  }

  @Test func aLargeOperationIsReadAPageAtATime() throws {
    let store = try store()
    let rename = try #require(try store.read { try $0.history(HistoryFilter(source: .sync), limit: 1) }.first)
    #expect(try store.read { try $0.changeCount(of: rename.id) } == 700)
    let page = try store.read { try $0.changes(of: rename.id, rows: 300..<310) }
    #expect(page.map(\.records.lowerBound) == Array(301...310))
    let own = try store.read { try $0.changes(of: rename.id, rows: 0..<9, record: .init(.lead, 7)) }
    #expect(own.map(\.records.lowerBound) == [7])
  }

  @Test func aRehearsalSaysWhatARevertDoesAndChangesNothing() throws {
    let store = try store()
    let rename = try #require(try store.read { try $0.history(HistoryFilter(source: .sync), limit: 1) }.first)
    try store.transact("Edit") { try $0.set(["last_name": .text("Mine")], in: .lead, 5) }
    let before = try store.dump()
    let count = try store.read { try $0.history(limit: 99) }.count
    let rehearsed = try #require(try store.rehearse(operation: rename.id))
    #expect(rehearsed.records == 699 && rehearsed.kept == ["Mine: Last name"])
    #expect(try store.dump() == before)
    #expect(try store.read { try $0.history(limit: 99) }.count == count)
    #expect(try store.revert(operation: rename.id) == rehearsed)
    let again = try #require(try store.rehearse(operation: rename.id))
    #expect(try store.redo(operation: rename.id) == again)
    #expect(try store.dump() == before)
    #expect(try store.problems() == [])
  }
}
