/// The calling codes of countries (ITU-T E.164), of which none begins with another.
package enum CallingCode {
  private static let twoDigits: Set<String> = Set(
    """
    20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90
    91 92 93 94 95 98
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// The code a number such as `+442079460958` begins with; nil if it is not international.
  package static func code(of number: String) -> String? {
    guard number.hasPrefix("+") else { return nil }
    let digits = number.dropFirst()
    guard let first = digits.first else { return nil }
    if first == "1" || first == "7" { return String(first) }
    let two = String(digits.prefix(2))
    return twoDigits.contains(two) ? two : String(digits.prefix(3))
  }

  /// The code most of these numbers have, and so that of the numbers written without one; "1" if none has any.
  package static func usual(among numbers: some Sequence<String>) -> String {
    var counts: [String: Int] = [:]
    for number in numbers {
      if let digits = Phone.digits(of: number), let code = code(of: digits) { counts[code, default: 0] += 1 }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "1"
  }
}

extension Phone {
  /// What two ways of writing one number have in common: E.164 without an extension. Nil where there is no number, or
  /// one that stands for none, such as 000-0000.
  package static func key(_ text: String, callingCode: String) -> String? {
    let number = withoutExtension(text)
    guard let key = e164(number, callingCode: callingCode) else { return nil }
    return Set(key.suffix(7)).count > 1 ? key : nil
  }

  private static func withoutExtension(_ text: String) -> String {
    let lower = text.lowercased()
    guard let mark = lower.firstIndex(where: { $0 == "x" || $0 == "e" || $0 == "#" }) else { return text }
    return String(lower[..<mark])
  }
}
