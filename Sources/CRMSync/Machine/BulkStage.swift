import CRMDomain
import CRMStore

/// Sends changes that are alike together: the same values for many records, in one request.
///
/// Servers check nothing of it and answer with a number, so only plain values known to be good go this way, and the list
/// is read again to see what became of them. What it does not settle goes the ordinary way, record by record.
struct BulkStage: SyncStage {
  /// Changes of one kind to the same values.
  private struct Batch: Sendable {
    let kind: EntityKind
    let values: [String: FieldValue]
    var members: [Member] = []
  }

  private struct Member: Sendable {
    let seq: Int64
    let serverID: Int64
  }

  private struct Likeness: Hashable {
    let kind: EntityKind
    let values: [String: FieldValue]
  }

  private var batches: [Batch]?
  private var sent: Batch?

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    var waiting = try batches ?? Self.batches(round, store)
    defer { batches = waiting }
    if let batch = sent, let answer = answers.first {
      sent = nil
      round.inFlight = []
      try settle(batch, answer.verdict, answer.response, &round, &store)
      if case .failed = answer.verdict { waiting = [] }
    }
    while let batch = waiting.first {
      waiting.removeFirst()
      guard let request = try send(batch, &round, &store) else { continue }
      sent = batch
      return .ask([request])
    }
    return .done
  }

  // MARK: Choosing

  private static func batches(_ round: Round, _ store: some SyncStore) throws -> [Batch] {
    var groups: [Likeness: [Member]] = [:]
    for operation in try store.operations(in: [.pending], leavingOut: round.options.leavesOut) {
      guard let (likeness, member) = try candidate(operation, round, store) else { continue }
      groups[likeness, default: []].append(member)
    }
    let large = groups.filter { $0.value.count >= round.pace.bulkFrom }
    return large.sorted { $0.value[0].seq < $1.value[0].seq }.flatMap { likeness, members in
      stride(from: 0, to: members.count, by: round.pace.bulkMost).map { start in
        let slice = Array(members[start..<min(start + round.pace.bulkMost, members.count)])
        return Batch(kind: likeness.kind, values: likeness.values, members: slice)
      }
    }
  }

  /// An update that may go with others: alone on its record, of plain values, and of what nobody else has changed.
  private static func candidate(
    _ operation: OutboxOperation, _ round: Round, _ store: some SyncStore,
  ) throws -> (Likeness, Member)? {
    let kind = operation.key.kind
    guard operation.action == .update, operation.attempts == 0,
      operation.nextAt == nil, kind != .task,
      try round.fact("bulk \(kind)", store) != "no", let mapping = try store.mapping(operation.key),
      try store.operations(of: operation.key).count == 1
    else { return nil }
    var values: [String: FieldValue] = [:]
    for (name, edit) in operation.edits {
      guard let info = round.shape(kind).fields.first(where: { $0.name == name }), isPlain(edit.to, info) else {
        return nil
      }
      let value = try Translation.toServer(edit.to, info, store)
      let before = try Translation.toServer(edit.from, info, store)
      guard !PushStage.isUnknown(value), let base = mapping.base[name], Merge.isSame(base, before, as: info.kind)
      else { return nil }
      values[name] = value
    }
    return (Likeness(kind: kind, values: values), Member(seq: operation.seq, serverID: mapping.serverID))
  }

  /// True of a value that any server stores as it is.
  private static func isPlain(_ value: FieldValue, _ info: FieldInfo) -> Bool {
    guard !info.isReadOnly else { return false }
    switch (value, info.kind) {
    case (.text(let text), .choice(let choices)): return choices.contains { $0.value == text }
    case (.integer, .integer), (.reference, .reference), (.day, .day): return true
    default: return false
    }
  }

  // MARK: Sending

  /// The request for those of a batch that still wait unchanged, or nil if they have become too few.
  private func send(
    _ batch: Batch, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> HTTPRequest? {
    var ids: [JSONValue] = []
    var operations: [OutboxOperation] = []
    for member in batch.members {
      guard let operation = try store.operation(member.seq), operation.state == .pending,
        let (likeness, _) = try Self.candidate(operation, round, store), likeness.values == batch.values
      else { continue }
      operations.append(operation)
      ids.append(.integer(Int(member.serverID)))
    }
    guard ids.count >= round.pace.bulkFrom else { return nil }
    for var operation in operations {
      operation.state = .inFlight
      operation.attempts += 1
      operation.lastSentAt = round.now
      operation.isOver = false
      try store.save(operation)
    }
    round.inFlight = operations.map(\.seq)
    let fields = round.shape(batch.kind).fields.compactMap { info in
      batch.values[info.name].map { (info.name, WireRecord.json($0, as: info.kind)) }
    }
    let body: JSONValue = .object([
      "ids": .array(ids), "action": .string("update"), "data": .object(Dictionary(uniqueKeysWithValues: fields)),
    ])
    return HTTPRequest(.post, round.path(batch.kind) + "bulk_update/", json: body)
  }

  // MARK: Answers

  private func settle(
    _ batch: Batch, _ verdict: Verdict, _ response: HTTPResponse, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    var isRefused = false
    switch verdict {
    case .missing, .notFound:
      try store.learn("bulk \(batch.kind)", "no", at: round.now)
      isRefused = true
    case .refused, .forbidden, .tooLarge, .outdated: isRefused = true
    case .success, .failed, .unauthorised, .throttled, .foreign: round.toReview.insert(batch.kind)
    }
    for member in batch.members {
      guard var operation = try store.operation(member.seq), operation.state == .inFlight else { continue }
      operation.state = isRefused ? .pending : .inDoubt
      operation.isOver = true
      if case .failed(isFinal: false, let until) = verdict { operation.nextAt = until ?? round.backoff(2) }
      try store.save(operation)
    }
    guard verdict == .success, Self.updated(response) == batch.members.count else { return }
    round.accepted.formUnion(batch.members.map(\.seq))
  }

  private static func updated(_ response: HTTPResponse) -> Int? {
    guard case .object(let members)? = WireJSON.parse(response.body), case .integer(let count)? = members["updated"]
    else { return nil }
    return count
  }
}
