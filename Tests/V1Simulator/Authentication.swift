import CRMDomain
import CRMStore
import CRMSync

/// Which tokens were given and which are burnt.
struct Sessions: Hashable, Sendable {
  /// What each token says, by its text.
  var issued: [String: Claims] = [:]
  var blacklisted: Set<String> = []
  /// Tokens issued before this moment are void.
  var validFrom = Instant(microseconds: .min)

  struct Claims: Hashable, Sendable {
    let type: String
    let user: Int
    let issuedAt: Instant
    let endsAt: Int64
  }
}

/// A refusal as a response.
struct Refusal: Error {
  let response: HTTPResponse
}

extension V1Server {
  /// Voids every token given so far, as a changed signing key does.
  package mutating func revokeSessions() { sessions.validFrom = now }

  mutating func auth(_ request: HTTPRequest, _ parts: [String]) -> HTTPResponse {
    switch (parts[0], parts.count, request.method) {
    case ("login", 1, .post): return login(request)
    case ("refresh", 1, .post): return refresh(request)
    case ("login", 1, _), ("refresh", 1, _): return .notAllowed(request)
    case ("users", 1...2, .get): return usersAnswer(request, parts.count == 2 ? parts[1] : nil)
    default: return .page404
    }
  }

  private mutating func login(_ request: HTTPRequest) -> HTTPResponse {
    if limits.loginIsExhausted(limit: quirks.loginLimit, now: now) {
      return HTTPResponse(403, json: .detail("You do not have permission to perform this action."))
    }
    let body: [String: JSONValue]
    switch object(request) {
    case .failure(let refusal): return refusal.response
    case .success(let members): body = members
    }
    var missing: [String: JSONValue] = [:]
    for name in ["username", "password"] where body[name] == nil {
      missing[name] = .array([.string("This field is required.")])
    }
    guard missing.isEmpty else { return HTTPResponse(400, json: .object(missing)) }
    guard
      let user = users.first(where: {
        .string($0.username) == body["username"] && .string($0.password) == body["password"] && $0.isActive
      })
    else {
      guard quirks.wrongPasswordStatus != 500 else { return .page500 }
      let errors = JSONValue.object(["non_field_errors": .array([.string("Invalid credentials.")])])
      return HTTPResponse(quirks.wrongPasswordStatus, json: errors)
    }
    if let code = quirks.secondFactor, body["code"] != .string(code) {
      let wanted: JSONValue = .object([
        "message": .string("2FA verification required"), "temp_token": .string("t\(user.id)"),
        "user_id": .integer(user.id),
      ])
      return HTTPResponse(200, json: wanted)
    }
    return HTTPResponse(
      200,
      json: .object([
        "access": .string(token("access", user.id, quirks.accessSeconds)),
        "refresh": .string(token("refresh", user.id, quirks.refreshSeconds)), "user": user.whole,
      ]))
  }

  private mutating func refresh(_ request: HTTPRequest) -> HTTPResponse {
    let body: [String: JSONValue]
    switch object(request) {
    case .failure(let refusal): return refusal.response
    case .success(let members): body = members
    }
    guard let given = body["refresh"]?.string else {
      return HTTPResponse(400, json: .object(["refresh": .array([.string("This field is required.")])]))
    }
    guard case .valid(let claims) = check(given), claims.type == "refresh", !sessions.blacklisted.contains(given),
      users.contains(where: { $0.id == claims.user && $0.isActive })
    else {
      let body = ["detail": JSONValue.string("Token is invalid"), "code": .string("token_not_valid")]
      return HTTPResponse(401, json: .object(body))
    }
    let id = claims.user
    var answer = ["access": JSONValue.string(token("access", id, quirks.accessSeconds))]
    if quirks.rotatesRefresh {
      answer["refresh"] = .string(token("refresh", id, quirks.refreshSeconds))
      if quirks.blacklistsRefresh { sessions.blacklisted.insert(given) }
    }
    return HTTPResponse(200, json: .object(answer))
  }

