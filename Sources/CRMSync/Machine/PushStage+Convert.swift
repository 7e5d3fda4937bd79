import CRMDomain
import CRMStore

extension PushStage {
  // MARK: Conversions

  mutating func leadChecked(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq), let mapping = try store.mapping(operation.key) else {
      return .again
    }
    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {
      if reply.verdict == .notFound { return try refused(operation, reply.verdict, &round, &store) ?? .again }
      return try postpone(operation, until: nil, &round, &store)
    }
    let isConverted = row.fields["status"] == .text("converted")
    if !isConverted, operation.attempts == 0, try suits(operation, row, round, store) {
      let request = HTTPRequest(.post, round.path(.lead, mapping.serverID) + "convert/", json: .object([:]))
      return try send(request, .converting(seq), operation, &round, &store)
    }
    try round.splitConversion(operation, found: nil, keepsLead: true, &store)
    try round.apply(row, .lead, from: .detail, &store)
    return .again
  }

  /// Whether the server's own conversion makes what was made here: a new contact, and a deal if there is a value.
  private func suits(
    _ operation: OutboxOperation, _ row: WireRow, _ round: Round, _ store: some SyncStore,
  ) throws -> Bool {
    guard case .convert(let contact, let deal) = operation.action else { return false }
    guard try round.fact("convert", store) != "no", try store.mapping(RecordKey(.contact, contact)) == nil else {
      return false
    }
    let value = row.fields["estimated_value"] ?? .none
    let makesDeal = !value.isEmpty && value != .money(0)
    let isNewDeal = try deal.map { try store.mapping(RecordKey(.opportunity, $0)) == nil } ?? true
    return makesDeal == (deal != nil) && isNewDeal
  }

  mutating func converted(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    switch reply.verdict {
    case .success:
      try round.splitConversion(operation, found: Found(reply.body), keepsLead: true, &store)
      if var mapping = try store.mapping(operation.key) {
        mapping.needsDetail = true
        // Our own doing is no change of others.
        mapping.base["status"] = operation.edits["status"]?.to ?? mapping.base["status"]
        try store.save(mapping)
      }
      round.report.pushed += 1
      return .again
    case .missing, .failed(isFinal: true, _), .refused:
      // Whatever it did before it failed is found again piece by piece.
      try store.learn("convert", "no", at: round.now)
      var over = operation
      over.isOver = true
      try round.splitConversion(over, found: nil, keepsLead: true, &store)
      return .again
    case .forbidden(let refusal): return try quarantine(operation, refusal, &round, &store)
    case .notFound: return try refused(operation, .notFound, &round, &store) ?? .again
    default: return try doubt(operation, reply.verdict, &round, &store)
    }
  }

  // MARK: Completing

  mutating func taskChecked(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq), let mapping = try store.mapping(operation.key) else {
      return .again
    }
    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {
      if reply.verdict == .notFound { return try refused(operation, reply.verdict, &round, &store) ?? .again }
      return try postpone(operation, until: nil, &round, &store)
    }
    if row.fields["status"] == .text("completed") {
      try store.removeOperation(seq)
      try round.apply(row, .task, from: .detail, &store)
      round.report.pushed += 1
      return .again
    }
    if try operation.attempts > 0 || round.fact("complete", store) == "no" { return try spellOut(operation, &store) }
    let request = HTTPRequest(.post, round.path(.task, mapping.serverID) + "complete/", json: .object([:]))
    return try send(request, .completing(seq), operation, &round, &store)
  }

  /// Completes by ordinary means.
  private func spellOut(_ operation: OutboxOperation, _ store: inout some SyncStore) throws -> Step {
    var update = operation
    update.action = .update
    update.state = .pending
    update.attempts = 0
    try store.save(update)
    return .again
  }

  mutating func completed(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    switch reply.verdict {
    case .success:
      guard let row = Self.row(reply, operation, round) else {
        return try doubt(operation, reply.verdict, &round, &store)
      }
      try store.removeOperation(seq)
      try round.apply(row, .task, from: .echo(Set(operation.edits.keys)), &store)
      round.report.pushed += 1
      return .again
    case .missing:
      try store.learn("complete", "no", at: round.now)
      return try spellOut(operation, &store)
    default:
      if let step = try refused(operation, reply.verdict, &round, &store) { return step }
      return try doubt(operation, reply.verdict, &round, &store)
    }
  }
}

/// The rows a conversion says it made.
struct Found {
  let contact: Int64?
  let deal: Int64?

  init(_ body: [UInt8]) {
    guard case .object(let members)? = WireJSON.parse(body) else {
      (contact, deal) = (nil, nil)
      return
    }
    (contact, deal) = (WireValue.id(members["contact_id"]), WireValue.id(members["opportunity_id"]))
  }
}

extension Round {
  /// A conversion becomes its pieces: contact, deal, and last the lead, so that a half-done one can be gone on with.
  func splitConversion(
    _ operation: OutboxOperation, found: Found?, keepsLead: Bool, _ store: inout some SyncStore,
  ) throws {
    guard case .convert(let contact, let deal) = operation.action else { return }
    let contactKey = RecordKey(.contact, contact)
    let dealKey = deal.map { RecordKey(.opportunity, $0) }
    try piece(contactKey, ["email"], found?.contact, of: operation, [], &store)
    if let dealKey { try piece(dealKey, ["amount"], found?.deal, of: operation, [contactKey], &store) }
    guard keepsLead, !operation.edits.isEmpty else { return try store.removeOperation(operation.seq) }
    // In the place of the whole: what the rep did to the lead afterwards stays after it.
    var lead = operation
    lead.action = .update
    lead.edits = operation.edits.filter { $0.key == "status" }
    lead.waitsFor = [contactKey] + (dealKey.map { [$0] } ?? [])
    (lead.state, lead.attempts, lead.lastSentAt, lead.nextAt, lead.isOver) = (.pending, 0, nil, nil, false)
    try store.save(lead)
  }

  /// A create for a record that is on no server yet; one to be looked for first if the server may have made it.
  private func piece(
    _ key: RecordKey, _ names: [String], _ found: Int64?, of whole: OutboxOperation, _ waitsFor: [RecordKey],
    _ store: inout some SyncStore,
  ) throws {
    guard try store.mapping(key) == nil, let record = try store.record(key), !record.isTrashed else { return }
    guard try !store.operations(of: key).contains(where: { $0.action == .create }) else { return }
    var create = try store.newOperation(key, .create)
    create.waitsFor = waitsFor
    if whole.attempts > 0 {
      create.state = .inDoubt
      create.isOver = whole.isOver || found != nil
      create.isPiece = true
      create.suspects = found.map { [$0] } ?? []
      create.lastSentAt = whole.lastSentAt
      create.sent = record.fields.filter { names.contains($0.key) && !$0.value.isEmpty }
    }
    try store.save(create)
  }
}
