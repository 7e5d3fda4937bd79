/// What a rep says of a file's dialect; what is nil is found out.
package struct DialectChoice: Hashable, Sendable {
  /// A character that a file may also do without.
  package enum Mark: Hashable, Sendable {
    case absent
    case byte(UInt8)

    var byte: UInt8? { if case .byte(let byte) = self { byte } else { nil } }
  }

  package var encoding: FileEncoding?
  /// Stands against a `sep=;` line, too, which is then only passed over.
  package var delimiter: UInt8?
  package var quote: Mark?
  package var escape: Mark?
  /// 0 for a file whose first row is data.
  package var headerRows: Int?
  package var preambleRows: Int?

  package init() {}
}

extension DialectChoice {
  /// The byte that `word` means: the character itself, `\t`, or its name, such as `tab` and `semicolon`; nil if there is
  /// none.
  package static func byte(_ word: String) -> UInt8? {
    if word.utf8.count == 1, let byte = word.utf8.first { return byte }
    return switch word.lowercased() {
    case "tab", "\\t": 0x09
    case "comma": 0x2C
    case "semicolon": 0x3B
    case "pipe", "bar": 0x7C
    case "colon": 0x3A
    case "space": 0x20
    case "double", "doublequote": 0x22
    case "single", "apostrophe": 0x27
    case "backslash", "\\\\": 0x5C
    default: nil
    }
  }

  /// As `byte`, with `none` and nothing at all for a file that has no such character.
  package static func mark(_ word: String) -> Mark? {
    word.isEmpty || word.lowercased() == "none" ? Mark.absent : byte(word).map(Mark.byte)
  }
}

extension FileEncoding {
  /// The encoding by its usual name or another it goes by, in any case, with or without dashes.
  package init?(name: String) {
    let key = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    let aliases: [String: FileEncoding] = [
      "ascii": .utf8, "utf8bom": .utf8, "utf16": .utf16LittleEndian, "unicode": .utf16LittleEndian,
      "cp1252": .windows1252, "ansi": .windows1252, "latin1": .latin1, "latin9": .latin9, "latin15": .latin9,
      "sjis": .shiftJIS, "cp932": .shiftJIS, "windows31j": .shiftJIS, "gb2312": .gbk, "cp936": .gbk,
    ]
    let own = FileEncoding.allCases.first { $0.rawValue.lowercased().filter { $0.isLetter || $0.isNumber } == key }
    guard let found = own ?? aliases[key] else { return nil }
    self = found
  }
}
