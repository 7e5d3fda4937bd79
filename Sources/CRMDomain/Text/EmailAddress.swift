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
    guard let at = text.utf8.lastIndex(of: 0x40), text.utf8.count <= 254 || text.unicodeScalars.count <= 254 else {
      return false
    }
    return isLocalPart(text.utf8[..<at]) && HostName.isValid(text.utf8[text.utf8.index(after: at)...])
  }

  /// Atoms joined by dots, or anything printable between double quotes (RFC 5321, section 4.1.2).
  private static func isLocalPart(_ bytes: Substring.UTF8View) -> Bool {
    if bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 {
      return bytes.dropFirst().dropLast().allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
    var previous: UInt8 = 0x2E
    for byte in bytes {
      guard byte == 0x2E ? previous != 0x2E : isAtom(byte) else { return false }
      previous = byte
    }
    return previous != 0x2E
  }

  private static func isAtom(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5E...0x7E: true  // digits, capitals, ^ _ `, small letters, { | } ~
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F: true  // ! # $ % & ' * + - / = ?
    default: false
    }
  }
}
