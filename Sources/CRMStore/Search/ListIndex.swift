import CRMDomain
import GRDB
import GRDBSQLite
import Synchronization

/// The rows of a list, as far as they are known.
package struct ListRows: Sendable {
  package let ids: [Int64]
  /// Records of the kind in all, matching or not; nil while that is not known.
  package let total: Int?
  /// False for the first rows only.
  package let isComplete: Bool
}

/// What lists keep between one question and the next: the ids in order, and which rows fulfil a condition.
///
/// It follows the journal: what changed since it was last asked, here or in another program, is looked up again.
final class ListIndex: Sendable {
  private let memory = Mutex(ListMemory())

  /// Lends what is kept to `body`. Who asks meanwhile, from another thread, begins with nothing.
  func withMemory(_ body: (inout ListMemory) throws -> Void) throws {
    var lent = ListMemory()
    memory.withLock { swap(&$0, &lent) }
    defer { memory.withLock { $0 = lent } }
    try body(&lent)
  }
}

extension CRMStore {
  /// Answers a list: perhaps the `first` rows at once, or a few of them, and then all of them, each by `show`. Ends
  /// without the rest when `isStale` says that nobody waits for it any more.
  package func rows(
    of query: ListQuery, first: Int, limits: ListLimits = ListLimits(), isStale: () -> Bool = { false },
    show: (ListRows) -> Void,
  ) throws(StoreProblem) {
    do {
      try pool.read { db in
        let reader = StoreReader(db: db)
        guard !query.isTrash, try reader.hasSmallIDs(query.kind) else {
          return show(ListRows(ids: try reader.ids(query), total: try reader.count(query.kind), isComplete: true))
        }
        try lists.withMemory {
          try $0.answer(query, reader, first: first, limits: limits, isStale: isStale, show: show)
        }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && isStale() {
      return
    } catch { throw StoreProblem(error, path: path) }
  }
}

/// The order of a list without conditions.
struct ListOrder: Sendable {
  let kind: EntityKind
  /// What follows ORDER BY.
  let terms: String
  /// True for orders by the names of other records.
  let looksElsewhere: Bool
  var ids: [Int64]
}

/// The rows that fulfil one condition.
struct FoundRows: Sendable {
  let kind: EntityKind
  let condition: Condition
  var rows: RowBits
}

struct ListMemory: Sendable {
  /// Latest last, as with `found`.
  private var orders: [ListOrder] = []
  private var found: [FoundRows] = []
  /// The last line of the journal that is taken into account.
  private var lastChange: Int64 = 0

  /// 8 MB each at a million rows.
  private static let mostOrders = 3
  /// 125 kB each at a million rows.
  private static let mostFound = 48
  /// For more changes than this, reading everything again is the shorter way.
  private static let mostChanges = 64

  mutating func answer(
    _ query: ListQuery, _ reader: StoreReader, first: Int, limits: ListLimits, isStale: () -> Bool,
    show: (ListRows) -> Void,
  ) throws {
    try catchUp(reader)
    let sql = try reader.querySQL(query)
    let order = try keptOrder(sql) ?? loadOrder(sql, reader, first: first, isStale: isStale, show: show)
    guard !isStale() else { return }
    var search = ListSearch(query: query, reader: reader, order: order.ids, first: first, limits: limits)
    try reader.whileWanted(isStale) { try search.run(&self, show) }
  }

  // MARK: Orders

  private func keptOrder(_ sql: QuerySQL) -> ListOrder? {
    orders.first { $0.kind == sql.query.kind && $0.terms == sql.orderTerms }
  }

  /// Reads the order, after the first rows have been shown. This goes on when the question is stale: the next one
  /// will need the same.
  private mutating func loadOrder(
    _ sql: QuerySQL, _ reader: StoreReader, first: Int, isStale: () -> Bool, show: (ListRows) -> Void,
  ) throws -> ListOrder {
    let head = try reader.ids(sql.query, limit: first)
    if !isStale() { show(ListRows(ids: head, total: nil, isComplete: false)) }
    var all = sql.query
    all.conditions = []
    let order = ListOrder(
      kind: all.kind, terms: sql.orderTerms, looksElsewhere: sql.looksElsewhere, ids: try reader.ids(all))
    orders = orders.suffix(Self.mostOrders - 1) + [order]
    return order
  }

  // MARK: Conditions

  func rows(_ kind: EntityKind, _ condition: Condition) -> RowBits? {
    found.last { $0.kind == kind && $0.condition == condition }?.rows
  }

  /// The fewest rows known to hold a part of `needle`, and so all that hold the whole.
  func rows(_ kind: EntityKind, holdingPartOf needle: String) -> RowBits? {
    let parts = found.filter { $0.kind == kind && $0.condition.isTextContained(in: needle) }
    return parts.min { $0.rows.count < $1.rows.count }?.rows
  }

  mutating func keep(_ rows: RowBits, _ kind: EntityKind, _ condition: Condition) {
    found = found.suffix(Self.mostFound - 1) + [FoundRows(kind: kind, condition: condition, rows: rows)]
  }

  // MARK: Changes

  private mutating func catchUp(_ reader: StoreReader) throws {
    let last = try reader.lastChange()
    guard last != lastChange else { return }
    let changed = last < lastChange ? nil : try reader.changedRows(after: lastChange, limit: Self.mostChanges)
    lastChange = last
    guard let changed else {
      orders = []
      found = []
      return
    }
    orders.removeAll(where: \.looksElsewhere)
    for kind in changed.keys { try patch(kind, changed[kind] ?? [], reader) }
  }

  private mutating func patch(_ kind: EntityKind, _ ids: Set<Int64>, _ reader: StoreReader) throws {
    let isBulk = ids.count > Self.mostChanges
    orders.removeAll { isBulk && $0.kind == kind }
    found.removeAll { isBulk && $0.kind == kind }
    for index in orders.indices where orders[index].kind == kind { try orders[index].patch(ids, reader) }
    for index in found.indices where found[index].kind == kind { try found[index].patch(ids, reader) }
  }
}

extension ListOrder {
  /// Puts rows that changed in their places.
  fileprivate mutating func patch(_ changed: Set<Int64>, _ reader: StoreReader) throws {
    let gone = RowBits(changed)
    ids.removeAll(where: gone.contains)
    for id in try reader.rows(kind, among: Array(changed), fulfilling: []) {
      var (low, high) = (0, ids.count)
      while low < high {
        let middle = (low + high) / 2
        if try reader.first(of: ids[middle], id, kind, orderedBy: terms) == id {
          high = middle
        } else {
          low = middle + 1
        }
      }
      ids.insert(id, at: low)
    }
  }
}

extension FoundRows {
  fileprivate mutating func patch(_ changed: Set<Int64>, _ reader: StoreReader) throws {
    for id in changed { rows.remove(id) }
    for id in try reader.rows(kind, among: Array(changed), fulfilling: [condition]) { rows.insert(id) }
  }
}

extension Condition {
  func isTextContained(in needle: String) -> Bool {
    if case .textContains(let part) = self { needle.utf8.firstRange(of: part.utf8) != nil } else { false }
  }
}

extension StoreReader {
  /// Whether every row of `kind` has a place in `RowBits`.
  func hasSmallIDs(_ kind: EntityKind) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT coalesce(max(id), 0) FROM \"\(kind.rawValue)\"")
    return try Int64.fetchOne(statement) ?? 0 <= RowBits.largestID
  }

