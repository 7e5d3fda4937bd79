import CRMSync

/// HTTP/1.1 as bytes, as far as v1's clients speak it (RFC 9112): bodies have a length.
enum HTTPWire {
  /// Takes the first request off `bytes`; nil as long as it is not whole.
  ///
  /// - Throws: `Malformed` if what stands there is no request.
  static func takeRequest(_ bytes: inout [UInt8]) throws(Malformed) -> HTTPRequest? {
    if let first = bytes.first, !(65...90).contains(first) { throw Malformed() }
    guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3, let method = HTTPRequest.Method(rawValue: String(words[0])) else { throw Malformed() }
    var request = HTTPRequest(method, "")
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw Malformed() }
      request.headers.add(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }
    setTarget(words[1], of: &request)
    let length = request.headers["Content-Length"].flatMap { Int($0) } ?? 0
    guard length >= 0, request.headers["Transfer-Encoding"] == nil else { throw Malformed() }
    guard bytes.count >= end.upperBound + length else { return nil }
    request.body = Array(bytes[end.upperBound..<end.upperBound + length])
    bytes.removeFirst(end.upperBound + length)
    return request
  }

  private static func setTarget(_ target: Substring, of request: inout HTTPRequest) {
    let parts = target.split(separator: "?", maxSplits: 1)
    request.path = PercentCode.decode(parts.first ?? "")
    guard parts.count == 2 else { return }
    request.query = parts[1].split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return QueryItem(PercentCode.decode(sides[0]), sides.count == 2 ? PercentCode.decode(sides[1]) : "")
    }
  }

  struct Malformed: Error {}

  /// The head of an answer, up to and with the empty line.
  static func head(_ response: HTTPResponse, length: Int) -> [UInt8] {
    var text = "HTTP/1.1 \(response.status) \(phrase(response.status))\r\n"
    for field in response.headers.all { text += "\(field.name): \(field.value)\r\n" }
    if response.status != 204 { text += "Content-Length: \(length)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 204: "No Content"
    case 404: "Not Found"
    case 500: "Internal Server Error"
    default: "Status"
    }
  }
}

extension PercentCode {
  /// What `encode` wrote, also with `+` for a blank. A `%` that is not followed by two digits stands for itself.
  static func decode(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
