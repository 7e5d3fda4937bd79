import CRMDomain
import GRDB

extension SyncBook {
  /// Rounds that are kept to be looked at.
  private static let kept = 50

  /// Notes how a round ended; the oldest of many are forgotten.
  package func noteRound(startedAt: Instant, endedAt: Instant, _ outcome: String, operation: Int64?) throws {
    let sql = """
      INSERT INTO sync_round(profile, at, ended_at, outcome, operation) VALUES (?, ?, ?, ?, ?)
      """
    try statement(sql).execute(
      arguments: [profile, startedAt.microseconds, endedAt.microseconds, outcome, operation])
    let old = """
      DELETE FROM sync_round WHERE profile = ?1 AND id <= (
        SELECT id FROM sync_round WHERE profile = ?1 ORDER BY id DESC LIMIT 1 OFFSET \(Self.kept))
      """
    try statement(old).execute(arguments: [profile])
  }
}

extension StoreReader {
  /// The outcomes of the last rounds, newest first, as `noteRound` was given them.
  package func syncRounds(_ profile: Int64, limit: Int = 20) throws -> [(outcome: JSONValue, operation: Int64?)] {
    let sql = "SELECT outcome, operation FROM sync_round WHERE profile = ? ORDER BY id DESC LIMIT ?"
    return try Row.fetchAll(db, sql: sql, arguments: [profile, limit]).map { row in
      (try JSONValue(parsing: row[0] as String), row[1])
    }
  }

  /// Requests of the rounds that ended after `time`.
  package func syncRequests(_ profile: Int64, since time: Instant) throws -> Int {
    let sql = """
      SELECT coalesce(sum(json_extract(outcome, '$.requests')), 0) FROM sync_round WHERE profile = ? AND ended_at > ?
      """
    return try Int.fetchOne(db, sql: sql, arguments: [profile, time.microseconds]) ?? 0
  }
}
