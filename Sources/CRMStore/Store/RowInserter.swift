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
