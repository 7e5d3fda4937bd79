import CRMDomain
import TerminalKit

/// The line that says where one is: the six steps, those that are done ticked, the present one marked. Without numbers,
/// because number keys go to places.
struct StepBar {
  let steps: [(title: String, isDone: Bool)]
  let present: Int
  let note: String

  func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.hline(at: rect.origin, columns: rect.columns)
    let spans = fitting(rect.columns - 2, canvas)
    var column = rect.column + 1
    for span in spans where column < rect.endColumn {
      column += canvas.put(span.text, at: Point(column, rect.row), role: span.role, emphasis: span.emphasis)
    }
    let room = rect.endColumn - column - 3
    let text = TextWidth.truncated(note, to: max(0, room - 2), ellipsis: canvas.glyph(.ellipsis))
    guard room >= 8, !text.isEmpty else { return }
    let width = TextWidth.width(of: text) + 2
    canvas.put(" \(text) ", at: Point(rect.endColumn - width - 1, rect.row), role: .dim)
  }

  private func fitting(_ room: Int, _ canvas: Canvas) -> [Span] {
    for spans in [all(canvas), near(canvas)] where spans.reduce(0, { $0 + TextWidth.width(of: $1.text) }) <= room {
      return spans
    }
    return present(canvas)
  }

  private func all(_ canvas: Canvas) -> [Span] {
    var spans = [Span(" Import ", role: .title), Span(" ")]
    for index in steps.indices { spans += [step(index, canvas), Span(" ")] }
    return spans
  }

  /// The steps that are done as ticks, the present one and the one that comes.
  private func near(_ canvas: Canvas) -> [Span] {
    let ticks = steps[..<present].map { $0.isDone ? canvas.glyph(.marked) : canvas.glyph(.bullet) }.joined()
    let after = steps.indices.contains(present + 1) ? [step(present + 1, canvas), Span(" ")] : []
    return [Span(" Import ", role: .title), Span(ticks.isEmpty ? "" : " " + ticks, role: .good)]
      + [Span(" "), step(present, canvas), Span(" ")] + after
  }

  private func present(_ canvas: Canvas) -> [Span] {
    [step(present, canvas), Span(" \(present + 1) of \(steps.count) ", role: .dim)]
  }

  private func step(_ index: Int, _ canvas: Canvas) -> Span {
    let step = steps[index]
    if index == present {
      return Span(" \(canvas.glyph(.cursor)) \(step.title) ", role: .headerActive, emphasis: .bold)
    }
    return step.isDone
      ? Span(" \(canvas.glyph(.marked)) \(step.title) ", role: .good) : Span(" \(step.title) ", role: .dim)
  }
}
