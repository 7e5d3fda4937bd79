import CRMDomain
import GRDB
import GRDBSQLite
import Synchronization

/// What is kept of fields between one question and the next: which group every row is in, and what it is worth.
///
/// It follows the journal as `ListIndex` does, and shares the columns that are in memory there.
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
  func known(_ kind: EntityKind, _ grouping: Grouping, isTrash: Bool) -> GroupSorter? {
    let known = values.last { $0.isOf(kind, grouping) && !($0.isShared && isTrash) }
    guard let known, !known.ranks.isEmpty else { return nil }
    return GroupSorter(values: known, amounts: amounts.first { $0.kind == kind })
  }

  /// Nil where the field has too many values. `kept` are the columns in memory, nil where rows of the trash are asked for.
  mutating func sorter(
    _ kind: EntityKind, _ grouping: Grouping, _ kept: KeptColumns?, _ reader: StoreReader, isStale: () -> Bool,
  ) throws -> GroupSorter? {
    try catchUp(reader)
    let shared = kept?.values.flatMap { $0.hasCodes ? $0 : nil }
    if kept != nil { values.removeAll { $0.isOf(kind, grouping) && $0.isShared != (shared != nil) } }
    var column: RowValues
    if let index = values.lastIndex(where: { $0.isOf(kind, grouping) && $0.isShared == (shared != nil) }) {
      column = values.remove(at: index)
    } else {
      column = RowValues(kind, grouping)
      if shared == nil { try reader.whileWanted(isStale) { try column.read(nil, reader) } }
    }
    if let shared { column.share(shared) }
    guard column.values.count <= RowValues.mostValues else { return nil }
    if column.ranks.count != column.values.count { column.sortGroups(names: try reader.names(column)) }
    values = values.suffix(Self.mostValues - 1) + [column]
    return GroupSorter(values: column, amounts: try amounts(kind, kept?.amounts, reader, isStale))
  }

  private mutating func amounts(
    _ kind: EntityKind, _ kept: ColumnMemory?, _ reader: StoreReader, _ isStale: () -> Bool,
  ) throws -> RowAmounts? {
    if let kept, kind.field("currency") == nil {
      amounts.removeAll { $0.kind == kind }
      amounts.append(RowAmounts(kind, sharing: kept))
    }
    if let known = amounts.first(where: { $0.kind == kind }), !known.isShared || kept != nil { return known }
    amounts.removeAll { $0.kind == kind }
    guard kind.amountField != nil else { return nil }
    var read = RowAmounts(kind)
    try reader.whileWanted(isStale) { try read.read(nil, reader) }
    amounts.append(read)
    return read
  }

  // MARK: What completion offers

  mutating func offers(
    _ kind: EntityKind, _ info: FieldInfo, _ kept: KeptColumns, _ reader: StoreReader, isStale: () -> Bool,
  ) throws -> FieldOffers? {
    try catchUp(reader)
    if let known = offers.last(where: { $0.kind == kind && $0.info == info && $0.lastChange == lastChange }) {
      return known
    }
    // Only dates depend on a calendar, and they are not completed.
    let grouping = Grouping(info, calendar: .utc)
    guard let sorter = try sorter(kind, grouping, kept, reader, isStale: isStale) else { return nil }
    let fresh = FieldOffers(kind, info, sorter, lastChange: lastChange)
    offers.removeAll { $0.kind == kind && $0.info == info }
    offers = offers.suffix(Self.mostOffers - 1) + [fresh]
    return fresh
  }

  // MARK: Changes

  private mutating func catchUp(_ reader: StoreReader) throws {
    let last = try reader.lastChange()
    guard last != lastChange else { return }
    let news = last < lastChange || lastChange == 0 ? nil : try reader.news(after: lastChange)
    guard let news else {
      (values, amounts, offers) = ([], [], [])
      lastChange = last
      return
    }
    for (kind, rows) in news.rows {
      for index in values.indices where values[index].target == kind { values[index].ranks = [] }
      try patch(kind, rows, reader)
    }
    lastChange = last
  }

  private mutating func patch(_ kind: EntityKind, _ rows: JournalNews.Rows, _ reader: StoreReader) throws {
    func isTouched(_ values: RowValues) -> Bool {
      values.kind == kind && !values.isShared && rows.touches([values.grouping.info.column])
    }
    func isTouched(_ amounts: RowAmounts) -> Bool {
      amounts.kind == kind && !amounts.isShared && rows.touches([kind.amountField ?? "", "currency"])
    }
    guard rows.ids.count <= Self.mostChanges else {
      values.removeAll(where: isTouched)
      amounts.removeAll(where: isTouched)
      return
    }
    let ids = Array(rows.ids)
    for index in values.indices where isTouched(values[index]) { try values[index].read(ids, reader) }
    for index in amounts.indices where isTouched(amounts[index]) { try amounts[index].read(ids, reader) }
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
