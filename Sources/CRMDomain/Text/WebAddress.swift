/// Web addresses, held to what v1's server accepts.
package enum WebAddress {
  private static let schemes: Set<String> = ["http", "https", "ftp", "ftps"]

  package static func isValid(_ text: String) -> Bool {
    guard let mark = text.firstRange(of: "://"), schemes.contains(text[..<mark.lowerBound].lowercased()),
      !text.contains(where: \.isWhitespace)
    else { return false }
    let authority = text[mark.upperBound...].prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@").last ?? ""
    return HostName.isValid(host.prefix { $0 != ":" }.utf8)
  }

  /// `text` with `https://` before it if it names no scheme but is a web address with one.
  package static func completed(_ text: String) -> String {
    let address = text.trimmed
    return !address.contains("://") && isValid("https://" + address) ? "https://" + address : address
  }
}