  private func usersAnswer(_ request: HTTPRequest, _ part: String?) -> HTTPResponse {
    let me: V1User
    switch authenticate(request) {
    case .failure(let refusal): return refusal.response
    case .success(let user): me = user
    }
    let visible = me.isAdmin ? users : [me]
    guard let part else { return page(visible.map(\.whole), request) }
    if part == "me" { return HTTPResponse(200, json: me.whole) }
    guard let user = visible.first(where: { String($0.id) == part }) else {
      return HTTPResponse(404, json: .detail("No User matches the given query."))
    }
    return HTTPResponse(200, json: user.whole)
  }

  // MARK: Tokens

  private mutating func token(_ type: String, _ user: Int, _ seconds: Int64) -> String {
    let claims: JSONValue = .object([
      "token_type": .string(type), "exp": .integer(Int(now.seconds + seconds)), "iat": .integer(Int(now.seconds)),
      "jti": .string("\(sessions.issued.count + 1)"), "user_id": .string("\(user)"),
      "us": .integer(Int(now.microseconds % 1_000_000)),
    ])
    let text =
      Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "." + Base64URL.encode(Array(claims.text.utf8))
    let token = text + "." + signature(text)
    sessions.issued[token] = .init(type: type, user: user, issuedAt: now, endsAt: now.seconds + seconds)
    return token
  }

  private func signature(_ text: String) -> String { Base64URL.encode(Array(Digest.of("secret\(text)".utf8).utf8)) }

  private enum Check {
    case valid(Sessions.Claims)
    case refused(String)
  }

  private func check(_ token: String) -> Check {
    guard let claims = sessions.issued[token], claims.issuedAt >= sessions.validFrom else {
      return .refused("Token is invalid")
    }
    return claims.endsAt > now.seconds ? .valid(claims) : .refused("Token is expired")
  }

  func authenticate(_ request: HTTPRequest) -> Result<V1User, Refusal> {
    guard let header = request.headers["Authorization"], header.hasPrefix("Bearer") else {
      return .failure(unauthorised(.detail("Authentication credentials were not provided.")))
    }
    let words = header.utf8.split(separator: UInt8(ascii: " "))
    guard words.count == 2 else {
      let detail = "Authorization header must contain two space-delimited values"
      return .failure(
        unauthorised(.object(["detail": .string(detail), "code": .string("bad_authorization_header")])))
    }
    switch check(String(Substring(words[1]))) {
    case .refused(let why): return .failure(unauthorised(invalid(why)))
    case .valid(let claims):
      guard claims.type == "access" else {
        return .failure(unauthorised(invalid("Token has wrong type")))
      }
      guard let user = users.first(where: { $0.id == claims.user }) else {
        return .failure(
          unauthorised(.object(["detail": .string("User not found"), "code": .string("user_not_found")])))
      }
      return .success(user)
    }
  }

  private func invalid(_ why: String) -> JSONValue {
    .object([
      "detail": .string("Given token not valid for any token type"), "code": .string("token_not_valid"),
      "messages": .array([
        .object([
          "token_class": .string("AccessToken"), "token_type": .string("access"), "message": .string(why),
        ])
      ]),
    ])
  }

  private func unauthorised(_ body: JSONValue) -> Refusal {
    var response = HTTPResponse(401, json: body)
    response.headers["WWW-Authenticate"] = "Bearer realm=\"api\""
    return Refusal(response: response)
  }

  /// The object a request's body holds, or the 400 it is answered with.
  func object(_ request: HTTPRequest) -> Result<[String: JSONValue], Refusal> {
    guard !request.body.isEmpty else { return .success([:]) }
    do {
      let value = try JSONValue(parsing: request.body)
      guard let members = value.members else {
        let kind = value.items != nil ? "list" : "str"
        let text = "Invalid data. Expected a dictionary, but got \(kind)."
        let errors = JSONValue.object(["non_field_errors": .array([.string(text)])])
        return .failure(Refusal(response: HTTPResponse(400, json: errors)))
      }
      return .success(members)
    } catch {
      let text = "JSON parse error - Expecting value: line 1 column \(error.offset + 1) (char \(error.offset))"
      return .failure(Refusal(response: HTTPResponse(400, json: .detail(text))))
    }
  }
}
