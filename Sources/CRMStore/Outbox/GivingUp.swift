import CRMDomain
import GRDB

/// Why a change that is to be sent is not sent yet, where that is not the server's doing.
package enum SyncWait: Hashable, Sendable {
  /// The record it needs is on no server, and nothing is to send it.
  case stays(RecordKey)
  /// The record it needs is sent first.
  case needs(RecordKey)
  /// The deletion of a contact whose deals are to be moved or deleted first, since a server deletes them with it.
  case deals

  /// The record that stands in the way, where it is one.
  package var key: RecordKey? {
    switch self {
    case .stays(let key), .needs(let key): key
    case .deals: nil
    }
  }
}

extension EntityKind {
  /// Fields that name a record which must be on the server first, with the kind of that record.
  fileprivate var parents: [(field: String, kind: EntityKind)] {
    fields.compactMap { info in
      guard let kind = info.target, kind.isOnServers, !info.isReadOnly, !info.isLocalOnly else { return nil }
      return (info.name, kind)
    }
  }
}

extension StoreReader {
  /// Why these operations are not sent, by their `seq`; those that nothing here stands in the way of are not in it.
  package func syncWaits(of operations: [OutboxOperation], _ profile: Int64) throws -> [Int64: SyncWait] {
    let pending = operations.filter { $0.state == .pending }
    let hasDeletions = pending.contains { $0.action == .delete && $0.key.kind == .contact }
    let left = hasDeletions ? try contactsLeft(profile) : []
    var waits: [Int64: SyncWait] = [:]
    for operation in pending { waits[operation.seq] = try syncWait(of: operation, profile, left) }
    return waits
  }

  private func syncWait(of operation: OutboxOperation, _ profile: Int64, _ left: Set<Int64>) throws -> SyncWait? {
    let key = operation.key
    if operation.action == .delete {
      guard key.kind == .contact else { return nil }
      return try left.contains(key.id) || hasDyingDeal(key.id, profile) ? .deals : nil
    }
    for key in try needs(of: operation) where try !isOnServer(key, profile) {
      return try isToBeSent(key, profile) ? .needs(key) : .stays(key)
    }
    return nil
  }

  /// Records that are on no server and whose creates wait for this one.
  package func dependants(of key: RecordKey, _ profile: Int64) throws -> [RecordKey] {
    try EntityKind.allCases.flatMap { kind in
      try kind.parents.filter { $0.kind == key.kind }.flatMap { field, _ in
        let sql = """
          SELECT r.id FROM "\(kind.rawValue)" AS r JOIN sync_outbox AS o
            ON o.profile = ?1 AND o.kind = ?2 AND o.local_id = r.id AND o.action = 'create' AND o.state = 'pending'
          WHERE r."\(field)" = ?3 AND r.deleted_at IS NULL ORDER BY r.id
          """
        return try Int64.fetchAll(
          try db.cachedStatement(sql: sql), arguments: [profile, kind.rawValue, key.id]
        ).map { RecordKey(kind, $0) }
      }
    }
  }

  func givenUpCreates(_ profile: Int64) throws -> [OutboxOperation] {
    try operations(where: OutboxOperation.isGivenUpSQL, [profile])
  }

  /// The profile is the first of the arguments.
  fileprivate func operations(where condition: String, _ arguments: StatementArguments) throws -> [OutboxOperation] {
    let sql = """
      SELECT \(OutboxOperation.columns) FROM sync_outbox
      WHERE profile = ? AND \(condition) ORDER BY seq
      """
    return try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: arguments).map(OutboxOperation.init(row:))
  }

  /// The records an operation names that must be on the server first. An edit of other fields too is sent without them.
  private func needs(of operation: OutboxOperation) throws -> [RecordKey] {
    let named = try operation.waitsFor.filter { try isAlive($0.kind, $0.id) }
    let parents = operation.key.kind.parents
    switch operation.action {
    case .create:
      return try named
        + parents.compactMap { parent in
          try reference(operation.key, parent.field).map { RecordKey(parent.kind, $0) }
        }
    case .update where operation.edits.keys.allSatisfy({ name in parents.contains { $0.field == name } }):
      return named
        + parents.compactMap { parent in
          guard case .reference(let id)? = operation.edits[parent.field]?.to else { return nil }
          return RecordKey(parent.kind, id)
        }
    case .update, .delete, .convert, .complete: return named
    }
  }

  private func reference(_ key: RecordKey, _ field: String) throws -> Int64? {
    let sql = "SELECT \"\(field)\" FROM \"\(key.kind.rawValue)\" WHERE id = ? AND \"\(field)\" IS NOT NULL"
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [key.id])
  }

  private func isOnServer(_ key: RecordKey, _ profile: Int64) throws -> Bool {
    let sql = "SELECT 1 FROM sync_map WHERE profile = ? AND kind = ? AND local_id = ?"
    let arguments: StatementArguments = [profile, key.kind.rawValue, key.id]
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: arguments) != nil
  }

  /// True of a record that is to get to the server sooner or later: by a create of its own, or as a piece of a conversion.
  private func isToBeSent(_ key: RecordKey, _ profile: Int64) throws -> Bool {
    guard try isAlive(key.kind, key.id) else { return false }
    let create = """
      SELECT 1 FROM sync_outbox WHERE profile = ? AND kind = ? AND local_id = ? AND action = 'create'
        AND NOT \(OutboxOperation.isGivenUpSQL)
      """
    let arguments: StatementArguments = [profile, key.kind.rawValue, key.id]
    if try Int.fetchOne(try db.cachedStatement(sql: create), arguments: arguments) != nil { return true }
    let conversion = """
      SELECT 1 FROM sync_outbox WHERE profile = ?1 AND kind = 'lead' AND action = 'convert'
        AND ?3 = json_extract(body, CASE ?2 WHEN 'contact' THEN '$.contact' ELSE '$.deal' END) LIMIT 1
      """
    return try Int.fetchOne(try db.cachedStatement(sql: conversion), arguments: arguments) != nil
  }

  /// Contacts of which a deal is to become another's.
  private func contactsLeft(_ profile: Int64) throws -> Set<Int64> {
    let sql = """
      SELECT DISTINCT json_extract(body, '$.edits."contact"[0]') FROM sync_outbox WHERE profile = ? AND kind = 'opportunity'
      """
    return Set(try Int64?.fetchAll(db, sql: sql, arguments: [profile]).compactMap(\.self))
  }

  /// True of a contact with a deal that is to be deleted for itself.
  private func hasDyingDeal(_ contact: Int64, _ profile: Int64) throws -> Bool {
    let sql = """
      SELECT 1 FROM opportunity AS r JOIN sync_outbox AS o
        ON o.profile = ? AND o.kind = 'opportunity' AND o.local_id = r.id AND o.action = 'delete'
      WHERE r.contact = ? LIMIT 1
      """
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [profile, contact]) != nil
  }
}

