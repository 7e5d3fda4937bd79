/// The cells of a screen. Everything drawn is clipped to `clip` and to the canvas.
package struct Canvas: Hashable, Sendable {
  package let size: Size
  package private(set) var clip: Rect
  private var cells: [Cell]

  package init(size: Size) {
    self.size = size
    clip = Rect(0, 0, size.columns, size.rows)
    cells = Array(repeating: Cell(), count: max(0, size.columns * size.rows))
  }

  package var bounds: Rect { Rect(0, 0, size.columns, size.rows) }

  package subscript(column: Int, row: Int) -> Cell { cells[row * size.columns + column] }
}
