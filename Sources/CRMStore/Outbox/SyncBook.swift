import CRMDomain
import GRDB
import GRDBSQLite

/// The book as synchronising with one profile sees it, inside one transaction: records, which server row each of them is,
/// and what is to reach the server.
///
/// What is written to records here is journaled with the origin `sync`, makes no operations for the server, and is not
/// what the rep's undo takes back.
package struct SyncBook {
  package let profile: Int64
  package let now: Instant
  let writer: StoreWriter
  private let shapes: RowShapes
  private let pulled: PulledRowWriter
  var db: Database { writer.db }

  init(profile: Int64, writer: StoreWriter) {
    self.profile = profile
    self.writer = writer
    now = writer.now
    shapes = RowShapes(writer.db)
    pulled = PulledRowWriter(profile, writer, shapes)
  }

  /// The SQL of one statement per kind, put together once.
  private static let recordSQL = Dictionary(
    uniqueKeysWithValues: EntityKind.allCases.map { kind in
      let columns = kind.fields.map { "\"\($0.name)\"" }.joined(separator: ", ")
      return (kind, "SELECT deleted_at IS NOT NULL, \(columns) FROM \"\(kind.rawValue)\" WHERE id = ?")
    })
  func statement(_ sql: String) throws -> Statement { try db.cachedStatement(sql: sql) }

  // MARK: Records

  package func record(_ key: RecordKey) throws -> LocalRecord? {
    guard let sql = Self.recordSQL[key.kind] else { return nil }
    let statement = try statement(sql)
    let rows = try Row.fetchCursor(statement, arguments: [key.id])
    guard let row = try rows.next() else { return nil }
    var fields: [String: FieldValue] = [:]
    fields.reserveCapacity(key.kind.fields.count)
    for (index, info) in key.kind.fields.enumerated() {
      fields[info.name] = StoreReader.value(statement.sqliteStatement, Int32(index + 1), info.kind)
    }
    var record = LocalRecord(fields: fields)
    record.isTrashed = row[0]
    return record
  }

  /// Adds a record with these values and the kind's defaults for the others.
  package func insert(_ kind: EntityKind, _ fields: [String: FieldValue]) throws -> RecordKey {
    var values = NewValues(kind)
    for (index, info) in kind.fields.enumerated() { values.set(fields[info.name], at: index) }
    return RecordKey(kind, try writer.insert(kind, values.all))
  }

  package func update(_ key: RecordKey, _ fields: [String: FieldValue]) throws {
    guard !fields.isEmpty, try exists(key) else { return }
    try writer.set(fields, in: key.kind, key.id)
  }

  /// A record whose row is gone, as after an undo of what made it, comes back as a new one with the next whole pass.
  package func setTrashed(_ key: RecordKey, _ isTrashed: Bool) throws {
    guard try exists(key) else {
      guard !isTrashed else { return }
      try removeMapping(key)
      var cursor = try cursor(key.kind)
      cursor.needsFullPass = true
      return try save(cursor, key.kind)
    }
    if isTrashed { try writer.trash(key.kind, key.id) } else { try writer.restore(key.kind, key.id) }
  }

  private func exists(_ key: RecordKey) throws -> Bool {
    try writer.storedColumns(["id"], in: key.kind, key.id) != nil
  }

  /// Records of a kind, trashed ones too, whose `field` refers to the local row `id`.
  package func records(_ kind: EntityKind, whose field: String, is id: Int64) throws -> [RecordKey] {
    guard kind.field(field) != nil else { return [] }
    let sql = "SELECT id FROM \"\(kind.rawValue)\" WHERE \"\(field)\" = ? ORDER BY id"
    return try Int64.fetchAll(try statement(sql), arguments: [id]).map { RecordKey(kind, $0) }
  }

  /// The only record with these values that was here before book and server met and has not been sent; nil if such
  /// records are to stay apart.
  package func twin(_ kind: EntityKind, of values: [(name: String, value: FieldValue)]) throws -> RecordKey? {
    // Comparing them costs more than the rest of a pull.
    guard !values.isEmpty, try hasOperation(in: [.pending]) else { return nil }
    let columns = values.map { kind.field($0.name)?.kind == .email ? "\($0.name) COLLATE FOLDED" : $0.name }
    let isAlike = columns.enumerated().map { "r.\($0.element) IS ?\($0.offset + 4)" }.joined(separator: " AND ")
    let sql = """
      SELECT r.id FROM "\(kind.rawValue)" AS r JOIN sync_outbox AS o
        ON o.profile = ?1 AND o.kind = ?2 AND o.local_id = r.id AND o.action = 'create' AND o.state = 'pending'
      WHERE \(isAlike) AND r.deleted_at IS NULL
        AND json_extract(o.body, '$.origin') = '\(Self.firstMeeting)'
        AND json_extract(o.body, '$.attempts') IS NULL
        AND (SELECT json_extract(settings, '$.first_meeting') FROM sync_profile WHERE id = ?1) = ?3 LIMIT 2
      """
    let meeting = SyncProfile.FirstMeeting.matchByEmail.rawValue
    let arguments: [any DatabaseValueConvertible] =
      [profile, kind.rawValue, meeting] + values.map { StoredValue.encode($0.value) }
    let ids = try Int64.fetchAll(try statement(sql), arguments: StatementArguments(arguments))
    return ids.count == 1 ? RecordKey(kind, ids[0]) : nil
  }

  /// The origin of creates for records that were here before book and server met.
  static let firstMeeting = "first meeting"

  /// The user here of that name who is on no server yet, or the one marked as the rep if `name` is nil.
  package func unmappedUser(named name: String?) throws -> RecordKey? {
    let sql = """
      SELECT id FROM user WHERE \(name == nil ? "is_me = 1" : "username = ?2") AND deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM sync_map WHERE profile = ?1 AND kind = 'user' AND local_id = user.id)
      ORDER BY id LIMIT 1
      """
    let arguments: StatementArguments = name.map { [profile, $0] } ?? [profile]
    return try Int64.fetchOne(try statement(sql), arguments: arguments).map { RecordKey(.user, $0) }
  }

  // MARK: What is where

  private static let mapColumns = "kind, local_id, server_id, list_hash, needs_detail, updated_at, intent, base, extras"

  private func mappings(where condition: String, _ arguments: [any DatabaseValueConvertible]) throws -> [Mapping] {
    let sql = "SELECT \(Self.mapColumns) FROM sync_map WHERE profile = ? AND \(condition)"
    let values = [profile.databaseValue] + arguments.map(\.databaseValue)
    return try Row.fetchAll(try statement(sql), arguments: StatementArguments(values)).map(mapping(of:))
  }

  package func mapping(_ key: RecordKey) throws -> Mapping? {
    try mapping(Self.recordMapSQL, key.kind, key.id)
  }

  package func mapping(_ kind: EntityKind, serverID: Int64) throws -> Mapping? {
    try mapping(Self.serverMapSQL, kind, serverID)
  }

  private static let recordMapSQL =
    "SELECT \(mapColumns) FROM sync_map WHERE profile = ? AND kind = ? AND local_id = ?"
  private static let serverMapSQL =
    "SELECT \(mapColumns) FROM sync_map WHERE profile = ? AND kind = ? AND server_id = ?"

  /// A pull asks this for every row: nothing is copied out of SQLite for one that is not there.
  private func mapping(_ sql: String, _ kind: EntityKind, _ id: Int64) throws -> Mapping? {
    let rows = try Row.fetchCursor(try statement(sql), arguments: [profile, kind.rawValue, id])
    return try rows.next().map(mapping(of:))
  }

  private func mapping(of row: Row) throws -> Mapping {
    let kind = EntityKind(rawValue: row[0]) ?? .lead
    var mapping = Mapping(key: RecordKey(kind, row[1]), serverID: row[2])
    mapping.listHash = UInt64(bitPattern: row[3])
    mapping.needsDetail = row[4]
    mapping.updatedAt = row[5]
    mapping.intent = row[6]
    mapping.base = try shapes.fields(row[7], of: kind)
    if let text: String = row[8], case .object(let members) = try JSONValue(parsing: text) { mapping.extras = members }
    return mapping
  }

  /// The record whose row was made by the create of that identity.
  package func mapping(_ kind: EntityKind, intent: String) throws -> Mapping? {
    try mappings(where: "kind = ? AND intent = ? ORDER BY server_id LIMIT 1", [kind.rawValue, intent]).first
  }

  /// All of a kind, lowest first.
  package func serverIDs(_ kind: EntityKind) throws -> [Int64] {
    let sql = "SELECT server_id FROM sync_map WHERE profile = ? AND kind = ? ORDER BY server_id"
    return try Int64.fetchAll(try statement(sql), arguments: [profile, kind.rawValue])
  }

  package func mappingCount(_ kind: EntityKind) throws -> Int {
    let sql = "SELECT count(*) FROM sync_map WHERE profile = ? AND kind = ?"
    return try Int.fetchOne(try statement(sql), arguments: [profile, kind.rawValue]) ?? 0
  }

  package func highestServerID(_ kind: EntityKind) throws -> Int64 {
    let sql = "SELECT max(server_id) FROM sync_map WHERE profile = ? AND kind = ?"
    return try Int64.fetchOne(try statement(sql), arguments: [profile, kind.rawValue]) ?? 0
  }

  /// At most `limit` of those whose whole record is to be read and whose server id is below `id`, highest id first.
  package func mappingsToRead(_ kind: EntityKind, below id: Int64, limit: Int) throws -> [Mapping] {
    try mappings(
      where: "kind = ? AND needs_detail = 1 AND server_id < ? ORDER BY server_id DESC LIMIT ?",
      [kind.rawValue, id, limit])
  }

  package func save(_ mapping: Mapping) throws {
    let sql = """
      INSERT INTO sync_map(profile, kind, local_id, server_id, list_hash, needs_detail, updated_at, intent, base, extras)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(profile, kind, local_id) DO UPDATE SET server_id = excluded.server_id,
        list_hash = excluded.list_hash, needs_detail = excluded.needs_detail, updated_at = excluded.updated_at,
        intent = excluded.intent, base = excluded.base, extras = excluded.extras
      """
    let key = mapping.key
    try statement(sql).execute(
      arguments: [
        profile, key.kind.rawValue, key.id, mapping.serverID, Int64(bitPattern: mapping.listHash), mapping.needsDetail,
        mapping.updatedAt, mapping.intent, try shapes.text(mapping.base, of: key.kind),
        mapping.extras.isEmpty ? nil : JSONValue.object(mapping.extras).text,
      ])
  }

  /// The hash each of these rows had in the last list it was in, of those that are known. Rows that were made one after
  /// another are looked up in one go.
  package func listHashes(_ kind: EntityKind, _ serverIDs: [Int64]) throws -> [Int64: UInt64] {
    guard let first = serverIDs.min(), let last = serverIDs.max() else { return [:] }
    let (span, isTooLong) = last.subtractingReportingOverflow(first)
    if !isTooLong, span < 4 * Int64(serverIDs.count) { return try listHashes(kind, from: first, through: last) }
    return try serverIDs.reduce(into: [:]) { hashes, id in
      hashes.merge(try listHashes(kind, from: id, through: id)) { $1 }
    }
  }

  private func listHashes(_ kind: EntityKind, from first: Int64, through last: Int64) throws -> [Int64: UInt64] {
    let statement = try statement(
      "SELECT server_id, list_hash FROM sync_map WHERE profile = ? AND kind = ? AND server_id BETWEEN ? AND ?")
    statement.setUncheckedArguments([profile, kind.rawValue, first, last])
    let pointer = statement.sqliteStatement
    defer { sqlite3_reset(pointer) }
    var hashes: [Int64: UInt64] = [:]
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW: hashes[sqlite3_column_int64(pointer, 0)] = UInt64(bitPattern: sqlite3_column_int64(pointer, 1))
      case SQLITE_DONE: return hashes
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
      }
    }
  }

  /// Adds a record with what the row says and the kind's defaults for the rest, and which row it is.
  package func insert(_ row: PulledRow) throws { try pulled.insert(row) }

  /// So many rows are about to come, more or less, and become new records. If they are many, indexes are left out until
  /// `CRMStore.finishLoading`; what waits to be sent is looked up by them.
  package func expect(_ count: Int, of kind: EntityKind) throws {
    guard count >= Self.fewestLoaded, try !hasOperation(in: [.pending]) else { return }
    try BulkLoad.leaveOut(kind, rows: count, fewest: { $0 }, isCheap: { _ in false }, in: db)
  }

  /// Each page is a transaction, and without its indexes a table has but one page of the file to write for it.
  private static let fewestLoaded = 2000

  package func removeMapping(_ key: RecordKey) throws {
    try statement("DELETE FROM sync_map WHERE profile = ? AND kind = ? AND local_id = ?")
      .execute(arguments: [profile, key.kind.rawValue, key.id])
  }
}
