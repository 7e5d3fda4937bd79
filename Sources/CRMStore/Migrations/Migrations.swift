import CRMDomain
import GRDB

/// The changes of the file's shape, in order. Append only: a migration that has shipped is never edited.
enum Migrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("001 initial shape") { db in
      try db.execute(sql: InitialShape.sql)
      for kind in InitialShape.searched { try db.execute(sql: InitialShape.textIndex(of: kind)) }
    }
    migrator.registerMigration("002 state of a lead") { try $0.execute(sql: LeadState.sql) }
    migrator.registerMigration("003 text index in segments") { db in
      for kind in InitialShape.searched { try db.execute(sql: "DROP TABLE \(kind)_text; DROP VIEW \(kind)_live") }
      try db.execute(sql: TextIndex.sql)
      for kind in EntityKind.allCases where kind.isIndexedForSearch { try TextIndex.fill(kind, in: db) }
    }
    migrator.registerMigration("004 indexes left out while loading") { try $0.execute(sql: BulkLoad.sql) }
    migrator.registerMigration("005 imports and saved mappings") { try $0.execute(sql: ImportTables.sql) }
    migrator.registerMigration("006 records that are not duplicates") { try $0.execute(sql: NotDuplicates.sql) }
    migrator.registerMigration("007 synchronising") { try $0.execute(sql: Synchronising.sql) }
    migrator.registerMigration("008 unfinished undo") { try $0.execute(sql: UnfinishedReplay.sql) }
    migrator.registerMigration("009 names of synchronised fields once") { try $0.execute(sql: RowShapes.sql) }
    return migrator
  }

  /// Brings the file's shape up to date, also while other programs do the same.
  ///
  /// Which migrations are missing is read before the first of them has the file to itself, so that of two programs that
  /// start on one file the second repeats what the first has done and fails. Nothing of that repetition stays, and
  /// what is missing then is less.
  static func run(on pool: DatabasePool) throws {
    let migrator = migrator
    var done = try pool.read { try migrator.appliedIdentifiers($0).count }
    while true {
      do { return try migrator.migrate(pool) } catch {
        let now = try pool.read { try migrator.appliedIdentifiers($0).count }
        guard now > done else { throw error }
        done = now
      }
    }
  }
}
