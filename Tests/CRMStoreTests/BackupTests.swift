import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct BackupTests {
  private let folder = TestFolder()

  private func book(_ name: String = "book.db", leads: Int = 3) throws -> CRMStore {
    let store = try CRMStore.hasty(folder.file(name))
    try store.transact("New") { writer in for _ in 0..<leads { try writer.insert(Lead()) } }
    return store
  }

  private func count(_ path: String) throws -> Int {
    try CRMStore(path: path).read { try $0.count(.lead) }
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  // MARK: Copies

  @Test func aBackupIsOneFileOfTheOwnersAlone() throws {
    let store = try book()
    let path = try store.backup()
    #expect(try mode(path) == 0o600)
    #expect(try mode(folder.file("backups")) == 0o700)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("backups")).count == 1)
    try CRMStore.checkBackup(path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("backups")).count == 1)
    #expect(try count(path) == 3)
  }

  @Test func aBackupHasWhatWasCommittedAndNothingUnderWay() throws {
    let store = try book()
    try store.transact("New") { writer in
      try writer.insert(Lead())
      try store.backup(to: folder.file("copy.db"))
    }
    #expect(try count(folder.file("copy.db")) == 3)
    #expect(try store.read { try $0.count(.lead) } == 4)
  }

  @Test func aBackupThatFailsLeavesTheOldOne() throws {
    try FileManager.default.createDirectory(atPath: folder.file("taken"), withIntermediateDirectories: true)
    let store = try book()
    #expect(throws: StoreProblem.self) { try store.backup(to: folder.file("taken")) }
    #expect(throws: StoreProblem.self) { try store.backup(to: folder.file("no/such/folder/copy.db")) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.contains("partial") })
  }

  @Test func thereIsOneBackupADayAndNoneOfAnEmptyBook() throws {
    let empty = try CRMStore.hasty(folder.file("empty.db"))
    try empty.prepareEmptyBook(userName: "ada")
    #expect(try empty.backupOfTheDay() == nil)
    let store = try book()
    let path = try #require(try store.backupOfTheDay())
    let today = LocalCalendar(.current).day(of: testNow)
    #expect(path == folder.file("backups/book-\(today.iso).sqlite"))
    #expect(try store.backupOfTheDay() == nil)
    #expect(CRMStore.backups(of: store.path).map(\.path) == [path])
    #expect(CRMStore.backups(of: empty.path).isEmpty)
  }

  @Test func aBookIsCopiedBeforeItsShapeChanges() throws {
    let path = folder.file("old.db")
    var migrator = DatabaseMigrator()
    migrator.registerMigration("001 initial shape") { db in
      try db.execute(sql: InitialShape.sql)
      for kind in InitialShape.searched { try db.execute(sql: InitialShape.textIndex(of: kind)) }
    }
    let old = try DatabasePool(path: path, configuration: CRMStore.bareConfiguration)
    try migrator.migrate(old)
    try old.write { db in
      try db.execute(sql: "PRAGMA application_id = \(DatabaseFile.applicationID)")
      try db.execute(sql: "INSERT INTO lead(last_name, custom_fields) VALUES ('Lovelace', '{\"state\":\"CA\"}')")
    }
    try old.close()
    let store = try CRMStore(path: path) { testNow }
    #expect(try store.read { try $0.record(Identifier<Lead>(1)) }?.state == "CA")
    let backup = try #require(CRMStore.backups(of: path).first)
    #expect(backup.path.hasSuffix("-shape-001.sqlite"))
    let columns = try DatabaseQueue(path: backup.path).read { try $0.columns(in: "lead").map(\.name) }
    #expect(!columns.contains("state"))
  }

  // MARK: Which are kept

  @Test func sevenDaysAndFourWeeksAreKept() {
    var random = TestRandom()
    for _ in 0..<200 {
      let first = testToday.daysSince1970
      let days = Set((0..<random.int(1...80)).map { _ in first - random.int(0...120) })
      let backups = days.map { day in
        Backup(
          path: "\(day)", day: Day(daysSince1970: day), writtenAt: Instant(seconds: Int64(day) * 86_400), size: 1)
      }
      let old = Set(BackupFolder.tooOld(backups))
      let kept = backups.filter { !old.contains($0) }.map(\.day.daysSince1970).sorted(by: >)
      let newest = days.sorted(by: >)
      #expect(kept.prefix(7).elementsEqual(newest.prefix(7)))
      let rest = newest.dropFirst(7)
      let weeks = rest.reduce(into: [Int]()) { weeks, day in
        if weeks.last != (day + 3) / 7 { weeks.append((day + 3) / 7) }
      }
      #expect(kept.dropFirst(7).map { ($0 + 3) / 7 } == Array(weeks.prefix(4)))
      #expect(kept.dropFirst(7).allSatisfy { day in !rest.contains { $0 > day && ($0 + 3) / 7 == (day + 3) / 7 } })
    }
  }

  @Test func pruningLeavesOtherFilesAlone() throws {
    let store = try book()
    try store.backup()
    let files = BackupFolder(book: store.path)
    let others = ["book-notes.sqlite", "other-2020-01-01.sqlite", "book-2020-01-01.sqlite.partial-\(getpid())"]
    for name in others + ["book-2020-01-01.sqlite.partial-999999999"] {
      try "x".write(toFile: files.path + "/" + name, atomically: true, encoding: .utf8)
    }
    for day in 1...20 {
      try "x".write(toFile: files.file(testToday.adding(days: -day * 2)), atomically: true, encoding: .utf8)
    }
    files.prune()
    let left = try FileManager.default.contentsOfDirectory(atPath: files.path)
    #expect(Set(others).isSubset(of: left))
    #expect(left.count == others.count + 11)
  }

  // MARK: Restoring

  @Test func restoringPutsTheBackupInPlaceAndKeepsTheBook() throws {
    let path = folder.file()
    let backup = try book().backup()
    try CRMStore(path: path).transact("New") { try $0.insert(Lead()) }
    let kept = try #require(try CRMStore.restore(path, from: backup, now: testNow))
    #expect(try count(path) == 3)
    #expect(try count(kept) == 4)
    #expect(try mode(path) == 0o600)
    #expect(kept.hasPrefix(path + ".before-restore-"))
    #expect(try CRMStore(path: path).problems() == [])
  }

  @Test func aBackupThatIsNotWholeIsNotRestored() throws {
    let path = folder.file()
    let backup = try book(leads: 300).backup()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: backup))
    for page in stride(from: UInt64(4), to: 60, by: 1) {
      try file.seek(toOffset: page * 4096)
      try file.write(contentsOf: Data(repeating: 0xAB, count: 4096))
    }
    try file.close()
    #expect { try CRMStore.restore(path, from: backup, now: testNow) } throws: {
      ($0 as? StoreProblem)?.cause == .damaged
    }
    #expect(CRMStore.newestGoodBackup(of: path) == nil)
    #expect(try count(path) == 300)
    try "no book".write(toFile: folder.file("text"), atomically: true, encoding: .utf8)
    #expect { try CRMStore.restore(path, from: folder.file("text"), now: testNow) } throws: {
      ($0 as? StoreProblem)?.cause == .notOurs
    }
  }

  @Test func aBookThatIsOpenElsewhereIsNotReplaced() throws {
    let path = folder.file()
    let backup = try book().backup()
    let hammer = try Hammer(["hammer", path, "1"])
    while try count(path) < 4 { usleep(10_000) }
    #expect { try CRMStore.restore(path, from: backup, now: testNow) } throws: {
      ($0 as? StoreProblem)?.cause == .inUse
    }
    kill(hammer.process.processIdentifier, SIGKILL)
    _ = hammer.lines()
    try CRMStore.restore(path, from: backup, now: testNow)
    #expect(try count(path) == 3)
  }
}
