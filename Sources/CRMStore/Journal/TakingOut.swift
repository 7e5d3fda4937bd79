import CRMDomain
import GRDB

/// Removes the rows that an operation added in a row, with their images in the journal, in a few statements for all of
/// them. Rows that were edited since, and those that others refer to, stay.
struct TakingOut {
  private let writer: StoreWriter
  private let kind: EntityKind
  private let ids: ClosedRange<Int64>
  /// The operation that added them.
  private let operation: Int64

  init(_ writer: StoreWriter, _ change: RecordChange) {
    (self.writer, kind, ids, operation) = (writer, change.kind, change.records, change.operation)
  }

  /// Answers how many rows went, and which stay.
  func run() throws -> (count: Int, kept: [Int64]) {
    let kept = try edited().union(referredTo()).sorted()
    let own = try writer.begin(kind)
    let arguments: [DatabaseValue] = [
      ids.lowerBound.databaseValue, ids.upperBound.databaseValue, SameValues.list(kept).databaseValue,
    ]
    try execute(journalSQL, arguments + [own.databaseValue])
    try execute("DELETE FROM \"\(kind.rawValue)\" WHERE \(going)", arguments)
    return (writer.db.changesCount, kept)
  }

  private var going: String { "id BETWEEN ?1 AND ?2 AND id NOT IN (SELECT value FROM json_each(?3))" }

  /// Those that an operation after this one, itself still standing, changed. What came from a server does not count, as
  /// in `Replay`.
  private func edited() throws -> Set<Int64> {
    let sql = """
      SELECT DISTINCT change.record FROM change JOIN operation ON operation.id = change.operation
      WHERE change.kind = ? AND change.record BETWEEN ? AND ? AND change.action = 'update' AND operation.id > ?
        AND operation.verb = 'change' AND operation.undone_by IS NULL AND operation.origin <> 'sync'
      """
    return try found(sql, [kind.rawValue, ids.lowerBound, ids.upperBound, operation])
  }

  private func referredTo() throws -> Set<Int64> {
    var found: Set<Int64> = []
    for other in EntityKind.allCases {
      for field in other.fields where field.kind == .reference(kind) {
        let name = "\"\(field.name)\""
        found.formUnion(
          try self.found(
            "SELECT DISTINCT \(name) FROM \"\(other.rawValue)\" WHERE \(name) >= ? AND \(name) <= ?",
            [ids.lowerBound, ids.upperBound]))
      }
    }
    return found
  }

  private func found(_ sql: String, _ arguments: StatementArguments) throws -> Set<Int64> {
    let statement = try writer.db.cachedStatement(sql: sql)
    return try Set(Int64.fetchAll(statement, arguments: arguments)).filter { id in
      // What is gone already neither goes nor stays.
      try writer.storedColumns(["id"], in: kind, id) != nil
    }
  }

  /// A line per row with everything it has, the last row first, as one after the other would write it.
  private var journalSQL: String {
    let names = kind.fields.map(\.name) + ["search_text", "deleted_at"]
    let pairs = names.map {
      "CASE WHEN \"\($0)\" IS NULL THEN '' ELSE ',\"\($0)\":' || json_quote(\"\($0)\") END"
    }
    return """
      INSERT INTO change(operation, kind, record, last_record, action, fields)
      SELECT ?4, '\(kind.rawValue)', id, id, 'delete', '{' || substr(\(pairs.joined(separator: " || ")), 2) || '}'
      FROM "\(kind.rawValue)" WHERE \(going) ORDER BY id DESC
      """
  }

  private func execute(_ sql: String, _ arguments: [DatabaseValue]) throws {
    let statement = try writer.db.cachedStatement(sql: sql)
    statement.setUncheckedArguments(StatementArguments(arguments))
    try statement.execute()
  }
}
