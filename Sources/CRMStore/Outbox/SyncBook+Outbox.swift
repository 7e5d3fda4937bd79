import CRMDomain
import GRDB

extension SyncBook {
  // MARK: Outbox

  private func operations(
    where condition: String, _ arguments: [any DatabaseValueConvertible], limit: Int = -1,
  ) throws -> [OutboxOperation] {
    let sql = """
      SELECT \(OutboxOperation.columns) FROM sync_outbox
      WHERE profile = ? AND \(condition) ORDER BY seq LIMIT \(limit)
      """
    let values = [profile.databaseValue] + arguments.map(\.databaseValue)
    return try Row.fetchAll(try statement(sql), arguments: StatementArguments(values)).map(OutboxOperation.init(row:))
  }

  /// In the order of `seq`, like every list of them.
  package func operations(
    in states: Set<OutboxOperation.State>, leavingOut kinds: Set<EntityKind>,
  ) throws -> [OutboxOperation] {
    try operations(where: Self.condition(states, kinds), [])
  }

  /// The first of these states whose `seq` is `from` or higher.
  package func nextOperation(
    from seq: Int64, in states: Set<OutboxOperation.State>, leavingOut kinds: Set<EntityKind>,
  ) throws -> OutboxOperation? {
    try operations(where: "seq >= ? AND \(Self.condition(states, kinds))", [seq], limit: 1).first
  }

  private static func condition(_ states: Set<OutboxOperation.State>, _ leavesOut: Set<EntityKind>) -> String {
    let isOne = "state IN (\(list(states)))"
    return leavesOut.isEmpty ? isOne : "\(isOne) AND NOT \(OutboxOperation.staysHereSQL(leavesOut))"
  }

  /// A pull asks this for every page: nothing is copied out of SQLite.
  package func hasOperation(in states: Set<OutboxOperation.State>) throws -> Bool {
    let statement = try statement("SELECT 1 FROM sync_outbox WHERE profile = ? AND state = ? LIMIT 1")
    return try states.contains { try Int.fetchOne(statement, arguments: [profile, $0.rawValue]) != nil }
  }

  private static func list(_ states: Set<OutboxOperation.State>) -> String {
    states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
  }

  /// True if one of that kind changes a reference `field` from the local row `id` to another.
  package func hasOperation(_ kind: EntityKind, changing field: String, from id: Int64) throws -> Bool {
    let sql = """
      SELECT 1 FROM sync_outbox WHERE profile = ? AND kind = ? AND json_extract(body, '$.edits."' || ? || '"[0]') = ? LIMIT 1
      """
    return try Int.fetchOne(try statement(sql), arguments: [profile, kind.rawValue, field, id]) != nil
  }

  /// The earliest time that an operation which is to be sent and which no person must look at waits for.
  package func nextOperationTime(leavingOut kinds: Set<EntityKind>) throws -> Instant? {
    let sql = """
      SELECT min(json_extract(body, '$.next_at')) FROM sync_outbox
      WHERE profile = ? AND state <> 'quarantined' AND NOT \(OutboxOperation.staysHereSQL(kinds))
      """
    return try Int64.fetchOne(try statement(sql), arguments: [profile]).map(Instant.init(microseconds:))
  }

  package func operations(of key: RecordKey) throws -> [OutboxOperation] {
    try operations(where: "kind = ? AND local_id = ?", [key.kind.rawValue, key.id])
  }

  package func operation(_ seq: Int64) throws -> OutboxOperation? { try operations(where: "seq = ?", [seq]).first }

  /// A number and an identity for a new operation. The identity is like no other of any machine.
  package func newOperation(_ key: RecordKey, _ action: OutboxOperation.Action) throws -> OutboxOperation {
    let intent = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    let sql = """
      INSERT INTO sync_outbox(profile, kind, local_id, action, state, intent, body) VALUES (?, ?, ?, ?, 'pending', ?, '{}')
      """
    try statement(sql).execute(arguments: [profile, key.kind.rawValue, key.id, action.name, intent])
    return OutboxOperation(seq: db.lastInsertedRowID, key: key, action: action, intent: intent)
  }

  /// An operation that was removed meanwhile is put back.
  package func save(_ operation: OutboxOperation) throws {
    let sql = """
      INSERT INTO sync_outbox(seq, profile, kind, local_id, action, state, intent, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(seq) DO UPDATE SET action = excluded.action, state = excluded.state, body = excluded.body
      """
    try statement(sql).execute(
      arguments: [
        operation.seq, profile, operation.key.kind.rawValue, operation.key.id, operation.action.name,
        operation.state.rawValue, operation.intent, operation.body.text,
      ])
  }

  package func removeOperation(_ seq: Int64) throws {
    try statement("DELETE FROM sync_outbox WHERE profile = ? AND seq = ?").execute(arguments: [profile, seq])
  }

  // MARK: Bookkeeping

  package func cursor(_ kind: EntityKind) throws -> Cursor {
    let sql = "SELECT body FROM sync_cursor WHERE profile = ? AND kind = ?"
    let text = try String.fetchOne(try statement(sql), arguments: [profile, kind.rawValue])
    return try text.map { Cursor(json: try JSONValue(parsing: $0)) } ?? Cursor()
  }

