import CRMDomain
import CRMSync
import Synchronization

/// The access tokens of the accounts, in memory and nowhere else: servers allow few logins and renewals, and a round that
/// begins soon after another need not ask for one.
final class AccessMemory: Sendable {
  private let sessions = Mutex<[Int64: CRMSync.Session]>([:])

  func remember(_ session: CRMSync.Session, of profile: Int64) { sessions.withLock { $0[profile] = session } }

  /// What a round begins with that has this refresh token: with the access token that came with it, if that lasts another
  /// minute.
  func session(of profile: Int64, refresh: String, now: Instant) -> CRMSync.Session {
    guard let known = sessions.withLock({ $0[profile] }), known.refresh == refresh, let ends = known.accessEnds,
      now.adding(seconds: 60) <= ends
    else { return CRMSync.Session(refresh: refresh) }
    return known
  }
}
