extension Query {
  /// The query as a rep would type it, with the usual names of these fields.
  ///
  /// Parsing it gives this query again, but for what asks for nothing: an empty phrase, a field without values.
  package func text(for fields: [FieldInfo]) -> String {
    text(naming: QueryFields(fields).usualName)
  }

  /// The same with v1's names, which need no fields: for files and links.
  package var text: String {
    text(naming: QueryFields.normal)
  }

  private func text(naming name: (String) -> String) -> String {
    var parts = terms.compactMap { $0.text(naming: name) }
    if !sort.isEmpty {
      let keys = sort.map { ($0.descending ? "-" : "") + name($0.key) }
      parts.append("sort:" + keys.joined(separator: ","))
    }
    if let group { parts.append("group:" + group.text(naming: name)) }
    return parts.joined(separator: " ")
  }
}

extension Query.Term {
  /// Nil if the term asks for nothing.
  fileprivate func text(naming name: (String) -> String) -> String? {
    switch self {
    case .word(let word): word.isEmpty ? nil : QueryText.word(word)
    case .phrase(let phrase): phrase.isEmpty ? nil : QueryText.quoted(phrase)
    case .field(let key, let test): test.text(of: name(key))
    case .flag(let flag): flag.rawValue
    case .not(let term): term.text(naming: name).map { "-" + $0 }
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
    let isAddress = isAddress(Array(word.unicodeScalars))
    var text = String.UnicodeScalarView()
    for scalar in word.unicodeScalars {
      let isSign = QuerySyntax.isOperator(scalar) || scalar == "\"" || text.isEmpty && scalar == "-"
      if scalar == "\\" || QuerySyntax.isSpace(scalar) || isSign && !isAddress { text.append("\\") }
      text.append(scalar)
    }
    return QueryFlag(word: word) == nil ? String(text) : "\\" + String(text)
  }

  /// Whether the word is read as a time or an address, in which nothing is an operator.
  private static func isAddress(_ scalars: [Unicode.Scalar]) -> Bool {
    guard let sign = scalars.firstIndex(where: QuerySyntax.isOperator), sign + 1 < scalars.count else { return false }
    let name = scalars[..<sign]
    guard sign > 0, !name.contains(where: { $0 == "\\" || $0 == "\"" || $0 == "-" || QuerySyntax.isSpace($0) }) else {
      return false
    }
    let text = String(String.UnicodeScalarView(name))
    return QuerySyntax.isAddress(text, sign: scalars[sign], next: scalars[sign + 1])
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
