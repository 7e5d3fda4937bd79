import CRMDomain
import GRDB
import GRDBSQLite

/// Tells rows that say nothing new: of a file that is imported once more, most are of that sort.
///
/// A row is compared with the record's columns as they stand in the file of the book, without a record being made of it.
final class SameRows {
  /// The slots of what is compared.
  private let slots: [Int]
  private let sql: String

  init(_ layout: NewRowLayout) {
    slots = layout.filled.map(\.slot)
    let names = layout.filled.map { "\"\($0.field.name)\"" }.joined(separator: ", ")
    sql = "SELECT \(names) FROM \"\(layout.kind.rawValue)\" WHERE id = ?"
  }

  /// True if the record has everything that `row` fills in. False may also mean that it takes a closer look.
  func contain(_ row: Int, of rows: PackedRows, _ id: Int64, _ reader: StoreReader) throws -> Bool {
    guard !slots.isEmpty else { return false }
    let statement = try reader.db.cachedStatement(sql: sql)
    let pointer = statement.sqliteStatement
    sqlite3_bind_int64(pointer, 1, id)
    defer { sqlite3_reset(pointer) }
    guard sqlite3_step(pointer) == SQLITE_ROW else { return false }
    return rows.withUnsafeBlocks { cells, bytes in
      slots.indices.allSatisfy { column in
        has(pointer, Int32(column), cells[row * rows.width + slots[column]], bytes)
      }
    }
  }

  private func has(
    _ row: SQLiteStatement, _ column: Int32, _ cell: PackedRows.Cell, _ bytes: UnsafeBufferPointer<UInt8>,
  ) -> Bool {
    switch cell.form {
    case .none: return true
    case .integer:
      return sqlite3_column_type(row, column) == SQLITE_INTEGER && sqlite3_column_int64(row, column) == cell.number
    case .text, .json:
      guard sqlite3_column_type(row, column) == SQLITE_TEXT, let start = sqlite3_column_text(row, column) else {
        return false
      }
      let stored = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(row, column)))
      return stored.elementsEqual(bytes[cell.range])
    }
  }
}
