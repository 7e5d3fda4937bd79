import CRMDomain
import CRMStore

extension PullStage {
  /// What the book says of all rows of a page that nobody here knows.
  private struct Claims {
    /// A create whose answer was lost may have made any of them.
    let hasLost: Bool
    /// Among what waits may be records that were here before book and server met.
    let hasPending: Bool

    init(_ store: some SyncStore) throws {
      hasLost = try store.hasOperation(in: [.inFlight, .inDoubt])
      hasPending = try store.hasOperation(in: [.pending])
    }
  }

  /// Says how many rows a pass brings that are not here yet.
  func announce(_ page: WirePage, _ store: inout some SyncStore) throws {
    guard turns == 1, isFull, let count = page.count else { return }
    try store.expect(count - store.mappingCount(kind), of: kind)
  }

  /// Takes the rows of a page. Those that are as they were cost a look at their hashes, and those that nobody here knows
  /// are read straight into new records where there is no more to them: a first pull is nothing else.
  mutating func take(_ page: WirePage, _ round: inout Round, _ store: inout some SyncStore) throws {
    let hashes = try store.listHashes(kind, page.heads.map(\.id))
    let claims = try Claims(store)
    for head in page.heads {
      let isFirst = seen.insert(head.id).inserted
      if let hash = hashes[head.id] {
        if hash != head.hash { _ = try take(head, page, &round, &store) }
      } else if isFirst, !claims.hasLost {
        try takeNew(head, page, claims, &round, &store)
      } else {
        _ = try take(head, page, &round, &store)
      }
    }
  }

  private mutating func takeNew(
    _ head: WireHead, _ page: WirePage, _ claims: Claims, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    if var row = plainRow(head, page), try !claims.hasPending || round.twin(kind, store, { row[$0] }) == nil,
      try link(&row, round, &store)
    {
      try store.insert(row)
      round.report.pulled += 1
    } else if try take(head, page, &round, &store) {
      newRows.noteMet()
    }
  }

  /// Nil of one that cannot be read as well, which is told when it is read as a whole.
  private mutating func plainRow(_ head: WireHead, _ page: WirePage) -> PulledRow? {
    do { return try newRows.row(head, of: page) } catch { return nil }
  }

  /// Finds the records its references mean; false if one is not settled yet.
  private func link(_ row: inout PulledRow, _ round: Round, _ store: inout some SyncStore) throws -> Bool {
    for field in newRows.references {
      guard let theirs = row.theirs[field], !theirs.isEmpty else { continue }
      guard let local = try Translation.toLocal(theirs, newRows.columns[field], round, &store) else { return false }
      row.links.append((field, local))
    }
    return true
  }
}
