import CRMDomain
import GRDB

/// How far an undo or a redo is.
package struct ReplayProgress: Hashable, Sendable {
  /// Records that were looked at.
  package let done: Int
  package let total: Int
  /// The operation that is taken back or done again, and the one that writes it.
  package let operations: Set<Int64>
}

/// An undo or a redo of more records than one transaction should hold, and how far it came. It is written with each part,
/// so that one that is killed goes on with the next start of the program.
struct UnfinishedReplay {
  static let sql = """
    CREATE TABLE unfinished_replay (
      target INTEGER PRIMARY KEY REFERENCES operation(id),
      verb TEXT NOT NULL,
      source INTEGER NOT NULL REFERENCES operation(id),
      operation INTEGER NOT NULL REFERENCES operation(id),
      line INTEGER NOT NULL,
      records INTEGER NOT NULL,
      process TEXT NOT NULL
    );
    """

  /// Records of one transaction, more or less.
  static let piece = 2000

  /// What is taken back or done again.
  let target: Int64
  let verb: Operation.Verb
  /// Whose lines of the journal are inverted.
  let source: Int64
  /// The undo or the redo itself, once it has written something.
  var operation: Int64?
  /// The lines from here on are done.
  var line = Int64.max
  /// Records that were put back.
  var records = 0
  private(set) var process: RunningProcess?

  init(_ verb: Operation.Verb, of target: Int64, source: Int64) {
    (self.verb, self.target, self.source) = (verb, target, source)
  }

  private init(row: Row) {
    self.init(Operation.Verb(rawValue: row["verb"]) ?? .undo, of: row["target"], source: row["source"])
    (operation, line, records) = (row["operation"], row["line"], row["records"])
    process = RunningProcess(text: row["process"])
  }

  /// The one that stops half-way, turned round: what it wrote is inverted.
  var turnedBack: UnfinishedReplay? {
    operation.map { UnfinishedReplay(verb == .undo ? .redo : .undo, of: target, source: $0) }
  }

  static func of(_ target: Int64, in db: Database) throws -> UnfinishedReplay? {
    try Row.fetchOne(db, sql: "SELECT * FROM unfinished_replay WHERE target = ?", arguments: [target])
      .map(UnfinishedReplay.init(row:))
  }

  /// Those whose program is gone.
  static func left(in db: Database) throws -> [UnfinishedReplay] {
    try Row.fetchAll(db, sql: "SELECT * FROM unfinished_replay ORDER BY target").map(UnfinishedReplay.init(row:))
      .filter { $0.process?.isAlive != true }
  }

  func save(in db: Database) throws {
    let sql = """
      INSERT OR REPLACE INTO unfinished_replay(target, verb, source, operation, line, records, process)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """
    try db.execute(
      sql: sql, arguments: [target, verb.rawValue, source, operation, line, records, RunningProcess.this.text])
  }

  /// Notes in the operation's row that it is undone, or stands again. One that was turned back leaves it as it was.
  func finish(in db: Database) throws {
    try db.execute(sql: "DELETE FROM unfinished_replay WHERE target = ?", arguments: [target])
    switch verb {
    case .undo where source == target:
      try db.execute(sql: "UPDATE operation SET undone_by = ? WHERE id = ?", arguments: [operation, target])
    case .redo:
      try db.execute(
        sql: "UPDATE operation SET undone_by = NULL WHERE id = ? AND undone_by = ?", arguments: [target, source])
    case .undo, .change: break
    }
  }
}

extension StoreReader {
  /// How many records the operation wrote, counted no further than `limit`.
  package func recordCount(of operation: Int64, limit: Int = .max) throws -> Int {
    let sql = """
      SELECT coalesce(sum(count), 0)
      FROM (SELECT last_record - record + 1 AS count FROM change WHERE operation = ? LIMIT ?)
      """
    return try Int.fetchOne(db, sql: sql, arguments: [operation, limit]) ?? 0
  }

  /// True if taking the operation back, or doing it again, is more than a moment's work.
  package func isLong(_ operation: Operation) throws -> Bool {
    let source = try Replay.source(of: operation, operation.isUndone ? .redo : .undo, db)
    return try recordCount(of: source, limit: UnfinishedReplay.piece + 1) > UnfinishedReplay.piece
  }
}
