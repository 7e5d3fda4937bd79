/// What is done to the text of a cell before it is read.
struct CellPreparation {
  private let options: ColumnOptions
  private let words: [String: String]

  init(_ options: ColumnOptions) {
    self.options = options
    words = Dictionary(options.choices.map { (ChoiceWords.key($0.key), $0.value) }) { first, _ in first }
  }

  var keepsBlanks: Bool { !options.trims }

  /// The text to read for the texts of the column, or of the columns that are joined.
  func text(of texts: [String]) -> String {
    if let constant = options.constant { return constant }
    let trimmed = options.trims ? texts.map(\.trimmed) : texts
    var text = trimmed.filter { !$0.isEmpty }.joined(separator: options.joinsWith ?? " ")
    if !words.isEmpty, let value = words[ChoiceWords.key(text)] { text = value }
    if text.isEmpty { return options.defaultText ?? "" }
    if let region = options.phoneRegion { text = Phone.international(text, region: region) ?? text }
    return options.letterCase.applied(to: text)
  }
}

extension ColumnOptions.LetterCase {
  /// Title case begins each word, and what follows a hyphen or an apostrophe, with a capital: `Jean-Luc O'Brien`.
  func applied(to text: String) -> String {
    switch self {
    case .asIs: return text
    case .upper: return text.uppercased()
    case .lower: return text.lowercased()
    case .title:
      var begins = true
      var result = ""
      for character in text {
        result += begins ? character.uppercased() : character.lowercased()
        begins = !(character.isLetter || character.isNumber)
      }
      return result
    }
  }
}
