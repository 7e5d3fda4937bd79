/// What can follow the key just pressed, in a box at the lower right.
package struct NextKeys: Hashable, Sendable {
  package var title: String
  package var hints: [Footer.Hint]

  package init(title: String, hints: [Footer.Hint]) {
    self.title = title
    self.hints = hints
  }

  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let keyColumns = hints.map { TextWidth.width(of: $0.key) }.max() ?? 0
    let titleColumns = hints.map { TextWidth.width(of: $0.title) }.max() ?? 0
    let columns = min(rect.columns, max(keyColumns + titleColumns + 2, TextWidth.width(of: title) + 2) + 4)
    let rows = min(rect.rows, hints.count + 2)
    guard columns >= 8 && rows >= 3 else { return }
    let box = Rect(rect.endColumn - columns, rect.endRow - rows, columns, rows)
    canvas.clipped(to: box) { canvas in
      canvas.fill(box, role: .dialog)
      canvas.box(box, role: .borderFocused, title: title)
      for (line, hint) in hints.prefix(rows - 2).enumerated() {
        let key = Span(TextWidth.padded(hint.key, to: keyColumns), role: .key)
        let spans = [key, Span("  " + hint.title, role: .dialog)]
        canvas.put(spans, at: Point(box.column + 2, box.row + 1 + line), width: columns - 4)
      }
    }
  }
}
