import CRMDomain
import CRMStore

/// What a round would do: what would be sent, from the outbox, and what would be fetched, from the server's lists. Nothing
/// is written on the server, and no record here: what the journal says is taken up into the outbox, as each round does, and
/// the login may be renewed.
package struct SyncRehearsal: Hashable, Sendable {
  /// Rows of one kind there that are not as they were last seen.
  package struct Fetch: Hashable, Sendable {
    package let kind: EntityKind
    package internal(set) var new = 0
    package internal(set) var changed = 0
    /// True if only the newest rows were looked at.
    package internal(set) var isCut = false
  }

  package internal(set) var operations: [OutboxOperation] = []
  package internal(set) var fetches: [Fetch] = []
  /// Why the server could not be asked, or not to the end.
  package internal(set) var problem: RoundEnd?
}

extension SyncRound {
  /// - Parameter login: see `run`.
  package func rehearse(login: () throws -> Session) throws(Failure) -> SyncRehearsal {
    var rehearsal = SyncRehearsal()
    do {
      try JournalIntake.runAll(store, profile.id)
      rehearsal.operations = try store.read { try $0.syncOperations(profile, limit: 10_000) }
        .filter { !$0.staysHere(profile.settings.leavesOut) && !$0.isGivenUp }
    } catch { throw .store(error) }
    do {
      let access = try access(login)
      for kind in Round.kinds where !profile.settings.leavesOut.contains(kind) {
        rehearsal.fetches.append(try fetch(kind, access))
      }
    } catch let failure as Failure {
      throw failure
    } catch let end as Unavailable {
      rehearsal.problem = end.end
    } catch {
      rehearsal.problem = .offline(retryAt: store.now)
    }
    return rehearsal
  }

  struct Unavailable: Error { let end: RoundEnd }

  /// Pages of one list that are looked at.
  private static let pages = 5

  /// A new access token. Asked for under the lock, for the refresh token may be good for one use, and so that a round
  /// which begins meanwhile does not begin with one that is used up.
  func access(_ login: () throws -> Session) throws -> String {
    guard let lock = try lock() else { throw Unavailable(end: .busy) }
    defer { withExtendedLifetime(lock) {} }
    var session: Session
    do { session = try login() } catch { throw Failure.login(error) }
    let body: JSONValue = .object(["refresh": .string(session.refresh)])
    let answer = try transport.send(HTTPRequest(.post, "/api/auth/refresh/", json: body))
    let verdict = Verdict(answer, now: store.now)
    guard verdict == .success, let token = AccessToken(answer.body, now: store.now) else {
      throw Unavailable(end: end(verdict))
    }
    if let refresh = token.refresh {
      do { try keepToken(refresh) } catch { throw Failure.notKept(error) }
      session.refresh = refresh
    }
    (session.access, session.accessEnds) = (token.access, token.ends)
    handOver(session)
    return token.access
  }

  private func end(_ verdict: Verdict) -> RoundEnd {
    switch verdict {
    case .unauthorised, .refused, .forbidden: .needsLogin
    case .throttled(let time): .throttled(until: time ?? store.now.adding(seconds: 60))
    default: .offline(retryAt: store.now)
    }
  }

  /// The newest rows, page by page, until one page has nothing new.
  private func fetch(_ kind: EntityKind, _ access: String) throws -> SyncRehearsal.Fetch {
    var fetch = SyncRehearsal.Fetch(kind: kind)
    for page in 1... {
      var request = PullStage.request(kind, page: page, size: SyncPace().pageSize)
      request.headers["Authorization"] = "Bearer " + access
      request.headers["Accept"] = "application/json"
      let answer = try transport.send(request)
      let verdict = Verdict(answer, now: store.now)
      guard verdict == .success else { throw Unavailable(end: end(verdict)) }
      let list = try WirePage(answer.body)
      let before = (fetch.new, fetch.changed)
      try store.read { reader in
        for head in list.heads {
          guard let seen = try reader.syncListHash(profile.id, kind, serverID: head.id) else {
            fetch.new += 1
            continue
          }
          // A row that we wrote last is known by its stamp: how the list has it was not seen yet.
          if seen.hash != head.hash, seen.updatedAt != head.updatedAt { fetch.changed += 1 }
        }
      }
      guard list.hasNext, before != (fetch.new, fetch.changed) else { return fetch }
      guard page < Self.pages else { break }
    }
    fetch.isCut = true
    return fetch
  }
}
