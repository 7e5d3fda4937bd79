import CRMDomain

/// A named way to look at a list: a filter, an order, columns and groups.
package struct ListView: Hashable, Sendable {
  package var name: String
  /// In the query language.
  package var filter: String
  package var sort: [Query.SortKey]
  /// The names of its columns; empty for the usual ones.
  package var columns: [String]
  package var group: Query.GroupKey?
  /// The letter or digit that opens it; "" for none.
  package var key: String
  /// True for a view the rep made.
  package var isOwn: Bool

  package init(
    _ name: String, _ filter: String = "", sort: [Query.SortKey] = [], columns: [String] = [],
    group: Query.GroupKey? = nil, key: String = "", isOwn: Bool = false,
  ) {
    self.name = name
    self.filter = filter
    self.sort = sort
    self.columns = columns
    self.group = group
    self.key = key
    self.isOwn = isOwn
  }

  /// The views every book starts with.
  package static func standard(_ kind: EntityKind) -> [ListView] {
    switch kind {
    case .lead:
      let byScore = [Query.SortKey("lead_score", descending: true)]
      return [
        ListView("All", sort: byScore, key: "a"), ListView("My open", "open owner:me", sort: byScore, key: "m"),
        ListView("Hot", "hot open", sort: byScore, key: "h"),
        ListView("No next step", "nextless", sort: byScore, key: "n"),
        ListView("New this week", "created<7d", sort: [.init("created_at", descending: true)], key: "w"),
      ]
    case .contact:
      let byName = [Query.SortKey("last_name")]
      return [
        ListView("All", sort: byName, key: "a"), ListView("Mine", "owner:me", sort: byName, key: "m"),
        ListView("Customers", "type:customer", sort: byName, key: "c"),
        ListView("Prospects", "type:prospect", sort: byName, key: "p"),
        ListView("New this week", "created<7d", sort: [.init("created_at", descending: true)], key: "w"),
      ]
    case .opportunity:
      let byClose = [Query.SortKey("expected_close_date")]
      return [
        ListView("Open", "open", sort: byClose, key: "o"), ListView("Mine", "open owner:me", sort: byClose, key: "m"),
        ListView("Rotting", "rotting", sort: byClose, key: "r"),
        ListView("No next step", "nextless", sort: byClose, key: "n"),
        ListView("Won", "won", sort: [.init("actual_close_date", descending: true)], key: "w"),
        ListView("Lost", "lost", sort: [.init("actual_close_date", descending: true)], key: "l"),
        ListView("All", sort: byClose, key: "a"),
      ]
    case .task:
      let byDue = [Query.SortKey("due_date")]
      return [
        ListView("Open", "open", sort: byDue, key: "o"), ListView("Overdue", "overdue", sort: byDue, key: "v"),
        ListView("Today", "open today", sort: byDue, key: "t"),
        ListView("Upcoming", "open due_date>today", sort: byDue, key: "u"),
        ListView("Mine", "open owner:me", sort: byDue, key: "m"),
        ListView("Done", "-open", sort: [.init("completed_at", descending: true)], key: "d"),
      ]
    case .activity, .user, .tag, .board, .stage: return [ListView("All", key: "a")]
    }
  }
}

extension [ListView] {
  /// A letter or digit no view has: one of the name's, or else the first that is free; "" where all are taken.
  func freeKey(for name: String) -> String {
    let free = "abcdefghijklmnopqrstuvwxyz0123456789".filter { key in !contains { $0.key == String(key) } }
    let wanted = SearchText.fold(name).first(where: free.contains)
    return (wanted ?? free.first).map(String.init) ?? ""
  }
}
