import CRMDomain
import CRMStore

/// One resource, from its newest change back to what is known.
struct PullStage: SyncStage {
  let kind: EntityKind
  var cursor = Cursor()
  private var hasBegun = false
  private var isProbing = false
  var isFull = false
  /// True of a pass that goes on where another stopped, until a page begins with a row which that one has seen.
  var isResuming = false
  private var isWeak = false
  /// True once its pages held fewer rows than they count, twice: it is read again in the next round.
  private var isShort = false
  /// The row that came first when the order was asked for the wrong way round.
  private var probed: Int64?
  /// True once the first page had no row.
  private var isEmpty = false
  var seen: Set<Int64> = []
  var newRows: PulledRowReader
  private var last: WireHead?
  private(set) var turns = 0
  private var shrinks = 0
  /// Rows of a page that another follows, as far as this pass has seen.
  private var size = 0
  private var restarts = 0
  /// True while the first page is only looked at for whether there is anything new.
  private var isGlance = false
  /// Whatever changed before it and is not on its way any more is known.
  var floor: Instant?
  /// A second reading in one round, after many rows were written at once.
  let isReview: Bool

  init(kind: EntityKind, isReview: Bool = false) {
    self.kind = kind
    self.isReview = isReview
    newRows = PulledRowReader(WireShape.all[kind] ?? WireShape(kind))
  }

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    guard hasBegun else { return try begin(&round, &store) }
    guard let answer = answers.first else { return .done }
    do {
      switch answer.verdict {
      case .success where isProbing: return try probed(WirePage(answer.response.body), &round, &store)
      case .success:
        if cursor.page == 1 { try lowerFloor(answer.response, round, &store) }
        return try read(WirePage(answer.response.body), &round, &store)
      case .notFound where isProbing: return try ask(&round, &store)
      case .notFound: return try listShrank(&round, &store)
      default: return giveUp("answered \(answer.response.status)", &round)
      }
    } catch let problem as WireProblem {
      return giveUp("\(problem)", &round)
    }
  }

  private func giveUp(_ why: String, _ round: inout Round) -> Step {
    round.report.problems.append("\(kind.plural): \(why)")
    round.listsFailed += 1
    return .done
  }

  // MARK: Beginning

  private mutating func begin(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    hasBegun = true
    cursor = try store.cursor(kind)
    let isDue =
      cursor.lastFullPassAt.map { round.now >= $0.adding(seconds: round.pace.fullPassEvery) || round.now < $0 } ?? true
    let wantsAll = !isReview && (cursor.needsFullPass || isDue || round.options.readsEverything)
    let resumes = try resume(round, &store)
    isFull = wantsAll || cursor.highWater == nil || resumes
    floor = try knownUpTo(round, store)
    size = try store.fact("page size \(kind)").flatMap { Int($0.value) } ?? 0
    let isStale = cursor.passStartedAt.map { round.now >= $0.adding(seconds: 3600) || round.now < $0 } ?? true
    if !resumes, isFull || isStale || size == 0 { startOver(round) }
    // A short list is read whole anyway, whatever its order.
    let isShort = try store.mappingCount(kind) <= round.pace.shortList
    let isKnown = try round.fact("ordering \(kind)", store) != nil
    guard !isFull, !isShort, !isKnown else { return try ask(&round, &store) }
    isProbing = true
    return .ask([HTTPRequest(.get, round.path(kind), query: [QueryItem("ordering", "updated_at")])])
  }

  private mutating func startOver(_ round: Round) {
    (cursor.page, cursor.lastCount, cursor.top) = (1, nil, nil)
    cursor.passStartedAt = round.now
  }

  /// Whether the server orders by what it is told: asked the wrong way round, only rows in that order prove it.
  private mutating func probed(_ page: WirePage, _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    isProbing = false
    let stamps = page.heads.compactMap(\.updatedAt)
    let isRising = zip(stamps, stamps.dropFirst()).allSatisfy { $0 <= $1 }
    if let first = stamps.first, let last = stamps.last, first != last {
      try store.learn("ordering \(kind)", isRising ? "yes" : "no", at: round.now)
      probed = page.heads.first?.id
      if cursor.page > 1 { startOver(round) }
    }
    return try ask(&round, &store)
  }

  private mutating func ask(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    isProbing = false
    // An order that was never proved says nothing about where to stop.
    if try !isFull && round.fact("ordering \(kind)", store) != "yes" {
      isFull = true
      startOver(round)
    }
    isGlance = !isFull && cursor.page == 1
    return .ask([request(round)])
  }

  /// Changes become visible a little after their stamp. Once a pass began that much later than the mark was first seen,
  /// nothing older than the mark can come any more.
  private func knownUpTo(_ round: Round, _ store: some SyncStore) throws -> Instant? {
    guard let mark = cursor.highWater else { return nil }
    let isSettled = try store.fact("settled \(kind)")?.value == mark.iso
    return isSettled ? mark : mark.adding(seconds: -round.pace.overlap - 1)
  }

  /// A server whose clock was put back gives stamps below the mark until it has come there again: whatever may have
  /// changed since the last full pass is looked at, with its first round after that as well.
  private mutating func lowerFloor(_ response: HTTPResponse, _ round: Round, _ store: inout some SyncStore) throws {
    guard !isFull, let mark = cursor.highWater, let last = cursor.lastFullPassAt,
      let date = response.headers["Date"].flatMap(HTTPDate.parse)
    else { return }
    let isBehind = date.adding(seconds: 2) < mark
    let wasBehind = try store.fact("behind \(kind)")?.value == "yes"
    if isBehind != wasBehind { try store.learn("behind \(kind)", isBehind ? "yes" : "no", at: round.now) }
    guard isBehind || wasBehind else { return }
    let passed = max(0, round.now.seconds - last.seconds)
    floor = min(floor ?? mark, date.adding(seconds: -passed - round.pace.overlap))
  }

  private func settle(_ round: Round, _ store: inout some SyncStore) throws {
    guard let mark = cursor.highWater?.iso, let began = cursor.passStartedAt else { return }
    guard let seen = try store.fact("mark \(kind)"), seen.value == mark else {
      return try store.learn("mark \(kind)", mark, at: round.now)
    }
    if began >= seen.at.adding(seconds: round.pace.overlap), try store.fact("settled \(kind)")?.value != mark {
      try store.learn("settled \(kind)", mark, at: round.now)
    }
  }

  private func request(_ round: Round) -> HTTPRequest {
    Self.request(kind, page: cursor.page, size: isGlance ? round.pace.glance : round.pace.pageSize)
  }

  /// A page of a list, what changed last first; as many rows as the server cares to give, if not `size`.
  static func request(_ kind: EntityKind, page: Int, size: Int) -> HTTPRequest {
    var query = [QueryItem("ordering", "-updated_at,-created_at"), QueryItem("page_size", "\(size)")]
    if page > 1 { query.append(QueryItem("page", "\(page)")) }
    return HTTPRequest(.get, "/api/v1/\(kind.plural)/", query: query)
  }

  // MARK: Pages

  private mutating func read(_ page: WirePage, _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    let joins = joins(page)
    round.report.pages += 1
    turns += 1
    if cursor.page > 1, page.heads.isEmpty { return try listShrank(&round, &store) }
    if cursor.page > 1, page.heads.count > size { return try restart(&round, &store) }
    if cursor.page == 1, let first = page.heads.first?.id, first == probed, page.count ?? 2 > 1 {
      // First either way round: the order that was asked for is not the one it comes in.
      try store.learn("ordering \(kind)", "no", at: round.now)
      isFull = true
    }
    if page.hasNext, !isGlance { try keepSize(page.heads.count, round, &store) }
    try checkOrder(page, &round, &store)
    if page.heads.isEmpty, cursor.page == 1, !page.hasNext { (isFull, isEmpty) = (true, true) }
    try announce(page, &store)
    note(page, &round)
    try take(page, &round, &store)
    let stamps = page.heads.compactMap(\.updatedAt)
    if cursor.page == 1, let top = stamps.max() { cursor.top = max(cursor.top ?? top, top) }
    let drop = (cursor.lastCount ?? 0) - (page.count ?? 0)
    cursor.lastCount = page.count
    last = page.heads.last
    let reachesKnown =
      !isFull
      && (stamps.last.flatMap { last in floor.map { last <= $0 } } ?? false)
    guard turns < 20_000 else { return try finish(&round, &store, isSound: false) }
    if drop > 0, cursor.page > 1 {
      // Rows above were deleted, so that others moved up across the border of the pages.
      cursor.page = max(1, cursor.page - (drop + size - 1) / max(1, size))
      last = nil
    } else if !joins {
      cursor.page -= 1
      last = nil
    } else if try endsEarly(page, round, &store) {
      return try restart(&round, &store)
    } else if reachesKnown || !page.hasNext {
      return try finish(&round, &store, isSound: true)
    } else if isGlance, page.heads.count == round.pace.glance {
      // There is more than a glance shows; pages of another size begin elsewhere.
      isGlance = false
      last = nil
    } else {
      if isGlance { try keepSize(page.heads.count, round, &store) }
      isGlance = false
      cursor.page += 1
    }
    try store.save(cursor, kind)
    return .ask([request(round)])
  }

  /// How far a list that is read to its end is.
  private func note(_ page: WirePage, _ round: inout Round) {
    guard isFull else { return }
    if turns == 1 {
      round.report.rowsExpected += page.count ?? page.heads.count
      round.report.rowsRead += (cursor.page - 1) * size
    }
    round.report.rowsRead = min(round.report.rowsExpected, round.report.rowsRead + page.heads.count)
  }

  private mutating func keepSize(_ count: Int, _ round: Round, _ store: inout some SyncStore) throws {
    guard count != size, count > 0 else { return }
    size = count
    try store.learn("page size \(kind)", "\(count)", at: round.now)
  }

  /// How many rows fewer than they count the pages up to this last one hold, if they were all of one size.
  private func shortfall(_ page: WirePage) -> Int {
    guard let count = page.count, size > 0, cursor.page > 1, !page.hasNext else { return 0 }
    return max(0, count - (cursor.page - 1) * size - page.heads.count)
  }

  /// True of a last page that comes before the count is reached: pages may have become larger under way. A count that is
  /// wrong in the same way each time is left at that.
  private mutating func endsEarly(_ page: WirePage, _ round: Round, _ store: inout some SyncStore) throws -> Bool {
    let missing = shortfall(page)
    guard missing > 0, try store.fact("short \(kind)")?.value != "\(missing)" else { return false }
    if restarts > 0 {
      try store.learn("short \(kind)", "\(missing)", at: round.now)
      isShort = true
    }
    return restarts == 0
  }

  /// Pages have become larger under way, so that rows between the last page and this one were never shown.
  private mutating func restart(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    restarts += 1
    guard restarts < 4 else { return try finish(&round, &store, isSound: false) }
    (cursor.page, cursor.lastCount, last) = (1, nil, nil)
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

  /// The whole row of a head, whatever it takes; false if it cannot be read.
  func take(
    _ head: WireHead, _ page: WirePage, _ round: inout Round, _ store: inout some SyncStore,
  ) throws -> Bool {
    do {
      try round.apply(try page.row(head, as: round.shape(kind)), kind, from: .list, &store)
      return true
    } catch let problem as WireProblem {
      round.report.problems.append("\(kind.plural): one row, \(problem)")
      return false
    }
  }

  /// A page that was there a moment ago is beyond the end now.
  private mutating func listShrank(_ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    shrinks += 1
    isGlance = false
    guard cursor.page > 1 else { return giveUp("has no first page", &round) }
    guard shrinks < 6 else { return try finish(&round, &store, isSound: false) }
    cursor.page -= 1
    last = nil
    return .ask([request(round)])
  }

  private mutating func finish(
    _ round: inout Round, _ store: inout some SyncStore, isSound: Bool,
  ) throws -> Step {
    round.listsRead += 1
    if let top = cursor.top { cursor.highWater = max(cursor.highWater ?? top, top) }
    if isFull {
      cursor.lastFullPassAt = round.now
      let known = try store.serverIDs(kind)
      round.missing[kind, default: []].formUnion(known.filter { !seen.contains($0) })
      if isEmpty, !known.isEmpty { round.emptied.insert(kind) }
    }
    try judgeCount(&round, &store)
    cursor.needsFullPass = !isSound || isShort || (isWeak && !isFull) || hasDoubtfulCount(round)
    if isSound { try settle(round, &store) }
    (cursor.page, cursor.top, cursor.passStartedAt) = (1, nil, nil)
    cursor.lastCount = nil
    try store.save(cursor, kind)
    return .done
  }

  /// Two counts in a row that are not ours ask for everything to be read.
  private mutating func judgeCount(_ round: inout Round, _ store: inout some SyncStore) throws {
    guard let count = cursor.lastCount else { return }
    cursor.mismatches = count == (try store.mappingCount(kind)) || isFull ? 0 : min(2, cursor.mismatches + 1)
  }

  /// Some servers count what they do not show, for ever; everything is not read again each time for that.
  private func hasDoubtfulCount(_ round: Round) -> Bool {
    let wasReadLately = cursor.lastFullPassAt.map { round.now < $0.adding(seconds: 3600) && round.now >= $0 } ?? false
    return cursor.mismatches >= 2 && !wasReadLately
  }
}
