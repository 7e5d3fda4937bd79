import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct LargeImportTests {
  private func indexes(_ store: CRMStore) throws -> [String] {
    try store.read {
      try String.fetchAll(
        $0.db, sql: "SELECT name || sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1")
    }
  }

  /// So many rows that indexes are left out meanwhile, and segments of the text index are full on the way.
  @Test(.timeLimit(.minutes(10))) func everyIndexIsWholeBehindALargeFile() throws {
    let desk = try ImportDesk()
    let before = try indexes(desk.store)
    let note = String(repeating: "note ", count: 36)
    let rows = (0..<30_000).map { "Hopper \($0),h\($0)@x.example,\(note)" }
    let outcome = try desk.load("last_name,email,notes\n" + rows.joined(separator: "\n") + "\n")
    #expect(outcome.report.created == 30_000)
    #expect(try indexes(desk.store) == before)
    #expect(try desk.store.problems() == [])
    #expect(try desk.store.read { try TextIndex.agrees(.lead, in: $0.db) })
  }

  private func left(_ store: CRMStore) throws -> Set<String> {
    Set(try store.read { try String.fetchAll($0.db, sql: "SELECT name FROM left_out_index") })
  }

  @Test func whereMostRowsAreThereAlreadyIndexesAreKept() throws {
    let desk = try ImportDesk()
    let note = String(repeating: "x", count: 160)
    let rows = (0..<30_000).map { "Hopper \($0),h\($0)@x.example,\(note)" }
    let text = "last_name,email,notes\n" + rows.joined(separator: "\n") + "\n"
    var seen: [Set<String>] = []
    _ = try desk.job(text).apply(rejects: .nowhere) { _ in
      seen.append((try? self.left(desk.store)) ?? [])
      return .goOn
    }
    #expect(seen.contains { $0.contains("lead_by_email") })
    seen = []
    let again = try desk.job(text, .lead, { $0.updates(by: .email) }).apply(rejects: .nowhere) { _ in
      seen.append((try? self.left(desk.store)) ?? [])
      return .goOn
    }
    #expect(again.report.identical == 30_000 && !seen.isEmpty && seen.allSatisfy(\.isEmpty))
  }

  @Test func anIndexOfWhatTheFileDoesNotSayIsKept() throws {
    let desk = try ImportDesk()
    func left() throws -> Set<String> { try self.left(desk.store) }
    try desk.store.beginLoading(.lead, rows: 20_000, filling: ["last_name", "email", "status"])
    #expect(try left() == ["lead_by_name", "lead_by_email", "lead_by_status"])
    try desk.store.finishLoading()
    #expect(try left() == [])
  }

  /// Colleagues whom the first rows name are added before them, and are not what takes long to take back.
  @Test func whatAnImportAddedMostOfIsToldFromTheColleaguesItMade() throws {
    let desk = try ImportDesk()
    let rows = (0..<20).map { "Hopper \($0),owner\($0 % 4)" }
    let outcome = try desk.load("last_name,owner\n" + rows.joined(separator: "\n") + "\n")
    let operation = try #require(outcome.operation)
    #expect(try desk.store.read { try $0.kindAdded(by: operation) } == .lead)
  }

  @Test func aLongOperationPutsFullSegmentsIntoTheTextIndex() {
    let size = TextSegment.size
    let long = TextIndexRest.lastSegment(changed: 9)
    #expect(long.end(through: 0, last: size - 2) == 0)
    #expect(long.end(through: 0, last: size - 1) == size - 1)
    #expect(long.end(through: 0, last: size * 3 + 5) == size * 3 - 1)
    #expect(long.end(through: size + 7, last: size + 9) == size + 7)
    let few = TextIndexRest.few(7)
    #expect(few.end(through: 10, last: 17) == 10)
    #expect(few.end(through: 10, last: 18) == 18)
  }
}
