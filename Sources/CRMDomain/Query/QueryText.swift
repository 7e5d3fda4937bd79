extension Query {
  /// The query as a rep would type it: parsing it gives this query again, but for what asks for nothing (an empty
  /// phrase, a field without values).
  package var text: String {
    var parts = terms.compactMap(\.text)
    if !sort.isEmpty { parts.append("sort:" + sort.map(\.text).joined(separator: ",")) }
    return parts.joined(separator: " ")
  }
}

extension Query.SortKey {
  fileprivate var text: String { (descending ? "-" : "") + QueryFields.normal(key) }
}

extension Query.Term {
  /// Nil if the term asks for nothing.
  var text: String? {
    switch self {
    case .word(let word): word.isEmpty ? nil : QueryText.word(word)
    case .phrase(let phrase): phrase.isEmpty ? nil : QueryText.quoted(phrase)
    case .field(let key, let test): test.text(of: QueryFields.normal(key))
    case .flag(let flag): flag.rawValue
    case .not(let term): term.text.map { "-" + $0 }
    }
  }
}

extension Query.Test {
  fileprivate func text(of name: String) -> String? {
    switch self {
    case .anyOf(let values):
      values.isEmpty ? nil : name + ":" + values.map(QueryText.value).joined(separator: ",")
    case .compare(let comparison, let value): name + comparison.rawValue + QueryText.value(value)
    case .between(nil, nil): nil
    case .between(let lower, let upper):
      name + ":" + (lower.map(QueryText.value) ?? "") + ".." + (upper.map(QueryText.value) ?? "")
    case .isSet: "has:" + name
    }
  }
}

/// Words and values with what looks like syntax taken away from the parser.
enum QueryText {
  /// A word with backslashes before the signs that mean something.
  static func word(_ word: String) -> String {
    let scalars = Array(word.unicodeScalars)
    let address = addressLength(of: scalars)
    var text = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if isSign(scalar, first: index == 0), index != address { text.append("\\") }
      text.append(scalar)
    }
    return QueryFlag(word: word) == nil ? String(text) : "\\" + String(text)
  }

  /// Where the colon of a time or an address is, which needs no backslash.
  private static func addressLength(of scalars: [Unicode.Scalar]) -> Int? {
    guard let colon = scalars.firstIndex(where: QuerySyntax.isOperator), colon + 1 < scalars.count else { return nil }
    let name = String(String.UnicodeScalarView(scalars[..<colon]))
    return QuerySyntax.isAddress(name, sign: scalars[colon], next: scalars[colon + 1]) ? colon : nil
  }

  private static func isSign(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
    scalar == "\\" || scalar == "\"" || QuerySyntax.isOperator(scalar) || QuerySyntax.isSpace(scalar)
      || first && scalar == "-"
  }

  /// A value, in quotes if it could be read as anything else.
  static func value(_ value: String) -> String {
    let scalars = value.unicodeScalars
    let isBare =
      !value.isEmpty && scalars.first != "=" && scalars.first != "<" && scalars.first != ">"
      && scalars.first != "." && scalars.last != "."
      && !scalars.contains { $0 == "\"" || $0 == "\\" || $0 == "," || QuerySyntax.isSpace($0) }
      && !zip(scalars, scalars.dropFirst()).contains { $0 == "." && $1 == "." }
    return isBare ? value : quoted(value)
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }
}
