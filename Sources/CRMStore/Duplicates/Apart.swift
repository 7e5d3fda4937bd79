import CRMDomain
import GRDB

/// One decision that records are no duplicates of each other, as it is stored and journaled.
struct ApartDecision {
  /// Nil before it is stored.
  let id: Int64?
  let kind: EntityKind
  let at: Int64
  let records: [Int64]

  init?(row: Row) throws {
    guard let kind = EntityKind(rawValue: row["kind"]) else { return nil }
    (id, self.kind, at) = (row["id"], kind, row["at"])
    let text: String = row["records"]
    records = try ApartDecision.ids(JSONValue(parsing: text))
  }

  init(id: Int64?, kind: EntityKind, at: Int64, records: [Int64]) {
    (self.id, self.kind, self.at, self.records) = (id, kind, at, records)
  }

  fileprivate static func ids(_ json: JSONValue) -> [Int64] {
    guard case .array(let items) = json else { return [] }
    return items.compactMap { if case .integer(let id) = $0 { Int64(id) } else { nil } }
  }

  fileprivate var recordsJSON: JSONValue { .array(records.map { .integer(Int($0)) }) }
}

extension StoreReader {
  /// What the rep has put apart among the records of `kind`.
  package func apart(_ kind: EntityKind) throws -> ApartRecords {
    var apart = ApartRecords()
    for decision in try decisions(kind) {
      for record in decision.records { apart.add(record, decision: decision.id ?? 0) }
    }
    return apart
  }

  func decisions(_ kind: EntityKind) throws -> [ApartDecision] {
    let statement = try db.cachedStatement(sql: "SELECT * FROM not_duplicate WHERE kind = ? ORDER BY id")
    return try Row.fetchAll(statement, arguments: [kind.rawValue]).compactMap(ApartDecision.init(row:))
  }
}

extension StoreWriter {
  /// Remembers that these records are all different from each other.
  package func keepApart(_ kind: EntityKind, _ ids: [Int64]) throws {
    guard ids.count > 1 else { return }
    try put(ApartDecision(id: nil, kind: kind, at: now.microseconds, records: ids.sorted()))
  }

  /// Decisions about the losers of a merge are about the record they became from now on.
  func keepApart(_ kind: EntityKind, _ losers: [Int64], as winner: Int64) throws {
    for decision in try reader.decisions(kind) where !decision.records.contains(winner) {
      let others = decision.records.filter { !losers.contains($0) }
      if others.count < decision.records.count { for other in others { try keepApart(kind, [winner, other]) } }
    }
  }

  private func put(_ decision: ApartDecision) throws {
    try db.execute(
      sql: "INSERT INTO not_duplicate(id, kind, at, records) VALUES (?, ?, ?, ?)",
      arguments: [decision.id, decision.kind.rawValue, decision.at, decision.recordsJSON.text])
    try journal(decision, db.lastInsertedRowID, .insert)
  }

  /// Takes a decision back that an operation made, or brings it back: the inverse of a line of the journal.
  func invert(decisionIn row: Row) throws {
    let id: Int64 = row["record"]
    if row["action"] == RecordChange.Action.insert.rawValue {
      guard let stored = try Row.fetchOne(db, sql: "SELECT * FROM not_duplicate WHERE id = ?", arguments: [id]),
        let decision = try ApartDecision(row: stored)
      else { return }
      try db.execute(sql: "DELETE FROM not_duplicate WHERE id = ?", arguments: [id])
      return try journal(decision, id, .delete)
    }
    guard let text: String = row["fields"], case .object(let object) = try JSONValue(parsing: text),
      case .string(let name)? = object["kind"], let kind = EntityKind(rawValue: name),
      case .integer(let at)? = object["at"]
    else { return }
    let records = ApartDecision.ids(object["records"] ?? .null)
    try put(ApartDecision(id: id, kind: kind, at: Int64(at), records: records))
  }

  private func journal(_ decision: ApartDecision, _ id: Int64, _ action: RecordChange.Action) throws {
    let image: [String: JSONValue] = [
      "kind": .string(decision.kind.rawValue), "at": .integer(Int(decision.at)), "records": decision.recordsJSON,
    ]
    try journal(NotDuplicates.table, id, action, .object(image), touching: decision.kind)
  }
}
