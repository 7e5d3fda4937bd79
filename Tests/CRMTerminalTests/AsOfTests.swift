import CRMDomain
import CRMStore
import CRMTestSupport
import TerminalKit
import Testing

/// The pipeline as it was, and what moved since.
@MainActor struct AsOfTests {
  /// A book whose deals were made ten days ago; two of them moved two days ago.
  private func robot(_ columns: Int = 80, _ rows: Int = 24) throws -> Robot {
    let book = try TestBook()
    func store(_ daysAgo: Int64) throws -> CRMStore {
      let path = book.store.path
      return try CRMStore(path: path) { TestBook.now.adding(seconds: -daysAgo * 86_400) }
    }
    try store(10).transact("Add deals") { writer in
      for number in 1...4 {
        var deal = Opportunity()
        (deal.name, deal.board, deal.stage) = ("Deal \(number)", Identifier(1), "proposal")
        deal.amount = Money(hundredths: number * 100_000)
        try writer.insert(deal)
      }
    }
    try store(2).transact("Win", origin: .sync) { writer in
      try writer.set(["stage": .text("closed_won")], in: .opportunity, 1)
      try writer.set(["amount": .money(900_000)], in: .opportunity, 2)
      try writer.trash(.opportunity, 3)
    }
    let robot = Robot(book, columns, rows)
    robot.press("4", "A")
    return robot
  }

  @Test func itShowsEachStageThenAndNowAndWhatMoved() throws {
    let robot = try robot()
    robot.type("-5d")
    robot.press(.enter)
    #expect(robot.shows("Sales as of the end of 17 Nov"), "\(robot.screen)")
    let proposal = robot.row("Proposal")
    #expect(proposal.contains("4  USD 10k") && proposal.contains("2  USD 13k"), "\(proposal)")
    #expect(proposal.contains("-2") && proposal.contains("+3k"), "\(proposal)")
    #expect(robot.shows("Moved since: 3 deals"), "\(robot.screen)")
    #expect(robot.row("Deal 1").contains("won") && robot.row("Deal 1").contains("sync"), "\(robot.row("Deal 1"))")
    #expect(robot.row("Deal 2").contains("up by USD 7k"), "\(robot.row("Deal 2"))")
    #expect(robot.row("Deal 3").contains("gone from Proposal"), "\(robot.row("Deal 3"))")
    #expect(!robot.shows("Deal 4"))
    robot.press(.enter)
    #expect(robot.shows("Deal 1") && robot.shows("Fields"), "Enter opens the deal: \(robot.screen)")
  }

  @Test func aDayThatIsNotUnderstoodIsAskedAgain() throws {
    let robot = try robot()
    robot.type("tomorrow")
    robot.press(.enter)
    #expect(robot.shows("┌─ Pipeline as of") && robot.foot.contains("still to come"), "\(robot.screen)")
    robot.press(.control("u"))
    robot.type("1 nov")
    robot.press(.enter)
    #expect(robot.shows("the end of 1 Nov") && robot.row("Deal 1").contains("won, new"), "\(robot.screen)")
    robot.press("d")
    robot.type("yesterday")
    robot.press(.enter)
    #expect(robot.shows("Nothing moved."), "\(robot.screen)")
    robot.press(.escape)
    #expect(robot.shows("─ Pipeline ─ Sales"), "\(robot.screen)")
  }
}
