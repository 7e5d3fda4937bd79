/// Text to be read: paragraphs wrapped to their place, scrolled by rows.
package struct TextView: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable { case ignored, moved }

  package struct Paragraph: Hashable, Sendable {
    package var spans: [Span]
    /// Columns that every row but the first is moved to the right.
    package var hangingIndent: Int
    package init(_ spans: [Span], hangingIndent: Int = 0) {
      self.spans = spans
      self.hangingIndent = max(0, hangingIndent)
    }
    package init(_ text: String, role: Role = .text) { self.init([Span(text, role: role)]) }
  }

  package var paragraphs: [Paragraph]
  package private(set) var top = 0
  private var hiddenRows = 0
  private var height = 1

  package init(_ paragraphs: [Paragraph] = []) { self.paragraphs = paragraphs }

  /// Arrows, pages, Home, End, the wheel, and vim's letters for them.
  package mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .up, .character("k"): scroll(by: -1)
    case .down, .character("j"): scroll(by: 1)
    case .pageUp, .control("b"): scroll(by: -max(1, height - 1))
    case .pageDown, .control("f"), .character(" "): scroll(by: max(1, height - 1))
    case .control("u"): scroll(by: -max(1, height / 2))
    case .control("d"): scroll(by: max(1, height / 2))
    case .home, .character("g"): scroll(by: -top)
    case .end, .character("G"): scroll(by: hiddenRows - top)
    case .mouse(let mouse) where mouse.action == .wheelUp: scroll(by: -3)
    case .mouse(let mouse) where mouse.action == .wheelDown: scroll(by: 3)
    default: .ignored
    }
  }

  private mutating func scroll(by rows: Int) -> Outcome {
    top = min(max(0, top + rows), hiddenRows)
    return .moved
  }

  package mutating func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    let rows = paragraphs.flatMap { Self.rows(of: $0, columns: rect.columns) }
    height = rect.rows
    hiddenRows = max(0, rows.count - rect.rows)
    top = min(top, hiddenRows)
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect)
      for (line, row) in rows.dropFirst(top).prefix(rect.rows).enumerated() {
        canvas.put(row.spans, at: Point(rect.column + row.indent, rect.row + line), width: rect.columns - row.indent)
      }
    }
  }

  private struct Row {
    let indent: Int
    var spans: [Span] = []
  }

  private static func rows(of paragraph: Paragraph, columns: Int) -> [Row] {
    let indent = paragraph.hangingIndent < columns / 2 ? paragraph.hangingIndent : 0
    let styled = paragraph.spans.flatMap { span in Clusters(span.text).map { ($0, span) } }
    let pieces = styled.map { LineBreaks.Piece($0.0) }
    let ranges = LineBreaks.ranges(of: pieces, columns: columns - indent, indent: indent)
    return ranges.enumerated().map { index, range in
      var row = Row(indent: index == 0 ? 0 : indent)
      let end = pieces[range].lastIndex { $0.kind != .blank }.map { $0 + 1 } ?? range.lowerBound
      for (cluster, span) in styled[range.lowerBound..<end] { append(cluster, span, to: &row.spans) }
      return row
    }
  }

  private static func append(_ cluster: Cluster, _ span: Span, to spans: inout [Span]) {
    if let last = spans.last, last.role == span.role, last.emphasis == span.emphasis {
      spans[spans.count - 1].text += cluster.text
    } else {
      spans.append(Span(cluster.text, role: span.role, emphasis: span.emphasis))
    }
  }
}
