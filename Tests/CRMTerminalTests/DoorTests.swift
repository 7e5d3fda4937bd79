import CRMDomain
import CRMStore
import CRMTestSupport
import TerminalKit
import Testing

@testable import CRMTerminal

/// The same text means the same in every place that takes a query.
@MainActor struct DoorTests {
  nonisolated static let text = "owner:me amount>20k -stage:closed_lost sort:-amount"

  private func expected(_ book: TestBook) throws -> [Opportunity] {
    let me = try book.store.read { try $0.me()?.id }
    return try book.all(Opportunity.self)
      .filter { $0.assignedTo == me && ($0.amount?.hundredths ?? 0) > 2_000_000 && $0.stage != "closed_lost" }
      .sorted { ($1.amount?.hundredths ?? 0, $0.id.rawValue) < ($0.amount?.hundredths ?? 0, $1.id.rawValue) }
  }

  @Test func theFilterOfAList() throws {
    let robot = Robot(try TestBook(isDemo: true), 140, 40)
    robot.press("6", "[", "/")
    robot.type(Self.text)
    robot.press(.enter)
    try checkList(robot)
  }

  @Test func thePalette() throws {
    let robot = Robot(try TestBook(isDemo: true), 140, 40)
    robot.press("6", "[", "1", ":")
    robot.type("deals \(Self.text)")
    robot.press(.enter)
    try checkList(robot)
  }

  @Test func aSavedView() throws {
    let robot = Robot(try TestBook(isDemo: true), 140, 40)
    robot.press("6", "[", "/")
    robot.type(Self.text)
    robot.press(.enter, "V")
    robot.type("Mine and big")
    robot.press(.enter, "1", "6")
    let count = try expected(robot.book).count
    #expect(robot.lines[1].contains("Mine and big \(count)") && robot.lines[1].contains("\(count) of 60"))
    let deals = try expected(robot.book)
    #expect(Set(robot.session.read { try $0.ids(Self.query(robot)) } ?? []) == Set(deals.map(\.id.rawValue)))
  }

  @Test func theBoard() throws {
    let robot = Robot(try TestBook(isDemo: true), 200, 50)
    robot.press("4", "/")
    robot.type(Self.text)
    robot.press(.enter)
    let deals = try expected(robot.book)
    for stage in try robot.book.all(Stage.self) where stage.outcome == "open" {
      #expect(robot.shows("\(stage.name) \(deals.count { $0.stage == stage.key })"))
    }
  }

  @Test func theCommandLineAndExports() throws {
    let book = try TestBook(isDemo: true)
    let ids = try expected(book).map { "\($0.id.rawValue)" }
    let program = try Program()
    let path = book.folder + "/book.sqlite"
    // The clock of the program is not the book's; the text asks for nothing that depends on it.
    #expect(try program.run("deals", Self.text, "--ids", "--db", path).lines == ids)
    #expect(try program.run("deals", Self.text, "--json", "--db", path).output.contains("\"id\":\(ids[0])"))
    let csv = try program.run("export", "deals", Self.text, "--db", path).lines
    #expect(csv.dropFirst().map { $0.prefix { $0 != "," } }.map(String.init) == ids)
    let groups = try program.run("deals", Self.text, "--group", "stage", "--csv", "--db", path).lines.dropFirst()
    #expect(groups.compactMap { Int($0.split(separator: ",")[1]) }.reduce(0, +) >= ids.count)
  }

  private static func query(_ robot: Robot) -> ListQuery {
    let parser = QueryParser(kind: .opportunity, fields: robot.session.fields(of: .opportunity))
    return robot.session.list(.opportunity, parser.parse(text).query)
  }

  private func checkList(_ robot: Robot) throws {
    let deals = try expected(robot.book)
    #expect(!deals.isEmpty && robot.lines[1].contains("\(deals.count) of 60"))
    for (row, deal) in deals.prefix(10).enumerated() {
      #expect(robot.lines[4 + row].contains(deal.name.prefix(10)), "\(robot.lines[4 + row]) \(deal.name)")
    }
  }
}
