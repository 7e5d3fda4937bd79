import CRMDomain
import CRMStore
import CRMTestSupport
import Foundation
import TerminalKit
import Testing

@testable import CRMTerminal

/// Whole imports by keyboard: from the file to the history, with mistakes corrected and doubts decided on the way.
@MainActor @Suite(.serialized) struct ImportWalkTests {
  private func wizard(_ text: String, in book: TestBook, name: String = "expo.csv") throws -> Robot {
    let path = try book.file(name, text)
    let robot = Robot(book, 100, 30)
    if robot.shows("Your book is empty") { robot.press("i") } else { robot.press("2", "I") }
    robot.send(.key(.paste(path)))
    robot.press(.enter)
    return robot
  }

  private static let good = """
    First Name,Last Name,E-Mail,Company
    Ada,Byron,ada@analytical.example,Analytical Engines
    Grace,Hopper,grace@navy.example,Navy
    山田,太郎,taro@akume.example,アクメ株式会社
    """

  @Test func aGoodFileIsImportedWithAFewKeys() throws {
    let book = try TestBook()
    let robot = try wizard(Self.good, in: book)
    robot.press("n", "n", "n")
    #expect(robot.row("Import").contains("▸ Dry run"))
    #expect(robot.row(" new ").contains("3"))
    #expect(try book.count(.lead) == 0, "nothing is written yet")
    robot.press("n")
    #expect(robot.shows("3 leads will be added, 0 changed."))
    robot.press("a")
    #expect(robot.foot.contains("expo.csv: 3 leads added"))
    #expect(try book.all(Lead.self).map(\.lastName) == ["Byron", "Hopper", "太郎"])
    robot.press("n")
    #expect(robot.row("▸ expo.csv").contains("3 leads"))
    #expect(robot.row("▸ expo.csv").contains("done"))
    robot.press(.enter)
    #expect(robot.shows("4 of 4 were used"))
    robot.press(.escape)
    #expect(robot.shows("▸ History"))
  }

  @Test func anImportIsTakenBackWhole() throws {
    let book = try TestBook()
    let robot = try wizard(Self.good, in: book)
    robot.press("n", "n", "n", "n", "a", "n", "x")
    #expect(robot.shows("Goes: 3 leads that it added."))
    #expect(robot.shows("Stays: what was edited since"))
    robot.press("c")
    #expect(try book.count(.lead) == 3)
    robot.press("x", "t")
    #expect(robot.foot.contains("Taken back: expo.csv"))
    #expect(try book.count(.lead) == 0)
    #expect(robot.row("▸ expo.csv").contains("taken back"))
    robot.press("x")
    #expect(robot.foot.contains("It was taken back already"))
  }

  /// The history could be seen only at the end of another import.
  @Test func theHistoryIsSeenFromAnyStep() throws {
    let book = try TestBook()
    _ = try wizard(Self.good, in: book).press("n", "n", "n", "n", "a")
    let robot = Robot(book, 100, 30)
    robot.press("2", "I")
    #expect(robot.shows("Imports so far"))
    robot.press(.down, .enter)
    #expect(robot.row("▸ expo.csv").contains("3 leads"))
    robot.press("b")
    #expect(robot.shows("▸ File"))
    robot.send(.key(.paste(try book.file("next.csv", Self.good))))
    robot.press(.enter, "n")
    #expect(robot.shows("▸ Columns"))
    robot.press("H")
    #expect(robot.row("▸ expo.csv").contains("done"))
    robot.press("b")
    #expect(robot.shows("▸ Columns"))
  }

  @Test func changedRowsShowOldAndNew() throws {
    let book = try TestBook()
    _ = try wizard(Self.good, in: book).press("n", "n", "n", "n", "a")
    let changed = Self.good.replacing("Navy", with: "Harvard")
    let robot = try wizard(changed, in: book, name: "again.csv")
    robot.press("n", "n", "n")
    #expect(robot.row(" changed ").contains("1"))
    #expect(robot.row(" identical ").contains("2"))
    robot.press("j", .enter)
    #expect(robot.row("Grace Hopper").contains("changes Company"))
    #expect(robot.row("Navy").contains("Navy → Harvard"))
    robot.press(.escape, "n", "a")
    #expect(robot.foot.contains("1 changed"))
    robot.press("n", "x", "t")
    #expect(try book.all(Lead.self).map(\.companyName).contains("Navy"))
  }

