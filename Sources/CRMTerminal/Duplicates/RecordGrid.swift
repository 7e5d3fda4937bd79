import CRMDomain
import TerminalKit

/// Records side by side: a column for each, a row for each field, and what a merge takes of them marked.
@MainActor struct RecordGrid<R: Record> {
  private let merge: Merge<R>
  private let session: Session
  private let showsPicks: Bool

  init(_ merge: Merge<R>, _ session: Session, showsPicks: Bool) {
    self.merge = merge
    self.session = session
    self.showsPicks = showsPicks
  }

  private static var narrowest: Int { 14 }

  /// Where everything is; `columns` are those of `records` in sight.
  struct Layout {
    let labels: Int
    let width: Int
    let columns: Range<Int>
    let hasResult: Bool
  }

  /// The columns in sight have `column` among them.
  static func layout(of merge: Merge<R>, _ available: Int, column: Int, showsPicks: Bool) -> Layout {
    let count = merge.records.count
    let longest = merge.fields.map { TextWidth.width(of: $0.label) }.max() ?? 0
    let labels = min(longest, available < 60 ? 8 : 18) + 3
    let room = max(1, available - labels)
    let hasResult = showsPicks && room / (count + 1) >= 28
    let shown = min(count, max(1, room / narrowest))
    let width = min(48, room / (shown + (hasResult ? 1 : 0)))
    let first = min(max(0, column - shown + 1), count - shown)
    return Layout(labels: labels, width: width, columns: first..<first + shown, hasResult: hasResult)
  }

  /// Draws two rows of headings and then the fields from `first` on; `selected` is a field with the cursor.
  func draw(on canvas: inout Canvas, in rect: Rect, first: Int, selected: Int?, column: Int) {
    let layout = Self.layout(of: merge, rect.columns, column: column, showsPicks: showsPicks)
    let (head, body) = rect.split(top: showsPicks ? 2 : 1)
    canvas.clipped(to: rect) { canvas in
      drawHead(on: &canvas, in: head, layout)
      for (line, index) in merge.fields.indices.dropFirst(first).prefix(body.rows).enumerated() {
        let row = Rect(body.column, body.row + line, body.columns, 1)
        draw(merge.fields[index], on: &canvas, in: row, layout, isSelected: index == selected)
      }
    }
  }

  private func place(_ offset: Int, _ rect: Rect, _ layout: Layout) -> Rect {
    Rect(rect.column + layout.labels + offset * layout.width, rect.row, max(0, layout.width - 1), 1)
  }

  private func drawHead(on canvas: inout Canvas, in rect: Rect, _ layout: Layout) {
    canvas.fill(rect.split(top: 1).top, role: .columnTitle)
    let hidden = merge.records.count - layout.columns.count
    if hidden > 0 {
      canvas.put("\(hidden) more", at: Point(rect.column + 2, rect.row), role: .columnTitle, width: layout.labels - 3)
    }
    for (offset, index) in layout.columns.enumerated() {
      let place = place(offset, rect, layout)
      let title = merge.records[index].title
      canvas.put(
        "\(index + 1) \(title.isEmpty ? "(no name)" : title)", at: place.origin, role: .columnTitle,
        width: place.columns)
      guard showsPicks, rect.rows > 1 else { continue }
      let fate = fate(index, canvas)
      canvas.put(fate.text, at: Point(place.column, place.row + 1), role: fate.role, width: place.columns)
    }
    guard layout.hasResult else { return }
    canvas.put("Result", at: place(layout.columns.count, rect, layout).origin, role: .columnTitle)
  }

  /// What becomes of the record.
  private func fate(_ index: Int, _ canvas: Canvas) -> (text: String, role: Role) {
    let id = merge.records[index].id.rawValue
    if index == merge.kept { return ("\(canvas.glyph(.marked)) stays  #\(id)", .good) }
    return id == 0 ? ("\(canvas.glyph(.bad)) as typed", .dim) : ("\(canvas.glyph(.bad)) goes   #\(id)", .dim)
  }

  private func draw(
    _ info: FieldInfo, on canvas: inout Canvas, in rect: Rect, _ layout: Layout, isSelected: Bool,
  ) {
    if isSelected { canvas.put(canvas.glyph(.cursor), at: rect.origin, role: .strong) }
    let differs = merge.differs(info)
    canvas.put(
      info.label, at: Point(rect.column + 2, rect.row), role: isSelected ? .selected : differs ? .label : .dim,
      width: layout.labels - 3)
    for (offset, index) in layout.columns.enumerated() {
      let place = place(offset, rect, layout)
      let isFirst = index == layout.columns.lowerBound
      let cell = differs ? cell(info, index, canvas) : ("  \(isFirst ? text(info, index) : "=")", .dim)
      canvas.put(cell.0, at: place.origin, role: cell.1, width: place.columns)
    }
    guard layout.hasResult else { return }
    let place = place(layout.columns.count, rect, layout)
    let value = FieldCell.text(merge.result(info), info, session)
    canvas.put(Self.oneLine(value), at: place.origin, role: differs ? .strong : .dim, width: place.columns)
  }

  private func cell(_ info: FieldInfo, _ index: Int, _ canvas: Canvas) -> (String, Role) {
    let text = text(info, index)
    guard showsPicks else { return ("  \(text)", .text) }
    switch merge.pick(of: info) {
    case .all where !text.isEmpty: return ("+ \(text)", .marked)
    case .record(index): return ("\(canvas.glyph(.marked)) \(text.isEmpty ? "(nothing)" : text)", .marked)
    case .all, .record: return ("  \(text)", .dim)
    }
  }

  private func text(_ info: FieldInfo, _ index: Int) -> String {
    Self.oneLine(FieldCell.text(merge.value(info, of: index), info, session))
  }

  static func oneLine(_ text: String) -> String {
    String(text.prefix(400)).split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
