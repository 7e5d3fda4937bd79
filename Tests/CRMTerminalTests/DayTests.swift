import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// A rep's first day, by the keys alone.
@MainActor struct DayTests {
  private static let leads = """
    First Name;Last Name;Email;Company;Phone;Lead Status;Estimated Value;Tags
    Ada;Lovelace;ada@analytical.example;Analytical Engines;+44 20 7946 0958;new;12.000,00;expo
    Grace;Hopper;grace@navy.example;Navy Systems;+1 555 0100;new;45.000,00;expo,pilot
    Edsger;Dijkstra;edsger@guarded.example;Guarded Commands;+31 40 555 01;contacted;8.500,50;
    Barbara;Liskov;barbara@clu.example;CLU Works;+1 617 555 0111;new;60.000,00;pilot
    Radia;Perlman;radia@spanning.example;Spanning Trees;+1 425 555 0199;new;;expo
    """

  @Test func anEmptyBookOffersALogin() throws {
    let robot = Robot(try TestBook())
    #expect(robot.shows("Welcome to MyCRM"))
    robot.press("l")
    #expect(robot.shows("Log in") && robot.shows("Password"), "\(robot.screen)")
    robot.press(.escape)
    #expect(!robot.shows("Welcome to MyCRM"))
  }

  @Test(.timeLimit(.minutes(6))) func fromAnEmptyBookToAWonDealAndBackAgain() throws {
    let book = try TestBook()
    let file = try book.file("expo.csv", Self.leads)
    let robot = Robot(book, 120, 30)
    #expect(robot.shows("Welcome to MyCRM"))

    // She brings in the visitors of the trade show.
    robot.press("i")
    robot.send(.key(.paste(file)))
    robot.press(.enter, "n", "n", "n", "n", "a")
    #expect(robot.foot.contains("5 leads"), "\(robot.foot)")
    robot.press("2")
    #expect(try book.count(.lead) == 5)
    #expect(robot.row("Grace Hopper").contains("45,000"), "\(robot.screen)")

    // The two who have a pilot in mind come first; she marks them urgent in one go.
    robot.press("/")
    robot.type("tag:pilot")
    robot.press(.enter)
    #expect(robot.lines[1].contains("2 of 5"), "\(robot.lines[1])")
    robot.press("*", "!")
    robot.type("urgent")
    robot.press(.enter)
    #expect(robot.shows("2 change"), "\(robot.screen)")
    robot.press("d")
    #expect(robot.foot.contains("2 leads"), "\(robot.foot)")
    #expect(
      try book.all(Lead.self).filter { $0.priority == "urgent" }.map(\.lastName).sorted() == ["Hopper", "Liskov"])
    robot.press(.escape, .escape)
    #expect(robot.lines[1].hasSuffix(" 5 ─"), "\(robot.lines[1])")

    // A title was missing.
    robot.find("Hopper")
    robot.press(.enter, "e")
    for _ in 0..<(Lead.schema.infos.firstIndex { $0.name == "job_title" } ?? 0) { robot.press(.tab) }
    robot.type("Rear Admiral")
    robot.press(.control("s"))
    #expect(robot.row("Job title").contains("Rear Admiral"), "\(robot.screen)")

    // She calls, and promises a demonstration.
    robot.press("l")
    robot.type("Asked for a demonstration")
    robot.press(.control("s"))
    #expect(
      try book.all(Activity.self).contains { $0.subject == "Asked for a demonstration" && $0.activityType == "call" })
    robot.press("t")
    robot.type("Demonstrate the compiler")
    robot.press(.tab, .tab)
    robot.type("tomorrow 9:00")
    robot.press(.control("s"))
    #expect(robot.shows("Tasks 1 open"), "\(robot.screen)")

    // The lead becomes a contact and a deal.
    robot.press("c")
    #expect(robot.shows("new contact Grace Hopper"), "\(robot.screen)")
    robot.press(.control("s"))
    #expect(try book.all(Contact.self).map(\.lastName) == ["Hopper"])
    #expect(try book.all(Opportunity.self).map(\.amount) == [Money(hundredths: 4_500_000)])
    #expect(try book.all(Lead.self).first { $0.lastName == "Hopper" }?.status == "converted")

    // The deal goes along the board, and the board asks for nothing until it is lost.
    robot.press("4")
    #expect(robot.row("Navy Systems").contains("▸"), "\(robot.screen)")
    robot.press("L", "L")
    #expect(try book.all(Opportunity.self)[0].stage == "proposal")
    #expect(try book.all(Opportunity.self)[0].probability == 50)
    robot.press("x")
    #expect(robot.shows("Why was it lost?"))
    robot.type("Went to sea")
    robot.press(.enter)
    #expect(try book.all(Opportunity.self)[0].lostReason == "Went to sea")
    robot.press("u", "w")
    #expect(try book.all(Opportunity.self)[0].stage == "closed_won")
    #expect(try book.all(Opportunity.self)[0].lostReason.isEmpty)

    // Another visitor from the same house turns out to be known already.
    robot.press("2", "n")
    robot.type("Grace")
    robot.press(.tab)
    robot.type("Hopper")
    for _ in 0..<6 { robot.press(.tab) }
    robot.type("grace@navy.example")
    robot.press(.control("s"))
    #expect(robot.shows("create anyway"), "\(robot.screen)")
    robot.press("c", "/")
    robot.type("status:new hopper")
    robot.press(.enter, "c")
    #expect(robot.shows("link Grace Hopper"), "\(robot.screen)")
    robot.press(.tab, .right, .control("s"))
    #expect(try book.count(.contact) == 1)
    #expect(try book.count(.opportunity) == 1)
    robot.press(.escape)

    // The demonstration is done, and the rest is cleaned up.
    robot.press("5", "x")
    #expect(try book.all(CRMTask.self)[0].status == "completed")
    robot.press("2")
    robot.find("Perlman")
    robot.press("D")
    #expect(try book.all(Lead.self).contains { $0.lastName == "Perlman" } == false)
    robot.press("g", " ", "v", "j", "v", "D")
    #expect(robot.shows("Delete "), "\(robot.screen)")
    robot.press("d")
    let left = try book.count(.lead)

    // Everything can be taken back, down to the empty book.
    let steps = robot.undoAll()
    #expect(steps > 10, "\(steps)")
    for kind in EntityKind.allCases where ![.user, .board, .stage].contains(kind) {
      #expect(try book.count(kind) == 0, "\(kind)")
    }
    for _ in 0..<steps { robot.press(.control("r")) }
    #expect(try book.count(.lead) == left)
    #expect(try book.all(Opportunity.self)[0].stage == "closed_won")
    #expect(try book.store.integrityProblems().isEmpty)
  }
}

extension Robot {
  /// Filters the list by the words, then takes the filter away: the cursor stays.
  func find(_ words: String) {
    press("/")
    type(words)
    press(.enter, .escape)
  }

  /// Presses `u` until there is nothing left; answers how often that was.
  func undoAll() -> Int {
    for count in 0..<200 {
      press("u")
      if foot.contains("Nothing to undo") { return count }
    }
    return 200
  }
}
