import CRMDomain
import GRDB

/// A table of the book as its rows look in the file.
struct RawTable: Hashable {
  let name: String
  let columns: [String]
  private let types: [String]
  private let required: Set<Int>
  let hasID: Bool

  static func all(in db: Database) throws -> [RawTable] {
    let sql = """
      SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
        AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'grdb_%'
      """
    return try String.fetchAll(db, sql: sql).map { try RawTable($0, db) }
  }

  private init(_ name: String, _ db: Database) throws {
    let rows = try Row.fetchAll(db, sql: "SELECT name, type, \"notnull\" FROM pragma_table_info(?)", arguments: [name])
    self.name = name
    columns = rows.map { $0["name"] }
    types = rows.map { $0["type"] }
    required = Set(rows.indices.filter { rows[$0]["notnull"] })
    hasID = columns.first == "id"
  }

  /// True if the column may not be empty.
  func requires(_ column: String) -> Bool { columns.firstIndex(of: column).map(required.contains) ?? false }

  /// What the column `kind` of any table may say.
  private static let kinds = Set(EntityKind.allCases.map(\.rawValue) + [NotDuplicates.table])

  /// True if the row may be one of this table. Columns that were added later are not in older rows.
  func fits(_ values: [DatabaseValue]) -> Bool {
    guard values.count <= columns.count, values.count + 4 >= columns.count, values.count > 1 else { return false }
    for (index, value) in values.enumerated() {
      let isOwnID = hasID && index == 0
      switch value.storage {
      case .null: if required.contains(index), !isOwnID { return false }
      case .int64: if types[index] != "INTEGER" || isOwnID { return false }
      case .string(let text):
        if types[index] != "TEXT" { return false }
        if columns[index] == "fields", !text.hasPrefix("{") { return false }
        if columns[index] == "kind", !Self.kinds.contains(text) { return false }
      case .double, .blob: return false
      }
    }
    return true
  }

  var insertion: String {
    let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    return "INSERT OR IGNORE INTO \"\(name)\" (\(names)) VALUES (\(marks))"
  }
}

/// Finds out which pages belong to which table.
struct RawTables {
  let pages: RawPages
  let tables: [RawTable]

  /// Calls `body` with every page that has rows of a table: those that can be reached from the table's root first, then
  /// those whose way there is damaged, known by what their rows look like.
  func each(_ body: (RawTable, [RawPage.Record]) throws -> Void) rethrows {
    var seen = pages.free
    let named = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0) })
    for (name, root) in roots {
      // The pages of an index or of the text index are seen, but their rows are not asked for.
      try walk(root, &seen) { page in
        guard let table = named[name] else { return }
        let records = page.records.filter { table.fits($0.values) }
        if !records.isEmpty { try body(table, records) }
      }
    }
    // Pages that a page above still points to are alive; the others may have been given up long ago.
    let orphans = (2..<max(3, pages.count + 1)).filter { !seen.contains($0) }
    let pointedTo = Set(orphans.flatMap { RawPage($0, of: pages)?.children ?? [] })
    for number in orphans.filter(pointedTo.contains) + orphans.filter({ !pointedTo.contains($0) }) {
      guard let page = RawPage(number, of: pages), let (table, records) = table(of: page) else { continue }
      try body(table, records)
    }
  }

  /// Name and root of all there is, as far as page 1 and those below it can be read.
  private var roots: [(String, Int)] {
    guard pages.hasHeader else { return [] }
    var seen: Set<Int> = []
    var roots: [(String, Int)] = []
    walk(1, &seen) { page in
      for record in page.records where record.values.count == 5 {
        if let name = String.fromDatabaseValue(record.values[1]), let root = Int.fromDatabaseValue(record.values[3]),
          root > 1
        {
          roots.append((name, root))
        }
      }
    }
    return roots
  }

  private func walk(_ root: Int, _ seen: inout Set<Int>, _ body: (RawPage) throws -> Void) rethrows {
    var open = [root]
    while let number = open.popLast() {
      guard seen.insert(number).inserted, let page = RawPage(number, of: pages) else { continue }
      open += page.children.reversed()
      try body(page)
    }
  }

  /// The table that most rows of the page look like, and those rows. Tables without ids are kept as indexes are.
  private func table(of page: RawPage) -> (RawTable, [RawPage.Record])? {
    let records = page.records
    let fitting = tables.filter { $0.hasID == (page.kind == .leafTable) }.map { table in
      (table, records.filter { table.fits($0.values) })
    }
    guard let best = fitting.max(by: { $0.1.count < $1.1.count }), best.1.count * 2 > records.count else { return nil }
    return best
  }
}
