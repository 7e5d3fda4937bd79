import CRMDomain
import GRDB
import GRDBSQLite

/// Finds the rows of one list with the help of what is kept, and keeps what it finds.
///
/// Each condition becomes a set of rows; the rows that are in all of them, taken in order, are the list. Where a set is
/// large and unknown, rows from the top of the order are tried one by one first, so that there is something to show.
/// Where the rows of the kind are kept in memory, they are looked at there.
struct ListSearch {
  let query: ListQuery
  let reader: StoreReader
  let order: [Int64]
  let first: Int
  let limits: ListLimits
  let isStale: () -> Bool
  /// The rows that have every trigram of a needle, before their text has been looked at.
  private var candidates: [Condition: RowBits] = [:]

  init(
    query: ListQuery, reader: StoreReader, order: [Int64], first: Int, limits: ListLimits,
    isStale: @escaping () -> Bool,
  ) {
    self.query = query
    self.reader = reader
    self.order = order
    self.first = first
    self.limits = limits
    self.isStale = isStale
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
    if !waiting.isEmpty, !rows.isFew(limits.few) { try showFirst(rows, waiting, memory, show) }
    for condition in waiting {
      rows.formIntersection(
        try rows.flatMap { $0.count <= limits.few ? try look(at: $0, condition, memory) : nil }
          ?? find(condition, &memory))
    }
    show(ListRows(ids: rows?.filter(order) ?? order, total: order.count, isComplete: true))
  }

  // MARK: One condition

  /// The rows that fulfil a condition, where they are found within a millisecond or two.
  private mutating func findQuickly(_ condition: Condition, _ memory: inout ListMemory) throws -> RowBits? {
    if let rows = memory.remembered[query.kind]?.rows(fulfilling: condition) { return keep(rows, condition, &memory) }
    guard case .textContains(let needle) = condition, query.kind.isIndexedForSearch else { return nil }
    let isRemembered = memory.remembered[query.kind] != nil
    let few = isRemembered ? limits.fewRemembered : limits.few
    if let wider = memory.rows(query.kind, holdingPartOf: needle), wider.count <= few {
      return try keep(look(at: wider, condition, memory), condition, &memory)
    }
    let rows = try reader.rows(query.kind, matching: needle)
    if TextIndex.isSure(of: needle) { return keep(rows, condition, &memory) }
    if rows.count <= few { return try keep(look(at: rows, condition, memory), condition, &memory) }
    candidates[condition] = rows
    return nil
  }

  private func find(_ condition: Condition, _ memory: inout ListMemory) throws -> RowBits {
    if let known = memory.rows(query.kind, condition) { return known }
    if let rows = memory.remembered[query.kind]?.rows(fulfilling: condition) { return keep(rows, condition, &memory) }
    switch condition {
    case .textContains(let needle) where query.kind.isIndexedForSearch:
      return try keep(find(needle, condition, memory), condition, &memory)
    case .not(let inner) where isFoundInParts(condition, memory):
      var rows = RowBits(order)
      rows.subtract(try find(inner, &memory))
      return rows
    case .any(let some) where isFoundInParts(condition, memory):
      var rows = RowBits()
      for inner in some { rows.formUnion(try find(inner, &memory)) }
      return rows
    case .all(let all) where isFoundInParts(condition, memory):
      var rows: RowBits?
      for inner in all { rows.formIntersection(try find(inner, &memory)) }
      return rows ?? RowBits(order)
    default:
      if let rows = try memory.withRows(query.kind, { try $0.rows(fulfilling: condition, reader) }) {
        return keep(rows, condition, &memory)
      }
      let rows = try reader.rows(query, fulfilling: condition)
      return condition.looksAtOtherRecords ? rows : keep(rows, condition, &memory)
    }
  }

  /// Whether its parts are found with less work than by looking at every row for the whole.
  private func isFoundInParts(_ condition: Condition, _ memory: ListMemory) -> Bool {
    condition.looksAtAllText || memory.remembered[query.kind] != nil && condition.onlyField == nil
  }

