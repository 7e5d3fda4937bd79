import CRMDomain
import Glibc

/// Where the refresh token of one profile is found and kept. The access token is kept nowhere, the password neither.
///
/// A token comes from the profile's command, from `CRM_REFRESH_TOKEN`, or from what was kept. Servers replace it at each
/// use, and neither a command nor a variable can be written back to: its successors are kept with a mark of the one they
/// began with, and count as long as that one is still what is given.
package struct SecretStore: Sendable {
  private let profile: String
  private let command: String?
  private let environment: [String: String]
  private let file: SecretFile
  private let keyring: Keyring

  /// `folder` is made when something is first kept in it. `command` is a line for the shell that prints the token.
  package init(profile: String, folder: String, command: String? = nil, environment: [String: String]) {
    self.profile = profile
    self.command = command
    self.environment = environment
    file = SecretFile(folder: folder, name: "login-" + PercentCode.encode(profile))
    keyring = Keyring(profile: profile, environment: environment)
  }

  /// The token to use, or nil if there is none.
  ///
  /// - Throws: `SecretProblem`.
  package func read() throws(SecretProblem) -> Secret? {
    let kept = try kept()
    guard let given = try given() else { return kept }
    return kept?.beginning == given.beginning ? kept : given
  }

  /// Keeps a token, so that it is there whatever happens next. `last` is the one it was got for, nil after a login.
  ///
  /// - Throws: `SecretProblem`; the token must not be used then.
  package func keep(_ token: String, after last: Secret?) throws(SecretProblem) -> Secret {
    var secret = Secret(token: token, place: .keyring, beginning: last?.beginning)
    if keyring.keep(secret.text) {
      // An older token in the file would be taken for a newer one.
      try file.remove()
      return secret
    }
    try file.write(secret.text)
    secret.place = .file(file.path)
    return secret
  }

  /// Forgets what was kept; what a command or the environment gives is not ours.
  package func forget() throws(SecretProblem) {
    keyring.forget()
    try file.remove()
  }

  private func given() throws(SecretProblem) -> Secret? {
    if let command { return Secret(given: try Self.output(of: command, environment), place: .command) }
    guard let token = environment["CRM_REFRESH_TOKEN"]?.trimmed, !token.isEmpty else { return nil }
    return Secret(given: token, place: .environment)
  }

  /// The file is written only when the keyring does not answer, so what it holds is the newer of the two.
  private func kept() throws(SecretProblem) -> Secret? {
    if let text = try file.read() {
      guard let secret = Secret(text, place: .file(file.path)) else { throw .damaged(file.path) }
      return secret
    }
    return keyring.read().flatMap { Secret($0, place: .keyring) }
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
}

/// Why a token cannot be read or kept. It never holds one.
package enum SecretProblem: Error, Hashable, Sendable {
  /// It ended with that status, or not at all; with 0 it printed nothing.
  case command(status: Int32?)
  case file(String, errno: Int32)
  case readableByOthers(String)
  case damaged(String)

  package var sentence: String {
    switch self {
    case .command(nil): "The profile's password_command does not end."
    case .command(0?): "The profile's password_command prints nothing."
    case .command(let status?): "The profile's password_command failed with status \(status)."
    case .file(let path, ELOOP): "\(path) is a link, which is not followed: remove it and log in again."
    case .file(let path, let code): "\(path): \(String(cString: strerror(code)))."
    case .readableByOthers(let path): "Others can read or change \(path): chmod 600 it, or remove it and log in again."
    case .damaged(let path): "\(path) cannot be understood: remove it and log in again."
    }
  }
}

/// A refresh token, and where it is.
package struct Secret: Hashable, Sendable, CustomStringConvertible {
  package let token: String
  package internal(set) var place: SecretPlace
  /// Tells the given token apart that this one is, or is a successor of; nil if it began with a login here.
  fileprivate let beginning: String?

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
