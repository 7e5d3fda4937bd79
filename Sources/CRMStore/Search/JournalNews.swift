import CRMDomain
import GRDB
import GRDBSQLite

/// What the journal says was changed since a line of it, for what is kept between one question and the next.
struct JournalNews {
  /// Rows of one kind, with what changed in some of them.
  struct Rows {
    var ids: Set<Int64> = []
    /// The columns that changed, in whichever row.
    var columns: Set<String> = []
    /// True where rows came, went, or moved into the trash or out of it.
    var isAboutRows = false
  }

  private(set) var rows: [EntityKind: Rows] = [:]

  /// More lines than this are not read: everything is found anew.
  static let mostLines = 250_000
  /// Of rows that were added in a row this many are told: nobody looks at more of them one by one.
  static let mostAdded = 5000

  func isLarge(_ limit: Int) -> Bool { rows.values.contains { $0.ids.count > limit } }

  fileprivate mutating func add(_ kind: EntityKind, _ ids: ClosedRange<Int64>, _ line: Line) {
    rows[kind, default: Rows()].add(ids, line)
  }

  /// A line of the journal, as the statement stands on it.
  fileprivate struct Line {
    let isUpdate: Bool
    let fields: UnsafeRawBufferPointer
  }
}

extension JournalNews.Rows {
  /// Whether something may be different now about rows that were found or put in order by these columns.
  func touches(_ columns: Set<String>) -> Bool { isAboutRows || !self.columns.isDisjoint(with: columns) }

  /// Whether free words may find other rows now.
  func touchesTexts(of kind: EntityKind) -> Bool {
    isAboutRows || columns.contains { kind.field($0)?.affectsSearch != false }
  }

  func touches(_ condition: Condition, of kind: EntityKind) -> Bool {
    condition.contains { part in
      if case .textContains = part { return touchesTexts(of: kind) }
      return part.onlyField.map { touches([$0.column]) } ?? true
    }
  }

  fileprivate mutating func add(_ range: ClosedRange<Int64>, _ line: JournalNews.Line) {
    if range.count == 1 {
      ids.insert(range.lowerBound)
    } else {
      ids.formUnion(range.lowerBound...min(range.upperBound, range.lowerBound + Int64(JournalNews.mostAdded)))
    }
    guard line.isUpdate else {
      isAboutRows = true
      return
    }
    JSONKeys.each(line.fields) { key in
      if !columns.contains(key) { columns.insert(key) }
    }
    isAboutRows = isAboutRows || columns.contains("deleted_at")
  }
}

extension FieldInfo {
  /// The column that its values are in.
  var column: String { isCustom ? "custom_fields" : name }
}

extension StoreReader {
  /// The number of the journal's latest line. It only grows, whoever writes.
  func lastChange() throws -> Int64 {
    try Int64.fetchOne(try db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'change'")) ?? 0
  }

  /// What was changed after that line of the journal; nil if there is too much of it.
  func news(after line: Int64) throws -> JournalNews? {
    let count = "SELECT count(*) FROM (SELECT 1 FROM change WHERE id > ? LIMIT \(JournalNews.mostLines + 1))"
    guard try Int.fetchOne(try db.cachedStatement(sql: count), arguments: [line]) ?? 0 <= JournalNews.mostLines else {
      return nil
    }
    var news = JournalNews()
    let sql = "SELECT kind, record, last_record, action = 'update', fields FROM change WHERE id > ?"
    var kind: (name: [UInt8], kind: EntityKind?) = ([], nil)
    try Self.each(try db.cachedStatement(sql: sql), [line]) { row in
      let name = Self.bytes(row, 0)
      if !name.elementsEqual(kind.name) {
        kind = (Array(name), EntityKind(rawValue: String(decoding: name, as: UTF8.self)))
      }
      guard let kind = kind.kind else { return }
      let ids = sqlite3_column_int64(row, 1)...max(sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2))
      news.add(kind, ids, .init(isUpdate: sqlite3_column_int(row, 3) != 0, fields: Self.bytes(row, 4)))
    }
    return news
  }

  /// The text of a column of the row on which a statement stands, until the statement moves on.
  static func bytes(_ row: SQLiteStatement, _ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: sqlite3_column_text(row, column), count: Int(sqlite3_column_bytes(row, column)))
  }
}

/// The keys of an object as the journal writes it, without reading its values: there may be 100,000 such lines.
private enum JSONKeys {
  static func each(_ text: UnsafeRawBufferPointer, _ body: (String) -> Void) {
    var (depth, index) = (0, 0)
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        let start = index + 1
        index = end(of: text, from: start)
        // Columns have names without escapes; in the object itself a text before a colon is a key.
        if depth == 1, index + 1 < text.count, text[index + 1] == UInt8(ascii: ":") {
          body(String(decoding: text[start..<index], as: UTF8.self))
        }
      default: break
      }
      index += 1
    }
  }

  /// Where the text that begins at `start` has its closing quote.
  private static func end(of text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index, text.count)
  }
}
