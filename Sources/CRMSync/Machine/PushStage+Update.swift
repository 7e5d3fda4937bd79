import CRMDomain
import CRMStore

extension PushStage {
  // MARK: Updates

  /// The row as it is now is merged first; what then is left of the edits is sent.
  mutating func reread(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {
      if reply.verdict == .notFound { return try refused(operation, reply.verdict, &round, &store) ?? .again }
      return try postpone(operation, until: nil, &round, &store)
    }
    try round.apply(row, operation.key.kind, from: .detail, &store)
    guard var operation = try store.operation(seq) else {
      round.report.pushed += 1
      return .again
    }
    if operation.attempts >= round.pace.writeTries, operation.state == .inDoubt {
      return try quarantine(operation, Self.gaveUp, &round, &store)
    }
    let sent = try wishes(of: operation, round, store)
    guard !sent.isEmpty, let mapping = try store.mapping(operation.key) else {
      // What could be sent is there; what is left waits for others.
      operation.state = .pending
      try store.save(operation)
      passed.insert(seq)
      return .again
    }
    let body = try self.body(sent, mapping, round, store)
    let kind = operation.key.kind
    if operation.state == .inDoubt, operation.attempts > 0, try mayUseBulk(kind, round, store) {
      let ids = JSONValue.array([.integer(Int(mapping.serverID))])
      let request = HTTPRequest(
        .post, round.path(kind) + "bulk_update/",
        json: .object(["ids": ids, "action": .string("update"), "data": .object(body)]))
      return try send(request, .bulking(seq), operation, &round, &store)
    }
    var request = HTTPRequest(.patch, round.path(kind, mapping.serverID), json: .object(body))
    request.headers["If-Match"] = reply.tag
    return try send(request, .patching(seq, sent: sent, before: row), operation, &round, &store)
  }

  private func mayUseBulk(_ kind: EntityKind, _ round: Round, _ store: some SyncStore) throws -> Bool {
    try kind != .task && round.fact("bulk \(kind)", store) != "no"
  }

  /// What an update wants, as the server has it; without references to what is not there yet.
  func wishes(
    of operation: OutboxOperation, _ round: Round, _ store: some SyncStore,
  ) throws -> [String: FieldValue] {
    var wishes: [String: FieldValue] = [:]
    for info in round.shape(operation.key.kind).fields {
      guard let edit = operation.edits[info.name] else { continue }
      let value = try Translation.toServer(Merge.canonical(edit.to, as: info.kind), info, store)
      if !Self.isUnknown(value) { wishes[info.name] = value }
    }
    return wishes
  }

  private func body(
    _ sent: [String: FieldValue], _ mapping: Mapping, _ round: Round, _ store: some SyncStore,
  ) throws -> [String: JSONValue] {
    var body: [String: JSONValue] = [:]
    for info in round.shape(mapping.key.kind).fields {
      guard let value = sent[info.name] else { continue }
      body[info.name] = WireRecord.json(value, as: info.kind)
    }
    // Custom fields are replaced as a whole: what we put there stays there.
    if case .object(var members)? = body["custom_fields"], let intent = mapping.intent {
      members[WireRow.intentKey] = .string(intent)
      body["custom_fields"] = .object(members)
    }
    return body
  }

  mutating func patched(
    _ seq: Int64, _ sent: [String: FieldValue], _ before: WireRow, _ reply: Reply, _ round: inout Round,
    _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {
      if let step = try refused(operation, reply.verdict, &round, &store) { return step }
      return try doubt(operation, reply.verdict, &round, &store)
    }
    try compare(sent, with: row, operation.key, &round, &store)
    var rest = operation
    for name in sent.keys { rest.edits[name] = nil }
    rest.state = .pending
    if rest.edits.isEmpty { try store.removeOperation(seq) } else { try store.save(rest) }
    passed.insert(seq)
    try round.apply(row, operation.key.kind, from: .echo(Set(sent.keys)), &store)
    round.report.pushed += 1
    return .again
  }

  mutating func bulked(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard var operation = try store.operation(seq) else { return .again }
    if reply.verdict == .missing || reply.verdict == .notFound {
      try store.learn("bulk \(operation.key.kind)", "no", at: round.now)
      operation.attempts -= 1
    } else if let step = try refused(operation, reply.verdict, &round, &store) {
      return step
    }
    // Its answer is a number; the row tells whether it was done.
    operation.state = .inDoubt
    operation.isOver = true
    if case .failed(isFinal: false, let until) = reply.verdict {
      return try postpone(operation, until: until, &round, &store)
    }
    try store.save(operation)
    return .again
  }

