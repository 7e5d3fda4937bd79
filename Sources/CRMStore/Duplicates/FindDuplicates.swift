import CRMDomain
import GRDB
import GRDBSQLite

/// What a search for duplicates came to.
package struct DuplicateReport: Hashable, Sendable {
  /// The surest first.
  package let clusters: [DuplicateCluster]
  /// Records that were looked at.
  package let count: Int

  package init(clusters: [DuplicateCluster], count: Int) {
    self.clusters = clusters
    self.count = count
  }
}

extension CRMStore {
  /// All clusters of duplicates among the records of `kind`, by reading them once. Takes seconds at a million and 200 MB;
  /// for another thread. `progress` hears how many were read of how many, and ends the search by answering true: then the
  /// result is nil.
  package func duplicates(
    of kind: EntityKind, progress: (Int, Int) -> Bool = { _, _ in false },
  ) throws(StoreProblem) -> DuplicateReport? {
    do {
      let (finder, apart) = try pool.read { db in
        let reader = StoreReader(db: db)
        return (try reader.finder(kind, progress), try reader.apart(kind))
      }
      guard let finder else { return nil }
      let clusters = try finder.clusters(apart: apart) { progress(finder.count, finder.count) }
      return DuplicateReport(clusters: clusters, count: finder.count)
    } catch is DuplicateFinder.Cancelled {
      return nil
    } catch { throw StoreProblem(error, path: path) }
  }
}

extension StoreReader {
  /// Nil if `progress` wants no more.
  fileprivate func finder(_ kind: EntityKind, _ progress: (Int, Int) -> Bool) throws -> DuplicateFinder? {
    let total = try count(kind)
    var finder = DuplicateFinder()
    finder.reserve(total)
    let scan = try IdentityScan(kind, self)
    while let identity = try scan.next() {
      finder.add(identity)
      if finder.count % 2048 == 0, progress(finder.count, total) { return nil }
    }
    return finder
  }
}

/// Reads who the records of a kind are, in the order of their ids.
private struct IdentityScan {
  private let fields: IdentityFields
  private let rows: RowCursor
  private let statement: Statement
  private let callingCode: String

  init(_ kind: EntityKind, _ reader: StoreReader) throws {
    fields = IdentityFields(kind)
    callingCode = try reader.callingCode()
    let columns = (["id"] + fields.all.map { "\"\($0.name)\"" }).joined(separator: ", ")
    statement = try reader.db.makeStatement(
      sql: "SELECT \(columns) FROM \"\(kind.rawValue)\" WHERE deleted_at IS NULL ORDER BY id")
    rows = try Row.fetchCursor(statement)
  }

  func next() throws -> Identity? {
    guard try rows.next() != nil else { return nil }
    var column: Int32 = 0
    func texts(_ infos: [FieldInfo]) -> [String] {
      infos.compactMap { _ in
        column += 1
        return text(column)
      }
    }
    let (name, company) = (texts(fields.name), texts(fields.company))
    let (emails, phones) = (texts(fields.emails), texts(fields.phones))
    return Identity(
      id: sqlite3_column_int64(statement.sqliteStatement, 0), name: name.joined(separator: " "),
      company: company.joined(separator: " "), emails: emails, phones: phones, callingCode: callingCode)
  }

  private func text(_ column: Int32) -> String? {
    guard let start = sqlite3_column_text(statement.sqliteStatement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement.sqliteStatement, column))
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
