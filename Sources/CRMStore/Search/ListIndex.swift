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
  /// Rows that have been read into memory and wait for the next question.
  private let fresh = Mutex<RowMemory?>(nil)
  /// Kinds whose rows are being read or are too large to be kept.
  private let busy = Mutex<Set<EntityKind>>([])
  /// Kinds whose rows are in memory.
  private let held = Mutex<Set<EntityKind>>([])

  /// Reads the rows of a kind into memory, unless somebody does so already.
  func remember(_ kind: EntityKind, _ reader: StoreReader, limits: ListLimits, isWanted: () -> Bool) throws {
    let isThere = held.withLock { $0.contains(kind) } || fresh.withLock { $0?.kind == kind }
    guard !isThere, busy.withLock({ $0.insert(kind).inserted }) else { return }
    var isTooLarge = false
    defer { if !isTooLarge { _ = busy.withLock { $0.remove(kind) } } }
    let rows = try RowMemory(kind, reader, limits: limits, isWanted: isWanted)
    isTooLarge = rows == nil && isWanted()
    fresh.withLock { $0 = rows }
  }

  func takeFresh() -> RowMemory? {
    fresh.withLock { fresh in
      defer { fresh = nil }
      return fresh
    }
  }

  /// What is in memory of a field of all rows outside the trash, and of what they are worth.
  func kept(_ kind: EntityKind, _ info: FieldInfo, _ reader: StoreReader) throws -> KeptColumns {
    var kept = KeptColumns()
    try withMemory { memory in
      try memory.catchUp(reader)
      guard let rows = memory.remembered[kind] else { return }
      if !info.isCustom { kept.values = rows.column(info.name) }
      kept.amounts = kind.amountField.flatMap(rows.column)
    }
    return kept
  }

  /// Lends what is kept to `body`. Who asks meanwhile, from another thread, begins with nothing.
  func withMemory(_ body: (inout ListMemory) throws -> Void) throws {
    var lent = ListMemory()
    memory.withLock { swap(&$0, &lent) }
    defer {
      held.withLock { $0 = Set(lent.remembered.keys) }
      memory.withLock { $0 = lent }
    }
    try body(&lent)
  }
}

