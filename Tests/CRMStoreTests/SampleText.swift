@testable import CRMDomain

/// Random texts with what names, notes and foreign files are made of.
enum SampleText {
  static let words = [
    "ada", "Ada", "LOVELACE", "lovelace", "O'Hara", "O’Hara", "ohara", "Zoë", "zoe", "Straße", "strasse", "Ångström",
    "株式会社", "会社", "東京", "カタカナ", "Ωmega", "ёлка", "e\u{301}clair", "éclair", "한글", "한국", "ﬁn", "½", "مرحبا", "สวัสดี",
    "हिन्दी", "👩‍💻", "ǆ", "İstanbul", "a\u{200D}b", "\"quoted\"", "a,b", "#7", "1.5", "-", "--", "@", "x", "of", "Ltd.",
    "GmbH & Co", "%", "_", "under_score", "*", "back\\slash", "(new)", "acme.com", "Σίσυφος", "Đà", "Nẵng", "æther",
    "Œuvre",
    "ii", "i", "I", "ß", "ẞ", "…", "10k", "2026-11-22", "\u{1F1E9}\u{1F1EA}",
  ]

  static func word(_ random: inout TestRandom) -> String { random.pick(words) }

  static func text(_ random: inout TestRandom, words most: Int = 3) -> String {
    var text = ""
    for index in 0..<random.int(0...most) {
      if index > 0 { text += random.pick([" ", " ", " ", "  ", "-", "", "\u{A0}", "\t", "\n"]) }
      text += word(&random)
    }
    return text
  }
}
