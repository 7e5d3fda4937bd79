import CRMDomain
import Foundation
import GRDB

extension CRMStore {
  /// The newest copy in the folder of backups that is whole, or nil.
  package static func newestGoodBackup(of path: String) -> Backup? {
    backups(of: path).first { backup in
      do {
        try checkBackup(backup.path)
        return true
      } catch { return false }
    }
  }

  /// - Throws: `StoreProblem` if the file is not a whole book that this program can read.
  package static func checkBackup(_ path: String) throws(StoreProblem) {
    do {
      let file = try DatabaseQueue(path: OpenPath.readOnly(path), configuration: bareConfiguration(isReadOnly: true))
      let (id, isNewer) = try file.read { db in
        (try Int.fetchOne(db, sql: "PRAGMA application_id"), try Migrations.migrator.hasBeenSuperseded(db))
      }
      guard id == DatabaseFile.applicationID else { throw StoreProblem(.notOurs, path: path) }
      if isNewer { throw StoreProblem(.newerShape, path: path) }
      try BackupWriter.check(file, path: path)
    } catch {
      throw StoreProblem(error, path: path)
    }
  }

  /// Puts a copy of `backup` in the place of the book. The book that was there is kept; its new path is answered, or nil
  /// if there was none.
  /// - Throws: `StoreProblem`, with the book as it was, if the backup is not whole or a program has the book open.
  @discardableResult
  package static func restore(_ path: String, from backup: String, now: Instant) throws(StoreProblem) -> String? {
    try checkBackup(backup)
    do {
      try refuseIfOpen(path)
      return try Swap(path: path, now: now, label: "before-restore").put { target in
        let file = try DatabaseQueue(
          path: OpenPath.readOnly(backup), configuration: bareConfiguration(isReadOnly: true))
        try BackupWriter(target: target).write(from: file)
      }
    } catch {
      throw StoreProblem(error, path: path)
    }
  }

  /// - Throws: `StoreProblem` if another program has the book open. SQLite's lock says so: every connection to a file with
  ///   a log shares it as long as it is open (SQLite's os_unix.c: 510 bytes from 2^30 + 2 on).
  static func refuseIfOpen(_ path: String) throws(StoreProblem) {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 0x4000_0002
    lock.l_len = 510
    guard fcntl(file, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return }
    throw StoreProblem(.inUse, path: path, detail: "process \(lock.l_pid)")
  }
}

/// Puts a new file in the place of a book, and the book aside.
struct Swap {
  let path: String
  let now: Instant
  let label: String

  /// - Parameter write: makes the new file at the path it is given.
  func put(_ write: (String) throws -> Void) throws -> String? {
    let new = "\(path).new-\(getpid())"
    unlink(new)
    defer { unlink(new) }
    try write(new)
    let kept = try putAside()
    try BackupWriter.put(new, at: path)
    return kept
  }

  /// The log goes with its book: SQLite would play it into the file that comes in its place.
  private func putAside() throws(StoreProblem) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    foldLog()
    let kept = keptPath
    for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
      guard rename(path + suffix, kept + suffix) == 0 else { throw problem }
    }
    // A second name first, so that the book has one at every moment.
    guard link(path, kept) == 0 || rename(path, kept) == 0 else { throw problem }
    return kept
  }

  private var problem: StoreProblem {
    StoreProblem(.cannotOpen, path: path, detail: String(cString: strerror(errno)))
  }

  /// Where the file is damaged that cannot be done, and the log is kept as it is.
  private func foldLog() {
    do {
      let file = try DatabaseQueue(path: path, configuration: CRMStore.bareConfiguration)
      try file.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      try file.close()
    } catch { return }
  }

  private var keptPath: String {
    let time = LocalCalendar(.current).time(of: now)
    let (hour, minute) = (String(time.hour + 100).dropFirst(), String(time.minute + 100).dropFirst())
    let first = "\(path).\(label)-\(time.day.iso)-\(hour)\(minute)"
    guard FileManager.default.fileExists(atPath: first) else { return first }
    return "\(first)-\(now.microseconds % 60_000_000)"
  }
}
