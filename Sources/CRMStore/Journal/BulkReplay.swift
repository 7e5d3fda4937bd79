import CRMDomain
import GRDB

/// A stretch of the journal whose lines all change the same fields of records that nobody has changed since: such lines
/// are inverted together.
struct BulkReplay {
  private let writer: StoreWriter
  private let source: Int64
  private let lines: ClosedRange<Int64>
  private let count: Int
  private let kind: EntityKind
  private let names: [String]

  /// Nil where the lines, of which `model` is one, are not of that sort.
  init?(_ writer: StoreWriter, _ source: Int64, _ lines: ClosedRange<Int64>, count: Int, like model: RecordChange)
    throws
  {
    self.writer = writer
    self.source = source
    self.lines = lines
    self.count = count
    kind = model.kind
    names = model.fields.keys.sorted()
    let isStored = names.allSatisfy { model.kind.field($0) != nil || $0 == "deleted_at" }
    guard model.action == .update, isStored, names.contains(where: { $0 != "updated_at" }) else { return nil }
    guard try isUntouched() else { return nil }
  }

  private static let stretch = "c.operation = ?1 AND c.id BETWEEN ?2 AND ?3"
  private var arguments: StatementArguments { [source, lines.lowerBound, lines.upperBound] }
  private func old(_ name: String) -> String { "json_extract(c.fields, '$.\"\(name)\"[0]')" }
  private func new(_ name: String) -> String { "json_extract(c.fields, '$.\"\(name)\"[1]')" }

  /// Whether each line is about a record of its own that has the new values still, and whose old ones refer to nothing
  /// that is gone.
  private func isUntouched() throws -> Bool {
    var tests = names.map { "r.\"\($0)\" IS \(new($0)) AND json_array_length(c.fields, '$.\"\($0)\"') = 2" }
    for name in names {
      guard case .reference(let other)? = kind.field(name)?.kind else { continue }
      tests.append("(\(old(name)) IS NULL OR EXISTS (SELECT 1 FROM \"\(other.rawValue)\" WHERE id = \(old(name))))")
    }
    let sql = """
      SELECT count(*), count(DISTINCT c.record) FROM change AS c
      CROSS JOIN "\(kind.rawValue)" AS r NOT INDEXED ON r.id = c.record
      WHERE \(Self.stretch) AND c.kind = '\(kind.rawValue)' AND c.action = 'update' AND c.record = c.last_record
        AND (SELECT count(*) FROM json_each(c.fields)) = \(names.count) AND \(tests.joined(separator: " AND "))
      """
    guard let row = try Row.fetchOne(try writer.db.cachedStatement(sql: sql), arguments: arguments) else {
      return false
    }
    return row[0] == count && row[1] == count
  }

  /// Sets every field to its old value and journals that; answers how many records changed.
  func run() throws -> Int {
    let db = writer.db
    let operation = try writer.begin(kind)
    try db.cachedStatement(sql: journalSQL).execute(arguments: arguments + [operation])
    try db.cachedStatement(sql: updateSQL).execute(arguments: arguments)
    if names.contains(where: { kind.field($0)?.affectsSearch == true }) {
      try writer.refreshSearchTexts(kind, records())
    }
    return count
  }

  private func records() throws -> [Int64] {
    let sql = "SELECT c.record FROM change AS c WHERE \(Self.stretch)"
    return try Int64.fetchAll(try writer.db.cachedStatement(sql: sql), arguments: arguments)
  }

  private var journalSQL: String {
    let pairs = names.map { ",\"\($0)\":" }.enumerated().map { index, key in
      "'\(index == 0 ? String(key.dropFirst()) : key)' || json_array(\(new(names[index])), \(old(names[index])))"
    }
    return """
      INSERT INTO change(operation, kind, record, last_record, action, fields)
      SELECT ?4, c.kind, c.record, c.record, 'update', '{' || \(pairs.joined(separator: " || ")) || '}'
      FROM change AS c WHERE \(Self.stretch) ORDER BY c.id DESC
      """
  }

  private var updateSQL: String {
    let assignments = names.map { "\"\($0)\" = \(old($0))" }.joined(separator: ", ")
    return """
      UPDATE "\(kind.rawValue)" SET \(assignments) FROM change AS c
      WHERE \(Self.stretch) AND "\(kind.rawValue)".id = c.record
      """
  }
}
