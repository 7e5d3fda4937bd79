/// Records as a text table for the rep's own editor: a line each, `#` and the record's number first.
///
///     # what to do with it
///     #id | last_name | status
///     #7  | Lovelace  | new
package struct EditTable: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    package let id: Int64
    package var cells: [String]
    package init(_ id: Int64, _ cells: [String]) {
      self.id = id
      self.cells = cells
    }
  }

  /// The words above the cells, no two the same.
  package let columns: [String]
  package var rows: [Row]

  package init(columns: [String], rows: [Row]) {
    self.columns = columns
    self.rows = rows
  }

  /// What the first cell of the line with the columns' names reads.
  static let idTitle = "#id"
  /// How an explanation begins, and how a message that was put in begins.
  static let noteMark = "# "
  static let problemMark = "# !"
  /// A longer cell pushes the rest of its line to the right.
  private static let widest = 40

  /// The table with `notes` above it. `width` answers the columns a text takes on the screen.
  package func text(notes: [String], width: (String) -> Int) -> String {
    let lines =
      [[Self.idTitle] + columns.map(CellText.escaped)] + rows.map { ["#\($0.id)"] + $0.cells.map(CellText.escaped) }
    let widths = (0...columns.count).map { column in
      lines.reduce(0) { max($0, min(width($1[column]), Self.widest)) }
    }
    let notes = notes.map { Self.noteMark + $0 }
    return (notes + lines.map { Self.line($0, widths, width) }).joined(separator: "\n") + "\n"
  }

  private static func line(_ cells: [String], _ widths: [Int], _ width: (String) -> Int) -> String {
    cells.enumerated().map { index, cell in
      let gap = index == cells.count - 1 ? 0 : max(0, widths[index] - width(cell))
      return cell + String(repeating: " ", count: gap)
    }.joined(separator: " | ")
  }
}

/// What is wrong with a line of an edited table, and what to do about it.
package struct LineProblem: Hashable, Sendable, CustomStringConvertible {
  /// From 1; 0 where it is about the whole text.
  package let line: Int
  package let message: String

  package var description: String { line == 0 ? message : "Line \(line): \(message)" }
}
