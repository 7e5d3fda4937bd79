/// Which fields the rows of servers say something of, in the order in which `sync_map.base` has their values: a JSON array of
/// names, which else stand in every row.
extension RowShapes {
  static let sql = """
    CREATE TABLE sync_shape (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      fields TEXT NOT NULL,
      UNIQUE (kind, fields)
    );
    """
}
