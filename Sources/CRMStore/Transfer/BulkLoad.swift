import CRMDomain
import GRDB

/// Adding so many rows, or taking so many out, that it is quicker to make a table's indexes anew afterwards than to keep them meanwhile.
///
/// The indexes that are left out are written down in `left_out_index` in the same transaction, with the program that did it,
/// so that they are made again even if that program is killed. Lists are complete without them, only slower.
enum BulkLoad {
  static let sql = """
    CREATE TABLE left_out_index (name TEXT PRIMARY KEY, sql TEXT NOT NULL, process TEXT NOT NULL) WITHOUT ROWID;
    """

  /// Fewer rows are not worth it.
  static let fewestRows = 20_000

  /// - Parameter fewest: how many rows are worth it, beside how many are there. A row in indexes of a million costs 100 us,
  ///   one more in an index that is made anew 4 us.
  /// - Parameter isCheap: whether an index of these columns may as well be kept.
  static func leaveOut(
    _ kind: EntityKind, rows: Int, fewest: (Int) -> Int, isCheap: ([String]) -> Bool, in db: Database,
  ) throws {
    let present = try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(kind.rawValue)\"") ?? 0
    guard rows >= fewest(present) else { return }
    try claim(in: db)
    // Those of sparse columns cost nothing, and undo asks them who refers to a row.
    let indexes = try Row.fetchAll(
      db,
      sql: """
        SELECT name, sql FROM sqlite_master
        WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL AND sql NOT LIKE '%IS NOT NULL%'
        """, arguments: [kind.rawValue])
    for index in indexes {
      let name: String = index["name"]
      let columns = try String.fetchAll(
        db, sql: "SELECT name FROM pragma_index_info(?) WHERE cid >= 0", arguments: [name])
      guard !isCheap(columns) else { continue }
      try db.execute(
        sql: "INSERT OR REPLACE INTO left_out_index(name, sql, process) VALUES (?, ?, ?)",
        arguments: [name, index["sql"] as String, RunningProcess.this.text])
      try db.execute(sql: "DROP INDEX \"\(name)\"")
    }
  }

  /// What a program left out that is no more stays out as long as this one needs it.
  private static func claim(in db: Database) throws {
    for row in try Row.fetchAll(db, sql: "SELECT name, process FROM left_out_index")
    where RunningProcess(text: row["process"])?.isAlive != true {
      try db.execute(
        sql: "UPDATE left_out_index SET process = ? WHERE name = ?",
        arguments: [RunningProcess.this.text, row["name"] as String])
    }
  }

  /// Makes what was left out by this program, or by one that is no more.
  static func makeAgain(isOwnDone: Bool, in db: Database) throws {
    for index in try Row.fetchAll(db, sql: "SELECT name, sql, process FROM left_out_index") {
      let process = RunningProcess(text: index["process"])
      guard process?.isThis == true ? isOwnDone : process?.isAlive != true else { continue }
      let isThere = try Int.fetchOne(
        db, sql: "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?", arguments: [index["name"] as String])
      if isThere == nil { try db.execute(sql: index["sql"]) }
      try db.execute(sql: "DELETE FROM left_out_index WHERE name = ?", arguments: [index["name"] as String])
    }
  }
}

extension CRMStore {
  /// Makes ready for about `rows` new rows of `kind`. `finishLoading` follows, whatever happens.
  ///
  /// Meanwhile a commit survives a kill of the program; a power failure may take back the last ones, whole.
  ///
  /// - Parameter fields: what the rows fill in. In all else they are alike, so that an index of it only grows at its end.
  package func beginLoading(_ kind: EntityKind, rows: Int, filling fields: Set<String>) throws(StoreProblem) {
    try leaveIndexesOut(kind, rows: rows, fewest: { $0 / 10 }, isCheap: { fields.isDisjoint(with: $0) })
  }

  /// The same for rows that are to go.
  func beginUnloading(_ kind: EntityKind, rows: Int) throws(StoreProblem) {
    try leaveIndexesOut(kind, rows: rows, fewest: { $0 - rows }, isCheap: { _ in false })
  }

  private func leaveIndexesOut(
    _ kind: EntityKind, rows: Int, fewest: (Int) -> Int, isCheap: ([String]) -> Bool,
  ) throws(StoreProblem) {
    guard rows >= BulkLoad.fewestRows else { return }
    do {
      try pool.writeWithoutTransaction { db in
        try db.execute(
          sql: """
            PRAGMA synchronous = NORMAL; PRAGMA cache_size = -12000; PRAGMA wal_autocheckpoint = 4000;
            PRAGMA temp_store = FILE;
            """)
        try db.inTransaction {
          try BulkLoad.leaveOut(kind, rows: rows, fewest: fewest, isCheap: isCheap, in: db)
          return .commit
        }
      }
    } catch { throw StoreProblem(error, path: path) }
  }

  /// Makes the indexes that were left out, puts the new rows into the text index, and all of it on the disk.
  package func finishLoading() throws(StoreProblem) {
    do {
      try pool.writeWithoutTransaction { db in
        // Sorting within what a processor keeps at hand takes two thirds of the time.
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -1000")
        try db.inTransaction {
          try BulkLoad.makeAgain(isOwnDone: true, in: db)
          return .commit
        }
      }
      try settleTextIndex()
      try pool.writeWithoutTransaction {
        try $0.execute(
          sql: """
            PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;
            PRAGMA shrink_memory;
            """)
      }
    } catch let problem as StoreProblem {
      throw problem
    } catch { throw StoreProblem(error, path: path) }
  }

  /// True while indexes are left out.
  package func isLoading() throws(StoreProblem) -> Bool {
    try read { try Int.fetchOne($0.db, sql: "SELECT 1 FROM left_out_index LIMIT 1") != nil }
  }

  /// Makes the indexes that a program left out which was killed before it could make them again.
  package func finishInterruptedLoading() throws(StoreProblem) {
    do {
      guard try isLoading() else { return }
      try pool.write { try BulkLoad.makeAgain(isOwnDone: false, in: $0) }
      try settleTextIndex()
    } catch let problem as StoreProblem {
      throw problem
    } catch { throw StoreProblem(error, path: path) }
  }
}
