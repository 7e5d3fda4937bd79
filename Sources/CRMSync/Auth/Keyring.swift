/// The desktop's Secret Service, through `secret-tool` (libsecret) if it is there and answers within a second.
struct Keyring: Sendable {
  private let profile: String
  private let environment: [String: String]
  private var attributes: [String] { ["application", "mycrm", "profile", profile] }

  init(profile: String, environment: [String: String]) {
    self.profile = profile
    self.environment = environment
  }

  /// nil if there is none, or nobody answers.
  func read() -> String? {
    guard let text = run(["lookup"] + attributes), !text.isEmpty else { return nil }
    return text
  }

  /// False if nobody answers. The secret goes through a pipe: arguments can be seen by others.
  func keep(_ secret: String) -> Bool {
    run(["store", "--label=MyCRM login, \(profile)"] + attributes, input: secret) != nil
  }

  func forget() { _ = run(["clear"] + attributes) }

  private func run(_ arguments: [String], input: String = "") -> String? {
    guard let tool = Subprocess.find("secret-tool", environment) else { return nil }
    let output = Subprocess.run([tool] + arguments, environment: environment, input: input, within: .seconds(1))
    return output?.status == 0 ? output?.text : nil
  }
}
