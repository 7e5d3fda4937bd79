import Foundation

/// OSC 52: asks the terminal to put a text on the clipboard of the machine the user sits at.
struct ClipboardSequence {
  let bytes: [CChar]

  /// Terminals refuse or cut more than about 100 kB of base64, which is three quarters of that in text.
  static let mostBytes = 75_000

  /// Line ends and tabs are kept, other control characters are not; a text too long ends at a whole character.
  init(_ text: String) {
    var kept = ""
    var room = Self.mostBytes
    for character in text where character.isNewline || character == "\t" || Self.isHarmless(character) {
      room -= character.utf8.count
      guard room >= 0 else { break }
      kept.append(character)
    }
    bytes = "\u{1B}]52;c;\(Data(kept.utf8).base64EncodedString())\u{7}".utf8.map { CChar(bitPattern: $0) }
  }

  private static func isHarmless(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
