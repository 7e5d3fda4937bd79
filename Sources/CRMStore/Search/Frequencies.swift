import CRMDomain
import GRDB

/// One value of a field, and the records that have it.
package struct Frequency: Hashable, Sendable {
  package let value: FieldValue
  package let count: Int
  /// Of the kind's amount, whatever the currency; zero for kinds without one.
  package let sum: Money
}

extension EntityKind {
  /// The column whose sum is worth knowing.
  package var amountField: String? {
    switch self {
    case .lead: "estimated_value"
    case .opportunity: "amount"
    case .contact, .task, .activity, .user, .tag, .board, .stage: nil
    }
  }
}

extension StoreReader {
  /// The values a field has among the matches of `query`, the most frequent first; each tag counts by itself.
  package func frequencies(of info: FieldInfo, in query: ListQuery, limit: Int = 1000) throws -> [Frequency] {
    let sql = try querySQL(query)
    let source = try source(query, reading: sql.column(info))
    let sum = query.kind.amountField.map { "sum(\"\($0)\")" } ?? "0"
    let value = grouped(sql.column(info), info.kind)
    let from = info.kind == .tags ? tagged(source.text, query.kind) : source.text
    let statement = try db.cachedStatement(
      sql: "SELECT \(value), count(*), \(sum) FROM \(from) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT \(limit)")
    return try Row.fetchAll(statement, arguments: StatementArguments(source.arguments)).map { row in
      let kind: FieldKind = info.kind == .tags ? .text : info.kind == .instant ? .day : info.kind
      return Frequency(
        value: StoredValue.decode(row[0] as DatabaseValue, as: kind), count: row[1], sum: Money(hundredths: row[2] ?? 0)
      )
    }
  }

  /// Tags count one by one, points in time by their day (in UTC).
  private func grouped(_ column: String, _ kind: FieldKind) -> String {
    switch kind {
    case .tags: "tag.value"
    case .instant: "date(\(column) / 1000000, 'unixepoch')"
    default: column
    }
  }

  /// The source of a list with a row per tag; a record without tags has one row with none.
  private func tagged(_ source: String, _ kind: EntityKind) -> String {
    "(SELECT * FROM \(source)) AS tagged LEFT JOIN json_each(tagged.tags) AS tag"
  }
}
