/// The names of computers in e-mail and web addresses.
enum HostName {
  /// Two labels or more, an IPv4 address or `localhost`; anything beyond ASCII passes for a letter, since v1 accepts
  /// international names.
  static func isValid(_ bytes: Substring.UTF8View) -> Bool {
    var labels = 1
    var length = 0
    var previous: UInt8 = 0x2E
    for byte in bytes {
      switch byte {
      case 0x2E:
        guard (1...63).contains(length), previous != 0x2D else { return false }
        labels += 1
        length = -1
      case 0x2D where length == 0: return false
      case 0x2D, 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: break
      default: return false
      }
      length += 1
      previous = byte
    }
    guard (1...63).contains(length), previous != 0x2D else { return false }
    return labels >= 2 && length >= 2 || isAddress(bytes) || Substring(bytes).lowercased() == "localhost"
  }

  private static func isAddress(_ bytes: Substring.UTF8View) -> Bool {
    let numbers = Substring(bytes).split(separator: ".")
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
  }
}
