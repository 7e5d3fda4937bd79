import CRMDomain
import GRDB

/// A plan that is kept under a name for the next file like this one.
package struct SavedMapping: Hashable, Sendable, Identifiable {
  package let id: Int64
  package let name: String
  package let kind: EntityKind
  /// Of the header it was made for; see `ColumnMapping.fingerprint`.
  package let fingerprint: String
  package let plan: ImportPlan
  package let usedAt: Instant

  fileprivate init(row: Row) throws {
    (id, name, fingerprint) = (row["id"], row["name"], row["fingerprint"])
    kind = EntityKind(rawValue: row["kind"]) ?? .lead
    plan = try ImportPlan(json: JSONValue(parsing: row["plan"] as String))
    usedAt = Instant(microseconds: row["used_at"])
  }
}

extension StoreReader {
  /// Every saved mapping, the one used last first.
  package func savedMappings() throws -> [SavedMapping] {
    try Row.fetchAll(db, sql: "SELECT * FROM import_mapping ORDER BY used_at DESC, id DESC").map(SavedMapping.init)
  }

  package func savedMapping(named name: String) throws -> SavedMapping? {
    try Row.fetchOne(db, sql: "SELECT * FROM import_mapping WHERE name = ?", arguments: [name]).map(SavedMapping.init)
  }

  /// The mapping used last for a file with these columns, or nil.
  package func savedMapping(of kind: EntityKind, header: [String]) throws -> SavedMapping? {
    guard !header.isEmpty else { return nil }
    let sql = """
      SELECT * FROM import_mapping WHERE kind = ? AND fingerprint = ? ORDER BY used_at DESC, id DESC LIMIT 1
      """
    let arguments: StatementArguments = [kind.rawValue, ColumnMapping.fingerprint(of: header)]
    return try Row.fetchOne(db, sql: sql, arguments: arguments).map(SavedMapping.init)
  }
}

extension StoreWriter {
  /// Keeps `plan` as `name`, in place of one of that name. What was decided about single rows is not kept.
  package func saveMapping(_ name: String, _ plan: ImportPlan, header: [String]) throws {
    var plan = plan
    (plan.corrections, plan.decisions) = ([:], [:])
    let sql = """
      INSERT INTO import_mapping(name, kind, fingerprint, plan, used_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT(name) DO UPDATE SET kind = excluded.kind, fingerprint = excluded.fingerprint, plan = excluded.plan,
        used_at = excluded.used_at
      """
    let fingerprint = ColumnMapping.fingerprint(of: header)
    try db.execute(
      sql: sql, arguments: [name, plan.kind.rawValue, fingerprint, plan.json.text, now.microseconds])
  }

  /// False if there is none of that name.
  @discardableResult
  package func removeMapping(_ name: String) throws -> Bool {
    try db.execute(sql: "DELETE FROM import_mapping WHERE name = ?", arguments: [name])
    return db.changesCount > 0
  }

  func noteUse(of mapping: Int64) throws {
    try db.execute(sql: "UPDATE import_mapping SET used_at = ? WHERE id = ?", arguments: [now.microseconds, mapping])
  }
}
