import CRMDomain
import GRDB

/// What of a profile is not the same on both sides yet.
package struct SyncCounts: Hashable, Sendable {
  /// Changes of ours that wait to be sent, those only in the journal so far included.
  package var pending = 0
  /// Changes of ours to kinds that are left out.
  package var staying = 0
  /// Sent, and no answer came.
  package var inDoubt = 0
  /// The server did not take them.
  package var refused = 0
  package var conflicts = 0
  package init() {}

  package var isClean: Bool { self == SyncCounts() }
}

/// Where one record stands.
package enum RecordSyncState: String, Hashable, Sendable {
  /// Only here.
  case local
  case synced, pending, inDoubt, refused, conflict
}

extension StoreReader {
  package func syncCounts(_ profile: SyncProfile) throws -> SyncCounts {
    let leavesOut = profile.settings.leavesOut
    var counts = SyncCounts()
    let sql = "SELECT state, count(*) FROM sync_outbox WHERE profile = ? GROUP BY state"
    for row in try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: [profile.id]) {
      switch OutboxOperation.State(rawValue: row[0]) {
      case .quarantined: counts.refused = row[1]
      case .inFlight, .inDoubt: counts.inDoubt += row[1] as Int
      case .pending, nil: counts.pending += row[1] as Int
      }
    }
    counts.staying = try staying(profile)
    counts.pending -= counts.staying
    let kinds = EntityKind.allCases.filter(\.isOnServers)
    counts.pending += try journaled(profile.id, kinds.filter { !leavesOut.contains($0) })
    if !leavesOut.isEmpty { counts.staying += try journaled(profile.id, kinds.filter(leavesOut.contains)) }
    counts.conflicts = try conflictCount(of: profile.id)
    return counts
  }

  private func staying(_ profile: SyncProfile) throws -> Int {
    guard !profile.settings.leavesOut.isEmpty else { return 0 }
    let condition = OutboxOperation.staysHereSQL(profile.settings.leavesOut)
    let sql = "SELECT count(*) FROM sync_outbox WHERE profile = ? AND \(condition)"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile.id]) ?? 0
  }

  /// Records the journal says were written since it was last taken up, and of which nothing waits yet.
  private func journaled(_ profile: Int64, _ kinds: [EntityKind]) throws -> Int {
    let sql = """
      SELECT coalesce(sum(last_record - record + 1), 0) FROM (
        SELECT DISTINCT c.kind, c.record, c.last_record FROM change AS c JOIN operation AS o ON o.id = c.operation
        WHERE c.id > (SELECT journal_mark FROM sync_profile WHERE id = ?1) AND c.kind IN (\(kinds.sqlList)) AND o.origin <> 'sync'
          AND NOT EXISTS (SELECT 1 FROM sync_outbox AS x
            WHERE x.profile = ?1 AND x.kind = c.kind AND x.local_id = c.record AND c.record = c.last_record))
      """
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile]) ?? 0
  }

  /// What waits in the outbox, at most `limit`: what was refused first, and last what is not sent at all.
  package func syncOperations(_ profile: SyncProfile, limit: Int) throws -> [OutboxOperation] {
    let stays = OutboxOperation.staysHereSQL(profile.settings.leavesOut)
    let sql = """
      SELECT seq, kind, local_id, action, state, intent, body FROM sync_outbox WHERE profile = ?
      ORDER BY state = 'quarantined' DESC, state = 'inDoubt' DESC, \(stays), seq LIMIT ?
      """
    return try Row.fetchAll(db, sql: sql, arguments: [profile.id, limit]).map(OutboxOperation.init(row:))
  }

  /// What was learned of the server, by name.
  package func syncFacts(_ profile: Int64) throws -> [(name: String, value: String)] {
    try Row.fetchAll(db, sql: "SELECT name, value FROM sync_fact WHERE profile = ? ORDER BY name", arguments: [profile])
      .map { ($0[0], $0[1]) }
  }

  /// Of the row's bytes in the last list; nil if the row is not known here.
  package func syncListHash(_ profile: Int64, _ kind: EntityKind, serverID: Int64) throws -> UInt64? {
    let sql = "SELECT list_hash FROM sync_map WHERE profile = ? AND kind = ? AND server_id = ?"
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile, kind.rawValue, serverID])
      .map(UInt64.init(bitPattern:))
  }

  package func syncState(of key: RecordKey, _ profile: SyncProfile) throws -> RecordSyncState {
    let arguments: StatementArguments = [profile.id, key.kind.rawValue, key.id]
    let conflict = """
      SELECT 1 FROM sync_conflict WHERE profile = ? AND kind = ? AND local_id = ? AND resolved_at IS NULL
      """
    if try Int.fetchOne(try db.cachedStatement(sql: conflict), arguments: arguments) != nil { return .conflict }
    let states = try String.fetchAll(
      try db.cachedStatement(sql: "SELECT state FROM sync_outbox WHERE profile = ? AND kind = ? AND local_id = ?"),
      arguments: arguments
    ).compactMap(OutboxOperation.State.init(rawValue:))
    if states.contains(.quarantined) { return .refused }
    if states.contains(.inDoubt) || states.contains(.inFlight) { return .inDoubt }
    if try !states.isEmpty || isJournaled(key, profile.id) {
      return profile.settings.leavesOut.contains(key.kind) ? .local : .pending
    }
    let map = "SELECT 1 FROM sync_map WHERE profile = ? AND kind = ? AND local_id = ?"
    return try Int.fetchOne(try db.cachedStatement(sql: map), arguments: arguments) == nil ? .local : .synced
  }

  private func isJournaled(_ key: RecordKey, _ profile: Int64) throws -> Bool {
    let sql = """
      SELECT 1 FROM change AS c JOIN operation AS o ON o.id = c.operation
      WHERE c.kind = ?2 AND c.record <= ?3 AND c.last_record >= ?3 AND o.origin <> 'sync'
        AND c.id > (SELECT journal_mark FROM sync_profile WHERE id = ?1) LIMIT 1
      """
    return try Int.fetchOne(
      try db.cachedStatement(sql: sql), arguments: [profile, key.kind.rawValue, key.id]) != nil
  }
}

