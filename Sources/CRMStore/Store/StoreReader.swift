import CRMDomain
import GRDB

/// What can be asked of one snapshot of the file.
package struct StoreReader {
  let db: Database

  /// The record with that id, or nil if there is none. One in the trash is found too.
  package func record<R: Record>(_ id: Identifier<R>) throws -> R? {
    let reader = RecordReader<R>()
    let sql = "SELECT \(reader.columns) FROM \"\(R.schema.table)\" WHERE id = ?"
    return try reader.records(try db.cachedStatement(sql: sql), [id.rawValue]).first
  }

  /// The records with those ids, in their order; ids without a record are left out.
  package func records<R: Record>(_ ids: some Sequence<Int64>, of type: R.Type = R.self) throws -> [R] {
    let reader = RecordReader<R>()
    let ids = Array(ids)
    let list = "[\(ids.map(String.init).joined(separator: ","))]"
    let sql = "SELECT \(reader.columns) FROM \"\(R.schema.table)\" WHERE id IN (SELECT value FROM json_each(?))"
    var found: [Int64: R] = [:]
    for record in try reader.records(try db.cachedStatement(sql: sql), [list]) { found[record.id.rawValue] = record }
    return ids.compactMap { found[$0] }
  }

  /// Every record that is not in the trash, by id. For the small kinds: users, tags, boards, stages.
  package func all<R: Record>(_ type: R.Type = R.self) throws -> [R] {
    try records(where: "deleted_at IS NULL ORDER BY id")
  }

  func records<R: Record>(where condition: String, _ arguments: StatementArguments = []) throws -> [R] {
    let reader = RecordReader<R>()
    let sql = "SELECT \(reader.columns) FROM \"\(R.schema.table)\" WHERE \(condition)"
    let statement = try db.cachedStatement(sql: sql)
    return try reader.records(statement, arguments)
  }

  /// The stages of `board` from left to right.
  package func stages(of board: Identifier<Board>) throws -> [Stage] {
    try records(where: "board = ? AND deleted_at IS NULL ORDER BY position, id", [board.rawValue])
  }

  /// How many records of `kind` are not in the trash.
  package func count(_ kind: EntityKind) throws -> Int {
    try Int.fetchOne(
      try db.cachedStatement(sql: "SELECT count(*) FROM \"\(kind.rawValue)\" WHERE deleted_at IS NULL")) ?? 0
  }

  /// True if there is a record of `kind` that is not in the trash. Counting a million of them takes a tenth of a second.
  package func hasAny(_ kind: EntityKind) throws -> Bool {
    try Int.fetchOne(
      try db.cachedStatement(sql: "SELECT 1 FROM \"\(kind.rawValue)\" WHERE deleted_at IS NULL LIMIT 1")) != nil
  }

  /// True where nothing has ever been written but what every book begins with.
  package func isEmpty() throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM operation WHERE origin <> 'engine'") == 0
  }

  /// What a list or a card calls the record, or nil if there is none.
  package func name(_ kind: EntityKind, _ id: Int64) throws -> String? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(kind.nameExpression) FROM \"\(kind.rawValue)\" WHERE id = ?")
    return try String.fetchOne(statement, arguments: [id])
  }

  /// True if the record exists and is not in the trash.
  package func isAlive(_ kind: EntityKind, _ id: Int64) throws -> Bool {
    let sql = "SELECT 1 FROM \"\(kind.rawValue)\" WHERE id = ? AND deleted_at IS NULL"
    return try Int.fetchOne(try db.cachedStatement(sql: sql), arguments: [id]) != nil
  }

  /// The ids of the records of `kind` whose name or e-mail is `text`, without case and accents.
  package func find(_ kind: EntityKind, named text: String) throws -> [Int64] {
    var conditions = ["\(kind.nameExpression) = ?1 COLLATE FOLDED"]
    if kind.fields.contains(where: { $0.name == "email" }) { conditions.append("email = ?1 COLLATE FOLDED") }
    if kind == .user {
      conditions.append("trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) = ?1 COLLATE FOLDED")
    }
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE deleted_at IS NULL AND (\(conditions.joined(separator: " OR ")))
      ORDER BY id LIMIT 20
      """
    return try Int64.fetchAll(try db.cachedStatement(sql: sql), arguments: [text])
  }

  /// The rep, or nil before there is one.
  package func me() throws -> User? {
    let users: [User] = try records(where: "is_me = 1 AND deleted_at IS NULL ORDER BY id LIMIT 1")
    return users.first
  }

  // MARK: Settings and drafts

  package func setting(_ key: String) throws -> String? {
    try String.fetchOne(try db.cachedStatement(sql: "SELECT value FROM setting WHERE key = ?"), arguments: [key])
  }

  /// What was typed into the form called `key` when the program had to leave, or nil.
  package func draft(_ key: String) throws -> [String: String]? {
    guard let text = try String.fetchOne(db, sql: "SELECT fields FROM draft WHERE key = ?", arguments: [key]),
      case .object(let object) = try JSONValue(parsing: text)
    else { return nil }
    return object.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The keys of the drafts that are kept, latest first.
  package func drafts() throws -> [String] {
    try String.fetchAll(db, sql: "SELECT key FROM draft ORDER BY saved_at DESC")
  }
}

extension EntityKind {
  /// SQL for what a record is called.
  var nameExpression: String {
    switch self {
    case .lead, .contact: "trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))"
    case .opportunity, .tag, .board, .stage: "name"
    case .task: "title"
    case .activity: "subject"
    case .user: "username"
    }
  }
}

extension StoreReader {
  /// The tags of one record of a kind that has them.
  package func tags(_ kind: EntityKind, _ id: Int64) throws -> [String] {
    let statement = try db.cachedStatement(sql: "SELECT tags FROM \"\(kind.rawValue)\" WHERE id = ?")
    let value = try DatabaseValue.fetchOne(statement, arguments: [id]) ?? .null
    return [String](fieldValue: StoredValue.decode(value, as: .tags))
  }
}
