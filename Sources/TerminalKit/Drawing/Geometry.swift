/// Columns and rows of a terminal, or of a part of it.
package struct Size: Hashable, Sendable {
  package var columns: Int
  package var rows: Int
  package init(_ columns: Int, _ rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A cell's place; 0,0 is the top left.
package struct Point: Hashable, Sendable {
  package var column: Int
  package var row: Int
  package init(_ column: Int, _ row: Int) {
    self.column = column
    self.row = row
  }
}

package struct Rect: Hashable, Sendable {
  package var origin: Point
  package var size: Size
  package init(_ column: Int, _ row: Int, _ columns: Int, _ rows: Int) {
    origin = Point(column, row)
    size = Size(max(0, columns), max(0, rows))
  }
  package var column: Int { origin.column }
  package var row: Int { origin.row }
  package var columns: Int { size.columns }
  package var rows: Int { size.rows }
  package var endColumn: Int { column + columns }
  package var endRow: Int { row + rows }
  package var isEmpty: Bool { columns == 0 || rows == 0 }

  /// A rectangle of at most that size in the middle of `rect`.
  package static func centred(columns: Int, rows: Int, in rect: Rect) -> Rect {
    let (columns, rows) = (min(columns, rect.columns), min(rows, rect.rows))
    return Rect(rect.column + (rect.columns - columns) / 2, rect.row + (rect.rows - rows) / 2, columns, rows)
  }

  package func contains(_ point: Point) -> Bool {
    point.column >= column && point.column < endColumn && point.row >= row && point.row < endRow
  }

  /// The part of both.
  package func clipped(to other: Rect) -> Rect {
    let left = max(column, other.column)
    let top = max(row, other.row)
    return Rect(left, top, min(endColumn, other.endColumn) - left, min(endRow, other.endRow) - top)
  }

  package func inset(by columns: Int, _ rows: Int) -> Rect {
    Rect(column + columns, row + rows, self.columns - 2 * columns, self.rows - 2 * rows)
  }

  /// The first `rows` rows and what is left below them.
  package func split(top rows: Int) -> (top: Rect, rest: Rect) {
    let rows = min(max(0, rows), self.rows)
    return (Rect(column, row, columns, rows), Rect(column, row + rows, columns, self.rows - rows))
  }

  /// The last `rows` rows and what is left above them.
  package func split(bottom rows: Int) -> (bottom: Rect, rest: Rect) {
    let rows = min(max(0, rows), self.rows)
    return (Rect(column, endRow - rows, columns, rows), Rect(column, row, columns, self.rows - rows))
  }

  /// The first `columns` columns and what is left to the right of them.
  package func split(left columns: Int) -> (left: Rect, rest: Rect) {
    let columns = min(max(0, columns), self.columns)
    return (Rect(column, row, columns, rows), Rect(column + columns, row, self.columns - columns, rows))
  }
}
