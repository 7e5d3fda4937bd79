import CRMSync
import Foundation
import Testing

/// Where the refresh token is kept. The keyring is a script: what it does is what `secret-tool` does.
@Suite(.timeLimit(.minutes(1))) final class SecretStoreTests {
  private let folder: String
  private var secrets: String { folder + "/state/mycrm/logins" }
  private var file: String { secrets + "/login-work" }
  private var environment = ["PATH": "/nowhere", "CRM_SERVER": "crm.example.org"]

  init() throws {
    folder = NSTemporaryDirectory() + "/secrets-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func store(_ profile: String = "work", command: String? = nil) -> SecretStore {
    SecretStore(
      profile: profile, server: "https://crm.example.org", folder: secrets, command: command, environment: environment)
  }

  /// Puts a `secret-tool` on the path that keeps what it is given in a file of ours.
  private func installKeyring(_ script: String? = nil) throws {
    let kept = folder + "/keyring"
    let usual = """
      #!/bin/sh
      verb=$1; shift
      [ "$verb" = store ] && shift
      case "$verb" in
        store) /bin/cat >"\(kept)-$4" ;;
        lookup) /bin/cat "\(kept)-$4" 2>/dev/null || exit 1 ;;
        clear) /bin/rm -f "\(kept)-$4" ;;
      esac
      """
    try (script ?? usual).write(toFile: folder + "/secret-tool", atomically: true, encoding: .utf8)
    #expect(chmod(folder + "/secret-tool", 0o755) == 0)
    environment["PATH"] = folder
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func withoutAKeyringItIsInAFileOfTheOwnersAlone() throws {
    #expect(try store().read() == nil)
    let kept = try store().keep("one", after: nil)
    #expect(kept.place == .file(file) && kept.place.note.contains("not encrypted"))
    #expect(mode(file) == 0o600 && mode(secrets) == 0o700)
    #expect(try store().read() == kept && kept.token == "one")
    #expect(try store("home").read() == nil, "profiles have their own")
    _ = try store().keep("two", after: kept)
    #expect(try store().read()?.token == "two")
    #expect(try FileManager.default.contentsOfDirectory(atPath: secrets) == ["login-work"])
    try store().forget()
    #expect(try store().read() == nil)
  }

  @Test func aProfileCannotNameAnotherFolder() throws {
    _ = try store("../../x").keep("one", after: nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: secrets) == ["login-..%2F..%2Fx"])
  }

  @Test func aKeyringThatAnswersHasItAndTheFileIsGone() throws {
    _ = try store().keep("one", after: nil)
    try installKeyring()
    #expect(try store().read()?.token == "one")
    let kept = try store().keep("two", after: nil)
    #expect(kept.place == .keyring && !FileManager.default.fileExists(atPath: file))
    #expect(try store().read() == kept)
    try store().forget()
    #expect(try store().read() == nil)
  }

  @Test(arguments: ["#!/bin/sh\nexec /bin/sleep 600", "#!/bin/sh\nexit 1", "#!/nowhere/sh", "#!/bin/sh\nkill -9 $$"])
  func aKeyringThatDoesNotAnswerIsDoneWithout(_ script: String) throws {
    try installKeyring(script)
    #expect(try store().keep("one", after: nil).place == .file(file))
    #expect(try store().read()?.token == "one")
  }

  @Test func theVariableComesBeforeWhatIsKept() throws {
    _ = try store().keep("kept", after: nil)
    environment["CRM_REFRESH_TOKEN"] = " given\n"
    let secret = try #require(try store().read())
    #expect(secret.token == "given" && secret.place == .environment)
  }

  @Test func theSuccessorsOfAGivenTokenCountUntilAnotherIsGiven() throws {
    environment["CRM_REFRESH_TOKEN"] = "given"
    let second = try store().keep("second", after: store().read())
    let third = try store().keep("third", after: second)
    #expect(try store().read() == third && third.token == "third")
    environment["CRM_REFRESH_TOKEN"] = "given anew"
    #expect(try store().read()?.token == "given anew")
    environment["CRM_REFRESH_TOKEN"] = ""
    #expect(try store().read()?.token == "third")
  }

  @Test func theCommandComesBeforeTheVariable() throws {
    environment["CRM_REFRESH_TOKEN"] = "given"
    let secret = try #require(try confirmed("printf '%s\\nand more' said").read())
    #expect(secret.token == "said" && secret.place == .command)
    #expect(throws: SecretProblem.command(status: 3)) { try confirmed("exit 3").read() }
    #expect(throws: SecretProblem.command(status: 0)) { try confirmed("true").read() }
  }

  /// Whose command was set on this computer.
  private func confirmed(_ command: String) throws -> SecretStore {
    let store = store(command: command)
    try store.confirmCommand()
    return store
  }

  /// A book comes from a colleague, or from an attachment: what it says must not run.
  @Test func aCommandThatWasNotSetOnThisComputerDoesNotRun() throws {
    let command = "echo ran >\(folder)/ran; echo token"
    _ = try confirmed("echo token")
    let problem = SecretProblem.unconfirmed(command)
    #expect(throws: problem) { try store(command: command).read() }
    #expect(problem.sentence.contains(command) && problem.sentence.contains("sync settings"))
    _ = try store(command: command).keep("by hand", after: nil)
    #expect(try store(command: command).read()?.token == "by hand")
    #expect(!FileManager.default.fileExists(atPath: folder + "/ran"))
    #expect(try confirmed(command).read()?.token == "token")
    #expect(FileManager.default.fileExists(atPath: folder + "/ran"))
    #expect(mode(secrets + "/command-work") == 0o600)
    #expect(throws: SecretProblem.unconfirmed("echo token ")) { try store("home", command: "echo token ").read() }
    try store().confirmCommand()
    #expect(try !store(command: command).isCommandConfirmed)
  }

  @Test(arguments: [nil, "", "not a server", "https://crm.example.org:x"] as [String?])
  func aVariableThatSaysForNoServerIsNotUsed(_ server: String?) throws {
    environment["CRM_REFRESH_TOKEN"] = "given"
    environment["CRM_SERVER"] = server
    #expect(throws: SecretProblem.variableWithoutServer) { try store().read() }
    _ = try store().keep("by hand", after: nil)
    #expect(try store().read()?.token == "by hand")
  }

  @Test(arguments: ["evil.example.org", "http://crm.example.org", "https://crm.example.org/other"])
  func aVariableForAnotherServerIsNotForThisOne(_ server: String) throws {
    (environment["CRM_REFRESH_TOKEN"], environment["CRM_SERVER"]) = ("given", server)
    #expect(try store().read() == nil)
    #expect(try store().forget() == nil)
  }

  /// A revoked token of a command or a variable would lock the rep out for ever.
  @Test func aLoginByHandComesBeforeWhatIsGivenAtTheTime() throws {
    environment["CRM_REFRESH_TOKEN"] = "revoked"
    let byHand = try store().keep("by hand", after: nil)
    #expect(try store().read() == byHand && byHand.token == "by hand")
    #expect(try store().keep("after that", after: byHand) == store().read())
    environment["CRM_REFRESH_TOKEN"] = "another"
    #expect(try store().read()?.token == "another")
  }

  @Test func aLoginByHandComesBeforeACommandThatFails() throws {
    let broken = try confirmed("exit 1")
    _ = try broken.keep("by hand", after: nil)
    #expect(try broken.read()?.token == "by hand")
    #expect(try confirmed("echo works").read()?.token == "works")
  }

  @Test func loggingOutSaysWhatGivesALoginAllTheSame() throws {
    #expect(try confirmed("echo token").forget() == .command)
    #expect(try store(command: "another").forget() == nil)
    environment["CRM_REFRESH_TOKEN"] = "given"
    #expect(try store().forget() == .environment)
  }

  @Test(arguments: ["exec /bin/sleep 600", "exit 2", "kill -9 $$", "echo locked; exit 1"])
  func aKeyringThatDoesNotAnswerIsNotTakenForAnEmptyOne(_ script: String) throws {
    try installKeyring("#!/bin/sh\n" + script)
    #expect(throws: SecretProblem.silentKeyring) { try store().read() }
    #expect(throws: SecretProblem.silentKeyring) { try store().forget() }
  }

  @Test func anEmptyKeyringHasNoLogin() throws {
    try installKeyring()
    #expect(try store().read() == nil)
    #expect(try store().forget() == nil)
  }

  @Test func aLinkIsNotFollowed() throws {
    _ = try store().keep("one", after: nil)
    try FileManager.default.moveItem(atPath: file, toPath: folder + "/elsewhere")
    #expect(symlink(folder + "/elsewhere", file) == 0)
    #expect(throws: SecretProblem.file(file, errno: ELOOP)) { try store().read() }
    _ = try store().keep("two", after: nil)
    #expect(try store().read()?.token == "two")
    let elsewhere = try String(contentsOfFile: folder + "/elsewhere", encoding: .utf8)
    #expect(elsewhere.contains("one"), "the link was replaced, not what it led to")
  }

  @Test func whatOthersCanReadIsNotTrusted() throws {
    _ = try store().keep("one", after: nil)
    chmod(file, 0o644)
    #expect(throws: SecretProblem.readableByOthers(file)) { try store().read() }
    chmod(secrets, 0o755)
    _ = try store().keep("two", after: nil)
    #expect(mode(secrets) == 0o700 && mode(file) == 0o600)
  }

  @Test func aFolderThatIsALinkIsNotWrittenInto() throws {
    try FileManager.default.createDirectory(atPath: folder + "/state/mycrm", withIntermediateDirectories: true)
    #expect(symlink(folder, secrets) == 0)
    #expect(throws: SecretProblem.readableByOthers(secrets)) { try store().keep("one", after: nil) }
  }

  @Test func aDamagedFileIsSaidAndALongTokenIsWhole() throws {
    _ = try store().keep("one", after: nil)
    try Data("{".utf8).write(to: URL(fileURLWithPath: file))
    chmod(file, 0o600)
    #expect(throws: SecretProblem.damaged(file)) { try store().read() }
    let long = String(repeating: "x", count: 8000)
    _ = try store().keep(long, after: nil)
    #expect(try store().read()?.token == long)
  }

  @Test func noSecretPrintsItsToken() throws {
    let secret = try store().keep("hidden", after: nil)
    #expect(!"\(secret)".contains("hidden") && !secret.place.note.contains("hidden"))
  }
}
