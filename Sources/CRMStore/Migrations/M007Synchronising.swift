/// What synchronising with servers needs beside the records: see `SyncBook`. A book that meets no server has no row here.
enum Synchronising {
  static let sql = """
    CREATE TABLE sync_profile (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      settings TEXT NOT NULL,
      journal_mark INTEGER NOT NULL
    );
    CREATE TABLE sync_map (
      profile INTEGER NOT NULL REFERENCES sync_profile(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      local_id INTEGER NOT NULL,
      server_id INTEGER NOT NULL,
      list_hash INTEGER NOT NULL,
      needs_detail INTEGER NOT NULL,
      updated_at TEXT NOT NULL,
      intent TEXT,
      base TEXT NOT NULL,
      extras TEXT
    );
    CREATE UNIQUE INDEX sync_map_by_record ON sync_map(profile, kind, local_id);
    CREATE UNIQUE INDEX sync_map_by_server ON sync_map(profile, kind, server_id);
    CREATE INDEX sync_map_by_intent ON sync_map(profile, kind, intent) WHERE intent IS NOT NULL;
    CREATE INDEX sync_map_to_read ON sync_map(profile, kind, server_id) WHERE needs_detail = 1;
    CREATE TABLE sync_outbox (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      profile INTEGER NOT NULL REFERENCES sync_profile(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      local_id INTEGER NOT NULL,
      action TEXT NOT NULL,
      state TEXT NOT NULL,
      intent TEXT NOT NULL,
      body TEXT NOT NULL
    );
    CREATE INDEX sync_outbox_by_record ON sync_outbox(profile, kind, local_id);
    CREATE INDEX sync_outbox_by_state ON sync_outbox(profile, state, seq);
    CREATE TABLE sync_cursor (
      profile INTEGER NOT NULL REFERENCES sync_profile(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (profile, kind)
    ) WITHOUT ROWID;
    CREATE TABLE sync_conflict (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      profile INTEGER NOT NULL REFERENCES sync_profile(id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      local_id INTEGER NOT NULL,
      field TEXT,
      reason TEXT NOT NULL,
      base TEXT NOT NULL,
      mine TEXT NOT NULL,
      theirs TEXT NOT NULL,
      resolved_at INTEGER
    );
    CREATE INDEX sync_conflict_open ON sync_conflict(profile, kind, local_id) WHERE resolved_at IS NULL;
    CREATE TABLE sync_fact (
      profile INTEGER NOT NULL REFERENCES sync_profile(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (profile, name)
    ) WITHOUT ROWID;
    CREATE TABLE sync_round (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      profile INTEGER NOT NULL REFERENCES sync_profile(id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      operation INTEGER REFERENCES operation(id)
    );
    """
}
