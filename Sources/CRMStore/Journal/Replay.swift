import CRMDomain
import GRDB

/// Takes one operation back, or does it again: each of its changes inverted, the last one first.
struct Replay {
  let writer: StoreWriter
  private let db: Database
  private(set) var state: UnfinishedReplay
  /// Records that were looked at.
  private(set) var seen = 0
  private(set) var kept: [String] = []

  init(writer: StoreWriter, _ state: UnfinishedReplay) {
    self.writer = writer
    self.state = state
    db = writer.db
  }

  /// Whose lines of the journal are inverted. A redo inverts what the undo wrote, which has the images of the rows that
  /// were taken out.
  static func source(of operation: Operation, _ verb: Operation.Verb, _ db: Database) throws -> Int64 {
    guard verb == .redo else { return operation.id }
    let sql = "SELECT coalesce(undone_by, id) FROM operation WHERE id = ?"
    return try Int64.fetchOne(db, sql: sql, arguments: [operation.id]) ?? operation.id
  }

  /// Goes on until about `limit` records were looked at; true if that was everything.
  mutating func run(limit: Int = .max) throws -> Bool {
    state.operation = try writer.operation()
    while seen < limit {
      guard let stretch = try stretch() else {
        try writer.finish()
        try state.finish(in: db)
        return true
      }
      try invert(stretch)
      state.line = stretch.lines.lowerBound
    }
    try writer.finish()
    try state.save(in: db)
    return false
  }

  private typealias Stretch = (lines: ClosedRange<Int64>, count: Int)

