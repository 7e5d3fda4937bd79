import CRMDomain
import GRDB

/// What of a profile is not the same on both sides yet.
package struct SyncCounts: Hashable, Sendable {
  /// Changes of ours that wait to be sent, those only in the journal so far included.
  package var pending = 0
  /// Changes of ours that stay here: to kinds that are left out, or of records that are never sent.
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
    try countGivenUp(profile, &counts)
    return counts
  }

  /// What the rep gave up was not refused, and what needs it is not about to be sent.
  private func countGivenUp(_ profile: SyncProfile, _ counts: inout SyncCounts) throws {
    for create in try givenUpCreates(profile.id) {
      counts.refused -= 1
      guard try isAlive(create.key.kind, create.key.id) else { continue }
      let needing = try dependants(of: create.key, profile.id).filter { !profile.settings.leavesOut.contains($0.kind) }
      counts.staying += 1 + needing.count
      counts.pending -= needing.count
    }
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
    let (stays, givenUp) = (OutboxOperation.staysHereSQL(profile.settings.leavesOut), OutboxOperation.isGivenUpSQL)
    let sql = """
      SELECT \(OutboxOperation.columns) FROM sync_outbox WHERE profile = ?
      ORDER BY state = 'quarantined' AND NOT \(givenUp) DESC, state = 'inDoubt' DESC, \(stays), \(givenUp), seq LIMIT ?
      """
    // What the rep gave up and then deleted is kept for its return alone.
    return try Row.fetchAll(db, sql: sql, arguments: [profile.id, limit]).map(OutboxOperation.init(row:))
      .filter { try !$0.isGivenUp || isAlive($0.key.kind, $0.key.id) }
  }

  /// What was learned of the server, by name.
  package func syncFacts(_ profile: Int64) throws -> [(name: String, value: String)] {
    try Row.fetchAll(db, sql: "SELECT name, value FROM sync_fact WHERE profile = ? ORDER BY name", arguments: [profile])
      .map { ($0[0], $0[1]) }
  }

  /// Of the row's bytes in the last list; nil if the row is not known here.
  package func syncListHash(
    _ profile: Int64, _ kind: EntityKind, serverID: Int64,
  ) throws -> (hash: UInt64, updatedAt: Instant?)? {
    let sql = "SELECT list_hash, updated_at FROM sync_map WHERE profile = ? AND kind = ? AND server_id = ?"
    let row = try Row.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile, kind.rawValue, serverID])
    return row.map { (UInt64(bitPattern: $0[0]), Instant(iso: $0[1] as String)) }
  }

  package func syncState(of key: RecordKey, _ profile: SyncProfile) throws -> RecordSyncState {
    let arguments: StatementArguments = [profile.id, key.kind.rawValue, key.id]
    let conflict = """
      SELECT 1 FROM sync_conflict WHERE profile = ? AND kind = ? AND local_id = ? AND resolved_at IS NULL
      """
    if try Int.fetchOne(try db.cachedStatement(sql: conflict), arguments: arguments) != nil { return .conflict }
    let operations = """
      SELECT state FROM sync_outbox WHERE profile = ? AND kind = ? AND local_id = ? AND NOT \(OutboxOperation.isGivenUpSQL)
      """
    let states = try String.fetchAll(try db.cachedStatement(sql: operations), arguments: arguments)
      .compactMap(OutboxOperation.State.init(rawValue:))
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

  /// `isGivenUp` of a row of the outbox, for SQL. Few are quarantined, and only their bodies are looked into.
  static let isGivenUpSQL = "(state = 'quarantined' AND json_extract(body, '$.is_given_up') IS NOT NULL)"
}

extension Collection<EntityKind> {
  /// Between the brackets of IN, in the same order each time.
  var sqlList: String { map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ") }
}
