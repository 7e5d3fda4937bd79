/// A column's name, made comparable.
struct HeaderName {
  /// As it is, without blanks, accents and marks, in lower case; first of all, then less exact readings of it.
  let readings: [(key: String, loss: Double)]

  init(_ header: String) {
    var readings: [(key: String, loss: Double)] = []
    func add(_ text: String, _ loss: Double) {
      let key = HeaderName.key(text)
      if !key.isEmpty, !readings.contains(where: { $0.key == key }) { readings.append((key, loss)) }
    }
    add(header, 0)
    let bare = HeaderName.withoutBrackets(header)
    add(bare, 0.02)
    let words = HeaderName.words(bare)
    let core = words.filter { !HeaderSynonyms.modifiers.contains($0) }
    if !core.isEmpty, core.count < words.count { add(core.joined(separator: " "), 0.08) }
    self.readings = readings
  }

  static func key(_ text: String) -> String {
    SearchText.fold(text).filter { $0.isLetter || $0.isNumber }
  }

  /// The words of "firstName", "first_name" and "First-Name", folded.
  static func words(_ text: String) -> [String] {
    SearchText.fold(parted(text)).split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// "Phone (work)" without what the brackets say.
  private static func withoutBrackets(_ text: String) -> String {
    var depth = 0
    return text.filter { character in
      if "([（［【".contains(character) { depth += 1 }
      defer { if ")]）］】".contains(character) { depth = max(0, depth - 1) } }
      return depth == 0
    }
  }

  /// "firstName" as "first Name".
  private static func parted(_ text: String) -> String {
    var parted = ""
    var last: Character?
    for character in text {
      if let last, last.isLowercase, character.isUppercase { parted.append(" ") }
      parted.append(character)
      last = character
    }
    return parted
  }

  /// True for what stands where a name should: nothing, "Column 3", "Unnamed: 0", "Field2".
  static func isEmptyName(_ header: String) -> Bool {
    let letters = key(header).filter { !$0.isNumber }
    return ["", "column", "col", "field", "unnamed", "spalte", "colonne", "columna", "coluna", "列", "feld", "f", "c"]
      .contains(letters)
  }
}
