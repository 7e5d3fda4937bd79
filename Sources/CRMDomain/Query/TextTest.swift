/// The tests of a field's text that a query makes, shared by `QueryMatcher` and the store's SQL functions.
package enum TextTest: String, CaseIterable, Sendable {
  /// A word starts with the pattern, and the words after it follow.
  case prefix
  /// The folded text has the folded pattern anywhere.
  case holds
  /// The folded text is the pattern, `_` and `-` read as spaces.
  case `is`
  /// The digits of the text have those of the pattern in a row.
  case digits

  package func holds(_ text: String, _ pattern: String) -> Bool {
    switch self {
    case .prefix: (" " + SearchText.fold(text)).holdsBytes(of: " " + pattern)
    case .holds: SearchText.fold(text).holdsBytes(of: pattern)
    case .is: Choice.folded(text) == pattern
    case .digits: text.filter(\.isWholeNumber).holdsBytes(of: pattern)
    }
  }
}
