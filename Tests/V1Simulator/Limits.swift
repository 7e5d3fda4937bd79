import CRMDomain
import CRMSync

/// Three limiters that know nothing of each other (V1 contract, section 9).
struct Limits: Hashable, Sendable {
  struct Window: Hashable, Sendable {
    var count: Int
    var ends: Instant
  }
  var paths: [String: Window] = [:]
  var users: Window?
  var logins: Window?

  mutating func loginIsExhausted(limit: Int?, now: Instant) -> Bool {
    guard let limit else { return false }
    var window = logins.flatMap { $0.ends > now ? $0 : nil } ?? Window(count: 0, ends: now.adding(seconds: 3600))
    window.count += 1
    logins = window
    return window.count > limit
  }
}

extension V1Server {
  mutating func limited(_ request: HTTPRequest) -> HTTPResponse? {
    let isAuth = request.path.hasPrefix("/api/auth/")
    if let limit = isAuth ? quirks.authLimit : quirks.pathLimit {
      let seconds: Int64 = isAuth ? 300 : 60
      var window =
        limits.paths[request.path].flatMap { $0.ends > now ? $0 : nil } ?? Limits.Window(count: 0, ends: now)
      guard window.count < limit else { return .html(403, "Rate limit exceeded. Please try again later.") }
      // The window begins anew with each request that is let through.
      window = Limits.Window(count: window.count + 1, ends: now.adding(seconds: seconds))
      limits.paths[request.path] = window
    }
    guard let limit = quirks.userLimit, !isAuth else { return nil }
    var window = limits.users.flatMap { $0.ends > now ? $0 : nil } ?? .init(count: 0, ends: now.adding(seconds: 3600))
    guard window.count < limit else { return throttled(until: window.ends) }
    window.count += 1
    limits.users = window
    return nil
  }

  /// 429 as this server words it.
  func throttled(until end: Instant) -> HTTPResponse {
    let seconds = max(1, end.seconds - now.seconds)
    if quirks.resetTimeInsteadOfRetryAfter {
      let body = ["error": JSONValue.string("Rate limit exceeded"), "reset_time": .integer(Int(end.seconds))]
      return HTTPResponse(429, json: .object(body))
    }
    let text = "Request was throttled. Expected available in \(seconds) seconds."
    var response = HTTPResponse(429, json: .detail(text))
    response.headers["Retry-After"] = quirks.retryAfterIsDate ? HTTPDate.text(end) : "\(seconds)"
    return response
  }
}
