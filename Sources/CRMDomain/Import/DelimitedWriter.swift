/// Writes rows of delimited text (RFC 4180) into one growing buffer, for exports of any length.
package struct DelimitedWriter {
  package enum Safety: Sendable {
    /// Texts that a spreadsheet would run as formulas get a `'` before them, which our import takes off again.
    case spreadsheet
    case lossless
  }

  /// What is written so far. A caller that passes it on in pieces calls `removeAll` after each.
  package private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8
  private let newline: Newline
  private let safety: Safety

  package init(delimiter: Character = ",", newline: Newline = .crlf, safety: Safety = .spreadsheet) {
    self.delimiter = delimiter.asciiValue ?? 0x2C
    self.newline = newline
    self.safety = safety
  }

  /// Forgets the bytes.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Writes the names that `ColumnMapping` finds the fields by.
  package mutating func writeHeader(_ fields: [FieldInfo]) {
    write(row: fields.map(\.key))
  }

  /// Writes a row of values, parallel to `fields`, in the form that reads back to the same values.
  package mutating func write(_ values: [FieldValue], as fields: [FieldInfo]) {
    for (index, (value, field)) in zip(values, fields).enumerated() {
      if index > 0 { bytes.append(delimiter) }
      write(text(value, field), isGuarded: isRunnable(value, field), isAlone: fields.count == 1)
    }
    bytes.append(contentsOf: newline.rawValue.utf8)
  }

  /// The value as `FieldText` writes it, but tags with another separator in them all in quotes, since reading splits at
  /// any of them.
  private func text(_ value: FieldValue, _ field: FieldInfo) -> String {
    guard case .tags(let tags) = value, tags.contains(where: { $0.contains { $0 == ";" || $0 == "|" } }) else {
      return FieldText.plain(value, as: field)
    }
    return tags.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
  }

  /// Writes a row of texts, guarded like values.
  package mutating func write(row texts: [String]) {
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(delimiter) }
      write(text, isGuarded: true, isAlone: texts.count == 1)
    }
    bytes.append(contentsOf: newline.rawValue.utf8)
  }

  /// False for numbers, dates and telephone numbers, which spreadsheets show as they are.
  private func isRunnable(_ value: FieldValue, _ field: FieldInfo) -> Bool {
    switch value {
    case .text(let text): field.kind != .phone || !Phone.isMadeOfDigits(text)
    case .tags, .object: true
    case .none, .integer, .money, .flag, .day, .instant, .reference: false
    }
  }

  private mutating func write(_ text: String, isGuarded: Bool, isAlone: Bool) {
    let cell = text.utf8Span.span
    let takesGuard = safety == .spreadsheet && isGuarded && SpreadsheetGuard.isNeeded(cell)
    guard needsQuotes(cell) || beginsOrEndsOddly(text) || (isAlone && text.isEmpty) else {
      if takesGuard { bytes.append(0x27) }
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(0x22)
    if takesGuard { bytes.append(0x27) }
    for byte in text.utf8 where byte != 0 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  /// True for what readers trim, and what they take for a byte order mark or a `sep=` line.
  private func beginsOrEndsOddly(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    if first <= 0x20 || last <= 0x20 || text.hasPrefix("sep=") || text.hasPrefix("\u{FEFF}") { return true }
    return (first >= 0x80 || last >= 0x80) && text.trimmed.utf8.count != text.utf8.count
  }

  private func needsQuotes(_ cell: Span<UInt8>) -> Bool {
    for index in cell.indices {
      let byte = cell[index]
      if byte == delimiter || byte == 0x22 || byte == 0x0A || byte == 0x0D || byte == 0 { return true }
    }
    return false
  }
}

extension Phone {
  /// True if no letter and no sign of a formula but `+ - ( ) . /` is in it.
  static func isMadeOfDigits(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x28...0x39).contains($0) && $0 != 0x2A && $0 != 0x2C || $0 == 0x20 }
  }
}
