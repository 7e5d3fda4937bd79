@testable import CRMDomain

/// Random queries in every form of the language, about as likely to find something as not.
struct SampleQueries {
  let kind: EntityKind
  let fields: [FieldInfo]

  init(_ kind: EntityKind) {
    self.kind = kind
    fields = kind.fields + (kind.field("custom_fields") == nil ? [] : SampleBook.customFields)
  }

  /// A query that is made of what `record` holds, for the greater part.
  func query<R: Record>(like record: R, _ random: inout TestRandom) -> Query {
    let terms = (0..<random.int(0...3)).map { _ in term(record, &random) }
    let keys = fields.map(\.key) + ["id", "nowhere"]
    let sort = (0..<random.int(0...2)).map { _ in Query.SortKey(random.pick(keys), descending: random.chance(50)) }
    return Query(terms: terms, sort: sort)
  }

  /// Whether a field's own text must be read, which the index of words and SQLite itself cannot.
  func looksAtText(_ query: Query) -> Bool {
    let keys = query.terms.compactMap(key) + query.sort.map(\.key)
    return keys.contains { key in
      guard let info = fields.first(where: { $0.key == key }) else { return false }
      switch info.kind {
      case .text, .longText, .email, .phone, .url, .tags, .customFields: return true
      case .choice, .integer, .money, .flag, .day, .instant, .reference: return info.isCustom
      }
    }
  }

  private func key(_ term: Query.Term) -> String? {
    switch term {
    case .field(let key, _): key
    case .not(let term): key(term)
    case .word, .phrase, .flag: nil
    }
  }

  private func term<R: Record>(_ record: R, _ random: inout TestRandom) -> Query.Term {
    switch random.int(0...9) {
    case 0: return .word(word(record, &random))
    case 1: return .phrase(SampleText.text(&random, words: 2))
    case 2: return .flag(random.pick(random.chance(90) ? QueryFlag.flags(for: kind) + [.open] : QueryFlag.allCases))
    case 3, 4: return .not(term(record, &random))
    default:
      let info = random.pick(fields)
      return .field(key: random.chance(2) ? "nowhere" : info.key, test(info, record[info], &random))
    }
  }

  private func word<R: Record>(_ record: R, _ random: inout TestRandom) -> String {
    let words = record.searchText.split(separator: " ").map(String.init)
    guard random.chance(60), !words.isEmpty else { return SampleText.word(&random) }
    return part(of: random.pick(words), &random)
  }

  private func part(of text: String, _ random: inout TestRandom) -> String {
    random.chance(50) ? text : String(text.prefix(random.int(1...6)).dropFirst(random.chance(20) ? 1 : 0))
  }

  private func test(_ info: FieldInfo, _ value: FieldValue, _ random: inout TestRandom) -> Query.Test {
    switch random.int(0...5) {
    case 0: .isSet
    case 1: .compare(random.pick(Query.Comparison.allCases), typed(info, value, &random))
    case 2:
      .between(
        random.chance(80) ? typed(info, value, &random) : nil, random.chance(80) ? typed(info, .none, &random) : nil)
    default: .anyOf((0..<random.int(1...3)).map { _ in typed(info, value, &random) })
    }
  }

  private func typed(_ info: FieldInfo, _ value: FieldValue, _ random: inout TestRandom) -> String {
    if random.chance(50), let known = typed(value, &random) { return known }
    switch info.kind {
    case .integer, .money: return random.pick(["0", "70", "10k", "-3", "12.50", "1", "100", "x"])
    case .day, .instant:
      return random.pick(["today", "30d", "last month", "this week", "2026-11", "+3d", "yesterday", "2w", "-1w", "fri"])
    case .flag: return random.pick(["yes", "no", "perhaps"])
    case .reference: return random.pick(["me", "none", "#3", "ada", "zoe", ""])
    case .choice(let choices): return random.pick(choices.map(\.value) + ["outside", "not-listed", ""])
    case .text, .longText, .email, .phone, .url, .tags, .customFields:
      return random.pick(["", "acme", SampleText.word(&random), SampleText.text(&random, words: 2), "555"])
    }
  }

  private func typed(_ value: FieldValue, _ random: inout TestRandom) -> String? {
    switch value {
    case .none, .object: nil
    case .text(let text): part(of: text, &random)
    case .integer(let number): "\(number)"
    case .money(let hundredths): Money(hundredths: hundredths).decimal
    case .flag(let flag): flag ? "yes" : "no"
    case .day(let day): day.iso
    case .instant(let instant): instant.iso
    case .reference(let id): "#\(id)"
    case .tags(let tags): tags.first
    }
  }
}
