import CRMDomain
import GRDB
import GRDBSQLite

/// Packed rows as a table that SQL reads: `INSERT INTO lead (…) SELECT … FROM packed_rows(?)` adds thousands of rows with
/// one statement, in half the time of a statement for each.
///
/// Its columns are `c0`, the row's id, and `c1` and so on, the cells of the slots that the source names.
enum PackedTable {
  static let name = "packed_rows"

  /// Cells that a statement may ask for.
  static let mostCells = 63

  /// What the table shows while a statement runs.
  struct Source {
    let cells: UnsafeBufferPointer<PackedRows.Cell>
    let bytes: UnsafeBufferPointer<UInt8>
    /// Cells of a row.
    let width: Int
    let slots: UnsafeBufferPointer<Int>
    let rows: UnsafeBufferPointer<NumberedRow>
  }

  /// One of the packed rows, and the number it has in the book.
  struct NumberedRow {
    let row: Int
    let id: Int64
  }

  static func install(in db: Database) throws {
    let code = sqlite3_create_module_v2(db.sqliteConnection, name, module, nil, nil)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// Runs a statement that reads the table, which `source` fills meanwhile, by its first argument.
  static func run(_ statement: Statement, on source: Source, in db: Database) throws {
    var source = source
    let pointer = statement.sqliteStatement
    let code = withUnsafeMutablePointer(to: &source) { source in
      sqlite3_bind_pointer(pointer, 1, source, pointerType, nil)
      defer {
        sqlite3_reset(pointer)
        sqlite3_bind_null(pointer, 1)
      }
      return sqlite3_step(pointer)
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
    }
  }

  // MARK: The module

  /// SQLite compares it as a text, and keeps the pointer.
  private static var pointerType: UnsafePointer<CChar> {
    let type: StaticString = "packed_rows"
    return UnsafeRawPointer(type.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  private struct Cursor {
    /// First, since SQLite knows no more of it.
    var base = sqlite3_vtab_cursor()
    var source: UnsafePointer<Source>?
    var row = 0
  }

  /// Written once, and read only: every connection has it as long as the program runs.
  private nonisolated(unsafe) static let module: UnsafeMutablePointer<sqlite3_module> = {
    var module = sqlite3_module()
    // Without `xCreate` it is there under its own name alone.
    module.xConnect = { db, _, _, _, table, _ in
      let columns = (0...mostCells).map { "c\($0)" }.joined(separator: ", ")
      let code = sqlite3_declare_vtab(db, "CREATE TABLE x (\(columns), source HIDDEN)")
      guard code == SQLITE_OK else { return code }
      let made = UnsafeMutablePointer<sqlite3_vtab>.allocate(capacity: 1)
      made.initialize(to: sqlite3_vtab())
      table?.pointee = made
      return SQLITE_OK
    }
    module.xDisconnect = { table in
      table?.deallocate()
      return SQLITE_OK
    }
    module.xBestIndex = { _, info in bestIndex(info) }
    module.xOpen = { _, cursor in
      let made = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
      made.initialize(to: Cursor())
      cursor?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }
    module.xClose = { cursor in
      of(cursor).deallocate()
      return SQLITE_OK
    }
    module.xFilter = { cursor, _, _, count, values in
      let source = count == 1 ? values.flatMap { sqlite3_value_pointer($0[0], pointerType) } : nil
      of(cursor).pointee.source = source.map { UnsafePointer($0.assumingMemoryBound(to: Source.self)) }
      of(cursor).pointee.row = 0
      return SQLITE_OK
    }
    module.xNext = { cursor in
      of(cursor).pointee.row += 1
      return SQLITE_OK
    }
    module.xEof = { cursor in
      let cursor = of(cursor)
      return cursor.pointee.row < cursor.pointee.source?.pointee.rows.count ?? 0 ? 0 : 1
    }
    module.xRowid = { cursor, id in
      id?.pointee = Int64(of(cursor).pointee.row)
      return SQLITE_OK
    }
    module.xColumn = { cursor, context, column in
      let cursor = of(cursor)
      if let source = cursor.pointee.source { show(source, cursor.pointee.row, Int(column), context) }
      return SQLITE_OK
    }
    let made = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    made.initialize(to: module)
    return made
  }()

  @inline(__always)
  private static func of(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<Cursor> {
    guard let cursor else { preconditionFailure("SQLite lost its cursor") }
    return UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
  }

  /// The source is an argument, and nothing else is looked for.
  private static func bestIndex(_ info: UnsafeMutablePointer<sqlite3_index_info>?) -> Int32 {
    guard let info else { return SQLITE_ERROR }
    for index in 0..<Int(info.pointee.nConstraint) {
      let constraint = info.pointee.aConstraint[index]
      guard Int(constraint.iColumn) == mostCells + 1, Int32(constraint.op) == SQLITE_INDEX_CONSTRAINT_EQ else {
        continue
      }
      guard constraint.usable != 0 else { return SQLITE_CONSTRAINT }
      info.pointee.aConstraintUsage[index].argvIndex = 1
      info.pointee.aConstraintUsage[index].omit = 1
    }
    info.pointee.estimatedCost = 1
    return SQLITE_OK
  }

  /// Texts are lent, not copied: they stay where they are until the statement is through.
  @inline(__always)
  private static func show(
    _ source: UnsafePointer<Source>, _ index: Int, _ column: Int, _ context: OpaquePointer?,
  ) {
    let row = source.pointee.rows[index]
    guard column > 0 else { return sqlite3_result_int64(context, row.id) }
    guard column <= source.pointee.slots.count else { return }
    let cell = source.pointee.cells[row.row * source.pointee.width + source.pointee.slots[column - 1]]
    switch cell.form {
    case .none: return
    case .integer: sqlite3_result_int64(context, cell.number)
    case .text, .json:
      guard let base = source.pointee.bytes.baseAddress else { return sqlite3_result_text(context, "", 0, nil) }
      let text = UnsafeRawPointer(base + Int(cell.number)).assumingMemoryBound(to: CChar.self)
      sqlite3_result_text(context, text, Int32(cell.count), nil)
    }
  }
}
