@testable import CRMDomain

/// Random values for properties that must hold for all of them.
enum Samples {
  private static let pieces = [
    "ada", "Ada", "O'Hara", "Zoë", "Straße", "株式", "会社", "カ", "Ωμ", "ё", "e\u{301}", "한글", "\"", ",", "#7", "1.5", "-",
    "@", "👩‍💻", "é", "ǆ", "ﬁ", "½", "مرحبا", "สวัสดี", "हिन्दी", "’", "a\u{200D}b",
  ]

  /// Some words with single spaces between them, never empty and with nothing around them.
  static func text(using random: inout SeededRandom) -> String {
    let words = (0...Int.random(in: 0...3, using: &random)).map { _ in
      (0...Int.random(in: 0...2, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }
    return words.joined(separator: " ")
  }

  /// A value that fits the field.
  static func value(for info: FieldInfo, using random: inout SeededRandom) -> FieldValue {
    switch info.kind {
    case .text, .longText:
      .text(String(String.UnicodeScalarView(text(using: &random).unicodeScalars.prefix(info.limit ?? 500))).trimmed)
    case .email: .text("Ada.\(Int.random(in: 0...99, using: &random))@Example.com")
    case .phone: .text("+44 20 \(Int.random(in: 0...9_999_999, using: &random))")
    case .url: .text("https://example.com/\(Int.random(in: 0...99, using: &random))")
    case .choice(let choices): .text(choices.randomElement(using: &random)?.value ?? "none")
    case .integer: .integer(Int.random(in: info.range ?? -1_000_000...1_000_000, using: &random))
    case .money: .money(Int.random(in: -999_999_999_999...999_999_999_999, using: &random))
    case .flag: .flag(Bool.random(using: &random))
    case .day: .day(Day(daysSince1970: Int.random(in: -10_000...40_000, using: &random)))
    case .instant: .instant(instant(using: &random))
    case .reference: .reference(Int64.random(in: 1...20, using: &random))
    case .tags: tags(using: &random).fieldValue
    case .customFields:
      .object(["a": .string(text(using: &random)), "b": .integer(7), "c": .array([.null, .bool(true)])])
    }
  }

  private static func instant(using random: inout SeededRandom) -> Instant {
    let minutes = Int64.random(in: -10_000_000...60_000_000, using: &random)
    let rest = Bool.random(using: &random) ? 0 : Int64.random(in: 0..<60_000_000, using: &random)
    return Instant(microseconds: minutes * 60_000_000 + rest)
  }

  private static func tags(using random: inout SeededRandom) -> [String] {
    var seen: Set<String> = []
    return (0..<Int.random(in: 0...4, using: &random)).map { _ in text(using: &random) }.filter {
      seen.insert($0).inserted
    }
  }
}
