import CRMDomain

/// One request to a v1 server, without the origin: whoever sends it knows which server the profile means.
package struct HTTPRequest: Hashable, Sendable {
  package enum Method: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case head = "HEAD"

    /// True if sending it twice cannot change more than sending it once could: it changes nothing.
    package var onlyReads: Bool { self == .get || self == .options || self == .head }
  }

  package var method: Method
  /// From the first slash to the last: v1 answers a path without its final slash with a redirect.
  package var path: String
  package var query: [QueryItem]
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(
    _ method: Method, _ path: String, query: [QueryItem] = [], headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// A request whose body is `json`.
  package init(_ method: Method, _ path: String, json: JSONValue) {
    self.init(method, path, headers: ["Content-Type": "application/json"], body: Array(json.text.utf8))
  }

  /// The first value of the query parameter, or nil.
  package func parameter(_ name: String) -> String? { query.last { $0.name == name }?.value }

  /// Path and query as they stand in the request line.
  package var target: String {
    guard !query.isEmpty else { return path }
    return path + "?"
      + query.map { PercentCode.encode($0.name) + "=" + PercentCode.encode($0.value) }.joined(separator: "&")
  }
}

package struct QueryItem: Hashable, Sendable {
  package let name: String
  package let value: String
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a server answered, whole.
package struct HTTPResponse: Hashable, Sendable {
  package var status: Int
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(_ status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package init(_ status: Int, json: JSONValue) {
    self.init(status, headers: ["Content-Type": "application/json"], body: Array(json.text.utf8))
  }

  package var text: String { String(decoding: body, as: UTF8.self) }
  package var isSuccess: Bool { (200..<300).contains(status) }
}

/// Header fields in the order they came, found whatever their case.
package struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  private var fields: [QueryItem] = []

  package init() {}
  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { QueryItem($0.0, $0.1) }
  }

  package var all: [QueryItem] { fields }

  /// One more, also beside others of its name.
  package mutating func add(_ name: String, _ value: String) { fields.append(QueryItem(name, value)) }

  /// The first field of that name; setting it replaces all of them.
  package subscript(name: String) -> String? {
    get { fields.first { Self.isSame($0.name, name) }?.value }
    set {
      fields.removeAll { Self.isSame($0.name, name) }
      if let newValue { fields.append(QueryItem(name, newValue)) }
    }
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
  }
}

/// Percent-encoding of query parts (RFC 3986, section 2).
package enum PercentCode {
  private static let digits = Array("0123456789ABCDEF".utf8)

  package static func encode(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }
  }
}
