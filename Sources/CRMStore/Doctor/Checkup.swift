import CRMDomain
import Foundation
import GRDB

/// One thing that was looked at.
package struct Finding: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable { case fine, advice, wrong }

  package let subject: String
  package let verdict: Verdict
  package let detail: String
  /// What to do, or "".
  package let remedy: String

  init(_ subject: String, _ verdict: Verdict, _ detail: String, remedy: String = "") {
    (self.subject, self.verdict, self.detail, self.remedy) = (subject, verdict, detail, remedy)
  }
}

/// What a checkup found, in the order it looked.
package struct CheckupReport: Sendable {
  package internal(set) var findings: [Finding] = []
  /// Pages are damaged: only `CRMStore.salvage` helps.
  package internal(set) var isDamaged = false
  /// A text index is not that of the rows: `CRMStore.rebuildTextIndex` helps.
  package internal(set) var isIndexStale = false

  package var isFine: Bool { findings.allSatisfy { $0.verdict != .wrong } }
}

extension CRMStore {
  /// Looks at the file, at every row and at the disk. Changes nothing.
  /// - Throws: `StoreProblem` if there is no file to look at.
  package static func examine(_ path: String) throws(StoreProblem) -> CheckupReport {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreProblem(.cannotOpen, path: path, detail: "there is no such file")
    }
    var checkup = Checkup(path: path)
    checkup.run()
    return checkup.report
  }

  /// Makes the search texts and the text index anew from the rows.
  package func rebuildTextIndex() throws(StoreProblem) {
    do {
      try pool.write { db in for kind in EntityKind.allCases { try TextIndex.rebuild(kind, in: db) } }
    } catch {
      throw StoreProblem(error, path: path)
    }
  }

  /// Makes file and log the owner's alone, and writes the log into the file.
  package static func tidy(_ path: String) throws(StoreProblem) {
    for suffix in ["", "-wal", "-shm"] { chmod(path + suffix, 0o600) }
    do {
      let file = try DatabaseQueue(path: path, configuration: bareConfiguration)
      try file.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      try file.close()
    } catch {
      throw StoreProblem(error, path: path)
    }
  }
}

private struct Checkup {
  let path: String
  var report = CheckupReport()

  private static let repair = "crm doctor --repair"

  init(path: String) { self.path = path }

  mutating func run() {
    checkModes()
    checkSpace()
    checkLog()
    checkBackups()
    do {
      try DatabaseFile(path: path).prepare(keepsMode: true)
      let isReadOnly = OpenPath.isReadOnly(path)
      let file = try DatabaseQueue(
        path: isReadOnly ? OpenPath.readOnly(path) : path,
        configuration: CRMStore.bareConfiguration(isReadOnly: isReadOnly))
      if try checkShape(file), try checkPages(file) { try checkRows(file) }
    } catch {
      note(StoreProblem(error, path: path))
    }
  }

  private mutating func add(_ subject: String, _ verdict: Finding.Verdict, _ detail: String, remedy: String = "") {
    report.findings.append(Finding(subject, verdict, detail, remedy: remedy))
  }

  private mutating func note(_ problem: StoreProblem) {
    if problem.cause == .damaged {
      report.isDamaged = true
      add("pages", .wrong, problem.detail, remedy: Self.repair)
    } else {
      add("file", .wrong, problem.sentence)
    }
  }

  // MARK: The disk

  private mutating func checkModes() {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    if status.st_mode & 0o077 != 0 {
      add("modes", .wrong, "others may read the file", remedy: Self.repair)
    } else if OpenPath.isReadOnly(path) {
      add("modes", .advice, "the file or its folder cannot be written", remedy: "chmod u+w")
    } else {
      add("modes", .fine, "yours alone")
    }
  }

  /// A backup and an update of the shape each need as much room again.
  private mutating func checkSpace() {
    var disk = statvfs()
    guard statvfs(path, &disk) == 0 else { return }
    let (free, size) = (Int(disk.f_bavail) * Int(disk.f_frsize), fileSize(path))
    let detail = "\(Self.megabytes(free)) free, the book has \(Self.megabytes(size))"
    if free < 2 * size + 10_000_000 {
      add("space", .wrong, detail, remedy: "free some space")
    } else {
      add("space", .fine, detail)
    }
  }

