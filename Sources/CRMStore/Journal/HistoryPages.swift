import CRMDomain
import GRDB

/// Which operations of history are wanted.
package struct HistoryFilter: Hashable, Sendable {
  /// Who or what wrote them.
  package enum Source: String, CaseIterable, Hashable, Sendable {
    case user, importing = "import", sync, workflow, engine

    /// What a rep calls it.
    package var word: String {
      switch self {
      case .user: "me"
      case .importing: "import"
      case .sync: "sync"
      case .workflow: "workflow"
      case .engine: "the program"
      }
    }
  }

  package var source: Source?
  /// Words that must be in the title or the origin, in any order, without case and accents.
  package var text = ""
  /// Only what touched this record.
  package var record: Subject?

  package struct Subject: Hashable, Sendable {
    package let kind: EntityKind
    package let id: Int64
    package init(_ kind: EntityKind, _ id: Int64) {
      self.kind = kind
      self.id = id
    }
  }

  package init(source: Source? = nil, text: String = "", record: Subject? = nil) {
    self.source = source
    self.text = text
    self.record = record
  }

  /// Every operation, in every state.
  package var isEmpty: Bool { source == nil && words.isEmpty && record == nil }

  fileprivate var words: [String] { SearchText.fold(text).split(separator: " ").map(String.init) }

  fileprivate func holds(_ operation: Operation) -> Bool {
    let words = words
    guard !words.isEmpty else { return true }
    let text = SearchText.fold(operation.title + " " + operation.origin)
    return words.allSatisfy(text.contains)
  }
}

extension StoreReader {
  /// The latest operations that the filter wants and whose number is below `before`, newest first.
  package func history(_ filter: HistoryFilter, limit: Int, before: Int64 = .max) throws -> [Operation] {
    var sql = "SELECT * FROM operation WHERE verb = 'change' AND id < ?"
    var arguments: [any DatabaseValueConvertible] = [before]
    if let source = filter.source {
      sql += " AND (origin = ? OR origin LIKE ?)"
      arguments += [source.rawValue, source.rawValue + " %"]
    }
    if let record = filter.record {
      sql += " AND id IN (\(Self.operationsOfRecord))"
      arguments += [record.kind.rawValue, record.id, record.kind.rawValue, record.id, record.id]
    }
    sql += " ORDER BY id DESC"
    var operations: [Operation] = []
    let rows = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(arguments))
    while operations.count < limit, let row = try rows.next() {
      let operation = Operation(row: row)
      if filter.holds(operation) { operations.append(operation) }
    }
    return operations
  }

  private static let operationsOfRecord = """
    SELECT operation FROM change WHERE kind = ? AND record = ?
    UNION ALL
    SELECT operation FROM change WHERE kind = ? AND record < ? AND last_record >= ? AND last_record > record
    """

  /// One operation by its number, or nil.
  package func operation(_ id: Int64) throws -> Operation? {
    try Row.fetchOne(db, sql: "SELECT * FROM operation WHERE id = ?", arguments: [id]).map(Operation.init(row:))
  }

  /// Lines of the journal that an operation has: one for each record, insertions in a row being one.
  package func changeCount(of operation: Int64) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM change WHERE operation = ?", arguments: [operation]) ?? 0
  }

  /// Lines `rows` of an operation, or of what it did to `record` alone.
  package func changes(of operation: Int64, rows: Range<Int>, record: HistoryFilter.Subject? = nil) throws
    -> [RecordChange]
  {
    var sql = "SELECT * FROM change WHERE operation = ?"
    var arguments: [any DatabaseValueConvertible] = [operation]
    if let record {
      sql += " AND kind = ? AND record <= ? AND last_record >= ?"
      arguments += [record.kind.rawValue, record.id, record.id]
    }
    sql += " ORDER BY id LIMIT ? OFFSET ?"
    arguments += [rows.count, rows.lowerBound]
    return try Row.fetchAll(db, sql: sql, arguments: StatementArguments(arguments)).compactMap(RecordChange.init(row:))
  }
}
