import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore

/// Imports that stop and go on, and what is remembered of them.
@Suite struct ImportRunTests {
  /// Rows with mistakes and duplicates in them, enough for many pieces.
  private static func rows(_ count: Int) -> String {
    let lines = (0..<count).map { number in
      switch number % 10 {
      case 3: "Row \(number),bad \(number),red"
      case 7: "Row \(number),r\(number - 5)@x.example,blue"
      default: "Row \(number),r\(number)@x.example,green"
      }
    }
    return "last_name,email,Hat\n" + lines.joined(separator: "\n") + "\n"
  }

  @Test func aPausedImportGoesOnWhereItStopped() throws {
    let desk = try ImportDesk()
    let whole = try desk.other("whole.db")
    let text = Self.rows(600)
    var plain = try desk.job(text, in: whole) { $0.updates(by: .email) }
    plain.pieceSize = 500
    let expected = try plain.apply(rejects: .file(desk.folder.file("whole.csv")))
    var job = try desk.job(text) { $0.updates(by: .email) }
    job.pieceSize = 700
    var outcome = try job.apply { _ in .pause }
    var parts = 1
    while outcome.isPaused {
      let run = try #require(outcome.run)
      #expect(try desk.store.read { try $0.unfinishedImports() }.map(\.id) == [run])
      var next = try ImportJob(store: desk.store, resuming: run)
      next.pieceSize = 900
      outcome = try next.apply { _ in .pause }
      parts += 1
    }
    #expect(parts > 10)
    #expect(outcome.report.counts == expected.report.counts)
    #expect(try desk.store.dump() == whole.dump())
    #expect(try desk.text(of: "expo.rejected.csv") == desk.text(of: "whole.csv"))
    #expect(try desk.store.read { try $0.history(limit: 9) }.count == 2, "one operation, beside the book's beginning")
    #expect(try desk.store.read { try $0.imports() }.map(\.state) == [.done])
  }

  /// Killed at any moment and gone on, it ends as if nothing had been.
  @Test(.timeLimit(.minutes(10))) func killsLoseNothingAndDoubleNothing() throws {
    let desk = try ImportDesk()
    var random = TestRandom()
    let path = try desk.file(Self.rows(1500))
    let expected = try Hammer(["import", desk.folder.file("whole.db"), path]).lines()
    let whole = try CRMStore(path: desk.folder.file("whole.db")).dump()
    let rejected = try desk.text(of: "expo.rejected.csv")
    var (kills, round) = (0, 0)
    while kills < 50, round < 60 {
      round += 1
      let book = desk.folder.file("\(round).db")
      for name in ["expo.rejected.csv", "expo.rejected-2.csv"]
      where FileManager.default.fileExists(atPath: desk.folder.file(name)) {
        try FileManager.default.removeItem(atPath: desk.folder.file(name))
      }
      var lines: [String] = []
      repeat {
        let hammer = try Hammer(["import", book, path])
        usleep(UInt32(random.int(40_000...500_000)))
        kill(hammer.process.processIdentifier, SIGKILL)
        lines = hammer.lines()
        if lines.last?.hasPrefix("done") != true { kills += 1 }
        #expect(lines.allSatisfy { Int($0) != nil || $0.hasPrefix("done") }, "\(lines)")
        // It may be killed between its last commit and telling so.
        if try CRMStore(path: book).read({ try $0.imports() }).last?.state == .done { break }
      } while true
      #expect(lines.last?.hasPrefix("done") != true || lines.last == expected.last)
      let store = try CRMStore(path: book)
      #expect(try store.problems() == [], "round \(round)")
      #expect(try store.dump() == whole, "round \(round)")
      #expect(try desk.text(of: "expo.rejected.csv") == rejected, "round \(round)")
      #expect(try store.read { try $0.imports() }.last?.state == .done)
    }
  }