  /// The number of the journal's latest line. It only grows, whoever writes.
  func lastChange() throws -> Int64 {
    try Int64.fetchOne(try db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'change'")) ?? 0
  }

  /// The rows that were changed after that line of the journal, a little more than `limit` of a kind at most; nil if
  /// the journal has too many lines.
  func changedRows(after line: Int64, limit: Int) throws -> [EntityKind: Set<Int64>]? {
    let statement = try db.cachedStatement(
      sql: "SELECT kind, record, last_record FROM change WHERE id > ? ORDER BY id LIMIT ?")
    let lines = try Row.fetchAll(statement, arguments: [line, limit + 1])
    guard lines.count <= limit else { return nil }
    var changed: [EntityKind: Set<Int64>] = [:]
    for line in lines {
      guard let kind = EntityKind(rawValue: line[0]) else { continue }
      let (first, last): (Int64, Int64) = (line[1], line[2])
      changed[kind, default: []].formUnion(first...min(last, first + Int64(limit)))
    }
    return changed
  }

  /// Which of two rows stands first.
  func first(of left: Int64, _ right: Int64, _ kind: EntityKind, orderedBy terms: String) throws -> Int64? {
    let sql = "SELECT id FROM \"\(kind.rawValue)\" NOT INDEXED WHERE id IN (?, ?) ORDER BY \(terms) LIMIT 1"
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [left, right])
  }

  /// Runs `body`, whose statements end with SQLITE_INTERRUPT when `isStale` says so.
  func whileWanted(_ isStale: () -> Bool, _ body: () throws -> Void) throws {
    try withoutActuallyEscaping(isStale) { isStale in
      var isStale = isStale
      try withUnsafeMutablePointer(to: &isStale) { pointer in
        sqlite3_progress_handler(
          db.sqliteConnection, 2000,
          { $0?.assumingMemoryBound(to: (() -> Bool).self).pointee() == true ? 1 : 0 }, pointer)
        defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
        try body()
      }
    }
  }
}
