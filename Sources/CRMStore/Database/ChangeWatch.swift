import Foundation
import GRDB
import Synchronization

/// Hears when the log beside the book is written, by whichever program.
final class ChangeWatch: Sendable {
  /// Readable when something was written; never blocks. -1 where the system has no watch left.
  let descriptor: Int32
  private let log: String
  /// Negative while nothing is listened to.
  private let watch = Mutex<Int32>(-1)

  init(path: String) {
    log = path + "-wal"
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    resume()
  }

  func resume() {
    watch.withLock { if $0 < 0, descriptor >= 0 { $0 = inotify_add_watch(descriptor, log, UInt32(IN_MODIFY)) } }
  }

  func pause() {
    watch.withLock {
      if $0 >= 0 { inotify_rm_watch(descriptor, $0) }
      $0 = -1
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Takes in what there is to hear; false if that was nothing.
  func drain() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var heard = false
    while descriptor >= 0, read(descriptor, &bytes, bytes.count) > 0 { heard = true }
    return heard
  }
}

/// How much of the journal this program knows.
struct JournalMark {
  /// The highest id of the change table that was looked at; nil before the first look.
  var lastChange: Int64?
  /// What this program wrote itself. A few thousand numbers in a long day.
  var own: Set<Int64> = []
}

extension CRMStore {
  /// Readable when this or another program has written the book, until `hearsChanges` or `changedElsewhere` is called.
  /// For `poll`: nothing wakes up while nothing is written. The first call begins the watch.
  package var changeDescriptor: Int32 {
    let watch = startWatching()
    return watch.descriptor
  }

  /// Nobody is woken by what is written until `resumeHearing`: long work of this program writes many times a second.
  /// `changedElsewhere` still tells what others wrote.
  package func pauseHearing() { startWatching().pause() }
  package func resumeHearing() { startWatching().resume() }

  /// True if something was written since the last call, perhaps by this program. Does not touch the file.
  package func hearsChanges() -> Bool { startWatching().drain() }

  /// The kinds that other programs wrote since the last call, or nil if they wrote none.
  ///
  /// The journal tells: what is in it beyond the last look, and was not written here. (SQLite's own counter of others'
  /// commits, `data_version`, belongs to the one connection that writes, and asking it would wait for an import.)
  package func changedElsewhere() throws(StoreProblem) -> ChangeSet? {
    _ = startWatching().drain()
    let mark = journal.withLock { $0 }
    let (last, changes) = try read { try $0.changes(after: mark) }
    journal.withLock { $0.lastChange = max(last, $0.lastChange ?? last) }
    // What this program committed between its look at the journal and now was announced already.
    return changes.kinds.isEmpty ? nil : changes
  }

  private func startWatching() -> ChangeWatch {
    let existing = watch.withLock { $0 }
    if let existing { return existing }
    let new = ChangeWatch(path: path)
    let used = watch.withLock { watch in
      let used = watch ?? new
      watch = used
      return used
    }
    if journal.withLock({ $0.lastChange == nil }) { rememberJournal() }
    return used
  }

  /// What cannot be read now is looked at with the first change.
  private func rememberJournal() {
    do {
      let last = try read { try Int64.fetchOne($0.db, sql: "SELECT max(id) FROM change") ?? 0 }
      journal.withLock { $0.lastChange = $0.lastChange ?? last }
    } catch { return }
  }

  func noteOwn(_ operation: Int64?) {
    if let operation { journal.withLock { _ = $0.own.insert(operation) } }
  }
}

extension StoreReader {
  /// The highest id of the change table, and what other programs wrote beyond the mark.
  fileprivate func changes(after mark: JournalMark) throws -> (Int64, ChangeSet) {
    let after = mark.lastChange ?? 0
    let last = try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(id) FROM change")) ?? 0
    var changes = ChangeSet()
    guard last > after else { return (last, changes) }
    let statement = try db.cachedStatement(sql: "SELECT DISTINCT operation, kind FROM change WHERE id > ?")
    for row in try Row.fetchAll(statement, arguments: [after]) where !mark.own.contains(row[0]) {
      changes.kinds.insert(row[1])
      changes.operation = row[0]
    }
    return (last, changes)
  }
}
