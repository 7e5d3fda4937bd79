import CRMDomain
import GRDB
import GRDBSQLite
import Synchronization

/// What is kept of fields between one question and the next: which group every row is in, and what it is worth.
///
/// It follows the journal as `ListIndex` does.
final class ListColumns: Sendable {
  private let memory = Mutex(ListColumnMemory())

  /// Lends what is kept to `body`. Who asks meanwhile, from another thread, begins with nothing.
  func withMemory<Answer>(_ body: (inout ListColumnMemory) throws -> Answer) rethrows -> Answer {
    var lent = ListColumnMemory()
    memory.withLock { swap(&$0, &lent) }
    defer { memory.withLock { $0 = lent } }
    return try body(&lent)
  }
}

struct ListColumnMemory: Sendable {
  /// Latest last.
  private var values: [RowValues] = []
  private var amounts: [RowAmounts] = []
  /// What completion offers of a field, as it was when the journal had that many lines.
  private var offers: [FieldOffers] = []
  private var lastChange: Int64 = 0

  private static let mostValues = 4
  private static let mostOffers = 24
  /// For more changes than this, reading everything again is the shorter way.
  private static let mostChanges = 64

  /// What is kept, whether or not it is up to date; nil if it is not there.
  func kept(_ kind: EntityKind, _ grouping: Grouping) -> GroupSorter? {
    guard let values = values.last(where: { $0.kind == kind && $0.grouping == grouping }), !values.ranks.isEmpty else {
      return nil
    }
    let amounts = amounts.first { $0.kind == kind }
    return GroupSorter(values: values, amounts: amounts)
  }

  /// Nil where the field has too many values.
  mutating func sorter(
    _ kind: EntityKind, _ grouping: Grouping, _ reader: StoreReader, isStale: () -> Bool,
  ) throws -> GroupSorter? {
    try catchUp(reader)
    var column: RowValues
    if let index = values.lastIndex(where: { $0.kind == kind && $0.grouping == grouping }) {
      column = values.remove(at: index)
    } else {
      column = RowValues(kind, grouping)
      try reader.whileWanted(isStale) { try column.read(nil, reader) }
    }
    guard column.values.count <= RowValues.mostValues else { return nil }
    if column.ranks.count != column.values.count { column.sortGroups(names: try reader.names(column)) }
    values = values.suffix(Self.mostValues - 1) + [column]
    return GroupSorter(values: column, amounts: try amounts(kind, reader, isStale))
  }

  private mutating func amounts(_ kind: EntityKind, _ reader: StoreReader, _ isStale: () -> Bool) throws -> RowAmounts?
  {
    if let known = amounts.first(where: { $0.kind == kind }) { return known }
    guard kind.amountField != nil else { return nil }
    var read = RowAmounts(kind)
    try reader.whileWanted(isStale) { try read.read(nil, reader) }
    amounts.append(read)
    return read
  }

  // MARK: What completion offers

  mutating func offers(
    _ kind: EntityKind, _ info: FieldInfo, _ reader: StoreReader, isStale: () -> Bool,
  ) throws -> FieldOffers? {
    try catchUp(reader)
    if let known = offers.last(where: { $0.kind == kind && $0.info == info && $0.lastChange == lastChange }) {
      return known
    }
    // Only dates depend on a calendar, and they are not completed.
    let grouping = Grouping(info, calendar: .utc)
    guard let sorter = try sorter(kind, grouping, reader, isStale: isStale) else { return nil }
    let fresh = FieldOffers(kind, info, sorter, lastChange: lastChange)
    offers.removeAll { $0.kind == kind && $0.info == info }
    offers = offers.suffix(Self.mostOffers - 1) + [fresh]
    return fresh
  }

  // MARK: Changes

  private mutating func catchUp(_ reader: StoreReader) throws {
    let last = try reader.lastChange()
    guard last != lastChange else { return }
    let changed = last < lastChange ? nil : try reader.changedRows(after: lastChange, limit: Self.mostChanges)
    guard let changed else {
      (values, amounts, offers) = ([], [], [])
      lastChange = last
      return
    }
    for kind in changed.keys {
      for index in values.indices where values[index].target == kind { values[index].ranks = [] }
      try patch(kind, Array(changed[kind] ?? []), reader)
    }
    lastChange = last
  }

  private mutating func patch(_ kind: EntityKind, _ ids: [Int64], _ reader: StoreReader) throws {
    let isBulk = ids.count > Self.mostChanges
    values.removeAll { isBulk && $0.kind == kind }
    amounts.removeAll { isBulk && $0.kind == kind }
    for index in values.indices where values[index].kind == kind { try values[index].read(ids, reader) }
    for index in amounts.indices where amounts[index].kind == kind { try amounts[index].read(ids, reader) }
  }
}

extension RowValues {
  /// Whose records it refers to.
  fileprivate var target: EntityKind? { if case .reference(let kind) = grouping.info.kind { kind } else { nil } }

  /// Reads the rows with those ids, or all of them.
  fileprivate mutating func read(_ ids: [Int64]?, _ reader: StoreReader) throws {
    let sql = try reader.querySQL(ListQuery(kind, now: Instant(microseconds: 0), today: Day(daysSince1970: 0)))
    try reader.eachRow("deleted_at IS NOT NULL, \(sql.column(grouping.info))", of: kind, ids) { row in
      read(row)
      return values.count <= Self.mostValues
    }
  }
}

extension RowAmounts {
  fileprivate mutating func read(_ ids: [Int64]?, _ reader: StoreReader) throws {
    guard let field = kind.amountField else { return }
    let currency = kind.field("currency") == nil ? "''" : "coalesce(currency, '')"
    try reader.eachRow("\"\(field)\", \(currency)", of: kind, ids) { row in
      read(row)
      return true
    }
  }
}

extension StoreReader {
  /// Calls `body` on the id and these columns of the rows with those ids, or of all, until it answers false.
  fileprivate func eachRow(
    _ columns: String, of kind: EntityKind, _ ids: [Int64]?, _ body: (SQLiteStatement) -> Bool,
  ) throws {
    let condition = ids == nil ? "" : " WHERE id IN (SELECT value FROM json_each(?))"
    let statement = try db.cachedStatement(sql: "SELECT id, \(columns) FROM \"\(kind.rawValue)\"\(condition)")
    if let ids {
      statement.setUncheckedArguments(["[\(ids.map(String.init).joined(separator: ","))]"])
    }
    let pointer = statement.sqliteStatement
    defer { sqlite3_reset(pointer) }
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW: if !body(pointer) { return }
      case SQLITE_DONE: return
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
      }
    }
  }

  /// The names of the records that the groups are about.
  fileprivate func names(_ column: RowValues) throws -> [Int64: String] {
    guard let kind = column.target else { return [:] }
    let ids = column.values.compactMap { if case .reference(let id) = $0 { id } else { nil } }
    let sql = """
      SELECT id, \(kind.nameExpression) FROM "\(kind.rawValue)" WHERE id IN (SELECT value FROM json_each(?))
      """
    let list = "[\(ids.map(String.init).joined(separator: ","))]"
    let rows = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: [list])
    var names: [Int64: String] = [:]
    while let row = try rows.next() { names[row[0]] = row[1] as String? ?? "" }
    return names
  }
}