extension CRMStore {
  /// Answers a list: perhaps the `first` rows at once, or a few of them, and then all of them, each by `show`. Ends
  /// without the rest when `isStale` says that nobody waits for it any more. Says whether `remember` would make the
  /// next answers faster.
  @discardableResult
  package func rows(
    of query: ListQuery, first: Int, limits: ListLimits = ListLimits(), isStale: () -> Bool = { false },
    show: (ListRows) -> Void,
  ) throws(StoreProblem) -> Bool {
    do {
      return try pool.read { db in
        let reader = StoreReader(db: db)
        guard !query.isTrash, try reader.largestID(query.kind) <= RowBits.largestID else {
          show(ListRows(ids: try reader.ids(query), total: try reader.count(query.kind), isComplete: true))
          return false
        }
        var wantsMemory = false
        try lists.withMemory { memory in
          if let fresh = lists.takeFresh() { try memory.take(fresh, reader) }
          try memory.answer(query, reader, first: first, limits: limits, isStale: isStale, show: show)
          wantsMemory = memory.wantsRows(query.kind, limits)
        }
        return wantsMemory
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && isStale() {
      return false
    } catch { throw StoreProblem(error, path: path) }
  }

  /// Keeps the rows of a large kind in memory, so that the lists of it need not look at the disk. Takes a second for a
  /// million rows, during which others may ask and write.
  package func remember(
    _ kind: EntityKind, limits: ListLimits = ListLimits(), isWanted: () -> Bool = { true },
  ) throws(StoreProblem) {
    do {
      try pool.read { try lists.remember(kind, StoreReader(db: $0), limits: limits, isWanted: isWanted) }
    } catch { throw StoreProblem(error, path: path) }
  }
}

extension CRMStore {
  /// Runs `body` on a snapshot as far as it goes within some milliseconds; nil where that is not to its end.
  package func readQuickly<Value>(_ body: (StoreReader) throws -> Value) throws(StoreProblem) -> Value? {
    var (asked, value): (Int, Value?) = (0, nil)
    do {
      try pool.read { db in
        let reader = StoreReader(db: db)
        func isTooLong() -> Bool {
          asked += 1
          return asked > Self.quickSteps
        }
        try reader.whileWanted(isTooLong) { value = try body(reader) }
      }
      return value
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && asked > Self.quickSteps {
      return nil
    } catch { throw StoreProblem(error, path: path) }
  }

  /// Of 2,000 of SQLite's instructions each: some ten thousand rows.
  private static var quickSteps: Int { 60 }
}

/// Columns that are in memory for the conditions of lists, and serve their groups too.
struct KeptColumns {
  var values: ColumnMemory?
  var amounts: ColumnMemory?
}

/// The order of a list without conditions.
struct ListOrder: Sendable {
  let kind: EntityKind
  /// What follows ORDER BY.
  let terms: String
  /// True for orders by the names of other records.
  let looksElsewhere: Bool
  /// What the order goes by.
  let columns: Set<String>
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
  /// The rows of large kinds.
  private(set) var remembered: [EntityKind: RowMemory] = [:]
  /// The last line of the journal that is taken into account.
  private var lastChange: Int64 = 0
  /// True while much is written, as by an import: reading all rows would soon have to be done again.
  private var isMoving = false

  /// 8 MB each at a million rows.
  private static let mostOrders = 3
  /// 125 kB each at a million rows.
  private static let mostFound = 48
  /// For more changes than this, reading everything again is the shorter way.
  private static let mostChanges = 64
  /// The same for rows in memory, which are read one by one in a hundredth of a millisecond.
  private static let mostChangedRows = 5000

  mutating func answer(
    _ query: ListQuery, _ reader: StoreReader, first: Int, limits: ListLimits, isStale: () -> Bool,
    show: (ListRows) -> Void,
  ) throws {
    try catchUp(reader)
    let sql = try reader.querySQL(query)
    let order = try keptOrder(sql) ?? loadOrder(sql, reader, first: first, isStale: isStale, show: show)
    guard !isStale() else { return }
    try withoutActuallyEscaping(isStale) { isStale in
      var search = ListSearch(
        query: query, reader: reader, order: order.ids, first: first, limits: limits, isStale: isStale)
      try reader.whileWanted(isStale) { try search.run(&self, show) }
    }
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
      kind: all.kind, terms: sql.orderTerms, looksElsewhere: sql.looksElsewhere,
      columns: Set(sql.steps.compactMap(\.part.info?.column)), ids: try reader.allIDs(all))
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

  // MARK: Rows in memory

  mutating func take(_ rows: RowMemory, _ reader: StoreReader) throws {
    var rows = rows
    if try rows.catchUp(reader, limit: Self.mostChangedRows) { remembered[rows.kind] = rows }
  }

  func wantsRows(_ kind: EntityKind, _ limits: ListLimits) -> Bool {
    guard kind.isIndexedForSearch, !isMoving, remembered[kind] == nil else { return false }
    return orders.last { $0.kind == kind }.map { $0.ids.count >= limits.remembered } ?? false
  }

  /// What `body` finds in the rows of a kind, which it may add to; nil where they are not kept.
  mutating func withRows<Value>(_ kind: EntityKind, _ body: (inout RowMemory) throws -> Value?) rethrows -> Value? {
    guard var rows = remembered.removeValue(forKey: kind) else { return nil }
    defer { remembered[kind] = rows }
    return try body(&rows)
  }

  // MARK: Changes

  mutating func catchUp(_ reader: StoreReader) throws {
    let last = try reader.lastChange()
    guard last != lastChange else {
      isMoving = false
      return
    }
    let news = last < lastChange || lastChange == 0 ? nil : try reader.news(after: lastChange)
    isMoving = lastChange > 0 && news?.isLarge(Self.mostChanges) != false
    lastChange = last
    for kind in Array(remembered.keys) {
      if let rows = remembered.removeValue(forKey: kind) { try take(rows, reader) }
    }
    guard let news else {
      orders = []
      found = []
      return
    }
    orders.removeAll(where: \.looksElsewhere)
    for (kind, rows) in news.rows { try patch(kind, rows, reader) }
  }

  /// What goes by other columns than those that changed stays as it is, however many rows there are.
  private mutating func patch(_ kind: EntityKind, _ rows: JournalNews.Rows, _ reader: StoreReader) throws {
    func isTouched(_ order: ListOrder) -> Bool { order.kind == kind && rows.touches(order.columns) }
    func isTouched(_ found: FoundRows) -> Bool { found.kind == kind && rows.touches(found.condition, of: kind) }
    guard rows.ids.count <= Self.mostChanges else {
      orders.removeAll(where: isTouched)
      found.removeAll(where: isTouched)
      return
    }
    for index in orders.indices where isTouched(orders[index]) { try orders[index].patch(rows.ids, reader) }
    for index in found.indices where isTouched(found[index]) { try found[index].patch(rows.ids, reader) }
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
