/// Every import with what it needs to go on after a crash, and the mappings that are kept for the next file.
enum ImportTables {
  static let sql = """
    CREATE TABLE import_run (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      ended_at INTEGER,
      kind TEXT NOT NULL,
      path TEXT NOT NULL,
      name TEXT NOT NULL,
      identity TEXT,
      plan TEXT NOT NULL,
      place TEXT NOT NULL,
      counts TEXT NOT NULL,
      first_new INTEGER NOT NULL,
      rejects TEXT,
      rejects_size INTEGER NOT NULL,
      operation INTEGER REFERENCES operation(id),
      state TEXT NOT NULL,
      process TEXT NOT NULL,
      problem TEXT
    );
    CREATE TABLE import_mapping (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      plan TEXT NOT NULL,
      used_at INTEGER NOT NULL
    );
    CREATE INDEX import_mapping_by_header ON import_mapping(kind, fingerprint);
    """
}
