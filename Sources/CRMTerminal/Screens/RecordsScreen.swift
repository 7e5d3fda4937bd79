import CRMDomain
import CRMStore
import TerminalKit

/// The list of one kind of record: views, a filter, columns, groups, marks, and a preview of the row.
@MainActor package final class RecordsScreen<R: Record>: ViewedScreen {
  package let contexts: [Context]
  package let watches: Set<EntityKind>
  let kind = R.schema.kind
  var look = ListLook(R.schema.kind)
  let filter = FilterBar(R.schema.kind, placeholder: "words, field:value, created<30d …")
  var request: ListQuery?
  var list = RecordList<R>()
  private var rangeStart: Int?
  /// The row to come back to when what is typed into the filter is given up.
  private var rowBefore: Int64?
  var wantsPreview: Bool?
  var isTrash = false
  private var isAsked = false
  private var keepsRow = true
  var grouping: Grouping?
  package internal(set) var missesRows = false
  var preview: RecordPreview?
  var size = Size(80, 24)
  var viewRects: [(Range<Int>, Int)] = []

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
    guard !list.marks.isEmpty else { return "" }
    return "\(list.marks.count.formatted(grouping: ",")) marked" + (rangeStart == nil ? "" : ", v ends")
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
  func askAgain() { isAsked = false }

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
      guard !filter.isOpen else { return fromTheTop() }
      list.comeBack(to: rowBefore)
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

  func showView(_ index: Int) -> Effect {
    .with { [self] session in
      look.show(index, session)
      isTrash = false
      list.clearMarks()
      return fromTheTop()
    }
  }

  func fromTheTop() -> Effect {
    list.table.cursor.toStart()
    keepsRow = false
    askAgain()
    return .handled
  }

  // MARK: Commands

  package func perform(_ command: Command) -> Effect? {
    switch command {
    case .filter:
      rowBefore = list.selectedID
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
      guard !list.ids.isEmpty else { return .toast("There is nothing here to mark") }
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
}
