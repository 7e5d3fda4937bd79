import CRMDomain
import CRMStore
import TerminalKit

/// One line goes anywhere: commands, places, records, and a filter for a place (`deals stage:proposal`).
@MainActor final class PaletteScreen: Screen {
  private enum Target {
    case command(Command)
    case record(EntityKind, Int64)
    case filter(Place, String)
    case importing(EntityKind)
    case view(Place, String)
  }

  let title = "Command"
  let isOverlay = true
  let isTyping = true
  private var picker: Picker
  private let actions: [(action: Action, reason: String?)]
  private var targets: [Target] = []
  private var views: [(Place, ListView)] = []
  private var records: [(EntityKind, Int64, String)] = []
  private var isStale = true

  init(contexts: [Context], below screen: (any Screen)?) {
    actions = Actions.available(in: contexts).map { ($0, screen?.disabledReason($0.command)) }
    picker = Picker(
      title: "Command or record", items: [], placeholder: "a command, or somebody's name", matching: .none)
    show()
  }

  func load(_ session: Session, isChanged: Bool) {
    guard isStale else { return }
    isStale = false
    records = find(picker.filterText, session)
    views = [Place.leads, .contacts, .deals, .pipeline, .tasks].flatMap { place -> [(Place, ListView)] in
      guard let kind = place.kind else { return [] }
      session.views.load(kind, session)
      return session.views.all(kind).map { (place, $0) }
    }
    show()
  }

  /// The best few records of each kind for the words typed.
  private func find(_ text: String, _ session: Session) -> [(EntityKind, Int64, String)] {
    guard text.trimmed.count >= 2 else { return [] }
    let query = Query(terms: text.split(separator: " ").map { .word(String($0)) })
    return [EntityKind.lead, .contact, .opportunity, .task].flatMap { kind -> [(EntityKind, Int64, String)] in
      let list = session.list(kind, query)
      let ids = session.read { try $0.ids(list, limit: 6) } ?? []
      return ids.map { (kind, $0, session.name(kind, $0) ?? "") }
    }
  }

  private func show() {
    let text = picker.filterText
    let commands = actions.compactMap { row -> (Target, Picker.Item, Int)? in
      guard let score = score(row.action, text) else { return nil }
      let item = Picker.Item(
        row.action.title, detail: row.action.help, keyHint: row.action.keys.first?.name ?? "",
        disabledReason: row.reason)
      return (.command(row.action.command), item, score)
    }
    let ranked = commands.enumerated().sorted { ($1.element.2, $0.offset) < ($0.element.2, $1.offset) }.map(\.element)
    let found = records.map { kind, id, name in
      (Target.record(kind, id), Picker.Item(name, detail: Counted.one(kind)))
    }
    let seen = views.compactMap { place, view -> (Target, Picker.Item, Int)? in
      guard !text.isEmpty, let match = FuzzyMatch.score(text, "\(place.title): \(view.name)") else { return nil }
      let item = Picker.Item(
        "\(place.title): \(view.name)", detail: view.filter.isEmpty ? "view" : "view  \(view.filter)")
      return (.view(place, view.name), item, match.score)
    }.sorted { $0.2 > $1.2 }.prefix(5).map { ($0.0, $0.1) }
    let rows = ranked.prefix(text.isEmpty ? 200 : 12).map { ($0.0, $0.1) } + imports(text)
    let all = jump(text) + (text.count >= 3 ? found + rows + seen : rows + seen + found)
    targets = all.map(\.0)
    picker.setItems(all.map(\.1))
  }

  /// How well a command fits: by its name first, by a word of its sentence after.
  private func score(_ action: Action, _ text: String) -> Int? {
    if text.isEmpty { return 0 }
    if let match = FuzzyMatch.score(text, action.title) { return 1000 + match.score }
    return SearchText.fold(action.help).contains(SearchText.fold(text)) ? 0 : nil
  }

  /// `deals stage:proposal` goes to the deals and filters them.
  private func jump(_ text: String) -> [(Target, Picker.Item)] {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2, let word = parts.first?.lowercased(),
      let place = Place.allCases.first(where: { $0.title.lowercased() == word }), place != .today
    else { return [] }
    return [(.filter(place, parts[1]), Picker.Item("\(place.title) with \(parts[1])", detail: "filter"))]
  }

  /// `import leads` and its like, once some of it is typed.
  private func imports(_ text: String) -> [(Target, Picker.Item)] {
    guard text.count >= 2 else { return [] }
    return ImportFile.kinds.compactMap { kind in
      let title = "import \(Counted.many(kind)) …"
      guard title.hasPrefix(text.lowercased()) || FuzzyMatch.score(text, title) != nil && text.contains("im") else {
        return nil
      }
      return (.importing(kind), Picker.Item(title, detail: "From a CSV file, step by step"))
    }
  }

  func handle(_ key: Key) -> Effect? {
    switch picker.handle(key) {
    case .ignored: return nil
    case .moved: return .handled
    case .cancelled: return .pop
    case .filterChanged:
      isStale = true
      show()
      return .handled
    case .refused(let reason): return .toast(reason)
    case .picked(let index):
      switch targets[index] {
      case .command(let command): return .several([.pop, .perform(command)])
      case .record(let kind, let id): return .several([.pop, .open(kind, id)])
      case .importing(let kind): return .several([.pop, .importRecords(kind)])
      case .view(let place, let name): return .several([.pop, .view(place, name)])
      case .filter(let place, let text): return .several([.pop, .filter(place, text)])
      }
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    picker.draw(on: &canvas, in: rect)
    return picker.cursorPoint
  }
}
