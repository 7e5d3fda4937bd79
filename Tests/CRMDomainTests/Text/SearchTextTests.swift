import Testing

@testable import CRMDomain

struct SearchTextTests {
  @Test(arguments: [
    ("Ada LOVELACE", "ada lovelace"), ("Zoë  Müller\n", "zoe muller"), ("O’Hara O'Hara Oʼhara", "ohara ohara ohara"),
    ("Straße Æsir Søren Łódź Đorđe Þór œuvre İstanbul ısı", "strasse aesir soren lodz dorde thor oeuvre istanbul isi"),
    ("ＡＢＣ　１２", "abc 12"), ("Nguyễn Ωνάσης Дмитрий", "nguyen ωνασησ дмитрии"), ("e\u{301}té", "ete"),
    ("株式会社", "株式会社"), ("ガ ｶﾞ", "カ カ"), ("soft\u{AD}hyphen zero\u{200B}width", "softhyphen zerowidth"),
    ("a\u{0}b\tc\u{85}d", "a b c d"), ("ẞ ﬁne", "ss fine"), ("", ""), ("' `", ""), ("×÷€", "×÷€"),
  ])
  func foldingLeavesWhatPeopleMean(text: String, folded: String) {
    #expect(SearchText.fold(text) == folded)
  }

  @Test func composedAndDecomposedTextFoldAlike() {
    for value in (0xA0...0x24FF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init) {
      let composed = String(Character(value))
      #expect(
        SearchText.fold(composed.decomposedStringWithCanonicalMapping) == SearchText.fold(composed), "\(composed)")
    }
  }

  @Test func foldingTwiceChangesNothing() {
    var random = SeededRandom()
    for _ in 0..<2000 {
      let text = Samples.text(using: &random)
      let folded = SearchText.fold(text)
      #expect(SearchText.fold(folded) == folded, "\(text.debugDescription) \(random.seed)")
    }
  }

  @Test func storedTextHasTwoSpacesBeforeEachWord() {
    let text = SearchText.text(of: [("Ada Lovelace", false), ("", false), ("ada@analytical.example", false)])
    #expect(text == "  ada  lovelace  ada@analytical.example  ")
    #expect(SearchText.text(of: [("株式会社Sony", false)]) == "  株  式  会  社  sony  ")
    #expect(SearchText.text(of: [("+44 20 7946 0958", true)]) == "  +44  20  7946  0958  +442079460958  ")
    #expect(SearchText.text(of: [("12345", true)]) == "  12345  ")
  }

  @Test(arguments: [
    ("lovel", "lovel"), ("j", "  j"), ("Ja", "  ja"), ("式会", "  式  会"), ("O’H", "  oh"), ("'", nil), (" ", nil),
    ("", nil),
  ])
  func shortWordsAreSoughtAtTheStartOfAWord(word: String, needle: String?) {
    #expect(SearchText.needle(for: word) == needle)
  }

  @Test func phrasesAreWordsInARow() {
    #expect(SearchText.needle(forPhrase: "New York") == "new  york")
    #expect(SearchText.needle(forPhrase: "a b") == "  a  b")
  }

  @Test func trigramsAreDistinct() {
    #expect(SearchText.trigrams(of: "banana") == ["ban", "ana", "nan"])
    #expect(SearchText.trigrams(of: "  j") == ["  j"])
    #expect(SearchText.trigrams(of: "ab") == [])
  }

  @Test func whateverIsStoredIsFoundByTheBeginningOfEachOfItsWords() throws {
    var random = SeededRandom()
    for _ in 0..<1000 {
      let text = Samples.text(using: &random)
      let stored = SearchText.text(of: [(text, false)])
      for word in text.split(whereSeparator: \.isWhitespace) {
        let begun = String(word.prefix(Int.random(in: 1...word.count, using: &random)))
        guard let needle = SearchText.needle(for: begun) else { continue }
        #expect(needle.unicodeScalars.count >= 3)
        #expect(stored.utf8.firstRange(of: needle.utf8) != nil, "\(begun.debugDescription) \(stored) \(random.seed)")
        #expect(SearchText.trigrams(of: needle).allSatisfy { stored.unicodeScalars.contains($0.unicodeScalars) })
      }
    }
  }

  @Test func aRecordIsSearchedInItsSearchableFieldsAndCustomTexts() {
    var lead = Lead()
    lead.lastName = "Lovelace"
    lead.phone = "020 7946"
    lead.notes = "not searched"
    lead.customFields = ["b": .string("Whist"), "a": .integer(7), "c": .string("Loom")]
    #expect(lead.searchText == "  lovelace  020  7946  0207946  whist  loom  ")
  }
}
