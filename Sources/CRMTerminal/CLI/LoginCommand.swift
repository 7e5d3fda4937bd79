import ArgumentParser
import CRMDomain
import CRMStore
import CRMSync
import Foundation
import TerminalKit

/// Which account a command is about.
struct ProfileOption: ParsableArguments {
  @Option(help: ArgumentHelp("The account, if there are several.", valueName: "name")) var profile: String?

  /// - Throws: `CommandProblem` if there is none, or more than one and none was named.
  func profile(in store: CRMStore) throws -> SyncProfile {
    let all = try store.read { try $0.syncProfiles() }
    if let name = profile {
      guard let found = all.first(where: { $0.name == name }) else {
        throw CommandProblem("crm: there is no account called \(TextWidth.sanitised(name)).")
      }
      return found
    }
    guard let only = all.first else {
      throw CommandProblem("crm: there is no server yet. `crm login URL` logs in to one.", exitCode: .needsLogin)
    }
    guard all.count == 1 else {
      let names = all.map { TextWidth.sanitised($0.name) }.joined(separator: ", ")
      throw CommandProblem("crm: there are several accounts: \(names). Name one with --profile.")
    }
    return only
  }
}

struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Log in to a server, to keep the same records as it.",
    discussion: """
      The password is asked for, or read from standard input where that is no terminal; it is kept nowhere. What is kept
      is a token, in the keyring if there is one, else in a file that only you can read; the book has none of it.

      Another server, or another user, is a further account of the book, with a name of its own. With --moved the account
      that is there keeps what it knows of its records: they are at this address, or under this name, from now on.

      --meet says what becomes of records that are here already: email (the same address is the same record), both
      (everything is made there too), fetch (only what is there comes in).

        crm login crm.example.org --user mara
        crm login http://localhost:8000 --user rep --meet both
        crm login crm.example.org --user mara --without tasks
        pass show crm | crm login crm.example.org --user mara
        crm login crm.example.org --user mara --password-command "pass show crm-token"
      """.reflowed)

  enum Meeting: String, ExpressibleByArgument, CaseIterable {
    case email, both, fetch

    var choice: SyncProfile.FirstMeeting {
      switch self {
      case .email: .matchByEmail
      case .both: .keepBoth
      case .fetch: .fetchOnly
      }
    }
  }

  @Argument(help: ArgumentHelp("The address of the server.", valueName: "url")) var server: String
  @Option(help: "Your name there.") var user: String?
  @Option(help: "The code of your second factor.") var code: String?
  @Option(help: "What becomes of records that are here already.") var meet: Meeting = .email
  @Option(name: .customLong("ca"), help: ArgumentHelp("Certificates to trust.", valueName: "file")) var caFile: String?
  @Flag(help: "Allow plain http to another machine.") var insecure = false
  @Option(
    help: ArgumentHelp("A command that prints a refresh token: no password is asked for.", valueName: "command"))
  var passwordCommand: String?
  @Flag(help: "The server of the account, with the same records, is at this address now.") var moved = false
  @Option(
    help: ArgumentHelp("A kind that is neither fetched nor sent: leads, contacts, deals or tasks.", valueName: "kind"))
  var without: [KindArgument] = []
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    for kind in without.map(\.kind) where !kind.isOnServers {
      throw CommandProblem(
        "crm: \(Counted.many(kind)) are never synchronised; --without takes leads, contacts, deals or tasks.")
    }
    let store = try database.open()
    let address = try address()
    let user = try user ?? SecretPrompt.line("User: ", shows: true)
    let account = try accountOfLogin(address, user, store)
    let login = try login(settings(account, address, user), store.now)
    let (profile, note) = try SyncLine.system.keep(login, of: account, store)
    let count = profile.settings.asksAboutMeeting ? try SyncLine.meet(meet.choice, profile, store) : 0
    try Output.print { output in
      try output.line("Logged in as \(TextWidth.sanitised(login.name)). \(TextWidth.sanitised(note))")
      if count > 0 { try output.line("\(count) records of this book are to be sent. `crm sync --dry-run` shows them.") }
      if account.isFurther, account.name != SyncProfile.firstName {
        try output.line("The account is called \(TextWidth.sanitised(account.name)): --profile names it.")
      }
      try output.line("`crm sync` exchanges changes; the full-screen program does it by itself.")
    }
  }

  private func address() throws -> String {
    do { return try ServerAddress(typed: server, allowsUnencrypted: insecure).text } catch { throw SyncFailure(error) }
  }

  /// Known before anything is asked or written.
  private func accountOfLogin(_ server: String, _ user: String, _ store: CRMStore) throws -> LoginAccount {
    let all = try store.read { try $0.syncProfiles() }
    let found = LoginAccount(server, user, among: all)
    let name = account.profile
    if found.known != nil {
      guard name == nil || name == found.name else {
        throw CommandProblem("crm: that login is the account called \(TextWidth.sanitised(found.name)).")
      }
      return found
    }
    if moved { return LoginAccount(moved: try account.profile(in: store)) }
    guard let name else { return found }
    guard let other = all.first(where: { $0.name == name })?.settings else { return LoginAccount(further: name) }
    throw CommandProblem(
      "crm: the account \(TextWidth.sanitised(name)) is \(TextWidth.sanitised("\(other.user) at \(other.server)")). "
        + "Another name makes a further account; --moved says that the same records are at the new address.")
  }

  private func settings(_ account: LoginAccount, _ server: String, _ user: String) -> SyncProfile.Settings {
    var settings = account.known?.settings ?? SyncProfile.Settings()
    (settings.server, settings.user, settings.isInsecure) = (server, user, insecure)
    settings.caFile = caFile ?? settings.caFile
    settings.passwordCommand = passwordCommand ?? settings.passwordCommand
    if !without.isEmpty { settings.leavesOut = Set(without.map(\.kind)) }
    if account.isFurther { settings.asksAboutMeeting = true }
    return settings
  }

  private func login(_ settings: SyncProfile.Settings, _ now: Instant) throws -> Login {
    guard passwordCommand == nil else { return Login(settings: settings, token: nil, name: settings.user) }
    let password = try SecretPrompt.line("Password: ", shows: false)
    var (code, challenge): (String?, String?) = (code, nil)
    while true {
      switch try SyncLine.system.logIn(settings, password: password, code: code, challenge: challenge, now: now) {
      case .done(let login): return login
      case .needsCode(let given):
        challenge = given
        code = try SecretPrompt.line("Code: ", shows: true)
      }
    }
  }
}

struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Forget the login of a server.",
    discussion: """
      What waits to be sent is kept for the next login. With --forget, which records the server has is forgotten too; the
      records stay.

        crm logout
        crm logout --forget
      """.reflowed)

  @Flag(help: "Forget also what is known of the server.") var forget = false
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let store = try database.open()
    let profile = try account.profile(in: store)
    let giver: SecretPlace?
    do { giver = try SyncLine.system.secrets(profile.settings).forget() } catch { throw SyncFailure(error) }
    if forget { try store.transact("") { try $0.removeSyncProfile(profile.name) } }
    let more = giver.map { " " + $0.afterLogout } ?? ""
    try Output.print { try $0.line("Logged out of \(TextWidth.sanitised(profile.settings.server)).\(more)") }
  }
}

/// A line typed at the terminal, also where standard input is something else; or a line of standard input.
enum SecretPrompt {
  static func line(_ prompt: String, shows: Bool) throws -> String {
    guard isatty(STDIN_FILENO) == 1 else {
      guard let line = readLine() else { throw CommandProblem("crm: standard input has no line for “\(prompt)”.") }
      return line
    }
    FileHandle.standardError.write(Data(prompt.utf8))
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var quiet = before
    if !shows { quiet.c_lflag &= ~tcflag_t(ECHO) }
    // With SIGINT the shell's terminal would stay without echo.
    quiet.c_lflag &= shows ? quiet.c_lflag : ~tcflag_t(ISIG)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    let line = readLine()
    if !shows { FileHandle.standardError.write(Data("\n".utf8)) }
    guard let line, !line.contains("\u{3}") else { throw ExitCode(130) }
    return line
  }
}

extension ExitCode {
  static let conflicts = ExitCode(2)
  static let refused = ExitCode(3)
  static let offline = ExitCode(4)
  static let needsLogin = ExitCode(5)
}
