/// Where a v1 server is: scheme, host, port and what comes before `/api/`.
///
/// Only `init(typed:)` makes one, so that what holds for it holds wherever one is used: it is encrypted, or on this
/// machine, or the profile allows otherwise.
package struct ServerAddress: Hashable, Sendable {
  package let isEncrypted: Bool
  /// In lower case; an IPv6 address in brackets.
  package let host: String
  /// nil for the usual port of the scheme.
  package let port: Int?
  /// Empty, or from a slash up to the last character before the next.
  package let prefix: String

  /// Reads what a person types: `crm.example.org`, `https://crm.example.org/team`, `http://localhost:8000`. Without a
  /// scheme it is `https`, and `http` for this machine. What follows `/api` is left out, as it is when copied from a browser.
  ///
  /// - Throws: `AddressProblem`.
  package init(typed text: String, allowsUnencrypted: Bool = false) throws(AddressProblem) {
    let text = text.trimmed
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .blank }
    guard !text.contains(where: { $0 == "?" || $0 == "#" }) else { throw .query }
    let scheme = try Self.scheme(text)
    let rest = text[(scheme?.end ?? text.startIndex)...]
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else { throw .password }
    (host, port) = try Self.hostAndPort(authority)
    isEncrypted = scheme?.isEncrypted ?? !Self.isThisMachine(host)
    prefix = try Self.prefix(rest.dropFirst(authority.count))
    guard isEncrypted || isThisMachine || allowsUnencrypted else { throw .unencrypted(host) }
  }

  package var isThisMachine: Bool { Self.isThisMachine(host) }

  /// As it is kept and shown: `https://crm.example.org`, without a slash at the end.
  package var text: String {
    (isEncrypted ? "https://" : "http://") + host + (port.map { ":\($0)" } ?? "") + prefix
  }

  // MARK: Reading

  private static func scheme(_ text: String) throws(AddressProblem) -> (isEncrypted: Bool, end: String.Index)? {
    guard let range = text.firstRange(of: "://") else { return nil }
    switch text[..<range.lowerBound].lowercased() {
    case "https": return (true, range.upperBound)
    case "http": return (false, range.upperBound)
    default: throw .scheme(String(text[..<range.lowerBound]))
    }
  }

  private static func hostAndPort(_ authority: Substring) throws(AddressProblem) -> (String, Int?) {
    let isLiteral = authority.hasPrefix("[")
    let end = isLiteral ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
    let host = authority[..<(end ?? authority.endIndex)].lowercased()
    let rest = authority[(end ?? authority.endIndex)...]
    guard isLiteral ? end != nil && isAddress(host) : isName(host) else { throw .host(String(authority)) }
    guard !rest.isEmpty else { return (host, nil) }
    guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65_535).contains(port),
      rest.dropFirst().utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { throw .port(String(rest)) }
    return (host, port)
  }

  /// Letters, digits, hyphens and dots, in labels of 1 to 63. Names in other scripts may be typed: libcurl encodes them.
  private static func isName(_ host: String) -> Bool {
    let labels = (host.hasSuffix(".") ? host.dropLast() : host[...]).split(
      separator: ".", omittingEmptySubsequences: false)
    return host.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
      }
  }

  private static func isAddress(_ host: String) -> Bool {
    let digits = host.dropFirst().dropLast()
    return digits.contains(":") && digits.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
  }

  /// `localhost`, `127.0.0.0/8` and `::1`: what never leaves the machine. libcurl does not ask the network for `localhost`.
  private static func isThisMachine(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
  }

  private static func prefix(_ path: Substring) throws(AddressProblem) -> String {
    var parts = path.split(separator: "/")
    if let api = parts.firstIndex(of: "api") { parts = Array(parts[..<api]) }
    let allowed = parts.allSatisfy { part in
      part != "." && part != ".."
        && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._~%+".contains($0)) }
    }
    guard allowed else { throw .path(String(path)) }
    return parts.map { "/" + $0 }.joined()
  }
}

/// Why what was typed is no address of a server.
package enum AddressProblem: Error, Hashable, Sendable {
  case empty
  case blank
  case scheme(String)
  case host(String)
  case port(String)
  case path(String)
  case query
  case password
  case unencrypted(String)

  /// For a person: what is wrong and what to type instead.
  package var sentence: String {
    switch self {
    case .empty: "Type the address of the server, such as crm.example.org."
    case .blank: "An address has no blanks in it, such as crm.example.org."
    case .scheme(let scheme): "An address begins with https://, not with \(scheme)://."
    case .host(let host): host.isEmpty ? "The name of the server is missing." : "“\(host)” is not the name of a server."
    case .port(let port): "“\(port)” is not a port: a colon and a number from 1 to 65535, such as :8000."
    case .path(let path): "“\(path)” is not a path a server can be under, such as /team."
    case .query: "The address ends before the question mark or the #."
    case .password: "Name and password do not belong into the address; you are asked for them."
    case .unencrypted(let host):
      "The password would go to \(host) for everybody to read: use https://\(host). Plain http is for this machine alone."
    }
  }
}