  package func save(_ cursor: Cursor, _ kind: EntityKind) throws {
    let sql = """
      INSERT INTO sync_cursor(profile, kind, body) VALUES (?, ?, ?)
      ON CONFLICT(profile, kind) DO UPDATE SET body = excluded.body WHERE body <> excluded.body
      """
    try statement(sql).execute(arguments: [profile, kind.rawValue, cursor.json.text])
  }

  /// A conflict that is open already is not added again.
  package func add(_ conflict: Conflict) throws {
    let sql = """
      INSERT INTO sync_conflict(profile, at, kind, local_id, field, reason, base, mine, theirs)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS (
        SELECT 1 FROM sync_conflict WHERE profile = ?1 AND kind = ?3 AND local_id = ?4 AND field IS ?5 AND reason = ?6
          AND base = ?7 AND mine = ?8 AND theirs = ?9 AND resolved_at IS NULL)
      """
    try statement(sql).execute(
      arguments: [
        profile, now.microseconds, conflict.key.kind.rawValue, conflict.key.id, conflict.field,
        conflict.reason.rawValue, SyncText.json(conflict.base).text, SyncText.json(conflict.mine).text,
        SyncText.json(conflict.theirs).text,
      ])
  }

  /// What was learned of the server, and when.
  package func fact(_ name: String) throws -> (value: String, at: Instant)? {
    let sql = "SELECT value, at FROM sync_fact WHERE profile = ? AND name = ?"
    return try Row.fetchOne(try statement(sql), arguments: [profile, name]).map {
      ($0[0], Instant(microseconds: $0[1]))
    }
  }

  package func learn(_ name: String, _ value: String, at: Instant) throws {
    try statement("INSERT OR REPLACE INTO sync_fact(profile, name, value, at) VALUES (?, ?, ?, ?)")
      .execute(arguments: [profile, name, value, at.microseconds])
  }

  // MARK: The journal

  /// Lines of the journal that other hands than synchronising wrote since they were last taken up, in order, at most
  /// `limit`; kinds that no server knows are left out. `end` is where to go on.
  package func journal(of kinds: [EntityKind], limit: Int) throws -> (changes: [RecordChange], end: Int64) {
    let mark = try journalMark()
    let newest = try Int64.fetchOne(try statement("SELECT max(id) FROM change")) ?? 0
    guard newest > mark else { return ([], mark) }
    // Mostly what synchronising itself wrote, a page at a time.
    let others = """
      SELECT 1 FROM change JOIN operation ON operation.id = change.operation
      WHERE change.id > ? AND operation.origin <> 'sync' LIMIT 1
      """
    guard try Int.fetchOne(try statement(others), arguments: [mark]) != nil else { return ([], newest) }
    let sql = """
      SELECT change.* FROM change JOIN operation ON operation.id = change.operation
      WHERE change.id > ? AND change.kind IN (\(kinds.sqlList)) AND operation.origin <> 'sync' ORDER BY change.id LIMIT ?
      """
    let rows = try Row.fetchAll(try statement(sql), arguments: [mark, limit])
    let end: Int64 = rows.count == limit ? rows.last?["id"] ?? newest : newest
    return (try rows.compactMap(RecordChange.init(row:)), end)
  }

  package func journalMark() throws -> Int64 {
    try Int64.fetchOne(try statement("SELECT journal_mark FROM sync_profile WHERE id = ?"), arguments: [profile]) ?? 0
  }

  package func setJournalMark(_ mark: Int64) throws {
    try statement("UPDATE sync_profile SET journal_mark = ?1 WHERE id = ?2 AND journal_mark <> ?1")
      .execute(arguments: [mark, profile])
  }

  /// A create for each record of these kinds that is on the server under no id and waits for nothing; answers how many.
  package func noteCreates(of kinds: [EntityKind]) throws -> Int {
    var count = 0
    for kind in kinds {
      let sql = """
        INSERT INTO sync_outbox(profile, kind, local_id, action, state, intent, body)
        SELECT ?1, ?2, id, 'create', 'pending', lower(hex(randomblob(13))),
          json_object('origin', '\(Self.firstMeeting)') FROM "\(kind.rawValue)" AS r
        WHERE deleted_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM sync_map WHERE profile = ?1 AND kind = ?2 AND local_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM sync_outbox WHERE profile = ?1 AND kind = ?2 AND local_id = r.id)
        ORDER BY id
        """
      try statement(sql).execute(arguments: [profile, kind.rawValue])
      count += db.changesCount
    }
    return count
  }
}

extension OutboxOperation {
  /// What `init(row:)` reads, in its order.
  static let columns = "seq, kind, local_id, action, state, intent, body"

  init(row: Row) throws {
    self.init(
      seq: row[0], key: RecordKey(EntityKind(rawValue: row[1]) ?? .lead, row[2]), action: row[3], state: row[4],
      intent: row[5], body: try JSONValue(parsing: row[6] as String))
  }
}
