import CRMDomain
import GRDB

/// One transaction under way. Every change made through it is journaled with its inverse.
package final class StoreWriter {
  package let now: Instant
  package let origin: Origin
  private(set) var changes = ChangeSet()
  let db: Database
  private let title: String
  private let verb: Operation.Verb
  private let target: Int64?
  private let text: TextIndexWriter
  private var inserters: [EntityKind: RowInserter] = [:]
  /// Insertions in a row, journaled as one line.
  private var pending: (kind: EntityKind, ids: ClosedRange<Int64>)?

  init(
    db: Database, title: String, origin: Origin, verb: Operation.Verb, target: Int64? = nil, now: Instant,
    continuing operation: Int64? = nil, leaving rest: TextIndexRest,
  ) {
    self.db = db
    text = TextIndexWriter(db: db, leaving: rest)
    self.title = title
    self.origin = origin
    self.verb = verb
    self.target = target
    self.now = now
    changes.operation = operation
    changes.origin = origin
  }

  package var reader: StoreReader { StoreReader(db: db) }
  /// True once something was written that an undo takes back.
  package var isUndoable: Bool { !changes.kinds.isEmpty }

  // MARK: Records

  /// Adds the record and answers its id; `created_at` and `updated_at` become now where they are unset. A record that
  /// brings an id keeps it.
  @discardableResult
  package func insert<R: Record>(_ record: R) throws -> Identifier<R> {
    let values = R.schema.fields.map { $0.get(record) }
    return Identifier(try insert(R.schema.kind, id: record.id.rawValue, values))
  }

  /// The same for a row that is given as the values of the schema's fields, in their order.
  /// - Parameter id: 0 for the next one.
  /// - Parameter searchText: if it is made already.
  @discardableResult
  func insert(
    _ kind: EntityKind, id: Int64 = 0, _ values: [FieldValue], searchText: String? = nil,
  ) throws -> Int64 {
    let inserter = try inserters[kind] ?? RowInserter(kind, in: db)
    inserters[kind] = inserter
    let row = try inserter.insert(id: id, values, searchText: searchText, now: now)
    try text.note(kind, row.id, row.searchText)
    try noteInsertion(kind, row.id)
    return row.id
  }

  /// Adds rows by the numbers they have been given, which no record has.
  ///
  /// - Parameter usual: what those have, by field, that say nothing else.
  func insert(
    _ rows: PackedRows, _ numbered: [PackedTable.NumberedRow], _ layout: NewRowLayout, usual: [String: FieldValue],
  ) throws {
    try PackedInserter(layout, usual: usual, in: db).insert(rows, numbered)
    let kind = layout.kind
    let through = try text.through(kind)
    for row in numbered {
      if row.id <= through { try text.note(kind, row.id, rows.text(row.row, layout.searchSlot)) }
      try noteInsertion(kind, row.id)
    }
  }

  /// Writes the fields in which `record` differs from `base`, so that what others changed meanwhile in other fields
  /// stays. Without `base` the difference is to what is stored.
  package func update<R: Record>(_ record: R, from base: R? = nil) throws {
    guard let stored = try base ?? reader.record(record.id) else {
      throw StoreProblem(.recordGone, path: "")
    }
    var columns: [String: DatabaseValue] = [:]
    for field in R.schema.fields where field.get(record) != field.get(stored) {
      columns[field.info.name] = StoredValue.encode(field.get(record))
    }
    if columns["custom_fields"] != nil {
      let names = Set(record.customFields.keys).union(stored.customFields.keys)
      let custom = names.filter { record.customFields[$0] != stored.customFields[$0] }
      let values = custom.map { ($0, record.customFields[$0]) }
      columns["custom_fields"] = try merging(values, in: R.schema.kind, record.id.rawValue)
    }
    try write(columns, in: R.schema.kind, record.id.rawValue)
  }

  /// Sets fields of one record by name; custom fields by theirs. What is the same already is left alone; answers false
  /// if that was everything.
  @discardableResult
  package func set(_ values: [String: FieldValue], in kind: EntityKind, _ id: Int64) throws -> Bool {
    var columns: [String: DatabaseValue] = [:]
    var custom: [(String, JSONValue?)] = []
    for (name, value) in values {
      if kind.field(name) != nil {
        columns[name] = StoredValue.encode(value.isEmpty ? kind.emptyValue(of: name) : value)
      } else {
        custom.append((name, value.isEmpty ? nil : value.json))
      }
    }
    if !custom.isEmpty { columns["custom_fields"] = try merging(custom, in: kind, id) }
    return try write(columns, in: kind, id)
  }

  /// Moves the record to the trash; it is kept until the trash is emptied.
  package func trash(_ kind: EntityKind, _ id: Int64) throws {
    try write(["deleted_at": now.microseconds.databaseValue], in: kind, id, stamps: false)
  }

  /// Takes the record out of the trash.
  package func restore(_ kind: EntityKind, _ id: Int64) throws {
    try write(["deleted_at": .null], in: kind, id, stamps: false)
  }

  // MARK: Settings and drafts: not undone, not journaled

  package func setSetting(_ key: String, _ value: String?) throws {
    if let value {
      try db.execute(sql: "INSERT OR REPLACE INTO setting(key, value) VALUES (?, ?)", arguments: [key, value])
    } else {
      try db.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [key])
    }
  }

  package func setDraft(_ key: String, _ fields: [String: String]?) throws {
    if let fields {
      let text = JSONValue.object(fields.mapValues(JSONValue.string)).text
      let sql = "INSERT OR REPLACE INTO draft(key, fields, saved_at) VALUES (?, ?, ?)"
      try db.execute(sql: sql, arguments: [key, text, now.microseconds])
    } else {
      try db.execute(sql: "DELETE FROM draft WHERE key = ?", arguments: [key])
    }
  }

  // MARK: Columns

  /// Writes the columns that differ, with a fresh `updated_at`, and journals old and new; answers false if none differs.
  @discardableResult
  func write(_ columns: [String: DatabaseValue], in kind: EntityKind, _ id: Int64, stamps: Bool = true) throws -> Bool {
    let names = columns.keys.sorted()
    guard !names.isEmpty else { return false }
    guard let row = try storedColumns(names + ["updated_at"], in: kind, id) else {
      throw StoreProblem(.recordGone, path: "")
    }
    var fields: [String: JSONValue] = [:]
    var values: [(String, DatabaseValue)] = []
    for name in names {
      guard let new = columns[name], let old: DatabaseValue = row[name], old != new else { continue }
      values.append((name, new))
      fields[name] = .array([JSONValue(old), JSONValue(new)])
    }
    guard !values.isEmpty else { return false }
    if stamps, columns["updated_at"] == nil {
      values.append(("updated_at", now.microseconds.databaseValue))
      fields["updated_at"] = .array([JSONValue(row["updated_at"] as DatabaseValue), .integer(Int(now.microseconds))])
    }
    try put(values, in: kind, id)
    try journal(kind, id...id, .update, fields)
    return true
  }

  /// Puts the values into the row and brings its search text up to date; journals nothing.
  func put(_ values: [(String, DatabaseValue)], in kind: EntityKind, _ id: Int64) throws {
    let assignments = values.map { "\"\($0.0)\" = ?" }.joined(separator: ", ")
    let statement = try db.cachedStatement(sql: "UPDATE \"\(kind.rawValue)\" SET \(assignments) WHERE id = ?")
    statement.setUncheckedArguments(StatementArguments(values.map(\.1) + [id.databaseValue]))
    try statement.execute()
    changes.kinds.insert(kind.rawValue)
    if values.contains(where: { kind.field($0.0)?.affectsSearch ?? false }) { try refreshSearchText(kind, id) }
  }

  /// A row with that search text was put back.
  func noteReturn(_ kind: EntityKind, _ id: Int64, _ searchText: String?) throws { try text.note(kind, id, searchText) }

  func storedColumns(_ names: [String], in kind: EntityKind, _ id: Int64) throws -> Row? {
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let statement = try db.cachedStatement(sql: "SELECT \(list) FROM \"\(kind.rawValue)\" WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [id])
  }

  /// The custom fields as stored but for these; nil takes the field away.
  private func merging(_ custom: [(String, JSONValue?)], in kind: EntityKind, _ id: Int64) throws -> DatabaseValue {
    let row = try storedColumns(["custom_fields"], in: kind, id)
    let stored = StoredValue.decode(row?["custom_fields"] ?? .null, as: .customFields)
    var object = [String: JSONValue](fieldValue: stored)
    for (name, value) in custom { object[name] = value }
    return StoredValue.encode(object.fieldValue)
  }

  private func refreshSearchText(_ kind: EntityKind, _ id: Int64) throws {
    func made<R: Record>(_ type: R.Type) throws -> String? { try reader.record(Identifier<R>(id))?.searchText }
    let new = try made(kind.recordType)
    let sql = "UPDATE \"\(kind.rawValue)\" SET search_text = ?1 WHERE id = ?2 AND search_text IS NOT ?1"
    try db.cachedStatement(sql: sql).execute(arguments: [new, id])
    if db.changesCount > 0 { try text.note(kind, id, new) }
  }

  // MARK: Journal

  /// The operation that is about to change records of `kind` in other ways than through the functions above.
  func begin(_ kind: EntityKind) throws -> Int64 {
    try writePending()
    changes.kinds.insert(kind.rawValue)
    return try operation()
  }

  /// The operation's row, made when the first change needs it.
  func operation() throws -> Int64 {
    if let id = changes.operation { return id }
    try db.execute(
      sql: "INSERT INTO operation(at, origin, verb, title, target) VALUES (?, ?, ?, ?, ?)",
      arguments: [now.microseconds, origin.text, verb.rawValue, title, target])
    changes.operation = db.lastInsertedRowID
    return db.lastInsertedRowID
  }

  private func noteInsertion(_ kind: EntityKind, _ id: Int64) throws {
    changes.kinds.insert(kind.rawValue)
    if let range = pending, range.kind == kind, range.ids.upperBound + 1 == id {
      pending = (kind, range.ids.lowerBound...id)
    } else {
      try writePending()
      pending = (kind, id...id)
    }
  }

  /// Writes what is still held back. Called before the transaction commits.
  func finish() throws {
    try writePending()
    try text.finish()
  }

  private func writePending() throws {
    guard let range = pending else { return }
    pending = nil
    try line(range.kind.rawValue, range.ids, .insert, nil)
  }

  func journal(
    _ kind: EntityKind, _ ids: ClosedRange<Int64>, _ action: RecordChange.Action, _ fields: [String: JSONValue]?,
  ) throws {
    try writePending()
    changes.kinds.insert(kind.rawValue)
    try line(kind.rawValue, ids, action, fields.map { JSONValue.object($0).text })
  }

  /// A line about a row of a table that is no kind of record; screens of `kind` hear of it.
  func journal(
    _ table: String, _ id: Int64, _ action: RecordChange.Action, _ image: JSONValue, touching kind: EntityKind,
  ) throws {
    try finish()
    changes.kinds.insert(kind.rawValue)
    try line(table, id...id, action, image.text)
  }

  private func line(
    _ table: String, _ ids: ClosedRange<Int64>, _ action: RecordChange.Action, _ fields: String?,
  ) throws {
    let sql = """
      INSERT INTO change(operation, kind, record, last_record, action, fields) VALUES (?, ?, ?, ?, ?, ?)
      """
    let statement = try db.cachedStatement(sql: sql)
    try statement.execute(
      arguments: [try operation(), table, ids.lowerBound, ids.upperBound, action.rawValue, fields])
  }
}

extension FieldInfo {
  /// True if a change of it may change what free words find.
  var affectsSearch: Bool { isSearchable || kind == .customFields }
}

extension JSONValue {
  init(_ value: DatabaseValue) {
    switch value.storage {
    case .null, .blob: self = .null
    case .int64(let number): self = .integer(Int(number))
    case .double(let number): self = .number(number)
    case .string(let text): self = .string(text)
    }
  }

  var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .bool(let flag): (flag ? 1 : 0).databaseValue
    case .integer(let number): number.databaseValue
    case .number(let number): number.databaseValue
    case .string(let text): text.databaseValue
    case .array, .object: text.databaseValue
    }
  }
}

extension EntityKind {
  /// What the field reads as when it is cleared: zero for a number that is never unset, so that filters see it too.
  func emptyValue(of name: String) -> FieldValue {
    func cleared<R: Record>(_ type: R.Type) -> FieldValue {
      var record = R()
      record[name] = .none
      return record[name]
    }
    return cleared(recordType)
  }
}
