import CRMDomain
import CRMStore

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
    let isKnown = try round.fact("ordering \(kind)", store) != nil
    guard !isFull, !isShort, !isKnown else { return try ask(&round, &store) }
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

  private func request(_ round: Round) -> HTTPRequest { Self.request(kind, page: cursor.page) }

  /// A page of a list, what changed last first.
  static func request(_ kind: EntityKind, page: Int) -> HTTPRequest {
    var query = [QueryItem("ordering", "-updated_at,-created_at"), QueryItem("page_size", "100")]
    if page > 1 { query.append(QueryItem("page", "\(page)")) }
    return HTTPRequest(.get, "/api/v1/\(kind.plural)/", query: query)
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
