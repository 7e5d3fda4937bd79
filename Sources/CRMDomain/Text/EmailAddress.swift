/// E-mail addresses, held to what v1's server accepts.
package enum EmailAddress {
  /// `text` with nothing around it and its domain in lower case; what comes before the `@` is the receiver's business.
  package static func normalised(_ text: String) -> String {
    let address = text.trimmed
    guard let at = address.lastIndex(of: "@") else { return address }
    return address[..<at] + address[at...].lowercased()
  }

  /// What follows the last `@`, in lower case; nil if nothing does.
  package static func domain(of text: String) -> String? {
    guard let at = text.lastIndex(of: "@") else { return nil }
    let domain = String(text[text.index(after: at)...]).trimmed.lowercased()
    return domain.isEmpty ? nil : domain
  }

  package static func isValid(_ text: String) -> Bool {
    guard let at = text.lastIndex(of: "@"), text.unicodeScalars.count <= 254 else { return false }
    return isLocalPart(text[..<at]) && HostName.isValid(text[text.index(after: at)...])
  }

  /// Atoms joined by dots, or anything printable between double quotes (RFC 5321, section 4.1.2).
  private static func isLocalPart(_ text: Substring) -> Bool {
    if text.count >= 2, text.first == "\"", text.last == "\"" {
      return text.utf8.dropFirst().dropLast().allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty
        && atom.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+/=?^_`{|}~-".contains($0)) }
    }
  }
}

/// Web addresses, held to what v1's server accepts.
package enum WebAddress {
  private static let schemes: Set<String> = ["http", "https", "ftp", "ftps"]

  package static func isValid(_ text: String) -> Bool {
    guard let mark = text.firstRange(of: "://"), schemes.contains(text[..<mark.lowerBound].lowercased()),
      !text.contains(where: \.isWhitespace)
    else { return false }
    let authority = text[mark.upperBound...].prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@").last ?? ""
    return HostName.isValid(host.prefix { $0 != ":" })
  }

  /// `text` with `https://` before it if it names no scheme but is a web address with one.
  package static func completed(_ text: String) -> String {
    let address = text.trimmed
    return !address.contains("://") && isValid("https://" + address) ? "https://" + address : address
  }
}

private enum HostName {
  /// Two labels or more, an IPv4 address or `localhost`; letters of any script, since v1 accepts those of international names.
  static func isValid(_ text: Substring) -> Bool {
    if text.lowercased() == "localhost" { return true }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels.count == 4, labels.allSatisfy({ UInt8($0) != nil }) { return true }
    return labels.count >= 2 && labels.allSatisfy(isLabel) && (labels.last?.count ?? 0) >= 2
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.count) && label.first != "-" && label.last != "-"
      && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
  }
}

extension String {
  /// Without white space at either end, as v1 stores texts.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
