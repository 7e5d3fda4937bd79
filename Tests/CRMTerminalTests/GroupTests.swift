import CRMDomain
import CRMStore
import CRMTestSupport
import Foundation
import TerminalKit
import Testing

@testable import CRMTerminal

/// A list in groups: headings with counts and sums, folds, and everything that works without groups.
@MainActor struct GroupTests {
  private func grouped(_ place: Key, by field: String, _ columns: Int = 100, _ rows: Int = 40) throws -> Robot {
    let robot = Robot(try TestBook(isDemo: true), columns, rows)
    robot.press(place, "b")
    robot.type(field)
    robot.press(.enter)
    return robot
  }

  private func headings(_ robot: Robot) -> [String] { robot.lines.filter { $0.contains("▾ ") || $0.contains("▹ ") } }

  @Test func headingsTellCountAndSum() throws {
    let robot = try grouped("2", by: "status")
    robot.press("Z")
    let leads = try robot.book.all(Lead.self)
    for choice in Choices.leadStatus {
      let own = leads.filter { $0.status == choice.value }
      let heading = headings(robot).first { $0.contains("▹ \(choice.label) ") } ?? ""
      let sum = own.reduce(0) { $0 + ($1.estimatedValue?.hundredths ?? 0) }
      #expect(heading.contains(" \(own.count)  USD \(Money(hundredths: sum).display())"), "\(choice.label): \(heading)")
    }
    #expect(robot.lines[1].contains("250 in 6 groups"))
  }

  @Test func enterSpaceAndZFoldAGroup() throws {
    let robot = try grouped("2", by: "status")
    #expect(robot.lines[3].contains("▾ new") && !robot.lines[4].contains("▾"))
    for key in [Key.enter, " ", "z"] {
      robot.press(key)
      #expect(robot.lines[3].contains("▹ new") && robot.lines[4].contains("▾ contacted"))
      robot.press(key)
      #expect(robot.lines[3].contains("▾ new") && !robot.lines[4].contains("▾"))
    }
    robot.press("j", "j", "z")
    #expect(robot.lines[3].contains("▹ new") && robot.lines[3].contains("▸"), "from a row its group is folded")
    robot.press("Z")
    #expect(headings(robot).allSatisfy { $0.contains("▹") } && headings(robot).count == 6)
    robot.press("Z")
    #expect(headings(robot).allSatisfy { $0.contains("▾") })
  }

  @Test func groupsStayForTheNextStartAndInAView() throws {
    let book = try TestBook(isDemo: true)
    let robot = Robot(book, 100, 30)
    robot.press("2", "b")
    robot.type("source")
    robot.press(.enter)
    let shown = robot.lines
    let again = Robot(book, 100, 30)
    again.press("2")
    #expect(again.lines[1...20] == shown[1...20])
    again.press("V")
    again.type("By source")
    again.press(.enter, "[", "b")
    again.type("no groups")
    again.press(.enter)
    #expect(!again.shows("groups"))
    again.press("'", "b")
    #expect(again.lines[1].contains("groups") && again.lines[3].contains("▾"))
  }

  @Test func aFilterMayNameItsGroups() throws {
    let robot = Robot(try TestBook(isDemo: true), 100, 30)
    robot.press("2", "/")
    robot.type("owner:me group:-created/quarter")
    robot.press(.enter, "g")
    #expect(headings(robot).first?.contains("Q4 2026") == true)
    robot.press("Z")
    let quarters = headings(robot).map { $0.split(separator: "▹")[1].prefix(8) }
    #expect(quarters.count > 1 && quarters.first == " Q4 2026")
  }

  @Test func marksReachAcrossGroups() throws {
    let robot = try grouped("2", by: "status")
    robot.press("*")
    #expect(robot.foot.contains("250 marked"))
    robot.press("*", "Z", "v", "j", "v")
    let leads = try robot.book.all(Lead.self)
    let both = leads.filter { ["new", "contacted"].contains($0.status) }.count
    #expect(robot.foot.contains("\(both) marked"), "a folded heading stands for its rows")
    robot.press(.escape)
    robot.press("Z", "g", "j", " ", " ")
    #expect(robot.foot.contains("2 marked"))
    robot.press("s")
    robot.type("lost")
    robot.press(.enter)
    let lost = leads.filter { $0.status == "lost" }.count + 2
    robot.press("Z")
    #expect(headings(robot).last?.contains("lost") == true)
    #expect(headings(robot).last?.contains(" \(lost)  ") == true)
    robot.press("u")
    #expect(headings(robot).last?.contains(" \(lost - 2)  ") == true)
  }

  @Test func theCursorStaysWithItsRecordWhenItMovesToAnotherGroup() throws {
    let robot = try grouped("2", by: "status")
    robot.press("j")
    let name = String(robot.lines[4].dropFirst(3).prefix(12))
    robot.press("s")
    robot.type("qualified")
    robot.press(.enter)
    let row = robot.lines.first { $0.contains("▸") } ?? ""
    #expect(row.contains(name) && row.contains("qualified"))
  }

