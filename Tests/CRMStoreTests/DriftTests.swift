import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct DriftTests {
  private let folder = TestFolder()

  @Test(arguments: EntityKind.allCases)
  func tablesHaveTheColumnsOfTheSchemas(kind: EntityKind) throws {
    let store = try CRMStore.hasty(folder.file())
    let columns = try store.pool.read { db in
      try Row.fetchAll(db, sql: "SELECT name, type FROM pragma_table_info(?)", arguments: [kind.rawValue])
        .map { "\($0["name"] as String) \($0["type"] as String)" }
    }
    let fields = kind.fields.map { "\($0.name) \($0.kind.columnType)" }
    #expect(Set(columns) == Set(["id INTEGER", "search_text TEXT", "deleted_at INTEGER"] + fields))
    #expect(columns.count == fields.count + 3)
  }

  @Test(arguments: EntityKind.allCases)
  func referencesAreForeignKeys(kind: EntityKind) throws {
    let store = try CRMStore.hasty(folder.file())
    let keys = try store.pool.read { db in
      try Row.fetchAll(
        db, sql: "SELECT \"from\", \"table\" FROM pragma_foreign_key_list(?)", arguments: [kind.rawValue]
      )
      .map { "\($0["from"] as String) \($0["table"] as String)" }
    }
    let references = kind.fields.compactMap { info in
      if case .reference(let other) = info.kind { "\(info.name) \(other.rawValue)" } else { nil }
    }
    #expect(Set(keys) == Set(references))
  }

  /// A migration that has shipped keeps its name and its place for ever; new ones are added at the end.
  @Test func migrationsAreOnlyAppended() {
    #expect(
      Migrations.migrator.migrations == [
        "001 initial shape", "002 state of a lead", "003 text index in segments",
        "004 indexes left out while loading", "005 imports and saved mappings", "006 records that are not duplicates",
        "007 synchronising", "008 unfinished undo", "009 names of synchronised fields once",
      ])
  }

  /// Each of several programs that start at once finds the same migrations missing.
  @Test func severalMayMigrateAtOnce() async throws {
    for round in 0..<10 {
      let path = folder.file("\(round).db")
      let pools = try (0..<4).map { _ in try DatabasePool(path: path, configuration: CRMStore.bareConfiguration) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for pool in pools { group.addTask { try Migrations.run(on: pool) } }
        try await group.waitForAll()
      }
      let applied = try await pools[0].read { try Migrations.migrator.completedMigrations($0) }
      #expect(applied == Migrations.migrator.migrations)
    }
  }

  @Test func openingAgainChangesNothing() throws {
    func shape(_ store: CRMStore) throws -> [String] {
      try store.pool.read {
        try String.fetchAll($0, sql: "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY rowid")
      }
    }
    let first = try shape(CRMStore.hasty(folder.file()))
    #expect(try shape(CRMStore.hasty(folder.file())) == first)
  }
}
