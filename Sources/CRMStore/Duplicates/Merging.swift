import CRMDomain
import GRDB

extension EntityKind {
  /// The fields of all kinds that refer to records of this one.
  var referrers: [(kind: EntityKind, field: FieldInfo)] {
    EntityKind.allCases.flatMap { other in
      other.fields.filter { $0.kind == .reference(self) }.map { (other, $0) }
    }
  }
}

extension StoreReader {
  /// How many records of each kind refer to any of these, those in the trash left out.
  package func referrers(of kind: EntityKind, _ ids: [Int64]) throws -> [(kind: EntityKind, count: Int)] {
    let list = "[\(ids.map(String.init).joined(separator: ","))]"
    let fields = Dictionary(grouping: kind.referrers, by: \.kind)
    return try EntityKind.allCases.compactMap { other in
      guard let fields = fields[other] else { return nil }
      let some = fields.map { "\"\($0.field.name)\" IN (SELECT value FROM json_each(?1))" }.joined(separator: " OR ")
      let sql = "SELECT count(*) FROM \"\(other.rawValue)\" WHERE deleted_at IS NULL AND (\(some))"
      let count = try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [list]) ?? 0
      return count == 0 ? nil : (other, count)
    }
  }

  fileprivate func rows(_ kind: EntityKind, _ field: FieldInfo, referringTo id: Int64) throws -> [Int64] {
    let sql = "SELECT id FROM \"\(kind.rawValue)\" WHERE \"\(field.name)\" = ?"
    return try Int64.fetchAll(try db.cachedStatement(sql: sql), arguments: [id])
  }
}

extension StoreWriter {
  /// Carries the merge out over the records as they are by now: the kept one takes what was picked, everything that
  /// refers to the others refers to it, what was put apart from them is apart from it, and they go to the trash.
  /// - Throws: `StoreProblem` if one of them is gone.
  @discardableResult
  package func merge<R: Record>(_ merge: Merge<R>) throws -> Identifier<R> {
    let kind = R.schema.kind
    let records = try merge.records.map { record -> R in
      guard record.id.rawValue != 0 else { return record }
      guard try reader.isAlive(kind, record.id.rawValue), let now = try reader.record(record.id) else {
        throw StoreProblem(.recordGone, path: "")
      }
      return now
    }
    let merge = merge.with(records: records)
    let winner = merge.records[merge.kept].id
    // The rows first, so that what the result refers to has been moved when it is written.
    for loser in merge.losers { try relink(kind, loser, to: winner.rawValue) }
    try update(merge.result, from: merge.records[merge.kept])
    try keepApart(kind, merge.losers, as: winner.rawValue)
    for loser in merge.losers { try trash(kind, loser) }
    return winner
  }

  private func relink(_ kind: EntityKind, _ loser: Int64, to winner: Int64) throws {
    for (other, field) in kind.referrers {
      for id in try reader.rows(other, field, referringTo: loser) {
        try write([field.name: winner.databaseValue], in: other, id)
      }
    }
  }
}