  @Test func pagesAndEndGoThroughAllRows() throws {
    let robot = try grouped("2", by: "status", 80, 24)
    robot.press("G")
    let last = robot.lines.last { $0.contains("▸") } ?? ""
    #expect(last.contains("lost"))
    robot.press("g")
    var seen = 0
    for _ in 0..<400 where !(robot.lines.last { $0.contains("▸") } ?? "").contains(last.dropFirst(2)) {
      robot.press("j")
      seen += 1
    }
    #expect(seen == 255, "250 rows and 6 headings")
    for _ in 0..<30 { robot.press(.pageUp) }
    #expect(robot.lines[3].contains("▸ ▾ new"))
  }

  @Test func aRowWithSeveralTagsStandsUnderEach() throws {
    let robot = try grouped("2", by: "tags")
    robot.press("Z")
    let leads = try robot.book.all(Lead.self)
    for tag in Set(leads.flatMap(\.tags)) {
      let heading = headings(robot).first { $0.contains("▹ \(tag) ") } ?? ""
      #expect(heading.contains(" \(leads.filter { $0.tags.contains(tag) }.count)  "), "\(tag)")
    }
    #expect(robot.lines[1].contains("250 in"))
    robot.press("*")
    #expect(robot.foot.contains("250 marked"), "each row once")
  }

  @Test func typingIntoTheFilterKeepsTheGroupsExact() throws {
    let robot = try grouped("6", by: "stage", 120, 40)
    robot.press("]", "]", "]", "]", "]", "]", "Z")
    for letter in "owner:me" {
      robot.press("/")
      robot.type(String(letter))
      robot.press(.enter)
      let counts = headings(robot).compactMap { $0.split(separator: " ").compactMap { Int($0) }.first }
      let found = robot.lines[1].split(separator: " ").compactMap { Int($0) }
      #expect(found.contains(counts.reduce(0, +)), "\(robot.lines[1])")
    }
  }

  @Test func whatAnotherProgramWritesChangesTheGroups() throws {
    let robot = try grouped("2", by: "status")
    _ = robot.store.changeDescriptor
    robot.press("Z")
    let new = try robot.book.all(Lead.self).filter { $0.status == "new" }
    let other = try CRMStore(path: robot.book.folder + "/book.sqlite", clock: { TestBook.now })
    try other.transact("Elsewhere") { writer in
      for lead in new.prefix(3) { _ = try writer.set(["status": .text("lost")], in: .lead, lead.id.rawValue) }
    }
    robot.send(.wake)
    #expect(headings(robot).first?.contains("▹ new ") == true)
    #expect(headings(robot).first?.contains(" \(new.count - 3)  ") == true)
  }

  // MARK: Counts of values

  @Test func countsAreOrderedByCountSumAndValue() throws {
    let robot = Robot(try TestBook(isDemo: true), 120, 30)
    robot.press("6", "]", "]", "]", "]", "]", "]", "F")
    robot.type("stage")
    robot.press(.enter)
    let deals = try robot.book.all(Opportunity.self)
    func stages() -> [String] {
      robot.lines[3...8].map { (line: String) in line.dropFirst(3).prefix(14).trimmingCharacters(in: .whitespaces) }
    }
    let byCount = Dictionary(grouping: deals, by: \.stage).mapValues(\.count)
    let counts = stages().map { label in byCount[label.replacing(" ", with: "_")] ?? 0 }
    #expect(counts == byCount.values.sorted(by: >))
    robot.press("o", "o")
    #expect(stages() == Choices.stage.map(\.label).filter { byCount[$0.replacing(" ", with: "_")] != nil })
    robot.press("O")
    #expect(stages().first == "closed lost")
  }

  @Test func datesAreCountedByMonthWeekAndDayWithAFilterOn() throws {
    let robot = Robot(try TestBook(isDemo: true), 120, 30)
    robot.press("2", "/")
    robot.type("status:new")
    robot.press(.enter, "F")
    robot.type("created at")
    robot.press(.enter)
    let new = try robot.book.all(Lead.self).filter { $0.status == "new" }
    let november = new.filter { $0.createdAt.map { LocalCalendar.utc.day(of: $0).iso.hasPrefix("2026-11") } == true }
    #expect(robot.lines[1].contains("Created at by month of leads"))
    #expect(robot.row("Nov 2026").contains(" \(november.count) "))
    robot.press("b")
    #expect(robot.lines[1].contains("by quarter"))
    robot.press("b", "b", "b")
    #expect(robot.lines[1].contains("by week") && robot.shows("week of 16 Nov 2026"))
    robot.press("b", "G")
    robot.press(.enter)
    #expect(robot.shows("\(november.count) of 250") || robot.shows("status:new"))
  }

  @Test func enterOnACountFindsAsManyRows() throws {
    let robot = Robot(try TestBook(isDemo: true), 140, 40)
    for field in ["status", "owner", "priority", "tags", "created at", "next follow", "state"] {
      robot.press("2", .escape, "F")
      robot.type(field)
      robot.press(.enter)
      let cells = robot.lines[3].split(separator: " ").compactMap { Int($0) }
      let isPeriod = robot.lines[1].contains(" by ")
      robot.press(.enter)
      let found = robot.lines[1].components(separatedBy: " of 250").first?.split(separator: " ").last.flatMap {
        Int($0)
      }
      #expect(isPeriod ? cells.contains(found ?? -1) : cells.first == found, "\(field): \(robot.lines[1]) \(cells)")
    }
  }
}
