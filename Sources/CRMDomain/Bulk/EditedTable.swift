/// What came back from the editor: the lines that are understood, and what is wrong with the others.
///
/// Lines and columns may be taken out or moved; the records and fields that are no longer there are left alone.
package struct EditedTable: Sendable {
  package struct Row: Hashable, Sendable {
    package let line: Int
    package let id: Int64
    /// Position among the columns of the table that was opened, to the text of the cell.
    package let cells: [Int: String]
  }

  package private(set) var rows: [Row] = []
  package private(set) var problems: [LineProblem] = []
  private let table: EditTable
  private let ids: Set<Int64>
  private var seen: [Int64: Int] = [:]
  /// The column of each cell of a line; nil until its names were read.
  private var order: [Int]?

  /// Reads `text`, which was printed from `table`.
  package init(_ text: String, of table: EditTable) {
    self.table = table
    ids = Set(table.rows.map(\.id))
    for (index, line) in Self.lines(text).enumerated() { read(line, index + 1) }
    if order == nil, !problems.contains(where: { $0.message.hasPrefix(EditTable.idTitle) }) {
      problems.insert(
        LineProblem(
          line: 0, message: "The line with the names of the columns is missing; put it back, such as \(header)."), at: 0
      )
    }
  }

  /// Editors may end lines as DOS does; a carriage return of a cell is escaped.
  static func lines(_ text: String) -> [Substring] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      Substring(line.last == "\r" ? line.dropLast() : line)
    }
  }

  private var names: String { table.columns.map(CellText.escaped).joined(separator: ", ") }

  private var header: String { ([EditTable.idTitle] + table.columns.map(CellText.escaped)).joined(separator: " | ") }

  private mutating func read(_ line: Substring, _ number: Int) {
    let scalars = line.unicodeScalars
    guard scalars.contains(where: { $0 != " " && $0 != "\t" && $0.value != 0xFEFF }) else { return }
    let cells = CellText.cells(line)
    guard let first = cells.first, first.first == "#" else {
      return complain(
        number, "a line begins with # and the record's number, such as #42. Put “# ” in front of a remark.")
    }
    let head = String(first)
    if head == EditTable.idTitle { return readColumns(cells.dropFirst(), number) }
    guard head != "#", !head.hasPrefix("# "), !head.hasPrefix("#\t") else { return }
    guard let id = Int64(head.dropFirst()) else {
      return complain(
        number, "“\(CellText.escaped(head))” is not a record's number, such as #42. Put “# ” in front of a remark.")
    }
    readRow(id, Array(cells.dropFirst()), number)
  }

  private mutating func readColumns(_ cells: ArraySlice<Substring.UnicodeScalarView>, _ number: Int) {
    var found: [Int] = []
    for cell in cells {
      do throws(EntryProblem) {
        let word = try CellText.unescaped(cell)
        guard let column = table.columns.firstIndex(of: word) else {
          throw EntryProblem("there is no column “\(CellText.escaped(word))” here; the columns are \(names)")
        }
        guard !found.contains(column) else {
          throw EntryProblem("the column “\(CellText.escaped(word))” is there twice; keep one of them")
        }
        found.append(column)
      } catch {
        complain(number, "\(EditTable.idTitle): \(error.message).")
        return
      }
    }
    order = found
  }

  private mutating func readRow(_ id: Int64, _ cells: [Substring.UnicodeScalarView], _ number: Int) {
    guard ids.contains(id) else {
      return complain(
        number,
        "#\(id) is not among the records that were opened. New records are made in the program; take the line out.")
    }
    if let other = seen[id] { return complain(number, "#\(id) is on line \(other) already; keep one of the two.") }
    seen[id] = number
    guard let order else { return }
    guard cells.count == order.count else {
      return complain(
        number, "#\(id) has \(cells.count) cells below \(order.count) columns; a bar inside a cell is written \\|.")
    }
    var texts: [Int: String] = [:]
    for (column, cell) in zip(order, cells) {
      do throws(EntryProblem) {
        texts[column] = try CellText.unescaped(cell)
      } catch {
        return complain(number, "\(CellText.escaped(table.columns[column])): \(error.message).")
      }
    }
    rows.append(Row(line: number, id: id, cells: texts))
  }

  private mutating func complain(_ line: Int, _ message: String) {
    problems.append(LineProblem(line: line, message: message))
  }

  /// The text with each message above its line, in place of the messages of the time before. The problems are answered
  /// with the numbers that their lines have then.
  package static func annotated(_ text: String, _ problems: [LineProblem]) -> (text: String, problems: [LineProblem]) {
    let count = problems.count == 1 ? "1 line needs" : "\(problems.count) lines need"
    var lines = [
      "\(EditTable.problemMark) \(count) another look: see below. Close the editor without a change to drop it all."
    ]
    var moved: [LineProblem] = []
    func say(_ problem: LineProblem, at line: Int) {
      moved.append(LineProblem(line: line, message: problem.message))
      lines.append("\(EditTable.problemMark) \(moved[moved.count - 1])")
    }
    for problem in problems where problem.line == 0 { say(problem, at: 0) }
    for (index, line) in Self.lines(text).enumerated() where !line.hasPrefix(EditTable.problemMark) {
      let own = problems.filter { $0.line == index + 1 }
      for problem in own { say(problem, at: lines.count + own.count - (own.firstIndex(of: problem) ?? 0) + 1) }
      lines.append(String(line))
    }
    return (lines.joined(separator: "\n"), moved)
  }
}
