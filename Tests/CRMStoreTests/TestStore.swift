import Foundation
import GRDB

@testable import CRMDomain
@testable import CRMStore

/// Random numbers whose seed is printed; `CRM_TEST_SEED` runs a test with the same ones again.
struct TestRandom: RandomNumberGenerator {
  private var generator: SplitMix64

  init(_ test: String = #function) {
    let wanted = ProcessInfo.processInfo.environment["CRM_TEST_SEED"].flatMap(UInt64.init)
    let seed = wanted ?? .random(in: 0...999_999_999)
    print("\(test) seed \(seed)")
    generator = SplitMix64(seed: seed)
  }

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func next() -> UInt64 { generator.next() }
  mutating func int(_ range: ClosedRange<Int>) -> Int { generator.int(range) }
  mutating func chance(_ percent: Int) -> Bool { generator.chance(percent) }
  mutating func pick<Item>(_ items: [Item]) -> Item { generator.pick(items) }
}

/// A folder of its own for each test, gone with it.
final class TestFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "crm-store-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      fatalError("no folder for tests: \(error)")
    }
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") }
  }

  func file(_ name: String = "book.db") -> String { path + "/" + name }
}

/// A clock that stands still, so that what is written can be compared.
let testNow = Instant(seconds: 1_795_000_000)
let testToday = LocalCalendar.utc.day(of: testNow)

extension CRMStore {
  /// A store that does not wait for the disk: tests that kill nothing need no fsync.
  /// Its text index takes in rows after a few, so that small books use both it and the rows beside it.
  static func hasty(_ path: String) throws -> CRMStore {
    var limits = TextIndexLimits()
    limits.loose = 7
    let store = try CRMStore(path: path, textLimits: limits) { testNow }
    try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    return store
  }

  /// Every row of every kind but the stamp of the last change, as SQLite writes it down.
  func dump() throws -> String {
    try pool.read { db in
      try EntityKind.allCases.map { kind in
        let columns = ["id"] + kind.fields.map(\.name).filter { $0 != "updated_at" } + ["search_text", "deleted_at"]
        let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
        let sql =
          "SELECT group_concat(line, char(10)) FROM (SELECT \(row) AS line FROM \"\(kind.rawValue)\" ORDER BY id)"
        return kind.rawValue + "\n" + (try String.fetchOne(try db.cachedStatement(sql: sql)) ?? "")
      }.joined(separator: "\n")
    }
  }

  /// What is wrong with the file, its references and its text indexes; empty if nothing is.
  func problems() throws -> [String] {
    try pool.write { db in
      var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
      if try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") != nil { problems.append("a reference leads nowhere") }
      for kind in EntityKind.allCases where kind.isIndexedForSearch { problems += try CRMStore.problems(of: kind, db) }
      return problems
    }
  }

  private static func problems(of kind: EntityKind, _ db: Database) throws -> [String] {
    let name = kind.rawValue
    var problems: [String] = []
    if try !TextIndex.agrees(kind, in: db) { problems.append("the index of \(name)") }
    func check<R: CRMDomain.Record>(_ type: R.Type) throws {
      let stored = try Row.fetchAll(db, sql: "SELECT id, search_text FROM \"\(name)\"")
      for row in stored {
        let record = try StoreReader(db: db).record(Identifier<R>(row[0]))
        if record?.searchText != row[1] { problems.append("the search text of \(name) \(row[0] as Int64)") }
      }
    }
    try check(kind.recordType)
    return problems
  }
}
