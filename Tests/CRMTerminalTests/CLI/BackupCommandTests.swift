import Foundation
import Testing

@testable import CRMDomain

@Suite struct BackupCommandTests {
  private let program: Program

  init() throws {
    program = try Program()
    let text = (1...400).map { "Ada,Lovelace \($0),ada\($0)@x.example\n" }.joined()
    try program.run("import", "leads", try program.file("expo.csv", "first_name,last_name,email\n" + text))
  }

  private var book: String { program.folder + "/data/mycrm/crm.sqlite" }

  private func leads() throws -> Int { try program.run("leads", "--ids").lines.count }

  private func overwrite(_ pages: Range<UInt64>) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: book))
    for page in pages {
      try file.seek(toOffset: page * 4096)
      try file.write(contentsOf: Data(repeating: 0xAB, count: 4096))
    }
    try file.close()
  }

  @Test func aBackupIsMadeListedAndRestored() throws {
    let made = try program.run("backup")
    #expect(made.status == 0 && made.output.hasPrefix("Wrote \(program.folder)/data/mycrm/backups/crm-"))
    #expect(try program.run("backups").lines.count == 1)
    #expect(try program.run("backup", "--list").output == program.run("backups").output)
    try program.run("undo")
    #expect(try leads() == 0)
    let restored = try program.run("restore", "latest")
    #expect(restored.status == 0 && restored.lines.count == 2)
    #expect(try leads() == 400)
  }

  @Test func aBackupGoesToAnyFile() throws {
    #expect(try program.run("backup", "copy.sqlite").status == 0)
    #expect(try program.run("leads", "--ids", "--db", "copy.sqlite").lines.count == 400)
    #expect(try program.run("restore", "copy.sqlite", "--db", "other.sqlite").lines == ["Restored copy.sqlite"])
    #expect(try program.run("leads", "--ids", "--db", "other.sqlite").lines.count == 400)
  }

  @Test func whatCannotBeDoneIsSaid() throws {
    for (arguments, words) in [
      (["backup", book], "is the book itself"), (["backup", "no/such/copy.sqlite"], "Cannot open"),
      (["restore", "latest"], "no whole copy"), (["restore", "expo.csv"], "not a MyCRM database"),
      (["restore", "nothing.sqlite"], "Cannot open"), (["doctor", "--db", "nothing.sqlite"], "no book at"),
    ] {
      let answer = try program.run(arguments)
      #expect(answer.status == 1 && answer.complaint.contains(words), "\(arguments): \(answer.complaint)")
      #expect(answer.output.isEmpty)
    }
    #expect(try program.run("backup", "x.sqlite", "--list").status == 64)
    #expect(try program.run("backups").complaint.contains("no copies"))
    #expect(try leads() == 400)
  }

  @Test func theDoctorFindsAndRepairs() throws {
    let well = try program.run("doctor")
    #expect(well.status == 0 && !well.output.contains("WRONG"))
    let size = try FileManager.default.attributesOfItem(atPath: book)[.size] as? Int
    let middle = UInt64(try #require(size) / 4096 / 2)
    try overwrite(middle..<middle + 4)
    let ill = try program.run("doctor")
    #expect(ill.status == 1 && ill.output.contains("WRONG"), "\(ill.output)")
    let repaired = try program.run("doctor", "--repair")
    #expect(repaired.status == 0 && repaired.output.contains("The damaged file is kept"), "\(repaired.output)")
    #expect(try program.run("doctor").status == 0)
    #expect(try leads() > 300)
  }

  @Test func aBookWithoutABeginningSaysWhatToDo() throws {
    try overwrite(0..<1)
    let answer = try program.run("leads")
    #expect(answer.status == 1 && answer.complaint.contains("crm doctor --repair"), "\(answer.complaint)")
    #expect(try program.run("doctor", "--repair").status == 0)
    #expect(try leads() == 400)
  }
}
