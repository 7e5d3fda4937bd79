import CRMDomain
import CRMStore
import CRMTestSupport
import Foundation
import TerminalKit
import Testing

@testable import CRMTerminal

/// What a filter offers while it is typed, and what stays when it is wrong.
@MainActor struct FilterValueTests {
  private func typed(_ place: Key, _ text: String) throws -> Robot {
    let robot = Robot(try TestBook(isDemo: true), 120, 40)
    robot.press(place, "/")
    robot.type(text)
    return robot
  }

  @Test func choicesAreOfferedWithTheirCounts() throws {
    let robot = try typed("2", "status:")
    let leads = try robot.book.all(Lead.self)
    for choice in Choices.leadStatus {
      #expect(robot.shows(" \(choice.value)  \(leads.count { $0.status == choice.value })"), "\(choice.value)")
    }
  }

  @Test func valuesOfTextAreNarrowedByWhatIsTyped() throws {
    let robot = try typed("2", "company:")
    let leads = try robot.book.all(Lead.self)
    let companies = Dictionary(grouping: leads.map(\.companyName).filter { !$0.isEmpty }) { $0 }.mapValues(\.count)
    let most = try #require(companies.values.max())
    #expect(robot.lines[3].contains("Company  \(most)"), "the most frequent is first: \(robot.lines[3])")
    let name = try #require(companies.keys.sorted().first { $0.first == "K" && $0.allSatisfy(\.isASCII) })
    robot.type("k")
    for line in robot.lines[3...5] where line.contains("Company  ") {
      #expect(line.lowercased().contains(" k") || line.contains("\"K"), "\(line)")
    }
    robot.type(String(name.dropFirst().prefix(4)))
    robot.press(.tab)
    #expect(
      robot.lines[2].contains("company:\"\(name)\"") || robot.lines[2].contains("company:\(name)"),
      "\(name) \(robot.lines[2])")
    #expect(robot.lines[1].contains(" \(companies[name] ?? 0) of \(leads.count)"))
  }

  @Test func ownersTagsAndStatesHaveCounts() throws {
    let leads = try typed("2", "owner:").book.all(Lead.self)
    let robot = try typed("2", "owner:m")
    let me = try #require(robot.session.me)
    #expect(robot.row("me  You").contains("You  \(leads.count { $0.assignedTo == me.id })"))
    let tag = try #require(
      Dictionary(grouping: leads.flatMap(\.tags)) { $0 }.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) })
    let tags = try typed("2", "tag:" + tag.key.prefix(3))
    #expect(tags.row(" \(tag.key)  Tags").contains("Tags  \(tag.value.count)"))
    let deals = try typed("6", "stage:prop")
    let proposals = try deals.book.all(Opportunity.self).count { $0.stage == "proposal" }
    #expect(deals.shows("▸ proposal  \(proposals)"))
  }

  @Test func countsFollowChanges() throws {
    let robot = try typed("2", "status:")
    let new = try robot.book.all(Lead.self).filter { $0.status == "new" }
    #expect(robot.shows(" new  \(new.count)"))
    try robot.book.store.transact("Lose one") { writer in
      _ = try writer.set(["status": .text("lost")], in: .lead, new[0].id.rawValue)
    }
    robot.settle()
    robot.type("n")
    #expect(robot.shows(" new  \(new.count - 1)"))
  }

  @Test func aMistakeIsUnderlinedAndTheLastGoodResultStays() throws {
    let robot = try typed("2", "status:new score>5")
    let found = robot.lines[1]
    #expect(found.contains(" of 250"))
    robot.type("x")
    #expect(robot.lines[1] == found && robot.foot.contains("Score is a number"), "\(robot.foot)")
    let place = try #require(robot.place(of: "5x"))
    #expect(robot.cell(place.column, place.row).role != robot.cell(place.column - 2, place.row).role)
    robot.press(.backspace, .backspace)
    #expect(robot.lines[1].contains(" of 250"))
    robot.press(.control("u"))
    robot.type("status:new scor")
    robot.type(">9")
    let new = try robot.book.all(Lead.self).count { $0.status == "new" }
    #expect(robot.lines[1].contains("\(new) of 250"), "the word on the way to the field's name is no longer meant")
  }
}
