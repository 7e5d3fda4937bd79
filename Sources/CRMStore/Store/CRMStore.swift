import CRMDomain
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// What a commit survives once the call that made it has returned.
package enum Survival: Sendable {
  case powerFailure
  /// The end of the program, however it comes. A power failure may take back the last commits, whole, until `flush`.
  case kill
}

/// The rep's book: one SQLite file, read from any thread, written by one at a time.
///
/// Reads answer values; writes go through `transact`, which journals every change with its inverse in the same
/// transaction. Nothing outside this module sees SQL.
package final class CRMStore: Sendable {
  package let path: String
  let pool: DatabasePool
  let lists = ListIndex()
  let columns = ListColumns()
  private let observers = Mutex<[Int: @Sendable (ChangeSet) -> Void]>([:])
  private let clock: @Sendable () -> Instant
  let textLimits: TextIndexLimits
  let watch = Mutex<ChangeWatch?>(nil)
  let journal = Mutex(JournalMark())
  /// True if the file or its folder may not be written: everything can be read, and saving says why not.
  package let isReadOnly: Bool

  /// Opens the file, making it and bringing its shape up to date as needed.
  /// - Throws: `StoreProblem` with a sentence for the rep.
  package init(
    path: String, textLimits: TextIndexLimits = TextIndexLimits(),
    clock: @escaping @Sendable () -> Instant = CRMStore.systemClock,
  ) throws(StoreProblem) {
    self.path = path
    self.textLimits = textLimits
    self.clock = clock
    do {
      try CRMStore.makeFolder(of: path)
      try DatabaseFile(path: path).prepare()
      isReadOnly = OpenPath.isReadOnly(path)
      pool = try DatabasePool(
        path: isReadOnly ? OpenPath.readOnly(path) : path, configuration: CRMStore.configuration(isReadOnly: isReadOnly)
      )
      // A pool chooses NORMAL, with which a power failure may take back what the rep was told is saved.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try checkAndMigrate()
    } catch {
      throw StoreProblem(error, path: path)
    }
  }

  package static let systemClock: @Sendable () -> Instant = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  package var now: Instant { clock() }

  // MARK: Changes

  /// Calls `body` after each commit of this store, on the thread that wrote. Returns a number for `stopObserving`.
  @discardableResult
  package func observe(_ body: @escaping @Sendable (ChangeSet) -> Void) -> Int {
    observers.withLock { observers in
      let number = (observers.keys.max() ?? 0) + 1
      observers[number] = body
      return number
    }
  }

  package func stopObserving(_ number: Int) { observers.withLock { $0[number] = nil } }

  func announce(_ changes: ChangeSet) {
    noteOwn(changes.operation)
    guard !changes.kinds.isEmpty else { return }
    for body in observers.withLock({ Array($0.values) }) { body(changes) }
  }

  // MARK: Reading and writing

  /// Runs `body` on a snapshot of the file.
  package func read<Value>(_ body: (StoreReader) throws -> Value) throws(StoreProblem) -> Value {
    do { return try pool.read { try body(StoreReader(db: $0)) } } catch { throw StoreProblem(error, path: path) }
  }

  /// Runs `body`, then commits everything it did as one operation called `title`, or nothing if it throws. When the call
  /// returns, the change is on the disk.
  ///
  /// Work too long for one transaction goes on in further ones that name the `operation` of the first.
  @discardableResult
  package func transact<Value>(
    _ title: String, origin: Origin = .user, continuing operation: Int64? = nil, surviving: Survival = .powerFailure,
    _ body: (StoreWriter) throws -> Value,
  ) throws(StoreProblem) -> Value {
    do {
      let (value, changes) = try write(surviving) { db in
        let writer = StoreWriter(
          db: db, title: title, origin: origin, verb: .change, now: clock(), continuing: operation,
          leaving: textLimits.rest(isLong: operation != nil))
        let value = try body(writer)
        try writer.finish()
        return (value, writer.changes)
      }
      announce(changes)
      return value
    } catch {
      throw StoreProblem(error, path: path)
    }
  }

  private func write<Value>(_ survival: Survival, _ body: (Database) throws -> Value) throws -> Value {
    guard survival == .kill else { return try pool.write(body) }
    return try pool.writeWithoutTransaction { db in
      sqlite3_exec(db.sqliteConnection, "PRAGMA synchronous = NORMAL", nil, nil, nil)
      defer { sqlite3_exec(db.sqliteConnection, "PRAGMA synchronous = FULL", nil, nil, nil) }
      return try Self.inTransaction(db, body)
    }
  }

  private static func inTransaction<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
    var value: Value?
    try db.inTransaction {
      value = try body(db)
      return .commit
    }
    guard let value else { preconditionFailure("a transaction ended without its value") }
    return value
  }

  /// Puts the commits that survive no power failure yet on the disk. Their log is flushed with the next commit that does,
  /// so one is made that changes nothing.
  package func flush() throws(StoreProblem) {
    do {
      try pool.writeWithoutTransaction { db in
        let number = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        try db.execute(sql: "PRAGMA user_version = \(number)")
      }
    } catch { throw StoreProblem(error, path: path) }
  }

  /// Puts what a long operation left out of the text index into it. Nothing is lost without: searches look at such rows.
  package func settleTextIndex() throws(StoreProblem) {
    do {
      try pool.write { db in
        for kind in EntityKind.allCases where kind.isIndexedForSearch {
          var state = try TextIndexState(kind, in: db)
          try TextIndex.settle(kind, &state, leaving: textLimits.rest(isLong: false), in: db)
          try state.save(kind, in: db)
        }
      }
    } catch { throw StoreProblem(error, path: path) }
  }

  // MARK: Opening

  private static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = bareConfiguration(isReadOnly: isReadOnly)
    configuration.foreignKeysEnabled = true
    // The main thread, and each of the worker's.
    configuration.maximumReaderCount = 6
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;
          """)
    }
    return configuration
  }

  /// What every connection to a file of ours needs.
  static func bareConfiguration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA page_size = \(DatabaseFile.pageSize); PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
          """)
      try FoldedCollation.install(in: db)
      QueryFunctions.install(in: db)
      try PackedTable.install(in: db)
    }
    return configuration
  }

  static var bareConfiguration: Configuration { bareConfiguration(isReadOnly: false) }

  private func checkAndMigrate() throws {
    let migrator = Migrations.migrator
    let (isNew, isCurrent, isNewer) = try pool.read { db in
      let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard id == DatabaseFile.applicationID || tables == 0 else { throw StoreProblem(.notOurs, path: path) }
      return (tables == 0, try migrator.hasCompletedMigrations(db), try migrator.hasBeenSuperseded(db))
    }
    if isNewer { throw StoreProblem(.newerShape, path: path) }
    guard !isCurrent else { return }
    if isReadOnly { throw StoreProblem(.readOnly, path: path) }
    if !isNew { try backupBeforeMigration(migrator) }
    try pool.write { try $0.execute(sql: "PRAGMA application_id = \(DatabaseFile.applicationID)") }
    try Migrations.run(on: pool)
  }

  /// A book whose first shape was not finished when the program was killed has nothing to keep yet.
  private func backupBeforeMigration(_ migrator: DatabaseMigrator) throws {
    guard let shape = try pool.read({ try migrator.completedMigrations($0).last }) else { return }
    let folder = BackupFolder(book: path)
    try folder.make()
    let target = folder.file(LocalCalendar(.current).day(of: now), "shape-\(shape.prefix(3))")
    guard !FileManager.default.fileExists(atPath: target) else { return }
    try backup(to: target)
  }

  private static func makeFolder(of path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    guard !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) else { return }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
}
