import CRMDomain
import GRDB
import GRDBSQLite

/// What is kept in memory of each row of a large kind, so that a letter typed into its list reads nothing from the disk:
/// the search texts, and the values of the fields that lists show.
struct RowMemory: Sendable {
  let kind: EntityKind
  /// The last line of the journal that it takes into account.
  private(set) var lastChange: Int64
  private var texts = TextMemory()
  private var columns: [String: ColumnMemory] = [:]
  /// Fields with too many different values to be kept.
  private var tooMany: Set<String> = []
  private let mostValues: Int

  var size: Int { texts.size + columns.values.reduce(0) { $0 + $1.size } }

  // MARK: Reading

  /// Reads all rows that are not in the trash; nil if `isWanted` ends that or if they are too large.
  init?(_ kind: EntityKind, _ reader: StoreReader, limits: ListLimits, isWanted: () -> Bool) throws {
    self.kind = kind
    mostValues = limits.mostValues
    lastChange = try reader.lastChange()
    let infos = kind.fields.filter(\.isKeptInMemory)
    let last = try reader.largestID(kind)
    var columns: [ColumnMemory?] = infos.map { ColumnMemory($0, mostValues: limits.mostValues) }
    let statement = try reader.memoryStatement(kind, infos.map(\.name))
    for first in stride(from: Int64(0), through: last, by: TextMemory.rows) {
      guard isWanted() else { return nil }
      try read(statement, first...(first + Int64(TextMemory.rows) - 1), &columns)
      guard texts.size <= limits.mostBytes else { return nil }
    }
    for (info, column) in zip(infos, columns) {
      self.columns[info.name] = column
      if column == nil { tooMany.insert(info.name) }
    }
  }

  private mutating func read(
    _ statement: Statement, _ ids: ClosedRange<Int64>, _ columns: inout [ColumnMemory?],
  ) throws {
    var piece = TextPiece(capacity: 150 * TextMemory.rows)
    try StoreReader.each(statement, [ids.lowerBound, ids.upperBound]) { row in
      let id = sqlite3_column_int64(row, 0)
      piece.fill(to: Int(id - ids.lowerBound))
      piece.append(StoreReader.bytes(row, 1))
      for index in columns.indices where columns[index]?.set(id, row, Int32(index + 2)) == false {
        columns[index] = nil
      }
    }
    piece.fill(to: TextMemory.rows)
    piece.shrink()
    texts.append(piece)
  }

  private mutating func note(_ id: Int64, _ row: SQLiteStatement, _ column: Int32, _ info: FieldInfo) {
    guard columns[info.name]?.set(id, row, column) == false else { return }
    columns[info.name] = nil
    tooMany.insert(info.name)
  }

  /// Keeps one more field; false if it has too many different values.
  private mutating func load(_ info: FieldInfo, _ reader: StoreReader) throws -> Bool {
    guard !tooMany.contains(info.name) else { return false }
    var column: ColumnMemory? = ColumnMemory(info, mostValues: mostValues)
    // An index would be walked in its order, which is not that of the rows on the disk.
    let sql = "SELECT id, \"\(info.name)\" FROM \"\(kind.rawValue)\" NOT INDEXED WHERE deleted_at IS NULL"
    try StoreReader.each(try reader.db.cachedStatement(sql: sql), []) { row in
      if column?.set(sqlite3_column_int64(row, 0), row, 1) == false { column = nil }
    }
    columns[info.name] = column
    if column == nil { tooMany.insert(info.name) }
    return column != nil
  }

  /// Reads rows again that changed.
  private mutating func patch(_ ids: Set<Int64>, _ reader: StoreReader) throws {
    let columns = columns.values.map(\.info).sorted { $0.name < $1.name }
    let statement = try reader.memoryStatement(kind, columns.map(\.name))
    for id in ids {
      var isThere = false
      try StoreReader.each(statement, [id, id]) { row in
        isThere = true
        texts.replace(id, Array(StoreReader.bytes(row, 1)))
        for (index, info) in columns.enumerated() { note(id, row, Int32(index + 2), info) }
      }
      guard !isThere else { continue }
      texts.replace(id, [])
      for info in columns { self.columns[info.name]?.clear(id) }
    }
  }

  /// Reads these columns of rows again whose texts are as they were: a thousand rows in a millisecond or two.
  private mutating func patch(_ names: Set<String>, of ids: Set<Int64>, _ reader: StoreReader) throws {
    let infos = columns.values.map(\.info).filter { names.contains($0.name) }.sorted { $0.name < $1.name }
    guard !infos.isEmpty else { return }
    let list = infos.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let statement = try reader.db.cachedStatement(
      sql: """
        SELECT id, \(list) FROM "\(kind.rawValue)" NOT INDEXED
        WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL
        """)
    for piece in SameValues.pieces(ids.sorted()) {
      try StoreReader.each(statement, [SameValues.list(piece)]) { row in
        for (index, info) in infos.enumerated() { note(sqlite3_column_int64(row, 0), row, Int32(index + 1), info) }
      }
    }
  }

