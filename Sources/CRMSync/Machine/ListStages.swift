import CRMDomain

/// Colleagues: those the server lists, and ourselves.
struct UsersStage: SyncStage {
  private var page = 0

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    if page == 0 {
      guard try round.fact("users", store) == nil || round.options.readsEverything else { return .done }
      page = 1
      return .ask([HTTPRequest(.get, "/api/auth/users/me/"), request])
    }
    var hasNext = false
    for answer in answers {
      guard case .response(.success, let response) = answer else { continue }
      hasNext = try read(response.body, round, &store) || hasNext
    }
    page += 1
    if hasNext, page < 200 { return .ask([request]) }
    try store.learn("users", "read", at: round.now)
    return .done
  }

  private var request: HTTPRequest {
    HTTPRequest(.get, "/api/auth/users/", query: page > 1 ? [QueryItem("page", "\(page)")] : [])
  }

  /// Reads a page of users or the answer about ourselves; true if there is another page.
  private func read(_ body: [UInt8], _ round: Round, _ store: inout some SyncStore) throws -> Bool {
    let shape = round.shape(.user)
    do {
      let page = try WirePage(body)
      for head in page.heads { try take(try page.row(head, as: shape), isMe: false, &store) }
      return page.hasNext
    } catch is WireProblem {
      do {
        try take(try shape.record(body), isMe: true, &store)
      } catch is WireProblem {}
      return false
    }
  }

  private func take(_ row: WireRow, isMe: Bool, _ store: inout some SyncStore) throws {
    var key = try store.mapping(.user, serverID: row.id)?.key
    let name = row.fields["username"]?.text
    if key == nil, let known = try (isMe ? store.unmappedUser(named: nil) : nil) ?? name.flatMap(store.unmappedUser) {
      try store.save(Mapping(user: known, serverID: row.id))
      key = known
    }
    let user = try key ?? Translation.stub(.user, row.id, &store)
    let news = row.fields.filter { $0.key != "created_at" && $0.key != "updated_at" }
    try store.update(user, news)
  }
}

/// One resource, from its newest change back to what is known.
struct PullStage: SyncStage {
  let kind: EntityKind
  private var cursor = Cursor()
  private var hasBegun = false
  private var isProbing = false
  private var isFull = false
  private var isWeak = false
  private var seen: Set<Int64> = []
  private var last: WireHead?
  private var turns = 0
  private var shrinks = 0
  private var sizes = 20

