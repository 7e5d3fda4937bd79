import CRMDomain
import CRMStore
import TerminalKit

/// What the day asks for: tasks overdue and due, follow-ups, hot leads, deals that rot, and how the month goes.
@MainActor final class TodayScreen: Screen {
  private enum Line {
    case heading(String, count: Int)
    case task(CRMTask, about: String)
    case lead(Lead)
    case deal(Opportunity, remark: String)
    case remark(String)

    var target: (EntityKind, Int64)? {
      switch self {
      case .heading, .remark: nil
      case .task(let task, _): (.task, task.id.rawValue)
      case .lead(let lead): (.lead, lead.id.rawValue)
      case .deal(let deal, _): (.opportunity, deal.id.rawValue)
      }
    }
  }

  let title = "Today"
  let contexts: [Context] = [.today]
  let watches: Set<EntityKind> = [.task, .lead, .opportunity, .user, .stage]
  private var parts: [(title: String, lines: [Line])] = []
  private var lines: [Line] = []
  private var month = ""
  private var cursor = ListCursor()
  private var body = Rect(0, 0, 0, 0)
  private var isLoaded = false
  private let generation = Generation()
  private static let perPart = 12
  /// Matches are counted up to this many: all hot ones among a million leads would take a second.
  private static let mostCounted = 1000

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || !isLoaded else { return }
    isLoaded = true
    generation.next()
    parts = []
    tasks("Overdue", "overdue", session)
    tasks("Due today", "open due_date:today -overdue", session)
    part("Follow-ups", .lead, "overdue", sort: "next_follow_up", session) { .lead($0) }
    part("Rotting deals", .opportunity, "rotting open", sort: "stage_entered_at", session) { deal in
      let days = session.stage(of: deal).flatMap { Rotting.days(deal, in: $0, today: session.today) }
      return .deal(deal, remark: days.map { "\($0) d in \(Choice.words(deal.stage))" } ?? "")
    }
    part("Deals without a next step", .opportunity, "nextless", sort: "expected_close_date", session) {
      .deal($0, remark: "closes \($0.expectedCloseDate.map { DateText.short($0, today: session.today) } ?? "–")")
    }
    part("Hot leads", .lead, "hot open", sort: "lead_score", descending: true, session) { .lead($0) }
    month = monthText(session)
    putTogether()
  }

  private func putTogether() {
    lines = parts.flatMap(\.lines)
    if lines.isEmpty { lines = [.remark("Nothing is due. 2 shows the leads, 4 the pipeline.")] }
    cursor.setCount(lines.count)
    skip(backwards: false)
  }

  private func tasks(_ title: String, _ filter: String, _ session: Session) {
    part(title, .task, filter, sort: "due_date", session) { (task: CRMTask) in
      let about = Links(task).target.flatMap { session.name($0.kind, $0.id) } ?? ""
      return .task(task, about: about)
    }
  }

  private func part<R: Record>(
    _ title: String, _ kind: EntityKind, _ filter: String, sort: String, descending: Bool = false, _ session: Session,
    _ line: @escaping @MainActor @Sendable (R) -> Line,
  ) {
    let query = QueryParser(kind: kind, fields: session.fields(of: kind)).parse(filter).query
    let list = session.list(kind, query, usualSort: [.init(sort, descending: descending)])
    if let found = session.readQuickly({ try TodayPart<R>(list, $0, Self.perPart, Self.mostCounted + 1) }) {
      parts.append((title, lines(title, found, line)))
      return
    }
    parts.append((title, [.remark("\(title) …")]))
    find(title, list, session, line)
  }

  /// Where so many records are looked at that the screen would wait, the part comes later.
  private func find<R: Record>(
    _ title: String, _ list: ListQuery, _ session: Session, _ line: @escaping @MainActor @Sendable (R) -> Line,
  ) {
    let (store, worker, number) = (session.store, session.worker, generation.current)
    let (most, mostCounted) = (Self.perPart, Self.mostCounted + 1)
    worker.perform(.looking) { [weak self] in
      do throws(StoreProblem) {
        let found = try store.read { try TodayPart<R>(list, $0, most, mostCounted) }
        worker.post { self?.receive(title, found, number, line) }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  private func receive<R: Record>(_ title: String, _ found: TodayPart<R>, _ number: Int, _ line: (R) -> Line) {
    guard generation.current == number, let index = parts.firstIndex(where: { $0.title == title }) else { return }
    parts[index].lines = lines(title, found, line)
    putTogether()
  }

  private func lines<R: Record>(_ title: String, _ found: TodayPart<R>, _ line: (R) -> Line) -> [Line] {
    found.count == 0 ? [] : [.heading(title, count: found.count)] + found.records.map(line)
  }

  /// Won this month and what is expected to close in it, weighted, per currency.
  private func monthText(_ session: Session) -> String {
    let start = session.today.adding(days: 1 - session.today.components.day)
    let end = start.adding(days: 31).adding(days: 1 - start.adding(days: 31).components.day)
    let sums = session.read { try $0.month(from: start, to: end) }
    guard let sums else { return "" }
    let won =
      sums.won.isEmpty
      ? "nothing yet" : sums.won.map { MoneyText.short($0.amount, $0.currency) }.joined(separator: " · ")
    let ahead = sums.ahead.map { MoneyText.short($0.weighted, $0.currency) }.joined(separator: " · ")
    return "This month  won \(won)" + (ahead.isEmpty ? "" : "  forecast \(ahead)")
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    if case .mouse(let mouse) = key, mouse.action == .press || mouse.action == .doubleClick {
      let row = cursor.top + mouse.point.row - body.row
      guard body.contains(mouse.point), lines.indices.contains(row), lines[row].target != nil else { return nil }
      cursor.select(row)
      return mouse.action == .doubleClick ? perform(.open) : .handled
    }
    guard cursor.handle(key) || cursor.handleLetter(key) else { return nil }
    skip(backwards: [.up, .pageUp, .character("k"), .control("b"), .control("u")].contains(key))
    return .handled
  }

  private func skip(backwards: Bool) {
    var row = cursor.selected
    while lines.indices.contains(row), lines[row].target == nil { row += backwards ? -1 : 1 }
    if lines.indices.contains(row) { return cursor.select(row) }
    if let first = lines.firstIndex(where: { $0.target != nil }) { cursor.select(first) }
  }

  private var selected: Line? { lines.indices.contains(cursor.selected) ? lines[cursor.selected] : nil }

  func perform(_ command: Command) -> Effect? {
    guard let selected, let (kind, id) = selected.target else { return command == .newTask ? .with(newTask) : nil }
    switch command {
    case .open: return .open(kind, id)
    case .nextSection: return nextPart()
    default: return RecordCommands.effect(command, kind: kind, ids: [id], record: record(selected))
    }
  }

  private func newTask(_ session: Session) -> Effect {
    var task = CRMTask()
    task.assignedTo = session.me?.id
    return .push(RecordFormScreen(task))
  }

  private func record(_ line: Line) -> (any Record)? {
    switch line {
    case .heading, .remark: nil
    case .task(let task, _): task
    case .lead(let lead): lead
    case .deal(let deal, _): deal
    }
  }

  func disabledReason(_ command: Command) -> String? {
    guard let selected, let (kind, _) = selected.target else { return nil }
    return RecordCommands.disabledReason(command, kind: kind, record: record(selected), count: 1)
  }

  private func nextPart() -> Effect {
    let next = lines.indices.first { index in
      if case .heading = lines[index] { index > cursor.selected } else { false }
    }
    cursor.select(next ?? 0)
    skip(backwards: false)
    return .handled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    self.body = body
    canvas.hline(at: bar.origin, columns: bar.columns)
    let day = "\(DateText.full(session.today))"
    let used = canvas.put(" Today \(day) ", at: Point(bar.column + 1, bar.row), role: .title)
    let text = TextWidth.truncated(month, to: max(0, bar.columns - used - 4))
    canvas.put(" \(text) ", at: Point(bar.endColumn - TextWidth.width(of: text) - 3, bar.row), role: .text)
    cursor.adjust(height: body.rows)
    for (offset, index) in cursor.visible.enumerated() {
      let line = Rect(body.column + 2, body.row + offset, body.columns - 3, 1)
      let isSelected = index == cursor.selected && lines[index].target != nil
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(body.column, line.row), role: .selected) }
      draw(lines[index], on: &canvas, in: line, isSelected, session)
    }
    return nil
  }

  private func draw(_ line: Line, on canvas: inout Canvas, in rect: Rect, _ isSelected: Bool, _ session: Session) {
    switch line {
    case .heading(let title, let count):
      let counted = count > Self.mostCounted ? "\(Self.mostCounted)+" : "\(count)"
      canvas.put("\(title) \(counted)", at: Point(rect.column - 1, rect.row), role: .strong)
    case .remark(let text): canvas.put(text, at: rect.origin, role: .dim, width: rect.columns)
    case .task(let task, let about):
      let when = task.dueDate.map { DateText.short($0, now: session.now, calendar: session.calendar) } ?? ""
      let isOverdue = task.isOverdue(now: session.now)
      put(
        [(when, 14, isOverdue ? .bad : .dim), (task.title, 0, .text), (about, 24, .dim)], on: &canvas, rect, isSelected)
    case .lead(let lead):
      let when = lead.nextFollowUp.map { DateText.short($0, now: session.now, calendar: session.calendar) } ?? ""
      put([(when, 14, .dim), (lead.title, 0, .text), (lead.companyName, 24, .dim)], on: &canvas, rect, isSelected)
    case .deal(let deal, let remark):
      let amount = deal.amount.map { MoneyText.plain($0, deal.currency) } ?? ""
      put([(amount, 14, .text), (deal.name, 0, .text), (remark, 24, .warning)], on: &canvas, rect, isSelected)
    }
  }

  /// Columns of fixed widths around one, of width 0, that takes the rest and shows the cursor.
  private func put(_ cells: [(String, Int, Role)], on canvas: inout Canvas, _ rect: Rect, _ isSelected: Bool) {
    let isNarrow = rect.columns < 64
    let shown =
      isNarrow
      ? cells.filter { $0.1 == 0 || $0.1 <= 14 }
      : cells
        .map { ($0.0, $0.1 > 14 ? min(60, max($0.1, rect.columns / 3)) : $0.1, $0.2) }
    let rest = rect.columns - shown.reduce(0) { $0 + $1.1 + 1 }
    var column = rect.column
    for (text, width, role) in shown {
      let width = width == 0 ? max(4, rest) : width
      let isName = isSelected && width == max(4, rest)
      canvas.put(text, at: Point(column, rect.row), role: isName ? .selected : role, width: width)
      column += width + 1
    }
  }
}

/// The first records of a part of the day, and how many there are.
private struct TodayPart<R: Record>: Sendable {
  let records: [R]
  let count: Int

  init(_ list: ListQuery, _ reader: StoreReader, _ most: Int, _ mostCounted: Int) throws {
    records = try reader.records(try reader.ids(list, limit: most), of: R.self)
    count = try reader.count(list, limit: mostCounted)
  }
}
