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

  @Test func onlyAViewOfOnesOwnCanBeRemoved() throws {
    let robot = Robot(try TestBook(isDemo: true), 120, 30)
    robot.press("2", ":")
    robot.type("remove view")
    robot.press(.enter)
    #expect(robot.foot.contains("All is a standard view"))
    robot.press("V")
    robot.type("Short-lived")
    robot.press(.enter, ":")
    robot.type("remove view")
    robot.press(.enter)
    #expect(!robot.screen.contains("Short-lived"))
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
