import CRMDomain
import GRDB

/// A conflict that was noted, with when and in which profile.
package struct NotedConflict: Hashable, Sendable, Identifiable {
  package let id: Int64
  package let profile: Int64
  package let at: Instant
  package let conflict: Conflict

  init?(row: Row) throws {
    guard let kind = EntityKind(rawValue: row["kind"]), let reason = Conflict.Reason(rawValue: row["reason"]) else {
      return nil
    }
    (id, profile, at) = (row["id"], row["profile"], Instant(microseconds: row["at"]))
    let field: String? = row["field"]
    let type = field.flatMap(kind.field)?.kind ?? .text
    func value(_ column: String) throws -> FieldValue {
      SyncText.value(try JSONValue(parsing: row[column] as String), as: type)
    }
    conflict = Conflict(
      RecordKey(kind, row["local_id"]), field, reason, base: try value("base"), mine: try value("mine"),
      theirs: try value("theirs"))
  }
}

/// What becomes of a conflict.
package enum ConflictChoice: Hashable, Sendable {
  /// The record keeps what it shows.
  case theirs
  /// The record takes what was written here, which then goes to the server like any change.
  case mine
  case value(FieldValue)
}

extension StoreReader {
  /// The conflicts nobody has settled yet, the oldest first.
  package func conflicts(of profile: Int64, limit: Int = 1000) throws -> [NotedConflict] {
    let sql = "SELECT * FROM sync_conflict WHERE profile = ? AND resolved_at IS NULL ORDER BY id LIMIT ?"
    return try Row.fetchAll(db, sql: sql, arguments: [profile, limit]).compactMap(NotedConflict.init(row:))
  }

  package func conflictCount(of profile: Int64) throws -> Int {
    let sql = "SELECT count(*) FROM sync_conflict WHERE profile = ? AND resolved_at IS NULL"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile]) ?? 0
  }
}

extension StoreWriter {
  /// Settles a conflict. What it writes is the rep's change: it can be undone, and it is sent.
  package func resolve(_ noted: NotedConflict, _ choice: ConflictChoice) throws {
    let conflict = noted.conflict
    switch choice {
    case .theirs: break
    case .mine: try take(try local(conflict.mine, noted), conflict)
    case .value(let value): try take(value, conflict)
    }
    try db.execute(
      sql: "UPDATE sync_conflict SET resolved_at = ? WHERE id = ?", arguments: [now.microseconds, noted.id])
  }

  private func take(_ value: FieldValue, _ conflict: Conflict) throws {
    let key = conflict.key
    switch conflict.reason {
    case .bothChanged, .notTaken:
      guard let field = conflict.field else { return }
      try set([field: value], in: key.kind, key.id)
    case .deletedThere:
      if try !reader.isAlive(key.kind, key.id) { try restore(key.kind, key.id) }
    case .deletedHere: try trash(key.kind, key.id)
    case .hasDeals:
      for deal in try reader.deals(of: key.kind, key.id, limit: -1) { try trash(.opportunity, deal.id.rawValue) }
      try trash(key.kind, key.id)
    case .possibleDuplicate: break
    }
  }

  /// References of a conflict are the server's ids, so that all three are alike; here they are rows of ours.
  private func local(_ value: FieldValue, _ noted: NotedConflict) throws -> FieldValue {
    guard case .reference(let id) = value, let field = noted.conflict.field,
      case .reference(let kind)? = noted.conflict.key.kind.field(field)?.kind
    else { return value }
    let sql = "SELECT local_id FROM sync_map WHERE profile = ? AND kind = ? AND server_id = ?"
    let local = try Int64.fetchOne(db, sql: sql, arguments: [noted.profile, kind.rawValue, id])
    return local.map(FieldValue.reference) ?? (id < 0 ? .reference(-id) : .none)
  }
}
