import CRMDomain
import GRDB

extension StoreWriter {
  /// Sets fields of many records by name, custom fields by theirs, and answers how many records that changed. Records
  /// that are gone are passed over. `progress` hears now and then how many have been looked at, and may throw to end
  /// the work.
  @discardableResult
  package func set(
    _ values: [String: FieldValue], in kind: EntityKind, _ ids: [Int64], progress: (Int) throws -> Void = { _ in },
  ) throws -> Int {
    guard values.keys.allSatisfy({ kind.field($0) != nil }) else {
      return try each(ids, progress) { id in
        try storedColumns(["id"], in: kind, id) != nil && set(values, in: kind, id)
      }
    }
    let columns = values.map { name, value in
      (name, StoredValue.encode(value.isEmpty ? kind.emptyValue(of: name) : value))
    }
    return try SameValues(self, kind, columns, stamps: values["updated_at"] == nil).run(ids, progress)
  }

  /// Moves the records to the trash and answers how many were not there yet.
  @discardableResult
  package func trash(_ kind: EntityKind, _ ids: [Int64], progress: (Int) throws -> Void = { _ in }) throws -> Int {
    // What is in the trash already keeps its date.
    let alive = try SameValues.pieces(ids).flatMap { piece in
      try Int64.fetchAll(
        db.cachedStatement(
          sql: "SELECT id FROM \"\(kind.rawValue)\" WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL"
        ), arguments: [SameValues.list(piece)])
    }
    let columns = [("deleted_at", now.microseconds.databaseValue)]
    return try SameValues(self, kind, columns, stamps: false).run(alive, progress)
  }

  /// Takes the records out of the trash and answers how many were there.
  @discardableResult
  package func restore(_ kind: EntityKind, _ ids: [Int64], progress: (Int) throws -> Void = { _ in }) throws -> Int {
    try SameValues(self, kind, [("deleted_at", .null)], stamps: false).run(ids, progress)
  }

  private func each(_ ids: [Int64], _ progress: (Int) throws -> Void, _ change: (Int64) throws -> Bool) throws -> Int {
    var count = 0
    for (done, id) in ids.enumerated() {
      if done % 256 == 0 { try progress(done) }
      if try change(id) { count += 1 }
    }
    return count
  }
}

/// The same values for many records, some hundred at a time: three statements do what would be three for each of them, and
/// find the pages in memory that the first of them read.
struct SameValues {
  private let writer: StoreWriter
  private let kind: EntityKind
  /// By name. The question mark of the first value is ?2; ?1 are the ids.
  private let columns: [(name: String, value: DatabaseValue)]
  private let stamps: Bool

  static let piece = 500

  init(_ writer: StoreWriter, _ kind: EntityKind, _ columns: [(String, DatabaseValue)], stamps: Bool) {
    self.writer = writer
    self.kind = kind
    self.columns = columns.sorted { $0.0 < $1.0 }.map { ($0.0, $0.1) }
    self.stamps = stamps
  }

  static func pieces(_ ids: [Int64]) -> [ArraySlice<Int64>] {
    stride(from: 0, to: ids.count, by: piece).map { ids[$0..<min($0 + piece, ids.count)] }
  }

  static func list(_ ids: some Sequence<Int64>) -> String { "[\(ids.map(String.init).joined(separator: ","))]" }

  /// Answers how many records changed.
  func run(_ ids: [Int64], _ progress: (Int) throws -> Void) throws -> Int {
    guard !columns.isEmpty else { return 0 }
    var (done, count) = (0, 0)
    // In the order of the rows on the disk: each page is then read and written once.
    for piece in Self.pieces(ids.sorted()) {
      try progress(done)
      let changed = try differing(piece)
      if !changed.isEmpty { try write(changed) }
      done += piece.count
      count += changed.count
    }
    return count
  }

  private var table: String { "\"\(kind.rawValue)\"" }
  private var among: String { "id IN (SELECT value FROM json_each(?1))" }
  private var stampMark: String { "?\(columns.count + 2)" }
  private var marked: [(name: String, mark: String)] { columns.enumerated().map { ("\"\($1.name)\"", "?\($0 + 2)") } }

  /// The ids of those of `piece` that have another value in one of the columns.
  private func differing(_ piece: ArraySlice<Int64>) throws -> [Int64] {
    let differs = marked.map { "\($0.name) IS NOT \($0.mark)" }.joined(separator: " OR ")
    let statement = try writer.db.cachedStatement(
      sql: "SELECT id FROM \(table) NOT INDEXED WHERE \(among) AND (\(differs))")
    statement.setUncheckedArguments(StatementArguments([Self.list(piece).databaseValue] + columns.map(\.value)))
    return try Int64.fetchAll(statement)
  }

  private func write(_ ids: [Int64]) throws {
    let list = Self.list(ids)
    let operation = try writer.begin(kind)
    let stamp = stamps ? [writer.now.microseconds.databaseValue] : []
    let arguments = [list.databaseValue] + columns.map(\.value) + stamp
    try execute(journalSQL, arguments + [operation.databaseValue])
    try execute(updateSQL, arguments)
    if columns.contains(where: { kind.field($0.name)?.affectsSearch == true }) {
      try writer.refreshSearchTexts(kind, ids)
    }
  }

  /// A line per record with the old and the new value of what differs, as `StoreWriter.write` writes it.
  private var journalSQL: String {
    let pairs = zip(columns, marked).map { column, marked in
      """
      CASE WHEN \(marked.name) IS NOT \(marked.mark)
        THEN ',\(marked.name):' || json_array(\(marked.name), \(marked.mark)) ELSE '' END
      """
    }
    let stamp = stamps ? ["',\"updated_at\":' || json_array(updated_at, \(stampMark))"] : []
    return """
      INSERT INTO change(operation, kind, record, last_record, action, fields)
      SELECT ?\(columns.count + (stamps ? 3 : 2)), '\(kind.rawValue)', id, id, 'update',
        '{' || substr(\((pairs + stamp).joined(separator: " || ")), 2) || '}'
      FROM \(table) NOT INDEXED WHERE \(among)
      """
  }

  private var updateSQL: String {
    let assignments = marked.map { "\($0.name) = \($0.mark)" } + (stamps ? ["updated_at = \(stampMark)"] : [])
    return "UPDATE \(table) SET \(assignments.joined(separator: ", ")) WHERE \(among)"
  }

  private func execute(_ sql: String, _ arguments: [DatabaseValue]) throws {
    let statement = try writer.db.cachedStatement(sql: sql)
    statement.setUncheckedArguments(StatementArguments(arguments))
    try statement.execute()
  }
}

extension StoreWriter {
  /// Makes the search texts of these rows anew from their fields.
  func refreshSearchTexts(_ kind: EntityKind, _ ids: [Int64]) throws {
    func refresh<R: Record>(_ type: R.Type) throws {
      let sql = "UPDATE \"\(kind.rawValue)\" SET search_text = ?1 WHERE id = ?2 AND search_text IS NOT ?1"
      let update = try db.cachedStatement(sql: sql)
      for record in try reader.records(ids, of: R.self) {
        let (id, text) = (record.id.rawValue, record.searchText)
        update.setUncheckedArguments([text, id])
        try update.execute()
        if db.changesCount > 0 { try noteReturn(kind, id, text) }
      }
    }
    try refresh(kind.recordType)
  }
}
