import CRMDomain

/// What a login or refresh answers.
package struct AccessToken: Sendable {
  package let access: String
  package let refresh: String?
  /// When to stop using it, by our clock: its lifetime counted from now, so that the server's clock does not matter.
  package let ends: Instant
  /// The id of the account.
  package let user: String?

  /// A token that says it lasts longer is renewed after a day all the same.
  private static let longest: Int64 = 86_400

  package init?(_ body: [UInt8], now: Instant) {
    guard case .object(let members)? = WireJSON.parse(body), case .string(let access)? = members["access"] else {
      return nil
    }
    self.access = access
    if case .string(let refresh)? = members["refresh"] { self.refresh = refresh } else { refresh = nil }
    let claims = AccessToken.claims(access)
    var lifetime: Int64 = 300
    if case .integer(let ends)? = claims["exp"], case .integer(let issued)? = claims["iat"], ends > issued {
      let (seconds, overflows) = ends.subtractingReportingOverflow(issued)
      lifetime = overflows ? Self.longest : min(Int64(seconds), Self.longest)
    }
    // Renewed a little before it ends, however short it lives.
    ends = now.adding(seconds: lifetime - min(60, lifetime / 3))
    switch claims["user_id"] {
    case .string(let id)?: user = id
    case .integer(let id)?: user = "\(id)"
    default: user = nil
    }
  }

  private static func claims(_ token: String) -> [String: JSONValue] {
    let parts = token.split(separator: ".")
    guard parts.count == 3, let bytes = Base64URL.decode(parts[1]), case .object(let claims)? = WireJSON.parse(bytes)
    else { return [:] }
    return claims
  }
}