  // MARK: Deletes

  mutating func compared(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq), let mapping = try store.mapping(operation.key) else {
      return .again
    }
    if reply.verdict == .notFound { return try forget(operation, mapping, &round, &store) }
    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {
      return try postpone(operation, until: nil, &round, &store)
    }
    if try store.operations(of: operation.key).contains(where: { $0.action == .create }) {
      return try stay(operation, &round, &store)
    }
    if hasChanged(row, since: mapping, round) { return try keep(operation, row, .deletedHere, &round, &store) }
    if try hasDeals(operation.key, round, store) { return try keep(operation, row, .hasDeals, &round, &store) }
    if operation.attempts >= round.pace.writeTries { return try quarantine(operation, Self.gaveUp, &round, &store) }
    let kind = operation.key.kind
    if operation.state == .inDoubt, operation.attempts > 0, try mayUseBulk(kind, round, store) {
      let ids = JSONValue.array([.integer(Int(mapping.serverID))])
      let request = HTTPRequest(
        .post, round.path(kind) + "bulk_update/", json: .object(["ids": ids, "action": .string("delete")]))
      return try send(request, .bulking(seq), operation, &round, &store)
    }
    return try send(
      HTTPRequest(.delete, round.path(kind, mapping.serverID)), .deleting(seq), operation, &round, &store)
  }

  /// True if somebody changed what we deleted. Scores and stamps change by themselves.
  private func hasChanged(_ row: WireRow, since mapping: Mapping, _ round: Round) -> Bool {
    round.shape(mapping.key.kind).fields.contains { info in
      guard !info.isReadOnly, info.name != "lead_score", let before = mapping.base[info.name],
        let now = row.fields[info.name]
      else { return false }
      return !Merge.isSame(before, now, as: info.kind)
    }
  }

  /// True of a contact with deals that nobody wants deleted: they would go with it.
  private func hasDeals(_ key: RecordKey, _ round: Round, _ store: some SyncStore) throws -> Bool {
    guard key.kind == .contact else { return false }
    return try store.records(.opportunity, whose: "contact", is: key.id).contains { deal in
      if try store.mapping(deal) != nil { return true }
      return try store.record(deal)?.isTrashed == false && !round.options.leavesOut.contains(.opportunity)
    }
  }

  /// What is gone cannot be brought back, so it stays, and a person decides.
  private mutating func keep(
    _ operation: OutboxOperation, _ row: WireRow, _ reason: Conflict.Reason, _ round: inout Round,
    _ store: inout some SyncStore,
  ) throws -> Step {
    try round.note(Conflict(operation.key, nil, reason), &store)
    for (name, edit) in operation.edits.sorted(by: { $0.key < $1.key }) {
      try round.note(Conflict(operation.key, name, reason, base: edit.from, mine: edit.to), &store)
    }
    try store.removeOperation(operation.seq)
    try store.setTrashed(operation.key, false)
    try round.apply(row, operation.key.kind, from: .detail, &store)
    return .again
  }

  /// The rep brought it back while its deletion was under way, and the row is there: it stays, once the server cannot be
  /// at deleting it any more.
  private mutating func stay(
    _ operation: OutboxOperation, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    let quietUntil = (operation.lastSentAt ?? round.now).adding(seconds: round.pace.quiet)
    guard operation.isOver || operation.attempts == 0 || round.now >= quietUntil else {
      return try postpone(operation, until: quietUntil, &round, &store)
    }
    try store.takeBack(operation)
    return .again
  }

  mutating func deleted(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq), let mapping = try store.mapping(operation.key) else {
      return .again
    }
    if reply.verdict == .success || reply.verdict == .notFound {
      return try forget(operation, mapping, &round, &store)
    }
    if let step = try refused(operation, reply.verdict, &round, &store) { return step }
    return try doubt(operation, reply.verdict, &round, &store)
  }

  private func forget(
    _ operation: OutboxOperation, _ mapping: Mapping, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    // What came after it is of a record that came back.
    for earlier in try store.operations(of: operation.key) where earlier.seq <= operation.seq {
      try store.removeOperation(earlier.seq)
    }
    try store.removeMapping(mapping.key)
    try round.cascade(mapping, &store)
    round.report.pushed += 1
    return .again
  }
}
