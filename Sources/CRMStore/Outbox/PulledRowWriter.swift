import CRMDomain
import GRDB
import GRDBSQLite

/// The values of a record about to be made, in the order of its kind.
struct NewValues {
  private(set) var all: [FieldValue]
  private let cleared: [FieldValue]

  /// Those of a record about which nothing is said yet.
  init(_ kind: EntityKind) {
    (all, cleared) = Self.kinds[kind] ?? ([], [])
  }

  /// What each field of a kind has by default, and what it reads as when it is cleared.
  private static let kinds = Dictionary(
    uniqueKeysWithValues: EntityKind.allCases.map { kind in
      func values<R: Record>(_ type: R.Type) -> [FieldValue] {
        let record = R()
        return R.schema.fields.map { $0.get(record) }
      }
      return (kind, (values(kind.recordType), kind.fields.map { kind.emptyValue(of: $0.name) }))
    })

  /// Nil leaves the default.
  mutating func set(_ value: FieldValue?, at field: Int) {
    if let value { all[field] = value.isEmpty ? cleared[field] : value }
  }
}

/// Writes rows of the server that become new records, within one transaction.
final class PulledRowWriter {
  private let profile: Int64
  private let writer: StoreWriter
  private var prepared: (EntityKind, Statement)?

  init(_ profile: Int64, _ writer: StoreWriter) {
    self.profile = profile
    self.writer = writer
  }

  func insert(_ row: PulledRow) throws {
    var values = NewValues(row.kind)
    for (field, value) in row.theirs.enumerated() { values.set(value, at: field) }
    for (field, value) in row.links { values.set(value, at: field) }
    try map(row, to: try writer.insert(row.kind, values.all))
  }

  /// Binds SQLite's own way, as `RowInserter` does.
  private func map(_ row: PulledRow, to id: Int64) throws {
    let pointer = try statement(row.kind).sqliteStatement
    sqlite3_bind_int64(pointer, 3, id)
    sqlite3_bind_int64(pointer, 4, row.serverID)
    sqlite3_bind_int64(pointer, 5, Int64(bitPattern: row.listHash))
    sqlite3_bind_int(pointer, 6, row.isWhole ? 0 : 1)
    Self.bind(Array(row.updatedAt.utf8), at: 7, pointer)
    Self.bind(SyncText.bytes(row.theirs, of: row.kind), at: 8, pointer)
    if row.extras.isEmpty {
      sqlite3_bind_null(pointer, 9)
    } else {
      Self.bind(Array(JSONValue.object(row.extras).text.utf8), at: 9, pointer)
    }
    let code = sqlite3_step(pointer)
    sqlite3_reset(pointer)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: writer.db.lastErrorMessage)
    }
  }

  /// Ready for rows of that kind; they come one kind after another.
  private func statement(_ kind: EntityKind) throws -> Statement {
    if let (known, statement) = prepared, known == kind { return statement }
    let statement = try writer.db.cachedStatement(
      sql: """
        INSERT INTO sync_map(profile, kind, local_id, server_id, list_hash, needs_detail, updated_at, base, extras)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    statement.setUncheckedArguments([profile, kind.rawValue, 0, 0, 0, 0, "", "", nil])
    prepared = (kind, statement)
    return statement
  }

  private static func bind(_ text: [UInt8], at index: Int32, _ pointer: SQLiteStatement) {
    if text.isEmpty { return _ = sqlite3_bind_text(pointer, index, "", 0, copied) }
    text.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        _ = sqlite3_bind_text(pointer, index, $0.baseAddress, Int32($0.count), copied)
      }
    }
  }

  /// SQLite copies the bytes at once.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
