/// The `'` that keeps a spreadsheet from running a text as a formula, put on when writing and taken off when reading.
///
/// Sources: OWASP, "CSV Injection". A text that has such a `'` of its own gets another, so that none is lost.
enum SpreadsheetGuard {
  private static let mark: UInt8 = 0x27

  /// True if the text needs a `'` before it.
  static func isNeeded(_ text: Span<UInt8>) -> Bool {
    var start = 0
    while start < text.count, text[start] == mark { start += 1 }
    return beginsFormula(text.extracting(start..<text.count))
  }

  /// True if the text begins with a `'` that was put there.
  static func isGuarded(_ text: Span<UInt8>) -> Bool {
    text.count > 1 && text[0] == mark && isNeeded(text)
  }

  /// `= + - @`, TAB, CR, LF, and the full-width forms of the first four, which some programs take for them.
  private static func beginsFormula(_ text: Span<UInt8>) -> Bool {
    guard text.count > 0 else { return false }
    switch text[0] {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x0A: return true
    case 0xEF:
      guard text.count >= 3, text[1] == 0xBC else { return false }
      return text[2] == 0x9D || text[2] == 0x8B || text[2] == 0x8D || text[2] == 0xA0
    default: return false
    }
  }
}
