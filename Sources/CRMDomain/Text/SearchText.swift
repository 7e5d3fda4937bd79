/// The one normal form of text for search: what is stored for a record and what is typed into a filter both go
/// through here, so that they meet.
///
/// Stored text has two spaces before each word, which makes "starts a word" a plain byte search for a needle of three
/// characters or more, the least a trigram index can serve.
package enum SearchText {
  /// `text` in lower case without accents and apostrophes, its words parted by single spaces: "Zoë  O’Hara" is
  /// "zoe ohara".
  package static func fold(_ text: String) -> String {
    var folding = Folding(.between, capacity: text.utf8.count)
    folding.add(text)
    return String(decoding: folding.bytes, as: UTF8.self)
  }

  /// What is stored for a record: every folded word after two spaces, each Chinese or Japanese character as a word of
  /// its own, telephone numbers once more without punctuation, and two spaces at the end.
  package static func text(of parts: [(String, isPhone: Bool)]) -> String {
    var folding = Folding(.before, capacity: parts.reduce(8) { $0 + $1.0.utf8.count + 8 })
    for (part, isPhone) in parts where !part.isEmpty {
      folding.add(part)
      if isPhone { folding.addDigits(of: part.utf8Span.span) }
    }
    folding.close()
    return String(decoding: folding.bytes, as: UTF8.self)
  }

  /// What to look for, byte by byte, in stored text to find `word`: anywhere if it has three characters or more, at the
  /// start of a word if it is shorter. Nil if nothing is left of it.
  package static func needle(for word: String) -> String? {
    needle(forPhrase: word)
  }

  /// What to look for to find these words in a row, the last of them perhaps only begun. Nil if nothing is left.
  package static func needle(forPhrase phrase: String) -> String? {
    var folding = Folding(.before)
    folding.add(phrase)
    guard !folding.bytes.isEmpty else { return nil }
    let text = String(decoding: folding.bytes, as: UTF8.self)
    let firstWord = text.unicodeScalars.dropFirst(2).prefix { $0 != " " }
    return firstWord.count >= minimumLength ? String(text.unicodeScalars.dropFirst(2)) : text
  }

  /// The fewest characters of a needle.
  package static let minimumLength = 3

  /// The distinct runs of three characters of `needle`, in the order they first occur.
  package static func trigrams(of needle: String) -> [String] {
    let scalars = Array(needle.unicodeScalars)
    guard scalars.count >= minimumLength else { return [] }
    var seen: Set<String> = []
    return (0...scalars.count - minimumLength).compactMap { start in
      var trigram = String.UnicodeScalarView()
      trigram.append(contentsOf: scalars[start..<start + minimumLength])
      return seen.insert(String(trigram)).inserted ? String(trigram) : nil
    }
  }
}

/// Which of a kind's fields make its search text: the searchable ones, then the texts among the custom fields by name.
package struct SearchTextFields: Sendable {
  private let parts: [(index: Int, isPhone: Bool)]
  private let custom: Int?

  package init(_ fields: [FieldInfo]) {
    parts = fields.indices.filter { fields[$0].isSearchable }.map { ($0, fields[$0].kind == .phone) }
    custom = fields.firstIndex { $0.kind == .customFields }
  }

  /// - Parameter value: what the record has in the field of that index.
  package func text(_ value: (Int) -> FieldValue) -> String {
    var texts: [String] = []
    if let custom, case .object(let object) = value(custom) {
      for (_, value) in object.sorted(by: { $0.key < $1.key }) {
        if case .string(let text) = value { texts.append(text) }
      }
    }
    return text(custom: texts, value)
  }

  /// The same where the texts among the custom fields are known, by the names of the fields.
  package func text(custom: [String], _ value: (Int) -> FieldValue) -> String {
    var texts: [(String, isPhone: Bool)] = []
    texts.reserveCapacity(parts.count + custom.count)
    for part in parts {
      if case .text(let text) = value(part.index) { texts.append((text, part.isPhone)) }
    }
    for text in custom { texts.append((text, isPhone: false)) }
    return SearchText.text(of: texts)
  }
}

extension Record {
  /// The stored search text.
  package var searchText: String { Self.schema.searchText.text { Self.schema.fields[$0].get(self) } }
}
