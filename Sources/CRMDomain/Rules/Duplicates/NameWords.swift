/// The words of a name as far as they tell one person or company from another: folded, without punctuation, titles,
/// middle initials and legal forms, in the order they were written.
package struct NameWords: Hashable, Sendable {
  package enum Likeness: Hashable, Sendable { case same, close, other }

  package let words: [String]

  package var isEmpty: Bool { words.isEmpty }

  /// A person's: "Dr. Ada M. Lovelace" is `ada lovelace`.
  package init(person text: String) {
    let all = NameWords.split(text)
    let named = all.filter { !NameWords.titles.contains($0) }
    let long = named.filter { $0.unicodeScalars.count > 1 }
    words = long.count > 1 ? long : named.isEmpty ? all : named
  }

  /// A company's: "The ACME Co. Inc." is `acme`.
  package init(company text: String) {
    var words = NameWords.split(text)
    if words.count > 1, words[0] == "the" { words.removeFirst() }
    while words.count > 1, let last = words.last, NameWords.legalForms.contains(last) { words.removeLast() }
    self.words = words
  }

  /// From words parted by single spaces, as `joined` writes them.
  init(joined bytes: ArraySlice<UInt8>) {
    words = bytes.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
  }

  var joined: String { words.joined(separator: " ") }

  // MARK: Comparing

  /// Same: the same words in any order. Close: one slip in one word (a letter too many, too few, another one, or two
  /// swapped), or only the spaces differ.
  package func likeness(to other: NameWords) -> Likeness {
    guard !isEmpty, !other.isEmpty else { return .other }
    let (left, right) = (words.sorted(), other.words.sorted())
    if left == right { return .same }
    if differsInSpacesOnly(from: other) { return .close }
    guard left.count == right.count else { return .other }
    let (mine, theirs) = (NameWords.without(right, in: left), NameWords.without(left, in: right))
    guard mine.count == 1, theirs.count == 1 else { return .other }
    return NameWords.isOneSlip(mine[0], theirs[0]) ? .close : .other
  }

  /// What is left of `words` when each of `others` has taken one like it away.
  private static func without(_ others: [String], in words: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for word in others { counts[word, default: 0] += 1 }
    return words.filter { word in
      guard let count = counts[word], count > 0 else { return true }
      counts[word] = count - 1
      return false
    }
  }

  /// The fewest letters, without the spaces, that are compared without regard to them.
  static let fewestUnspaced = 6

  private func differsInSpacesOnly(from other: NameWords) -> Bool {
    let own = words.joined()
    return own.utf8.count >= NameWords.fewestUnspaced && own == other.words.joined()
  }

  /// Words with digits never have slips: Studio 54 is not Studio 55. Neither have short ones: Lee is not Lea.
  static func maySlip(_ word: some Collection<UInt8>) -> Bool { !word.contains { $0 &- 0x30 < 10 } }

  /// The longer of two words with a slip has so many letters at least.
  static let fewestLetters = 4

  static func isOneSlip(_ left: String, _ right: String) -> Bool {
    guard maySlip(left.utf8), maySlip(right.utf8) else { return false }
    let (l, r) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    guard max(l.count, r.count) >= fewestLetters, abs(l.count - r.count) <= 1 else { return false }
    let start = zip(l, r).prefix { $0 == $1 }.count
    let (a, b) = (l[start...], r[start...])
    if a.dropFirst().elementsEqual(b) || b.dropFirst().elementsEqual(a) || a.dropFirst().elementsEqual(b.dropFirst()) {
      return true
    }
    guard a.count == b.count, a.count >= 2 else { return false }
    return a[start] == b[start + 1] && a[start + 1] == b[start] && a.dropFirst(2).elementsEqual(b.dropFirst(2))
  }

  // MARK: Words

  /// Dots and apostrophes join, so that S.A. is one word; any other sign parts.
  private static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    func close() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in SearchText.fold(text).unicodeScalars {
      switch scalar.value {
      case 0x30...0x39, 0x61...0x7A: word.append(UInt8(scalar.value))
      case 0x2E: break
      case 0x80... where isPartOfWord(scalar): word.append(contentsOf: String(scalar).utf8)
      default: close()
      }
    }
    close()
    return words
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic { return true }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .otherNumber, .letterNumber, .nonspacingMark, .spacingMark: return true
    default: return false
    }
  }

  private static let titles: Set<String> = [
    "dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "ing", "dipl", "mag", "sr", "jr", "mba", "phd",
  ]

  private static let legalForms: Set<String> = Set(
    """
    gmbh mbh ag kg kgaa ohg gbr ug ev eg se co cie company inc incorporated corp corporation llc llp lp ltd limited plc
    pty pte sa sas sarl srl sro spa sl slu bv nv cv vof oy oyj ab as asa aps kk doo dd zoo oo z sp ltda lda sae saoc
    pjsc jsc ooo zao and und et 株式会社 有限会社
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
