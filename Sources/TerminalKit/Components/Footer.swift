/// The bar at the bottom: what is marked, and the keys worth knowing here.
package struct Footer: Hashable, Sendable {
  package struct Hint: Hashable, Sendable {
    package var key: String
    package var title: String
    /// The lowest goes first where room is short.
    package var priority: Int
    package init(_ key: String, _ title: String, priority: Int = 0) {
      self.key = key
      self.title = title
      self.priority = priority
    }

    fileprivate var columns: Int { TextWidth.width(of: key) + 1 + TextWidth.width(of: title) }
  }

  package var text: String
  package var hints: [Hint]

  package init(text: String = "", hints: [Hint]) {
    self.text = text
    self.hints = hints
  }

  /// The hint drawn at `point` when the footer is in `rect`, an index into `hints`.
  package func hit(_ point: Point, in rect: Rect) -> Int? {
    guard rect.split(top: 1).top.contains(point) else { return nil }
    return layout(rect.columns).first { $0.columns.contains(point.column - rect.column) }?.index
  }

  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let rect = rect.split(top: 1).top
    guard !rect.isEmpty else { return }
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: .hint)
      drawText(on: &canvas, in: rect)
      for (index, columns) in layout(rect.columns) {
        let hint = hints[index]
        let used = canvas.put(hint.key, at: Point(rect.column + columns.lowerBound, rect.row), role: .key)
        canvas.put(hint.title, at: Point(rect.column + columns.lowerBound + used + 1, rect.row), role: .hint)
      }
    }
  }

  private func drawText(on canvas: inout Canvas, in rect: Rect) {
    guard !text.isEmpty else { return }
    let width = min(TextWidth.width(of: text), max(0, rect.columns - 1))
    canvas.put(text, at: Point(rect.column + 1, rect.row), role: .hint, emphasis: .bold, width: width)
    guard !hints.isEmpty else { return }
    canvas.put(canvas.glyph(.separator), at: Point(rect.column + width + 2, rect.row), role: .border)
  }

  private func layout(_ columns: Int) -> [(index: Int, columns: Range<Int>)] {
    var column = text.isEmpty ? 1 : TextWidth.width(of: text) + 4
    return kept(columns - column).map { index in
      defer { column += hints[index].columns + 2 }
      return (index, column..<column + hints[index].columns)
    }
  }

  private func kept(_ room: Int) -> [Int] {
    var kept = Array(hints.indices)
    while !kept.isEmpty && kept.reduce(-2, { $0 + hints[$1].columns + 2 }) > room {
      let lowest = kept.indices.min { (hints[kept[$0]].priority, -$0) < (hints[kept[$1]].priority, -$1) }
      kept.remove(at: lowest ?? kept.count - 1)
    }
    return kept
  }
}
