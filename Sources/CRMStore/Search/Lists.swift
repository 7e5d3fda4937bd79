import CRMDomain
import GRDB
import GRDBSQLite

extension StoreReader {
  /// The ids of the matches in order, at most `limit` of them. Stops early, with what it has, when `isStale` says so.
  package func ids(
    _ query: ListQuery, limit: Int? = nil, isStale: () -> Bool = { false },
  ) throws -> [Int64] {
    var sql = try querySQL(query)
    if limit != nil, try isBroad(sql) { sql.walksOrder = true }
    var ids: [Int64] = []
    for part in try passes(sql) {
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

  /// The ids of all matches in order. Not to be stopped, but a third faster than `ids`.
  func allIDs(_ query: ListQuery) throws -> [Int64] {
    var ids: [Int64] = []
    for part in try passes(try querySQL(query)) {
      try Self.each(try db.cachedStatement(sql: part.text), part.arguments) { ids.append(sqlite3_column_int64($0, 0)) }
    }
    return ids
  }

  /// How many records match; at most `limit` are counted.
  package func count(_ query: ListQuery, limit: Int) throws -> Int {
    let source = try querySQL(query).source
    let sql = "SELECT count(*) FROM (SELECT 1 FROM \(source.text) LIMIT \(limit))"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: StatementArguments(source.arguments)) ?? 0
  }

  /// How many records match.
  package func count(_ query: ListQuery) throws -> Int {
    let source = try source(query)
    let sql = "SELECT count(*) FROM \(source.text)"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: StatementArguments(source.arguments)) ?? 0
  }

  /// The rows of a list without its order: what follows FROM.
  func source(_ query: ListQuery, reading column: String = "id") throws -> SQLText {
    var sql = try querySQL(query)
    let source = try sql.source
    let plan = try Row.fetchAll(
      db, sql: "EXPLAIN QUERY PLAN SELECT \(column) FROM \(source.text)", arguments: .init(source.arguments))
    sql.scansTable = plan.contains { ($0["detail"] as String).hasPrefix("SCAN \(query.kind.rawValue) USING INDEX") }
    return sql.scansTable ? try sql.source : source
  }

  /// An ascending order has its empty values last. Asking for them apart lets the first part walk an index.
  func passes(_ sql: QuerySQL) throws -> [SQLText] {
    let source = try sql.source
    let steps = sql.steps
    func pass(_ extra: String, _ terms: [String]) -> SQLText {
      var text = SQLText("SELECT id FROM \(source.text)\(extra) ORDER BY \((terms + ["id"]).joined(separator: ", "))")
      text.arguments = source.arguments
      return text
    }
    guard let first = steps.first, first.isPlain, !first.part.descending else {
      return [pass("", steps.map { $0.term() })]
    }
    let others = steps.dropFirst().map { $0.term() }
    return [
      pass(" AND \(first.expression) IS NOT NULL", [first.term(hasValue: true)] + others),
      pass(" AND \(first.expression) IS NULL", others),
    ]
  }

  /// True where so many rows match that the first of them are soon met by walking the index of the order. Only for words
  /// alone: another condition might be so rare that the walk would not end.
  private func isBroad(_ sql: QuerySQL) throws -> Bool {
    guard let words = sql.onlyWords else { return false }
    guard try sql.words.rows(sql.query.kind, holding: words).count >= Self.broad else { return false }
    var walking = sql
    walking.walksOrder = true
    return try passes(walking).allSatisfy { pass in
      let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(pass.text)", arguments: .init(pass.arguments))
      return !plan.contains { ($0["detail"] as String).contains("TEMP B-TREE FOR ORDER BY") }
    }
  }

  private static var broad: Int { 5000 }

  func querySQL(_ query: ListQuery) throws -> QuerySQL {
    QuerySQL(
      query: query, stages: query.kind == .opportunity ? try all(Stage.self) : [],
      customFields: query.kind.field("custom_fields") == nil ? [] : try customFields(of: query.kind),
      words: try WordRows(self, query.kind))
  }
}

extension StoreReader {
  /// Companies whose name starts with `prefix`, case and accents aside, with how many records each has.
  package func companies(
    in kind: EntityKind, startingWith prefix: String, limit: Int,
  ) throws -> [(value: String, count: Int)] {
    let sql = """
      SELECT company_name, count(*) FROM "\(kind.rawValue)" WHERE deleted_at IS NULL
        AND company_name >= ?1 COLLATE FOLDED AND company_name < ?2 COLLATE FOLDED
      GROUP BY company_name COLLATE FOLDED LIMIT ?3
      """
    let statement = try db.cachedStatement(sql: sql)
    // The last character of the Basic Multilingual Plane stands behind every name that starts so.
    return try Row.fetchAll(statement, arguments: [prefix, prefix + "\u{FFFD}", limit]).map { ($0[0], $0[1]) }
  }
}
