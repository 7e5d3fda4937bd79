import CRMDomain
import CRMStore
import TerminalKit

/// How a list is looked at: its views, the one that is open, the order and the columns chosen over the view's own.
@MainActor struct ListLook {
  let kind: EntityKind
  private(set) var views: [ListView]
  private(set) var index = 0
  private(set) var columns: [FieldInfo] = []
  private(set) var fields: [FieldInfo] = []
  private var chosenSort: [Query.SortKey] = []
  private var isLoaded = false

  init(_ kind: EntityKind) {
    self.kind = kind
    views = ListView.standard(kind)
  }

  var view: ListView { views[index] }
  var sort: [Query.SortKey] { chosenSort.isEmpty ? view.sort : chosenSort }
  /// The order asked for in place of the view's, which a filter's own `sort:` gives way to as well.
  var override: [Query.SortKey] { chosenSort }

  mutating func load(_ session: Session) {
    fields = session.fields(of: kind)
    guard !isLoaded else { return }
    isLoaded = true
    views += SavedViews.load(kind, session)
    columns = columns(session)
  }

  // MARK: Views

  mutating func show(_ view: Int, _ session: Session) {
    index = (view + views.count) % views.count
    chosenSort = []
    columns = columns(session)
  }

  /// Adds a view with the present order and columns, or replaces the rep's own of that name.
  mutating func save(_ name: String, filter: String) -> Effect {
    let saved = ListView(name, filter, sort: sort, columns: columns.map(\.name), isOwn: true)
    views.removeAll { $0.isOwn && $0.name == name }
    views.append(saved)
    index = views.count - 1
    chosenSort = []
    return keepViews
  }

  mutating func removeView() -> Effect {
    guard view.isOwn else { return .toast("\(view.name) is a standard view; only your own can be removed") }
    views.remove(at: index)
    index = 0
    return keepViews
  }

  private var keepViews: Effect {
    .setSetting(SavedViews.key(kind), SavedViews.text(views.filter(\.isOwn)))
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

  // MARK: Columns

  /// Fields that can be a column or an order.
  var choices: [FieldInfo] { fields.filter { $0.kind != .customFields } }

  mutating func toggleColumn(_ info: FieldInfo) -> Effect {
    if let index = columns.firstIndex(of: info) { columns.remove(at: index) } else { columns.append(info) }
    guard !view.isOwn else { return save(view.name, filter: view.filter) }
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
