import CRMDomain
import Foundation
import GRDB
import GRDBSQLite

/// Keeps the text index true while one transaction writes.
final class TextIndexWriter {
  private let db: Database
  private let rest: TextIndexRest
  private var states: [EntityKind: TextIndexState] = [:]
  private var saved: [EntityKind: TextIndexState] = [:]
  private var touched: Set<EntityKind> = []

  /// - Parameter rest: what may stay out of the index.
  init(db: Database, leaving rest: TextIndexRest) {
    self.db = db
    self.rest = rest
  }

  /// A row of `kind` was added, or its search text changed to `text`.
  func note(_ kind: EntityKind, _ id: Int64, _ text: String?) throws {
    guard kind.isIndexedForSearch else { return }
    touched.insert(kind)
    // A row beyond the index is looked at anyway.
    guard try id <= state(kind).through else { return }
    let sql = "INSERT OR REPLACE INTO \(TextIndex.freshTable(kind))(id, search_text) VALUES (?, ?)"
    try db.cachedStatement(sql: sql).execute(arguments: [id, text])
    states[kind]?.fresh += 1
  }

  /// Rows of `kind` were added. Those up to the answered id are to be noted one by one.
  func through(_ kind: EntityKind) throws -> Int64 {
    guard kind.isIndexedForSearch else { return 0 }
    touched.insert(kind)
    return try state(kind).through
  }

  /// Puts rows into the index where too many are not in it. Called before the transaction commits.
  func finish() throws {
    for kind in touched.sorted(by: { $0.rawValue < $1.rawValue }) {
      var state = try state(kind)
      try TextIndex.settle(kind, &state, leaving: rest, in: db)
      if state != saved[kind] { try state.save(kind, in: db) }
      (states[kind], saved[kind]) = (state, state)
    }
    touched = []
  }

  private func state(_ kind: EntityKind) throws -> TextIndexState {
    if let state = states[kind] { return state }
    let state = try TextIndexState(kind, in: db)
    (states[kind], saved[kind]) = (state, state)
    return state
  }
}

extension TextIndex {
  /// Puts rows of `kind` into the index where more than `rest` are not in it.
  static func settle(
    _ kind: EntityKind, _ state: inout TextIndexState, leaving rest: TextIndexRest, in db: Database,
  ) throws {
    let sql = "SELECT max(id) FROM \"\(kind.rawValue)\" WHERE id <= \(RowBits.largestID)"
    let last = try Int64.fetchOne(try db.cachedStatement(sql: sql)) ?? 0
    let end = rest.end(through: state.through, last: last)
    guard state.fresh > rest.changed || end > state.through else { return }
    // It maps some megabytes, which a transaction of a few rows should not pay for.
    let writer = SegmentWriter(kind: kind, db: db)
    if state.fresh > rest.changed {
      for segment in try freshSegments(kind, db) { try writer.write(segment) }
      try db.execute(sql: "DELETE FROM \(freshTable(kind))")
      state.fresh = 0
    }
    guard end > state.through else { return }
    for segment in TextSegment.number(of: state.through + 1)...TextSegment.number(of: end) {
      try writer.write(segment)
    }
    // These are in the index as they are now, with the rest of their segment.
    let first = TextSegment.number(of: state.through + 1) * TextSegment.size
    try db.execute(sql: "DELETE FROM \(freshTable(kind)) WHERE id >= ?", arguments: [first])
    state.through = end
  }

  private static func freshSegments(_ kind: EntityKind, _ db: Database) throws -> [Int64] {
    try Int64.fetchAll(
      db, sql: "SELECT DISTINCT id / \(TextSegment.size) FROM \(freshTable(kind)) WHERE id >= 0 ORDER BY 1")
  }

  /// Makes search texts and index anew from the fields.
  static func rebuild(_ kind: EntityKind, in db: Database) throws {
    let update = try db.makeStatement(sql: "UPDATE \"\(kind.rawValue)\" SET search_text = ? WHERE id = ?")
    for (id, text) in try staleRows(kind, in: db) { try update.execute(arguments: [text, id]) }
    if kind.isIndexedForSearch { try fill(kind, in: db) }
  }

  /// Makes the index anew from the search texts.
  static func fill(_ kind: EntityKind, in db: Database) throws {
    try db.execute(sql: "DELETE FROM \(table(kind)); DELETE FROM \(freshTable(kind))")
    try db.execute(
      sql: "INSERT OR REPLACE INTO text_index(kind, through, fresh) VALUES (?, 0, 0)", arguments: [kind.rawValue])
    var state = try TextIndexState(kind, in: db)
    try settle(kind, &state, leaving: .few(0), in: db)
    try state.save(kind, in: db)
  }

