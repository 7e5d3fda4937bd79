import CRMDomain
import GRDB

/// One import as the book remembers it: the file, the plan, how far it came, and what it did.
package struct ImportRun: Hashable, Sendable, Identifiable {
  package enum State: String, Sendable {
    case running, paused, done, cancelled, reverted, failed
    /// The program that ran it is gone.
    case interrupted
  }

  package let id: Int64
  package let at: Instant
  package let endedAt: Instant?
  package let kind: EntityKind
  /// `-` for standard input.
  package let path: String
  package let name: String
  package let plan: ImportPlan
  package let report: ImportReport
  package let newContacts: Int
  package let unlinked: Int
  package let operation: Int64?
  package let state: State
  /// Where the rejected rows are, if there were any.
  package let rejectsPath: String?
  /// Why it failed.
  package let problem: String?
  let place: DelimitedReader.Place
  let identity: FileIdentity?
  let firstNewID: Int64
  /// Where they go, whether there are any yet or not.
  let storedRejects: String?
  let rejectsSize: Int
  let process: RunningProcess?

  init(row: Row) throws {
    id = row["id"]
    at = Instant(microseconds: row["at"])
    endedAt = (row["ended_at"] as Int64?).map { Instant(microseconds: $0) }
    kind = EntityKind(rawValue: row["kind"]) ?? .lead
    (path, name, problem) = (row["path"], row["name"], row["problem"])
    plan = try ImportPlan(json: JSONValue(parsing: row["plan"] as String))
    let counts = [String: Int](json: try JSONValue(parsing: row["counts"] as String))
    report = ImportReport(counts: counts)
    (newContacts, unlinked) = (counts["new_contacts"] ?? 0, counts["unlinked"] ?? 0)
    operation = row["operation"]
    rejectsSize = row["rejects_size"]
    storedRejects = row["rejects"]
    rejectsPath = rejectsSize > 0 ? storedRejects : nil
    place = DelimitedReader.Place(json: try JSONValue(parsing: row["place"] as String))
    identity = try (row["identity"] as String?).flatMap { FileIdentity(json: try JSONValue(parsing: $0)) }
    firstNewID = row["first_new"]
    process = RunningProcess(text: row["process"])
    let stored = State(rawValue: row["state"]) ?? .failed
    let isUndone: Bool = row["undone"]
    switch stored {
    case .done, .running, .paused, .reverted, .interrupted:
      let isLeft = stored == .running && process?.isAlive != true
      // A revert that was undone stands for nothing any more.
      state = isUndone ? .reverted : isLeft ? .interrupted : stored == .reverted ? .done : stored
    case .cancelled, .failed: state = stored
    }
  }

  /// True if it stopped before its end and can go on.
  package var canResume: Bool { path != "-" && (state == .paused || state == .interrupted) }

  /// True if what it wrote can be taken back.
  package var canRevert: Bool {
    operation != nil && (state == .done || state == .paused || state == .interrupted)
  }

  /// "expo.csv: 248 leads added, 2 rows left out".
  package var sentence: String { name + ": " + report.words(kind) }
}

extension ImportReport {
  /// "1,248 leads added, 3 changed, 2 rows left out".
  func words(_ kind: EntityKind) -> String {
    var parts = ["\(created.counted(kind.rawValue, kind.plural)) added"]
    if updated > 0 { parts.append("\(updated.grouped) changed") }
    if identical > 0 { parts.append("\(identical.grouped) the same already") }
    if duplicates > 0 { parts.append(duplicates.counted("duplicate", "duplicates")) }
    if near > 0 { parts.append("\(near.grouped) to decide") }
    if errors > 0 { parts.append("\(errors.counted("row", "rows")) left out") }
    return parts.joined(separator: ", ")
  }
}

extension StoreReader {
  /// The imports, the latest first.
  package func imports(limit: Int = 100) throws -> [ImportRun] {
    try Row.fetchAll(db, sql: ImportRun.select + " ORDER BY import_run.id DESC LIMIT ?", arguments: [limit])
      .map(ImportRun.init(row:))
  }

  package func importRun(_ id: Int64) throws -> ImportRun? {
    try Row.fetchOne(db, sql: ImportRun.select + " WHERE import_run.id = ?", arguments: [id]).map(ImportRun.init(row:))
  }

  /// The imports that stopped before their end and can go on.
  package func unfinishedImports() throws -> [ImportRun] {
    let sql = ImportRun.select + " WHERE state IN ('running', 'paused') ORDER BY import_run.id DESC"
    return try Row.fetchAll(db, sql: sql).map(ImportRun.init(row:)).filter(\.canResume)
  }
}

extension ImportRun {
  fileprivate static let select = """
    SELECT import_run.*, operation.undone_by IS NOT NULL
      OR EXISTS (SELECT 1 FROM unfinished_replay AS replay WHERE replay.target = operation.id AND replay.verb = 'undo')
      AS undone
    FROM import_run LEFT JOIN operation ON operation.id = import_run.operation
    """
}

extension CRMStore {
  /// Takes a whole import back: what it added is gone, what it changed is as before. Records that were edited since keep
  /// the edit, and are listed.
  ///
  /// - Parameter watch: asked between the transactions of a long one; false puts everything as it was before.
  /// - Throws: `ImportProblem` if there is nothing to take back, or `StoreProblem`.
  package func revertImport(_ id: Int64, watch: (ReplayProgress) -> Bool = { _ in true }) throws -> UndoResult {
    guard let run = try read({ try $0.importRun(id) }) else { throw ImportProblem("There is no import \(id).") }
    guard let operation = run.operation, try run.canRevert || isInterrupted(operation) else {
      switch run.state {
      case .running: throw ImportProblem("Import \(id) of \(run.name) is still running. Pause or cancel it first.")
      case .reverted: throw ImportProblem("Import \(id) of \(run.name) was taken back already.")
      case .done, .paused, .interrupted, .cancelled, .failed:
        throw ImportProblem("Import \(id) of \(run.name) wrote nothing that could be taken back.")
      }
    }
    guard let result = try revert(operation: operation, watch: watch) else {
      throw ImportProblem("Import \(id) of \(run.name) was taken back already.")
    }
    if result.isStopped { return result }
    try transact("Note an import") { try $0.endImport(id, .reverted) }
    return result
  }
}

extension StoreWriter {
  func endImport(_ id: Int64, _ state: ImportRun.State, problem: String? = nil) throws {
    try db.execute(
      sql: "UPDATE import_run SET state = ?, problem = ?, ended_at = ? WHERE id = ?",
      arguments: [state.rawValue, problem, now.microseconds, id])
  }
}

extension [String: Int] {
  init(json: JSONValue) {
    guard case .object(let object) = json else {
      self = [:]
      return
    }
    self = object.compactMapValues { if case .integer(let number) = $0 { number } else { nil } }
  }

  var json: JSONValue { .object(mapValues(JSONValue.integer)) }
}

extension DelimitedReader.Place {
  init(json: JSONValue) {
    let numbers = [String: Int](json: json)
    self.init()
    (offset, row, line) = (numbers["offset"] ?? 0, numbers["row"] ?? 1, numbers["line"] ?? 1)
    isAfterCR = numbers["after_cr"] == 1
  }

  var json: JSONValue { ["offset": offset, "row": row, "line": line, "after_cr": isAfterCR ? 1 : 0].json }
}
