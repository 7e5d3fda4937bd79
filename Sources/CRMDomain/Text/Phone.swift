/// Telephone numbers as people type them.
package enum Phone {
  /// v1's limit.
  package static let maximumLength = 20

  /// The digits of `text`, after a `+` if it begins with one: `+442079460958`. Nil if it has no digits.
  package static func digits(of text: String) -> String? {
    var result = ""
    for byte in text.utf8 {
      if byte &- 0x30 < 10 {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else if byte == 0x2B, result.isEmpty {
        result = "+"
      }
    }
    return result.isEmpty || result == "+" ? nil : result
  }

  /// The number as E.164 has it, `+442079460958`, taking one without a country to be of the country with
  /// `callingCode`. Nil if it has too few or too many digits. A guess: an extension must be cut off before.
  package static func e164(_ text: String, callingCode: String) -> String? {
    let withoutTrunk = text.replacing("(0)", with: "")
    guard let typed = digits(of: withoutTrunk) else { return nil }
    let number =
      if typed.hasPrefix("+") {
        typed
      } else if typed.hasPrefix("00") {
        "+" + typed.dropFirst(2)
      } else if typed.hasPrefix("0") {
        "+" + callingCode + typed.dropFirst()
      } else if callingCode == "1", typed.count == 11, typed.hasPrefix("1") {
        "+" + typed
      } else {
        "+" + callingCode + typed
      }
    return (8...16).contains(number.count) ? number : nil
  }

  /// `text` with nothing around it and single spaces within, otherwise as typed.
  package static func tidy(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether `text` is made of digits, spaces, `+ ( ) - . /` and perhaps `ext 12` at its end, and is not too long.
  package static func isValid(_ text: String) -> Bool {
    guard text.unicodeScalars.count <= maximumLength else { return false }
    let lower = text.lowercased()
    let parts = ["ext.", "ext", "x"].lazy.map { lower.split(separator: $0, maxSplits: 1) }.first { $0.count == 2 }
    let number = parts?[0] ?? lower[...]
    let isExtension = parts.map { $0[1].allSatisfy { $0.isASCII && $0.isNumber || $0 == " " } } ?? true
    return isExtension && number.contains(where: \.isNumber)
      && number.allSatisfy { $0.isASCII && ($0.isNumber || " +()-./".contains($0)) }
  }
}
