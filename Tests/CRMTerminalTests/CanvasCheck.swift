import TerminalKit

/// What every canvas must be, whatever was drawn on it: nothing in it steers a terminal, each row's clusters take exactly
/// its columns, and every box has its four corners and both its sides.
func faults(of canvas: Canvas) -> [String] {
  (0..<canvas.size.rows).flatMap { row in
    let cells = canvas.cells(ofRow: row)
    let total = cells.reduce(0) { $0 + $1.width }
    let width = total == canvas.size.columns ? [] : ["row \(row) takes \(total) of \(canvas.size.columns) columns"]
    return width + cells.filter(steers).map { "row \(row) holds \($0.cluster.unicodeScalars.map(\.value))" }
  }
}

private func steers(_ cell: Cell) -> Bool {
  if cell.width == 0 { return !cell.cluster.isEmpty }
  guard TextWidth.width(of: cell.cluster) == cell.width, cell.cluster.unicodeScalars.count <= 8 else { return true }
  return cell.cluster.unicodeScalars.contains { scalar in
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .lineSeparator, .paragraphSeparator: true
    // Joiners and tags are parts of emoji; alone they would have no width, which is checked above.
    case .format: scalar.value != 0x200D && !(0xE0020...0xE007F).contains(scalar.value)
    default: false
    }
  }
}

/// What is wrong with the frame that begins at the top left of the body, where a form or a page in a box is on top.
func boxFaults(of canvas: Canvas) -> [String] {
  let rows = (0..<canvas.size.rows).map { row in canvas.cells(ofRow: row).map(\.cluster) }
  // A corner alone may be part of a name; one with a line at its side is not.
  func corner(_ row: [String]) -> Int? { row.indices.dropLast().first { row[$0] == "┌" && row[$0 + 1] == "─" } }
  guard let top = rows.firstIndex(where: { corner($0) != nil }), let left = corner(rows[top]) else { return ["no box"] }
  guard let right = rows[top].lastIndex(of: "┐") else { return ["row \(top) has no corner at the right"] }
  for row in top + 1..<canvas.size.rows {
    let (first, last) = (canvas[left, row].cluster, canvas[right, row].cluster)
    if first == "└" { return last == "┘" ? [] : ["row \(row) ends the box with \(last)"] }
    if first != "│" || last != "│" { return ["row \(row) breaks the box: \(first) \(last)"] }
  }
  return ["the box has no end"]
}
