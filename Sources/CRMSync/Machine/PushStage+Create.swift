import CRMDomain
import CRMStore

extension PushStage {
  // MARK: Sending

  mutating func create(
    _ operation: OutboxOperation, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    let kind = operation.key.kind
    guard let record = try store.record(operation.key), !record.isTrashed else {
      try store.removeOperation(operation.seq)
      return .again
    }
    guard try store.mapping(operation.key) == nil else {
      try store.settleReturn(operation)
      return .again
    }
    var operation = operation
    operation.sent = try values(of: record, kind, round, store)
    if operation.attempts == 0 {
      operation.idFloor = try store.highestServerID(kind)
      // From now on: what a row that was made of it need not have.
      operation.edits = [:]
    }
    var body: [String: JSONValue] = [:]
    for info in round.shape(kind).fields {
      guard let value = operation.sent[info.name], !Self.isUnknown(value) else { continue }
      body[info.name] = WireRecord.json(value, as: info.kind)
    }
    if kind.field("custom_fields") != nil {
      var members: [String: JSONValue] = if case .object(let all)? = body["custom_fields"] { all } else { [:] }
      members[WireRow.intentKey] = .string(operation.intent)
      body["custom_fields"] = .object(members)
    }
    let request = HTTPRequest(.post, round.path(kind), json: .object(body))
    return try send(request, .creating(operation.seq), operation, &round, &store)
  }

  /// What a new row is to hold: everything that is set and that a client may set.
  private func values(
    of record: LocalRecord, _ kind: EntityKind, _ round: Round, _ store: some SyncStore,
  ) throws -> [String: FieldValue] {
    var values: [String: FieldValue] = [:]
    for info in round.shape(kind).fields where !info.isReadOnly {
      let value = Merge.canonical(record.fields[info.name] ?? .none, as: info.kind)
      if !value.isEmpty { values[info.name] = try Translation.toServer(value, info, store) }
    }
    return values
  }

  /// True for a reference to somebody the server does not know.
  static func isUnknown(_ value: FieldValue) -> Bool {
    if case .reference(let id) = value { id < 0 } else { false }
  }

  mutating func created(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    if reply.verdict == .success, let row = Self.row(reply, operation, round) {
      try settle(operation, row, isEcho: true, &round, &store)
      return .again
    }
    if case .refused(let refusal) = reply.verdict, operation.key.kind == .contact, refusal.saysTaken("email") {
      work = .findingTaken(seq)
      let email = operation.sent["email"]?.text ?? ""
      return .ask([list(operation.key.kind, search: email, page: 1, round)])
    }
    if reply.verdict != .notFound, let step = try refused(operation, reply.verdict, &round, &store) { return step }
    var doubtful = operation
    doubtful.wasAccepted = reply.verdict == .success
    return try doubt(doubtful, reply.verdict, &round, &store)
  }

  static func row(_ reply: Reply, _ operation: OutboxOperation, _ round: Round) -> WireRow? {
    do { return try round.shape(operation.key.kind).record(reply.body) } catch { return nil }
  }

  // MARK: Taken

  /// The server has a contact of that e-mail: if nobody here is it yet, it is ours from now on.
  mutating func foundTaken(
    _ seq: Int64, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard var operation = try store.operation(seq) else { return .again }
    let email = operation.sent["email"]
    guard reply.verdict == .success, let page = listed(reply, operation, round) else {
      operation.state = .pending
      return try postpone(operation, until: nil, &round, &store)
    }
    let heads = try page.rows.filter { row in
      try row.fields["email"] == email && store.mapping(operation.key.kind, serverID: row.id) == nil
    }
    guard heads.count == 1, let email else {
      let refusal = Refusal(fields: ["email": ["Another contact on the server has it."]])
      return try quarantine(operation, refusal, &round, &store)
    }
    operation.state = .inDoubt
    operation.isPiece = true
    operation.isOver = true
    operation.sent = ["email": email]
    operation.suspects = heads.map(\.id)
    operation.idFloor = 0
    try store.save(operation)
    return inspect(operation, operation.suspects, round)
  }

