import CRMDomain
import GRDB

/// Finds the records that were in the book before the import by a key of a row.
///
/// Few rows with one key ask the book's indexes. Others ask tables that are made of the whole book once, a million records
/// in 22 MB: they are faster, and they still have the keys that the import itself changes on its way.
struct BookKeys {
  private let entity: EntityKind
  private let keys: RowKeys
  /// Records from this number on are the import's own.
  private let firstNewID: Int64
  private let asksIndexes: Bool
  private var tables: [ImportPlan.Key: KeyTable] = [:]

  init(_ entity: EntityKind, _ keys: RowKeys, firstNewID: Int64, asksIndexes: Bool) {
    self.entity = entity
    self.keys = keys
    self.firstNewID = firstNewID
    self.asksIndexes = asksIndexes
  }

  /// Makes the tables, as the book is now.
  mutating func prepare(_ reader: StoreReader) throws {
    guard firstNewID > 1 else { return }
    for kind in keys.kinds where tables[kind] == nil && !hasIndex(kind) { tables[kind] = try table(kind, reader) }
  }

  mutating func forget() { tables = [:] }

  private func hasIndex(_ kind: ImportPlan.Key) -> Bool {
    switch kind {
    case .id: true
    case .email: asksIndexes
    case .nameAndCompany: asksIndexes && isPerson
    case .phone: false
    }
  }

  /// The oldest record that has `key`, or nil.
  mutating func record(_ key: RowKeys.Key, _ reader: StoreReader) throws -> Int64? {
    guard firstNewID > 1 else { return nil }
    switch key.kind {
    case .id:
      guard let id = Int64(key.text), id < firstNewID, try reader.isAlive(entity, id) else { return nil }
      return id
    case .email where hasIndex(.email): return try reader.id(entity, email: key.text, below: firstNewID)
    case .email, .phone: return try tabled(key, reader)
    case .nameAndCompany:
      guard hasIndex(.nameAndCompany) else { return try tabled(key, reader) }
      return try person(key.text, reader)
    }
  }

  private var isPerson: Bool { entity == .lead || entity == .contact }

  private func person(_ text: String, _ reader: StoreReader) throws -> Int64? {
    let parts = text.split(separator: RowKeys.separator, omittingEmptySubsequences: false).map(String.init)
    let sql = """
      SELECT id FROM "\(entity.rawValue)" WHERE deleted_at IS NULL AND last_name = ?1 COLLATE FOLDED
        AND coalesce(first_name, '') = ?2 COLLATE FOLDED AND company_name = ?3 COLLATE FOLDED AND id < ?4
      ORDER BY id LIMIT 1
      """
    return try Int64.fetchOne(
      try reader.db.cachedStatement(sql: sql), arguments: [parts[0], parts[1], parts[2], firstNewID])
  }

  private mutating func tabled(_ key: RowKeys.Key, _ reader: StoreReader) throws -> Int64? {
    if tables[key.kind] == nil { tables[key.kind] = try table(key.kind, reader) }
    guard let entry = tables[key.kind]?[key.hash], entry.record > 0 else { return nil }
    // It may have gone since the table was made.
    let id = Int64(entry.record)
    return try reader.isAlive(entity, id) ? id : nil
  }

  private func table(_ kind: ImportPlan.Key, _ reader: StoreReader) throws -> KeyTable {
    var table = KeyTable()
    for expression in expressions(kind) {
      let sql = """
        SELECT id, \(expression) FROM "\(entity.rawValue)" WHERE deleted_at IS NULL AND id < ? ORDER BY id
        """
      let rows = try Row.fetchCursor(try reader.db.makeStatement(sql: sql), arguments: [firstNewID])
      while let row = try rows.next() {
        guard let text: String = row[1], let hash = keys.hash(kind, ofStored: text) else { continue }
        let id: Int64 = row[0]
        if let entry = table[hash], entry.record <= id { continue }
        table.set(hash, record: id)
      }
    }
    return table
  }

  /// SQL for what the records have of the key, in the form of `RowKeys`; null where they do not have it.
  private func expressions(_ kind: ImportPlan.Key) -> [String] {
    switch kind {
    case .email: return has("email") ? ["email"] : []
    case .phone: return ["phone", "mobile"].filter(has)
    case .id: return []
    case .nameAndCompany:
      let mark = "char(31)"
      switch entity {
      case .lead, .contact: return ["last_name || \(mark) || coalesce(first_name, '') || \(mark) || company_name"]
      case .opportunity: return ["name || \(mark) || company_name"]
      case .task: return ["title"]
      case .activity: return ["subject"]
      case .user, .tag, .board, .stage: return []
      }
    }
  }

  private func has(_ name: String) -> Bool { entity.field(name) != nil }
}
