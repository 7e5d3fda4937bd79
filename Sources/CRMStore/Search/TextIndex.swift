import CRMDomain
import Foundation
import GRDB
import GRDBSQLite

extension EntityKind {
  /// True for the kinds that may have too many rows to look at each.
  var isIndexedForSearch: Bool {
    switch self {
    case .lead, .contact, .opportunity, .task, .activity: true
    case .user, .tag, .board, .stage: false
    }
  }
}

/// The text index: for each stretch of ids and each trigram of `search_text`, the rows that have it.
///
/// `SearchText` turns what is stored and what is typed into the same folded form, of at least three characters, so one
/// trigram index answers substrings, word starts and CJK alike; a needle of more than three characters is verified on
/// the row. Segments are made whole, from their rows, which takes a tenth of the time of adding row by row. What is
/// written meanwhile is looked at directly: the rows beyond `through`, and those in `fresh`, which changed since. Rows
/// in the trash are in it too, and rows that are gone may still be: who asks looks only at rows of a list.
enum TextIndex {
  static func table(_ kind: EntityKind) -> String { "\(kind.rawValue)_gram" }
  static func freshTable(_ kind: EntityKind) -> String { "\(kind.rawValue)_fresh" }

  /// True for a table that can be made anew from the rows.
  static func isOwn(_ table: String) -> Bool {
    table == "text_index" || table == "left_out_index" || table.hasSuffix("_gram") || table.hasSuffix("_fresh")
  }

  static var sql: String {
    let kinds = EntityKind.allCases.filter(\.isIndexedForSearch)
    let tables = kinds.map { kind in
      """
      CREATE TABLE \(table(kind)) (key INTEGER PRIMARY KEY, ids BLOB NOT NULL);
      CREATE TABLE \(freshTable(kind)) (id INTEGER PRIMARY KEY, search_text TEXT);
      INSERT INTO text_index(kind, through, fresh) VALUES ('\(kind.rawValue)', 0, 0);
      """
    }
    let state = "CREATE TABLE text_index (kind TEXT PRIMARY KEY, through INTEGER NOT NULL, fresh INTEGER NOT NULL);"
    return ([state] + tables).joined(separator: "\n")
  }

  /// The key of a trigram's rows in a segment.
  static func key(_ segment: Int64, _ trigram: UInt32) -> Int64 { segment << 24 | Int64(trigram) }

  /// What is looked for in the index. In stored text a word follows two spaces and nothing else does, so one space with the
  /// two letters after it tells as much as two spaces do, and is found in fewer rows.
  private static func sought(_ needle: String) -> String {
    let isWordStart = needle.hasPrefix("  ") && needle.unicodeScalars.count > SearchText.minimumLength
    return isWordStart ? String(needle.dropFirst()) : needle
  }

  /// The trigrams that every text with `needle` has.
  static func trigrams(of needle: String) -> [UInt32] {
    var needle = sought(needle)
    var seen: Set<UInt32> = []
    var numbers: [UInt32] = []
    needle.withUTF8 { bytes in
      Trigram.each(bytes) { if seen.insert($0).inserted { numbers.append($0) } }
    }
    return numbers
  }

  /// Whether the index alone can tell where `needle` is; otherwise the rows must be looked at. A longer one may have a
  /// single trigram too: "0000" has that of "000".
  static func isSure(of needle: String) -> Bool {
    sought(needle).unicodeScalars.count == 3 && trigrams(of: needle).allSatisfy { $0 < Trigram.exactLimit }
  }
}

/// How many rows may stay out of the text index. They are looked at with each search.
package struct TextIndexLimits: Sendable {
  /// Of those that were added, and of those that were changed.
  package var loose = 4096
  /// Of those that a long operation changes; the rest comes at its end.
  package var long = 65_536

  package init() {}

  /// - Parameter isLong: true within an operation of many transactions.
  func rest(isLong: Bool) -> TextIndexRest { isLong ? .lastSegment(changed: long) : .few(loose) }
}

/// What may stay out of the text index when a transaction ends.
enum TextIndexRest {
  /// So many rows that were added, and so many that were changed.
  case few(Int)
  /// The rows of a segment that is not full yet, for which more are to come, and so many that were changed. Each segment
  /// is then made once, while its rows are still at hand.
  case lastSegment(changed: Int)

  var changed: Int {
    switch self {
    case .few(let limit), .lastSegment(let limit): limit
    }
  }

  /// Up to which row the index is to go.
  func end(through: Int64, last: Int64) -> Int64 {
    switch self {
    case .few(let limit): last - through > Int64(limit) ? last : through
    case .lastSegment: max(through, TextSegment.number(of: last + 1) * TextSegment.size - 1)
    }
  }
}

