import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct ProblemTests {
  private let folder = TestFolder()

  private func cause(_ path: String) -> StoreProblem.Cause? {
    do {
      _ = try CRMStore(path: path)
      return nil
    } catch { return error.cause }
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func filesAreTheOwnersAlone() throws {
    let path = folder.file("new/deep/book.db")
    let store = try CRMStore(path: path)
    try store.transact("New") { try $0.insert(Lead()) }
    for name in ["book.db", "book.db-wal", "book.db-shm"] {
      #expect(try mode(folder.file("new/deep/" + name)) == 0o600)
    }
    #expect(try mode(folder.file("new/deep")) == 0o700)
    #expect(try mode(folder.file("new")) == 0o700)
    chmod(path, 0o644)
    _ = try CRMStore(path: path)
    #expect(try mode(path) == 0o600)
  }

  @Test func whatIsNoDatabaseIsLeftAsItIs() throws {
    let text = String(repeating: "name,email\n", count: 500)
    try text.write(toFile: folder.file("leads.csv"), atomically: true, encoding: .utf8)
    #expect(cause(folder.file("leads.csv")) == .notOurs)
    #expect(try String(contentsOfFile: folder.file("leads.csv"), encoding: .utf8) == text)
  }

  @Test(arguments: ["DELETE", "WAL"]) func anotherProgramsDatabaseIsLeftAsItIs(journal: String) throws {
    let path = folder.file("other.db")
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = \(journal); CREATE TABLE song(name TEXT)")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(cause(path) == .notOurs)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aNewerShapeIsRefused() throws {
    let path = folder.file()
    try CRMStore(path: path).pool.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations(identifier) VALUES ('999 from the future')")
    }
    #expect(cause(path) == .newerShape)
  }

  @Test func aFolderAndAFileInPlaceOfAFolderCannotBeOpened() throws {
    #expect(cause(folder.path) == .cannotOpen)
    try "x".write(toFile: folder.file("file"), atomically: true, encoding: .utf8)
    #expect(cause(folder.file("file/book.db")) == .cannotOpen)
  }

  /// Root may write anywhere, so another program that gives its rights up tries it.
  @Test func whatMayNotBeWrittenCanBeReadAndIsSaidToBe() throws {
    let path = folder.file("locked/book.db")
    func tried(_ path: String) throws -> [String] {
      try Hammer(["open", path]).lines().map { String($0.prefix { $0 != "/" }) }
    }
    let readOnly = ["1 leads", "readOnly "]
    try autoreleased {
      let store = try CRMStore(path: path)
      try store.transact("New") { try $0.insert(Lead()) }
      try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }
    chmod(folder.path, 0o755)
    chmod(folder.file("locked"), 0o555)
    chmod(path, 0o444)
    #expect(try tried(path) == readOnly)
    chmod(path, 0o666)
    #expect(try tried(path) == readOnly)
    chmod(folder.file("locked"), 0o777)
    chmod(path, 0o444)
    #expect(try tried(path) == readOnly)
    chmod(folder.file("locked"), 0o700)
    #expect(try tried(folder.file("locked/new.db")).first?.hasPrefix("cannotOpen") == true)
  }

  /// The log may not grow beyond some size: what was confirmed stays, and reading goes on.
  @Test(arguments: [400_000, 700_000, 1_500_000]) func aFileThatMayNotGrowLosesNothing(bytes: Int) throws {
    let path = folder.file()
    let lines = try Hammer(["fill", path, "\(bytes)"]).lines()
    #expect(lines.count == 3 && ["disk", "full"].contains(lines[0]) && lines[2] == "ok", "\(lines)")
    let store = try CRMStore(path: path)
    #expect(try store.problems() == [])
    let count = try store.read { try $0.count(.lead) }
    #expect(lines[1] == "\(count - 1) leads")
  }

  @Test func aFullDiskSavesNothingAndLosesNothing() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("New") { try $0.insert(Lead()) }
    let before = try store.dump()
    try store.pool.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    var large = Lead()
    large.notes = String(repeating: "note ", count: 100_000)
    #expect { try store.transact("Large") { [large] in try $0.insert(large) } } throws: {
      ($0 as? StoreProblem)?.cause == .full
    }
    #expect(try store.dump() == before)
    try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    try store.transact("Large") { [large] in try $0.insert(large) }
    #expect(try store.problems() == [])
  }

  @Test(.timeLimit(.minutes(1))) func aFileThatAnotherProgramWritesIsLocked() throws {
    let (store, other) = (try CRMStore.hasty(folder.file()), try CRMStore.hasty(folder.file()))
    try other.pool.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      #expect { try store.transact("New") { try $0.insert(Lead()) } } throws: {
        ($0 as? StoreProblem)?.cause == .locked
      }
      #expect(try store.read { try $0.count(.lead) } == 0)
      try db.execute(sql: "COMMIT")
    }
    try store.transact("New") { try $0.insert(Lead()) }
    #expect(try other.read { try $0.count(.lead) } == 1)
  }

  @Test func aDamagedPageIsSaidToBe() throws {
    let path = folder.file()
    try autoreleased {
      try CRMStore(path: path).pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: 100)
    try file.write(contentsOf: Data(repeating: 0xAB, count: 3_000))
    try file.close()
    #expect(cause(path) == .damaged)
  }

  private func autoreleased(_ body: () throws -> Void) rethrows { try body() }
}