  /// The rows and the end of a page, or nil if it is none that can be read: that says nothing about what is there.
  private func listed(_ reply: Reply, _ operation: OutboxOperation, _ round: Round) -> (rows: [WireRow], hasNext: Bool)?
  {
    let shape = round.shape(operation.key.kind)
    do {
      let page = try WirePage(reply.body)
      return (try page.heads.map { try page.row($0, as: shape) }, page.hasNext)
    } catch {
      return nil
    }
  }

  // MARK: Looking for what may have been made

  mutating func search(
    _ operation: OutboxOperation, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    if let sent = operation.lastSentAt, sent > round.now {
      // The clock went back: the wait begins anew.
      operation.lastSentAt = round.now
      try store.save(operation)
    }
    return search(operation, Search(found: operation.suspects, isFiltered: true), round)
  }

  /// Asks for the next page of what may be the row.
  private mutating func search(_ operation: OutboxOperation, _ search: Search, _ round: Round) -> Step {
    work = .searching(operation.seq, search)
    let text = search.isFiltered ? Candidate.searchText(operation) : ""
    return .ask([list(operation.key.kind, search: text, page: search.page, round)])
  }

  func list(_ kind: EntityKind, search: String, page: Int, _ round: Round) -> HTTPRequest {
    var query = [QueryItem("ordering", "-created_at"), QueryItem("page_size", "100")]
    if !search.isEmpty { query.append(QueryItem("search", search)) }
    if page > 1 { query.append(QueryItem("page", "\(page)")) }
    return HTTPRequest(.get, round.path(kind), query: query)
  }

  mutating func searched(
    _ seq: Int64, _ last: Search, _ reply: Reply, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    let isBeyondEnd = reply.verdict == .notFound && last.page > 1
    guard let listing = isBeyondEnd ? ([], false) : listed(reply, operation, round),
      isBeyondEnd || reply.verdict == .success
    else { return try postpone(operation, until: nil, &round, &store) }
    let shape = round.shape(operation.key.kind)
    var search = last
    for row in listing.rows where row.id > operation.idFloor && !search.found.contains(row.id) {
      if let known = try store.mapping(operation.key.kind, serverID: row.id),
        !known.needsDetail, known.intent != operation.intent
      {
        continue
      }
      let mayBeOurs =
        row.intent == operation.intent || Candidate.matches(row, operation, shape)
        || Candidate.isNamesake(row, operation)
        || (row.fields["custom_fields"] == nil && Candidate.mayHaveChanged(row))
      if mayBeOurs { search.found.append(row.id) }
    }
    // Rows older than the create end an unfiltered list; one page more for clocks that are not exact.
    let isPast = last.page > 1 && listing.rows.allSatisfy { $0.id <= operation.idFloor }
    if listing.hasNext, !isPast, last.page < 20 {
      search.page += 1
      return self.search(operation, search, round)
    }
    if search.found.isEmpty, last.isFiltered {
      // It may have another name by now.
      return self.search(operation, Search(found: [], isFiltered: false), round)
    }
    guard !search.found.isEmpty else { return try notFound(operation, [], &round, &store) }
    if search.found.count > Self.mostInspected {
      // The others were held back so far; they come with the whole list.
      var cursor = try store.cursor(operation.key.kind)
      cursor.needsFullPass = true
      try store.save(cursor, operation.key.kind)
    }
    return inspect(operation, search.found, round)
  }

  private static let mostInspected = 12

  mutating func inspect(_ operation: OutboxOperation, _ ids: [Int64], _ round: Round) -> Step {
    // The row that was made is the one next after those known then.
    let ids = Array(ids.sorted().prefix(Self.mostInspected))
    work = .inspecting(operation.seq, ids: ids)
    return .ask(ids.map { HTTPRequest(.get, round.path(operation.key.kind, $0)) })
  }

