@testable import TerminalKit

/// What every canvas must be, whatever was drawn on it: no control reaches the terminal, and each row's clusters take
/// exactly its columns.
func violations(of canvas: Canvas) -> [String] {
  (0..<canvas.size.rows).flatMap { row in
    let cells = Array(canvas.cells(ofRow: row))
    let total = cells.reduce(0) { $0 + TextWidth.width(of: $1.cluster) }
    let sum = total == canvas.size.columns ? [] : ["row \(row) takes \(total) of \(canvas.size.columns) columns"]
    return sum + cells.indices.compactMap { fault(in: cells, at: $0).map { "row \(row): \($0)" } }
  }
}

private func fault(in cells: [Cell], at index: Int) -> String? {
  let cell = cells[index]
  if cell.cluster.unicodeScalars.contains(where: { ScalarClass($0) == .hidden }) { return "undrawable at \(index)" }
  if cell.cluster.unicodeScalars.count > 5 { return "too many marks at \(index)" }
  switch cell.width {
  case 0:
    return cell.cluster.isEmpty && index > 0 && cells[index - 1].width == 2 ? nil : "orphan right half at \(index)"
  case 1: return TextWidth.width(of: cell.cluster) == 1 ? nil : "wrong width at \(index)"
  case 2: return index + 1 < cells.count && cells[index + 1].width == 0 ? nil : "orphan left half at \(index)"
  default: return "impossible width at \(index)"
  }
}

/// The rows of a small screen as one text, for comparing with a literal.
func frame(_ columns: Int, _ rows: Int, ascii: Bool = false, _ draw: (inout Canvas) -> Void) -> String {
  var canvas = Canvas(size: Size(columns, rows), ascii: ascii)
  draw(&canvas)
  return canvas.lines.joined(separator: "\n")
}
