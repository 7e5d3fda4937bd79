import CRMDomain
import CRMStore

/// The views a rep has saved, kept as JSON among the settings of the book.
@MainActor enum SavedViews {
  static func key(_ kind: EntityKind) -> String { "views.\(kind.rawValue)" }

  /// Those of `kind`, in the order they were saved. A setting that cannot be read is told, and nothing is lost of it.
  static func load(_ kind: EntityKind, _ session: Session) -> [ListView] {
    guard let text = session.read({ try $0.setting(key(kind)) }) ?? nil else { return [] }
    do {
      guard case .array(let items) = try JSONValue(parsing: text) else { return [] }
      return items.compactMap(view)
    } catch {
      session.problem = "The saved views cannot be read: \(error.message)."
      return []
    }
  }

  static func text(_ views: [ListView]) -> String { JSONValue.array(views.map(json)).text }

  private static func view(_ json: JSONValue) -> ListView? {
    guard case .object(let object) = json, case .string(let name)? = object["name"],
      case .string(let filter)? = object["filter"]
    else { return nil }
    return ListView(
      name, filter, sort: strings(object["sort"]).map(sortKey), columns: strings(object["columns"]), isOwn: true)
  }

  private static func json(_ view: ListView) -> JSONValue {
    .object([
      "name": .string(view.name), "filter": .string(view.filter),
      "sort": .array(view.sort.map { .string(($0.descending ? "-" : "") + $0.key) }),
      "columns": .array(view.columns.map(JSONValue.string)),
    ])
  }

  private static func strings(_ json: JSONValue?) -> [String] {
    guard case .array(let items)? = json else { return [] }
    return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  private static func sortKey(_ text: String) -> Query.SortKey {
    text.hasPrefix("-") ? .init(String(text.dropFirst()), descending: true) : .init(text)
  }
}
