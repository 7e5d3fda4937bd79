import ArgumentParser
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the book to a file, while it is in use or not.",
    discussion: """
      Without FILE the copy goes into the folder backups beside the book, where the program itself puts one a day. The
      copies of seven days and of four weeks before are kept there. A copy is checked before it gets its name.

        crm backup
        crm backup /mnt/usb/crm.sqlite
        crm backup --list
      """.reflowed)

  @Argument(help: "The file to write; one that is there is replaced.", completion: .file()) var file: String?
  @Flag(help: "Print what copies there are, the newest first.") var list = false
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if list, file != nil { throw ValidationError("--list takes no file.") }
  }

  func run() throws {
    if list { return try BackupsCommand.print(database.path) }
    let store = try CRMStore(path: database.existing())
    let target = try file.map(FilePath.expanded) ?? store.backup()
    if file != nil {
      guard !Self.isSame(target, store.path) else {
        throw CommandProblem("crm: \(TextWidth.sanitised(target)) is the book itself. Name another file.")
      }
      try store.backup(to: target)
    }
    try Output.print { try $0.line("Wrote \(TextWidth.sanitised(target))") }
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    let paths = [one, other].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    return paths[0] == paths[1]
  }
}

struct BackupsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backups", abstract: "Print what copies of the book there are, the newest first.",
    discussion: """
        crm backups
        crm restore latest
      """.reflowed)

  @OptionGroup var database: DatabaseOption

  func run() throws { try Self.print(database.path) }

  static func print(_ path: String) throws {
    let backups = CRMStore.backups(of: path)
    guard !backups.isEmpty else {
      return Output.complain("There are no copies of \(TextWidth.sanitised(path)) yet: `crm backup` makes one.")
    }
    let calendar = LocalCalendar(.current)
    try Output.print { output in
      for backup in backups {
        let size = TextWidth.padded("\(max(1, backup.size / 1000)) kB", to: 12, align: .right)
        let time = DateText.full(backup.writtenAt, calendar: calendar)
        try output.line("\(time)  \(size)  \(TextWidth.sanitised(backup.path))")
      }
    }
  }
}

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a copy in the place of the book; the book is kept.",
    discussion: """
      The copy is checked first. The book that was there gets the name FILE.before-restore-DATE, so that it can be put
      back in the same way. No other program may have the book open.

        crm restore latest
        crm restore ~/.local/share/mycrm/backups/crm-2026-11-21.sqlite
      """.reflowed)

  @Argument(help: "The copy, or latest for the newest one that is whole.", completion: .file()) var file: String
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let path = database.path
    let backup = try file == "latest" ? Self.latest(of: path) : FilePath.expanded(file)
    let kept = try CRMStore.restore(path, from: backup, now: CRMStore.systemClock())
    try Output.print { output in
      try output.line("Restored \(TextWidth.sanitised(backup))")
      if let kept { try output.line("The book that was there is now \(TextWidth.sanitised(kept))") }
    }
  }

  private static func latest(of path: String) throws -> String {
    if let backup = CRMStore.newestGoodBackup(of: path) { return backup.path }
    throw CommandProblem("crm: there is no whole copy of \(TextWidth.sanitised(path)). Name the file of another one.")
  }
}
