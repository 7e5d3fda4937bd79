import CRMDomain
import CRMSync

/// A v1 server as a value: requests in, answers out, with its own clock and no thread, file or socket.
///
/// Everything follows from the seed and the requests. Copying it makes a second server with the same past.
package struct V1Server: Sendable {
  package var now: Instant
  package var quirks: Quirks
  package var tables: [V1Resource: V1Table] = [:]
  package var users: [V1User]
  package internal(set) var workflows: [String: [String: JSONValue]] = [:]
  package internal(set) var requests = 0
  var sessions = Sessions()
  var limits = Limits()
  var random: SplitMix64
  /// Writes that were carried out.
  package internal(set) var writes = 0
  /// Everything that was ever stored, in order, for those who check that nothing was lost or made twice.
  package internal(set) var past: [Stored] = []
  package internal(set) var removed: [V1Resource: Set<Int>] = [:]
  /// Rows that lists leave out and that are there all the same.
  package var hidden: [V1Resource: Set<Int>] = [:]

  package init(quirks: Quirks = Quirks(), now: Instant = Instant(seconds: 1_795_000_000), seed: UInt64 = 1) {
    self.quirks = quirks
    self.now = now
    random = SplitMix64(seed: seed)
    users = [
      V1User(id: 1, username: "admin", password: "admin", firstName: "Ada", lastName: "Admin", isAdmin: true),
      V1User(id: 2, username: "rep", password: "rep", firstName: "Rita", lastName: "Rep", isAdmin: false),
    ]
    for resource in V1Resource.allCases { tables[resource] = V1Table(nextID: quirks.firstID) }
  }

  package init(_ personality: Personality, now: Instant = Instant(seconds: 1_795_000_000), seed: UInt64 = 1) {
    self.init(quirks: personality.quirks, now: now, seed: seed)
  }

  package mutating func answer(_ request: HTTPRequest) -> HTTPResponse {
    requests += 1
    // Time passes on a server that works, so that no two writes carry the same stamp.
    now.microseconds += 137 + Int64(random.int(0...700))
    var response = limited(request) ?? routed(request)
    response.headers["Date"] = HTTPDate.text(now)
    response.headers["Vary"] = "Accept, Cookie, origin"
    response.headers["X-Frame-Options"] = "DENY"
    if quirks.sendsEntityTags, response.status == 200, request.method == .get {
      response.headers["ETag"] = Self.entityTag(response.body)
    }
    if quirks.tellsUserLimit, let limit = quirks.userLimit {
      response.headers["X-RateLimit-Limit"] = "\(limit)"
      response.headers["X-RateLimit-Remaining"] = "\(limit - (limits.users?.count ?? 0))"
    }
    return response
  }

  static func entityTag(_ body: [UInt8]) -> String { "\"\(Digest.of(body))\"" }

  private mutating func routed(_ request: HTTPRequest) -> HTTPResponse {
    guard request.path.hasPrefix("/api/") else { return .page404 }
    if !request.path.hasSuffix("/") {
      return HTTPResponse(301, headers: ["Location": request.path + "/", "Content-Type": "text/html; charset=utf-8"])
    }
    let parts = request.path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    switch (parts[1], parts.count) {
    case ("auth", 3...): return auth(request, Array(parts[2...]))
    case ("schema", 2): return schema(request)
    case ("v1", 3...):
      switch authenticate(request) {
      case .failure(let refusal): return refusal.response
      case .success(let user): return v1(request, Array(parts[2...]), user)
      }
    default: return .page404
    }
  }

  private mutating func v1(_ request: HTTPRequest, _ parts: [String], _ user: V1User) -> HTTPResponse {
    if let unacceptable = negotiation(request) { return unacceptable }
    if let resource = V1Resource(rawValue: parts[0]) {
      return records(request, resource, Array(parts.dropFirst()), user)
    }
    switch (parts[0], parts.count) {
    case ("import", 2): return importing(request, parts[1], user)
    case ("export", 2): return exporting(request, parts[1])
    case ("scoring", 1): return scoring(request, user)
    case ("workflows", _): return workflow(request, Array(parts.dropFirst()), user)
    default: return .page404
    }
  }

  /// What the content types of a request are refused with, or nil.
  private func negotiation(_ request: HTTPRequest) -> HTTPResponse? {
    if let accept = request.headers["Accept"], accept.contains("application/xml"), !accept.contains("json") {
      return HTTPResponse(406, json: .detail("Could not satisfy the request Accept header."))
    }
    if request.parameter("format") == "xml" { return HTTPResponse(404, json: .detail("Not found.")) }
    guard !request.body.isEmpty, let type = request.headers["Content-Type"] else { return nil }
    let known = ["application/json", "multipart/form-data", "application/x-www-form-urlencoded"]
    guard !known.contains(where: type.hasPrefix) else { return nil }
    return HTTPResponse(415, json: .detail("Unsupported media type \"\(type)\" in request."))
  }

  /// The user of that id, or nil.
  func user(_ id: JSONValue?) -> V1User? {
    guard case .integer(let id)? = id else { return nil }
    return users.first { $0.id == id }
  }
}

