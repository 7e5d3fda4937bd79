import CRMDomain

/// A named way to look at a list: a filter and an order.
package struct ListView: Hashable, Sendable {
  package let name: String
  /// In the query language.
  package let filter: String
  package let sort: [Query.SortKey]
  /// The names of its columns; empty for the usual ones.
  package let columns: [String]
  /// True for a view the rep made.
  package let isOwn: Bool

  package init(_ name: String, _ filter: String = "", sort: Query.SortKey...) {
    self.init(name, filter, sort: sort, columns: [], isOwn: false)
  }

  package init(_ name: String, _ filter: String, sort: [Query.SortKey], columns: [String], isOwn: Bool) {
    self.name = name
    self.filter = filter
    self.sort = sort
    self.columns = columns
    self.isOwn = isOwn
  }

  /// The views every book starts with.
  package static func standard(_ kind: EntityKind) -> [ListView] {
    switch kind {
    case .lead:
      let byScore = Query.SortKey("lead_score", descending: true)
      return [
        ListView("All", sort: byScore), ListView("My open", "open owner:me", sort: byScore),
        ListView("Hot", "hot open", sort: byScore), ListView("No next step", "nextless", sort: byScore),
        ListView("New this week", "created<7d", sort: .init("created_at", descending: true)),
      ]
    case .contact:
      let byName = Query.SortKey("last_name")
      return [
        ListView("All", sort: byName), ListView("Mine", "owner:me", sort: byName),
        ListView("Customers", "type:customer", sort: byName), ListView("Prospects", "type:prospect", sort: byName),
      ]
    case .opportunity:
      let byClose = Query.SortKey("expected_close_date")
      return [
        ListView("Open", "open", sort: byClose), ListView("Mine", "open owner:me", sort: byClose),
        ListView("Rotting", "rotting", sort: byClose), ListView("No next step", "nextless", sort: byClose),
        ListView("Won", "won", sort: .init("actual_close_date", descending: true)),
        ListView("Lost", "lost", sort: .init("actual_close_date", descending: true)),
      ]
    case .task:
      let byDue = Query.SortKey("due_date")
      return [
        ListView("Open", "open", sort: byDue), ListView("Overdue", "overdue", sort: byDue),
        ListView("Today", "open today", sort: byDue), ListView("Upcoming", "open due_date>today", sort: byDue),
        ListView("Done", "-open", sort: .init("completed_at", descending: true)),
      ]
    case .activity, .user, .tag, .board, .stage: return [ListView("All")]
    }
  }
}
