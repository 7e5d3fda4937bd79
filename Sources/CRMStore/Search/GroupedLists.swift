import CRMDomain
import GRDB

extension CRMStore {
  /// Answers a list in groups by `show`, as `rows(of:)` answers one without: perhaps the first rows, in groups if what
  /// that takes is known already, and then all of them. The groups of the last answer are nil where the field has too
  /// many values for groups. Says whether `remember` would make the next answers faster.
  @discardableResult
  package func groups(
    of query: ListQuery, by grouping: Grouping, first: Int, limits: ListLimits = ListLimits(),
    isStale: () -> Bool = { false }, show: (ListRows, ListGroups?) -> Void,
  ) throws(StoreProblem) -> Bool {
    var all: ListRows?
    let wantsMemory = try rows(of: query, first: first, limits: limits, isStale: isStale) { rows in
      if rows.isComplete {
        all = rows
      } else {
        show(rows, columns.withMemory { $0.known(query.kind, grouping, isTrash: query.isTrash) }?.groups(of: rows))
      }
    }
    guard let all, !isStale(), let sorter = try sorter(query, grouping, isStale) else { return false }
    if !isStale() { show(all, sorter.value?.groups(of: all)) }
    return wantsMemory
  }

  /// The groups of a list without its rows; nil where nobody waits for them any more.
  package func frequencies(
    of grouping: Grouping, in query: ListQuery, isStale: () -> Bool = { false },
  ) throws(StoreProblem) -> [ListGroup]? {
    var answer: [ListGroup]?
    var isTooVaried = false
    try groups(of: query, by: grouping, first: 0, isStale: isStale) { rows, groups in
      guard rows.isComplete else { return }
      answer = groups?.groups
      isTooVaried = groups == nil
    }
    return isTooVaried ? try mostFrequent(grouping, in: query, isStale: isStale) : answer
  }

  /// How many records a list has; nil where nobody waits for it any more.
  package func count(_ query: ListQuery, isStale: () -> Bool = { false }) throws(StoreProblem) -> Int? {
    var count: Int?
    try rows(of: query, first: 0, isStale: isStale) { if $0.isComplete { count = $0.ids.count } }
    return count
  }

  /// Values in use of a field that begin with `prefix`, the most frequent first; empty where the field has nearly as many
  /// values as there are records.
  package func values(
    of info: FieldInfo, in kind: EntityKind, startingWith prefix: String, limit: Int, isStale: () -> Bool = { false },
  ) throws(StoreProblem) -> [ValueCount] {
    let offers = try whileRead(isStale) { reader in
      let kept = try lists.kept(kind, info, reader)
      return try columns.withMemory { try $0.offers(kind, info, kept, reader, isStale: isStale) }
    }
    return (offers ?? nil)?.starting(with: prefix, limit: limit) ?? []
  }

  // MARK: Reading

  /// What puts rows into groups, or nil in it where the field has too many values; nil where nobody waits any more.
  private func sorter(
    _ query: ListQuery, _ grouping: Grouping, _ isStale: () -> Bool,
  ) throws(StoreProblem) -> Found<GroupSorter?>? {
    try whileRead(isStale) { reader in
      // The rows of the trash are not in memory.
      let kept = query.isTrash ? nil : try lists.kept(query.kind, grouping.info, reader)
      return Found(
        value: try columns.withMemory { try $0.sorter(query.kind, grouping, kept, reader, isStale: isStale) })
    }
  }

  private struct Found<Value> { let value: Value }

  private func whileRead<Answer>(
    _ isStale: () -> Bool, _ body: (StoreReader) throws -> Answer,
  ) throws(StoreProblem) -> Answer? {
    do {
      return try pool.read { try body(StoreReader(db: $0)) }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && isStale() {
      return nil
    } catch { throw StoreProblem(error, path: path) }
  }

  /// The most frequent values of a field that nearly every record has its own of, found by sorting instead of in memory.
  private func mostFrequent(
    _ grouping: Grouping, in query: ListQuery, isStale: () -> Bool,
  ) throws(StoreProblem) -> [ListGroup]? {
    try whileRead(isStale) { reader in
      var groups: [ListGroup] = []
      try reader.whileWanted(isStale) { groups = try reader.mostFrequent(grouping.info, in: query, limit: 1000) }
      return groups
    }
  }
}

extension EntityKind {
  /// The column whose sum is worth knowing.
  package var amountField: String? {
    switch self {
    case .lead: "estimated_value"
    case .opportunity: "amount"
    case .contact, .task, .activity, .user, .tag, .board, .stage: nil
    }
  }
}

extension StoreReader {
  func mostFrequent(_ info: FieldInfo, in query: ListQuery, limit: Int) throws -> [ListGroup] {
    let sql = try querySQL(query)
    let (source, column) = (try sql.source, sql.column(info))
    let amount = query.kind.amountField.map { "\"\($0)\"" } ?? "NULL"
    let currency = query.kind.field("currency") == nil ? "''" : "coalesce(currency, '')"
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(column), \(currency), count(*), count(\(amount)), \(SQLWideSum.columns(amount)) FROM \(source.text)
        GROUP BY 1, 2 ORDER BY 1
        """)
    let rows = try Row.fetchCursor(statement, arguments: StatementArguments(source.arguments))
    var best: [ListGroup] = []
    while let row = try rows.next() {
      let value = StoredValue.decode(row[0] as DatabaseValue, as: info.kind)
      var (count, sums): (Int, [CurrencySum]) = (row[2], [])
      if row[3] > 0 { sums = [CurrencySum(currency: row[1], count: row[3], amount: SQLWideSum.sum(row, 4).money)] }
      if let last = best.last, last.value == value {
        best.removeLast()
        count += last.count
        sums = (last.sums + sums).sorted(by: CurrencySum.isBefore)
      }
      best.append(ListGroup(value: value, name: nil, count: count, sums: sums))
      if best.count > 20 * limit { best = [ListGroup](best.dropLast()).mostFrequent(limit) + [best[best.count - 1]] }
    }
    return best.mostFrequent(limit)
  }
}

extension [ListGroup] {
  fileprivate func mostFrequent(_ limit: Int) -> [ListGroup] { Array(sorted { $0.count > $1.count }.prefix(limit)) }
}

/// Sums in SQL that cannot overflow: the upper and the lower halves of the numbers apart.
enum SQLWideSum {
  /// Two columns; `factor` multiplies each amount.
  static func columns(_ amount: String, times factor: String = "1") -> String {
    "sum((\(amount) >> 32) * \(factor)), sum((\(amount) & 4294967295) * \(factor))"
  }

  /// What these two columns hold, the first of which is number `index`.
  static func sum(_ row: Row, _ index: Int) -> WideSum {
    WideSum(wide(row[index]) << 32 + wide(row[index + 1]))
  }

  /// A product beyond 64 bits comes as a floating point number, from amounts no one has.
  private static func wide(_ value: DatabaseValue) -> Int128 {
    switch value.storage {
    case .int64(let number): Int128(number)
    case .double(let number): Int128(exactly: number.rounded()) ?? (number < 0 ? -(1 << 90) : 1 << 90)
    case .null, .string, .blob: 0
    }
  }
}
