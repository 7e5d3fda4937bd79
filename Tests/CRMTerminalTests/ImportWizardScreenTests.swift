import CRMDomain
import CRMStore
import CRMTestSupport
import Foundation
import TerminalKit
import Testing

@testable import CRMTerminal

/// The import as a rep walks through it.
@MainActor @Suite(.serialized) struct ImportWizardScreenTests {
  static let expo = """
    First Name,Last Name,E-Mail,Company,Value,Follow up
    Ada,Lovelace,ada@analytical.example,Analytical Engines,"1,200.50",2026-12-24
    Grace,Hopper,grace@navy.example,Navy,90,2026-12-31
    山田,太郎,taro@akume.example,アクメ株式会社,,
    """

  /// A book with a file beside it, and the wizard over it.
  private func wizard(
    _ text: String = expo, name: String = "expo.csv", columns: Int = 80, rows: Int = 24,
  ) throws -> Robot {
    let book = try TestBook()
    let path = try book.file(name, text)
    let robot = Robot(book, columns, rows)
    robot.press("i")
    robot.send(.key(.paste(path)))
    robot.press(.enter)
    return robot
  }

  // MARK: File

  @Test func theWelcomeLeadsToTheWizard() throws {
    let robot = Robot(try TestBook())
    robot.press("i")
    #expect(robot.row("Import").contains("▸ File"))
    #expect(robot.row("Import").contains("Dry run"))
    robot.press(.escape)
    #expect(!robot.shows("▸ File"))
  }

  @Test func tabCompletesFoldersAndFiles() throws {
    let book = try TestBook()
    _ = try book.file("expo.csv", Self.expo)
    _ = try book.file("expo-old.csv", Self.expo)
    let robot = Robot(book, 120, 24)
    robot.press("i")
    robot.send(.key(.paste(book.folder + "/e")))
    #expect(robot.shows("expo-old.csv"))
    robot.press(.tab)
    #expect(robot.row("File  /").contains("/expo"))
    robot.type(".")
    robot.press(.tab, .enter)
    #expect(robot.shows("the columns look like") || robot.shows("of the columns fit"))
    #expect(robot.row("Delimiter").contains(", comma"))
  }

  @Test func aFileIsChosenFromTheFolderWithTheArrows() throws {
    let book = try TestBook()
    _ = try book.file("expo.csv", Self.expo)
    let robot = Robot(book)
    robot.press("i")
    robot.send(.key(.paste(book.folder + "/")))
    // The book's folder has no other folders; tables come before the database.
    robot.press(.down, .enter)
    #expect(robot.row("Records").contains("leads"))
  }

