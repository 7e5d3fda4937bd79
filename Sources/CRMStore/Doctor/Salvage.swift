import CRMDomain
import Foundation
import GRDB

/// What became of a damaged book.
package struct SalvageReport: Sendable {
  /// One table, in rows.
  package struct Part: Hashable, Sendable {
    package let table: String
    package var read = 0
    /// Read, but without some of the texts at their end.
    package var incomplete = 0
    package var fromBackup = 0
    /// Known from the journal or the backup, and nowhere to be found.
    package var lost = 0
  }

  package internal(set) var parts: [Part]
  /// Where the damaged file is kept.
  package internal(set) var kept = ""
  /// What the gaps were filled from, if there was one.
  package internal(set) var backup: Backup?
}

extension CRMStore {
  /// Makes a new book of what can be read of a damaged one, page by page, and of the newest good backup where rows are
  /// missing, and puts it in its place. The damaged file is kept.
  /// - Throws: `StoreProblem` with the file as it was, if a program has it open or there is nothing to read.
  package static func salvage(_ path: String, now: Instant) throws(StoreProblem) -> SalvageReport {
    try refuseIfOpen(path)
    do {
      let backup = newestGoodBackup(of: path)
      var report = SalvageReport(parts: [])
      let kept = try Swap(path: path, now: now, label: "damaged").put { new in
        try BackupWriter.makeFile(new)
        _ = try CRMStore(path: new)
        let file = try DatabaseQueue(path: new, configuration: bareConfiguration)
        try file.writeWithoutTransaction {
          try $0.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        }
        report = try Salvage(damaged: RawPages(path: path), backup: backup).run(into: file)
        try file.writeWithoutTransaction {
          try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")
        }
        try BackupWriter.check(file, path: path)
        try file.close()
      }
      report.kept = kept ?? path
      return report
    } catch {
      throw StoreProblem(error, path: path)
    }
  }

  /// True if the file, which SQLite takes for none of its own, has rows of ours.
  static func hasOurRows(_ path: String) -> Bool {
    do {
      let pages = try RawPages(path: path)
      let tables = try DatabaseQueue().write { db in
        try FoldedCollation.install(in: db)
        try db.execute(sql: InitialShape.sql)
        return try RawTable.all(in: db).filter { ["operation", "change", "lead"].contains($0.name) }
      }
      return (2..<max(3, min(pages.count, 500))).contains { number in
        guard let page = RawPage(number, of: pages), page.kind == .leafTable else { return false }
        let records = page.records
        return records.count > 1 && records.allSatisfy { record in tables.contains { $0.fits(record.values) } }
      }
    } catch { return false }
  }
}

/// Fills an empty book from damaged pages and a backup.
private final class Salvage {
  private let damaged: RawPages
  private let backup: Backup?
  private var parts: [String: SalvageReport.Part] = [:]

  init(damaged: RawPages, backup: Backup?) {
    self.damaged = damaged
    self.backup = backup
  }

  func run(into file: DatabaseQueue) throws -> SalvageReport {
    let source = try backup.map {
      try DatabaseQueue(
        path: OpenPath.readOnly($0.path), configuration: CRMStore.bareConfiguration(isReadOnly: true))
    }
    let tables = try file.write { db in
      let tables = try RawTable.all(in: db).filter { !TextIndex.isOwn($0.name) }
      for table in tables { parts[table.name] = SalvageReport.Part(table: table.name) }
      try copyPages(tables, to: db)
      if parts.values.allSatisfy({ $0.read == 0 }) { throw StoreProblem(.notOurs, path: "") }
      return tables
    }
    try file.write { db in
      try source?.read { try fillGaps(tables, from: $0, in: db) }
      try nameOperations(in: db)
      try countLost(tables, in: db)
      for table in tables { try cutLooseEnds(table, in: db) }
      for kind in EntityKind.allCases { try TextIndex.rebuild(kind, in: db) }
    }
    let order = tables.map(\.name)
    return SalvageReport(
      parts: order.compactMap { parts[$0] }.filter { $0.read + $0.fromBackup + $0.lost > 0 }, backup: backup)
  }

