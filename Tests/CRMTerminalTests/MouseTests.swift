import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// Everything the mouse does, a key does too; here it is the mouse.
@MainActor struct MouseTests {
  @Test func aClickSelectsARowAndADoubleClickOpensIt() throws {
    let robot = try Robot.demo()
    robot.press("2")
    robot.mouse(.press, 10, 6)
    let name = String(robot.lines[6].dropFirst(3).prefix(12))
    #expect(robot.lines[6].contains("▸"))
    robot.mouse(.doubleClick, 10, 6)
    #expect(robot.lines[1].contains(name), "\(robot.lines[1])")
  }

  @Test func aClickOnATitleSortsAndASecondOneTurnsTheOrder() throws {
    let robot = try Robot.demo()
    robot.press("2")
    robot.click("Company")
    #expect(robot.row("Name").contains("Company ▲"))
    let first = robot.lines[3]
    robot.click("Company")
    #expect(robot.row("Name").contains("Company ▼"))
    #expect(robot.lines[3] != first)
  }

  @Test func aClickOnATabGoesThere() throws {
    let robot = try Robot.demo()
    for place in ["2 Leads", "3 Contacts", "4 Pipeline", "5 Tasks", "6 Deals", "1 Today"] {
      robot.click(place)
      #expect(robot.lines[0].contains("[\(place)]"), "\(place)")
    }
  }

  @Test func aClickOnAHintOfTheFooterDoesIt() throws {
    let robot = try Robot.demo()
    robot.press("2")
    robot.click("? keys")
    #expect(robot.shows("┌─ Keys"))
    robot.press(.escape)
    robot.click("n new")
    #expect(robot.shows("┌─ New lead"))
  }

  @Test func aClickOnAViewShowsIt() throws {
    let robot = try Robot.demo()
    robot.press("2")
    robot.click("My open")
    #expect(robot.lines[1].contains(" of 250"))
  }

  @Test func theWheelScrollsAList() throws {
    let robot = try Robot.demo()
    robot.press("2")
    let first = robot.lines[3]
    robot.mouse(.wheelDown, 10, 10)
    #expect(robot.lines[3] != first)
    robot.mouse(.wheelUp, 10, 10)
    #expect(robot.lines[3].dropFirst(3) == first.dropFirst(3))
  }

  @Test func aCardIsDraggedToAnotherStage() throws {
    let robot = try Robot.demo(120, 30)
    robot.press("4")
    let card = try #require(robot.place(of: "Delmarva"))
    let target = try #require(robot.place(of: "Proposal"))
    robot.mouse(.press, card.column, card.row)
    robot.mouse(.drag, target.column, card.row)
    robot.mouse(.release, target.column, card.row)
    #expect(robot.foot.contains("Move Delmarva"), "\(robot.foot)")
    #expect(try robot.deal("Delmarva").stage == "proposal")
    robot.press("u")
    #expect(try robot.deal("Delmarva").stage == "prospecting")
  }

  @Test func aClickPicksAnItemAndAClickBesideTheBoxLeaves() throws {
    let robot = try Robot.demo()
    robot.press("2", "s")
    robot.click("unqualified")
    #expect(robot.foot.contains("unqualified"), "\(robot.foot)")
    robot.press("s")
    robot.mouse(.press, 1, 20)
    #expect(!robot.shows("┌─ Status"))
  }

  @Test func f9TurnsTheMouseOffAndOn() throws {
    let robot = try Robot.demo()
    robot.press(.function(9))
    #expect(!robot.terminal.isMouseEnabled && robot.foot.contains("F9"))
    robot.press(.function(9))
    #expect(robot.terminal.isMouseEnabled)
  }
}

extension Robot {
  /// The deal whose name begins so.
  func deal(_ name: String) throws -> Opportunity {
    try #require(try book.all(Opportunity.self).first { $0.name.hasPrefix(name) })
  }
}
