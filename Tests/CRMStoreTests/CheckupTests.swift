import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct CheckupTests {
  private let folder = TestFolder()

  private func book() throws -> CRMStore {
    try SampleBook(folder.file(), TestRandom(), leads: 60, others: 20).store
  }

  private func wrong(_ path: String) throws -> [String] {
    try CRMStore.examine(path).findings.filter { $0.verdict == .wrong }.map(\.subject)
  }

  @Test func aSoundBookIsFine() throws {
    let store = try book()
    try store.backup()
    let report = try CRMStore.examine(store.path)
    #expect(report.isFine && !report.isDamaged && !report.isIndexStale)
    #expect(
      report.findings.map(\.subject) == [
        "modes", "space", "log", "backups", "shape", "pages", "references", "journal", "text index",
      ])
    #expect(report.findings.allSatisfy { $0.verdict == .fine }, "\(report.findings)")
  }

  @Test func aBookWithoutBackupsIsAdvisedToMakeOne() throws {
    let advice = try CRMStore.examine(book().path).findings.filter { $0.verdict == .advice }
    #expect(advice.map(\.remedy) == ["crm backup"])
  }

  @Test func whatIsNotThereIsNotMade() {
    #expect { try CRMStore.examine(folder.file()) } throws: { ($0 as? StoreProblem)?.cause == .cannotOpen }
    #expect(!FileManager.default.fileExists(atPath: folder.file()))
  }

  @Test(arguments: [
    "UPDATE lead SET search_text = 'something else' WHERE id = 7",
    "UPDATE lead SET last_name = 'Nobody' WHERE id = 7",
    "DELETE FROM lead_gram WHERE key = (SELECT min(key) FROM lead_gram)",
    "UPDATE contact_gram SET ids = x'01FFFFFFFF' WHERE key = (SELECT max(key) FROM contact_gram)",
    "INSERT INTO task_gram(key, ids) VALUES (777, x'0001')",
  ])
  func anIndexThatIsNotThatOfTheRowsIsFoundAndRebuilt(harm: String) throws {
    let store = try book()
    try store.pool.write { try $0.execute(sql: harm) }
    #expect(try wrong(store.path) == ["text index"])
    try store.rebuildTextIndex()
    #expect(try wrong(store.path) == [])
    #expect(try store.problems() == [])
  }

  @Test func eachMistakeIsFound() throws {
    let store = try book()
    try store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; UPDATE task SET lead = 99999 WHERE id = 1")
      try db.execute(sql: "UPDATE change SET fields = 'no JSON' WHERE id = 1")
    }
    chmod(store.path, 0o644)
    #expect(try wrong(store.path) == ["modes", "references", "journal"])
    try CRMStore.tidy(store.path)
    #expect(try wrong(store.path) == ["references", "journal"])
  }

  @Test func damagedPagesAreFound() throws {
    let path = folder.file()
    try book().pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: 4096 * 20)
    try file.write(contentsOf: Data(repeating: 0xAB, count: 4096))
    try file.close()
    let report = try CRMStore.examine(path)
    #expect(report.isDamaged, "\(report.findings)")
    #expect(try wrong(path).contains("pages"))
  }
}
