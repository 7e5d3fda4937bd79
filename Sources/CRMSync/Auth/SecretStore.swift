import CRMDomain
import Glibc

/// Where the refresh token of one account is found and kept. The access token is kept nowhere, the password neither.
///
/// A token comes from the profile's command, from `CRM_REFRESH_TOKEN`, or from what was kept. Servers replace it at each
/// use, and neither a command nor a variable can be written back to: its successors are kept with a mark of the one they
/// began with, and count as long as that one is still what is given. What a login by hand brings is kept with the same
/// mark, so that a given token which no longer works does not come before it.
///
/// A book says which command and which server, and books come from others. So a command runs only if that very text was set
/// on this computer, and the variable is only for the server that `CRM_SERVER` names (Decision 022).
package struct SecretStore: Sendable {
  private let server: String
  private let command: String?
  private let environment: [String: String]
  private let file: SecretFile
  /// The command that was set on this computer.
  private let confirmed: SecretFile
  private let keyring: Keyring

  /// `folder` is made when something is first kept in it. `server` is as `ServerAddress` writes it. `command` is a line for
  /// the shell that prints the token.
  package init(
    profile: String, server: String, folder: String, command: String? = nil, environment: [String: String],
  ) {
    self.server = server
    self.command = command
    self.environment = environment
    file = SecretFile(folder: folder, name: "login-" + PercentCode.encode(profile))
    confirmed = SecretFile(folder: folder, name: "command-" + PercentCode.encode(profile))
    keyring = Keyring(profile: profile, environment: environment)
  }

  /// The token to use, or nil if there is none.
  ///
  /// - Throws: `SecretProblem`.
  package func read() throws(SecretProblem) -> Secret? {
    let kept = try kept()
    guard let given = try given(besides: kept) else {
      if kept == nil, let command { throw .unconfirmed(command) }
      return kept
    }
    return kept?.beginning == given.beginning ? kept : given
  }

  /// Keeps a token, so that it is there whatever happens next. `last` is the one it was got for, nil after a login.
  ///
  /// - Throws: `SecretProblem`; the token must not be used then.
  package func keep(_ token: String, after last: Secret?) throws(SecretProblem) -> Secret {
    var secret = Secret(token: token, place: .keyring, beginning: last.map(\.beginning) ?? markOfGiven)
    if keyring.keep(secret.text) {
      // An older token in the file would be taken for a newer one.
      try file.remove()
      return secret
    }
    try file.write(secret.text)
    secret.place = .file(file.path)
    return secret
  }

  /// Forgets what was kept, and answers what gives a login all the same: a command or the environment is not ours.
  ///
  /// - Throws: `SecretProblem` if it may still be there.
  @discardableResult
  package func forget() throws(SecretProblem) -> SecretPlace? {
    try file.remove()
    guard keyring.forget() else { throw .silentKeyring }
    if command != nil, try isCommandConfirmed { return .command }
    do { return try variable() == nil ? nil : .environment } catch { return nil }
  }

  // MARK: The command

  /// True if there is no command, or it may run on this computer.
  package var isCommandConfirmed: Bool {
    get throws(SecretProblem) {
      guard let command else { return true }
      return try confirmed.read() == command
    }
  }

  /// Lets the command run on this computer from now on: the rep has set it here. Without one, none may any more.
  package func confirmCommand() throws(SecretProblem) {
    guard let command else { return try confirmed.remove() }
    try confirmed.write(command)
  }

  // MARK: What is given

  private func given() throws(SecretProblem) -> Secret? {
    if let command, try isCommandConfirmed {
      return Secret(given: try Self.output(of: command, environment), place: .command)
    }
    return try variable().map { Secret(given: $0, place: .environment) }
  }

  /// Nil also where nothing could be given already when the rep logged in by hand.
  private func given(besides kept: Secret?) throws(SecretProblem) -> Secret? {
    do { return try given() } catch {
      guard let kept, kept.beginning == Secret.nothing else { throw error }
      return nil
    }
  }

  /// What tells apart the token that is given at a login by hand.
  private var markOfGiven: String? {
    do { return try given()?.beginning } catch { return Secret.nothing }
  }

  /// A token says nothing of where it belongs, and a book could name any server.
  private func variable() throws(SecretProblem) -> String? {
    guard let token = environment["CRM_REFRESH_TOKEN"]?.trimmed, !token.isEmpty else { return nil }
    let named: ServerAddress
    do { named = try ServerAddress(typed: environment["CRM_SERVER"] ?? "", allowsUnencrypted: true) } catch {
      throw .variableWithoutServer
    }
    return named.text == server ? token : nil
  }

  // MARK: What is kept

  /// The file is written only when the keyring does not answer, so what it holds is the newer of the two.
  private func kept() throws(SecretProblem) -> Secret? {
    if let text = try file.read() {
      guard let secret = Secret(text, place: .file(file.path)) else { throw .damaged(file.path) }
      return secret
    }
    switch keyring.read() {
    case .secret(let text): return Secret(text, place: .keyring)
    case .none: return nil
    case .silence: throw .silentKeyring
    }
  }

  private static func output(of command: String, _ environment: [String: String]) throws(SecretProblem) -> String {
    // Somebody may have to type a passphrase.
    let output = Subprocess.run(["/bin/sh", "-c", command], environment: environment, within: .seconds(120))
    guard let output, output.status == 0 else { throw .command(status: output?.status) }
    let line = String(output.text.prefix { !$0.isNewline }).trimmed
    guard !line.isEmpty else { throw .command(status: 0) }
    return line
  }
}