  @Test(arguments: [
    ("/nowhere/list.csv", "There is no file"), ("", "Type the name of a file"),
  ]) func whatCannotBeOpenedIsSaidInTheStep(name: String, sentence: String) throws {
    let book = try TestBook()
    let robot = Robot(book)
    robot.press("i")
    if !name.isEmpty { robot.send(.key(.paste(book.folder + "/" + name))) }
    robot.press(.enter)
    #expect(robot.shows(sentence))
    if !name.isEmpty { #expect(robot.shows(name), "what was typed stays") }
  }

  @Test func emptyAndBinaryFilesAndFoldersAreRefused() throws {
    let book = try TestBook()
    let empty = try book.file("empty.csv", "")
    let binary = try book.file("photo.csv", String(repeating: "\u{1}\u{2}x", count: 200))
    for (path, sentence) in [(empty, "is empty"), (binary, "not a text file"), (book.folder, "is a folder")] {
      let robot = Robot(book, 120, 24)
      robot.press("i")
      robot.send(.key(.paste(path)))
      robot.press(.enter)
      #expect(robot.shows(sentence), "\(path): \(robot.screen)")
    }
  }

  @Test func anUnclosedQuoteIsToldWithItsPlace() throws {
    let robot = try wizard("name,mail\nAda,\"ada@x.example\nBo,bo@x.example\n")
    #expect(robot.shows("a quote is opened and never closed"))
    robot.press("n")
    #expect(robot.row("Import").contains("▸ File"))
    // Read without quotes, the file is fine.
    robot.press("j", "j", "j", "j", .left)
    #expect(!robot.shows("never closed"))
  }

  @Test func thePreviewFollowsTheDelimiterThatIsLookedAt() throws {
    let robot = try wizard()
    #expect(robot.shows("Ada"))
    #expect(robot.shows("6 columns") || robot.shows("of 6"))
    robot.press("j", "j", "j", .enter, .down)
    #expect(robot.shows("1 column") || robot.shows("; semicolon"))
    robot.press(.escape)
    #expect(robot.row("Delimiter").contains(", comma"))
    robot.press(.right)
    #expect(robot.row("Delimiter").contains("; semicolon"))
    #expect(robot.row("Delimiter").contains("set by you"))
  }

  @Test func theRowsAreScrolledBothWays() throws {
    let header = (1...30).map { "field \($0)" }.joined(separator: ",")
    let rows = (1...50).map { row in (1...30).map { "r\(row)c\($0)" }.joined(separator: ",") }
    let robot = try wizard(([header] + rows).joined(separator: "\n"))
    robot.press(.tab)
    #expect(robot.shows("r1c1"))
    robot.press("$", "G")
    #expect(robot.shows("r50c30"))
    #expect(!robot.shows("r1c1 "))
    robot.press("0", "g", "k")
    robot.press("j")
    #expect(robot.role(of: "Encoding") != nil)
  }

  @Test func theWizardIsWhereItWasAfterALookElsewhere() throws {
    let robot = try wizard()
    robot.press("n")
    #expect(robot.row("Import").contains("▸ Columns"))
    robot.press("2", "I")
    #expect(robot.row("Import").contains("▸ Columns"))
    #expect(robot.shows("Last Name"))
  }

  // MARK: Columns

  @Test func columnsShowTheirValuesTheirFieldAndWhy() throws {
    let robot = try wizard()
    robot.press("n")
    #expect(robot.row("First Name").contains("Ada · Grace · 山田"))
    #expect(robot.row("First Name").contains("✓ First name"))
    #expect(robot.shows("the column is called “First Name”"))
    robot.press("j", "j", "j", "j")
    #expect(robot.shows("1,200.50"))
    #expect(robot.row("→").contains("1,200.5"))
  }

  @Test func enterPicksAFieldByItsFirstLetters() throws {
    let robot = try wizard()
    robot.press("n", "j", "j", "j", .enter)
    robot.type("job")
    robot.press(.enter)
    #expect(robot.row("Company ").contains("✓ Job title"))
    #expect(robot.shows("chosen by you"))
  }

  @Test func aColumnIsLeftOutAndKeptAsACustomField() throws {
    let robot = try wizard()
    robot.press("n", "j", "j", "j", "x")
    #expect(robot.row("Company").contains("- left out"))
    robot.press("c")
    #expect(robot.row("Company").contains("+ company"))
  }

  @Test func aMissingLastNameIsSaid() throws {
    let robot = try wizard()
    robot.press("n", "j", "x")
    #expect(robot.shows("no column fills Last name"))
  }

  @Test func theDecimalMarkIsChosenInTheOptions() throws {
    let robot = try wizard("Nachname;Wert\nEk;1.200,50\n")
    robot.press("n", "j", "o")
    #expect(robot.shows("Column “Wert”"))
    robot.press(.right, .control("s"))
    #expect(robot.shows("! ") || robot.shows("is no number"))
    robot.press("o", .right, .control("s"))
    #expect(robot.shows("1,200.5"))
  }

  @Test func wordsOfAColumnAreGivenTheirMeaning() throws {
    let robot = try wizard("Nachname,Status\nEk,lauwarm\nBo,neu\n", columns: 120)
    robot.press("n", "j")
    #expect(robot.shows("not among the choices"))
    robot.press("w")
    #expect(robot.shows("kept as written"))
    robot.press(.enter)
    robot.type("contac")
    robot.press(.enter)
    #expect(robot.shows("contacted  by you"))
    robot.press(.escape)
    #expect(robot.shows("1 word of your own"))
  }

  // MARK: Matching

  @Test func matchingIsTurnedWithTheArrowsAndStampsAreChosen() throws {
    let robot = try wizard()
    robot.press("n", "n")
    #expect(robot.row("Import").contains("▸ Matching"))
    #expect(robot.row("Rows become").contains("new or updates"))
    robot.press(.right)
    #expect(robot.row("Rows become").contains("new records only"))
    #expect(robot.row("Match e-mail").contains("yes"))
    robot.press("j", .enter)
    #expect(robot.row("Match e-mail").contains("no"))
    robot.press("G", "k", .enter)
    robot.type("expo")
    robot.press(.enter)
    #expect(robot.row("Stamp tags").contains("expo"))
  }

  @Test func updatesWithoutAKeyAreNotRehearsed() throws {
    let robot = try wizard()
    robot.press("n", "n", "j", .enter, "n")
    #expect(robot.foot.contains("choose by what rows are matched"))
    #expect(robot.row("Import").contains("▸ Matching"))
  }

  // MARK: Narrow, wide and odd

  @Test func oddFilesFitEverySize() throws {
    let long = String(repeating: "Eine sehr lange Überschrift ", count: 4)
    let wide =
      (1...300).map { "column \($0)" }.joined(separator: ",") + "\n" + (1...300).map(String.init).joined(separator: ",")
      + "\n"
    for text in ["Name\nAda\n", "\(long),日本語の見出し\nAda,山田\n", wide, "a,b\n1,2,3\n4\n"] {
      for (columns, rows) in [(40, 12), (80, 24), (200, 50)] {
        let robot = try wizard(text, columns: columns, rows: rows)
        for key in ["j", "j", "n", "j", "n", "j", "j", "b", "b"] as [Key] {
          robot.press(key)
          #expect(faults(of: robot.terminal.canvas).isEmpty)
        }
      }
    }
  }
}