  /// The ids of the rows whose search text is not what their fields make it.
  static func staleRows(_ kind: EntityKind, in db: Database) throws -> [(Int64, String?)] {
    func stale<R: Record>(_ type: R.Type) throws -> [(Int64, String?)] {
      let reader = RecordReader<R>()
      let statement = try db.makeStatement(sql: "SELECT \(reader.columns), search_text FROM \"\(kind.rawValue)\"")
      let rows = try Row.fetchCursor(statement)
      var stale: [(Int64, String?)] = []
      while let row = try rows.next() {
        let text = reader.record(statement).searchText
        if text != row["search_text"] as String? { stale.append((row[0], text)) }
      }
      return stale
    }
    return try stale(kind.recordType)
  }

  /// True if the index tells of every row that it has its trigrams, and no others.
  static func agrees(_ kind: EntityKind, in db: Database) throws -> Bool {
    let state = try TextIndexState(kind, in: db)
    guard state.through > 0 else { return true }
    let checker = SegmentWriter(kind: kind, db: db)
    for segment in 0...TextSegment.number(of: state.through) {
      guard try checker.agrees(segment, through: state.through) else { return false }
    }
    return true
  }
}

/// Writes whole segments of one kind's index.
private final class SegmentWriter {
  private let kind: EntityKind
  private let db: Database
  private var builder = TextSegmentBuilder()

  init(kind: EntityKind, db: Database) {
    self.kind = kind
    self.db = db
  }

  func write(_ segment: Int64) throws {
    let table = TextIndex.table(kind)
    try db.cachedStatement(sql: "DELETE FROM \(table) WHERE key >= ? AND key < ?").execute(arguments: keys(segment))
    try gather(segment, through: .max)
    let insertion = try db.cachedStatement(sql: "INSERT INTO \(table)(key, ids) VALUES (?, ?)")
    let statement = insertion.sqliteStatement
    try builder.drain { trigram, bytes in
      sqlite3_bind_int64(statement, 1, TextIndex.key(segment, trigram))
      try bytes.withUnsafeBytes { bytes in
        sqlite3_bind_blob(statement, 2, bytes.baseAddress, Int32(bytes.count), nil)
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        guard code == SQLITE_DONE else {
          throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
      }
    }
  }

  private func keys(_ segment: Int64) -> StatementArguments {
    [TextIndex.key(segment, 0), TextIndex.key(segment + 1, 0)]
  }

  private func gather(_ segment: Int64, through last: Int64) throws {
    let first = segment * TextSegment.size
    try eachRow(
      SQLText(
        "SELECT id, search_text FROM \"\(kind.rawValue)\" WHERE id >= ? AND id < ? AND id <= ? ORDER BY id",
        [first, first + TextSegment.size, last])
    ) { id, statement in
      guard let bytes = sqlite3_column_text(statement, 1) else { return }
      let text = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, 1)))
      builder.add(UInt16(id - first), text)
    }
  }

  private func eachRow(_ text: SQLText, _ body: (Int64, SQLiteStatement) -> Void) throws {
    let statement = try db.cachedStatement(sql: text.text)
    statement.setUncheckedArguments(StatementArguments(text.arguments))
    let pointer = statement.sqliteStatement
    defer { sqlite3_reset(pointer) }
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW: body(sqlite3_column_int64(pointer, 0), pointer)
      case SQLITE_DONE: return
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
      }
    }
  }

  /// Compares what is stored with what the rows would make, but for rows that are gone or fresh.
  func agrees(_ segment: Int64, through last: Int64) throws -> Bool {
    let first = segment * TextSegment.size
    var known = [UInt64](repeating: 0, count: TextSegment.words)
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE id >= ? AND id < ? AND id <= ?
        AND id NOT IN (SELECT id FROM \(TextIndex.freshTable(kind)))
      """
    try eachRow(SQLText(sql, [first, first + TextSegment.size, last])) { id, _ in
      known[Int(id - first) / 64] |= 1 << UInt64((id - first) % 64)
    }
    try gather(segment, through: last)
    var made: [Int64: [UInt64]] = [:]
    builder.drain { trigram, bytes in made[TextIndex.key(segment, trigram)] = Self.bits(bytes, among: known) }
    let stored = try Row.fetchCursor(
      db, sql: "SELECT key, ids FROM \(TextIndex.table(kind)) WHERE key >= ? AND key < ?", arguments: keys(segment))
    while let row = try stored.next() {
      let bits = Self.bits([UInt8](row[1] as Data), among: known)
      let wanted = made.removeValue(forKey: row[0])
      guard bits == wanted ?? [UInt64](repeating: 0, count: TextSegment.words) else { return false }
    }
    return made.values.allSatisfy { $0.allSatisfy { $0 == 0 } }
  }

  private static func bits(_ bytes: [UInt8], among known: [UInt64]) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: TextSegment.words)
    bytes.withUnsafeBytes { TextSegment.decode($0, into: &bits) }
    for index in bits.indices { bits[index] &= known[index] }
    return bits
  }
}