/// Somebody who can log in.
package struct V1User: Hashable, Sendable {
  package let id: Int
  package var username: String
  package var password: String
  package var firstName: String
  package var lastName: String
  package var isAdmin: Bool
  package var isActive = true

  package init(id: Int, username: String, password: String, firstName: String, lastName: String, isAdmin: Bool) {
    self.id = id
    self.username = username
    self.password = password
    self.firstName = firstName
    self.lastName = lastName
    self.isAdmin = isAdmin
  }

  var fullName: String { firstName + " " + lastName }
  var email: String { username + "@example.com" }

  /// The nest inside a record.
  var brief: JSONValue {
    .object([
      "id": .integer(id), "username": .string(username), "email": .string(email), "full_name": .string(fullName),
    ])
  }

  /// What login and the list of users say.
  var whole: JSONValue {
    .object([
      "id": .integer(id), "username": .string(username), "email": .string(email), "first_name": .string(firstName),
      "last_name": .string(lastName), "full_name": .string(fullName), "role": .string(isAdmin ? "admin" : "user"),
      "is_active": .bool(isActive), "profile": .null, "last_login": .null,
      "date_joined": .string("2026-01-01T08:00:00.000001Z"),
    ])
  }
}

/// One write as it went into a table.
package struct Stored: Hashable, Sendable {
  package let resource: V1Resource
  package let id: Int
  package let isNew: Bool
  package let values: [String: JSONValue]
}

/// The rows of one resource, by id.
package struct V1Table: Hashable, Sendable {
  package internal(set) var rows: [Int: V1Row] = [:]
  package internal(set) var nextID: Int

  /// By id, lowest first.
  package var all: [V1Row] { rows.values.sorted { $0.id < $1.id } }
}

/// One row: values as JSON has them, its stamps as times.
package struct V1Row: Hashable, Sendable {
  package let id: Int
  package internal(set) var values: [String: JSONValue]
  package internal(set) var createdAt: Instant
  package internal(set) var updatedAt: Instant

  package subscript(name: String) -> JSONValue { values[name] ?? .null }
  func text(_ name: String) -> String { if case .string(let text) = self[name] { text } else { "" } }
}

/// A number that follows from bytes (FNV-1a).
enum Digest {
  static func of(_ bytes: some Sequence<UInt8>) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}

extension JSONValue {
  static func detail(_ text: String) -> JSONValue { .object(["detail": .string(text)]) }
  static func error(_ text: String) -> JSONValue { .object(["error": .string(text)]) }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
  var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
}

extension HTTPResponse {
  package static func html(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(status, headers: ["Content-Type": "text/html; charset=utf-8"], body: Array(text.utf8))
  }

  static let page404 = html(
    404, "<!doctype html><h1>Not Found</h1><p>The requested resource was not found on this server.</p>")
  static let page500 = html(
    500,
    "<!doctype html><html lang=\"en\"><head><title>Server Error (500)</title></head><body><h1>Server Error (500)</h1><p></p></body></html>"
  )
  static func notAllowed(_ request: HTTPRequest) -> HTTPResponse {
    HTTPResponse(405, json: .detail("Method \"\(request.method.rawValue)\" not allowed."))
  }
}
