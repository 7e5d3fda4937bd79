/// What the rep has said about records that look like duplicates and are none: each row is a set of records of one kind
/// that are all different from each other. `records` is a JSON array of ids.
enum NotDuplicates {
  static let table = "not_duplicate"

  static let sql = """
    CREATE TABLE not_duplicate (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL,
      records TEXT NOT NULL
    );
    """
}
