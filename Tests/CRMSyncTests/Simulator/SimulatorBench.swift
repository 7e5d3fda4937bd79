import CRMDomain
import CRMSync
import V1Simulator

/// A simulated server and somebody logged in to it, for tests of the server itself.
struct Bench {
  var server: V1Server
  fileprivate(set) var access = ""

  init(_ personality: Personality = .documented, as user: String = "admin", _ change: (inout Quirks) -> Void = { _ in })
  {
    var quirks = personality.quirks
    change(&quirks)
    server = V1Server(quirks: quirks)
    let answer = server.answer(
      HTTPRequest(
        .post, "/api/auth/login/", json: .object(["username": .string(user), "password": .string(user)])))
    access = Bench.json(answer)["access"].string ?? ""
  }

  /// Sends a request as the user; `path` is below `/api/v1/` unless it begins with a slash.
  mutating func send(
    _ method: HTTPRequest.Method, _ path: String, _ json: JSONValue? = nil, query: [(String, String)] = [],
    headers: [String: String] = [:],
  ) -> HTTPResponse {
    let path = path.hasPrefix("/") ? path : "/api/v1/" + path
    var request = json.map { HTTPRequest(method, path, json: $0) } ?? HTTPRequest(method, path)
    request.query = query.map { QueryItem($0.0, $0.1) }
    request.headers["Authorization"] = "Bearer " + access
    for (name, value) in headers { request.headers[name] = value }
    return server.answer(request)
  }

  mutating func get(_ path: String, _ query: (String, String)...) -> JSONValue {
    Bench.json(send(.get, path, query: query))
  }

  static func json(_ response: HTTPResponse) -> JSONValue {
    (try? JSONValue(parsing: response.body)) ?? .null
  }

  static let lead: JSONValue = [
    "first_name": "John", "last_name": "Doe", "email": "john@example.com", "company_name": "Acme Corp",
    "lead_source": "website", "priority": "high",
  ]
  static let contact: JSONValue = ["first_name": "Cara", "last_name": "Cole", "email": "cara@example.com"]
  static let task: JSONValue = ["title": "Call back", "assigned_to": 2]

  static func deal(_ contact: Int) -> JSONValue {
    ["name": "Big one", "amount": "100.00", "contact": .integer(contact), "expected_close_date": "2026-12-24"]
  }
}

extension JSONValue {
  subscript(name: String) -> JSONValue { if case .object(let members) = self { members[name] ?? .null } else { .null } }
  subscript(index: Int) -> JSONValue {
    if case .array(let items) = self, items.indices.contains(index) { items[index] } else { .null }
  }
  var string: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
  var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(Dictionary(elements) { $1 }) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
