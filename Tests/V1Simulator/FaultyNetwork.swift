import CRMDomain
import CRMSync

/// A server behind a line on which things go wrong when they are told to.
package struct FaultyNetwork: Sendable {
  package var server: V1Server
  private var random: SplitMix64

  package init(server: V1Server, seed: UInt64) {
    self.server = server
    random = SplitMix64(seed: seed)
  }

  /// The answer to `request`, or why there is none, with `fault` happening on the way.
  package mutating func send(
    _ request: HTTPRequest, with fault: Fault? = nil,
  ) -> Result<HTTPResponse, TransportProblem> {
    guard let fault else { return .success(server.answer(request)) }
    switch fault.scope {
    case .network: return network(fault, request)
    case .http:
      return .success(http(fault, request) ?? server.answer(request)).flatMap { response in
        fault == .refreshAnswerLost && request.path.contains("refresh") ? .failure(.reset) : .success(response)
      }
    case .data: return .success(data(fault, request))
    case .local: return .success(server.answer(request))
    }
  }

  // MARK: Network

  private mutating func network(_ fault: Fault, _ request: HTTPRequest) -> Result<HTTPResponse, TransportProblem> {
    switch fault {
    case .unknownHost: return .failure(.unknownHost)
    case .refused: return .failure(.refused)
    case .connectTimedOut: return .failure(.connectTimedOut)
    case .badCertificate, .expiredCertificate: return .failure(.certificate)
    case .resetBeforeSending: return .failure(.resetBeforeSending)
    case .offline: return .failure(.offline)
    case .captivePortal: return .success(.html(200, "<html><body>Welcome! Please accept the terms.</body></html>"))
    case .redirected:
      let location = "https://elsewhere.example/login"
      return .success(HTTPResponse(302, headers: ["Location": location, "Content-Type": "text/html"]))
    case .cutToLength:
      var response = server.answer(request)
      let half = response.body.count / 2
      response.body = response.body.prefix(half) + [UInt8](repeating: 0x20, count: response.body.count - half)
      return .success(response)
    case .deliveredTwice:
      let first = server.answer(request)
      let second = server.answer(request)
      return .success(random.chance(50) ? first : second)
    default: break
    }
    _ = server.answer(request)
    switch fault {
    case .resetInBody: return .failure(.truncated)
    case .slowAnswer: return .failure(.timedOut)
    default: return .failure(.reset)
    }
  }

  // MARK: HTTP

  /// What comes instead of the server's own answer, or nil if that one comes.
  private mutating func http(_ fault: Fault, _ request: HTTPRequest) -> HTTPResponse? {
    switch fault {
    case .serverErrorExecuted:
      _ = server.answer(request)
      return .page500
    case .serverErrorUnexecuted: return .page500
    case .badGateway:
      if random.chance(50) { _ = server.answer(request) }
      return .html(random.chance(50) ? 502 : 504, "<html><h1>Bad Gateway</h1></html>")
    case .unavailableUntilDate:
      var response = HTTPResponse.html(503, "<html><h1>Service Unavailable</h1></html>")
      response.headers["Retry-After"] = HTTPDate.text(server.now.adding(seconds: 20))
      return response
    case .throttledSeconds:
      var response = HTTPResponse(429, json: .detail("Request was throttled. Expected available in 12 seconds."))
      response.headers["Retry-After"] = "12"
      return response
    case .throttledBare: return HTTPResponse(429, json: .detail("Request was throttled."))
    case .throttledAsHTML: return .html(403, "Rate limit exceeded. Please try again later.")
    case .unauthorised: return HTTPResponse(401, json: .detail("Authentication credentials were not provided."))
    case .refreshRevoked:
      server.revokeSessions()
      return nil
    case .actionMissing: return isAction(request) ? .page404 : nil
    case .methodNotAllowed: return isAction(request) ? .notAllowed(request) : nil
    case .tooLarge: return request.body.isEmpty ? nil : .html(413, "<h1>Request Entity Too Large</h1>")
    case .invalidJSON: return garbled(server.answer(request))
    case .extremeNumbers: return extreme(server.answer(request))
    case .wrongContentType:
      var response = server.answer(request)
      response.headers["Content-Type"] = "text/plain"
      return response
    default: return nil
    }
  }

  private func isAction(_ request: HTTPRequest) -> Bool {
    ["convert/", "complete/", "bulk_update/"].contains(where: request.path.hasSuffix)
  }

  private mutating func garbled(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    switch random.int(0...2) {
    case 0: response.body = Array("{\"count\": oops".utf8)
    case 1: response.body = [0xEF, 0xBB, 0xBF, 0xFF, 0xFE]
    default: response.body = Array(response.body.dropLast(3))
    }
    return response
  }

  private func extreme(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let more = "{\"zz_huge\":1e400,\"zz_long\":123456789012345678901234567890,\"zz_deep\":\(deep),\"id\":"
    response.body = Array(response.text.replacing("{\"id\":", with: more).utf8)
    return response
  }

  // MARK: Data

  private mutating func data(_ fault: Fault, _ request: HTTPRequest) -> HTTPResponse {
    let usual = server.quirks
    defer { if fault != .pageSizeChanges { server.quirks = usual } }
    switch fault {
    case .orderingIgnored: server.quirks.honoursOrdering = false
    case .filterIgnored:
      server.quirks.honoursFilters = false
      server.quirks.honoursSearch = false
    case .pageSizeChanges: server.quirks.honoursPageSize.toggle()
    case .countWrong: server.quirks.countError = random.int(-3...3)
    case .serverClockBack: server.now = server.now.adding(seconds: -3600)
    case .oddValues: makeOdd()
    case .otherDatabase: server.reset()
    case .valueNormalised: server.quirks.cutsNotesAt = 10
    case .writeDropped where request.method == .patch: return server.answer(emptied(request))
    case .writeDropped where request.path.hasSuffix("bulk_update/"):
      // Counted and never stored.
      var other = server
      return other.answer(request)
    default: break
    }
    let response = server.answer(request)
    if request.method == .get { disturb(fault, request) }
    return response
  }

  private func emptied(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    request.body = Array("{}".utf8)
    return request
  }

  /// Whose rows a fault of such a request is about.
  package static func disturbed(_ request: HTTPRequest) -> V1Resource {
    V1Resource.allCases.first { request.path.contains("/\($0.rawValue)/") } ?? .leads
  }

  /// What others do to the rows between two pages.
  private mutating func disturb(_ fault: Fault, _ request: HTTPRequest) {
    let resource = FaultyNetwork.disturbed(request)
    let ids = server.ids(resource)
    switch fault {
    case .deletedWhilePaging:
      guard !ids.isEmpty else { return }
      server.remove(resource, random.pick(ids))
    case .insertedWhilePaging: server.insertSample(resource, number: random.int(0...999_999))
    case .touchedWhilePaging:
      guard !ids.isEmpty else { return }
      server.change(resource, random.pick(ids), [:])
    case .manyTies: server.makeTies(resource)
    case .committedLate: server.insertSample(resource, number: random.int(0...999_999), secondsAgo: 100)
    default: break
    }
  }

  private mutating func makeOdd() {
    guard let lead = server.tables[.leads]?.all.first else { return }
    server.change(
      .leads, lead.id,
      [
        "status": .string("TOTALLY-BAD"), "lead_score": .integer(9999), "tags": .string("notalist"),
        "custom_fields": .string("str"), "probability": .integer(-5),
      ])
  }
}

