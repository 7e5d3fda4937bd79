/// Labelled bars below each other: a funnel, a forecast, counts by value.
package struct BarChart: Hashable, Sendable {
  package struct Bar: Hashable, Sendable {
    package var label: String
    package var value: Double
    /// What stands behind the bar, such as "12 · 240,000".
    package var text: String
    package var role: Role
    package init(_ label: String, value: Double, text: String, role: Role = .info) {
      self.label = label
      self.value = value
      self.text = text
      self.role = role
    }
  }

  package var bars: [Bar]
  package init(_ bars: [Bar]) { self.bars = bars }

  /// One row a bar; all share the scale of the largest. Those that do not fit are left out.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    let label = min(bars.map { TextWidth.width(of: $0.label) }.max() ?? 0, max(6, rect.columns / 3))
    let text = min(bars.map { TextWidth.width(of: $0.text) }.max() ?? 0, rect.columns / 3)
    let room = rect.columns - label - text - 4
    let maximum = bars.map(\.value).max() ?? 0
    canvas.clipped(to: rect) { canvas in
      for (line, bar) in bars.prefix(rect.rows).enumerated() {
        let row = rect.row + line
        canvas.put(bar.label, at: Point(rect.column, row), role: .label, width: label)
        let fraction = maximum > 0 ? bar.value / maximum : 0
        let length = Bars.horizontal(fraction, columns: room, ascii: canvas.ascii)
        canvas.put(length, at: Point(rect.column + label + 2, row), role: bar.role, width: max(0, room))
        canvas.put(bar.text, at: Point(rect.endColumn - text, row), width: text, align: .right)
      }
    }
  }
}
