import CRMDomain
import CRMStore

/// Sends what waits in the outbox: one operation at a time, in user order per record, parents before children.
struct PushStage: SyncStage {
  /// Where an operation stands between two requests.
  enum Work: Sendable {
    case searching(Int64, Search)
    case inspecting(Int64, ids: [Int64])
    case creating(Int64)
    case findingTaken(Int64)
    case rereading(Int64)
    case patching(Int64, sent: [String: FieldValue], before: WireRow)
    case bulking(Int64)
    case comparing(Int64)
    case deleting(Int64)
    case checkingLead(Int64)
    case converting(Int64)
    case checkingTask(Int64)
    case completing(Int64)
  }

  /// Before a pull, only creates, conversions and completions whose fate is unknown are looked for, so that the pull does
  /// not take what they made for others' doing.
  let isOnlyResolving: Bool
  var work: Work?
  /// Operations that are finished with for this round.
  var passed: Set<Int64> = []
  /// The operation that is looked at.
  private var position: Int64 = 0
  private var hasDoneSomething = false

  init(isOnlyResolving: Bool) { self.isOnlyResolving = isOnlyResolving }

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    guard let work else { return try next(&round, &store) }
    self.work = nil
    round.inFlight = []
    let replies = answers.map { Reply(verdict: $0.verdict, body: $0.response.body, tag: $0.response.headers["ETag"]) }
    guard let reply = replies.first else { return .again }
    switch work {
    case .searching(let seq, let search): return try searched(seq, search, reply, &round, &store)
    case .inspecting(let seq, let ids): return try inspected(seq, ids, replies, &round, &store)
    case .creating(let seq): return try created(seq, reply, &round, &store)
    case .findingTaken(let seq): return try foundTaken(seq, reply, &round, &store)
    case .rereading(let seq): return try reread(seq, reply, &round, &store)
    case .patching(let seq, let sent, let before): return try patched(seq, sent, before, reply, &round, &store)
    case .bulking(let seq): return try bulked(seq, reply, &round, &store)
    case .comparing(let seq): return try compared(seq, reply, &round, &store)
    case .deleting(let seq): return try deleted(seq, reply, &round, &store)
    case .checkingLead(let seq): return try leadChecked(seq, reply, &round, &store)
    case .converting(let seq): return try converted(seq, reply, &round, &store)
    case .checkingTask(let seq): return try taskChecked(seq, reply, &round, &store)
    case .completing(let seq): return try completed(seq, reply, &round, &store)
    }
  }

  /// How far the look for a row that may have been made has come.
  struct Search: Sendable {
    var page = 1
    var found: [Int64]
    /// True while the server is asked for rows of that name only.
    let isFiltered: Bool
  }

  struct Reply {
    let verdict: Verdict
    let body: [UInt8]
    let tag: String?
  }

  // MARK: Choosing

  private mutating func next(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    guard let operation = try choose(round, &store) else { return .done }
    switch (operation.action, operation.state) {
    case (.create, .inDoubt): return try search(operation, &round, &store)
    case (.create, _): return try create(operation, &round, &store)
    case (.update, .pending) where try !operation.edits.isEmpty && wishes(of: operation, round, store).isEmpty:
      // All it names is on no server, and may never be.
      passed.insert(operation.seq)
      return .again
    case (.update, _): return try ask(.rereading(operation.seq), operation, round, &store)
    case (.delete, _): return try ask(.comparing(operation.seq), operation, round, &store)
    case (.convert, _): return try ask(.checkingLead(operation.seq), operation, round, &store)
    case (.complete, _): return try ask(.checkingTask(operation.seq), operation, round, &store)
    }
  }

  /// The next operation whose time has come and on which nothing else must come before; from the first again as long as
  /// something was done that others may have waited for.
  private mutating func choose(_ round: Round, _ store: inout some SyncStore) throws -> OutboxOperation? {
    let states: Set<OutboxOperation.State> = isOnlyResolving ? [.inDoubt] : [.pending, .inFlight, .inDoubt]
    while true {
      guard let operation = try store.nextOperation(from: position, in: states, leavingOut: round.options.leavesOut)
      else {
        guard hasDoneSomething else { return nil }
        (position, hasDoneSomething) = (0, false)
        continue
      }
      position = operation.seq
      let list = try isOnlyResolving ? store.operations(of: operation.key) : Coalescing.run(operation.key, &store)
      guard let first = list.first(where: { $0.seq == operation.seq }) else { continue }
      if try list.first == first && isReady(first, round, store) {
        hasDoneSomething = true
        return first
      }
      position += 1
    }
  }

  private func isReady(_ operation: OutboxOperation, _ round: Round, _ store: some SyncStore) throws -> Bool {
    if passed.contains(operation.seq) || round.accepted.contains(operation.seq) { return false }
    if isOnlyResolving, !operation.action.isSettledFirst { return false }
    // A time too far ahead was set by a clock that was wrong.
    if let nextAt = operation.nextAt, nextAt > round.now, nextAt < round.now.adding(seconds: 86_400) { return false }
    return try !isBlocked(operation, round, store)
  }

  /// True if a record it needs is not on the server yet.
  private func isBlocked(_ operation: OutboxOperation, _ round: Round, _ store: some SyncStore) throws -> Bool {
    for key in operation.waitsFor where try store.mapping(key) == nil {
      // What went to the trash before it was sent is waited for no more.
      if let record = try store.record(key), !record.isTrashed { return true }
    }
    if operation.action == .delete { return try isHeld(operation, store) }
    guard operation.action == .create, operation.state == .pending else { return false }
    guard let record = try store.record(operation.key) else { return false }
    for info in round.shape(operation.key.kind).fields {
      guard case .reference(let kind) = info.kind, kind != .user, !info.isReadOnly,
        case .reference(let id)? = record.fields[info.name]
      else { continue }
      if try store.mapping(RecordKey(kind, id)) == nil { return true }
    }
    return false
  }

  /// True if a deal there is still the contact's and is to become another's, or to be deleted for itself: a server deletes
  /// a contact's deals with it, whoever changed them. What is refused of a deal is waited for as well.
  private func isHeld(_ operation: OutboxOperation, _ store: some SyncStore) throws -> Bool {
    guard operation.key.kind == .contact else { return false }
    if try store.hasOperation(.opportunity, changing: "contact", from: operation.key.id) { return true }
    return try store.records(.opportunity, whose: "contact", is: operation.key.id).contains { deal in
      try store.operations(of: deal).contains { $0.action == .delete }
    }
  }

  /// Asks for the row an operation is about, or drops the operation if there is none.
  private mutating func ask(
    _ work: Work, _ operation: OutboxOperation, _ round: Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let mapping = try store.mapping(operation.key) else {
      try store.removeOperation(operation.seq)
      return .again
    }
    self.work = work
    return .ask([HTTPRequest(.get, round.path(operation.key.kind, mapping.serverID))])
  }

  // MARK: Ends

  /// Puts the request of an operation on its way: written down first.
  mutating func send(
    _ request: HTTPRequest, _ work: Work, _ operation: OutboxOperation, _ round: inout Round,
    _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    operation.state = .inFlight
    operation.attempts += 1
    operation.lastSentAt = round.now
    operation.isOver = false
    operation.nextAt = nil
    try store.save(operation)
    round.inFlight = [operation.seq]
    self.work = work
    return .ask([request])
  }

  /// Leaves an operation to a person, with what the server said.
  mutating func quarantine(
    _ operation: OutboxOperation, _ refusal: Refusal, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    operation.state = .quarantined
    operation.refusal = refusal.isEmpty ? .withoutWords : refusal
    try store.save(operation)
    passed.insert(operation.seq)
    round.report.quarantined += 1
    return .again
  }

  /// Leaves an operation for a later round.
  mutating func postpone(
    _ operation: OutboxOperation, until time: Instant?, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    operation.nextAt = time ?? round.backoff(operation.attempts + 1)
    if operation.state == .inFlight { operation.state = .inDoubt }
    try store.save(operation)
    passed.insert(operation.seq)
    return .again
  }

  /// What becomes of a write that the server did not take, whatever the operation; nil if it may be in doubt.
  mutating func refused(
    _ operation: OutboxOperation, _ verdict: Verdict, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step? {
    switch verdict {
    case .refused(let refusal), .forbidden(let refusal): return try quarantine(operation, refusal, &round, &store)
    case .tooLarge:
      return try quarantine(operation, Refusal(general: ["The server says it is too large."]), &round, &store)
    case .missing: return try quarantine(operation, Refusal(general: ["The server cannot do this."]), &round, &store)
    case .outdated where operation.attempts > 5:
      return try quarantine(operation, Refusal(general: ["It changes on the server all the time."]), &round, &store)
    case .outdated:
      var operation = operation
      operation.state = .pending
      try store.save(operation)
      return .again
    case .notFound:
      guard let mapping = try store.mapping(operation.key) else { return .again }
      let accepted = round.options.acceptsVanished[operation.key.kind] ?? 0
      let most = max(10, try store.mappingCount(operation.key.kind) / 10, accepted)
      if round.report.vanished >= most {
        return try round.ask(whether: round.report.vanished + 1, of: operation.key.kind, &store)
      }
      try round.vanished(mapping, &store)
      return .again
    case .success, .unauthorised, .throttled, .failed, .foreign: return nil
    }
  }

  /// After 5xx: looked at again at once if the server is done with it, else later. Too often, and a person must look.
  mutating func doubt(
    _ operation: OutboxOperation, _ verdict: Verdict, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    operation.state = .inDoubt
    if case .failed(isFinal: true, _) = verdict {
      operation.isOver = true
      operation.nextAt = nil
      try store.save(operation)
      return .again
    }
    if case .failed(_, let until) = verdict { return try postpone(operation, until: until, &round, &store) }
    // A success that cannot be read: the row itself will tell.
    operation.isOver = true
    return try postpone(operation, until: round.now, &round, &store)
  }

  static let gaveUp = Refusal(general: ["The server failed each time it was sent."])
}

