import CRMDomain
import GRDB

extension EntityKind {
  /// True for the kinds that may have too many rows to look at each.
  var isIndexedForSearch: Bool {
    switch self {
    case .lead, .contact, .opportunity, .task, .activity: true
    case .user, .tag, .board, .stage: false
    }
  }
}

/// The full-text index: the trigrams of `search_text` of the rows that are not in the trash, kept by `StoreWriter`.
///
/// `SearchText` turns what is stored and what is typed into the same folded form, of at least three characters, so one
/// trigram index answers substrings, word starts and CJK alike. Without positions (`detail=none`) it is a sixth of the
/// size; a needle of more than three characters is verified on the row.
enum TextIndex {
  static func table(_ kind: EntityKind) -> String { "\(kind.rawValue)_text" }

  static func sql(for kind: EntityKind) -> String {
    let name = kind.rawValue
    return """
      CREATE VIEW \(name)_live AS SELECT id, search_text FROM "\(name)" WHERE deleted_at IS NULL;
      CREATE VIRTUAL TABLE \(name)_text USING fts5(
        search_text, content='\(name)_live', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none,
        columnsize=0);
      """
  }

  /// Puts a row in. Triggers could do it, but SQLite does not trust a schema whose triggers write virtual tables.
  static func add(_ text: String?, _ id: Int64, _ kind: EntityKind, in db: Database) throws {
    guard let text, kind.isIndexedForSearch else { return }
    let statement = try db.cachedStatement(sql: "INSERT INTO \(table(kind))(rowid, search_text) VALUES (?, ?)")
    try statement.execute(arguments: [id, text])
  }

  /// Takes a row out; `text` must be what was put in.
  static func remove(_ text: String?, _ id: Int64, _ kind: EntityKind, in db: Database) throws {
    guard let text, kind.isIndexedForSearch else { return }
    let name = table(kind)
    let statement = try db.cachedStatement(
      sql: "INSERT INTO \(name)(\(name), rowid, search_text) VALUES ('delete', ?, ?)")
    try statement.execute(arguments: [id, text])
  }

  /// The trigrams that every text with `needle` has. In stored text a word follows two spaces and nothing else does, so
  /// one space with the two letters after it tells as much as two spaces do, and is found in fewer rows.
  static func trigrams(of needle: String) -> [String] {
    let isWordStart = needle.hasPrefix("  ") && needle.unicodeScalars.count > SearchText.minimumLength
    return SearchText.trigrams(of: isWordStart ? String(needle.dropFirst()) : needle)
  }

  /// Whether the index alone can tell where `needle` is; otherwise the rows must be looked at.
  static func isSure(of needle: String) -> Bool { trigrams(of: needle).count == 1 }

  /// The FTS5 expression for all of `needles`, each of at least three characters.
  static func match(_ needles: [String]) -> String {
    let grams = needles.flatMap(trigrams(of:))
    return grams.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " AND ")
  }
}

extension TextIndex {
  /// True if the index has the trigrams of every row, and no others.
  static func agrees(_ kind: EntityKind, in db: Database) throws -> Bool {
    do {
      // Rank 1 compares the index with the rows.
      try db.execute(sql: "INSERT INTO \(table(kind))(\(table(kind)), rank) VALUES ('integrity-check', 1)")
      return true
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      return false
    }
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

  /// Makes search texts and index anew from the fields.
  static func rebuild(_ kind: EntityKind, in db: Database) throws {
    let update = try db.makeStatement(sql: "UPDATE \"\(kind.rawValue)\" SET search_text = ? WHERE id = ?")
    for (id, text) in try staleRows(kind, in: db) { try update.execute(arguments: [text, id]) }
    guard kind.isIndexedForSearch else { return }
    try db.execute(sql: "INSERT INTO \(table(kind))(\(table(kind))) VALUES ('rebuild')")
  }
}
