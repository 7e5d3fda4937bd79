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
    guard text.utf8.count <= maximumLength else { return false }
    return isNumber(text.utf8[...]) || hasExtension(text.lowercased())
  }

  private static func hasExtension(_ text: String) -> Bool {
    guard let mark = ["ext.", "ext", "x"].lazy.compactMap(text.firstRange).first else { return false }
    let digits = text[mark.upperBound...].drop { $0 == " " }
    return isNumber(text[..<mark.lowerBound].utf8) && !digits.isEmpty && digits.utf8.allSatisfy { $0 &- 0x30 < 10 }
  }

  private static func isNumber(_ bytes: Substring.UTF8View) -> Bool {
    var hasDigit = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39: hasDigit = true
      case 0x20, 0x28, 0x29, 0x2B, 0x2D...0x2F: break  // space ( ) + - . /
      default: return false
      }
    }
    return hasDigit
  }
}