  @Test func badRowsAreCorrectedInPlaceAndCheckedAtOnce() throws {
    let book = try TestBook()
    let robot = try wizard("Last Name,E-Mail,Value\nByron,ada@analytical.example,12\nHopper,grace@navy,n/a\n", in: book)
    robot.press("n", "n", "n")
    #expect(robot.row(" bad ").contains("1"))
    robot.press("G", .enter)
    #expect(robot.shows("“grace@navy” is no e-mail address"))
    #expect(robot.shows("is no number"))
    // Two cells are wrong: the first is chosen from a list, the other is then the only one.
    robot.press("e")
    #expect(robot.shows("Correct in row 3"))
    robot.press(.enter, .control("u"))
    robot.type("grace@navy.example")
    robot.press(.enter)
    #expect(!robot.shows("is no e-mail address"))
    robot.press("e", .control("u"), .enter)
    #expect(robot.shows("✓ corrected: new"))
    robot.press(.escape)
    #expect(robot.row(" bad ").contains("0"))
    #expect(robot.row(" new ").contains("2"))
    robot.press("n", "a")
    #expect(try book.all(Lead.self).map(\.email).sorted() == ["ada@analytical.example", "grace@navy.example"])
  }

  @Test func rowsThatLookAlikeAreDecidedOneByOne() throws {
    let book = try TestBook()
    _ = try wizard(Self.good, in: book).press("n", "n", "n", "n", "a")
    let alike =
      "First Name,Last Name,Company,Phone\nAda,Byron,Analytical Engines,1\nGrace,Hopper,Navy,2\nGrace,Hopper,Navy,3\n"
    let robot = try wizard(alike, in: book, name: "alike.csv")
    robot.press("n", "n", "n")
    #expect(robot.row(" alike ").contains("3"))
    robot.press("g", "j", "j", "j", "j", .enter)
    #expect(robot.row("Ada Byron").contains("looks like Ada Byron"))
    robot.press("m")
    #expect(robot.row("Ada Byron").contains("✓ changes Ada Byron"))
    robot.press("c")
    #expect(robot.shows("✓ a new lead"))
    robot.press("x")
    #expect(robot.shows("- left out"))
    robot.press(.escape)
    #expect(robot.row(" changed ").contains("1"))
    #expect(robot.row(" new ").contains("1"))
    robot.press("n", "a")
    #expect(robot.foot.contains("1 lead added, 1 changed"))
    #expect(try book.count(.lead) == 4)
  }

  @Test func rejectedRowsAreKeptInAFileBesideIt() throws {
    let book = try TestBook()
    let robot = try wizard("Last Name,E-Mail\nByron,ada@analytical.example\nHopper,grace@navy\n", in: book)
    robot.press("n", "n", "n", "n")
    #expect(robot.shows("1 row is left out, and kept in a file of rejected rows beside expo.csv"))
    robot.press("a")
    #expect(robot.shows("expo.rejected.csv"))
    let text = try String(contentsOfFile: book.folder + "/expo.rejected.csv", encoding: .utf8)
    #expect(text.contains("Hopper,grace@navy,3,"))
  }

  @Test func allOrNothingWritesNothingWithABadRow() throws {
    let book = try TestBook()
    let robot = try wizard("Last Name,E-Mail\nByron,ada@analytical.example\nHopper,grace@navy\n", in: book)
    robot.press("n", "n", "n", "n", .enter)
    #expect(robot.row("Mistakes").contains("all or nothing"))
    robot.press("n", "b", "n", "a")
    #expect(try book.count(.lead) == 0)
    #expect(!robot.foot.contains("✓"), "\(robot.foot)")
  }

  @Test func aMappingIsSavedAndRecognised() throws {
    let book = try TestBook()
    let robot = try wizard("Last Name,Kontakt\nByron,ada@analytical.example\n", in: book)
    robot.press("n", "j", "x", "s")
    robot.type("Expo")
    robot.press(.enter)
    #expect(robot.foot.contains("Saved as “Expo”"))
    let again = try wizard("Last Name,Kontakt\nHopper,grace@navy.example\n", in: book, name: "next.csv")
    again.press("n")
    #expect(again.shows("As in “Expo”"))
    #expect(again.row("Kontakt").contains("- left out"))
  }

  // MARK: Pause, go on, stop

