import CRMDomain
import Foundation
import GRDB
import GRDBSQLite

/// Adds rows of one kind, each given as the values of its schema's fields in their order.
///
/// Binds SQLite's own way: an import adds a million rows of thirty values.
final class RowInserter {
  private let db: Database
  private let statement: Statement
  private let searchText: SearchTextFields
  /// Where `created_at` and `updated_at` are.
  private let stamps: [Int]

  init(_ kind: EntityKind, in db: Database) throws {
    self.db = db
    statement = try db.cachedStatement(sql: Self.sql[kind] ?? "")
    searchText = SearchTextFields(kind.fields)
    stamps = kind.fields.indices.filter { ["created_at", "updated_at"].contains(kind.fields[$0].name) }
  }

  /// Put together once: a pull makes an inserter for each of its pages.
  private static let sql = Dictionary(
    uniqueKeysWithValues: EntityKind.allCases.map { kind in
      let names = ["id"] + kind.fields.map(\.name) + ["search_text"]
      let sql = """
        INSERT INTO "\(kind.rawValue)" (\(names.map { "\"\($0)\"" }.joined(separator: ", ")))
        VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
        """
      return (kind, sql)
    })

  /// - Parameter id: 0 for the next one.
  /// - Parameter text: its search text, if that is made already.
  /// - Returns: the row's id and its search text. Its stamps are `now` where they are unset.
  func insert(
    id: Int64, _ values: [FieldValue], searchText text: String?, now: Instant,
  ) throws -> (id: Int64, searchText: String) {
    let pointer = statement.sqliteStatement
    defer { sqlite3_reset(pointer) }
    if id != 0 { sqlite3_bind_int64(pointer, 1, id) } else { sqlite3_bind_null(pointer, 1) }
    for (index, value) in values.enumerated() { bind(value, at: Int32(index + 2), pointer) }
    for index in stamps where values[index].isEmpty { sqlite3_bind_int64(pointer, Int32(index + 2), now.microseconds) }
    let text = text ?? searchText.text { values[$0] }
    bind(text, at: Int32(values.count + 2), pointer)
    let code = sqlite3_step(pointer)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
    }
    return (db.lastInsertedRowID, text)
  }

  private func bind(_ value: FieldValue, at index: Int32, _ pointer: SQLiteStatement) {
    switch value {
    case .none: sqlite3_bind_null(pointer, index)
    case .text(let text): bind(text, at: index, pointer)
    case .integer(let number), .money(let number): sqlite3_bind_int64(pointer, index, Int64(number))
    case .instant(let instant): sqlite3_bind_int64(pointer, index, instant.microseconds)
    case .reference(let id): sqlite3_bind_int64(pointer, index, id)
    case .flag, .day, .tags, .object: bind(StoredValue.encode(value), at: index, pointer)
    }
  }

  private func bind(_ value: DatabaseValue, at index: Int32, _ pointer: SQLiteStatement) {
    switch value.storage {
    case .null, .blob: sqlite3_bind_null(pointer, index)
    case .int64(let number): sqlite3_bind_int64(pointer, index, number)
    case .double(let number): sqlite3_bind_double(pointer, index, number)
    case .string(let text): bind(text, at: index, pointer)
    }
  }

  private func bind(_ text: String, at index: Int32, _ pointer: SQLiteStatement) {
    text.utf8Span.span.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return _ = sqlite3_bind_text(pointer, index, "", 0, Self.copied) }
      guard memchr(start, 0, bytes.count) == nil else {
        return bind(StoredValue.withoutNUL(String(decoding: bytes, as: UTF8.self)), at: index, pointer)
      }
      bytes.withMemoryRebound(to: CChar.self) {
        _ = sqlite3_bind_text(pointer, index, $0.baseAddress, Int32($0.count), Self.copied)
      }
    }
  }

  /// SQLite copies the bytes at once.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// Adds packed rows of one kind.
struct PackedInserter {
  private let db: Database
  private let statement: Statement
  private let slots: [Int]

  /// - Parameter usual: what those rows have, by field, that say nothing else; where it has no value they have the
  ///   layout's blanks.
  init(_ layout: NewRowLayout, usual: [String: FieldValue], in db: Database) throws {
    self.db = db
    var (slots, names, sources) = ([Int](), ["id"], ["c0"])
    var constants: [DatabaseValue] = []
    func source(_ slot: Int) -> String {
      slots.append(slot)
      return "c\(slots.count)"
    }
    for (index, field) in layout.kind.fields.enumerated() {
      let blank = StoredValue.encode(usual[field.name] ?? layout.blanks[index])
      guard layout.slots[index] != nil || !blank.isNull else { continue }
      names.append(field.name)
      if !blank.isNull { constants.append(blank) }
      switch layout.slots[index] {
      case nil: sources.append("?\(constants.count + 1)")
      case let slot? where blank.isNull: sources.append(source(slot))
      case let slot?: sources.append("ifnull(\(source(slot)), ?\(constants.count + 1))")
      }
    }
    names.append("search_text")
    sources.append(source(layout.searchSlot))
    self.slots = slots
    statement = try db.cachedStatement(
      sql: """
        INSERT INTO "\(layout.kind.rawValue)" (\(names.map { "\"\($0)\"" }.joined(separator: ", ")))
        SELECT \(sources.joined(separator: ", ")) FROM \(PackedTable.name)(?1)
        """)
    statement.setUncheckedArguments(StatementArguments([.null] + constants))
  }

  func insert(_ rows: PackedRows, _ numbered: [PackedTable.NumberedRow]) throws {
    try rows.withUnsafeBlocks { cells, bytes in
      try slots.withUnsafeBufferPointer { slots in
        try numbered.withUnsafeBufferPointer { numbered in
          let source = PackedTable.Source(
            cells: cells, bytes: bytes, width: rows.width, slots: slots, rows: numbered)
          try PackedTable.run(statement, on: source, in: db)
        }
      }
    }
  }
}