extension EntityKind {
  /// True for what a v1 server keeps and a rep writes.
  package var isOnServers: Bool {
    switch self {
    case .contact, .lead, .opportunity, .task: true
    case .activity, .user, .tag, .board, .stage: false
    }
  }
}

extension OutboxOperation {
  /// True of a change that is not sent because its kind is left out. What was sent already is seen through, and so are the
  /// pieces of a conversion.
  package func staysHere(_ leavesOut: Set<EntityKind>) -> Bool {
    state == .pending && !isPiece && leavesOut.contains(key.kind)
  }

  /// The same of a row of the outbox, for SQL.
  static func staysHereSQL(_ leavesOut: Set<EntityKind>) -> String {
    guard !leavesOut.isEmpty else { return "FALSE" }
    return "(state = 'pending' AND kind IN (\(leavesOut.sqlList)) AND json_extract(body, '$.is_piece') IS NULL)"
  }
}

extension Collection<EntityKind> {
  /// Between the brackets of IN, in the same order each time.
  var sqlList: String { map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ") }
}

extension StoreWriter {
  /// Lets the server's words be: what was refused is tried again with the next round.
  package func retryRefused(_ profile: Int64, _ seq: Int64? = nil) throws {
    let sql = """
      UPDATE sync_outbox SET state = 'pending', body = json_remove(body, '$.refusal', '$.attempts', '$.next_at')
      WHERE profile = ?1 AND state = 'quarantined' AND (?2 IS NULL OR seq = ?2)
      """
    try db.execute(sql: sql, arguments: [profile, seq])
  }

  /// Gives a change up: the record here stays as it is, and is read anew from the server.
  package func dropOperation(_ operation: OutboxOperation, _ profile: Int64) throws {
    let key = operation.key
    try db.execute(sql: "DELETE FROM sync_outbox WHERE profile = ? AND seq = ?", arguments: [profile, operation.seq])
    try db.execute(
      sql: "UPDATE sync_map SET needs_detail = 1, base = '{}' WHERE profile = ? AND kind = ? AND local_id = ?",
      arguments: [profile, key.kind.rawValue, key.id])
  }
}
