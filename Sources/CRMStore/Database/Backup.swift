import CRMDomain
import Foundation
import GRDB

/// A copy of a book, one file without a log beside it.
package struct Backup: Hashable, Sendable {
  package let path: String
  package let day: Day
  package let writtenAt: Instant
  /// In bytes.
  package let size: Int
}

extension CRMStore {
  /// Writes the book as it is now to `target`. What was there is replaced only once the copy is whole, checked and on
  /// the disk; both programs and threads may go on writing meanwhile.
  package func backup(to target: String) throws(StoreProblem) {
    do { try BackupWriter(target: target).write(from: pool) } catch { throw StoreProblem(error, path: target) }
  }

  /// Writes a copy into the book's folder of backups, and prunes the old ones there. Answers its path.
  @discardableResult
  package func backup() throws(StoreProblem) -> String {
    let time = LocalCalendar(.current).time(of: now)
    let folder = BackupFolder(book: path)
    let label = "\(10_000 + time.hour * 100 + time.minute)".dropFirst()
    let target = folder.file(time.day, String(label), ifTaken: now.microseconds)
    try folder.make()
    try backup(to: target)
    folder.prune()
    return target
  }

  /// Writes today's copy unless there is one, or nothing to keep. Answers its path if it was written.
  @discardableResult
  package func backupOfTheDay() throws(StoreProblem) -> String? {
    let folder = BackupFolder(book: path)
    let target = folder.file(LocalCalendar(.current).day(of: now))
    guard !FileManager.default.fileExists(atPath: target), try !read({ try $0.isEmpty() }) else { return nil }
    try folder.make()
    try backup(to: target)
    folder.prune()
    return target
  }

  /// The copies in the folder of backups, newest first.
  package static func backups(of path: String) -> [Backup] { BackupFolder(book: path).backups }
}

/// Where a book's copies are kept: `backups/NAME-2026-11-22.sqlite` beside it.
struct BackupFolder {
  let path: String
  private let name: String

  init(book: String) {
    let book = book as NSString
    let folder = book.deletingLastPathComponent
    path = (folder.isEmpty ? "." : folder) + "/backups"
    name = (book.lastPathComponent as NSString).deletingPathExtension
  }

  func file(_ day: Day, _ label: String? = nil) -> String {
    "\(path)/\(name)-\(day.iso)\(label.map { "-" + $0 } ?? "").sqlite"
  }

  /// The second copy of a minute gets a name of its own.
  func file(_ day: Day, _ label: String, ifTaken other: Int64) -> String {
    let file = file(day, label)
    return FileManager.default.fileExists(atPath: file) ? self.file(day, "\(label)-\(other % 60_000_000)") : file
  }

  func make() throws(StoreProblem) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreProblem(.cannotOpen, path: path, detail: "the folder cannot be made")
    }
  }

  var backups: [Backup] {
    names.compactMap(backup).sorted { ($0.day, $0.writtenAt) > ($1.day, $1.writtenAt) }
  }

  /// None where there is no folder.
  private var names: [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch { return [] }
  }

  private func backup(_ file: String) -> Backup? {
    guard file.hasPrefix(name + "-"), file.hasSuffix(".sqlite"),
      let day = Day(iso: String(file.dropFirst(name.count + 1).prefix(10)))
    else { return nil }
    var status = stat()
    guard stat(path + "/" + file, &status) == 0 else { return nil }
    let written = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
    let at = Instant(microseconds: written)
    return Backup(path: path + "/" + file, day: day, writtenAt: at, size: Int(status.st_size))
  }

  /// Removes what is too old, and what a program that was killed left behind. What cannot be removed stays.
  func prune() {
    for backup in BackupFolder.tooOld(backups) { unlink(backup.path) }
    for file in names where file.hasPrefix(name + "-") {
      guard let mark = file.range(of: BackupWriter.mark), let owner = Int32(file[mark.upperBound...]),
        kill(owner, 0) != 0, errno == ESRCH
      else { continue }
      unlink(path + "/" + file)
    }
  }

  /// Those outside of the last seven days that have any, and not the last of one of the four weeks before that have any.
  static func tooOld(_ backups: [Backup]) -> [Backup] {
    let newestFirst = backups.sorted { ($0.day, $0.writtenAt) > ($1.day, $1.writtenAt) }
    var days: Set<Day> = []
    var weeks: Set<Int> = []
    return newestFirst.filter { backup in
      if days.count < 7 || days.contains(backup.day) {
        days.insert(backup.day)
        return false
      }
      // Weeks begin on Monday; day 0 was a Thursday.
      let week = Int(((Double(backup.day.daysSince1970) + 3) / 7).rounded(.down))
      return weeks.count == 4 || !weeks.insert(week).inserted
    }
  }
}

/// Writes one copy beside its place, checks it, and puts it there.
struct BackupWriter {
  /// Before the number of the process in the name of a copy that is not finished.
  static let mark = ".partial-"

  let target: String

  func write(from source: some DatabaseReader) throws {
    let partial = "\(target)\(BackupWriter.mark)\(getpid())"
    unlink(partial)
    defer { unlink(partial) }
    try BackupWriter.makeFile(partial)
    try copy(source, to: partial)
    try BackupWriter.put(partial, at: target)
  }

  private func copy(_ source: some DatabaseReader, to partial: String) throws {
    let copy = try DatabaseQueue(path: partial, configuration: CRMStore.bareConfiguration)
    // The file is nobody's until it has its name, so that nothing need be flushed on the way.
    try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF") }
    try source.backup(to: copy, pagesPerStep: 1000)
    try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try BackupWriter.check(copy, path: partial)
    try copy.close()
  }

  /// - Throws: `StoreProblem` if a page is damaged or an index is not that of its table.
  static func check(_ file: some DatabaseReader, path: String) throws {
    let mistakes = try file.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(3)") }
    guard mistakes == ["ok"] else { throw StoreProblem(.damaged, path: path, detail: mistakes.first ?? "") }
  }

  /// An empty file of the owner's alone. A link that somebody put there is not followed.
  static func makeFile(_ path: String) throws(StoreProblem) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw StoreProblem(.cannotOpen, path: path, detail: String(cString: strerror(errno))) }
    close(file)
  }

  /// Renames `file` once its bytes are on the disk, and sees to it that the new name is there too.
  static func put(_ file: String, at target: String) throws(StoreProblem) {
    try flush(file)
    guard rename(file, target) == 0 else {
      throw StoreProblem(.cannotOpen, path: target, detail: String(cString: strerror(errno)))
    }
    let folder = (target as NSString).deletingLastPathComponent
    try flush(folder.isEmpty ? "." : folder)
  }

  private static func flush(_ path: String) throws(StoreProblem) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, fsync(file) == 0 else {
      throw StoreProblem(errno == ENOSPC ? .full : .disk, path: path, detail: String(cString: strerror(errno)))
    }
  }
}
