import CRMDomain
import GRDB
import GRDBSQLite

/// Tells rows that say nothing new: of a file that is imported once more, most are of that sort.
///
/// A row is compared with the record's columns as they stand in the file of the book, without a record being made of it.
final class SameRows {
  /// What is compared: the fields that rows fill, by their place in the schema.
  private let indexes: [Int]
  private let sql: String

  init(_ kind: EntityKind, _ layout: NewRowLayout) {
    indexes = layout.filled
    let names = indexes.map { "\"\(kind.fields[$0].name)\"" }.joined(separator: ", ")
    sql = "SELECT \(names) FROM \"\(kind.rawValue)\" WHERE id = ?"
  }

  /// True if the record has everything that `row` fills in. False may also mean that it takes a closer look.
  func contain(_ row: NewRow, _ id: Int64, _ reader: StoreReader) throws -> Bool {
    guard !indexes.isEmpty else { return false }
    let statement = try reader.db.cachedStatement(sql: sql)
    let pointer = statement.sqliteStatement
    sqlite3_bind_int64(pointer, 1, id)
    defer { sqlite3_reset(pointer) }
    guard sqlite3_step(pointer) == SQLITE_ROW else { return false }
    for (column, index) in indexes.enumerated() {
      let value = row[index]
      guard value.isEmpty || has(pointer, Int32(column), value) else { return false }
    }
    return true
  }

  private func has(_ row: SQLiteStatement, _ column: Int32, _ value: FieldValue) -> Bool {
    switch value {
    case .none: true
    case .text(let text): has(row, column, text: text)
    case .integer(let number), .money(let number): has(row, column, number: Int64(number))
    case .flag(let flag): has(row, column, number: flag ? 1 : 0)
    case .instant(let instant): has(row, column, number: instant.microseconds)
    case .reference(let id): has(row, column, number: id)
    case .day, .tags, .object:
      String.fromDatabaseValue(StoredValue.encode(value)).map { has(row, column, text: $0) }
        ?? false
    }
  }

  private func has(_ row: SQLiteStatement, _ column: Int32, number: Int64) -> Bool {
    sqlite3_column_type(row, column) == SQLITE_INTEGER
      && sqlite3_column_int64(row, column) == number
  }

  private func has(_ row: SQLiteStatement, _ column: Int32, text: String) -> Bool {
    guard sqlite3_column_type(row, column) == SQLITE_TEXT,
      let start = sqlite3_column_text(row, column)
    else {
      return false
    }
    let stored = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(row, column)))
    return stored.elementsEqual(text.utf8)
  }
}
