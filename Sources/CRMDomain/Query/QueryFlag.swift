/// A word that asks for a rule instead of a field's value: `overdue`, `hot`.
package enum QueryFlag: String, CaseIterable, Hashable, Sendable {
  case open, closed, won, lost
  case overdue, due, today
  case hot, mine, unassigned
  case nextless, rotting

  /// The flags lists of that kind understand.
  package static func flags(for kind: EntityKind) -> [QueryFlag] {
    allCases.filter { $0.kinds.contains(kind) }
  }

  /// The flag that word names, in any case; nil if there is none.
  package init?(word: String) {
    self.init(rawValue: word.lowercased())
  }

  package var title: String { row.title }
  package var kinds: Set<EntityKind> { row.kinds }
  /// A sentence for completion and for `Docs/QUERY.md`.
  package var documentation: String { row.documentation }
  /// True if other tables decide: such a flag stays a `Condition.flag`, which the store answers.
  package var needsStore: Bool { row.needsStore }

  private struct Row {
    let title: String
    let kinds: Set<EntityKind>
    let documentation: String
    var needsStore = false
  }

  private var row: Row {
    switch self {
    case .open:
      Row(
        title: "Open", kinds: [.lead, .opportunity, .task],
        documentation: "Still to be worked on: not converted, lost, unqualified, won, completed or cancelled.")
    case .closed:
      Row(title: "Closed", kinds: [.lead, .opportunity, .task], documentation: "No longer open.")
    case .won:
      Row(title: "Won", kinds: [.opportunity], documentation: "Deals in the stage closed won.")
    case .lost:
      Row(title: "Lost", kinds: [.lead, .opportunity], documentation: "Lost leads, deals in the stage closed lost.")
    case .overdue:
      Row(
        title: "Overdue", kinds: [.lead, .opportunity, .task],
        documentation: "Open, and the due time, the next follow-up or the expected close has passed.")
    case .due:
      Row(
        title: "Due", kinds: [.lead, .opportunity, .task],
        documentation: "Open, and due today or before: today's work and what is overdue.")
    case .today:
      Row(
        title: "Today", kinds: [.lead, .opportunity, .task, .activity],
        documentation: "Due, to be followed up, expected to close or done today.")
    case .hot:
      Row(title: "Hot", kinds: [.lead], documentation: "A lead score of 70 or more.")
    case .mine:
      Row(
        title: "Mine", kinds: [.lead, .contact, .opportunity, .task, .activity],
        documentation: "Owned by you; for activities: done by you.")
    case .unassigned:
      Row(title: "Unassigned", kinds: [.lead, .contact, .opportunity, .task], documentation: "Nobody owns it.")
    case .nextless:
      Row(
        title: "No next step", kinds: [.lead, .opportunity],
        documentation: "Open, with no open task and no follow-up ahead.", needsStore: true)
    case .rotting:
      Row(
        title: "Rotting", kinds: [.opportunity],
        documentation: "In its stage for more business days than the stage allows.", needsStore: true)
    }
  }
}
