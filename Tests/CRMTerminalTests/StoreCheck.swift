import GRDB

@testable import CRMStore

extension CRMStore {
  /// What SQLite finds wrong with the file; the words of the index are checked too.
  func integrityProblems() throws -> [String] {
    try pool.read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
  }
}
