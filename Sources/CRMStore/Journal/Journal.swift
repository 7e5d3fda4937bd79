import CRMDomain
import GRDB

/// One entry of history: everything that was written together.
package struct Operation: Hashable, Sendable, Identifiable {
  package enum Verb: String, Sendable { case change, undo, redo }
  package let id: Int64
  package let at: Instant
  package let origin: String
  package let verb: Verb
  package let title: String
  /// True while an undo of it stands.
  package let isUndone: Bool

  init(row: Row) {
    id = row["id"]
    at = Instant(microseconds: row["at"])
    origin = row["origin"]
    verb = Verb(rawValue: row["verb"]) ?? .change
    title = row["title"]
    isUndone = row["undone_by"] != nil
  }
}

/// One record's part in an operation.
package struct RecordChange: Hashable, Sendable {
  package enum Action: String, Sendable {
    case insert, update, delete
  }
  package let operation: Int64
  package let kind: EntityKind
  /// The ids `records` were written alike; one id except for insertions in a row.
  package let records: ClosedRange<Int64>
  package let action: Action
  /// Field name to old and new value as stored, for an update; to the value that was there, twice, for a deletion.
  package let fields: [String: (old: JSONValue, new: JSONValue)]

  package static func == (left: RecordChange, right: RecordChange) -> Bool {
    left.operation == right.operation && left.kind == right.kind && left.records == right.records
      && left.action == right.action && left.fields.keys == right.fields.keys
      && left.fields.allSatisfy { key, value in right.fields[key].map { $0 == value } ?? false }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(operation)
    hasher.combine(records)
  }

  init?(row: Row) throws {
    guard let kind = EntityKind(rawValue: row["kind"]), let action = Action(rawValue: row["action"]) else { return nil }
    operation = row["operation"]
    self.kind = kind
    self.action = action
    records = row["record"]...row["last_record"]
    fields = try RecordChange.decode(row["fields"], action)
  }

  private static func decode(_ text: String?, _ action: Action) throws -> [String: (old: JSONValue, new: JSONValue)] {
    guard let text, case .object(let object) = try JSONValue(parsing: text) else { return [:] }
    return object.compactMapValues { value in
      if action == .delete { return (value, .null) }
      guard case .array(let pair) = value, pair.count == 2 else { return nil }
      return (pair[0], pair[1])
    }
  }
}

/// What an undo or a redo did.
package struct UndoResult: Hashable, Sendable {
  /// The title of the operation that was taken back or done again.
  package let title: String
  package let records: Int
  /// What was changed since and so was kept, as "Ada Lovelace: status"; at most `mostKept` of them.
  package let kept: [String]
  package static let mostKept = 1000
  /// True if it was stopped: everything is as before.
  package internal(set) var isStopped = false
}

extension StoreReader {
  /// The latest operations, newest first, without the undos and redos themselves.
  package func history(limit: Int, before: Int64 = .max) throws -> [Operation] {
    let sql = "SELECT * FROM operation WHERE verb = 'change' AND id < ? ORDER BY id DESC LIMIT ?"
    return try Row.fetchAll(db, sql: sql, arguments: [before, limit]).map(Operation.init(row:))
  }

  /// The operations that touched one record, newest first, with what they did to it.
  package func history(of kind: EntityKind, _ id: Int64, limit: Int) throws -> [(Operation, RecordChange)] {
    try Row.fetchAll(db, sql: StoreReader.historySQL, arguments: [kind.rawValue, id, limit]).compactMap { row in
      guard let change = try RecordChange(row: row) else { return nil }
      return (Operation(row: row), change)
    }
  }

  /// Lines of many records are few, and have an index of their own.
  static let historySQL = """
    SELECT operation.id, operation.at, operation.origin, operation.verb, operation.title, operation.undone_by,
      change.operation, change.kind, change.record, change.last_record, change.action, change.fields
    FROM change JOIN operation ON operation.id = change.operation
    WHERE change.id IN (
      SELECT id FROM change WHERE kind = ?1 AND record = ?2
      UNION ALL
      SELECT id FROM change WHERE kind = ?1 AND record < ?2 AND last_record >= ?2 AND last_record > record)
    ORDER BY change.id DESC LIMIT ?3
    """

