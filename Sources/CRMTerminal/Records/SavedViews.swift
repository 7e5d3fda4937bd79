import CRMDomain
import CRMStore
import TerminalKit

/// The views of every kind of record, shared by all screens that show it, and how many records each of them has. They are
/// kept as JSON among the settings of the book.
@MainActor package final class SavedViews {
  private var views: [EntityKind: [ListView]] = [:]
  private var counted: [EntityKind: [String: Int]] = [:]
  /// Views whose count is known or on its way.
  private var asked: [EntityKind: Set<String>] = [:]
  private let generations = Dictionary(uniqueKeysWithValues: EntityKind.allCases.map { ($0, Generation()) })

  package init() {}

  // MARK: Views

  /// In the rep's order.
  package func all(_ kind: EntityKind) -> [ListView] { views[kind] ?? ListView.standard(kind) }

  /// Reads what is kept, once. A setting that cannot be read is told, and nothing is lost of it.
  func load(_ kind: EntityKind, _ session: Session) {
    guard views[kind] == nil else { return }
    views[kind] = ListView.standard(kind)
    guard let text = session.read({ try $0.setting(Self.key(kind)) }) ?? nil else { return }
    do {
      guard case .array(let items) = try JSONValue(parsing: text) else { return }
      views[kind] = Self.views(items, kind)
    } catch {
      session.problem = "The saved views cannot be read: \(error.message)."
    }
  }

  /// Puts the views in place of those of `kind`, here and in the book.
  func put(_ all: [ListView], _ kind: EntityKind) -> Effect {
    views[kind] = all
    forgetCounts(kind)
    return .setSetting(Self.key(kind), Self.text(all))
  }

  /// The standard views as they came, before the rep's own.
  func restoreStandard(_ kind: EntityKind) -> Effect {
    let own = all(kind).filter(\.isOwn)
    let standard = ListView.standard(kind).filter { view in !own.contains { $0.name == view.name } }
    let taken = Set(standard.map(\.key))
    return put(
      own.reduce(standard) { views, view in
        var view = view
        if taken.contains(view.key) { view.key = views.freeKey(for: view.name) }
        return views + [view]
      }, kind)
  }

  // MARK: Counts

  /// How many records the view of that name has, as far as that is known.
  func count(_ name: String, _ kind: EntityKind) -> Int? { counted[kind]?[name] }

  /// The counts are asked for again; until they are known, the old ones are shown.
  func forgetCounts(_ kind: EntityKind) {
    asked[kind] = []
    generations[kind]?.next()
  }

  /// Asks for the counts that are not known. They are made when the worker has no list to answer; `sort` is an order that
  /// is in memory.
  func countAll(_ kind: EntityKind, sort: [Query.SortKey], _ session: Session) {
    guard let generation = generations[kind] else { return }
    for view in all(kind) where asked[kind, default: []].insert(view.name).inserted {
      let parser = QueryParser(kind: kind, fields: session.fields(of: kind))
      var query = parser.parse(view.filter).query
      query.sort = sort
      ask(view.name, session.list(kind, query), generation, generation.current, session)
    }
  }

  private func ask(_ name: String, _ query: ListQuery, _ generation: Generation, _ number: Int, _ session: Session) {
    let (store, worker) = (session.store, session.worker)
    worker.performWhenIdle { [weak self] in
      guard generation.current == number else { return }
      do throws(StoreProblem) {
        let count = try store.count(query) { generation.current != number || worker.isBusy }
        worker.post {
          guard let self, generation.current == number else { return }
          if let count {
            self.counted[query.kind, default: [:]][name] = count
          } else {
            self.ask(name, query, generation, number, session)
          }
        }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  /// Views may look at other records: at tasks for the next step, at stages for what rots.
  func noteChanged(_ kinds: Set<EntityKind>) {
    let isWide = !kinds.isDisjoint(with: [.task, .stage, .board, .user])
    for kind in isWide ? Set(EntityKind.allCases) : kinds { forgetCounts(kind) }
  }

  // MARK: JSON

  private static func key(_ kind: EntityKind) -> String { "views.\(kind.rawValue)" }

  static func text(_ views: [ListView]) -> String { JSONValue.array(views.map(json)).text }

  /// Standard views are kept by name; a list that names none is from before they could be moved, and follows them.
  static func views(_ items: [JSONValue], _ kind: EntityKind) -> [ListView] {
    let standard = ListView.standard(kind)
    var read: [ListView] = []
    for case .object(let object) in items {
      guard var view = view(object, standard), !read.contains(where: { $0.name == view.name }) else { continue }
      if view.key.isEmpty, view.isOwn { view.key = (standard + read).freeKey(for: view.name) }
      read.append(view)
    }
    let hasStandard = read.contains { !$0.isOwn }
    let all = hasStandard ? read : standard.filter { view in !read.contains { $0.name == view.name } } + read
    return all.isEmpty ? standard : all
  }

  private static func view(_ object: [String: JSONValue], _ standard: [ListView]) -> ListView? {
    let key = string(object["key"])
    if let name = string(object["standard"]) {
      guard var view = standard.first(where: { $0.name == name }) else { return nil }
      view.key = key ?? view.key
      return view
    }
    guard let name = string(object["name"]), let filter = string(object["filter"]) else { return nil }
    return ListView(
      name, filter, sort: strings(object["sort"]).map(sortKey), columns: strings(object["columns"]),
      group: string(object["group"]).flatMap(Query.GroupKey.init(text:)), key: key ?? "", isOwn: true)
  }

  private static func json(_ view: ListView) -> JSONValue {
    guard view.isOwn else { return .object(["standard": .string(view.name), "key": .string(view.key)]) }
    return .object([
      "name": .string(view.name), "filter": .string(view.filter),
      "sort": .array(view.sort.map { .string(($0.descending ? "-" : "") + $0.key) }),
      "columns": .array(view.columns.map(JSONValue.string)), "group": .string(view.group?.text ?? ""),
      "key": .string(view.key),
    ])
  }

  private static func string(_ json: JSONValue?) -> String? { if case .string(let text)? = json { text } else { nil } }

  private static func strings(_ json: JSONValue?) -> [String] {
    guard case .array(let items)? = json else { return [] }
    return items.compactMap(string)
  }

  private static func sortKey(_ text: String) -> Query.SortKey {
    text.hasPrefix("-") ? .init(String(text.dropFirst()), descending: true) : .init(text)
  }
}
