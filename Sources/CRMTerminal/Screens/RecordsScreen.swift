import CRMDomain
import CRMStore
import TerminalKit

/// The list of one kind of record: views, a filter, columns, groups, marks, and a preview of the row.
@MainActor package final class RecordsScreen<R: Record>: ViewedScreen {
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
  private var keepsRow = true
  private var grouping: Grouping?
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
    if list.isTooVaried, list.marks.isEmpty { return "too many values for groups" }
    let count = list.marks.isEmpty ? "" : "\(list.marks.count.formatted(grouping: ",")) marked"
    return rangeStart == nil ? count : count + ", v ends"
  }

  // MARK: Loading

  package func load(_ session: Session, isChanged: Bool) {
    look.load(session)
    filter.load(session)
    if isChanged || !isAsked { ask(session, keepsRow: keepsRow) }
    keepsRow = true
    list.load(session, isChanged: isChanged)
    if list.isComplete, list.total <= Self.countedUnasked {
      session.views.countAll(kind, sort: request?.sort ?? [], session)
    }
    if showsPreview, let record = list.selected, preview?.isOf(record) != true || isChanged {
      preview = RecordPreview(record, session)
    }
    if list.selected == nil { preview = nil }
  }

  /// In larger books the views are counted when they are looked at.
  private static var countedUnasked: Int { 200_000 }

  private func ask(_ session: Session, keepsRow: Bool) {
    isAsked = true
    let shown = QueryParser(kind: kind, fields: session.fields(of: kind)).parse(look.view.filter)
    var query = filter.query
    query.terms = (isTrash ? [] : shown.query.terms) + query.terms
    if query.sort.isEmpty { query.sort = shown.query.sort }
    if !look.override.isEmpty { query.sort = look.override }
    var request = session.list(kind, query, usualSort: look.view.sort)
    request.isTrash = isTrash
    self.request = request
    let group = query.group ?? look.group ?? shown.query.group
    grouping = group.flatMap { Grouping($0, fields: look.fields, calendar: session.calendar) }
    list.ask(request, grouping, session, keepsRow: keepsRow)
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
    if key == .character(" "), list.selectedHeading != nil { return perform(.foldGroup) }
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
    return showView(hit.1)
  }

  private func showView(_ index: Int) -> Effect {
    .with { [self] session in
      look.show(index, session)
      isTrash = false
      list.clearMarks()
      return fromTheTop()
    }
  }

  private func fromTheTop() -> Effect {
    list.table.cursor.toStart()
    keepsRow = false
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
    case .open where list.selectedHeading != nil, .foldGroup: return foldGroup()
    case .foldAll:
      list.toggleFolds()
      return list.grouped == nil ? .toast(Self.noGroups) : .handled
    case .groupBy: return .push(groupPicker)
    case .views: return .with { [self] in .push(ViewsScreen(self, $0)) }
    case .open: return list.selectedID.map { .open(kind, $0) } ?? .toast("No record here")
    case .new: return .with { .push(RecordFormScreen($0.newRecord(R.self))) }
    case .editTable: return TableEditing.effect(kind, list.chosen, chosen: look.columns)
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
    case .nextView: return showView(look.index + 1)
    case .previousView: return showView(look.index - 1)
    case .saveView: return .push(saveViewPrompt)
    case .restoreViews:
      return .with { [self] in .several([$0.views.restoreStandard(kind), .toast("The standard views are back", .good)])
      }
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
    if command == .foldGroup || command == .foldAll { return list.grouped == nil ? Self.noGroups : nil }
    return RecordCommands.disabledReason(command, kind: kind, record: list.selected, count: list.chosen.count)
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
    return .each(title: "Bring back \(Counted.text(ids.count, kind))", ids) { writer, id in try writer.restore(kind, id)
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
      guard let self, !name.trimmed.isEmpty else { return .handled }
      return .with { ViewCommands.save(self.snapshot(name.trimmed), self, $0.views) }
    }
  }

  var viewedKind: EntityKind { kind }
  var openView: String? { look.view.name }

  /// What the open view filters and what was typed, in the present order, columns and groups.
  func snapshot(_ name: String) -> ListView {
    let parser = QueryParser(kind: kind, fields: look.fields)
    let texts = [look.view.filter, filter.text].filter { !$0.isEmpty }.map { text in
      var query = parser.parse(text).query
      guard !query.sort.isEmpty || query.group != nil else { return text }
      (query.sort, query.group) = ([], nil)
      return query.text(for: look.fields)
    }
    let text = texts.filter { !$0.isEmpty }.joined(separator: " ")
    return look.snapshot(name, filter: text, sort: request?.sort ?? look.sort, group: grouping?.key)
  }

  package func show(view name: String) -> Effect {
    guard let index = look.views.firstIndex(where: { $0.name == name }) else { return .handled }
    return showView(index)
  }

  func viewIsCalled(_ name: String) { look.renamed(name) }

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

  private static var noGroups: String { "The list has no groups: b makes some" }

  private func foldGroup() -> Effect {
    guard list.grouped != nil else { return .toast(Self.noGroups) }
    list.toggleFold()
    return .handled
  }

  private var groupPicker: PickerScreen {
    let infos = look.fields.filter(\.isGroupable)
    let items = [Picker.Item("No groups")] + infos.map { Picker.Item($0.label, detail: $0.key) }
    let selected = infos.firstIndex { $0 == grouping?.info }.map { $0 + 1 } ?? 0
    return PickerScreen("Group by", items, selected: selected) { [weak self] index in
      guard index > 0 else { return self?.group(by: nil) ?? .handled }
      let info = infos[index - 1]
      let isDate = info.kind == .day || info.kind == .instant
      return isDate
        ? .push(self?.periodPicker(info) ?? PickerScreen("", []) { _ in .handled })
        : self?.group(by: Query.GroupKey(info.key)) ?? .handled
    }
  }

  private func periodPicker(_ info: FieldInfo) -> PickerScreen {
    let periods = Period.allCases
    let items = periods.map { Picker.Item($0.rawValue, detail: "\(info.label) by \($0.rawValue)") }
    return PickerScreen("\(info.label) by", items, selected: periods.firstIndex(of: .month) ?? 0) { [weak self] index in
      self?.group(by: Query.GroupKey(info.key, period: periods[index])) ?? .handled
    }
  }

  private func group(by key: Query.GroupKey?) -> Effect {
    let keep = look.group(by: key)
    let hint: Effect =
      filter.query.group == nil ? .handled : .toast("The filter has a group: of its own, which goes before", .warning)
    return .several([keep, fromTheTop(), hint])
  }

  private var frequencyPicker: PickerScreen {
    let infos = look.choices
    return PickerScreen("Count the values of", infos.map { Picker.Item($0.label, detail: $0.key) }) {
      [weak self] index in
      guard let self, let request else { return .handled }
      return .push(
        FrequencyScreen(infos[index], request, title) { [weak self] text in
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
    let total = max(list.total, list.ids.count).formatted(grouping: ",")
    let count = isTrash ? "\(found) in the trash" : found == total ? total : "\(found) of \(total)"
    return list.grouped.map { "\(count) in \($0.list.groups.count.formatted(grouping: ",")) groups" } ?? count
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