  mutating func inspected(
    _ seq: Int64, _ ids: [Int64], _ replies: [Reply], _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    guard let operation = try store.operation(seq) else { return .again }
    guard replies.allSatisfy({ $0.verdict == .success || $0.verdict == .notFound }) else {
      return try postpone(operation, until: nil, &round, &store)
    }
    let shape = round.shape(operation.key.kind)
    let answered = replies.filter { $0.verdict == .success }
    let rows = answered.compactMap { Self.row($0, operation, round) }
    guard rows.count == answered.count else { return try postpone(operation, until: nil, &round, &store) }
    let others = try rows.filter { try store.mapping(operation.key.kind, serverID: $0.id) == nil }
    if let ours = rows.first(where: { $0.intent == operation.intent }) {
      try settle(operation, ours, isEcho: false, &round, &store)
      for other in others where other.id != ours.id {
        try round.apply(other, operation.key.kind, from: .detail, &store)
      }
      return .again
    }
    let keepsIntents = try round.fact("intents \(operation.key.kind)", store) == "kept" && !operation.isPiece
    let alike = others.filter { row in
      let mayBeOurs = operation.isPiece || (row.intent == nil && !keepsIntents)
      return mayBeOurs && Candidate.matches(row, operation, shape, try? contact(of: operation, store))
    }
    guard alike.count < 2 || operation.isPiece else {
      return try ask(operation, alike, "More than one record on the server may be this one.", &round, &store)
    }
    guard let ours = alike.min(by: { $0.id < $1.id }) else {
      if let changed = try others.first(where: { try isOurs($0, operation, store) }) {
        let name = changed.fields["title"]?.text ?? "#\(changed.id)"
        let question = "It may be “\(name)” on the server already, which was changed since. Send it again if not."
        let step = try ask(operation, [changed], question, &round, &store)
        for other in others { try round.apply(other, operation.key.kind, from: .detail, &store) }
        return step
      }
      return try notFound(operation, others, &round, &store)
    }
    try settle(operation, ours, isEcho: false, &round, &store)
    return .again
  }

  /// True of a row that this login made after the create went out: it may be the one. It was looked at because it had what was
  /// sent a moment ago, or was changed since it was made.
  private func isOurs(_ row: WireRow, _ operation: OutboxOperation, _ store: some SyncStore) throws -> Bool {
    guard row.id > operation.idFloor, !Candidate.keepsIdentity(operation.key.kind),
      case .reference(let maker)? = row.fields["created_by"]
    else { return false }
    return try store.fact("account")?.value == "\(maker)"
  }

  /// Leaves it to the rep whether the create has one of `rows` already.
  private mutating func ask(
    _ operation: OutboxOperation, _ rows: [WireRow], _ question: String, _ round: inout Round,
    _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    operation.suspects = rows.map(\.id)
    return try quarantine(operation, Refusal(general: [question]), &round, &store)
  }

  /// The server id of the contact of a deal that is a piece of a conversion.
  private func contact(of operation: OutboxOperation, _ store: some SyncStore) throws -> Int64? {
    guard operation.isPiece, operation.key.kind == .opportunity,
      case .reference(let id)? = try store.record(operation.key)?.fields["contact"]
    else { return nil }
    return try store.mapping(RecordKey(.contact, id))?.serverID
  }

  /// No row is ours: it may be sent again once the server cannot be at it any more.
  private mutating func notFound(
    _ operation: OutboxOperation, _ others: [WireRow], _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    var operation = operation
    let quietUntil = (operation.lastSentAt ?? round.now).adding(seconds: round.pace.quiet)
    guard operation.isOver || round.now >= quietUntil else {
      return try postpone(operation, until: quietUntil, &round, &store)
    }
    if operation.wasAccepted { return try wasDeleted(operation, &round, &store) }
    operation.state = .pending
    operation.nextAt = nil
    operation.suspects = []
    operation.isPiece = false
    try store.save(operation)
    for other in others { try round.apply(other, operation.key.kind, from: .detail, &store) }
    if operation.attempts >= round.pace.writeTries { return try quarantine(operation, Self.gaveUp, &round, &store) }
    return .again
  }

  /// The server made the row and it is not there any more: somebody deleted it, and it does not come back by itself.
  private mutating func wasDeleted(
    _ operation: OutboxOperation, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Step {
    for operation in try store.operations(of: operation.key) { try store.removeOperation(operation.seq) }
    try store.setTrashed(operation.key, true)
    try round.note(Conflict(operation.key, nil, .deletedThere), &store)
    return .again
  }
}