  package func changes(of operation: Int64, limit: Int = .max) throws -> [RecordChange] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM change WHERE operation = ? ORDER BY id LIMIT ?", arguments: [operation, limit]
    )
    .compactMap(RecordChange.init(row:))
  }

  /// What the next undo would take back, or nil.
  package func nextUndo() throws -> Operation? {
    let sql = """
      SELECT * FROM operation
      WHERE verb = 'change' AND undone_by IS NULL AND origin NOT IN ('sync', 'engine') ORDER BY id DESC LIMIT 1
      """
    return try Row.fetchOne(db, sql: sql).map(Operation.init(row:))
  }

  /// What the next redo would do again, or nil: the last thing undone, unless the rep did something new since.
  package func nextRedo() throws -> Operation? {
    let sql = """
      SELECT * FROM operation WHERE undone_by IS NOT NULL
        AND undone_by > (SELECT coalesce(max(id), 0) FROM operation
          WHERE verb = 'change' AND origin NOT IN ('sync', 'engine'))
      ORDER BY undone_by DESC LIMIT 1
      """
    return try Row.fetchOne(db, sql: sql).map(Operation.init(row:))
  }
}

extension CRMStore {
  /// Takes back the latest operation that still stands, or answers nil if there is none.
  package func undo() throws(StoreProblem) -> UndoResult? {
    try replay(.undo) { try $0.nextUndo() }
  }

  /// Does again what was undone last, or answers nil if there is nothing.
  package func redo() throws(StoreProblem) -> UndoResult? {
    try replay(.redo) { try $0.nextRedo() }
  }

  /// Takes back one operation of history, whatever came after it. What was changed since is kept and listed.
  ///
  /// - Parameter watch: asked between the transactions of a long operation; false puts everything as it was before.
  package func revert(
    operation id: Int64, watch: (ReplayProgress) -> Bool = { _ in true },
  ) throws(StoreProblem) -> UndoResult? {
    try replay(.undo, watch: watch) { reader in
      let sql = "SELECT * FROM operation WHERE id = ? AND verb = 'change' AND undone_by IS NULL"
      return try Row.fetchOne(reader.db, sql: sql, arguments: [id]).map(Operation.init(row:))
    }
  }

  /// Does one undone operation of history again, whatever came after it.
  ///
  /// - Parameter watch: as for `revert`.
  package func redo(
    operation id: Int64, watch: (ReplayProgress) -> Bool = { _ in true },
  ) throws(StoreProblem) -> UndoResult? {
    try replay(.redo, watch: watch) { reader in
      let sql = "SELECT * FROM operation WHERE id = ? AND verb = 'change' AND undone_by IS NOT NULL"
      return try Row.fetchOne(reader.db, sql: sql, arguments: [id]).map(Operation.init(row:))
    }
  }

  /// What `revert` would do to the operation, or `redo` if it is undone: everything is done and nothing is kept.
  package func rehearse(operation id: Int64) throws(StoreProblem) -> UndoResult? {
    do {
      var result: UndoResult?
      try pool.writeInTransaction { db in
        let row = try Row.fetchOne(db, sql: "SELECT * FROM operation WHERE id = ? AND verb = 'change'", arguments: [id])
        guard let operation = row.map(Operation.init(row:)) else { return .rollback }
        result = try replay(operation, operation.isUndone ? .redo : .undo, db)
        return .rollback
      }
      return result
    } catch {
      throw StoreProblem(error, path: path)
    }
  }
}

extension CRMStore {
  /// A value of the journal as the field's own kind of value.
  package static func fieldValue(_ value: JSONValue, of info: FieldInfo) -> FieldValue {
    StoredValue.decode(value.databaseValue, as: info.kind)
  }
}