  /// So that few rows make a file that is written in several parts.
  private static let blanks = String(repeating: " ", count: 1500)

  private static func many(_ count: Int) -> String {
    "First Name,Last Name,E-Mail,Company\n"
      + (1...count).map { "Ada \($0),Byron \($0),ada\($0)@analytical.example,Engines \($0)\(blanks)\n" }.joined()
  }

  /// Keys that follow each other before the first part of the import is on the disk.
  private func pressAtOnce(_ robot: Robot, _ keys: Key...) {
    for key in keys { robot.app.press(key) }
    robot.settle()
  }

  @Test func anImportIsPausedAndGoesOnWhereItWas() throws {
    let book = try TestBook()
    let robot = try wizard(Self.many(1500), in: book)
    robot.press("n", "n", "n", "n")
    pressAtOnce(robot, "a", "p")
    #expect(robot.shows("Paused"))
    #expect(robot.shows("paused"), "the strip says so too")
    let written = try book.count(.lead)
    #expect(written > 0 && written < 1500)
    // The rest of the program goes on meanwhile.
    robot.press("2")
    #expect(robot.shows("Byron"))
    robot.press("I")
    #expect(robot.shows("Paused"))
    robot.press("r")
    #expect(robot.foot.contains("1,500 leads added"), "\(robot.foot)")
    #expect(try book.count(.lead) == 1500)
  }

  @Test func aPausedImportIsOfferedAtTheNextStart() throws {
    let book = try TestBook()
    let robot = try wizard(Self.many(1500), in: book)
    robot.press("n", "n", "n", "n")
    pressAtOnce(robot, "a", "p")
    let next = Robot(book, 100, 30)
    #expect(next.shows("Import of expo.csv"))
    #expect(next.shows("It was paused after"))
    next.press("g")
    #expect(try book.count(.lead) == 1500)
    #expect(try Set(book.all(Lead.self).map(\.email)).count == 1500)
  }

  @Test func aStoppedImportIsTakenBackOrKept() throws {
    for keeps in [false, true] {
      let book = try TestBook()
      let robot = try wizard(Self.many(1500), in: book)
      robot.press("n", "n", "n", "n")
      pressAtOnce(robot, "a", "p")
      robot.press("x")
      #expect(robot.shows("take all of it back?"))
      robot.press(keeps ? "k" : "t")
      #expect(try (book.count(.lead) > 0) == keeps)
      robot.press("H")
      #expect(robot.row("▸ expo.csv").contains(keeps ? "paused" : "taken back"))
      if keeps {
        robot.press("r")
        #expect(try book.count(.lead) == 1500)
      }
    }
  }

  @Test func aRunningImportIsStoppedFromTheJobs() throws {
    let book = try TestBook()
    let robot = try wizard(Self.many(1500), in: book)
    robot.press("n", "n", "n", "n")
    pressAtOnce(robot, "a", "x", "t")
    #expect(try book.count(.lead) == 0)
    #expect(robot.shows("everything it wrote was taken back"))
  }

  // MARK: A messy file

  /// The nearest folder `shared/tools` beside a folder that this file is in.
  nonisolated static let tools: String? = {
    var place = URL(filePath: #filePath)
    while place.path() != "/" {
      place = place.deletingLastPathComponent()
      let folder = place.path() + "shared/tools"
      if FileManager.default.fileExists(atPath: folder + "/genleads.py") { return folder }
    }
    return nil
  }()

  @Test(.enabled(if: tools != nil)) func aMessyFileIsUnderstood() throws {
    let book = try TestBook()
    let path = book.folder + "/messy.csv"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", try #require(Self.tools) + "/genleads.py", "300", path, "--messy", "--bad", "2"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let robot = Robot(book, 100, 30)
    robot.press("i")
    robot.send(.key(.paste(path)))
    robot.press(.enter)
    #expect(robot.row("Delimiter").contains("; semicolon"))
    #expect(robot.row("Line ends").contains("CR LF"))
    #expect(robot.row("Records").contains("leads"))
    robot.press("n")
    #expect(robot.row("estimated_value").contains("Value"))
    robot.press("n", "n")
    #expect(robot.row("twice in the file").contains("▏") || robot.shows("twice in the file"))
    robot.press("n", "a")
    let leads = try book.all(Lead.self)
    #expect(leads.count > 250)
    #expect(leads.contains { $0.estimatedValue != nil })
  }
}