  private func copyPages(_ tables: [RawTable], to db: Database) throws {
    let statements = try Dictionary(
      uniqueKeysWithValues: tables.map { ($0.name, try db.makeStatement(sql: $0.insertion)) })
    try RawTables(pages: damaged, tables: tables).each { table, records in
      guard let statement = statements[table.name] else { return }
      for record in records {
        var values = record.values
        if table.hasID { values[0] = record.id.databaseValue }
        values += Array(repeating: .null, count: table.columns.count - values.count)
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
        guard db.changesCount > 0 else { continue }
        parts[table.name]?.read += 1
        if !record.isWhole { parts[table.name]?.incomplete += 1 }
      }
    }
  }

  // MARK: Gaps

  /// Copies the rows that only the backup has, unless the journal says that they were deleted.
  private func fillGaps(_ tables: [RawTable], from source: Database, in db: Database) throws {
    for table in tables {
      let sql = "SELECT * FROM \"\(table.name)\""
      let deleted = try ids(of: table, action: "delete", in: db)
      let statement = try db.makeStatement(sql: table.insertion)
      let rows = try Row.fetchCursor(source, sql: sql)
      while let row = try rows.next() {
        if table.hasID, deleted.contains(row["id"]) { continue }
        let values = table.columns.map { (row[$0] as DatabaseValue?) ?? .null }
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
        parts[table.name]?.fromBackup += db.changesCount
      }
    }
  }

  /// A line of the journal says of its operation at least that there was one: what is known of the changes can then still
  /// be looked at and taken back.
  private func nameOperations(in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO operation(id, at, origin, verb, title)
        SELECT DISTINCT c.operation, coalesce((SELECT max(at) FROM operation WHERE id < c.operation), 0), 'user',
          'change', 'Change whose name was damaged'
        FROM change AS c WHERE c.operation > 0 AND c.operation NOT IN (SELECT id FROM operation)
        """)
    parts["operation"]?.read += db.changesCount
    parts["operation"]?.incomplete += db.changesCount
  }

  /// The records the journal says were written, and not deleted since, that are not there.
  private func countLost(_ tables: [RawTable], in db: Database) throws {
    for table in tables where EntityKind(rawValue: table.name) != nil {
      var expected = try ids(of: table, action: "insert", in: db)
      for id in try Int.fetchAll(db, sql: "SELECT id FROM \"\(table.name)\"") { expected.remove(id) }
      parts[table.name]?.lost = expected.count
    }
    for table in tables where ["operation", "change"].contains(table.name) {
      let sql = "SELECT coalesce(max(id), 0) - count(*) FROM \"\(table.name)\""
      parts[table.name]?.lost = try Int.fetchOne(db, sql: sql) ?? 0
    }
  }

  /// The ids whose last such line in the journal is `action`.
  private func ids(of table: RawTable, action: String, in db: Database) throws -> IndexSet {
    var ids = IndexSet()
    let sql = """
      SELECT record, last_record, action FROM change
      WHERE kind = ? AND action <> 'update' AND record > 0 AND last_record BETWEEN record AND 1 << 40 ORDER BY id
      """
    let changes = try Row.fetchCursor(db, sql: sql, arguments: [table.name])
    while let row = try changes.next() {
      let range = IndexSet(integersIn: (row[0] as Int)...(row[1] as Int))
      if row[2] as String == action { ids.formUnion(range) } else { ids.subtract(range) }
    }
    return ids
  }

  /// What refers to a row that is not there refers to none, as if it had been deleted; where it must refer to one, it goes.
  private func cutLooseEnds(_ table: RawTable, in db: Database) throws {
    let keys = try Row.fetchAll(
      db, sql: "SELECT \"from\", \"table\" FROM pragma_foreign_key_list(?)", arguments: [table.name])
    for key in keys {
      let (column, other) = (key["from"] as String, key["table"] as String)
      let isLoose = "\"\(column)\" IS NOT NULL AND \"\(column)\" NOT IN (SELECT id FROM \"\(other)\")"
      try db.execute(
        sql: table.requires(column)
          ? "DELETE FROM \"\(table.name)\" WHERE \(isLoose)"
          : "UPDATE \"\(table.name)\" SET \"\(column)\" = NULL WHERE \(isLoose)")
    }
  }
}
