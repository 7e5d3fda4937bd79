import CRMDomain
import GRDB

/// A conflict that was noted, with when and in which profile, and what its record shows now.
package struct NotedConflict: Hashable, Sendable, Identifiable {
  package let id: Int64
  package let profile: Int64
  package let at: Instant
  /// References in it are local row ids.
  package let conflict: Conflict
  /// What the record shows in the field now.
  package let present: FieldValue
  /// True while the record is in the trash, or gone for good.
  package let isTrashed: Bool
  /// True if what was written here names a record that is not to be found any more.
  package let isMineGone: Bool
}

extension StoreReader {
  /// The conflicts nobody has settled yet, the oldest first.
  package func conflicts(of profile: Int64, limit: Int = 1000) throws -> [NotedConflict] {
    let sql = "SELECT * FROM sync_conflict WHERE profile = ? AND resolved_at IS NULL ORDER BY id LIMIT ?"
    return try Row.fetchAll(db, sql: sql, arguments: [profile, limit]).compactMap(noted)
  }

  /// The conflict as it is now, or nil if it is settled.
  package func conflict(_ id: Int64) throws -> NotedConflict? {
    let sql = "SELECT * FROM sync_conflict WHERE id = ? AND resolved_at IS NULL"
    return try Row.fetchOne(try db.cachedStatement(sql: sql), arguments: [id]).flatMap(noted)
  }

  package func conflictCount(of profile: Int64) throws -> Int {
    let sql = "SELECT count(*) FROM sync_conflict WHERE profile = ? AND resolved_at IS NULL"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile]) ?? 0
  }

  /// nil for a kind or a reason of a later version.
  private func noted(_ row: Row) throws -> NotedConflict? {
    guard let kind = EntityKind(rawValue: row["kind"]), let reason = Conflict.Reason(rawValue: row["reason"]) else {
      return nil
    }
    let (key, field, profile) = (RecordKey(kind, row["local_id"]), row["field"] as String?, row["profile"] as Int64)
    let info = field.flatMap(kind.field)
    func value(_ column: String) throws -> FieldValue {
      let noted = SyncText.value(try JSONValue(parsing: row[column] as String), as: info?.kind ?? .text)
      return reason.isNotedAsServerHasIt ? try local(noted, info, profile) : noted
    }
    let (mine, written) = (try value("mine"), row["mine"] as String)
    let (present, isTrashed) = try present(key, info)
    return NotedConflict(
      id: row["id"], profile: profile, at: Instant(microseconds: row["at"]),
      conflict: Conflict(key, field, reason, base: try value("base"), mine: mine, theirs: try value("theirs")),
      present: present, isTrashed: isTrashed, isMineGone: mine.isEmpty && info?.target != nil && written != "null")
  }

  /// A reference to a row of the server as one to the record it is here; the negative of a local id is one that was on no
  /// server then.
  private func local(_ value: FieldValue, _ info: FieldInfo?, _ profile: Int64) throws -> FieldValue {
    guard case .reference(let id) = value, let kind = info?.target else { return value }
    if id < 0 { return .reference(-id) }
    let sql = "SELECT local_id FROM sync_map WHERE profile = ? AND kind = ? AND server_id = ?"
    let arguments: StatementArguments = [profile, kind.rawValue, id]
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: arguments).map(FieldValue.reference) ?? .none
  }

  private func present(_ key: RecordKey, _ info: FieldInfo?) throws -> (value: FieldValue, isTrashed: Bool) {
    let column = info.map { "\"\($0.name)\"" } ?? "NULL"
    let sql = "SELECT deleted_at IS NOT NULL, \(column) FROM \"\(key.kind.rawValue)\" WHERE id = ?"
    let row = try Row.fetchOne(try db.cachedStatement(sql: sql), arguments: [key.id])
    guard let row else { return (.none, true) }
    return (info.map { StoredValue.decode(row[1] as DatabaseValue, as: $0.kind) } ?? .none, row[0])
  }
}

extension Conflict.Reason {
  /// True where the values were compared with the server's, and so name records by its ids; what came of a deletion was
  /// noted as it was written here. Every version has noted them like that, so that rows are read by their reason and never
  /// rewritten.
  fileprivate var isNotedAsServerHasIt: Bool {
    switch self {
    case .bothChanged, .notTaken: true
    case .deletedThere, .deletedHere, .hasDeals, .possibleDuplicate: false
    }
  }
}

extension FieldInfo {
  /// What a reference field refers to.
  var target: EntityKind? { if case .reference(let kind) = kind { kind } else { nil } }
}

extension StoreWriter {
  /// From now on the conflict is nobody's to decide.
  package func settle(_ noted: NotedConflict) throws {
    try db.execute(
      sql: "UPDATE sync_conflict SET resolved_at = ? WHERE id = ?", arguments: [now.microseconds, noted.id])
  }

  /// A record that was deleted there is here again, with everything that was written in it: each of its fields asked for that.
  package func settleDeletion(of noted: NotedConflict) throws {
    let sql = """
      UPDATE sync_conflict SET resolved_at = ? WHERE profile = ? AND kind = ? AND local_id = ? AND reason = ?
        AND resolved_at IS NULL
      """
    let key = noted.conflict.key
    let reason = Conflict.Reason.deletedThere.rawValue
    try db.execute(sql: sql, arguments: [now.microseconds, noted.profile, key.kind.rawValue, key.id, reason])
  }
}
