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

      --meet says what becomes of records that are here already: email (the same address is the same record), both
      (everything is made there too), fetch (only what is there comes in).

        crm login crm.example.org --user mara
        crm login http://localhost:8000 --user rep --meet both
        crm login crm.example.org --user mara --without tasks
        pass show crm | crm login crm.example.org --user mara
      """)

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
    help: ArgumentHelp("A kind that is neither fetched nor sent: leads, contacts, deals or tasks.", valueName: "kind"))
  var without: [KindArgument] = []
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let store = try database.open()
    let name = account.profile ?? SyncProfile.firstName
    let before = try store.read { try $0.syncProfile(named: name) }
    var settings = before?.settings ?? SyncProfile.Settings()
    settings.server = server
    settings.isInsecure = insecure
    settings.caFile = caFile.map(FilePath.expanded) ?? settings.caFile
    for kind in without.map(\.kind) where !kind.isOnServers {
      throw CommandProblem(
        "crm: \(Counted.many(kind)) are never synchronised; --without takes leads, contacts, deals or tasks.")
    }
    if !without.isEmpty { settings.leavesOut = Set(without.map(\.kind)) }
    settings.user = try user ?? SecretPrompt.line("User: ", shows: true)
    let password = try SecretPrompt.line("Password: ", shows: false)
    let login = try logIn(settings, password, store.now)
    let note = try SyncLine.system.keep(login, as: name, store)
    let profile = try account.profile(in: store)
    let isOpen = before?.settings.asksAboutMeeting ?? true
    let count = isOpen ? try SyncLine.meet(meet.choice, profile, store) : 0
    try Output.print { output in
      try output.line("Logged in as \(TextWidth.sanitised(login.name)). \(TextWidth.sanitised(note))")
      if count > 0 { try output.line("\(count) records of this book are to be sent. `crm sync --dry-run` shows them.") }
      try output.line("`crm sync` exchanges changes; the full-screen program does it by itself.")
    }
  }

  private func logIn(_ settings: SyncProfile.Settings, _ password: String, _ now: Instant) throws -> Login {
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
      """)

  @Flag(help: "Forget also what is known of the server.") var forget = false
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let store = try database.open()
    let profile = try account.profile(in: store)
    try SyncLine.system.forget(profile)
    if forget { try store.transact("") { try $0.removeSyncProfile(profile.name) } }
    try Output.print { try $0.line("Logged out of \(TextWidth.sanitised(profile.settings.server)).") }
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