/// How far the index of a kind goes.
struct TextIndexState: Equatable {
  /// Rows up to this id are in the index, or in `fresh`.
  var through: Int64
  /// Rows in `fresh`; one that changed twice counts twice.
  var fresh: Int

  init(_ kind: EntityKind, in db: Database) throws {
    let statement = try db.cachedStatement(sql: "SELECT through, fresh FROM text_index WHERE kind = ?")
    let row = try Row.fetchOne(statement, arguments: [kind.rawValue])
    (through, fresh) = (row?[0] ?? 0, row?[1] ?? 0)
  }

  func save(_ kind: EntityKind, in db: Database) throws {
    try db.cachedStatement(sql: "UPDATE text_index SET through = ?, fresh = ? WHERE kind = ?")
      .execute(arguments: [through, fresh, kind.rawValue])
  }
}

// MARK: Finding

extension StoreReader {
  /// The rows that have every trigram of `needle`; among them, those not in the index yet hold it for sure.
  func rows(_ kind: EntityKind, matching needle: String) throws -> RowBits {
    var rows = RowBits()
    let state = try TextIndexState(kind, in: db)
    let trigrams = TextIndex.trigrams(of: needle)
    let statement = try db.cachedStatement(sql: "SELECT ids FROM \(TextIndex.table(kind)) WHERE key = ?")
    var bits = [UInt64](repeating: 0, count: TextSegment.words)
    if state.through > 0 {
      for segment in 0...TextSegment.number(of: state.through) {
        guard try find(trigrams, in: segment, statement.sqliteStatement, &bits) else { continue }
        rows.formUnion(bits, at: segment * TextSegment.size)
      }
    }
    if state.fresh > 0 {
      try look(SQLText("SELECT id, search_text FROM \(TextIndex.freshTable(kind))"), needle, &rows)
    }
    try look(
      SQLText("SELECT id, search_text FROM \"\(kind.rawValue)\" WHERE id > ?", [state.through]), needle, &rows)
    return rows
  }

  /// Sets `bits` to the rows of `segment` that have all `trigrams`; false if there are none.
  private func find(
    _ trigrams: [UInt32], in segment: Int64, _ statement: SQLiteStatement, _ bits: inout [UInt64],
  ) throws -> Bool {
    var isFirst = true
    for trigram in trigrams {
      sqlite3_bind_int64(statement, 1, TextIndex.key(segment, trigram))
      defer { sqlite3_reset(statement) }
      switch sqlite3_step(statement) {
      case SQLITE_ROW: break
      case SQLITE_DONE: return false
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
      }
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_blob(statement, 0), count: Int(sqlite3_column_bytes(statement, 0)))
      if isFirst {
        for index in bits.indices { bits[index] = 0 }
        TextSegment.decode(bytes, into: &bits)
        isFirst = false
      } else {
        var more = [UInt64](repeating: 0, count: TextSegment.words)
        TextSegment.decode(bytes, into: &more)
        var any: UInt64 = 0
        for index in bits.indices {
          bits[index] &= more[index]
          any |= bits[index]
        }
        if any == 0 { return false }
      }
    }
    return !isFirst
  }

  /// Looks at rows that the index does not know, or knows as they were.
  private func look(_ text: SQLText, _ needle: String, _ rows: inout RowBits) throws {
    let statement = try db.cachedStatement(sql: text.text)
    statement.setUncheckedArguments(StatementArguments(text.arguments))
    let pointer = statement.sqliteStatement
    defer { sqlite3_reset(pointer) }
    var needle = needle
    try needle.withUTF8 { needle in
      while true {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW:
          let id = sqlite3_column_int64(pointer, 0)
          guard id <= RowBits.largestID else { continue }
          let bytes = sqlite3_column_text(pointer, 1)
          let text = UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(sqlite3_column_bytes(pointer, 1)))
          if text.contains(needle) { rows.insert(id) } else { rows.remove(id) }
        case SQLITE_DONE: return
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
      }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes of `needle` are in it, in a row.
  func contains(_ needle: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = baseAddress, let wanted = needle.baseAddress, needle.count <= count else { return false }
    let end = start + count - needle.count + 1
    var place = start
    while place < end, let found = memchr(place, Int32(wanted[0]), end - place) {
      if memcmp(found, wanted, needle.count) == 0 { return true }
      place = start + (UnsafeRawPointer(found) - UnsafeRawPointer(start)) + 1
    }
    return false
  }
}
