import CRMDomain
import CRMStore

/// Takes up what others than synchronising wrote since the last time, line by line of the journal, and notes what of it is
/// to reach the server. So nobody who writes has to know of servers: not the screens, an import, an undo, or another program.
package enum JournalIntake {
  /// What a v1 server has.
  package static let kinds = EntityKind.allCases.filter(\.isOnServers)
  /// Lines of one transaction, so that others can write in between.
  package static let piece = 1000

  /// Takes up to `limit` lines; false if there may be more.
  @discardableResult
  package static func run(_ book: inout SyncBook, limit: Int = piece) throws -> Bool {
    let (changes, end) = try book.journal(of: kinds, limit: limit)
    for change in changes { try take(change, &book) }
    try book.setJournalMark(end)
    return changes.count < limit
  }

  /// Every line there is, a piece in each transaction.
  package static func runAll(_ store: CRMStore, _ profile: Int64) throws(StoreProblem) {
    while try !store.synchronise(profile, "", { try run(&$0) }).value {}
  }

  static func take(_ change: RecordChange, _ store: inout some SyncStore) throws {
    for id in change.records {
      let key = RecordKey(change.kind, id)
      switch change.action {
      case .insert: try noteInsert(key, &store)
      case .update: try noteUpdate(key, change, &store)
      case .delete: try noteRemoval(key, &store)
      }
    }
  }

  private static func noteInsert(_ key: RecordKey, _ store: inout some SyncStore) throws {
    guard let record = try store.record(key), !record.isTrashed else { return }
    try noteReturn(key, &store)
  }

  /// A record is there, perhaps again.
  private static func noteReturn(_ key: RecordKey, _ store: inout some SyncStore) throws {
    let operations = try store.operations(of: key)
    for delete in operations where delete.action == .delete && delete.state != .inFlight && delete.state != .inDoubt {
      try store.takeBack(delete)
    }
    let last = try store.operations(of: key).last { $0.action == .delete || $0.action == .create }
    guard try last.map({ $0.action == .delete }) ?? (store.mapping(key) == nil) else { return }
    try store.noteCreate(key)
  }

  /// A record is in the trash, or its row is gone.
  private static func noteRemoval(_ key: RecordKey, _ store: inout some SyncStore) throws {
    // Should the lead come back, it is a converted one.
    if let conversion = try dropConversion(key, &store) { try store.noteEdit(key, conversion.edits) }
    try store.noteDelete(key)
  }

  private static func noteUpdate(_ key: RecordKey, _ change: RecordChange, _ store: inout some SyncStore) throws {
    if let trash = change.fields["deleted_at"] {
      if trash.new == .null { try noteReturn(key, &store) } else { try noteRemoval(key, &store) }
    }
    var edits: [String: Edit] = [:]
    for (name, values) in change.fields {
      guard let info = key.kind.field(name) else { continue }
      edits[name] = Edit(
        from: CRMStore.fieldValue(values.old, of: info), to: CRMStore.fieldValue(values.new, of: info))
    }
    if try noteConversion(key, edits, &store) || noteCompletion(key, edits, &store) { return }
    try store.noteEdit(key, edits)
  }

  /// A lead that was converted here into a contact, and perhaps a deal, or back.
  private static func noteConversion(
    _ key: RecordKey, _ edits: [String: Edit], _ store: inout some SyncStore,
  ) throws -> Bool {
    guard key.kind == .lead, let link = edits["converted_contact"] else { return false }
    if case .reference(let contact) = link.to, edits["status"]?.to == .text("converted") {
      // No server converts a lead that stays here: what it became is made there like anything else.
      guard try store.mapping(key) != nil || store.operations(of: key).contains(where: { !$0.isGivenUp }) else {
        return false
      }
      let deal: Int64? = if case .reference(let deal)? = edits["converted_opportunity"]?.to { deal } else { nil }
      let rest = edits.filter { !["status", "converted_at"].contains($0.key) }
      try store.noteEdit(key, rest)
      // The server's own conversion makes them.
      for made in [RecordKey(.contact, contact)] + (deal.map { [RecordKey(.opportunity, $0)] } ?? []) {
        for create in try store.operations(of: made) where create.action == .create && create.isUnsent {
          try store.removeOperation(create.seq)
        }
      }
      try store.noteConvert(key, contact: contact, deal: deal, edits: edits)
      return true
    }
    if case .reference(let contact) = link.to {
      try redirectConversion(key, to: contact, &store)
      return false
    }
    return try dropConversion(key, &store) != nil
  }

  /// The contact a lead was converted into became another one, as in a merge.
  private static func redirectConversion(_ lead: RecordKey, to other: Int64, _ store: inout some SyncStore) throws {
    for var operation in try store.operations(of: lead) {
      guard case .convert(let contact, let deal) = operation.action, operation.isUnsent else { continue }
      operation.action = .convert(contact: other, deal: deal)
      try store.save(operation)
      try noteInsert(RecordKey(.contact, contact), &store)
    }
  }

  /// Drops a conversion that no server has heard of: what it made here is gone, or gets a create of its own.
  private static func dropConversion(
    _ lead: RecordKey, _ store: inout some SyncStore,
  ) throws -> OutboxOperation? {
    for operation in try store.operations(of: lead) {
      guard case .convert(let contact, let deal) = operation.action, operation.isUnsent else { continue }
      try store.removeOperation(operation.seq)
      for made in [RecordKey(.contact, contact)] + (deal.map { [RecordKey(.opportunity, $0)] } ?? []) {
        try noteInsert(made, &store)
      }
      return operation
    }
    return nil
  }

  private static func noteCompletion(
    _ key: RecordKey, _ edits: [String: Edit], _ store: inout some SyncStore,
  ) throws -> Bool {
    guard key.kind == .task, edits["status"]?.to == .text("completed"), try store.mapping(key) != nil,
      try store.operations(of: key).isEmpty
    else { return false }
    let names: Set = ["status", "completed_at"]
    try store.noteComplete(key, edits: edits.filter { names.contains($0.key) })
    try store.noteEdit(key, edits.filter { !names.contains($0.key) })
    return true
  }
}

extension OutboxOperation {
  /// True if no server can have heard of it.
  fileprivate var isUnsent: Bool { state == .pending && attempts == 0 }
}
