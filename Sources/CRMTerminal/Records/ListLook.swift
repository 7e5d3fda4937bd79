import CRMDomain
import CRMStore
import TerminalKit

/// How a list is looked at: the view that is open, the order, the columns and the groups chosen over the view's own.
@MainActor struct ListLook {
  let kind: EntityKind
  private(set) var columns: [FieldInfo] = []
  private(set) var fields: [FieldInfo] = []
  /// What was chosen, or else the view's.
  private(set) var group: Query.GroupKey?
  private var shelf = SavedViews()
  private var openName: String?
  private var chosenSort: [Query.SortKey] = []
  private var isLoaded = false

  init(_ kind: EntityKind) { self.kind = kind }

  var views: [ListView] { shelf.all(kind) }
  var index: Int { views.firstIndex { $0.name == openName } ?? 0 }
  var view: ListView { views[index] }
  var sort: [Query.SortKey] { chosenSort.isEmpty ? view.sort : chosenSort }
  /// The order asked for in place of the view's, which a filter's own `sort:` gives way to as well.
  var override: [Query.SortKey] { chosenSort }

  mutating func load(_ session: Session) {
    fields = session.fields(of: kind)
    shelf = session.views
    shelf.load(kind, session)
    guard !isLoaded else { return }
    isLoaded = true
    take(session)
  }

  // MARK: Views

  mutating func show(_ view: Int, _ session: Session) {
    openName = views[(view + views.count) % views.count].name
    chosenSort = []
    take(session)
  }

  /// Keeps the open view under the name it has now.
  mutating func renamed(_ name: String) { openName = name }

  private mutating func take(_ session: Session) {
    columns = columns(session)
    group = group(session)
  }

  /// The present columns with these under a name, with the letter of the view that has it already.
  func snapshot(_ name: String, filter: String, sort: [Query.SortKey], group: Query.GroupKey?) -> ListView {
    ListView(
      name, filter, sort: sort, columns: columns.map(\.name), group: group,
      key: views.first { $0.name == name }?.key ?? views.freeKey(for: name), isOwn: true)
  }

  /// Puts a view in the place of the one of its name, or behind all, and opens it.
  mutating func save(_ view: ListView) -> Effect {
    var all = views
    if let index = all.firstIndex(where: { $0.name == view.name }) { all[index] = view } else { all.append(view) }
    openName = view.name
    chosenSort = []
    return shelf.put(all, kind)
  }

  // MARK: Order

  mutating func sort(by key: Query.SortKey) { chosenSort = [key] }

  /// False where there is no order to turn round.
  mutating func reverse() -> Bool {
    guard let first = sort.first else { return false }
    chosenSort = [Query.SortKey(first.key, descending: !first.descending)]
    return true
  }

  /// What clicking the title of a column does: sorts by it, or turns the order round.
  mutating func sort(byColumn column: Int) {
    let key = column == 0 ? nameKey : columns[column - 1].name
    if let first = sort.first, first.key == key {
      _ = reverse()
    } else {
      sort(by: Query.SortKey(key, descending: column > 0 && columns[column - 1].kind.isNumber))
    }
  }

  private var nameKey: String {
    switch kind {
    case .lead, .contact: "last_name"
    case .task: "title"
    case .activity: "subject"
    case .opportunity, .user, .tag, .board, .stage: "name"
    }
  }

  // MARK: Groups

  /// Puts the list into groups, or takes them away; kept as columns are.
  mutating func group(by key: Query.GroupKey?) -> Effect {
    group = key
    guard !view.isOwn else {
      var own = view
      own.group = key
      return save(own)
    }
    return .setSetting("group.\(kind.rawValue)", key?.text)
  }

  private func group(_ session: Session) -> Query.GroupKey? {
    if view.isOwn { return view.group }
    let saved = session.read { try $0.setting("group.\(kind.rawValue)") } ?? nil
    return view.group ?? saved.flatMap(Query.GroupKey.init(text:))
  }

  // MARK: Columns

  /// Fields that can be a column or an order.
  var choices: [FieldInfo] { fields.filter { $0.kind != .customFields } }

  mutating func toggleColumn(_ info: FieldInfo) -> Effect {
    if let index = columns.firstIndex(of: info) { columns.remove(at: index) } else { columns.append(info) }
    guard !view.isOwn else {
      var own = view
      own.columns = columns.map(\.name)
      return save(own)
    }
    return .setSetting("columns.\(kind.rawValue)", columns.map(\.name).joined(separator: ","))
  }

  private func columns(_ session: Session) -> [FieldInfo] {
    let saved = session.read { try $0.setting("columns.\(kind.rawValue)") } ?? nil
    let names = view.columns.isEmpty ? saved?.split(separator: ",").map(String.init) ?? [] : view.columns
    let known = names.compactMap { name in fields.first { $0.name == name } }
    return known.isEmpty ? fields.filter { $0.columnWidth != nil } : known
  }

  /// The columns as a table draws them; `sort` is the order in force.
  func tableColumns(_ sort: Query.SortKey?) -> [Table.Column] {
    [nameColumn(sort)] + columns.map { FieldCell.column($0, sort: sort) }
  }

  private func nameColumn(_ sort: Query.SortKey?) -> Table.Column {
    let isSorted = sort.map { ["last_name", "name", "title", "subject"].contains($0.key) } ?? false
    return Table.Column(
      kind == .task ? "Task" : kind == .opportunity ? "Deal" : "Name", minimum: 14, ideal: kind == .task ? 34 : 22,
      weight: 2, sortMark: isSorted ? (sort?.descending == true ? .down : .up) : .none)
  }
}
