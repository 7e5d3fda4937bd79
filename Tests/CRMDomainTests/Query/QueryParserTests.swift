import Testing

@testable import CRMDomain

@Suite struct QueryParserTests {
  private let leads = QueryParser(kind: .lead, fields: Lead.schema.infos + Sample.customFields)

  private func terms(_ text: String) -> [Query.Term] {
    let parsed = leads.parse(text)
    #expect(parsed.isSound, "\(text): \(parsed.mistakes)")
    return parsed.query.terms
  }

  private func mistakes(_ text: String) -> [String] {
    leads.parse(text).mistakes.map { mistake in
      let underlined = String(decoding: Array(text.utf8)[mistake.range], as: UTF8.self)
      return "\(underlined): \(mistake.message)"
    }
  }

  @Test(
    arguments: [
      ("", []), ("ada", [.word("ada")]), ("ada lovelace", [.word("ada"), .word("lovelace")]),
      ("-ada", [.not(.word("ada"))]), ("\"ada lovelace\"", [.phrase("ada lovelace")]),
      ("-\"a b\"", [.not(.phrase("a b"))]), ("\"\"", []), ("-", [.word("-")]), ("--a", [.not(.not(.word("a")))]),
      ("overdue", [.flag(.overdue)]), ("-Hot", [.not(.flag(.hot))]), ("is:open", [.flag(.open)]),
      ("\\overdue", [.word("overdue")]), ("\"overdue\"", [.phrase("overdue")]),
      ("status:new", [.field(key: "status", .anyOf(["new"]))]),
      ("STATUS:new,contacted", [.field(key: "status", .anyOf(["new", "contacted"]))]),
      ("-status:new", [.not(.field(key: "status", .anyOf(["new"])))]),
      ("score>70", [.field(key: "lead_score", .compare(.greater, "70"))]),
      ("score>=70", [.field(key: "lead_score", .compare(.greaterOrEqual, "70"))]),
      ("score:<=70", [.field(key: "lead_score", .compare(.lessOrEqual, "70"))]),
      ("value:10k..50k", [.field(key: "estimated_value", .between("10k", "50k"))]),
      ("value:10k..", [.field(key: "estimated_value", .between("10k", nil))]),
      ("value:..1.5m", [.field(key: "estimated_value", .between(nil, "1.5m"))]),
      ("value>10,000", [.field(key: "estimated_value", .compare(.greater, "10,000"))]),
      ("created<30d", [.field(key: "created_at", .compare(.less, "30d"))]),
      ("created>2026-11-01", [.field(key: "created_at", .compare(.greater, "2026-11-01"))]),
      ("created:this week", [.field(key: "created_at", .anyOf(["this week"]))]),
      ("created:today,last month ada", [.field(key: "created_at", .anyOf(["today", "last month"])), .word("ada")]),
      ("next<next fri", [.field(key: "next_follow_up", .compare(.less, "next fri"))]),
      ("owner:me", [.field(key: "assigned_to", .anyOf(["me"]))]),
      ("tag:\"trade show\"", [.field(key: "tags", .anyOf(["trade show"]))]),
      ("has:email", [.field(key: "email", .isSet)]), ("-has:phone", [.not(.field(key: "phone", .isSet))]),
      ("name:\"van der Berg\"", [.field(key: "last_name", .anyOf(["van der Berg"]))]),
      ("name:van\\ der", [.field(key: "last_name", .anyOf(["van der"]))]),
      ("company:\"\"", [.field(key: "company_name", .anyOf([""]))]),
      ("contract_end<2027", [.field(key: "Contract end", .compare(.less, "2027"))]),
      ("https://acme.com/a?b:c", [.word("https://acme.com/a?b:c")]), ("9:30", [.word("9:30")]),
      ("mailto:a@b.c", [.word("mailto:a@b.c")]), ("Bob<bob@acme.com>", [.word("Bob<bob@acme.com>")]),
      ("ssh://host", [.word("ssh://host")]), ("<3", [.word("<3")]), (":)", [.word(":)")]), ("a\\:b", [.word("a:b")]),
    ] as [(String, [Query.Term])])
  func formsOfTheLanguage(text: String, terms: [Query.Term]) {
    #expect(self.terms(text) == terms)
  }

