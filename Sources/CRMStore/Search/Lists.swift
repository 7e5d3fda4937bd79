import CRMDomain
import GRDB

extension StoreReader {
  /// The ids of the matches in order, at most `limit` of them. Stops early, with what it has, when `isStale` says so.
  package func ids(
    _ query: ListQuery, limit: Int? = nil, isStale: () -> Bool = { false },
  ) throws -> [Int64] {
    let sql = try QuerySQL(query: query, stages: stages(for: query))
    var ids: [Int64] = []
    for part in passes(sql, query) {
      let left = limit.map { $0 - ids.count }
      if left == 0 { break }
      let statement = try db.cachedStatement(sql: part.text + (left == nil ? "" : " LIMIT ?"))
      statement.setUncheckedArguments(StatementArguments(part.arguments + (left.map { [$0.databaseValue] } ?? [])))
      let cursor = try Int64.fetchCursor(statement)
      while let id = try cursor.next() {
        ids.append(id)
        if ids.count & 0xFFF == 0, isStale() { return ids }
      }
    }
    return ids
  }

  /// How many records match.
  package func count(_ query: ListQuery) throws -> Int {
    let source = try QuerySQL(query: query, stages: stages(for: query)).source
    let sql = "SELECT count(*) FROM \(source.text)"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: StatementArguments(source.arguments)) ?? 0
  }

  /// An ascending order has its empty values last. Asking for them apart lets the first part walk an index.
  private func passes(_ sql: QuerySQL, _ query: ListQuery) -> [SQLText] {
    let source = sql.source
    func pass(_ extra: String, _ keys: [Query.SortKey]) -> SQLText {
      var text = SQLText("SELECT id FROM \(source.text)\(extra) ORDER BY \(sql.order(keys))")
      text.arguments = source.arguments
      return text
    }
    guard let first = query.sort.first, !first.descending, let column = sql.columns(of: first).first else {
      return [pass("", query.sort)]
    }
    return [
      walking(pass(" AND \(column) IS NOT NULL", query.sort)),
      pass(" AND \(column) IS NULL", Array(query.sort.dropFirst())),
    ]
  }

  /// NULLS LAST keeps SQLite from walking an index; in the pass without nulls of the first column it says nothing.
  private func walking(_ pass: SQLText) -> SQLText {
    guard let range = pass.text.firstRange(of: " ASC NULLS LAST") else { return pass }
    var pass = pass
    pass.text.replaceSubrange(range, with: " ASC")
    return pass
  }

  private func stages(for query: ListQuery) throws -> [Stage] {
    query.kind == .opportunity ? try all(Stage.self) : []
  }
}
