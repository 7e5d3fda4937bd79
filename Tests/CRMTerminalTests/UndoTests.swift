import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// Nothing a rep does is lost, and nothing is for ever.
@MainActor struct UndoTests {
  @Test func theToastNamesWhatWasDoneAndWhatIsTakenBack() throws {
    let robot = try Robot.demo()
    robot.press("2", "s")
    robot.type("lost")
    robot.press(.enter)
    #expect(robot.foot.contains("lost") && robot.foot.contains("u undoes it"), "\(robot.foot)")
    robot.press("u")
    #expect(robot.foot.contains("Undone: ") && robot.foot.contains("lost"), "\(robot.foot)")
    robot.press(.control("r"))
    #expect(robot.foot.contains("Done again: "), "\(robot.foot)")
  }

  @Test func withNothingToUndoItSaysSo() throws {
    let robot = Robot(try TestBook())
    robot.press("e", "u")
    #expect(robot.foot.contains("Nothing to undo"), "\(robot.foot)")
    robot.press(.control("r"))
    #expect(robot.foot.contains("Nothing to redo"), "\(robot.foot)")
  }

  @Test func theChangeOfOneRecordIsRepeatedOnTheNext() throws {
    let robot = try Robot.demo()
    robot.press("2", "!")
    robot.type("low")
    robot.press(.enter)
    let before = try robot.book.all(Lead.self).filter { $0.priority == "low" }.count
    robot.press("j", ".")
    #expect(try robot.book.all(Lead.self).filter { $0.priority == "low" }.count == before + 1)
  }

  @Test func aConvertedLeadKeepsItsStatus() throws {
    let robot = try Robot.demo()
    robot.press("2", "j", "s")
    robot.type("lost")
    robot.press(.enter)
    #expect(robot.foot.contains("It stays as it is: converted already"), "\(robot.foot)")
  }

  @Test func aCommandMeansTheMarkedRowsAndNotTheOneUnderTheCursor() throws {
    let robot = try Robot.demo()
    robot.press("5", " ", " ", "j", "x")
    #expect(robot.shows("Complete 2 tasks") && robot.shows("2 change"), "\(robot.screen)")
    robot.press("d")
    #expect(robot.foot.contains("Complete 2 tasks"), "\(robot.foot)")
    robot.press("2", " ", "D")
    #expect(robot.foot.contains("Delete 1 lead"), "\(robot.foot)")
    robot.press("D")
    #expect(robot.foot.contains("Delete Grzegorz"), "\(robot.foot)")
  }

  @Test func whatARepMakesIsTheirs() throws {
    let robot = Robot(try TestBook())
    robot.press("e", "5", "n")
    robot.type("Ring the bell")
    robot.press(.control("s"))
    #expect(try robot.book.all(CRMTask.self).map(\.assignedTo) == [Identifier(1)])
  }

  @Test func whatWasTypedSurvivesTheEndOfTheProgram() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book)
    robot.press("2", "e", .tab, .tab)
    robot.press(.control("u"))
    robot.type("Typed before the end")
    robot.send(.terminate(signal: 15))
    #expect(robot.hasLeft)

    let next = Robot(book)
    #expect(next.shows("Unsaved work"), "\(next.screen)")
    next.press("g")
    #expect(next.shows("Typed before the end"), "\(next.screen)")
    next.press(.control("s"))
    #expect(try book.all(Lead.self).contains { $0.companyName == "Typed before the end" })
    #expect(!Robot(book).shows("Unsaved work"))
  }

  @Test func aDraftIsForgottenWhenItIsDeclined() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book)
    robot.press("2", "n")
    robot.type("Typed before the end")
    robot.send(.terminate(signal: 1))
    Robot(book).press("c")
    #expect(!Robot(book).shows("Unsaved work"))
  }

  @Test func aFormWithChangesAsksBeforeItCloses() throws {
    let robot = try Robot.demo()
    robot.press("2", "e")
    robot.type("x")
    robot.press(.escape)
    #expect(robot.shows("Leave without saving?"))
    robot.press("c")
    #expect(robot.shows("┌─ Edit"))
    robot.press(.escape, "l")
    #expect(!robot.shows("┌─ Edit"))
    #expect(try robot.store.read { try $0.drafts() }.isEmpty)
  }

  @Test func historyTakesBackAnOlderChangeAlone() throws {
    let robot = try Robot.demo()
    robot.press("2", "s")
    robot.type("lost")
    robot.press(.enter, "!")
    robot.type("low")
    robot.press(.enter, "U", "j", "x", "u")
    #expect(robot.row("lost").contains("undone"), "\(robot.screen)")
    robot.press(.escape)
    #expect(robot.lines[3].contains("low") && !robot.lines[3].contains("lost"))
  }
}
