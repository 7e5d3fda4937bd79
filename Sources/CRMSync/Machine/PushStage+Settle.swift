import CRMDomain
import CRMStore

extension PushStage {
  /// A create has its row: from now on the record is that row.
  func settle(
    _ operation: OutboxOperation, _ row: WireRow, isEcho: Bool, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    let kind = operation.key.kind
    if let twin = try store.mapping(kind, serverID: row.id), twin.key != operation.key {
      guard !round.isStranger(row, twin) else {
        round.strangers = kind
        return
      }
      try replace(twin, by: operation.key, &store)
    }
    try store.removeOperation(operation.seq)
    var mapping = Mapping(key: operation.key, serverID: row.id)
    if operation.isPiece {
      mapping.base = row.fields
      try keepWishes(operation.key, row, &round, &store)
    } else if !isEcho {
      mapping.base = operation.sent
      try keepEdits(of: operation, row, &mapping, round, &store)
      if row.intent != operation.intent { try joinSets(of: operation.key, row, &mapping, &round, &store) }
    }
    mapping.intent = row.intent
    try store.save(mapping)
    if isEcho {
      try compare(operation.sent, with: row, operation.key, &round, &store)
      if kind.field("custom_fields") != nil {
        try store.learn("intents \(kind)", row.intent == operation.intent ? "kept" : "dropped", at: round.now)
      }
    }
    try round.apply(row, kind, from: isEcho ? .echo(Set(row.fields.keys)) : .detail, &store)
    round.report.pushed += 1
  }

  /// What the record here has and the found row has not is still to be sent.
  private func keepWishes(
    _ key: RecordKey, _ row: WireRow, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    guard let record = try store.record(key) else { return }
    var edits: [String: Edit] = [:]
    for info in round.shape(key.kind).fields where !info.isReadOnly {
      guard let theirs = row.fields[info.name], let mine = record.fields[info.name], !mine.isEmpty else { continue }
      guard !Merge.isSame(try Translation.toServer(mine, info, store), theirs, as: info.kind) else { continue }
      guard let from = try Translation.toLocal(theirs, info, round, &store) else { continue }
      let wish = try joined(mine, theirs, info, key, &round, &store)
      if wish != mine { try store.update(key, [info.name: wish]) }
      if !Merge.isSame(wish, theirs, as: info.kind) { edits[info.name] = Edit(from: from, to: wish) }
    }
    try toSend(edits, key, &store)
  }

  /// A create that was sent more than once, with an edit in between, may have made its row before that: where the row has
  /// not what was sent last, it is taken to have what was sent first, and the edit is still to be sent.
  private func keepEdits(
    of create: OutboxOperation, _ row: WireRow, _ mapping: inout Mapping, _ round: Round,
    _ store: inout some SyncStore,
  ) throws {
    let later = try store.operations(of: create.key)
    var wishes: [String: Edit] = [:]
    for info in round.shape(create.key.kind).fields {
      let edits = ([create] + later).compactMap { $0.edits[info.name] }
      guard let first = edits.first, let last = edits.last, let theirs = row.fields[info.name] else { continue }
      guard !Merge.isSame(create.sent[info.name] ?? .none, theirs, as: info.kind) else { continue }
      mapping.base[info.name] = try Translation.toServer(first.from, info, store)
      if create.edits[info.name] != nil { wishes[info.name] = Edit(from: first.from, to: last.to) }
    }
    try toSend(wishes, create.key, &store)
  }

  /// A row that is known by its name alone may be somebody else's, who never saw our tags and custom fields: that it has none
  /// of them is nobody's wish.
  private func joinSets(
    of key: RecordKey, _ row: WireRow, _ mapping: inout Mapping, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    guard let record = try store.record(key) else { return }
    let later = try store.operations(of: key)
    var edits: [String: Edit] = [:]
    for info in round.shape(key.kind).fields where info.kind == .tags || info.kind == .customFields {
      guard let theirs = row.fields[info.name], let mine = record.fields[info.name], !mine.isEmpty else { continue }
      mapping.base[info.name] = theirs
      let wish = try joined(mine, theirs, info, key, &round, &store)
      if wish != mine { try store.update(key, [info.name: wish]) }
      let isToBeSent = later.contains { $0.edits[info.name] != nil }
      if !isToBeSent, !Merge.isSame(wish, theirs, as: info.kind) { edits[info.name] = Edit(from: theirs, to: wish) }
    }
    try toSend(edits, key, &store)
  }

  private func toSend(_ edits: [String: Edit], _ key: RecordKey, _ store: inout some SyncStore) throws {
    guard !edits.isEmpty else { return }
    var update = try store.newOperation(key, .update)
    update.edits = edits
    try store.save(update)
  }

  /// What is wished where others may have written since the row was made: tags and custom fields of both sides, else ours.
  private func joined(
    _ mine: FieldValue, _ theirs: FieldValue, _ info: FieldInfo, _ key: RecordKey, _ round: inout Round,
    _ store: inout some SyncStore,
  ) throws -> FieldValue {
    guard info.kind == .tags || info.kind == .customFields else { return mine }
    let merged = Merge.field(base: .none, mine: mine, theirs: theirs, as: info.kind)
    if merged.isConflict {
      try round.note(Conflict(key, info.name, .bothChanged, mine: mine, theirs: theirs), &store)
    }
    return merged.value
  }

  /// The row was taken for somebody else's and came in as a record of its own: that one goes, this one is it.
  private func replace(_ twin: Mapping, by key: RecordKey, _ store: inout some SyncStore) throws {
    for operation in try store.operations(of: twin.key) { try store.removeOperation(operation.seq) }
    try store.removeMapping(twin.key)
    try store.setTrashed(twin.key, true)
    for kind in Round.kinds {
      for info in kind.fields where info.kind == .reference(key.kind) {
        for record in try store.records(kind, whose: info.name, is: twin.key.id) {
          try store.update(record, [info.name: .reference(key.id)])
          try redirect(record, info.name, from: twin.key.id, to: key.id, &store)
        }
      }
    }
  }

  /// What waits to be sent for a record names the other row from now on.
  private func redirect(
    _ record: RecordKey, _ field: String, from old: Int64, to new: Int64, _ store: inout some SyncStore,
  ) throws {
    for var operation in try store.operations(of: record) where operation.edits[field]?.to == .reference(old) {
      operation.edits[field]?.to = .reference(new)
      try store.save(operation)
    }
  }

  /// Says where the server took another value than it was sent.
  func compare(
    _ sent: [String: FieldValue], with row: WireRow, _ key: RecordKey, _ round: inout Round,
    _ store: inout some SyncStore,
  ) throws {
    for info in round.shape(key.kind).fields {
      guard let mine = sent[info.name], let theirs = row.fields[info.name] else { continue }
      guard !Merge.isSame(mine, theirs, as: info.kind) else { continue }
      try round.note(Conflict(key, info.name, .notTaken, mine: mine, theirs: theirs), &store)
    }
  }
}