  init(kind: EntityKind) { self.kind = kind }

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    guard hasBegun else { return try begin(&round, &store) }
    guard case .response(let verdict, let response)? = answers.first else { return .done }
    do {
      switch verdict {
      case .success where isProbing: return try probed(WirePage(response.body), &round, &store)
      case .success: return try read(WirePage(response.body), &round, &store)
      case .notFound where isProbing: return try ask(&round, &store)
      case .notFound: return try listShrank(&round, &store)
      default: return giveUp("answered \(response.status)", &round)
      }
    } catch let problem as WireProblem {
      return giveUp("\(problem)", &round)
    }
  }

  private func giveUp(_ why: String, _ round: inout Round) -> Step {
    round.report.problems.append("\(kind.plural): \(why)")
    return .done
  }

  // MARK: Beginning

  private mutating func begin(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    hasBegun = true
    cursor = try store.cursor(kind)
    let isDue =
      cursor.lastFullPassAt.map { round.now >= $0.adding(seconds: round.pace.fullPassEvery) || round.now < $0 } ?? true
    isFull = cursor.needsFullPass || isDue || round.options.readsEverything || cursor.highWater == nil
    let isStale = cursor.passStartedAt.map { round.now >= $0.adding(seconds: 3600) || round.now < $0 } ?? true
    if isFull || isStale {
      (cursor.page, cursor.lastCount, cursor.top) = (1, nil, nil)
      cursor.passStartedAt = round.now
    }
    // A list of a page is read whole anyway, whatever its order.
    let isShort = try store.mappingCount(kind) <= 20
    guard !isFull, !isShort, try round.fact("ordering \(kind)", store) == nil else { return try ask(&round, &store) }
    isProbing = true
    return .ask([HTTPRequest(.get, round.path(kind), query: [QueryItem("ordering", "updated_at")])])
  }

  /// Whether the server orders by what it is told: asked the wrong way round, only rows in that order prove it.
  private mutating func probed(_ page: WirePage, _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    isProbing = false
    let stamps = page.heads.compactMap(\.updatedAt)
    let isRising = zip(stamps, stamps.dropFirst()).allSatisfy { $0 <= $1 }
    if let first = stamps.first, let last = stamps.last, first != last {
      try store.learn("ordering \(kind)", isRising ? "yes" : "no", at: round.now)
    }
    return try ask(&round, &store)
  }

  private mutating func ask(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    isProbing = false
    // An order that was never proved says nothing about where to stop.
    if try round.fact("ordering \(kind)", store) != "yes" { isFull = true }
    return .ask([request(round)])
  }

  private func request(_ round: Round) -> HTTPRequest {
    var query = [QueryItem("ordering", "-updated_at,-created_at"), QueryItem("page_size", "100")]
    if cursor.page > 1 { query.append(QueryItem("page", "\(cursor.page)")) }
    return HTTPRequest(.get, round.path(kind), query: query)
  }

  // MARK: Pages

  private mutating func read(_ page: WirePage, _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    round.report.pages += 1
    turns += 1
    if page.hasNext { sizes = max(1, page.heads.count) }
    try checkOrder(page, &round, &store)
    for head in page.heads { try take(head, page, &round, &store) }
    let stamps = page.heads.compactMap(\.updatedAt)
    if cursor.page == 1, let top = stamps.max() { cursor.top = max(cursor.top ?? top, top) }
    let drop = (cursor.lastCount ?? 0) - (page.count ?? 0)
    cursor.lastCount = page.count
    last = page.heads.last
    let reachesKnown =
      !isFull
      && (stamps.last.flatMap { last in cursor.highWater.map { last < $0.adding(seconds: -round.pace.overlap) } }
        ?? false)
    guard turns < 20_000 else { return try finish(&round, &store, isSound: false) }
    if drop > 0, cursor.page > 1 {
      // Rows above were deleted, so that others moved up across the border of the pages.
      cursor.page = max(1, cursor.page - (drop + sizes - 1) / sizes)
      last = nil
    } else if reachesKnown || !page.hasNext {
      return try finish(&round, &store, isSound: true)
    } else {
      cursor.page += 1
    }
    try store.save(cursor, kind)
    return .ask([request(round)])
  }

  private mutating func checkOrder(_ page: WirePage, _ round: inout Round, _ store: inout some SyncStore) throws {
    let stamps = page.heads.compactMap(\.updatedAt)
    if !zip(stamps, stamps.dropFirst()).allSatisfy({ $0 >= $1 }) {
      try store.learn("ordering \(kind)", "no", at: round.now)
      (isFull, isWeak) = (true, true)
    }
    if let last, let first = page.heads.first, last.updatedAt == first.updatedAt, last.createdAt == first.createdAt {
      isWeak = true
    }
  }

  private mutating func take(
    _ head: WireHead, _ page: WirePage, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    seen.insert(head.id)
    if let mapping = try store.mapping(kind, serverID: head.id), mapping.listHash == head.hash { return }
    do {
      try round.apply(try page.row(head, as: round.shape(kind)), kind, from: .list, &store)
    } catch let problem as WireProblem {
      round.report.problems.append("\(kind.plural): one row, \(problem)")
    }
  }

  /// A page that was there a moment ago is beyond the end now.
  private mutating func listShrank(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    shrinks += 1
    guard cursor.page > 1 else { return giveUp("has no first page", &round) }
    guard shrinks < 6 else { return try finish(&round, &store, isSound: false) }
    cursor.page -= 1
    last = nil
    return .ask([request(round)])
  }

  private mutating func finish(
    _ round: inout Round, _ store: inout some SyncStore, isSound: Bool,
  ) throws -> Step {
    if let top = cursor.top { cursor.highWater = max(cursor.highWater ?? top, top) }
    if isFull {
      cursor.lastFullPassAt = round.now
      let known = try store.mappings(kind)
      round.missing[kind] = known.filter { !seen.contains($0.serverID) }
      if seen.isEmpty, !known.isEmpty { round.emptied.insert(kind) }
    }
    try judgeCount(&round, &store)
    cursor.needsFullPass = !isSound || (isWeak && !isFull) || cursor.mismatches >= 2
    (cursor.page, cursor.top, cursor.passStartedAt) = (1, nil, nil)
    cursor.lastCount = nil
    try store.save(cursor, kind)
    return .done
  }

  /// Two counts in a row that are not ours ask for everything to be read.
  private mutating func judgeCount(_ round: inout Round, _ store: inout some SyncStore) throws {
    guard let count = cursor.lastCount else { return }
    cursor.mismatches = count == (try store.mappingCount(kind)) || isFull ? 0 : cursor.mismatches + 1
  }
}