  @Test func aFileThatChangedMeanwhileDoesNotGoOn() throws {
    let desk = try ImportDesk()
    var job = try desk.job(Self.rows(200))
    job.pieceSize = 1000
    let run = try #require(try job.apply { _ in .pause }.run)
    _ = try desk.file(Self.rows(201))
    let problem = #expect(throws: ImportProblem.self) { try ImportJob(store: desk.store, resuming: run) }
    #expect(problem?.sentence.contains("was changed since import \(run) began") == true)
    let before = try desk.store.read { try $0.count(.lead) }
    #expect(before > 0)
    _ = try desk.store.revertImport(run)
    #expect(try desk.store.read { try $0.count(.lead) } == 0)
  }

  @Test func aFileThatChangesWhileItIsReadLeavesNothing() throws {
    let desk = try ImportDesk()
    let before = try desk.store.dump()
    var job = try desk.job(Self.rows(200))
    job.pieceSize = 1000
    let problem = #expect(throws: ImportProblem.self) {
      try job.apply { _ in
        do { _ = try desk.file(Self.rows(10)) } catch { Issue.record(error) }
        return .goOn
      }
    }
    #expect(problem?.sentence == "expo.csv was changed while it was read. Nothing was imported; import it again.")
    #expect(try desk.store.dump() == before)
    #expect(try desk.store.read { try $0.imports() }.map(\.state) == [.failed])
  }

  @Test func allOrNothingWritesNothingWhereARowIsBad() throws {
    let desk = try ImportDesk()
    let before = try desk.store.dump()
    let outcome = try desk.job(Self.rows(20)) { $0.policy = .allOrNothing }.apply()
    #expect(outcome.isRefused && outcome.report.errors == 2 && outcome.operation == nil)
    #expect(outcome.sentence == "expo.csv: 2 rows have mistakes, so nothing was imported")
    #expect(try desk.store.dump() == before && desk.text(of: "expo.rejected.csv").contains("bad 13"))
    let good = try desk.job("last_name\nA\nB\n") { $0.policy = .allOrNothing }.apply()
    #expect(good.report.created == 2 && !good.isRefused)
  }

  // MARK: History

  @Test func anImportIsTakenBackWholeButForWhatWasEditedSince() throws {
    let desk = try ImportDesk()
    try desk.load("last_name,email,phone\nLovelace,ada@x.example,1\nHopper,g@x.example,2\n")
    let outcome = try desk.load(
      "last_name,email,phone\nKing,ada@x.example,7\nHopper,g@x.example,8\nShelley,m@x.example,9\n"
    ) { $0.updates(by: .email) }
    #expect(try desk.store.read { try $0.imports() }.first?.sentence == "expo.csv: 1 lead added, 2 changed")
    try desk.store.transact("Edit") { try $0.set(["phone": .text("99")], in: .lead, 2) }
    let result = try desk.store.revertImport(try #require(outcome.run))
    #expect(result.kept == ["Hopper: Phone"])
    let leads = try desk.leads
    #expect(leads.map(\.lastName) == ["Lovelace", "Hopper"] && leads.map(\.phone) == ["1", "99"])
    #expect(try desk.store.read { try $0.imports() }.map(\.state) == [.reverted, .done])
    #expect(throws: ImportProblem("Import 2 of expo.csv was taken back already.")) { try desk.store.revertImport(2) }
    #expect(throws: ImportProblem("There is no import 9.")) { try desk.store.revertImport(9) }
  }

  @Test func anImportThatWasUndoneIsKnownToBe() throws {
    let desk = try ImportDesk()
    try desk.load("last_name\nHopper\n")
    _ = try desk.store.undo()
    #expect(try desk.store.read { try $0.imports() }.map(\.state) == [.reverted])
    _ = try desk.store.redo()
    #expect(try desk.store.read { try $0.imports() }.map(\.state) == [.done])
  }

  // MARK: Mappings

  @Test func aSavedMappingIsUsedAgainWhereTheHeaderIsTheSame() throws {
    let desk = try ImportDesk()
    let text = "Nachname,Wann,Was\nHopper,3.4.2026,red\n"
    let job = try desk.job(text) {
      $0["Nachname"].target = .field("company_name")
      $0["Was"].target = .ignored
      $0.stamps = ["tags": "expo"]
      $0.corrections = [2: [0: "King"]]
    }
    try desk.store.transact("Save") { try $0.saveMapping("Messe", job.plan, header: ["Nachname", "Wann", "Was"]) }
    let header = ["nachname", "WANN", "was"]
    let saved = try #require(try desk.store.read { try $0.savedMapping(of: .lead, header: header) })
    #expect(saved.name == "Messe" && saved.plan.corrections.isEmpty)
    _ = try Importer(store: desk.store, kind: .lead).run(path: try desk.file(text, "other.csv"))
    let lead = try #require(try desk.leads.first)
    #expect(lead.companyName == "Hopper" && lead.tags == ["expo"] && lead.customFields["was"] == nil)
    #expect(try desk.store.read { try $0.savedMapping(of: .contact, header: ["Nachname", "Wann", "Was"]) } == nil)
    let isRemoved = try desk.store.transact("Remove") { try $0.removeMapping("Messe") }
    #expect(isRemoved)
    #expect(try desk.store.read { try $0.savedMappings() }.isEmpty)
  }

  // MARK: Rejected rows

  @Test(arguments: [String.Encoding.utf8, .windowsCP1252, .utf16LittleEndian])
  func rejectedRowsAreInTheFilesOwnColumnsAndCanBeImportedAfterCorrection(_ encoding: String.Encoding) throws {
    let desk = try ImportDesk()
    let text = "Nachname;E-Mail;Notiz\r\nMüller;m@x.example;a\r\nGroß;kaputt;\"b;\"\"c\"\"\"\r\n;;nobody\r\n"
    let mark = encoding == .utf16LittleEndian ? Data([0xFF, 0xFE]) : Data()
    try (mark + (try #require(text.data(using: encoding)))).write(to: URL(fileURLWithPath: desk.folder.file("de.csv")))
    let outcome = try Importer(store: desk.store, kind: .lead).run(path: desk.folder.file("de.csv"), rejects: .usual)
    #expect(outcome.report.created == 1 && outcome.report.errors == 2)
    let path = try #require(outcome.rejectsPath)
    #expect(path == desk.folder.file("de.rejected.csv"))
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    data.removeFirst(mark.count)
    let lines = try #require(String(data: data, encoding: encoding)).components(separatedBy: "\r\n")
    #expect(lines[0] == "Nachname;E-Mail;Notiz;_row;_error")
    #expect(lines[1].hasPrefix("Groß;kaputt;\"b;\"\"c\"\"\";3;") && lines[2].hasPrefix(";;nobody;4;"))
    let corrected = lines.joined(separator: "\r\n").replacing("kaputt", with: "g@x.example")
    try (mark + (try #require(corrected.data(using: encoding)))).write(to: URL(fileURLWithPath: path))
    let again = try Importer(store: desk.store, kind: .lead).run(path: path, rejects: .usual)
    #expect(again.report.created == 1 && again.report.errors == 1)
    #expect(again.rejectsPath == desk.folder.file("de.rejected-2.csv"))
    let leads = try desk.leads
    #expect(leads.map(\.lastName) == ["Müller", "Groß"] && leads[1].notes == "b;\"c\"")
    #expect(leads.allSatisfy { $0.customFields.isEmpty })
  }

  @Test func aFileWithoutANameForItsColumnsGetsThoseOfTheFields() throws {
    let desk = try ImportDesk()
    let many = (1...20).map { "Bob,King,bob\($0)@x.example\n" }.joined()
    _ = try desk.job("Ada,Lovelace,ada@x.example\n\(many)Eve,Smith,eve at x\n").apply()
    #expect(try desk.text(of: "expo.rejected.csv").contains("_row,_error\nEve,Smith,eve at x,22,"))
  }

  @Test func theFileItselfIsNeverWrittenOver() throws {
    let desk = try ImportDesk()
    let job = try desk.job("last_name,email\nA,bad\n")
    #expect(throws: ImportProblem.self) { try job.apply(rejects: .file(desk.folder.file("expo.csv"))) }
    #expect(throws: ImportProblem.self) { try job.apply(rejects: .file("/nowhere/x.csv")) }
    #expect(try desk.store.read { try $0.imports() }.isEmpty)
  }
}
