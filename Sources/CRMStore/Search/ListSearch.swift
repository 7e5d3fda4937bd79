import CRMDomain
import GRDB
import GRDBSQLite

/// Finds the rows of one list with the help of what is kept, and keeps what it finds.
///
/// Each condition becomes a set of rows; the rows that are in all of them, taken in order, are the list. Where a set is
/// large and unknown, rows from the top of the order are tried one by one first, so that there is something to show.
struct ListSearch {
  let query: ListQuery
  let reader: StoreReader
  let order: [Int64]
  let first: Int
  let limits: ListLimits
  /// The rows that have every trigram of a needle, before their text has been looked at.
  private var candidates: [Condition: RowBits] = [:]

  init(query: ListQuery, reader: StoreReader, order: [Int64], first: Int, limits: ListLimits) {
    self.query = query
    self.reader = reader
    self.order = order
    self.first = first
    self.limits = limits
  }

  mutating func run(_ memory: inout ListMemory, _ show: (ListRows) -> Void) throws {
    var rows: RowBits?
    var waiting = query.conditions.filter { condition in
      guard let known = memory.rows(query.kind, condition) else { return true }
      rows.formIntersection(known)
      return false
    }
    if !rows.isFew(limits.few) {
      waiting = try waiting.filter { condition in
        guard let found = try findQuickly(condition, &memory) else { return true }
        rows.formIntersection(found)
        return false
      }
    }
    if !waiting.isEmpty, !rows.isFew(limits.few) { try showFirst(rows, waiting, show) }
    for condition in waiting {
      rows.formIntersection(
        try rows.flatMap { $0.count <= limits.few ? try look(at: $0, condition) : nil } ?? find(condition, &memory))
    }
    show(ListRows(ids: rows?.filter(order) ?? order, total: order.count, isComplete: true))
  }

  // MARK: One condition

  /// The rows that hold a text, where they are few enough to be found within a millisecond or two.
  private mutating func findQuickly(_ condition: Condition, _ memory: inout ListMemory) throws -> RowBits? {
    guard case .textContains(let needle) = condition, query.kind.isIndexedForSearch else { return nil }
    if let wider = memory.rows(query.kind, holdingPartOf: needle), wider.count <= limits.few {
      return try keep(look(at: wider, condition), condition, &memory)
    }
    let rows = try reader.rows(query.kind, matching: needle)
    if TextIndex.isSure(of: needle) { return keep(rows, condition, &memory) }
    if rows.count <= limits.few { return try keep(look(at: rows, condition), condition, &memory) }
    candidates[condition] = rows
    return nil
  }

  private func find(_ condition: Condition, _ memory: inout ListMemory) throws -> RowBits {
    if let known = memory.rows(query.kind, condition) { return known }
    switch condition {
    case .textContains(let needle) where query.kind.isIndexedForSearch:
      return try keep(find(needle, condition, memory), condition, &memory)
    case .not(let inner) where inner.looksAtAllText:
      var rows = RowBits(order)
      rows.subtract(try find(inner, &memory))
      return rows
    case .any(let some) where condition.looksAtAllText:
      var rows = RowBits()
      for inner in some { rows.formUnion(try find(inner, &memory)) }
      return rows
    case .all(let all) where condition.looksAtAllText:
      var rows: RowBits?
      for inner in all { rows.formIntersection(try find(inner, &memory)) }
      return rows ?? RowBits(order)
    default:
      let rows = try reader.rows(query, fulfilling: condition)
      return condition.looksAtOtherRecords ? rows : keep(rows, condition, &memory)
    }
  }

  private func find(_ needle: String, _ condition: Condition, _ memory: ListMemory) throws -> RowBits {
    var rows = try candidates[condition] ?? reader.rows(query.kind, matching: needle)
    if TextIndex.isSure(of: needle) { return rows }
    if let wider = memory.rows(query.kind, holdingPartOf: needle) { rows.formIntersection(wider) }
    return try look(at: rows, condition)
  }

  private func look(at rows: RowBits, _ condition: Condition) throws -> RowBits {
    RowBits(try reader.rows(query.kind, among: rows.ids, fulfilling: [condition], of: query))
  }

