import CRMDomain
import TerminalKit

/// How a list looks: its views and how much it found, the filter, the rows, and a preview of the one under the cursor.
extension RecordsScreen {
  var showsPreview: Bool { wantsPreview ?? (size.rows >= Session.previewRows) }

  package func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    size = canvas.size
    var (bar, rest) = rect.split(top: 1)
    drawBar(on: &canvas, in: bar, session.views)
    var cursor: Point?
    if filter.isShown {
      (bar, rest) = rest.split(top: 1)
      cursor = filter.draw(on: &canvas, in: bar)
    }
    if showsPreview, let preview, rest.rows > 12 {
      let parts = rest.split(bottom: min(10, rest.rows / 3))
      rest = parts.rest
      preview.draw(on: &canvas, in: parts.bottom, session)
    }
    let ascii = canvas.ascii
    missesRows = false
    let heading = list.grouped.map { GroupHeading($0, columns: rest.columns - 6, ascii: ascii, session) }
    list.table.draw(on: &canvas, in: rest) { [list, columns = look.columns] row in
      if let grouped = list.grouped, case .heading(let index)? = grouped.row(row), let heading {
        let group = grouped.list.groups[index]
        return Table.Row(
          heading: heading.spans(group, isFolded: grouped.isFolded(index), isComplete: grouped.list.isComplete))
      }
      guard let record = list.record(row) else {
        missesRows = true
        return nil
      }
      let name = Table.CellText(record.title.isEmpty ? "(no name)" : record.title)
      let cells = columns.map { FieldCell.cell(record, $0, session, ascii: ascii) }
      return Table.Row([name] + cells, isMarked: list.marks.contains(record.id.rawValue))
    }
    if list.ids.isEmpty, list.isComplete { drawEmpty(on: &canvas, in: rest) }
    filter.drawCompletions(on: &canvas, in: rect)
    return cursor
  }

  private func drawBar(on canvas: inout Canvas, in rect: Rect, _ shelf: SavedViews) {
    canvas.fill(rect, role: .border)
    canvas.hline(at: rect.origin, columns: rect.columns)
    let count = countText
    let room = rect.columns - TextWidth.width(of: count) - 4
    var column = rect.column + 1
    column += canvas.put(" \(title) ", at: Point(column, rect.row), role: .title)
    viewRects = []
    let views = isTrash ? [] : look.views
    let counts = views.map { shelf.count($0.name, kind).map { $0.formatted(grouping: ",") + " " } ?? "" }
    let whole = zip(views, counts).reduce(0) { $0 + TextWidth.width(of: $1.0.name) + $1.1.count + 3 }
    let hasRoom = column + whole < room
    for (index, view) in views.enumerated() {
      let text = " \(view.name) "
      let number = hasRoom ? counts[index] : ""
      let width = TextWidth.width(of: text) + number.count
      guard column + width + 1 < room else { break }
      let role: Role = index == look.index ? .selected : .dim
      let used = canvas.put(text, at: Point(column + 1, rect.row), role: role)
      canvas.put(number, at: Point(column + 1 + used, rect.row), role: role)
      viewRects.append((column + 1..<column + 1 + width, index))
      column += width + 1
    }
    canvas.put(" \(count) ", at: Point(rect.endColumn - TextWidth.width(of: count) - 3, rect.row), role: .title)
  }

  private var countText: String {
    let found = list.ids.count.formatted(grouping: ",") + (list.isComplete ? "" : "+")
    // While only the first rows are known, nobody has counted the rest.
    let total = list.isComplete ? max(list.total, list.ids.count) : list.total
    let count = isTrash ? "\(found) in the trash" : counted(found, of: total)
    return list.grouped.map { "\(count) in \($0.list.groups.count.formatted(grouping: ",")) groups" } ?? count
  }

  private func counted(_ found: String, of total: Int) -> String {
    let total = total.formatted(grouping: ",")
    return total == "0" || found == total ? found : "\(found) of \(total)"
  }

  private func drawEmpty(on canvas: inout Canvas, in rect: Rect) {
    let lines =
      isTrash
      ? ["The trash is empty."]
      : list.total == 0
        ? ["No \(title.lowercased()) yet.", "n makes one, I brings in a CSV file."]
        : ["Nothing matches.", filter.text.isEmpty ? "] shows the next view." : "esc takes the filter away."]
    for (index, line) in lines.enumerated() {
      let point = Point(rect.column + 3, rect.row + 2 + index)
      if point.row < rect.endRow { canvas.put(line, at: point, role: index == 0 ? .text : .dim) }
    }
  }
}
