import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// History: by day, filtered, with old and new as elsewhere; what taking back would do is shown before it is done.
@MainActor struct HistoryTests {
  private func robot() throws -> Robot {
    let robot = try Robot.demo()
    robot.press("2", "s")
    robot.type("lost")
    robot.press(.enter, "!")
    robot.type("low")
    robot.press(.enter)
    return robot
  }

  @Test func entriesStandUnderTheirDay() throws {
    let robot = try robot()
    robot.press("U")
    #expect(robot.lines[2].contains("today") && robot.lines[2].contains("2026-11-22"), "\(robot.screen)")
    #expect(robot.lines[3].contains("▸ 14:02") && robot.lines[3].contains("low"), "\(robot.screen)")
  }

  @Test func itIsFilteredByWordsAndByWhom() throws {
    let robot = try robot()
    try robot.book.store.transact("Fetch", origin: .sync) { try $0.set(["status": .text("new")], in: .lead, 3) }
    robot.press("U", "/")
    robot.type("priority low")
    robot.press(.enter)
    #expect(robot.shows("to low") && !robot.shows("to lost"), "\(robot.screen)")
    robot.press(.escape, "o")
    robot.type("sync")
    robot.press(.enter)
    #expect(robot.shows("Fetch") && !robot.shows("to low") && robot.foot.contains("by sync"), "\(robot.screen)")
    robot.press(.escape)
    #expect(robot.shows("to low"))
    robot.press("/")
    robot.type("zzzz")
    #expect(robot.shows("Nothing matches"), "\(robot.screen)")
  }

  @Test func whatTakingBackWouldDoIsSaidFirst() throws {
    let robot = try robot()
    robot.press("*", "!")
    robot.type("urgent")
    robot.press(.enter, "d", .escape, "g", "!")
    robot.type("medium")
    robot.press(.enter, "U", "j", "x")
    #expect(robot.shows("Take this back?") && robot.shows("1 kept, because changed since"), "\(robot.screen)")
    #expect(robot.shows(": Priority"), "\(robot.screen)")
    robot.press(.escape)
    #expect(!robot.row("urgent").contains("undone"))
    robot.press("x", "u")
    #expect(robot.row("urgent").contains("undone"), "\(robot.screen)")
    robot.press("x")
    #expect(robot.shows("Do this again?"), "\(robot.screen)")
    robot.press("d")
    #expect(!robot.row("urgent").contains("undone") && robot.foot.contains("Done again"), "\(robot.screen)")
  }

  @Test func anEntryShowsOldAndNewOfEachField() throws {
    let robot = try Robot.demo(100, 30)
    try robot.book.store.transact("Edit many") { writer in
      try writer.set(
        [
          "estimated_value": .money(1_234_500), "lead_source": .text("trade_show"), "next_follow_up": .none,
          "assigned_to": .reference(1), "budget_code": .text("X1"),
        ], in: .lead, 1)
    }
    robot.press("U", .enter)
    #expect(robot.shows("Value") && robot.shows("→ 12,345"), "\(robot.screen)")
    #expect(robot.shows("→ trade show") && robot.shows("– → X1"), "\(robot.screen)")
    robot.press(.enter)
    #expect(robot.shows("Fields"), "Enter opens the record: \(robot.screen)")
  }

  @Test func aLargeEntryOpensAtOnceAndIsReadOnTheWay() throws {
    let book = try TestBook()
    try book.store.transact("Fill") { writer in for _ in 0..<3000 { try writer.insert(Lead()) } }
    try book.store.transact("Rename") { writer in
      for id in Int64(1)...3000 { try writer.set(["last_name": .text("N\(id)")], in: .lead, id) }
    }
    let robot = Robot(book)
    robot.press("U", .enter)
    #expect(robot.shows("lead  N1  ") || robot.shows("N1"), "\(robot.screen)")
    robot.press("G")
    #expect(robot.shows("N3000") && robot.foot.contains("3,000 of 3,000"), "\(robot.screen)")
    robot.press("g")
    #expect(robot.foot.contains("1 of 3,000"))
  }

  @Test func aRecordHasItsOwnHistory() throws {
    let robot = try robot()
    robot.press(.enter, "H")
    #expect(robot.shows("History of ") && robot.shows("to low") && robot.shows("to lost"), "\(robot.screen)")
    robot.press(.escape, .escape, "G", .enter, "H")
    #expect(!robot.shows("to low") && robot.shows("Load the demo book"), "\(robot.screen)")
  }
}