  /// The next lines of the journal to invert, of a thousand records where no line has more; nil after the first line.
  private func stretch() throws -> Stretch? {
    let sql = """
      SELECT id, last_record - record + 1 FROM change WHERE operation = ? AND id < ?
      ORDER BY id DESC LIMIT \(SameValues.piece)
      """
    let rows = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: [state.source, state.line])
    var (lines, count, records): (ClosedRange<Int64>?, Int, Int) = (nil, 0, 0)
    while records < SameValues.piece, let row = try rows.next() {
      let id: Int64 = row[0]
      records += row[1]
      count += 1
      lines = id...(lines?.upperBound ?? id)
    }
    return lines.map { ($0, count) }
  }

  private mutating func invert(_ stretch: Stretch) throws {
    let sql = "SELECT * FROM change WHERE operation = ? AND id BETWEEN ? AND ? ORDER BY id DESC"
    let arguments: StatementArguments = [state.source, stretch.lines.lowerBound, stretch.lines.upperBound]
    let changes = try Row.fetchCursor(db, sql: sql, arguments: arguments)
    var isFirst = true
    while let row = try changes.next() {
      if row["kind"] == NotDuplicates.table {
        try writer.invert(decisionIn: row)
        continue
      }
      guard let change = try RecordChange(row: row) else { continue }
      if isFirst, stretch.count > 1,
        let bulk = try BulkReplay(writer, state.source, stretch.lines, count: stretch.count, like: change)
      {
        state.records += try bulk.run()
        seen += stretch.count
        return
      }
      isFirst = false
      try invert(change)
      seen += change.records.count
    }
  }

  private mutating func invert(_ change: RecordChange) throws {
    switch change.action {
    case .update: try putBack(change)
    case .insert where change.records.count > 1: try takeOut(change)
    case .insert: try takeOut(change.kind, change.records.lowerBound, writtenBy: change.operation)
    case .delete: try bringBack(change)
    }
  }

  /// Sets each field to its old value, unless it was changed since.
  private mutating func putBack(_ change: RecordChange) throws {
    let id = change.records.lowerBound
    let names = change.fields.keys.sorted()
    guard let row = try writer.storedColumns(names, in: change.kind, id) else { return }
    var columns: [String: DatabaseValue] = [:]
    for name in names {
      guard let (old, new) = change.fields[name], let current: DatabaseValue = row[name] else { continue }
      if JSONValue(current) == new, try exists(old, as: change.kind.field(name)) {
        columns[name] = old.databaseValue
      } else if name != "updated_at" {
        try keep(change.kind, id, name)
      }
    }
    guard columns.keys.contains(where: { $0 != "updated_at" }) else { return }
    state.records += 1
    try writer.write(columns, in: change.kind, id)
  }

  private mutating func takeOut(_ change: RecordChange) throws {
    let (count, kept) = try TakingOut(writer, change).run()
    state.records += count
    for id in kept { try keep(change.kind, id, nil) }
  }

  /// Removes a row that the operation made, keeping its image for a redo; one that was edited since, or that others
  /// refer to, stays.
  private mutating func takeOut(_ kind: EntityKind, _ id: Int64, writtenBy operation: Int64) throws {
    let names = kind.fields.map(\.name) + ["search_text", "deleted_at"]
    guard let row = try writer.storedColumns(names, in: kind, id) else { return }
    if try wasEdited(kind, id, since: operation) || isReferredTo(kind, id) {
      try keep(kind, id, nil)
      return
    }
    var image: [String: JSONValue] = [:]
    for name in names {
      let value: DatabaseValue = row[name]
      if !value.isNull { image[name] = JSONValue(value) }
    }
    state.records += 1
    try db.cachedStatement(sql: "DELETE FROM \"\(kind.rawValue)\" WHERE id = ?").execute(arguments: [id])
    try writer.journal(kind, id...id, .delete, image)
  }

  /// Puts a row back with its image, but for references to records that are gone.
  private mutating func bringBack(_ change: RecordChange) throws {
    let id = change.records.lowerBound
    var names = change.fields.keys.sorted()
    for name in names {
      guard let value = change.fields[name]?.old, try !exists(value, as: change.kind.field(name)) else { continue }
      names.removeAll { $0 == name }
      kept.append("\(change.kind.rawValue) \(id): \(change.kind.field(name)?.label ?? name)")
    }
    let columns = (["id"] + names).map { "\"\($0)\"" }.joined(separator: ", ")
    let marks = (["id"] + names).map { _ in "?" }.joined(separator: ", ")
    let statement = try db.cachedStatement(
      sql: "INSERT INTO \"\(change.kind.rawValue)\" (\(columns)) VALUES (\(marks))")
    let values = names.map { change.fields[$0]?.old.databaseValue ?? .null }
    statement.setUncheckedArguments(StatementArguments([id.databaseValue] + values))
    try statement.execute()
    if case .string(let text)? = change.fields["search_text"]?.old { try writer.noteReturn(change.kind, id, text) }
    state.records += 1
    try writer.journal(change.kind, id...id, .insert, nil)
  }

  /// True if an operation after `operation`, itself still standing, changed the record. What came from a server does not
  /// count: it is compared once more before anything is deleted there.
  private func wasEdited(_ kind: EntityKind, _ id: Int64, since operation: Int64) throws -> Bool {
    let sql = """
      SELECT 1 FROM change JOIN operation ON operation.id = change.operation
      WHERE change.kind = ? AND change.record = ? AND change.action = 'update' AND operation.id > ?
        AND operation.verb = 'change' AND operation.undone_by IS NULL AND operation.origin <> 'sync' LIMIT 1
      """
    let statement = try db.cachedStatement(sql: sql)
    return try Int.fetchOne(statement, arguments: [kind.rawValue, id, operation]) != nil
  }

  /// False for a reference to a record that was taken out meanwhile; no other value depends on anything.
  private func exists(_ value: JSONValue, as info: FieldInfo?) throws -> Bool {
    guard case .reference(let kind) = info?.kind, case .integer(let id) = value else { return true }
    return try writer.storedColumns(["id"], in: kind, Int64(id)) != nil
  }

  private func isReferredTo(_ kind: EntityKind, _ id: Int64) throws -> Bool {
    for other in EntityKind.allCases {
      for field in other.fields where field.kind == .reference(kind) {
        let sql = "SELECT 1 FROM \"\(other.rawValue)\" WHERE \"\(field.name)\" = ? AND NOT (id = ? AND ?) LIMIT 1"
        let statement = try db.cachedStatement(sql: sql)
        if try Int.fetchOne(statement, arguments: [id, id, other == kind]) != nil { return true }
      }
    }
    return false
  }

  private mutating func keep(_ kind: EntityKind, _ id: Int64, _ field: String?) throws {
    guard kept.count < UndoResult.mostKept else { return }
    let name = try writer.reader.name(kind, id) ?? "\(kind.rawValue) \(id)"
    kept.append(field.map { "\(name): \(kind.field($0)?.label ?? $0)" } ?? name)
  }
}
