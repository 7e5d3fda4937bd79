/// The desktop's Secret Service, through `secret-tool` (libsecret) if it is there and answers within a second.
struct Keyring: Sendable {
  /// What it says when it is asked for a secret.
  enum Answer: Hashable, Sendable {
    case secret(String)
    /// It has none, or this computer has no keyring.
    case none
    /// Nobody answered: it may have one.
    case silence
  }

  private let profile: String
  private let environment: [String: String]
  private var attributes: [String] { ["application", "mycrm", "profile", profile] }
  private var tool: String? { Subprocess.find("secret-tool", environment) }

  init(profile: String, environment: [String: String]) {
    self.profile = profile
    self.environment = environment
  }

  func read() -> Answer {
    guard let tool else { return .none }
    guard let output = run(tool, ["lookup"] + attributes) else { return .silence }
    if output.status == 0, !output.text.isEmpty { return .secret(output.text) }
    // Where it has none, it ends with 1 and prints nothing.
    return output.status <= 1 && output.text.isEmpty ? .none : .silence
  }

  /// False if nobody answers. The secret goes through a pipe: arguments can be seen by others.
  func keep(_ secret: String) -> Bool {
    guard let tool else { return false }
    return run(tool, ["store", "--label=MyCRM login, \(profile)"] + attributes, input: secret)?.status == 0
  }

  /// False if it may still have the secret.
  func forget() -> Bool {
    guard let tool else { return true }
    return run(tool, ["clear"] + attributes)?.status == 0 || read() == .none
  }

  private func run(_ tool: String, _ arguments: [String], input: String = "") -> Subprocess.Output? {
    Subprocess.run([tool] + arguments, environment: environment, input: input, within: .seconds(1))
  }
}
