/// The lines that vCard (RFC 6350) and iCalendar (RFC 5545) are made of, in one growing buffer: `NAME:value`, ended by
/// CR LF, folded at 75 octets and never within a character.
package struct ContentLines {
  /// What is written so far. A caller that passes it on in pieces calls `removeAll` after each.
  package private(set) var bytes: [UInt8] = []
  private static let longest = 75

  package init() {}

  /// Forgets the bytes.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Writes a line whose value is written as it is: a word of the standard, a time, an address.
  package mutating func line(_ name: String, raw value: String) {
    var room = Self.longest
    for scalar in (name + ":" + value).unicodeScalars where !Self.isControl(scalar) {
      let width = UTF8.width(scalar)
      if width > room {
        bytes.append(contentsOf: [0x0D, 0x0A, 0x20])
        room = Self.longest - 1
      }
      bytes.append(contentsOf: String(scalar).utf8)
      room -= width
    }
    bytes.append(contentsOf: [0x0D, 0x0A])
  }

  /// Writes a line with a text; none where the text is empty.
  package mutating func line(_ name: String, text: String) {
    if !text.isEmpty { line(name, raw: Self.escaped(text)) }
  }

  /// Writes a line with the parts of a structured value, `;` between them; none where all are empty.
  package mutating func line(_ name: String, parts: [String]) {
    if parts.contains(where: { !$0.isEmpty }) { line(name, raw: parts.map(Self.escaped).joined(separator: ";")) }
  }

  /// Writes a line with a list, `,` between its items; none where there are none.
  package mutating func line(_ name: String, list: [String]) {
    if !list.isEmpty { line(name, raw: list.map(Self.escaped).joined(separator: ",")) }
  }

  /// The text with `\`, `;`, `,` and line breaks written as the standards ask.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\\\"
      case ";": escaped += "\\;"
      case ",": escaped += "\\,"
      case _ where character.isNewline: escaped += "\\n"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// True for what no value may hold: control characters but TAB.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 0x20 && scalar.value != 0x09) || scalar.value == 0x7F
  }
}

extension Record {
  /// A name for the record that stays the same in every export and differs between books.
  func uniqueName(_ createdAt: FieldValue) -> String {
    var made = "0"
    if case .instant(let instant) = createdAt { made = String(instant.microseconds, radix: 16) }
    return "\(Self.schema.kind.rawValue)-\(id.rawValue)-\(made)@mycrm"
  }

  /// The instant in that field as the standards write it.
  func basicTime(_ field: String) -> String? {
    if case .instant(let instant) = self[field] { instant.basicISO } else { nil }
  }

  func text(_ field: String) -> String { self[field].text ?? "" }
}

extension Instant {
  /// `20261122T172500Z`: ISO 8601 without its marks, in whole seconds.
  package var basicISO: String {
    let day = Day(daysSince1970: Int((Double(seconds) / 86_400).rounded(.down)))
    let clock = Int(seconds) - day.daysSince1970 * 86_400
    let parts = [clock / 3600, clock / 60 % 60, clock % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return day.iso.filter { $0 != "-" } + "T" + parts.joined() + "Z"
  }
}
