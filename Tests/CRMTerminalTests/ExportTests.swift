import CRMTestSupport
import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore
@testable import CRMTerminal

/// Exports from the screens: what is marked, shown, or everything.
@Suite @MainActor struct ExportTests {
  private func content(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\r\n").map(String.init)
  }

  /// Puts `path` in place of the name the dialog offers, and presses Enter.
  private func write(_ robot: Robot, _ path: String) {
    robot.press(.control("u"))
    robot.type(path)
    robot.press(.enter)
  }

  @Test func theListIsWrittenAsItIsShown() throws {
    let robot = try Robot.demo(100, 30)
    let path = robot.book.folder + "/out.csv"
    robot.type("2/hot")
    robot.press(.enter)
    robot.type("W")
    #expect(robot.shows("Export leads") && robot.shows("what is shown") && robot.shows("leads-2026-11-22.csv"))
    robot.press(.up)
    robot.press(.right)
    robot.press(.down)
    write(robot, path)
    #expect(robot.shows("Wrote") && robot.shows("leads to"))
    let lines = try content(path)
    let shown = try robot.store.read { try $0.count(.lead) }
    #expect(lines[0].hasPrefix("id,first_name,last_name,"))
    #expect(lines.count > 1 && lines.count - 1 < shown)
  }

  @Test func markedRecordsAreWritten() throws {
    let robot = try Robot.demo(100, 30)
    let path = robot.book.folder + "/marked.csv"
    robot.type("3  W")
    #expect(robot.shows("the marked (2)"))
    write(robot, path)
    #expect(try content(path).count == 3)
    #expect(try content(path)[0].hasPrefix("id,first_name,last_name,company"))
  }

  @Test func aFileThatIsThereIsReplacedOnlyIfTheRepSaysSo() throws {
    let robot = try Robot.demo(100, 30)
    let path = try robot.book.file("there.csv", "old")
    robot.type("2W")
    write(robot, path)
    #expect(robot.shows("Replace the file?"))
    robot.type("c")
    #expect(try content(path) == ["old"])
    robot.press(.enter)
    robot.type("r")
    #expect(try content(path).count > 10)
    #expect(!robot.shows("Export leads"))
  }

  @Test func theFormatDecidesTheEnding() throws {
    let robot = try Robot.demo(100, 30)
    robot.type("3W")
    robot.press(.up, .up, .right, .right)
    #expect(robot.shows("contacts-2026-11-22.vcf"))
    robot.press(.escape)
    robot.type("5W")
    robot.press(.up, .up, .left)
    #expect(robot.shows("tasks-2026-11-22.ics"))
  }

  @Test func aBoardWritesItsDeals() throws {
    let robot = try Robot.demo(100, 30)
    let path = robot.book.folder + "/board.csv"
    robot.type("4W")
    #expect(robot.shows("Export deals"))
    write(robot, path)
    let board = try #require(robot.session.boards.first?.id)
    let deals: [Opportunity] = try robot.book.all()
    #expect(try content(path).count == 1 + deals.count { $0.board == board })
  }

  @Test func whatCannotBeWrittenIsTold() throws {
    let robot = try Robot.demo(100, 30)
    robot.type("2W")
    write(robot, robot.book.folder + "/nowhere/out.csv")
    #expect(robot.shows("There is no folder"))
    robot.type("W")
    write(robot, "")
    #expect(robot.shows("Name a file"))
  }
}
