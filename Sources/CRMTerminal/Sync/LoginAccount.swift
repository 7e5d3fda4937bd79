import CRMDomain
import CRMStore
import CRMSync

/// The account of the book that a login is for. Which records a server has, and what waits for it, is noted of an account:
/// under another server's or another user's login the changes meant for the one would go to the other.
struct LoginAccount: Sendable {
  let name: String
  /// As it was before; nil of a further one.
  let known: SyncProfile?

  /// The one of that server and user, or a further one.
  init(_ server: String, _ user: String, among all: [SyncProfile]) {
    known = all.first { ($0.settings.server, $0.settings.user) == (server, user) }
    name = known?.name ?? Self.newName(server, user, besides: all)
  }

  /// One that is at another address from now on, or has another name there, with the same records: only the rep knows.
  init(moved profile: SyncProfile) { (name, known) = (profile.name, profile) }

  /// A further one that the rep names.
  init(further name: String) { (self.name, known) = (name, nil) }

  var isFurther: Bool { known == nil }

  /// Of a further account: its user and server, and a number if there is one of that name.
  private static func newName(_ server: String, _ user: String, besides all: [SyncProfile]) -> String {
    let taken = Set(all.map(\.name))
    guard !taken.isEmpty else { return SyncProfile.firstName }
    let name = "\(user)@\(server.split(separator: "/").last.map(String.init) ?? server)"
    return ([name] + (2...).prefix(100).map { "\(name) \($0)" }).first { !taken.contains($0) } ?? name
  }

  /// What it is kept with after a login with these: what is known of an account stays, a further one begins with what its
  /// server is reached by.
  func settings(_ login: SyncProfile.Settings) -> SyncProfile.Settings {
    var settings = known?.settings ?? SyncProfile.Settings()
    if isFurther { (settings.caFile, settings.isInsecure) = (login.caFile, login.isInsecure) }
    (settings.server, settings.user) = (login.server, login.user)
    return settings
  }
}
