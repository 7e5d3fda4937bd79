import CRMDomain
import GRDB
import GRDBSQLite

/// Reads rows into records: the columns of the schema, in its order, after the id.
///
/// A page of a list decodes hundreds of values for one key, so they are taken from SQLite's statement itself; through
/// GRDB's generic rows it takes twice as long.
struct RecordReader<R: Record> {
  private let fields = R.schema.fields
  var columns: String { EntityKind.columnLists[R.schema.kind] ?? "id" }

  /// Every row of `statement` with these arguments.
  func records(_ statement: Statement, _ arguments: StatementArguments) throws -> [R] {
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    var records: [R] = []
    while try rows.next() != nil { records.append(record(statement)) }
    return records
  }

  /// The record of the row on which `statement` stands; it must have been made with `columns`.
  func record(_ statement: Statement) -> R {
    let row = statement.sqliteStatement
    var record = R()
    record.id = Identifier(sqlite3_column_int64(row, 0))
    var index = 0
    while index < fields.count {
      fields[index].set(&record, StoreReader.value(row, Int32(index + 1), fields[index].info.kind))
      index += 1
    }
    return record
  }
}

extension EntityKind {
  /// What is selected to read records of a kind, put together once.
  fileprivate static let columnLists = Dictionary(
    uniqueKeysWithValues: allCases.map { kind in
      (kind, (["id"] + kind.fields.map { "\"\($0.name)\"" }).joined(separator: ", "))
    })
}
