/// Several tags in one text, parted by commas, those with a comma in them in double quotes.
enum TagList {
  static func text(_ tags: [String], separator: String) -> String {
    tags.map(quoted).joined(separator: separator)
  }

  private static func quoted(_ tag: String) -> String {
    let isPlain = !tag.isEmpty && tag == tag.trimmed && !tag.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return isPlain ? tag : "\"" + tag.replacing("\"", with: "\"\"") + "\""
  }

  /// The tags in `text`; those without quotes and with nothing in them are left out. Nil if a quote is not closed.
  static func tags(_ text: String) -> [String]? {
    var tags: [String] = []
    var rest = text[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard let first = rest.first else { return tags }
      if first == "\"" {
        guard let tag = takeQuoted(&rest) else { return nil }
        tags.append(tag)
        rest = rest.drop(while: \.isWhitespace)
        guard rest.first == "," || rest.isEmpty else { return nil }
      } else {
        let tag = String(rest.prefix { $0 != "," }).trimmed
        if !tag.isEmpty { tags.append(tag) }
        rest = rest.drop { $0 != "," }
      }
      rest = rest.dropFirst()
    }
  }

  /// Takes a quoted tag, in which two quotes stand for one.
  private static func takeQuoted(_ rest: inout Substring) -> String? {
    var tag = ""
    rest = rest.dropFirst()
    while let quote = rest.firstIndex(of: "\"") {
      tag += rest[..<quote]
      rest = rest[rest.index(after: quote)...]
      guard rest.first == "\"" else { return tag }
      tag.append("\"")
      rest = rest.dropFirst()
    }
    return nil
  }
}
