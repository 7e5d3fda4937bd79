import CRMDomain
import CRMStore
import CRMSync
import Foundation
import Synchronization

/// How the program reaches servers and the secrets it has for them; tests put a simulated server in its place.
package struct SyncLine: Sendable {
  package var connect: @Sendable (SyncProfile.Settings) throws -> any Transport
  /// The refresh token of a profile, or nil if it has none.
  package var secret: @Sendable (SyncProfile) throws -> Secret?
  /// Keeps a token for good before it returns; the last is the one it was got for, nil after a login.
  package var keep: @Sendable (SyncProfile, String, Secret?) throws -> Secret
  package var forget: @Sendable (SyncProfile) throws -> Void

  package init(
    connect: @escaping @Sendable (SyncProfile.Settings) throws -> any Transport,
    secret: @escaping @Sendable (SyncProfile) throws -> Secret?,
    keep: @escaping @Sendable (SyncProfile, String, Secret?) throws -> Secret,
    forget: @escaping @Sendable (SyncProfile) throws -> Void,
  ) {
    self.connect = connect
    self.secret = secret
    self.keep = keep
    self.forget = forget
  }
}

/// Why there was no round at all, as a sentence.
package struct SyncFailure: Error, Hashable, Sendable {
  package let sentence: String

  package init(_ sentence: String) { self.sentence = sentence }

  package init(_ error: any Error) {
    switch error {
    case let failure as SyncFailure: self = failure
    case let problem as StoreProblem: self.init(problem.sentence)
    case let problem as AddressProblem: self.init(problem.sentence)
    case let problem as SecretProblem: self.init(problem.sentence)
    case let problem as CurlProblem: self.init(problem.sentence)
    case SyncRound.Failure.store(let problem): self.init(problem.sentence)
    case SyncRound.Failure.secret(let why): self.init("The login could not be kept, so it was not used: \(why)")
    default: self.init("\(error)")
    }
  }
}

/// What came of a login that did not fail.
enum LoggedIn: Sendable {
  case done(Login)
  case needsCode(challenge: String?)
}

/// A login the server has accepted, not kept yet.
struct Login: Sendable {
  var settings: SyncProfile.Settings
  let token: String
  let name: String
}

extension SyncLine {
  /// Asks the server whether it knows somebody; keeps nothing.
  func logIn(
    _ settings: SyncProfile.Settings, password: String, code: String?, challenge: String?, now: Instant,
  ) throws(SyncFailure) -> LoggedIn {
    do {
      var settings = settings
      settings.server = try ServerAddress(typed: settings.server, allowsUnencrypted: settings.isInsecure).text
      var credentials = Credentials(username: settings.user, password: password)
      (credentials.code, credentials.challenge) = (code, challenge)
      let outcome = LoginOutcome(credentials, over: try connect(settings), now: now)
      switch outcome {
      case .loggedIn(let session, let account):
        return .done(Login(settings: settings, token: session.refresh, name: account.fullName))
      case .needsCode(let challenge) where code == nil: return .needsCode(challenge: challenge)
      default: throw SyncFailure(outcome.sentence ?? "The login did not work.")
      }
    } catch { throw SyncFailure(error) }
  }

  /// Keeps a login, and says where. The token is kept first: without it the profile would be of no use.
  /// `isChosen` if the screens are about it from now on.
  func keep(
    _ login: Login, as name: String, isChosen: Bool = false, _ store: CRMStore,
  ) throws(SyncFailure) -> String {
    do {
      let id = try store.transact("") { writer in
        let id = try writer.saveSyncProfile(name, login.settings)
        if isChosen { try writer.chooseSyncProfile(id) }
        return id
      }
      return try keep(SyncProfile(id: id, name: name, settings: login.settings), login.token, nil).place.note
    } catch { throw SyncFailure(error) }
  }

  /// Decides about the records that were here before the first round: all of it, or nothing.
  static func meet(_ meeting: SyncProfile.FirstMeeting, _ profile: SyncProfile, _ store: CRMStore) throws(StoreProblem)
    -> Int
  {
    var settings = profile.settings
    (settings.firstMeeting, settings.asksAboutMeeting) = (meeting, false)
    return try store.synchronise(profile.id, "") { [settings] book in
      try book.saveSettings(settings)
      return meeting == .fetchOnly ? 0 : try book.noteCreates(of: JournalIntake.kinds)
    }.value
  }

  /// libcurl, and the keyring or a file of the rep's.
  static let system = SyncLine(
    connect: { settings in
      let address = try ServerAddress(typed: settings.server, allowsUnencrypted: settings.isInsecure)
      var options = TransportOptions()
      options.certificates = settings.caFile
      options.bandwidth = settings.bandwidth == 0 ? nil : settings.bandwidth
      return try CurlTransport(server: address, options: options)
    },
    secret: { try $0.secrets.read() },
    keep: { try $0.secrets.keep($1, after: $2) },
    forget: { try $0.secrets.forget() })

  /// A round ready to run, with the token it begins with.
  func round(_ profile: SyncProfile, _ store: CRMStore) throws(SyncFailure) -> (round: SyncRound, token: String) {
    do {
      guard let secret = try secret(profile) else { throw SyncFailure(SyncWords.noToken) }
      let (line, last) = (self, SecretBox(secret))
      let round = SyncRound(profile, store: store, transport: try connect(profile.settings)) { token in
        try last.renew { try line.keep(profile, token, $0) }
      }
      return (round, secret.token)
    } catch { throw SyncFailure(error) }
  }
}

/// The secret in force; each is got for the one before.
private final class SecretBox: Sendable {
  private let secret: Mutex<Secret>

  init(_ secret: Secret) { self.secret = Mutex(secret) }

  func renew(_ body: (Secret) throws -> Secret) throws {
    try secret.withLock { $0 = try body($0) }
  }
}

extension SyncProfile {
  /// Where the login is; never in the book.
  fileprivate var secrets: SecretStore {
    let name = settings.server + " " + settings.user
    return SecretStore(
      profile: name, folder: FilePlaces().secrets, command: settings.passwordCommand,
      environment: ProcessInfo.processInfo.environment)
  }
}
