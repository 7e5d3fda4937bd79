/// What is shown instead of a screen that would be unreadable.
package enum TooSmall {
  package static let minimum = Size(40, 12)

  package static func applies(to size: Size) -> Bool {
    size.columns < minimum.columns || size.rows < minimum.rows
  }

  package static func draw(on canvas: inout Canvas) {
    let size = canvas.size
    canvas.fill(canvas.bounds)
    let text = "Too small: needs \(minimum.columns)x\(minimum.rows), has \(size.columns)x\(size.rows)"
    let lines = TextWidth.wrapped(text, to: size.columns)
    let first = max(0, (size.rows - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      canvas.put(line, at: Point(0, first + row), width: size.columns, align: .center)
    }
  }
}