extension OutboxOperation.Action {
  /// True if the server does more than it is told, which a pull would take for others' doing.
  fileprivate var isSettledFirst: Bool {
    switch self {
    case .create, .convert, .complete: true
    case .update, .delete: false
    }
  }
}

/// Operations that have not been sent become fewer.
enum Coalescing {
  /// What is left of the operations of one record.
  static func run(_ key: RecordKey, _ store: inout some SyncStore) throws -> [OutboxOperation] {
    let list = try store.operations(of: key)
    guard list.count > 1 else { return list }
    if list[0].action == .create, list[0].state == .pending, list.last?.action == .delete {
      for operation in list { try store.removeOperation(operation.seq) }
      return []
    }
    var kept: OutboxOperation?
    for operation in list {
      guard var first = kept, first.state == .pending, operation.state == .pending else {
        kept = operation
        continue
      }
      switch (first.action, operation.action) {
      case (.create, .update):
        first.take(operation.edits)
        try store.removeOperation(operation.seq)
        try store.save(first)
        kept = first
      case (.update, .update):
        first.take(operation.edits)
        try store.removeOperation(operation.seq)
        try store.save(first)
        kept = first
      case (.update, .delete), (.complete, .delete):
        var delete = operation
        delete.edits = first.edits
        delete.take(operation.edits)
        try store.removeOperation(first.seq)
        try store.save(delete)
        kept = delete
      default: kept = operation
      }
    }
    return try store.operations(of: key)
  }
}