/// Where a token is, for a note that people see.
package enum SecretPlace: Hashable, Sendable {
  case command
  case environment
  case keyring
  case file(String)

  package var note: String {
    switch self {
    case .command: "The login comes from the profile's password_command."
    case .environment: "The login comes from CRM_REFRESH_TOKEN."
    case .keyring: "The login is kept in the keyring."
    case .file(let path):
      "The login is kept in \(path), which only you can read, but not encrypted: no keyring answers."
    }
  }

  /// What to do about a login that is given whatever was forgotten.
  package var afterLogout: String {
    switch self {
    case .command: "Its password_command still gives a login: take it out in the sync settings."
    case .environment: "CRM_REFRESH_TOKEN still gives a login: unset it."
    case .keyring, .file: note
    }
  }
}

/// Why a token cannot be read or kept. It never holds one.
package enum SecretProblem: Error, Hashable, Sendable {
  /// It ended with that status, or not at all; with 0 it printed nothing.
  case command(status: Int32?)
  case file(String, errno: Int32)
  case readableByOthers(String)
  case damaged(String)
  /// The book names a command that was not set on this computer.
  case unconfirmed(String)
  case variableWithoutServer
  /// It may have a login, or not.
  case silentKeyring

  /// True if it stays like this until somebody does something about it.
  package var needsPerson: Bool {
    switch self {
    case .readableByOthers, .damaged, .unconfirmed, .variableWithoutServer: true
    case .command, .file, .silentKeyring: false
    }
  }

  package var sentence: String {
    switch self {
    case .command(nil): "The profile's password_command does not end."
    case .command(0?): "The profile's password_command prints nothing."
    case .command(let status?): "The profile's password_command failed with status \(status)."
    case .file(let path, ELOOP): "\(path) is a link, which is not followed: remove it and log in again."
    case .file(let path, let code): "\(path): \(String(cString: strerror(code)))."
    case .readableByOthers(let path): "Others can read or change \(path): chmod 600 it, or remove it and log in again."
    case .damaged(let path): "\(path) cannot be understood: remove it and log in again."
    case .unconfirmed(let command):
      "Log in with your password (S, then L). The book names a command for the login that was not set on this computer, so it "
        + "does not run: “\(command.prefix(200))”. If it is yours, set it in the sync settings (S, then o)."
    case .variableWithoutServer:
      "CRM_REFRESH_TOKEN is not used: CRM_SERVER must name the server it is for, such as https://crm.example.org."
    case .silentKeyring:
      "The keyring does not answer, so that the login in it can be neither read nor removed: unlock it and try again."
    }
  }
}

/// A refresh token, and where it is.
package struct Secret: Hashable, Sendable, CustomStringConvertible {
  package let token: String
  package internal(set) var place: SecretPlace
  /// Tells the given token apart that this one is, or is a successor of; nil if it began with a login here.
  fileprivate let beginning: String?
  /// The mark where a token should have been given and was not.
  fileprivate static let nothing = "nothing"

  fileprivate init(token: String, place: SecretPlace, beginning: String?) {
    self.token = token
    self.place = place
    self.beginning = beginning
  }

  fileprivate init(given token: String, place: SecretPlace) {
    self.init(token: token, place: place, beginning: Digest.of(token))
  }

  /// As `text` has it.
  fileprivate init?(_ text: String, place: SecretPlace) {
    guard case .object(let members)? = WireJSON.parse(Array(text.utf8)), case .string(let token)? = members["refresh"]
    else { return nil }
    if case .string(let mark)? = members["beginning"] {
      self.init(token: token, place: place, beginning: mark)
    } else {
      self.init(token: token, place: place, beginning: nil)
    }
  }

  /// Without the token, wherever it is printed.
  package var description: String { "secret, \(place)" }

  fileprivate var text: String {
    var members: [String: JSONValue] = ["refresh": .string(token)]
    if let beginning { members["beginning"] = .string(beginning) }
    return JSONValue.object(members).text
  }
}

/// FNV-1a: tells tokens apart, and is kept only beside one.
private enum Digest {
  static func of(_ text: String) -> String {
    String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
  }
}
