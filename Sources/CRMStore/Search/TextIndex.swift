import CRMDomain

extension EntityKind {
  /// True for the kinds that may have too many rows to look at each.
  var isIndexedForSearch: Bool {
    switch self {
    case .lead, .contact, .opportunity, .task, .activity: true
    case .user, .tag, .board, .stage: false
    }
  }
}

/// The full-text index: the trigrams of `search_text` of the rows that are not in the trash, kept by triggers.
///
/// `SearchText` turns what is stored and what is typed into the same folded form, of at least three characters, so one
/// trigram index answers substrings, word starts and CJK alike. Without positions (`detail=none`) it is a sixth of the
/// size; a needle of more than three characters is verified on the row.
enum TextIndex {
  static func table(_ kind: EntityKind) -> String { "\(kind.rawValue)_text" }

  static func sql(for kind: EntityKind) -> String {
    let name = kind.rawValue
    let remove =
      "INSERT INTO \(name)_text(\(name)_text, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    let add = "INSERT INTO \(name)_text(rowid, search_text) VALUES (new.id, new.search_text);"
    return """
      CREATE VIEW \(name)_live AS SELECT id, search_text FROM "\(name)" WHERE deleted_at IS NULL;
      CREATE VIRTUAL TABLE \(name)_text USING fts5(
        search_text, content='\(name)_live', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none,
        columnsize=0);
      \(insertTrigger(kind))
      CREATE TRIGGER \(name)_text_delete AFTER DELETE ON "\(name)" WHEN old.deleted_at IS NULL BEGIN \(remove) END;
      CREATE TRIGGER \(name)_text_change AFTER UPDATE OF search_text ON "\(name)"
        WHEN old.deleted_at IS NULL AND new.deleted_at IS NULL AND old.search_text IS NOT new.search_text
        BEGIN \(remove) \(add) END;
      CREATE TRIGGER \(name)_text_trash AFTER UPDATE OF deleted_at ON "\(name)"
        WHEN old.deleted_at IS NULL AND new.deleted_at IS NOT NULL BEGIN \(remove) END;
      CREATE TRIGGER \(name)_text_untrash AFTER UPDATE OF deleted_at ON "\(name)"
        WHEN old.deleted_at IS NOT NULL AND new.deleted_at IS NULL BEGIN \(add) END;
      """
  }

  /// Indexes each new row.
  static func insertTrigger(_ kind: EntityKind) -> String {
    """
    CREATE TRIGGER \(kind.rawValue)_text_insert AFTER INSERT ON "\(kind.rawValue)" WHEN new.deleted_at IS NULL BEGIN
      INSERT INTO \(kind.rawValue)_text(rowid, search_text) VALUES (new.id, new.search_text); END;
    """
  }

  /// The FTS5 expression for all of `needles`, each of at least three characters.
  static func match(_ needles: [String]) -> String {
    let grams = needles.flatMap(SearchText.trigrams(of:))
    return grams.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " AND ")
  }
}
