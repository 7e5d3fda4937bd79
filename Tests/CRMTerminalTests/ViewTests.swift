import CRMDomain
import CRMStore
import CRMTestSupport
import TerminalKit
import Testing

@testable import CRMTerminal

/// Looking at a list in one's own way: views, counts, fields made on the spot, themes.
@MainActor struct ViewTests {
  @Test func aViewKeepsFilterOrderAndColumnsForTheNextStart() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 120, 30)
    robot.press("2", "/")
    robot.type("status:new value>20k")
    robot.press(.enter, "o")
    robot.type("company")
    robot.press(.enter, "V")
    robot.type("Big and new")
    robot.press(.enter)
    #expect(robot.foot.contains("View Big and new is kept"))
    let shown = robot.lines[3...8]
    let again = Robot(book, 120, 30)
    again.press("2", "[")
    #expect(again.shows("Big and new"))
    #expect(again.lines[3...8] == shown)
  }

  @Test func theLettersOfTheViewsOpenThem() throws {
    let robot = Robot(try TestBook(isDemo: true), 120, 30)
    robot.press("2", "'")
    let leads = try robot.book.all(Lead.self)
    let hot = leads.filter { $0.leadScore >= 70 && !["converted", "lost", "unqualified"].contains($0.status) }.count
    #expect(robot.row("hot open").contains(" \(hot) "), "the count is there before the view is opened")
    robot.press("h")
    #expect(robot.role(of: " Hot ") == .selected && robot.shows("\(hot) of \(leads.count)"))
    robot.press("'", "Q")
    #expect(robot.foot.contains("No view has the key Q"))
    robot.press(.escape, "'", .down, .enter)
    #expect(robot.role(of: " No next step ") == .selected)
  }

  @Test func aViewIsSavedOverRenamedMovedAndDeleted() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 120, 30)
    robot.press("2", "/")
    robot.type("status:new")
    robot.press(.enter, "'", "+")
    robot.type("Fresh")
    robot.press(.enter)
    #expect(robot.foot.contains("View Fresh is kept  ·  ' f opens it"))
    #expect(robot.row("status:new").contains("f  Fresh"))
    robot.press(.escape)
    #expect(!robot.lines[2].contains("status:new"), "the filter is in the view now")
    robot.press("/")
    robot.type("source:website")
    robot.press(.enter, "'", "=")
    #expect(robot.shows("Save over the view Fresh?"))
    robot.press("s", "~")
    robot.type(" web")
    robot.press(.enter)
    #expect(robot.row("status:new source:website").contains("Fresh web"))
    robot.press("<", "'", "7")
    #expect(robot.foot.contains("' 7 opens Fresh web"))
    robot.press(.escape)
    let again = Robot(book, 120, 30)
    again.press("2", "'", "7")
    #expect(again.role(of: " Fresh web ") == .selected)
    #expect(try #require(again.place(of: "Fresh web")).column < #require(again.place(of: "New this week")).column)
    again.press("'", "-", "c")
    #expect(again.shows("Fresh web"), "cancelled")
    again.press("-", "d", .escape)
    #expect(!again.lines[1].contains("Fresh web"))
  }

  @Test func standardViewsCanBeTakenAwayAndComeBack() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 120, 30)
    robot.press("2", "'", .down, .down, "-", "d", .escape)
    #expect(!robot.lines[1].contains("Hot"))
    #expect(!Robot(book, 120, 30).screen.contains(" Hot "))
    robot.press(":")
    robot.type("standard views")
    robot.press(.enter)
    #expect(robot.lines[1].contains("Hot"))
  }

  @Test func countsOfViewsFollowEveryChange() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 200, 30)
    robot.press("2")
    let count = try book.all(Lead.self).count
    #expect(robot.lines[1].contains("All \(count)"))
    try book.store.transact("Trash") { try $0.trash(.lead, 1) }
    robot.settle()
    robot.press("j")
    #expect(robot.lines[1].contains("All \(count - 1)"))
    robot.press("u")
    #expect(robot.lines[1].contains("All \(count)"))
  }

  @Test func aViewOfDealsWorksOnTheListAndOnTheBoard() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 160, 40)
    robot.press("6", "/")
    robot.type("amount>50k")
    robot.press(.enter, "V")
    robot.type("Big")
    robot.press(.enter)
    #expect(robot.lines[1].contains("Big"))
    robot.press("4", "'", "b")
    #expect(robot.lines[1].contains("Pipeline ─") && robot.lines[1].contains("─ Big"))
    let open = try book.all(Opportunity.self).filter { $0.isOpen && ($0.amount?.hundredths ?? 0) > 5_000_000 }
    let stage = try #require(Dictionary(grouping: open, by: \.stage).max { $0.value.count < $1.value.count })
    let name = try #require(book.all(Stage.self).first { $0.key == stage.key }?.name)
    #expect(robot.shows("\(name) \(stage.value.count)"))
    robot.press(.escape)
    #expect(!robot.lines[1].contains("─ Big"))
    robot.press(":")
    robot.type("pipeline: big")
    #expect(robot.shows("Pipeline: Big"))
    robot.press(.enter)
    #expect(robot.lines[1].contains("─ Big"))
  }

  @Test func countsAddUpAndEnterFilters() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 100, 30)
    robot.press("2", "F")
    robot.type("status")
    robot.press(.enter)
    let leads = try book.all(Lead.self)
    for choice in Choices.leadStatus {
      let count = leads.count { $0.status == choice.value }
      let row = robot.lines.first { $0.dropFirst(3).hasPrefix(choice.label + " ") } ?? ""
      #expect(row.contains(" \(count) "), "\(choice.label)")
    }
    robot.press(.enter)
    #expect(robot.screen.contains("status:"))
    let most = Choices.leadStatus.map { choice in leads.count { $0.status == choice.value } }.max() ?? 0
    #expect(robot.screen.contains("\(most) of \(leads.count)"))
  }

  @Test func everyFieldCanBeCounted() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 100, 30)
    for kind in [EntityKind.lead, .contact, .opportunity, .task] {
      let total = try book.store.read { try $0.count(kind) }
      let list = robot.session.list(kind, .all)
      for info in robot.session.fields(of: kind) where info.kind != .customFields {
        let grouping = Grouping(info, calendar: .utc)
        let found = try #require(try book.store.frequencies(of: grouping, in: list))
        let counted = found.reduce(0) { $0 + $1.count }
        #expect(info.kind == .tags ? counted >= total : counted == total, "\(kind) \(info.name)")
      }
    }
  }

  @Test func aFieldMadeOnTheSpotIsFilledFilteredAndUndone() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 100, 40)
    robot.press("2", ":")
    robot.type("new field")
    robot.press(.enter)
    robot.type("Renewal day")
    robot.press(.enter)
    robot.type("a day")
    robot.press(.enter)
    #expect(robot.foot.contains("Renewal day is a field of leads now"))
    let lead = try #require(try book.store.read { try $0.ids(robot.session.list(.lead, .all), limit: 1) }.first)
    let today = robot.session.today
    try book.store.transact("Set the renewal") { try $0.set(["renewal_day": .day(today)], in: .lead, lead) }
    robot.settle()
    robot.press("/")
    robot.type("renewal_day:today")
    #expect(robot.screen.contains("1 of 250"))
    robot.press(.enter, "u")
    #expect(robot.screen.contains("0 of 250"))
  }

  @Test func aThemeIsShownWhileItIsLookedAtAndLeftByEsc() throws {
    let robot = Robot(try TestBook(isDemo: true), 80, 24)
    let before = robot.terminal.theme
    robot.press(":")
    robot.type("theme")
    robot.press(.enter, .down)
    #expect(robot.terminal.theme != before)
    robot.press(.escape)
    #expect(robot.terminal.theme == before)
  }
}