  private mutating func checkLog() {
    let size = fileSize(path + "-wal")
    if size > 64 << 20 {
      add("log", .advice, "\(Self.megabytes(size)) not yet in the file", remedy: Self.repair)
    } else {
      add("log", .fine, Self.megabytes(size))
    }
  }

  private mutating func checkBackups() {
    if let newest = CRMStore.newestGoodBackup(of: path) {
      add("backups", .fine, "\(CRMStore.backups(of: path).count), the newest whole one of \(newest.day.iso)")
    } else {
      add("backups", .advice, "there is no whole one", remedy: "crm backup")
    }
  }

  private func fileSize(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func megabytes(_ bytes: Int) -> String {
    bytes < 10_000_000 ? "\(bytes / 1000) kB" : "\(bytes / 1_000_000) MB"
  }

  // MARK: The file

  /// False if the rest would look at tables that are not there.
  private mutating func checkShape(_ file: DatabaseQueue) throws -> Bool {
    let migrator = Migrations.migrator
    let (isCurrent, isNewer, last) = try file.read { db in
      (
        try migrator.hasCompletedMigrations(db), try migrator.hasBeenSuperseded(db),
        try migrator.completedMigrations(db).last
      )
    }
    let shape = last.map { String($0.prefix(3)) } ?? "none"
    if isNewer { add("shape", .wrong, "newer than this program", remedy: "update the program") }
    if !isCurrent { add("shape", .advice, "\(shape), older than this program", remedy: "crm updates it") }
    if isCurrent, !isNewer { add("shape", .fine, shape) }
    return isCurrent && !isNewer
  }

  private mutating func checkPages(_ file: DatabaseQueue) throws -> Bool {
    let mistakes = try file.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(20)") }
    guard mistakes == ["ok"] else {
      report.isDamaged = true
      let more = mistakes.count > 1 ? " and \(mistakes.count - 1) more" : ""
      add("pages", .wrong, (mistakes.first ?? "").replacing("\n", with: " ") + more, remedy: Self.repair)
      return false
    }
    add("pages", .fine, "\(try file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }), all sound")
    return true
  }

  private mutating func checkRows(_ file: DatabaseQueue) throws {
    let loose = try file.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    if let first = loose.first {
      report.isDamaged = true
      add("references", .wrong, "\(loose.count) lead nowhere, first in \(first[0] as String)", remedy: Self.repair)
    } else {
      add("references", .fine, "all lead to a record")
    }
    let journal = try file.read { try Self.journalMistakes($0) }
    if journal == 0 {
      add("journal", .fine, "every change belongs to an operation")
    } else {
      add("journal", .wrong, "\(journal) entries cannot be undone", remedy: "the records are not affected")
    }
    try checkText(file)
  }

  /// Lines that name no kind or action, have no JSON, or an operation that is undone by none.
  private static func journalMistakes(_ db: Database) throws -> Int {
    let kinds = EntityKind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ",")
    return try Int.fetchOne(
      db,
      sql: """
        SELECT (SELECT count(*) FROM change WHERE kind NOT IN (\(kinds))
            OR action NOT IN ('insert', 'update', 'delete') OR last_record < record
            OR (fields IS NOT NULL AND NOT json_valid(fields)))
          + (SELECT count(*) FROM operation WHERE verb NOT IN ('change', 'undo', 'redo')
            OR (undone_by IS NOT NULL AND undone_by <= id))
        """) ?? 0
  }

  private mutating func checkText(_ file: DatabaseQueue) throws {
    var stale: [String] = []
    for kind in EntityKind.allCases {
      let rows = try file.read { try TextIndex.staleRows(kind, in: $0).count }
      if rows > 0 { stale.append("\(rows) \(kind.plural)") }
      guard rows == 0, kind.isIndexedForSearch else { continue }
      if try !file.read({ try TextIndex.agrees(kind, in: $0) }) { stale.append(kind.plural) }
    }
    report.isIndexStale = !stale.isEmpty
    if stale.isEmpty {
      add("text index", .fine, "agrees with every row")
    } else {
      add("text index", .wrong, "not that of the rows: \(stale.joined(separator: ", "))", remedy: Self.repair)
    }
  }
}
