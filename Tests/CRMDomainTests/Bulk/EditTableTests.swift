import Testing

@testable import CRMDomain

/// Records as text and back: nothing is lost, and what is wrong is said with its line.
struct EditTableTests {
  /// What editors, tables and terminals trip over.
  private static let hostile: [Unicode.Scalar] = [
    "a", "Z", "é", "\u{301}", "|", "\\", "\n", "\r", "\t", " ", "#", "!", "n", "s", "u", "{", "}", "\u{0}", "\u{1B}",
    "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{202E}", "株", "式",
    "👩", "💻", "ﷺ", "\u{E000}", "\u{10FFFF}", "-", "\"", ",", "#",
  ]

  private static func text(_ random: inout SeededRandom) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      scalars.append(hostile.randomElement(using: &random) ?? "x")
    }
    return String(scalars)
  }

  private static func table(_ random: inout SeededRandom) -> EditTable {
    var columns: [String] = []
    for number in 0..<Int.random(in: 1...5, using: &random) { columns.append("\(number)" + text(&random)) }
    let rows = (0..<Int.random(in: 0...6, using: &random)).map { row in
      EditTable.Row(Int64(row * 7 + 1), columns.map { _ in text(&random) })
    }
    return EditTable(columns: columns, rows: rows)
  }

  /// Scalars, for a text that begins with a mark is equal to others as characters.
  private static func scalars(_ rows: [[String]]) -> [[[UInt32]]] {
    rows.map { $0.map { $0.unicodeScalars.map(\.value) } }
  }

  @Test func whatIsPrintedIsReadBackWhateverItHolds() {
    var random = SeededRandom()
    for _ in 0..<3000 {
      let table = Self.table(&random)
      let printed = table.text(notes: ["a note", ""]) { $0.count }
      for text in [printed, printed.replacing("\n", with: "\r\n")] {
        let read = EditedTable(text, of: table)
        #expect(read.problems == [], "\(table)")
        #expect(read.rows.map(\.id) == table.rows.map(\.id))
        let cells = read.rows.map { row in table.columns.indices.map { row.cells[$0] ?? "?" } }
        #expect(Self.scalars(cells) == Self.scalars(table.rows.map(\.cells)), "\(table)")
      }
    }
  }

  @Test func anyTextIsReadWithoutATrap() {
    var random = SeededRandom()
    for _ in 0..<3000 {
      let table = Self.table(&random)
      var scalars = Array(table.text(notes: []) { $0.count }.unicodeScalars)
      for _ in 0..<Int.random(in: 1...6, using: &random) where !scalars.isEmpty {
        let place = Int.random(in: 0..<scalars.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: scalars.remove(at: place)
        case 1: scalars.insert(Self.hostile.randomElement(using: &random) ?? "x", at: place)
        default: scalars[place] = Self.hostile.randomElement(using: &random) ?? "x"
        }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      let read = EditedTable(String(text), of: table)
      #expect(Set(read.rows.map(\.id)).count == read.rows.count, "a record is never there twice")
      let again = EditedTable.annotated(String(text), read.problems)
      let second = EditedTable(again.text, of: table)
      #expect(second.problems.map(\.line) == again.problems.map(\.line), "\(text.debugDescription)")
    }
  }

  private let table = EditTable(
    columns: ["last_name", "status"],
    rows: [EditTable.Row(7, ["Lovelace", "new"]), EditTable.Row(12, ["Hopper", "lost"])])

  private func problems(_ text: String) -> [String] { EditedTable(text, of: table).problems.map(\.description) }

  @Test func theTableIsAlignedAndExplained() {
    #expect(
      table.text(notes: ["Change cells."]) { $0.count } == """
        # Change cells.
        #id | last_name | status
        #7  | Lovelace  | new
        #12 | Hopper    | lost

        """)
  }

  @Test func eachMistakeNamesItsLineAndWhatToDo() {
    let head = "#id | last_name | status\n"
    #expect(
      problems(head + "Ada | new") == [
        "Line 2: a line begins with # and the record's number, such as #42. Put “# ” in front of a remark."
      ])
    #expect(
      problems(head + "#8 | a | b") == [
        "Line 2: #8 is not among the records that were opened. New records are made in the program; take the line out."
      ])
    #expect(problems(head + "#7 | a | b\n#7 | c | d") == ["Line 3: #7 is on line 2 already; keep one of the two."])
    #expect(
      problems(head + "#7 | a | b | c") == [
        "Line 2: #7 has 3 cells below 2 columns; a bar inside a cell is written \\|."
      ])
    #expect(problems(head + "#7 | a\\q | b") == ["Line 2: last_name: \\q means nothing; write \\\\ for a backslash."])
    #expect(
      problems("#id | name\n") == ["Line 1: #id: there is no column “name” here; the columns are last_name, status."])
    #expect(
      problems("#7 | a | b") == [
        "The line with the names of the columns is missing; put it back, such as #id | last_name | status."
      ])
    #expect(
      problems(head + "#x | a | b") == [
        "Line 2: “#x” is not a record's number, such as #42. Put “# ” in front of a remark."
      ])
  }

  @Test func linesAndColumnsMayBeTakenOutAndMoved() {
    let read = EditedTable("#id|status\n#12|new\n", of: table)
    #expect(read.problems.isEmpty)
    #expect(read.rows.map(\.id) == [12] && read.rows[0].cells == [1: "new"])
  }

  @Test func messagesStandAboveTheirLinesWithTheNumbersOfThatText() {
    let text = "# note\n#id | last_name | status\n#7 | a\n#12 | Hopper | lost\n"
    let (shown, problems) = EditedTable.annotated(text, EditedTable(text, of: table).problems)
    let lines = shown.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(problems.map(\.line) == [5])
    #expect(lines[4] == "#7 | a" && lines[3].hasPrefix("# ! Line 5: #7 has 1 cells"), "\(shown)")
    let (again, _) = EditedTable.annotated(shown, EditedTable(shown, of: table).problems)
    #expect(again == shown, "messages of the time before go")
  }
}
