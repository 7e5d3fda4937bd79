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
  /// What rows of one kind share; they come one kind after another.
  private struct Kind {
    let kind: EntityKind
    let blank: NewValues
    let customFields: Int?
    let searchText: SearchTextFields
    let mapping: Statement
  }

  private let profile: Int64
  private let writer: StoreWriter
  private let shapes: RowShapes
  private var last: Kind?

  init(_ profile: Int64, _ writer: StoreWriter, _ shapes: RowShapes) {
    self.profile = profile
    self.writer = writer
    self.shapes = shapes
  }

  func insert(_ row: PulledRow) throws {
    let kind = try prepared(row.kind)
    var values = kind.blank
    for (field, value) in row.theirs.enumerated() { values.set(value, at: field) }
    for (field, value) in row.links { values.set(value, at: field) }
    let search = kind.searchText.text { values.all[$0] }
    let custom = customText(row, kind)
    if let (field, text) = custom { values.set(.text(text), at: field) }
    let id = try writer.insert(row.kind, values.all, searchText: search)
    try map(row, custom, to: id, kind.mapping.sqliteStatement)
  }

  private func prepared(_ kind: EntityKind) throws -> Kind {
    if let last, last.kind == kind { return last }
    let mapping = try writer.db.cachedStatement(
      sql: """
        INSERT INTO sync_map(profile, kind, local_id, server_id, list_hash, needs_detail, updated_at, base, extras)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    mapping.setUncheckedArguments([profile, kind.rawValue, 0, 0, 0, 0, "", "", nil])
    let new = Kind(
      kind: kind, blank: NewValues(kind), customFields: kind.fields.firstIndex { $0.kind == .customFields },
      searchText: SearchTextFields(kind.fields), mapping: mapping)
    last = new
    return new
  }

  /// Custom fields as text: they stand in the record and in what is known of the row.
  private func customText(_ row: PulledRow, _ kind: Kind) -> (field: Int, text: String)? {
    guard let field = kind.customFields, case .object(let members)? = row.theirs[field] else { return nil }
    return (field, JSONValue.object(members).text)
  }

  /// Binds SQLite's own way, as `RowInserter` does.
  private func map(
    _ row: PulledRow, _ custom: (field: Int, text: String)?, to id: Int64, _ pointer: SQLiteStatement,
  ) throws {
    sqlite3_bind_int64(pointer, 3, id)
    sqlite3_bind_int64(pointer, 4, row.serverID)
    sqlite3_bind_int64(pointer, 5, Int64(bitPattern: row.listHash))
    sqlite3_bind_int(pointer, 6, row.isWhole ? 0 : 1)
    Self.bind(Array(row.updatedAt.utf8), at: 7, pointer)
    Self.bind(try shapes.bytes(row.theirs, of: row.kind, custom: custom), at: 8, pointer)
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
