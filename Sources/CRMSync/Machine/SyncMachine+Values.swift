import CRMDomain
import CRMStore

/// The tokens of one login. The access token is never stored; the refresh token is, by whoever carries commands out.
package struct Session: Hashable, Sendable {
  package var access: String?
  /// By our clock.
  package var accessEnds: Instant?
  package var refresh: String

  package init(refresh: String) { self.refresh = refresh }
}

/// Why a round ended.
package enum RoundEnd: Hashable, Sendable {
  /// Everything that could be done was. `resumeAt` if something waits for its time.
  case complete(resumeAt: Instant?)
  case cancelled
  /// Another program synchronises this profile.
  case busy
  case needsLogin
  case differentAccount
  /// No v1 server answers.
  case offline(retryAt: Instant)
  case throttled(until: Instant)
  /// So many records of that kind are gone at once that a person should say whether they are.
  case massVanish(EntityKind, Int)
  /// A known id belongs to another record now: another database behind the same address.
  case differentServer(EntityKind)
}

/// What a round did.
package struct RoundReport: Hashable, Sendable {
  package var requests = 0
  package var writes = 0
  package var pages = 0
  package var details = 0
  package var pulled = 0
  /// Records here that took something from the server.
  package var changed = 0
  /// Records that were on both sides before they met, and are one now.
  package var matched = 0
  package var pushed = 0
  package var conflicts = 0
  package var quarantined = 0
  /// True if whole records are left to read.
  package var hasMoreDetails = false
  package var vanished = 0
  /// Rows of the lists that are read to their end, as far as they are known, and how many of them have come.
  package var rowsExpected = 0
  package var rowsRead = 0
  /// How many requests the server still allows, if it says so.
  package var quota: RequestQuota?
  /// What was left out, for a person.
  package var problems: [String] = []
  package init() {}
}

/// How many requests are left of how many, as `X-RateLimit-Remaining` and `X-RateLimit-Limit` say.
package struct RequestQuota: Hashable, Sendable {
  package var left: Int
  package var limit: Int?

  package init?(_ headers: HTTPHeaders) {
    guard let left = (headers["X-RateLimit-Remaining"] ?? headers["RateLimit-Remaining"]).flatMap({ Int($0) }) else {
      return nil
    }
    self.left = left
    limit = (headers["X-RateLimit-Limit"] ?? headers["RateLimit-Limit"]).flatMap { Int($0) }
  }
}

/// What is wanted of a round beyond the usual.
package struct RoundOptions: Hashable, Sendable {
  /// Read every list to its end and look for rows that are gone.
  package var readsEverything = false
  /// How many records of a kind the user said may be gone: as many as a round has asked about.
  package var acceptsVanished: [EntityKind: Int] = [:]
  /// Kinds that are neither fetched nor sent.
  package var leavesOut: Set<EntityKind> = []
  package init(readsEverything: Bool = false) { self.readsEverything = readsEverything }

  /// After a round that asked whether so many are gone, and the user said so.
  package init(accepting count: Int, of kind: EntityKind) {
    (readsEverything, acceptsVanished) = (true, [kind: count])
  }
}

/// Times and bounds, in seconds unless they say otherwise.
package struct SyncPace: Hashable, Sendable {
  package var overlap: Int64 = 300
  /// After a create whose fate is unknown, before it may be sent again.
  package var quiet: Int64 = 60
  package var fullPassEvery: Int64 = 86_400
  package var factsLast: Int64 = 86_400
  package var leaseLasts: Int64 = 60
  /// Records asked for together, whose answers are one transaction. How many requests are under way at once is the line's.
  package var readsTogether = 6
  /// Whole records read in one round; the others follow in later rounds, newest first.
  package var detailsPerRound = 500
  /// Rows asked for to see whether there is anything new, and to read everything. Servers may give others.
  package var glance = 5
  package var pageSize = 200
  /// Up to so many rows the order of a list is not asked for.
  package var shortList = 20
  /// Like changes from which on they are sent together, and how many at most.
  package var bulkFrom = 20
  package var bulkMost = 100
  package var tries = 3
  package var writeTries = 3
  /// Writes that a gateway answers in the server's place, one after the other, until the round ends.
  package var failuresInARow = 3
  package init() {}

  /// For books on disks, where each transaction costs.
  static let ofBooks: SyncPace = {
    var pace = SyncPace()
    pace.readsTogether = 24
    return pace
  }()
}

/// An answer, as stages see it.
struct Answer {
  let verdict: Verdict
  let response: HTTPResponse
}

/// What a stage wants next.
enum Step {
  case ask([HTTPRequest])
  /// Calls again at once, without answers.
  case again
  case done
  case stop(RoundEnd)
}

/// One part of a round. A value: what it keeps between calls is all it knows.
protocol SyncStage: Sendable {
  /// Goes on, with the answers to what it asked last, in that order, or none.
  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step
  /// The round ends in the middle of it: what the next one can go on from is noted.
  func pause(_ round: Round, _ store: inout some SyncStore) throws
}

extension SyncStage {
  func pause(_ round: Round, _ store: inout some SyncStore) {}
}

/// What all stages share.
struct Round: Sendable {
  var now: Instant
  var options: RoundOptions
  var pace: SyncPace
  var random: SplitMix64
  var report = RoundReport()
  /// The operations whose request is out.
  var inFlight: [Int64] = []
  /// Server ids of known rows that a list read to its end did not show or that were not there when they were asked for.
  var missing: [EntityKind: Set<Int64>] = [:]
  /// Records whose rows went with another.
  var expected: Set<RecordKey> = []
  /// Kinds whose list, read to its end, had no row at all.
  var emptied: Set<EntityKind> = []
  /// Kinds whose newest rows are to be read again, since many were written at once.
  var toReview: Set<EntityKind> = []
  /// Operations that went out together and were all counted; the list tells the rest.
  var accepted: Set<Int64> = []
  /// Colleagues as this round has met them, and the records they are here by server id.
  var met: Set<WireRow.Person> = []
  var colleagues: [Int64: Int64] = [:]
  /// Records that name rows whose own records are not settled yet: they are read again.
  var unsettled: Set<RecordKey> = []
  /// Records that took something from the server, other than the rest of what lists leave out.
  var changed: Set<RecordKey> = [] { didSet { report.changed = changed.count } }
  /// Rows whose known id names another record.
  var strangers: EntityKind?
  /// Lists that could be read and lists that could not.
  var listsRead = 0
  var listsFailed = 0
  /// Writes one after the other to which something before the server answered that it is not there.
  var failedWrites = 0
  /// Why the server is to be left alone from now on.
  var rest: RoundEnd?

  static let kinds: [EntityKind] = [.contact, .lead, .opportunity, .task]

  func path(_ kind: EntityKind) -> String { "/api/v1/\(kind.plural)/" }
  func path(_ kind: EntityKind, _ id: Int64) -> String { "/api/v1/\(kind.plural)/\(id)/" }
  func shape(_ kind: EntityKind) -> WireShape { WireShape.all[kind] ?? WireShape(kind) }

  /// Full jitter: anything up to twice as much each time, at most five minutes.
  mutating func backoff(_ attempt: Int) -> Instant {
    let most = min(300_000, 1000 << min(attempt, 10))
    return Instant(microseconds: now.microseconds + Int64(random.int(200...most)) * 1000)
  }

  /// What was learned of the server, unless it is too long ago.
  func fact(_ name: String, _ store: some SyncStore) throws -> String? {
    guard let fact = try store.fact(name), now < fact.at.adding(seconds: pace.factsLast), fact.at <= now else {
      return nil
    }
    return fact.value
  }
}