  @Test func sortsByKeysInOrder() {
    #expect(leads.parse("sort:-score,name").query.sort == [.init("lead_score", descending: true), .init("last_name")])
    #expect(leads.parse("sort:score sort:-created").query.sort.map(\.key) == ["lead_score", "created_at"])
  }

  @Test func aMistakeNamesItsPlaceAndTheNearestName() {
    #expect(mistakes("ada scroe:70") == ["scroe: There is no field called ‘scroe’. Did you mean ‘score’?"])
    #expect(mistakes("é foo:x") == ["foo: There is no field called ‘foo’."])
    #expect(mistakes("sort:-nmae") == ["-nmae: There is no field called ‘nmae’. Did you mean ‘name’?"])
    #expect(mistakes("has:emial") == ["emial: There is no field called ‘emial’. Did you mean ‘email’?"])
    #expect(mistakes("is:opne") == ["opne: There is no rule called ‘opne’. Did you mean ‘open’?"])
  }

  @Test func valuesMustSuitTheField() {
    #expect(mistakes("score>abc") == ["abc: Score is a number, such as 70, 10k or 1.5m."])
    #expect(mistakes("score:70,x") == ["x: Score is a number, such as 70, 10k or 1.5m."])
    #expect(mistakes("score>7.5") == ["7.5: Score is a whole number."])
    #expect(mistakes("created:5").count == 1 && mistakes("created:99-99").count == 1)
    #expect(mistakes("created<soon").first?.hasPrefix("soon: Created at is a date") == true)
    #expect(mistakes("name>m") == ["m: Last name has no more or less: write last_name:value."])
    #expect(mistakes("contract_end<4h") == ["4h: Contract end has no time of day."])
    #expect(mistakes("priority>huge") == ["huge: Priority is one of low, medium, high, urgent."])
    #expect(mistakes("custom_fields:x") == ["x: Ask for a field inside Custom fields by its own name."])
    #expect(mistakes("vip:maybe") == ["maybe: VIP is yes or no."])
    #expect(leads.parse("score:70,x").query.terms == [.field(key: "lead_score", .anyOf(["70"]))])
  }

  @Test func anUnknownChoiceIsKeptWithAHint() {
    let parsed = leads.parse("status:contated")
    #expect(parsed.query.terms == [.field(key: "status", .anyOf(["contated"]))])
    #expect(parsed.isSound)
    #expect(
      mistakes("status:contated") == ["contated: There is no status called ‘contated’. Did you mean ‘contacted’?"])
    let used = QueryParser(kind: .lead, fields: Lead.schema.infos) { $1 == "nurturing" }
    #expect(used.parse("status:nurturing").mistakes.isEmpty)
  }

  @Test func aRuleOfAnotherListIsAWordWithAHint() {
    let parsed = leads.parse("rotting")
    #expect(parsed.query.terms == [.word("rotting")])
    #expect(parsed.mistakes.map(\.severity) == [.hint])
  }

  @Test(arguments: ["status:", "score>", "score>=", "value:..", "\"ada lo", "name:\"van", "status:new has:", "sort:-"])
  func typingIsNotAMistake(text: String) {
    let parsed = leads.parse(text)
    #expect(!parsed.isComplete)
    #expect(parsed.mistakes.isEmpty)
  }

  @Test func everyPrefixOfAQueryParses() {
    let text = "ada -status:new,\"in progress\" value:10k..50k created:last month sort:-score \"a b\" -has:phone"
    for length in 0...text.count { _ = leads.parse(String(text.prefix(length))) }
    #expect(leads.parse(text).isSound)
  }
}

enum Sample {
  static let customFields = [
    FieldInfo("Contract end", kind: .day, isCustom: true), FieldInfo("vip", label: "VIP", kind: .flag, isCustom: true),
    FieldInfo("seats", kind: .integer, isCustom: true),
  ]
}
