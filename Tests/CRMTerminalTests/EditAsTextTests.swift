import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// Rows as a text table in the rep's editor: seen before they are written, with sentences for what cannot be read.
@MainActor struct EditAsTextTests {
  private func robot() throws -> Robot {
    let book = try TestBook()
    try book.store.transact("Fill") { writer in
      for name in ["Lovelace", "Hopper", "Curie | Skłodowska"] {
        var lead = Lead()
        (lead.firstName, lead.lastName) = ("Ada", name)
        lead.email = "ada@example.com"
        try writer.insert(lead)
      }
    }
    let robot = Robot(book)
    robot.press("2", "*")
    return robot
  }

  /// Lets the next texts be edited so, in turn; answers what was opened.
  private final class Editor {
    var opened: [String] = []
    var edits: [(String) -> String]
    init(_ edits: [(String) -> String]) { self.edits = edits }

    @MainActor func install(in robot: Robot) {
      robot.app.editor = { [self] text, _ in
        opened.append(text)
        let edited = edits.isEmpty ? text : edits.removeFirst()(text)
        return edited == text ? nil : edited
      }
    }
  }

  private func lead(_ robot: Robot, _ id: Int64) throws -> Lead {
    try #require(try robot.book.store.read { try $0.record(Identifier<Lead>(id)) })
  }

  @Test func whatWasEditedIsShownAndWrittenAsOneChange() throws {
    let robot = try robot()
    let editor = Editor([{ $0.replacing("Hopper", with: "Hopper-Murray").replacing("| new ", with: "| lost ") }])
    editor.install(in: robot)
    robot.press("E")
    #expect(editor.opened[0].contains("Curie \\| Skłodowska"), "\(editor.opened)")
    #expect(robot.shows("What will be written") && robot.shows("Hopper-Murray"), "\(robot.screen)")
    #expect(robot.foot.contains("4 changes of 3 leads"), "\(robot.foot)")
    #expect(try lead(robot, 2).lastName == "Hopper", "nothing is written yet")
    robot.press(.enter)
    #expect(robot.foot.contains("Edit 3 leads as text"), "\(robot.foot)")
    #expect(try lead(robot, 2).lastName == "Hopper-Murray" && lead(robot, 3).status == "lost")
    robot.press("u")
    #expect(try lead(robot, 2).lastName == "Hopper" && lead(robot, 3).status == "new")
  }

  @Test func escDropsAndALineTakenOutLeavesItsRecord() throws {
    let robot = try robot()
    let editor = Editor([
      { text in text.split(separator: "\n").filter { !$0.contains("Hopper") }.joined(separator: "\n") },
      { $0.replacing("Lovelace", with: "Byron") },
    ])
    editor.install(in: robot)
    robot.press("E")
    #expect(robot.foot.contains("Nothing was changed"), "\(robot.foot)")
    #expect(try robot.book.count(.lead) == 3)
    robot.press("E", .escape)
    #expect(robot.foot.contains("Nothing was written"), "\(robot.foot)")
    #expect(try lead(robot, 1).lastName == "Lovelace")
  }

  @Test func whatCannotBeReadIsSaidAndTheTextIsOpenedAgainWithTheMessages() throws {
    let robot = try robot()
    let editor = Editor([
      { $0.replacing("| new ", with: "| gone ") + "Bo | Bo\n" }, { $0.replacing("| gone ", with: "| lost ") },
      { text in text.split(separator: "\n").filter { !$0.hasPrefix("Bo") }.joined(separator: "\n") },
    ])
    editor.install(in: robot)
    robot.press("E")
    #expect(robot.shows("4 lines need another look"), "\(robot.screen)")
    #expect(robot.shows("Status is one of: new, contacted"), "\(robot.screen)")
    robot.press("e")
    #expect(editor.opened[1].contains("\n# ! Line "), "\(editor.opened[1])")
    #expect(robot.shows("One line needs another look"), "\(robot.screen)")
    robot.press("e")
    #expect(robot.foot.contains("3 changes of 3 leads"), "\(robot.screen)")
    robot.press(.enter)
    #expect(try lead(robot, 1).status == "lost")
  }

  @Test func whatSomebodyElseChangedMeanwhileIsLeftOutUnlessTheRepWantsIt() throws {
    let robot = try robot()
    let store = robot.book.store
    func edit(_ text: String) -> String {
      do {
        try store.transact("Other", origin: .sync) { try $0.set(["status": .text("qualified")], in: .lead, 1) }
        try store.transact("Other", origin: .sync) { try $0.trash(.lead, 2) }
      } catch { Issue.record(error) }
      return text.replacing("| new ", with: "| lost ")
    }
    Editor([edit]).install(in: robot)
    robot.press("E")
    #expect(robot.foot.contains("1 change of 1 lead  2 left out"), "\(robot.foot)")
    let row = robot.lines.firstIndex { $0.contains("! Ada Lovelace") } ?? 0
    #expect(robot.lines[row].contains("left out"), "\(robot.screen)")
    robot.press("g")
    for _ in 0..<3 where !robot.shows("Changed meanwhile to qualified") { robot.press("j") }
    robot.press("m")
    #expect(robot.foot.contains("2 changes of 2 leads"), "\(robot.screen)")
    robot.press(.enter)
    #expect(try lead(robot, 1).status == "lost" && lead(robot, 2).status == "new" && lead(robot, 3).status == "lost")
  }

  @Test func tooManyRowsAreSentToTheForm() throws {
    let book = try TestBook()
    try book.store.transact("Fill") { writer in for _ in 0..<2001 { try writer.insert(Lead()) } }
    let robot = Robot(book, 120, 24)
    robot.press("2", "*", "E")
    #expect(robot.foot.contains("at most 2,000 rows, and 2,001 are marked"), "\(robot.foot)")
  }
}
