import CRMDomain
import CRMStore
import TerminalKit

/// The list of one kind of record: views, a filter, columns, marks, and a preview of the row.
@MainActor package final class RecordsScreen<R: Record>: FilteredScreen {
  package let contexts: [Context]
  package let watches: Set<EntityKind>
  private let kind = R.schema.kind
  private var look = ListLook(R.schema.kind)
  private let filter = FilterBar(R.schema.kind, placeholder: "words, field:value, created<30d …")
  private var request: ListQuery?
  private var list = RecordList<R>()
  private var rangeStart: Int?
  private var wantsPreview: Bool?
  private var isTrash = false
  private var isAsked = false
  package private(set) var missesRows = false
  private var preview: RecordPreview?
  private var size = Size(80, 24)
  private var viewRects: [(Range<Int>, Int)] = []

  package init() {
    switch R.schema.kind {
    case .lead: contexts = [.leads, .list]
    case .contact: contexts = [.contacts, .list]
    case .opportunity: contexts = [.deals, .list]
    case .task: contexts = [.tasks, .list]
    case .activity, .user, .tag, .board, .stage: contexts = [.list]
    }
    watches = [R.schema.kind, .user, .stage, .task]
  }

  package var title: String { isTrash ? "Trash" : FieldInfo.label(for: kind == .opportunity ? "deals" : kind.plural) }
  package var isTyping: Bool { filter.isOpen }
  package var status: String {
    if filter.isOpen { return filter.message }
    if isTrash, list.marks.isEmpty { return "D brings it back  esc leaves" }
    let count = list.marks.isEmpty ? "" : "\(list.marks.count.formatted(grouping: ",")) marked"
    return rangeStart == nil ? count : count + ", v ends"
  }

  // MARK: Loading

  package func load(_ session: Session, isChanged: Bool) {
    look.load(session)
    filter.load(session)
    if isChanged || !isAsked { ask(session) }
    list.load(session, isChanged: isChanged)
    if showsPreview, let record = list.selected, preview?.isOf(record) != true || isChanged {
      preview = RecordPreview(record, session)
    }
    if list.selected == nil { preview = nil }
  }

  private func ask(_ session: Session, keepsRow: Bool = true) {
    isAsked = true
    let shown = QueryParser(kind: kind, fields: session.fields(of: kind)).parse(look.view.filter)
    var query = filter.parsed.query
    query.terms = (isTrash ? [] : shown.query.terms) + query.terms
    if !look.override.isEmpty { query.sort = look.override }
    var request = session.list(kind, query, usualSort: look.view.sort)
    request.isTrash = isTrash
    self.request = request
    list.ask(request, session, keepsRow: keepsRow)
    let sorted = request.sort.first
    list.table.columns = look.tableColumns(sorted)
  }

  /// Filters by `text`, as if it had been typed.
  package func show(filter text: String) {
    filter.set(text)
    askAgain()
  }

  /// What changes the question: the next load asks again.
  private func askAgain() { isAsked = false }

  // MARK: Keys

  package func handle(_ key: Key) -> Effect? {
    if filter.isOpen { return type(key) }
    if case .mouse(let mouse) = key, let effect = click(mouse) { return effect }
    switch list.table.handle(key) {
    case .ignored: return nil
    case .moved:
      if let start = rangeStart { markRange(from: start) }
      return .handled
    case .opened: return perform(.open)
    case .titleClicked(let column):
      look.sort(byColumn: column)
      return fromTheTop()
    }
  }

  private func type(_ key: Key) -> Effect? {
    switch filter.handle(key) {
    case .changed:
      askAgain()
      return .handled
    case .handled: return .handled
    case .ignored: return list.table.cursor.handle(key) ? .handled : nil
    }
  }

  private func click(_ mouse: Mouse) -> Effect? {
    guard mouse.action == .press, mouse.point.row == 1,
      let hit = viewRects.first(where: { $0.0.contains(mouse.point.column) })
    else { return nil }
    return show(view: hit.1)
  }

  private func show(view index: Int) -> Effect {
    .with { [self] session in
      look.show(index, session)
      isTrash = false
      list.clearMarks()
      return fromTheTop()
    }
  }

  private func fromTheTop() -> Effect {
    list.table.cursor.toStart()
    askAgain()
    return .handled
  }

  // MARK: Commands

  package func perform(_ command: Command) -> Effect? {
    switch command {
    case .filter:
      filter.open()
      return .handled
    case .back, .clearFilter: return clear()
    case .open: return list.selectedID.map { .open(kind, $0) } ?? .toast("No record here")
    case .new: return .with { .push(RecordFormScreen($0.newRecord(R.self))) }
    case .edit: return list.selected.map { .push(RecordFormScreen($0)) } ?? .toast("No record selected")
    case .mark:
      list.toggleMark()
      list.table.cursor.move(by: 1)
      return .handled
    case .markRange:
      rangeStart = rangeStart == nil ? list.cursor.selected : nil
      if let start = rangeStart { markRange(from: start) }
      return .handled
    case .markAll:
      list.markAll()
      return .handled
    case .nextView: return show(view: look.index + 1)
    case .previousView: return show(view: look.index - 1)
    case .saveView: return .push(saveViewPrompt)
    case .removeView: return removeView()
    case .frequency: return .push(frequencyPicker)
    case .newField: return .push(NewFieldPrompt.screen(kind))
    case .togglePreview:
      wantsPreview = !showsPreview
      return .handled
    case .sortBy: return .push(sortPicker)
    case .reverseSort: return look.reverse() ? fromTheTop() : .toast("Choose a column to sort by first: o")
    case .chooseColumns: return .push(columnPicker)
    case .showTrash:
      isTrash.toggle()
      list.clearMarks()
      askAgain()
      return .handled
    case .trash where isTrash: return restore()
    case .export: return .with { [self] in .push(ExportScreen(exportOffer($0), today: $0.today)) }
    default: return RecordCommands.effect(command, kind: kind, ids: list.chosen, record: list.selected)
    }
  }

  package func disabledReason(_ command: Command) -> String? {
    RecordCommands.disabledReason(command, kind: kind, record: list.selected, count: list.chosen.count)
  }

  private func clear() -> Effect? {
    if rangeStart != nil {
      rangeStart = nil
    } else if !list.marks.isEmpty {
      list.clearMarks()
    } else if !filter.text.isEmpty {
      filter.set("")
      askAgain()
    } else if isTrash {
      isTrash = false
      askAgain()
    } else {
      return nil
    }
    return .handled
  }

  private func markRange(from start: Int) {
    let end = list.cursor.selected
    guard !list.ids.isEmpty else { return }
    list.mark(rows: min(start, end)...max(start, end))
  }

  private func restore() -> Effect {
    let (kind, ids) = (kind, list.chosen)
    guard !ids.isEmpty else { return .toast("Nothing here to bring back") }
    return .save(title: "Bring back \(Counted.text(ids.count, kind))") { writer in
      for id in ids { try writer.restore(kind, id) }
    }
  }

  private func exportOffer(_ session: Session) -> ExportOffer {
    let everything = session.list(kind, Query(), usualSort: [Query.SortKey("id")])
    return ExportOffer(
      kind: kind, name: Counted.many(kind), marked: list.marks.isEmpty ? [] : list.chosen,
      shown: request ?? everything, shownCount: list.isComplete ? list.ids.count : nil, everything: everything,
      total: list.isComplete ? max(list.total, list.ids.count) : nil,
      columns: ExportOffer.nameFields(kind) + look.columns.map(\.name))
  }

  // MARK: Views, order and columns

  private var saveViewPrompt: PromptScreen {
    PromptScreen("Name of the view", text: look.view.isOwn ? look.view.name : "") { [weak self] name in
      self?.saveView(name.trimmed) ?? .handled
    }
  }

  /// The view has what the open view filters and what was typed.
  private func saveView(_ name: String) -> Effect {
    guard !name.isEmpty else { return .handled }
    let text = [look.view.filter, filter.text].filter { !$0.isEmpty }.joined(separator: " ")
    filter.set("")
    let keep = look.save(name, filter: text)
    return .several([keep, fromTheTop(), .toast("View \(name) is kept", .good)])
  }

  private func removeView() -> Effect {
    let keep = look.removeView()
    return .several([keep, fromTheTop()])
  }

  private var sortPicker: PickerScreen {
    let infos = look.choices
    return PickerScreen("Sort by", infos.map { Picker.Item($0.label, detail: $0.key) }) { [weak self] index in
      self?.look.sort(by: Query.SortKey(infos[index].name, descending: infos[index].kind.isNumber))
      return self?.fromTheTop() ?? .handled
    }
  }

  private var columnPicker: PickerScreen {
    let infos = look.choices
    let items = infos.map { info in
      Picker.Item((look.columns.contains(info) ? "✓ " : "  ") + info.label, detail: info.key)
    }
    return PickerScreen("Columns (enter shows or hides)", items) { [weak self] index in
      self?.askAgain()
      return self?.look.toggleColumn(infos[index]) ?? .handled
    }
  }

  private var frequencyPicker: PickerScreen {
    let infos = look.choices
    return PickerScreen("Count the values of", infos.map { Picker.Item($0.label, detail: $0.key) }) {
      [weak self] index in
      guard let self, let request else { return .handled }
      return .push(
        FrequencyScreen(infos[index], request) { [weak self] text in
          self?.show(filter: [self?.filter.text ?? "", text].filter { !$0.isEmpty }.joined(separator: " "))
          return .handled
        })
    }
  }

  // MARK: Drawing

  private var showsPreview: Bool { wantsPreview ?? (size.rows >= Session.previewRows) }

  package func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    size = canvas.size
    var (bar, rest) = rect.split(top: 1)
    drawBar(on: &canvas, in: bar)
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
    list.table.draw(on: &canvas, in: rest) { [list, columns = look.columns] row in
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

  private func drawBar(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, role: .border)
    canvas.hline(at: rect.origin, columns: rect.columns)
    let count = countText
    let room = rect.columns - TextWidth.width(of: count) - 4
    var column = rect.column + 1
    column += canvas.put(" \(title) ", at: Point(column, rect.row), role: .title)
    viewRects = []
    for (index, view) in look.views.enumerated() where !isTrash {
      let text = " \(view.name) "
      let width = TextWidth.width(of: text)
      guard column + width + 1 < room else { break }
      canvas.put(text, at: Point(column + 1, rect.row), role: index == look.index ? .selected : .dim)
      viewRects.append((column + 1..<column + 1 + width, index))
      column += width + 1
    }
    canvas.put(" \(count) ", at: Point(rect.endColumn - TextWidth.width(of: count) - 3, rect.row), role: .title)
  }

  private var countText: String {
    let found = list.ids.count.formatted(grouping: ",") + (list.isComplete ? "" : "+")
    let total = max(list.total, list.ids.count).formatted(grouping: ",")
    return isTrash ? "\(found) in the trash" : found == total ? total : "\(found) of \(total)"
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

extension Int {
  /// 1204 as "1,204".
  package func formatted(grouping separator: String) -> String {
    let digits = String(magnitude)
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    return (self < 0 ? "-" : "") + groups.joined(separator: separator)
  }
}
