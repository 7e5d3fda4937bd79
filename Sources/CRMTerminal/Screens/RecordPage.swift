import CRMDomain
import CRMStore
import TerminalKit

/// Everything about one record: its fields, its tasks, its deals, its timeline. Two panes where there is room.
@MainActor final class RecordPage<R: Record>: Screen {
  private enum Line {
    case heading(String)
    case field(FieldInfo)
    case task(CRMTask)
    case link(EntityKind, Int64, String, String)
    case entry(TimelineEntry)
    case remark(String)

    var canBeSelected: Bool {
      switch self {
      case .heading, .remark: false
      case .field, .task, .link, .entry: true
      }
    }
  }

  private let id: Identifier<R>
  private let kind = R.schema.kind
  private var record: R?
  /// The fields a rep looks for, what belongs to the record, and the rest of the fields.
  private var lines: [[Line]] = [[], [], []]
  private var cursors = [ListCursor(), ListCursor()]
  private var pane = 0
  private var isWide = true
  private var paneRects: [Rect] = []
  private var isLoaded = false

  init(_ id: Identifier<R>) { self.id = id }

  var title: String { record?.title ?? "Gone" }
  var contexts: [Context] { [.page] }
  let watches: Set<EntityKind> = Set(EntityKind.allCases)
  var status: String { standing.map(SyncWords.word) ?? "" }
  /// Where it stands with the server; nil for a book that has none.
  private var standing: RecordSyncState?

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || !isLoaded else { return }
    if !isLoaded { session.sync.noteOpened(RecordKey(kind, id.rawValue), session) }
    isLoaded = true
    record = session.read { try $0.isAlive(kind, id.rawValue) ? try $0.record(id) : nil } ?? nil
    standing = session.sync.profile.flatMap { profile in
      kind.isOnServers ? session.read { try $0.syncState(of: RecordKey(kind, id.rawValue), profile) } : nil
    }
    guard let record else {
      lines = [[.remark("This record is no longer there. esc goes back.")], [], []]
      return
    }
    let (main, more) = fieldLines(record, session)
    lines = [main, relatedLines(record, session), more]
    for index in cursors.indices { settle(index) }
  }

  /// Keeps the cursor on a line that can be selected.
  private func settle(_ index: Int) {
    let shown = shownLines(index)
    cursors[index].setCount(shown.count)
    guard !shown.indices.contains(cursors[index].selected) || !shown[cursors[index].selected].canBeSelected else {
      return
    }
    if let first = shown.firstIndex(where: \.canBeSelected) { cursors[index].select(first) }
  }

  private func shownLines(_ index: Int) -> [Line] {
    guard isWide else { return index == 0 ? lines[0] + lines[1] + lines[2] : [] }
    return index == 0 ? lines[0] + lines[2] : lines[1]
  }

  /// The heading has the name already; it, what the program keeps by itself and custom fields come last.
  private func fieldLines(_ record: R, _ session: Session) -> (main: [Line], more: [Line]) {
    let infos = session.fields(of: kind).filter { $0.kind != .customFields && !record[$0].isEmpty }
    let names: Set<String> = ["first_name", "last_name", "name", "title"]
    let isMore: (FieldInfo) -> Bool = { $0.isReadOnly || $0.isCustom || names.contains($0.name) }
    let (main, more) = (infos.filter { !isMore($0) }, infos.filter(isMore))
    return ([.heading("Fields")] + main.map(Line.field), [.heading("More")] + more.map(Line.field))
  }

  private func relatedLines(_ record: R, _ session: Session) -> [Line] {
    var lines: [Line] = []
    if [.lead, .contact, .opportunity].contains(kind) {
      let tasks = session.read { reader -> [CRMTask] in
        try reader.records(try reader.ids(.task, linkedTo: kind, id.rawValue))
      }
      let open = (tasks ?? []).filter(\.isOpen)
      lines.append(.heading("Tasks \(open.count) open"))
      lines += open.isEmpty ? [.remark("no next step: t makes a task")] : open.map(Line.task)
      lines += (tasks ?? []).filter { !$0.isOpen }.map(Line.task)
    }
    let links = self.links(record, session)
    if !links.isEmpty { lines += [.heading("Linked")] + links }
    let entries = Timeline.entries(kind, id.rawValue, session)
    lines.append(.heading("Timeline"))
    lines += entries.isEmpty ? [.remark("nothing yet: l logs a call")] : entries.map(Line.entry)
    return lines
  }

  /// The records this one refers to, and the deals that refer to it.
  private func links(_ record: R, _ session: Session) -> [Line] {
    var links: [Line] = R.schema.infos.compactMap { info in
      guard case .reference(let other) = info.kind, ![.user, .board].contains(other),
        case .reference(let id) = record[info.name]
      else { return nil }
      return .link(other, id, info.label, session.name(other, id) ?? "gone")
    }
    if kind == .contact || kind == .lead {
      let deals = session.read { try $0.deals(of: kind, id.rawValue) } ?? []
      links += deals.map { deal in
        let amount = deal.amount?.display(currency: deal.currency) ?? ""
        return .link(.opportunity, deal.id.rawValue, "Deal", "\(deal.name)  \(Choice.words(deal.stage))  \(amount)")
      }
    }
    return links
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    if case .mouse(let mouse) = key { return click(mouse) }
    guard cursors[pane].handle(key) || cursors[pane].handleLetter(key) else { return nil }
    skip(backwards: [.up, .pageUp, .character("k"), .control("b"), .control("u")].contains(key))
    return .handled
  }

  private func skip(backwards: Bool) {
    let shown = shownLines(pane)
    var row = cursors[pane].selected
    guard shown.indices.contains(row), !shown[row].canBeSelected else { return }
    while shown.indices.contains(row), !shown[row].canBeSelected { row += backwards ? -1 : 1 }
    if shown.indices.contains(row) { cursors[pane].select(row) } else { settle(pane) }
  }

  private func click(_ mouse: Mouse) -> Effect? {
    guard let index = paneRects.firstIndex(where: { $0.contains(mouse.point) }) else { return nil }
    switch mouse.action {
    case .wheelUp, .wheelDown: return cursors[index].handle(.mouse(mouse)) ? .handled : nil
    case .press, .doubleClick:
      let row = cursors[index].top + mouse.point.row - paneRects[index].row
      guard shownLines(index).indices.contains(row), shownLines(index)[row].canBeSelected else { return .handled }
      pane = index
      cursors[index].select(row)
      return mouse.action == .doubleClick ? perform(.open) : .handled
    case .release, .drag, .rightPress: return nil
    }
  }

  private var selected: Line? {
    let shown = shownLines(pane)
    return shown.indices.contains(cursors[pane].selected) ? shown[cursors[pane].selected] : nil
  }

  // MARK: Commands

  func perform(_ command: Command) -> Effect? {
    guard let record else { return command == .back || command == .quit ? .pop : nil }
    switch command {
    case .back, .quit: return .pop
    case .open: return open(record)
    case .edit: return .push(RecordFormScreen(record))
    case .complete: return complete(record)
    case .nextSection: return nextSection()
    case .trash:
      let delete = RecordCommands.effect(.trash, kind: kind, ids: [id.rawValue], record: record)
      return delete.map { .several([$0, .pop]) }
    default: return RecordCommands.effect(command, kind: kind, ids: [id.rawValue], record: record)
    }
  }

  func disabledReason(_ command: Command) -> String? {
    if command == .complete {
      if case .task = selected { return nil }
      return kind == .task ? nil : "The cursor is not on a task"
    }
    return RecordCommands.disabledReason(command, kind: kind, record: record, count: 1)
  }

  private func open(_ record: R) -> Effect? {
    switch selected {
    case .field(let info) where info.isReadOnly: .toast("\(info.label) is kept by the program")
    case .field(let info): .push(RecordFormScreen(record, focus: info.name))
    case .task(let task): .open(.task, task.id.rawValue)
    case .link(let kind, let id, _, _): .open(kind, id)
    case .entry(let entry): entry.activity.map { .open(.activity, $0.rawValue) } ?? .perform(.history)
    case .heading, .remark, nil: nil
    }
  }

  private func complete(_ record: R) -> Effect? {
    if case .task(let task) = selected {
      return RecordCommands.effect(.complete, kind: .task, ids: [task.id.rawValue], record: task)
    }
    return RecordCommands.effect(.complete, kind: kind, ids: [id.rawValue], record: record)
  }

  /// The next heading, in this pane or the other.
  private func nextSection() -> Effect {
    let shown = shownLines(pane)
    let row = cursors[pane].selected
    let next = shown.indices.first { index in
      guard index > row, case .heading = shown[index] else { return false }
      return shown[index...].contains { $0.canBeSelected }
    }
    if let next {
      cursors[pane].select(next)
    } else {
      pane = isWide ? 1 - pane : 0
      cursors[pane].toStart()
    }
    skip(backwards: false)
    return .handled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (head, body) = rect.split(top: 1)
    drawHead(on: &canvas, in: head, session)
    let wasWide = isWide
    isWide = rect.columns >= 100
    if isWide != wasWide { layOut() }
    let (left, rest) = body.split(left: isWide ? body.columns * 2 / 5 : body.columns)
    paneRects = isWide ? [left, Rect(rest.column + 1, rest.row, rest.columns - 1, rest.rows)] : [left]
    if isWide { canvas.vline(at: rest.origin, rows: rest.rows) }
    for index in paneRects.indices { draw(index, on: &canvas, in: paneRects[index], session) }
    return nil
  }

  private func layOut() {
    pane = 0
    for index in cursors.indices { settle(index) }
  }

  private func drawHead(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    canvas.hline(at: rect.origin, columns: rect.columns)
    guard let record else { return }
    let subtitle = ["company_name", "job_title"].compactMap { record[$0].text }
    let state = ["status", "stage", "priority"].compactMap { record[$0].text.map(Choice.words) }.joined(
      separator: " · ")
    let room = rect.columns - TextWidth.width(of: state) - 8
    let title = TextWidth.truncated(([record.title] + subtitle).joined(separator: " ─ "), to: max(8, room))
    canvas.put(" \(title) ", at: Point(rect.column + 1, rect.row), role: .title)
    canvas.put(" \(state) ", at: Point(rect.endColumn - TextWidth.width(of: state) - 3, rect.row), role: .info)
  }

  private func draw(_ index: Int, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    let shown = shownLines(index)
    cursors[index].setCount(shown.count)
    cursors[index].adjust(height: rect.rows)
    let labels = min(22, rect.columns / 3)
    for (offset, row) in cursors[index].visible.enumerated() {
      let line = Rect(rect.column + 2, rect.row + offset, rect.columns - 3, 1)
      let isSelected = index == pane && row == cursors[index].selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column, line.row), role: .selected) }
      draw(shown[row], on: &canvas, in: line, labels: labels, isSelected: isSelected, session)
    }
  }

  private func draw(
    _ line: Line, on canvas: inout Canvas, in rect: Rect, labels: Int, isSelected: Bool, _ session: Session,
  ) {
    let role: Role = isSelected ? .selected : .label
    switch line {
    case .heading(let text): canvas.put(text, at: Point(rect.column - 1, rect.row), role: .strong)
    case .remark(let text): canvas.put(text, at: rect.origin, role: .dim, width: rect.columns)
    case .field(let info): drawField(info, on: &canvas, in: rect, labels: labels, role: role, session)
    case .task(let task): drawTask(task, on: &canvas, in: rect, role: isSelected ? .selected : .text, session)
    case .link(_, _, let label, let name):
      canvas.put(label, at: rect.origin, role: role, width: min(labels, rect.columns))
      let text = Point(rect.column + labels + 1, rect.row)
      canvas.put(name, at: text, role: .link, width: max(0, rect.endColumn - text.column))
    case .entry(let entry): TimelineRow.draw(entry, on: &canvas, in: rect, session, isSelected: isSelected)
    }
  }

  private func drawField(
    _ info: FieldInfo, on canvas: inout Canvas, in rect: Rect, labels: Int, role: Role, _ session: Session,
  ) {
    guard let record else { return }
    canvas.put(info.label, at: rect.origin, role: role, width: min(labels, rect.columns))
    let cell = FieldCell.cell(record, info, session, ascii: canvas.ascii)
    let point = Point(rect.column + labels + 1, rect.row)
    canvas.put(cell.text, at: point, role: cell.role, width: max(0, rect.endColumn - point.column))
  }

  private func drawTask(_ task: CRMTask, on canvas: inout Canvas, in rect: Rect, role: Role, _ session: Session) {
    let isOverdue = task.isOverdue(now: session.now)
    let when = task.dueDate.map { DateText.short($0, now: session.now, calendar: session.calendar) } ?? ""
    let mark = task.isOpen ? (isOverdue ? "!" : "○") : "✓"
    canvas.put(mark, at: rect.origin, role: task.isOpen ? (isOverdue ? .bad : .text) : .good)
    canvas.put(when, at: Point(rect.column + 2, rect.row), role: isOverdue ? .bad : .dim, width: 14)
    let point = Point(rect.column + 17, rect.row)
    canvas.put(task.title, at: point, role: task.isOpen ? role : .dim, width: max(0, rect.endColumn - point.column))
  }
}
