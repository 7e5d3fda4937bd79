import CRMDomain
import CRMStore
import TerminalKit

/// How a board looks: its totals, the columns that fit, and a card per deal.
extension BoardScreen {
  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    var (bar, rest) = rect.split(top: 1)
    drawBar(on: &canvas, in: bar)
    var cursor: Point?
    if filter.isShown {
      (bar, rest) = rest.split(top: 1)
      cursor = filter.draw(on: &canvas, in: bar)
    }
    drawColumns(on: &canvas, in: rest, session)
    filter.drawCompletions(on: &canvas, in: rect)
    return cursor
  }

  private func drawBar(on canvas: inout Canvas, in rect: Rect) {
    canvas.hline(at: rect.origin, columns: rect.columns)
    let open = columns.filter { $0.stage.outcome == "open" }.flatMap(\.totals.sums)
    let summary = MoneyText.summary(open)
    let used = canvas.put(
      " Pipeline ─ \(board?.name ?? "no board")\(openView.map { " ─ \($0)" } ?? "")\(hiddenStages(rect.columns)) ",
      at: Point(rect.column + 1, rect.row),
      role: .title)
    let room = rect.columns - used - 4
    let text = TextWidth.truncated(summary, to: max(0, room))
    canvas.put(" \(text) ", at: Point(rect.endColumn - TextWidth.width(of: text) - 3, rect.row), role: .text)
  }

  /// Says that there are more stages at the sides.
  private func hiddenStages(_ columns: Int) -> String {
    let shown = fitting(columns)
    return shown < self.columns.count ? " ─ \(shown) of \(self.columns.count) stages" : ""
  }

  private func fitting(_ columns: Int) -> Int { max(1, min(self.columns.count, columns / 20)) }

  private func drawColumns(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    columnRects = []
    cardRects = []
    guard !columns.isEmpty else {
      canvas.put("No board yet: B makes one.", at: Point(rect.column + 3, rect.row + 2), role: .dim)
      return
    }
    let fitting = fitting(rect.columns)
    let first = min(max(0, focus - fitting / 2), columns.count - fitting)
    let width = rect.columns / fitting
    for offset in 0..<fitting {
      let index = first + offset
      let isLast = offset == fitting - 1
      let column = Rect(
        rect.column + offset * width, rect.row, isLast ? rect.columns - offset * width : width - 1, rect.rows)
      columnRects.append((index, column))
      if !isLast { canvas.vline(at: Point(column.endColumn, column.row), rows: column.rows) }
      canvas.clipped(to: column) { drawColumn(index, on: &$0, in: column, session) }
    }
  }

  private func drawColumn(_ index: Int, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    let column = columns[index]
    let isFocused = index == focus
    let isClosed = column.stage.outcome != "open"
    let heading = "\(column.stage.name) \(column.totals.count)" + (isClosed ? " this month" : "")
    canvas.put(" \(heading) ", at: rect.origin, role: isFocused ? .selected : .strong, width: rect.columns)
    let (_, below) = rect.split(top: 1)
    let sums = column.totals.sums.prefix(sumRows(below.rows))
    for (line, sum) in sums.enumerated() {
      let weighted = isClosed ? "" : " · w \(sum.weighted.short)"
      let text = " \(MoneyText.short(sum.amount, sum.currency))\(weighted)"
      canvas.put(text, at: Point(below.column, below.row + line), role: .dim, width: below.columns)
    }
    let (_, cards) = below.split(top: sumRows(below.rows))
    drawCards(index, on: &canvas, in: cards, session)
  }

  /// The same for all columns, so that cards stand in rows; a low screen needs its rows for cards.
  private func sumRows(_ rows: Int) -> Int {
    min(rows < 12 ? 1 : 2, max(1, columns.map(\.totals.sums.count).max() ?? 1))
  }

  private func drawCards(_ index: Int, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    let height = rect.rows >= 15 ? 5 : 3
    let isCut = columns[index].totals.count * height > rect.rows
    columns[index].cursor.adjust(height: max(1, (rect.rows - (isCut ? 1 : 0)) / height))
    let column = columns[index]
    for (offset, row) in column.cursor.visible.enumerated() {
      let card = Rect(rect.column, rect.row + offset * height, rect.columns, height)
      guard card.row + 2 < rect.endRow else { break }
      cardRects.append((index, row, card))
      drawCard(
        column.cards[row], on: &canvas, in: card, isSelected: index == focus && row == column.cursor.selected, session)
    }
    let hidden = column.totals.count - column.cursor.visible.count
    if hidden > 0, rect.rows > 0 {
      canvas.put(" \(hidden) more", at: Point(rect.column, rect.endRow - 1), role: .dim)
    }
  }

  private func drawCard(_ card: Card, on canvas: inout Canvas, in rect: Rect, isSelected: Bool, _ session: Session) {
    let deal = card.deal
    let isBoxed = rect.rows >= 5
    if isBoxed { canvas.box(rect, role: isSelected ? .borderFocused : .border, line: isSelected ? .heavy : .light) }
    let inner = isBoxed ? rect.inset(by: 1, 1) : rect
    let mark = isSelected ? canvas.glyph(.cursor) : " "
    canvas.put(mark + deal.name, at: inner.origin, role: isSelected ? .selected : .text, width: inner.columns)
    let whole = deal.amount.map { MoneyText.plain($0, deal.currency) } ?? ""
    let fits = TextWidth.width(of: whole) + 8 <= inner.columns
    let amount = fits ? whole : deal.amount.map { MoneyText.short($0, deal.currency) } ?? ""
    canvas.put(
      " \(amount)  \(deal.probability) %", at: Point(inner.column, inner.row + 1), role: .text, width: inner.columns)
    let (text, role) = remark(card, session)
    canvas.put(" " + text, at: Point(inner.column, inner.row + 2), role: role, width: inner.columns)
  }

  /// The one line that matters most: rotting, no next step, or what comes next.
  private func remark(_ card: Card, _ session: Session) -> (String, Role) {
    if !card.deal.isOpen {
      let closed = card.deal.actualCloseDate.map { DateText.short($0, today: session.today) } ?? ""
      return card.deal.stage == "closed_lost" ? ("✗ \(closed) \(card.deal.lostReason)", .dim) : ("✓ \(closed)", .good)
    }
    if let days = card.rottingDays { return ("☂ rotting \(days) d", .bad) }
    guard let task = card.nextStep else { return ("⚠ no next step", .warning) }
    let due = task.dueDate.map { DateText.short($0, now: session.now, calendar: session.calendar) } ?? ""
    return task.isOverdue(now: session.now) ? ("! \(due) \(task.title)", .bad) : ("\(due) \(task.title)", .dim)
  }
}