  private func find(_ needle: String, _ condition: Condition, _ memory: ListMemory) throws -> RowBits {
    let wider = memory.rows(query.kind, holdingPartOf: needle)
    if let texts = memory.remembered[query.kind] {
      let bytes = ByteNeedle(needle)
      var some = candidates[condition] ?? wider
      if let wider { some?.formIntersection(wider) }
      if let some, some.count <= limits.someRemembered { return texts.rows(some, holding: bytes) }
      if let rows = texts.rows(holding: bytes, isWanted: { !isStale() }) { return rows }
      throw DatabaseError(resultCode: .SQLITE_INTERRUPT)
    }
    var rows = try candidates[condition] ?? reader.rows(query.kind, matching: needle)
    if TextIndex.isSure(of: needle) { return rows }
    if let wider { rows.formIntersection(wider) }
    return try look(at: rows, condition, memory)
  }

  private func look(at rows: RowBits, _ condition: Condition, _ memory: ListMemory) throws -> RowBits {
    if case .textContains(let needle) = condition, let texts = memory.remembered[query.kind] {
      return texts.rows(rows, holding: ByteNeedle(needle))
    }
    return RowBits(try reader.rows(query.kind, among: rows.ids, fulfilling: [condition], of: query))
  }

  private func keep(_ rows: RowBits, _ condition: Condition, _ memory: inout ListMemory) -> RowBits {
    memory.keep(rows, query.kind, condition)
    return rows
  }

  // MARK: The first rows

  /// Tries the rows from the top of the order, those in memory first by their texts.
  private func showFirst(
    _ rows: RowBits?, _ waiting: [Condition], _ memory: ListMemory, _ show: (ListRows) -> Void,
  ) throws {
    var rows = rows
    for condition in waiting { if let some = candidates[condition] { rows.formIntersection(some) } }
    let texts = memory.remembered[query.kind]
    let (needles, others) = texts == nil ? ([], waiting) : parted(waiting)
    let most = others.isEmpty ? limits.triesRemembered : limits.tries
    var found: [Int64] = []
    var tried: [Int64] = []
    var tries = 0
    for id in order where rows?.contains(id) != false {
      tries += 1
      if needles.allSatisfy({ texts?.holds(id, $0) != false }) { tried.append(id) }
      guard tried.count == first || tries == most else { continue }
      found += others.isEmpty ? tried : try reader.rows(query.kind, among: tried, fulfilling: others, of: query)
      tried = []
      if found.count >= first || tries >= most { break }
    }
    guard !found.isEmpty else { return }
    show(ListRows(ids: Array(found.prefix(first)), total: order.count, isComplete: false))
  }

  /// The texts that are looked for, and what else must hold.
  private func parted(_ conditions: [Condition]) -> (needles: [ByteNeedle], others: [Condition]) {
    let needles = conditions.compactMap { if case .textContains(let needle) = $0 { ByteNeedle(needle) } else { nil } }
    return (needles, conditions.filter { if case .textContains = $0 { false } else { true } })
  }
}

/// From where on a list is found in another way. The answers are the same.
package struct ListLimits: Sendable {
  /// So few rows are looked at one by one rather than found anew.
  package var few = 1000
  /// So many rows are tried for the first rows at most.
  package var tries = 4000
  /// The same for rows in memory: a hundredth of a millisecond for a hundred.
  package var fewRemembered = 50_000
  /// With more than this it is shorter to go through all texts from end to end.
  package var someRemembered = 150_000
  package var triesRemembered = 20_000
  /// Kinds with so many rows are worth being kept in memory.
  package var remembered = 4000
  /// What their texts may take of it, at the most: those of a million leads take 140 MB.
  package var mostBytes = 160_000_000
  /// Fields with more different values than this are not kept, unless they are numbers.
  package var mostValues = Int(UInt16.max) - 2

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

  /// Whether one of the parts that are no combinations is wanted.
  func contains(_ isWanted: (Condition) -> Bool) -> Bool {
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
    let source = try source(query)
    return try rows(SQLText("SELECT id FROM \(source.text)", source.arguments))
  }

  private func rows(_ text: SQLText) throws -> RowBits {
    var rows = RowBits()
    try Self.each(try db.cachedStatement(sql: text.text), text.arguments) { rows.insert(sqlite3_column_int64($0, 0)) }
    return rows
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
