import Testing

@testable import CRMDomain

@Suite struct QueryTextTests {
  @Test(arguments: [
    "ada -\"a b\" -status:new,contacted lead_score>70 has:email sort:-lead_score,last_name", "9:30 https://a.b/c:d",
    "\\overdue overdue a\\:b \\-x", "estimated_value:10k..", "last_name:\"van der Berg\",\"a\\\"b\",\"\"",
    "created_at:\"this week\"", "contract_end<2027",
  ])
  func printsAsTyped(text: String) {
    let parser = QueryParser(kind: .lead, fields: Lead.schema.infos + Sample.customFields)
    #expect(parser.parse(text).query.text == text)
  }

  @Test func usesTheNamesARepWould() {
    let fields = Lead.schema.infos + Sample.customFields
    let text = "score>70 owner:me company:acme created<30d next:fri tags:a contract_end<2027 sort:-value,status"
    #expect(QueryParser(kind: .lead, fields: fields).parse(text).query.text(for: fields) == text)
  }

  @Test func everyQueryReadsBackTheSame() {
    var dice = SeededRandom()
    let seed = dice.seed
    for _ in 0..<5_000 {
      let kind = EntityKind.allCases.randomElement(using: &dice) ?? .lead
      let fields = kind.fields + Sample.customFields
      let query = Query.random(kind, fields, using: &dice)
      let parser = QueryParser(kind: kind, fields: fields)
      let read = parser.parse(query.text)
      #expect(parser.parse(query.text(for: fields)).query == query, "seed \(seed): \(query.text(for: fields))")
      #expect(read.query == query, "seed \(seed): \(query.text)")
      #expect(read.isSound && read.isComplete, "seed \(seed): \(query.text) \(read.mistakes)")
    }
  }

  @Test func nonsenseNeverCrashesAndPrintsStably() {
    var dice = SeededRandom()
    let seed = dice.seed
    let parser = QueryParser(kind: .lead, fields: Lead.schema.infos + Sample.customFields)
    for _ in 0..<20_000 {
      let text = String.randomQuery(using: &dice)
      let parsed = parser.parse(text)
      let query = parsed.query
      let again = parser.parse(query.text).query
      #expect(again == query, "seed \(seed): \(text) | \(query.text)")
      #expect(again.text == query.text, "seed \(seed): \(text)")
      #expect(parsed.mistakes.allSatisfy { $0.range.upperBound <= text.utf8.count }, "seed \(seed): \(text)")
      guard Int.random(in: 0..<8, using: &dice) == 0 else { continue }
      let cursor = Int.random(in: 0...text.utf8.count, using: &dice)
      for completion in parser.completions(for: text, cursor: cursor).prefix(3) { _ = completion.applied(to: text) }
    }
  }
}

extension String {
  /// Bits of the language and of other things in a row.
  static func randomQuery(using dice: inout SeededRandom) -> String {
    let bits = [
      " ", " ", "-", "\"", "\\", ":", "<", ">", "=", "..", ",", "status", "score", "value", "created", "next", "last",
      "this", "week", "fri", "30d", "10k", "new", "has", "sort", "is", "open", "overdue", "ada", "@", "://", "9",
      "http",
      "é", "\u{301}", "漢", "😀", "\n", "\u{A0}", "\u{0}", "contract_end", "vip", "yes", "1.5m", "2026-11-22", "me", "#1",
    ]
    return (0..<Int.random(in: 0...12, using: &dice)).map { _ in bits.randomElement(using: &dice) ?? "" }.joined()
  }
}

extension Query {
  static func random(_ kind: EntityKind, _ fields: [FieldInfo], using dice: inout SeededRandom) -> Query {
    var query = Query()
    for _ in 0..<Int.random(in: 0...4, using: &dice) { query.terms.append(.random(kind, fields, using: &dice)) }
    for info in fields.shuffled(using: &dice).prefix(Int.random(in: 0...2, using: &dice))
    where info.kind != .customFields {
      query.sort.append(SortKey(info.key, descending: .random(using: &dice)))
    }
    return query
  }
}

extension Query.Term {
  static func random(_ kind: EntityKind, _ fields: [FieldInfo], using dice: inout SeededRandom) -> Query.Term {
    switch Int.random(in: 0...5, using: &dice) {
    case 0: return .word(text(using: &dice))
    case 1: return .phrase(text(using: &dice))
    case 2:
      guard let flag = QueryFlag.flags(for: kind).randomElement(using: &dice) else { return .word("x") }
      return .flag(flag)
    case 3:
      let inner = random(kind, fields, using: &dice)
      if case .not(.not(.not(_))) = inner { return inner }
      return .not(inner)
    default:
      guard let info = fields.randomElement(using: &dice) else { return .word("x") }
      return .field(key: info.key, .random(info, using: &dice))
    }
  }

  private static func text(using dice: inout SeededRandom) -> String {
    let text = Bool.random(using: &dice) ? String.randomQuery(using: &dice) : String.random(using: &dice)
    return text.isEmpty ? "x" : text
  }
}

extension Query.Test {
  static func random(_ info: FieldInfo, using dice: inout SeededRandom) -> Query.Test {
    let value = { (dice: inout SeededRandom) in info.randomValue(using: &dice) }
    let isOrdered = [.integer, .money, .day, .instant].contains(info.kind)
    switch Int.random(in: 0...(isOrdered ? 4 : 1), using: &dice) {
    case _ where info.kind == .customFields: return .isSet
    case 0: return .isSet
    case 1: return .anyOf((0...Int.random(in: 0...2, using: &dice)).map { _ in value(&dice) })
    case 2: return .compare(Query.Comparison.allCases.randomElement(using: &dice) ?? .less, value(&dice))
    case 3: return .between(value(&dice), Bool.random(using: &dice) ? value(&dice) : nil)
    default: return .between(nil, value(&dice))
    }
  }
}

extension FieldInfo {
  fileprivate func randomValue(using dice: inout SeededRandom) -> String {
    switch kind {
    case .integer: ["0", "70", "-3", "10k", "1,000"].randomElement(using: &dice) ?? "0"
    case .money: ["0", "70.5", "10k", "1.5m", "€3"].randomElement(using: &dice) ?? "0"
    case .flag: ["yes", "no"].randomElement(using: &dice) ?? "yes"
    case .day: ["today", "this week", "2026", "30d", "fri", "3 weeks ago"].randomElement(using: &dice) ?? "today"
    case .instant: ["now", "2026-11-22 14:00", "+3d", "4h", "last fri"].randomElement(using: &dice) ?? "today"
    case .text, .longText, .email, .phone, .url, .choice, .reference, .tags, .customFields: .random(using: &dice)
    }
  }
}
