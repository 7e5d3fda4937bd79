/// Telephone numbers as people type them.
package enum Phone {
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
}
