import Foundation
import Testing

@testable import CRMDomain

struct FieldTextTests {
  private let context = EntryContext(
    now: Instant(iso: "2026-11-22T14:02:00Z")!, calendar: LocalCalendar(TimeZone(identifier: "Europe/London")!),
    currency: "EUR",
    names: { _, id in id == 1 ? "ada" : id < 10 ? "user \(id)" : id < 15 ? "#\(id - 1)" : id == 15 ? "twin" : nil },
    find: { kind, name in
      switch name {
      case "me", "ada": 1
      case "twin": 99
      default: name.hasPrefix("user ") ? Int64(name.dropFirst(5)) : nil
      }
    })

  private static let infos = EntityKind.allCases.flatMap { kind in kind.fields.map { (kind, $0) } }

  private func field(_ name: String, of kind: EntityKind = .lead) throws -> FieldInfo {
    try #require(kind.fields.first { $0.name == name })
  }

  private func parse(_ text: String, _ name: String, of kind: EntityKind = .lead) throws -> FieldValue {
    try FieldText.parse(text, as: field(name, of: kind), in: context)
  }

  @Test(arguments: [false, true])
  func whatIsOfferedForEditingReadsBackToTheSameValue(decimalComma: Bool) throws {
    var random = SeededRandom()
    var context = context
    context.decimalComma = decimalComma
    for (kind, info) in FieldTextTests.infos where info.kind != .customFields {
      for _ in 0..<100 {
        let value = Samples.value(for: info, using: &random)
        let text = FieldText.edit(value, as: info, in: context)
        #expect(
          try FieldText.parse(text, as: info, in: context) == value, "\(kind) \(info.name) \(text) \(random.seed)")
      }
    }
  }

  @Test func thePlainFormLosesNothing() throws {
    var random = SeededRandom()
    for (kind, info) in FieldTextTests.infos {
      #expect(try FieldText.read(plain: FieldText.plain(.none, as: info), as: info) == .none)
      for _ in 0..<100 {
        let value = Samples.value(for: info, using: &random)
        let text = FieldText.plain(value, as: info)
        #expect(try FieldText.read(plain: text, as: info) == value, "\(kind) \(info.name) \(text) \(random.seed)")
      }
    }
  }

  @Test func aValueThatDoesNotFitItsFieldSurvivesBeingLookedAt() throws {
    var random = SeededRandom()
    let odd: [FieldValue] = [
      .text("event"), .integer(7), .money(5), .flag(true), .tags(["a", "a"]), .object(["a": .null]),
    ]
    for (_, info) in FieldTextTests.infos {
      for value in odd + [Samples.value(for: info, using: &random)] {
        let text = FieldText.edit(value, as: info, in: context)
        #expect(
          try FieldText.parse(text, as: info, in: context, current: value) == value, "\(info.name) \(random.seed)")
      }
    }
  }

  @Test func choicesAnswerToValueLabelAndBeginning() throws {
    #expect(try parse("social_media", "lead_source") == .text("social_media"))
    #expect(try parse("Social Media", "lead_source") == .text("social_media"))
    #expect(try parse("soc", "lead_source") == .text("social_media"))
    #expect(try parse(" ", "lead_source") == .none)
    let problem = #expect(throws: FieldProblem.self) { try parse("un", "priority") }
    #expect(problem?.message == "Priority is one of: low, medium, high, urgent")
    #expect(throws: FieldProblem.self) { try parse("event", "lead_source") }
    #expect(
      try FieldText.parse("event", as: field("lead_source"), in: context, current: .text("event")) == .text("event"))
  }

  @Test func whatIsTypedIsUnderstood() throws {
    #expect(try parse("€ 10k", "estimated_value") == .money(1_000_000))
    #expect(try parse("50 %", "probability") == .integer(50))
    #expect(try parse("me", "assigned_to") == .reference(1))
    #expect(try parse("#42", "assigned_to") == .reference(42))
    #expect(try parse("fri", "next_follow_up") == .instant(Instant(iso: "2026-11-27T09:00:00Z")!))
    #expect(try parse("24 dec", "expected_close_date", of: .opportunity) == .day(Day(iso: "2026-12-24")!))
    #expect(try parse("expo,  vip, expo, \"a, b\"", "tags") == .tags(["expo", "vip", "a, b"]))
    #expect(try parse("example.com", "website", of: .contact) == .text("https://example.com"))
    #expect(try parse("Yes", "is_active", of: .user) == .flag(true))
    #expect(try parse("  Ada ", "first_name") == .text("Ada"))
  }

  @Test(arguments: [
    ("ada", "email", "Email needs an @ and a domain, like ada@example.com"),
    ("101", "probability", "Probability is from 0 to 100"),
    ("x", "probability", "Probability is a whole number, such as 42"),
    ("USD 5", "estimated_value", "Value is in EUR here; change the currency to enter USD"),
    ("bo", "assigned_to", "There is no user called “bo”"),
    ("call me", "phone", "Phone has at most 20 digits, spaces and + ( ) - . / or ext, like +44 20 7946 0958"),
    ("\"a", "tags", "A quote is not closed; tags are parted by commas, such as expo, vip"),
  ])
  func aMistakeSaysWhatWouldWork(text: String, name: String, message: String) throws {
    let problem = #expect(throws: FieldProblem.self) { try parse(text, name) }
    #expect(problem?.message == message)
    #expect(problem?.name == name)
  }

  @Test func valuesAreShownAsARepReadsThem() throws {
    func show(_ value: FieldValue, _ name: String) throws -> String {
      try FieldText.show(value, as: field(name), in: context)
    }
    #expect(try show(.text("trade_show"), "lead_source") == "trade show")
    #expect(try show(.text("our_event"), "lead_source") == "our_event")
    #expect(try show(.money(12_000_000), "estimated_value") == "120,000")
    #expect(try show(.reference(1), "assigned_to") == "ada")
    #expect(try show(.reference(50), "assigned_to") == "#50")
    #expect(try show(.tags(["a", "b"]), "tags") == "a, b")
    #expect(try show(.none, "tags") == "")
    #expect(try show(.object(["shoe_size": .integer(7), "b": .string("x")]), "custom_fields") == "B: x, Shoe size: 7")
  }

  @Test func customFieldsKeepTextTheyCannotRead() throws {
    let custom = FieldInfo("birthday", kind: .day, isCustom: true)
    #expect(try FieldText.read(plain: "in May", as: custom) == .text("in May"))
    let problem = #expect(throws: FieldProblem.self) {
      try FieldText.read(plain: "in May", as: FieldInfo("birthday", kind: .day))
    }
    #expect(problem?.message == "Birthday should be written as a day, such as 2026-12-24")
  }
}