  private func keep(_ rows: RowBits, _ condition: Condition, _ memory: inout ListMemory) -> RowBits {
    memory.keep(rows, query.kind, condition)
    return rows
  }

  // MARK: The first rows

  private func showFirst(_ rows: RowBits?, _ waiting: [Condition], _ show: (ListRows) -> Void) throws {
    var rows = rows
    for condition in waiting { if let some = candidates[condition] { rows.formIntersection(some) } }
    var found: [Int64] = []
    var tried: [Int64] = []
    var tries = 0
    for id in order where rows?.contains(id) != false {
      tried.append(id)
      guard tried.count == first else { continue }
      found += try reader.rows(query.kind, among: tried, fulfilling: waiting, of: query)
      tries += tried.count
      tried = []
      if found.count >= first || tries >= limits.tries { break }
    }
    guard !found.isEmpty else { return }
    show(ListRows(ids: Array(found.prefix(first)), total: order.count, isComplete: false))
  }
}

/// From where on a list is found in another way. The answers are the same.
package struct ListLimits: Sendable {
  /// So few rows are looked at one by one rather than found anew.
  package var few = 1000
  /// So many rows are tried for the first rows at most.
  package var tries = 4000

  package init() {}
}

extension RowBits? {
  /// Nil stands for all rows.
  fileprivate mutating func formIntersection(_ rows: RowBits) {
    if self?.formIntersection(rows) == nil { self = rows }
  }

  fileprivate func isFew(_ few: Int) -> Bool { map { $0.count <= few } ?? false }
}

extension Condition {
  /// True where a part of it is a free word, which the text index finds without looking at every row.
  fileprivate var looksAtAllText: Bool { contains { if case .textContains = $0 { true } else { false } } }

  /// True where the answer may change though the record does not, by other records or by the hour.
  fileprivate var looksAtOtherRecords: Bool { contains { if case .flag = $0 { true } else { false } } }

  private func contains(_ isWanted: (Condition) -> Bool) -> Bool {
    switch self {
    case .not(let inner): inner.contains(isWanted)
    case .any(let some), .all(let some): some.contains { $0.contains(isWanted) }
    case .textContains, .textPrefix, .textHolds, .textIs, .digitsHold, .isIn, .range, .isSet, .hasTag, .flag, .nothing:
      isWanted(self)
    }
  }
}

extension StoreReader {
  fileprivate func rows(_ query: ListQuery, fulfilling condition: Condition) throws -> RowBits {
    var query = query
    query.conditions = [condition]
    let source = try querySQL(query).source
    return try rows(SQLText("SELECT id FROM \(source.text)", source.arguments))
  }

  /// The ids that a statement answers, without a cursor's share of the time: there may be a million.
  private func rows(_ text: SQLText) throws -> RowBits {
    let statement = try db.cachedStatement(sql: text.text)
    statement.setUncheckedArguments(StatementArguments(text.arguments))
    let pointer = statement.sqliteStatement
    defer { sqlite3_reset(pointer) }
    var rows = RowBits()
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW: rows.insert(sqlite3_column_int64(pointer, 0))
      case SQLITE_DONE: return rows
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
      }
    }
  }

  /// Those of `ids` whose rows are not in the trash and fulfil all `conditions`, in their order.
  func rows(
    _ kind: EntityKind, among ids: [Int64], fulfilling conditions: [Condition], of query: ListQuery? = nil,
  ) throws -> [Int64] {
    var query = query ?? ListQuery(kind, now: Instant(microseconds: 0), today: Day(daysSince1970: 0))
    query.conditions = conditions
    var sql = try querySQL(query)
    sql.looksAtRows = true
    let text = try sql.amongRows
    let statement = try db.cachedStatement(sql: text.text)
    var found: [Int64] = []
    for start in stride(from: 0, to: ids.count, by: 500) {
      let list = ids[start..<min(start + 500, ids.count)].map(String.init).joined(separator: ",")
      statement.setUncheckedArguments(StatementArguments(["[\(list)]".databaseValue] + text.arguments))
      found += try Int64.fetchAll(statement)
    }
    return found
  }
}
