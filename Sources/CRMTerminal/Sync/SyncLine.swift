import CRMDomain
import CRMStore
import CRMSync
import Foundation
import Synchronization

/// How the program reaches servers and the secrets it has for them; tests put a simulated server in its place.
package struct SyncLine: Sendable {
  package var connect: @Sendable (SyncProfile.Settings) throws -> any Transport
  /// Where the login of an account is; never in the book.
  package var secrets: @Sendable (SyncProfile.Settings) -> SecretStore

  package init(
    connect: @escaping @Sendable (SyncProfile.Settings) throws -> any Transport,
    secrets: @escaping @Sendable (SyncProfile.Settings) -> SecretStore,
  ) {
    self.connect = connect
    self.secrets = secrets
  }
}

/// Why there was no round at all, as a sentence.
package struct SyncFailure: Error, Hashable, Sendable {
  package let sentence: String
  /// True if another round would fail like this one until somebody logs in.
  package var needsLogin = false

  package init(_ sentence: String) { self.sentence = sentence }

  static let noLogin: SyncFailure = {
    var failure = SyncFailure(SyncWords.noToken)
    failure.needsLogin = true
    return failure
  }()

  package init(_ error: any Error) {
    switch error {
    case let failure as SyncFailure: self = failure
    case let problem as StoreProblem: self.init(problem.sentence)
    case let problem as AddressProblem: self.init(problem.sentence)
    case let problem as SecretProblem:
      self.init(problem.sentence)
      needsLogin = problem.needsPerson
    case let problem as CurlProblem: self.init(problem.sentence)
    case SyncRound.Failure.store(let problem): self.init(problem.sentence)
    case SyncRound.Failure.secret(let why): self.init("The login could not be kept, so it was not used: \(why)")
    case SyncRound.Failure.login(let error): self.init(error)
    case SyncRound.Failure.lock(let problem): self.init(problem.sentence)
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
  /// Nil if the command of the settings gives it.
  let token: String?
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
    _ login: Login, of account: LoginAccount, isChosen: Bool = false, _ store: CRMStore,
  ) throws(SyncFailure) -> (profile: SyncProfile, note: String) {
    do {
      let settings = login.settings
      let place = try keepToken(login)
      let id = try store.transact("") { writer in
        let id = try writer.saveSyncProfile(account.name, settings)
        if isChosen { try writer.chooseSyncProfile(id) }
        return id
      }
      let profile = SyncProfile(id: id, name: account.name, settings: settings)
      return (profile, place.note + (forgetFormerLogin(of: account, now: settings).map { " " + $0 } ?? ""))
    } catch { throw SyncFailure(error) }
  }

  private func keepToken(_ login: Login) throws -> SecretPlace {
    let secrets = secrets(login.settings)
    if let token = login.token { return try secrets.keep(token, after: nil).place }
    try secrets.confirmCommand()
    guard let secret = try secrets.read() else { throw SyncFailure.noLogin }
    return secret.place
  }

  /// After a move. What could not be done, if anything: the account is at its new place all the same.
  private func forgetFormerLogin(of account: LoginAccount, now settings: SyncProfile.Settings) -> String? {
    guard let before = account.known?.settings, (before.server, before.user) != (settings.server, settings.user) else {
      return nil
    }
    do { try secrets(before).forget() } catch { return "The login of before is still there: \(error.sentence)" }
    return nil
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
      return try CurlTransport(server: address, options: settings.transportOptions)
    },
    secrets: { settings in
      SecretStore(
        profile: settings.server + " " + settings.user, server: settings.server, folder: FilePlaces().secrets,
        command: settings.passwordCommand, environment: ProcessInfo.processInfo.environment)
    })

  /// A round ready to run, and the login it is to be run with.
  func round(
    _ profile: SyncProfile, _ store: CRMStore, _ memory: AccessMemory = AccessMemory(),
  ) throws(SyncFailure) -> (round: SyncRound, login: @Sendable () throws -> CRMSync.Session) {
    let (secrets, box) = (secrets(profile.settings), SecretBox())
    let transport: any Transport
    do { transport = try connect(profile.settings) } catch { throw SyncFailure(error) }
    let round = SyncRound(
      profile, store: store, transport: transport,
      keepToken: { token in try box.renew { try secrets.keep(token, after: $0) } },
      handOver: { memory.remember($0, of: profile.id) })
    return (
      round,
      {
        guard let secret = try secrets.read() else { throw SyncFailure.noLogin }
        box.begin(with: secret)
        return memory.session(of: profile.id, refresh: secret.token, now: store.now)
      }
    )
  }
}

/// The secret in force; each is got for the one before.
private final class SecretBox: Sendable {
  private let secret = Mutex<Secret?>(nil)

  func begin(with first: Secret) { secret.withLock { $0 = first } }

  func renew(_ body: (Secret?) throws -> Secret) throws {
    try secret.withLock { $0 = try body($0) }
  }
}

extension SyncProfile.Settings {
  /// How the line to its server is kept.
  var transportOptions: TransportOptions {
    var options = TransportOptions()
    options.certificates = caFile.map(FilePath.expanded)
    options.bandwidth = bandwidth == 0 ? nil : bandwidth
    return options
  }
}