/// Whole records for those of which only a summary is known.
struct HydrateStage: SyncStage {
  private var kinds = Round.kinds[...]
  private var asked: [Mapping] = []
  /// Those that could not be read in this round.
  private var left: Set<RecordKey> = []

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    for (mapping, answer) in zip(asked, answers) { try take(mapping, answer, &round, &store) }
    asked = []
    while let kind = kinds.first {
      let waiting = try store.mappingsToRead(kind, limit: round.pace.parallelReads + left.count)
      asked = Array(waiting.filter { !left.contains($0.key) }.prefix(round.pace.parallelReads))
      if !asked.isEmpty { return .ask(asked.map { HTTPRequest(.get, round.path(kind, $0.serverID)) }) }
      kinds.removeFirst()
    }
    return .done
  }

  private mutating func take(
    _ mapping: Mapping, _ answer: Answer, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    round.report.details += 1
    left.insert(mapping.key)
    guard case .response(let verdict, let response) = answer else { return }
    switch verdict {
    case .success:
      do {
        let row = try round.shape(mapping.key.kind).record(response.body)
        guard row.id == mapping.serverID else { return }
        let hash = mapping.listHash
        try round.apply(row, mapping.key.kind, from: .detail, &store)
        try keepHash(hash, mapping, row, &store)
      } catch let problem as WireProblem {
        round.report.problems.append("\(mapping.key): \(problem)")
      }
    case .notFound: try round.vanished(mapping, &store)
    default: round.report.problems.append("\(mapping.key): answered \(response.status)")
    }
  }

  /// The summary that led here still stands for the row if nothing was written in between.
  private func keepHash(_ hash: UInt64, _ before: Mapping, _ row: WireRow, _ store: inout some SyncStore) throws {
    guard row.updatedAt == before.updatedAt, var mapping = try store.mapping(before.key) else { return }
    mapping.listHash = hash
    // A row beyond our limits in one field is read as far as it can be.
    mapping.needsDetail = false
    try store.save(mapping)
  }
}

/// Looks for rows that are no longer in the lists, asks for each whether it is gone, and believes only that.
struct VanishStage: SyncStage {
  private var kinds = Round.kinds[...]
  private var candidates: [Mapping] = []
  private var asked: [Mapping] = []

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    for (mapping, answer) in zip(asked, answers) {
      guard case .response(.notFound, _) = answer, try store.mapping(mapping.key) != nil else { continue }
      try round.vanished(mapping, &store)
    }
    asked = []
    while candidates.isEmpty {
      guard let kind = kinds.popFirst() else { return .done }
      candidates = try (round.missing[kind] ?? []).filter { try store.mapping($0.key)?.serverID == $0.serverID }
      let most = max(10, try store.mappingCount(kind) / 10)
      if candidates.count > most || round.emptied.contains(kind), !candidates.isEmpty, !round.options.acceptsVanished {
        return .stop(.massVanish(kind, candidates.count))
      }
    }
    asked = Array(candidates.prefix(round.pace.parallelReads))
    candidates.removeFirst(asked.count)
    return .ask(asked.map { HTTPRequest(.get, round.path($0.key.kind, $0.serverID)) })
  }
}

extension Round {
  /// The server said that a row is not there: its record goes to the trash, with a word if it had changes of ours.
  mutating func vanished(_ mapping: Mapping, _ store: inout some SyncStore) throws {
    report.vanished += 1
    let operations = try store.operations(of: mapping.key)
    let edits = operations.flatMap { $0.edits.sorted { $0.key < $1.key } }
    for (name, edit) in edits {
      try note(Conflict(mapping.key, name, .deletedThere, base: edit.from, mine: edit.to), &store)
    }
    for operation in operations { try store.removeOperation(operation.seq) }
    try store.setTrashed(mapping.key, true)
    try store.removeMapping(mapping.key)
    for operation in operations {
      if case .convert = operation.action { try splitConversion(operation, found: nil, keepsLead: false, &store) }
    }
    try cascade(mapping, &store)
  }

  /// The deals of a contact that is gone went with it; each is asked for.
  func cascade(_ mapping: Mapping, _ store: inout some SyncStore) throws {
    guard mapping.key.kind == .contact else { return }
    for deal in try store.mappings(.opportunity) where deal.base["contact"] == .reference(mapping.serverID) {
      var deal = deal
      deal.needsDetail = true
      try store.save(deal)
    }
  }
}
