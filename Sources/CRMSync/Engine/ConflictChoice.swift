import CRMDomain
import CRMStore

/// What becomes of a conflict.
package enum ConflictChoice: Hashable, Sendable {
  /// The record keeps what it shows.
  case theirs
  /// The record takes what was written here, which then goes to the server like any change.
  case mine
  /// The field takes another value. A conflict about a whole record has none to take.
  case value(FieldValue)
}

extension NotedConflict {
  /// What the field shows once mine is taken: of tags, custom fields and notes what was changed since stays, unless it is
  /// what mine is about.
  package var valueWithMine: FieldValue {
    let (shown, wished) = sides
    return merged(base: shown, mine: present, theirs: wished)
  }

  /// True if the field is to show more than mine once mine is taken.
  package var joinsMine: Bool { !Merge.isSame(valueWithMine, conflict.mine, as: kind) }

  /// True while the record shows what it did when the conflict arose: nobody has decided otherwise.
  package var isUntouched: Bool { !isTrashed && Merge.isSame(present, sides.shown, as: kind) }

  /// True if the field shows the server's value of then.
  package var showsTheirs: Bool { Merge.isSame(present, conflict.theirs, as: kind) }

  private var kind: FieldKind { conflict.field.flatMap(conflict.key.kind.field)?.kind ?? .text }

  /// What the record showed when the conflict arose, and what it would have shown had mine stood.
  private var sides: (shown: FieldValue, wished: FieldValue) {
    let (base, mine, theirs) = (conflict.base, conflict.mine, conflict.theirs)
    switch conflict.reason {
    case .bothChanged:
      return (merged(base: base, mine: mine, theirs: theirs), merged(base: base, mine: theirs, theirs: mine))
    case .notTaken: return (theirs, mine)
    case .deletedThere, .deletedHere, .hasDeals, .possibleDuplicate: return (base, mine)
    }
  }

  /// Where both say something else it is what `theirs` says.
  private func merged(base: FieldValue, mine: FieldValue, theirs: FieldValue) -> FieldValue {
    Merge.field(base: base, mine: mine, theirs: theirs, as: kind).value
  }
}

extension StoreWriter {
  /// Settles a conflict. What it writes is the rep's change: it can be undone, and it is sent.
  ///
  /// A value that a whole record cannot take, and a mine that names a record which is gone, settle nothing.
  package func resolve(_ conflict: NotedConflict, _ choice: ConflictChoice) throws {
    // The record may show something else than when it was looked at.
    guard let noted = try reader.conflict(conflict.id) else { return }
    switch choice {
    case .theirs: break
    case .mine where noted.isMineGone: return
    case .mine where noted.conflict.field == nil: try takeMine(noted)
    case .mine: try write(noted.valueWithMine, noted)
    case .value where noted.conflict.field == nil: return
    case .value(let value): try write(value, noted)
    }
    try settle(noted)
  }

  /// What was done to a whole record is done after all.
  private func takeMine(_ noted: NotedConflict) throws {
    let key = noted.conflict.key
    switch noted.conflict.reason {
    case .deletedThere: try bringBack(noted)
    case .deletedHere: try trash(key.kind, key.id)
    case .hasDeals:
      for deal in try reader.deals(of: key.kind, key.id, limit: -1) { try trash(.opportunity, deal.id.rawValue) }
      try trash(key.kind, key.id)
    case .bothChanged, .notTaken, .possibleDuplicate: break
    }
  }

  private func write(_ value: FieldValue, _ noted: NotedConflict) throws {
    guard let field = noted.conflict.field else { return }
    if noted.conflict.reason == .deletedThere { try bringBack(noted) }
    try set([field: value], in: noted.conflict.key.kind, noted.conflict.key.id)
  }

  private func bringBack(_ noted: NotedConflict) throws {
    guard noted.isTrashed else { return }
    try restore(noted.conflict.key.kind, noted.conflict.key.id)
    try settleDeletion(of: noted)
  }
}