extension V1Server {
  /// Of all rows, lowest first.
  package func ids(_ resource: V1Resource) -> [Int] { tables[resource]?.rows.keys.sorted() ?? [] }

  /// Empties every table and begins the ids anew: another database behind the same address.
  package mutating func reset() {
    for resource in V1Resource.allCases { tables[resource] = V1Table(nextID: 1) }
  }

  /// A row such as others make, alike only to itself.
  @discardableResult
  package mutating func insertSample(_ resource: V1Resource, number: Int, secondsAgo: Int64 = 0) -> V1Row? {
    var values: [String: JSONValue]
    switch resource {
    case .leads, .contacts:
      values = [
        "first_name": .string("First\(number)"), "last_name": .string("Last\(number)"),
        "email": .string("person\(number)@example.com"), "company_name": .string("Company \(number % 7)"),
      ]
    case .opportunities:
      guard let contact = tables[.contacts]?.all.first else { return nil }
      values = [
        "name": .string("Deal \(number)"), "amount": .string("\(number % 1000).50"), "contact": .integer(contact.id),
        "expected_close_date": .string("2026-12-24"),
      ]
    case .tasks: values = ["title": .string("Task \(number)"), "assigned_to": .integer(2)]
    }
    if resource == .contacts, isTaken("person\(number)@example.com", "email", .contacts, by: nil) { return nil }
    let row = insert(resource, values)
    if secondsAgo > 0 {
      tables[resource]?.rows[row.id]?.createdAt = row.createdAt.adding(seconds: -secondsAgo)
      tables[resource]?.rows[row.id]?.updatedAt = row.updatedAt.adding(seconds: -secondsAgo)
    }
    return row
  }

  /// Gives every row the same stamp, as `bulk_update` of all of them does.
  package mutating func makeTies(_ resource: V1Resource) {
    let moment = now
    for id in tables[resource]?.rows.keys.sorted() ?? [] { tables[resource]?.rows[id]?.updatedAt = moment }
  }
}