extension StoreWriter {
  /// Sends what was refused, or given up, once more with the next round; all of what was refused without a `seq`.
  package func retryRefused(_ profile: Int64, _ seq: Int64? = nil) throws {
    let sql = """
      UPDATE sync_outbox
      SET state = 'pending', body = json_remove(body, '$.refusal', '$.attempts', '$.next_at', '$.is_given_up')
      WHERE profile = ?1 AND state = 'quarantined' AND (seq = ?2 OR ?2 IS NULL AND NOT \(OutboxOperation.isGivenUpSQL))
      """
    try db.execute(sql: sql, arguments: [profile, seq])
  }

  /// Gives a change up. A new record stays here until `retryRefused`, and what needs it with it; any other is as it is, and
  /// is read anew from the server.
  ///
  /// What may have reached the server meanwhile is left alone: it is looked for there first.
  package func dropOperation(_ operation: OutboxOperation, _ profile: Int64) throws {
    let found = try reader.operations(where: "seq = ?", [profile, operation.seq])
    guard let known = found.first, !known.mayHaveHappened else { return }
    if known.action == .create { return try keepHere(known, profile) }
    let key = known.key
    try db.execute(sql: "DELETE FROM sync_outbox WHERE profile = ? AND seq = ?", arguments: [profile, known.seq])
    try db.execute(
      sql: "UPDATE sync_map SET needs_detail = 1, base = '{}' WHERE profile = ? AND kind = ? AND local_id = ?",
      arguments: [profile, key.kind.rawValue, key.id])
    try createPieces(of: known, profile)
  }

  /// A create is kept as one that is never sent. What comes after it is in the record when it is sent after all.
  private func keepHere(_ create: OutboxOperation, _ profile: Int64) throws {
    let key = create.key
    let later = try reader.operations(
      where: "kind = ? AND local_id = ? AND seq > ?", [profile, key.kind.rawValue, key.id, create.seq])
    for operation in later {
      try db.execute(sql: "DELETE FROM sync_outbox WHERE profile = ? AND seq = ?", arguments: [profile, operation.seq])
      try createPieces(of: operation, profile)
    }
    try db.execute(
      sql: """
        UPDATE sync_outbox SET state = 'quarantined', body = json_set(body, '$.is_given_up', json('true'))
        WHERE profile = ? AND seq = ?
        """, arguments: [profile, create.seq])
  }

  /// What a lead was converted into is made on the server like anything else.
  private func createPieces(of operation: OutboxOperation, _ profile: Int64) throws {
    guard case .convert(let contact, let deal) = operation.action else { return }
    try create(RecordKey(.contact, contact), profile)
    if let deal { try create(RecordKey(.opportunity, deal), profile) }
  }

  /// Sends a record that stays here, whether the rep gave it up or never asked for it to be sent.
  package func sendAfterAll(_ key: RecordKey, _ profile: Int64) throws {
    let known = try reader.operations(
      where: "kind = ? AND local_id = ? AND \(OutboxOperation.isGivenUpSQL)", [profile, key.kind.rawValue, key.id])
    for operation in known { try retryRefused(profile, operation.seq) }
    try create(key, profile)
  }

  /// A create for a record that is not in the trash, on no server and about to be sent by nothing.
  private func create(_ key: RecordKey, _ profile: Int64) throws {
    let sql = """
      INSERT INTO sync_outbox(profile, kind, local_id, action, state, intent, body)
      SELECT ?1, ?2, id, 'create', 'pending', lower(hex(randomblob(13))), '{}' FROM "\(key.kind.rawValue)"
      WHERE id = ?3 AND deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM sync_map WHERE profile = ?1 AND kind = ?2 AND local_id = ?3)
        AND NOT EXISTS (SELECT 1 FROM sync_outbox WHERE profile = ?1 AND kind = ?2 AND local_id = ?3 AND action = 'create')
      """
    try db.execute(sql: sql, arguments: [profile, key.kind.rawValue, key.id])
  }
}
