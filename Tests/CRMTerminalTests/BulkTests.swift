import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// One change of many rows: shown before it is made, one undo, repeated with a dot, stopped as the rep chooses.
@MainActor struct BulkTests {
  /// A book of leads, the latest number first in the list.
  private func robot(_ count: Int, _ columns: Int = 80, _ rows: Int = 24) throws -> Robot {
    let book = try TestBook()
    try book.store.transact("Fill") { writer in
      for number in 1...count {
        var lead = Lead()
        lead.lastName = "Lead \(number)"
        lead.status = number % 50 == 0 ? "converted" : number % 10 == 0 ? "contacted" : "new"
        lead.companyName = number % 2 == 0 ? "Even" : "Odd"
        lead.leadScore = number
        try writer.insert(lead)
      }
    }
    let robot = Robot(book, columns, rows)
    robot.press("2")
    return robot
  }

  private func statuses(_ robot: Robot) throws -> [String: Int] {
    try robot.book.all(Lead.self).reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
  }

  @Test func theChangeOfSeveralIsCountedBeforeItIsMade() throws {
    let robot = try robot(100)
    robot.press("*", "s")
    robot.type("contacted")
    robot.press(.enter)
    #expect(robot.shows("Set status of 100 leads to contacted"), "\(robot.screen)")
    #expect(robot.shows("90 change") && robot.shows(" 8 have it already"), "\(robot.screen)")
    #expect(robot.shows(" 2 stay: converted already") && robot.shows("from: 90 new"), "\(robot.screen)")
    robot.press(.escape)
    #expect(try statuses(robot)["new"] == 90, "Esc changes nothing")
    robot.press("s")
    robot.type("contacted")
    robot.press(.enter, "d")
    #expect(try statuses(robot) == ["contacted": 98, "converted": 2])
    robot.press("u")
    #expect(try statuses(robot)["new"] == 90, "one undo for all")
  }

  @Test func whereNothingWouldChangeThereIsNothingToDo() throws {
    let robot = try robot(3)
    robot.press("*", "s")
    robot.type("new")
    robot.press(.enter)
    #expect(robot.shows("3 have it already") && robot.shows("Close"), "\(robot.screen)")
    robot.press(.enter)
    #expect(robot.shows("─ Leads ─") && !robot.shows("have it already"))
  }

  @Test func theFormForManyKeepsWhatIsNotTouchedAndSetsTheRest() throws {
    let robot = try robot(30)
    robot.press("*", "e")
    #expect(robot.shows("Change 30 leads"), "\(robot.screen)")
    #expect(robot.row("Status").contains("(keep) 2 values: new"), "\(robot.row("Status"))")
    #expect(robot.row("Company").contains("(keep) 2 values"), "\(robot.row("Company"))")
    #expect(robot.row("Priority").contains("(keep) medium"), "\(robot.row("Priority"))")
    robot.type("lost")
    robot.press(.tab)
    robot.type("urgent")
    for _ in 0..<12 where !robot.row("Add tags").contains("▸") { robot.press(.tab) }
    robot.type("expo, vip")
    robot.press(.control("s"))
    #expect(robot.shows("Change status, priority, tags of 30 leads"), "\(robot.screen)")
    #expect(robot.shows("30 change") && robot.shows("Tags → expo, vip"), "\(robot.screen)")
    robot.press(.escape)
    #expect(robot.shows("Change 30 leads"), "Esc goes back to the form")
    robot.press(.control("s"), "d")
    #expect(!robot.shows("┌─ Change"), "\(robot.screen)")
    let leads = try robot.book.all(Lead.self)
    #expect(leads.allSatisfy { $0.status == "lost" && $0.priority == "urgent" && $0.tags == ["expo", "vip"] })
    #expect(Set(leads.map(\.companyName)) == ["Even", "Odd"])
    robot.press("u")
    #expect(try robot.book.all(Lead.self).allSatisfy { $0.status != "lost" && $0.tags.isEmpty })
  }

  @Test func theFormForManySaysWhatCannotBe() throws {
    let robot = try robot(3)
    robot.press("*", "e", .control("s"))
    #expect(robot.foot.contains("Everything is kept"), "\(robot.foot)")
    for _ in 0..<20 where !robot.row("Next follow-up").contains("▸") { robot.press(.tab) }
    robot.type("whenever")
    robot.press(.control("s"))
    #expect(robot.foot.contains("One field needs another look"), "\(robot.foot)")
    robot.press(.control("u"))
    robot.type("by +2w")
    robot.press(.control("s"))
    #expect(robot.shows("3 stay: no next follow-up to move"), "\(robot.screen)")
  }

  @Test func aDotRepeatsAChangeOfManyOnTheNextOne() throws {
    let robot = try robot(10)
    robot.press(" ", " ", "e")
    robot.type("lost")
    robot.press(.control("s"), "d", .escape)
    #expect(try statuses(robot)["lost"] == 2)
    robot.press("G", ".")
    #expect(robot.foot.contains("Set status of Lead 1 to lost"), "\(robot.foot)")
    #expect(try statuses(robot)["lost"] == 3)
    robot.press("g", "v", "G", "v", ".")
    #expect(robot.shows("Set status of 10 leads to lost"), "\(robot.screen)")
    robot.press("d")
    #expect(try statuses(robot)["lost"] == 10)
    robot.press(".")
    #expect(robot.shows("10 have it already"), "\(robot.screen)")
  }

  @Test func manyRecordsAreChangedByAJobAndTakenBackAtOnce() throws {
    let robot = try robot(4500)
    robot.press("*", "s")
    robot.type("lost")
    robot.press(.enter)
    #expect(robot.shows("4,410 change") && robot.shows("   90 stay: converted already"), "\(robot.screen)")
    #expect(robot.shows("J shows how far it is"), "\(robot.screen)")
    robot.press("d")
    #expect(robot.foot.contains("4,410 changed"), "\(robot.foot)")
    #expect(try statuses(robot) == ["lost": 4410, "converted": 90])
    robot.press("u")
    #expect(try statuses(robot)["new"] == 4050)
  }

  @Test func severalAreDeletedAfterAQuestionAndComeBack() throws {
    let robot = try robot(20)
    robot.press("*", "D")
    #expect(robot.shows("Delete 20 leads") && robot.shows("They go to the trash"), "\(robot.screen)")
    robot.press("d")
    #expect(try robot.book.count(.lead) == 0)
    robot.press("u")
    #expect(try robot.book.count(.lead) == 20)
  }
}