  /// Goes on from a line of the journal to the present; false if that is too far: where more than `limit` rows have
  /// other texts.
  mutating func catchUp(_ reader: StoreReader, limit: Int) throws -> Bool {
    let last = try reader.lastChange()
    if last == lastChange { return true }
    // A snapshot from before the rows were read, or another file: nothing leads there.
    guard last > lastChange, let news = try reader.news(after: lastChange) else { return false }
    lastChange = last
    guard let rows = news.rows[kind] else { return true }
    guard rows.touchesTexts(of: kind) else {
      try patch(rows.columns, of: rows.ids, reader)
      return true
    }
    guard rows.ids.count <= limit else { return false }
    try patch(rows.ids, reader)
    return true
  }

  // MARK: Finding

  /// The values of a field, if they are kept.
  func column(_ name: String) -> ColumnMemory? { columns[name] }

  func holds(_ id: Int64, _ needle: ByteNeedle) -> Bool { texts.holds(id, needle) }

  func rows(_ rows: RowBits, holding needle: ByteNeedle) -> RowBits { texts.rows(rows, holding: needle) }

  func rows(holding needle: ByteNeedle, isWanted: () -> Bool) -> RowBits? {
    texts.rows(holding: needle, isWanted: isWanted)
  }

  /// The rows that fulfil a condition about a field that is kept; nil for any other condition.
  func rows(fulfilling condition: Condition) -> RowBits? {
    condition.onlyField.flatMap { columns[$0.name] }?.rows(fulfilling: condition)
  }

  /// The same for a field that is kept from now on.
  mutating func rows(fulfilling condition: Condition, _ reader: StoreReader) throws -> RowBits? {
    guard let info = condition.onlyField, !info.isCustom, info.kind == .text, try load(info, reader) else { return nil }
    return rows(fulfilling: condition)
  }
}

extension FieldInfo {
  /// Columns of lists with few different values or with numbers: two to eight bytes a row.
  fileprivate var isKeptInMemory: Bool {
    guard traits.contains(where: { if case .column = $0 { true } else { false } }) else { return false }
    switch kind {
    case .text, .choice, .integer, .money, .reference: return true
    case .longText, .email, .phone, .url, .flag, .day, .instant, .tags, .customFields: return false
    }
  }
}

extension StoreReader {
  func largestID(_ kind: EntityKind) throws -> Int64 {
    try Int64.fetchOne(try db.cachedStatement(sql: "SELECT coalesce(max(id), 0) FROM \"\(kind.rawValue)\"")) ?? 0
  }

  /// The id, the search text and these columns of the rows between two ids that are not in the trash.
  fileprivate func memoryStatement(_ kind: EntityKind, _ columns: [String]) throws -> Statement {
    try db.cachedStatement(sql: Self.memorySQL(kind, columns))
  }

  static func memorySQL(_ kind: EntityKind, _ columns: [String]) -> String {
    let list = (["id", "search_text"] + columns).map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      SELECT \(list) FROM "\(kind.rawValue)" NOT INDEXED WHERE id BETWEEN ? AND ? AND deleted_at IS NULL ORDER BY id
      """
  }

  /// Calls `body` with each row of the statement, without a cursor's share of the time: there may be a million.
  static func each(
    _ statement: Statement, _ arguments: [any DatabaseValueConvertible], _ body: (SQLiteStatement) throws -> Void,
  ) throws {
    statement.setUncheckedArguments(StatementArguments(arguments))
    let row = statement.sqliteStatement
    defer { sqlite3_reset(row) }
    while true {
      switch sqlite3_step(row) {
      case SQLITE_ROW: try body(row)
      case SQLITE_DONE: return
      case let code:
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(row)))
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
      }
    }
  }

  /// A value of the row on which a statement stands.
  static func value(_ row: SQLiteStatement, _ column: Int32, _ kind: FieldKind) -> FieldValue {
    switch sqlite3_column_type(row, column) {
    case SQLITE_INTEGER: return StoredValue.decode(sqlite3_column_int64(row, column), as: kind)
    case SQLITE_TEXT:
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_text(row, column), count: Int(sqlite3_column_bytes(row, column)))
      return StoredValue.decode(String(decoding: bytes, as: UTF8.self), as: kind)
    case SQLITE_FLOAT: return StoredValue.decode(sqlite3_column_double(row, column).databaseValue, as: kind)
    default: return .none
    }
  }
}
