import CRMDomain
import CRMStore

/// Who somebody says to be. The password goes to the server and nowhere else.
package struct Credentials: Sendable, CustomStringConvertible {
  package var username: String
  package var password: String
  /// From a second factor, with what the server handed out to go with it.
  package var code: String?
  package var challenge: String?

  package init(username: String, password: String) {
    self.username = username
    self.password = password
  }

  package var description: String { "credentials of \(username)" }

  /// v1 names no field for the code of a second factor; it ignores those it does not know, so all usual names are sent.
  package var request: HTTPRequest {
    var body: [String: JSONValue] = ["username": .string(username), "password": .string(password)]
    if let code { for name in ["code", "otp", "token"] { body[name] = .string(code) } }
    if let challenge { body["temp_token"] = .string(challenge) }
    return HTTPRequest(.post, "/api/auth/login/", json: .object(body))
  }
}

/// The user a server knows somebody as.
package struct Account: Hashable, Sendable {
  package let id: Int64
  package let username: String
  package let fullName: String
}

/// What came of a login (V1 contract, section 4).
package enum LoginOutcome: Hashable, Sendable {
  case loggedIn(Session, Account)
  /// The password is right, and a code is wanted with it.
  case needsCode(challenge: String?)
  case refused(Refusal)
  /// Too many logins from here.
  case limited(until: Instant?)
  case failed(status: Int)
  /// The server says it is elsewhere. Nothing was sent there.
  case elsewhere(String)
  /// Something answers, but it is no v1 server.
  case foreign
  case unreachable(TransportProblem)

  package init(_ credentials: Credentials, over transport: some Transport, now: Instant) {
    do throws(TransportProblem) {
      self.init(try transport.send(credentials.request), now: now)
    } catch {
      self = .unreachable(error)
    }
  }

  package init(_ response: HTTPResponse, now: Instant) {
    switch Verdict(response, now: now) {
    case .success: self = LoginOutcome.success(response, now: now)
    case .refused(let refusal): self = .refused(refusal)
    case .unauthorised: self = .refused(Refusal(response.body))
    case .forbidden(let refusal): self = LoginOutcome.forbidden(response, refusal, now: now)
    case .throttled(let until): self = .limited(until: until)
    case .failed: self = .failed(status: response.status)
    case .notFound, .missing, .outdated, .tooLarge, .foreign:
      let isRedirect = (300..<400).contains(response.status)
      self = isRedirect ? response.headers["Location"].map { .elsewhere($0) } ?? .foreign : .foreign
    }
  }

  private static func success(_ response: HTTPResponse, now: Instant) -> LoginOutcome {
    guard case .object(let answer)? = WireJSON.parse(response.body) else { return .foreign }
    guard let tokens = AccessToken(response.body, now: now) else {
      return .needsCode(challenge: answer["temp_token"]?.text)
    }
    guard let refresh = tokens.refresh, let account = Account(answer["user"]) else { return .foreign }
    var session = Session(refresh: refresh)
    session.access = tokens.access
    session.accessEnds = tokens.ends
    return .loggedIn(session, account)
  }

  /// The limiter of logins says no more than `detail`; what is wrong with an account is said under `error`.
  private static func forbidden(_ response: HTTPResponse, _ refusal: Refusal, now: Instant) -> LoginOutcome {
    guard case .object(let answer)? = WireJSON.parse(response.body), answer["error"] == nil else {
      return .refused(refusal)
    }
    return .limited(until: RetryTime.of(response, now: now))
  }

  /// For a person: what happened and what to do. nil if nothing is to be done.
  package var sentence: String? {
    switch self {
    case .loggedIn: nil
    case .needsCode: "The server asks for the code of the second factor."
    case .refused(let refusal): LoginOutcome.words(refusal)
    case .limited(let until):
      "The server takes no more logins from here for now; try again "
        + (until.map { "after \($0.iso)." } ?? "in an hour.")
    case .failed(let status):
      "The server failed (\(status)). Some do when the name or the password is wrong: check both and try again."
    case .elsewhere(let location): "The server says it is at \(location). If that is right, use that address."
    case .foreign: "What answers at that address is not a MyCRM server. Check the address and what comes before /api/."
    case .unreachable(let problem): problem.sentence
    }
  }

  private static func words(_ refusal: Refusal) -> String {
    let fields = refusal.fields.sorted { $0.key < $1.key }.map { "\($0.key): " + $0.value.joined(separator: " ") }
    let words = (refusal.general + fields).joined(separator: " ")
    return "The server says no: " + (words.isEmpty ? "the name or the password is wrong." : words)
  }
}

extension Account {
  fileprivate init?(_ json: JSONValue?) {
    guard case .object(let user)? = json, case .integer(let id)? = user["id"] else { return nil }
    self.id = Int64(id)
    username = user["username"]?.text ?? ""
    fullName = user["full_name"]?.text ?? username
  }
}

extension JSONValue {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
