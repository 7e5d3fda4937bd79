extension String {
  /// Whether there is nothing in it but white space.
  var isBlank: Bool {
    guard let first = utf8.first else { return true }
    // Almost every text ends the question with its first byte.
    return (0x21..<0x80).contains(first) ? false : unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  /// Without white space at either end, as v1 stores texts.
  package var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
