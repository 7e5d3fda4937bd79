import TerminalKit

/// Lays rows out under each other. The first rows set the widths; a longer cell further down is cut on a terminal, and
/// elsewhere pushes the rest of its row to the right, so that nothing is lost in a pipe.
struct TextTable {
  struct Column {
    let title: String
    let isNumber: Bool

    init(_ title: String, isNumber: Bool = false) {
      self.title = title
      self.isNumber = isNumber
    }
  }

  private let columns: [Column]
  private let width: Int?
  private var held: [[String]] = []
  private var widths: [Int] = []

  private static let measuredRows = 500
  private static let widest = 40

  /// - Parameter width: columns of the terminal; nil where nobody looks on.
  init(columns: [Column], width: Int?) {
    self.columns = columns
    self.width = width
  }

  /// Takes a row; answers the lines that are ready.
  mutating func add(_ cells: [String]) -> [String] {
    let cells = cells.map(TextWidth.sanitised)
    guard widths.isEmpty else { return [line(cells)] }
    held.append(cells)
    return held.count == Self.measuredRows ? finish() : []
  }

  /// The lines that are still held back; none if there were no rows.
  mutating func finish() -> [String] {
    guard widths.isEmpty, !held.isEmpty else { return [] }
    measure()
    defer { held = [] }
    return [line(columns.map(\.title))] + held.map(line)
  }

  private mutating func measure() {
    widths = columns.indices.map { index in
      let longest = held.reduce(TextWidth.width(of: columns[index].title)) { max($0, TextWidth.width(of: $1[index])) }
      return min(longest, Self.widest)
    }
  }

  private func line(_ cells: [String]) -> String {
    let parts = cells.indices.map { index in
      let cell = width == nil ? cells[index] : TextWidth.truncated(cells[index], to: widths[index])
      let isLast = index == cells.count - 1 && !columns[index].isNumber
      return isLast ? cell : TextWidth.padded(cell, to: widths[index], align: columns[index].isNumber ? .right : .left)
    }
    let line = parts.joined(separator: "  ")
    return width.map { TextWidth.truncated(line, to: $0) } ?? line
  }
}
