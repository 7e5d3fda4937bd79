import Foundation
import Testing

@testable import CRMDomain

@Suite struct QueryMatcherTests {
  /// Wednesday, 18 November 2026, 12:00 in Berlin, one hour east of UTC.
  private let context: QueryContext
  private let berlin: LocalCalendar

  init() throws {
    berlin = LocalCalendar(try #require(TimeZone(identifier: "Europe/Berlin")))
    let now = try #require(Instant(iso: "2026-11-18T11:00:00Z"))
    context = QueryContext(now: now, calendar: berlin, me: 7) { kind, name in
      kind == .user && name.lowercased().hasPrefix("bo") ? [8, 9] : []
    }
  }

  private func lead(_ change: (inout Lead) -> Void) -> Lead {
    var lead = Lead()
    change(&lead)
    return lead
  }

  private func matches<R: Record>(_ text: String, _ record: R) -> Bool {
    let fields = R.schema.infos + Sample.customFields
    let parsed = QueryParser(kind: R.schema.kind, fields: fields).parse(text)
    #expect(parsed.isSound && parsed.isComplete, "\(text): \(parsed.mistakes)")
    return QueryMatcher<R>(parsed.query, fields: fields, context: context).matches(record)
  }

  private func instant(_ iso: String) -> Instant? { Instant(iso: iso) }

  @Test(arguments: [
    ("", true), ("ada", true), ("lace", true), ("LOVELACE", true), ("ada acme", true), ("bob", false), ("-ada", false),
    ("-bob", true), ("\"ada love\"", true), ("\"lovelace ada\"", false), ("zoë", false), ("'", true), ("-'", true),
    ("company:acme", true), ("company:cor", true), ("company:me", false), ("company:\"acme cor\"", true),
    ("company:\"corp acme\"", false), ("company:bob,acme", true), ("company:\"\"", false), ("title:\"\"", true),
    ("has:company", true), ("has:title", false), ("-has:title", true), ("-company:bob", true), ("-title:boss", true),
    ("email:acme", true), ("email:example.org", false), ("phone:2079-46", true), ("phone:0208", false),
    ("status:in_talks", true), ("status:\"In talks\"", true), ("status:new", false), ("source:\"trade show\"", true),
    ("source:Trade-Show", true), ("priority>=high", true), ("priority>high", false), ("priority:medium..high", true),
    ("score:70", true), ("score>70", false), ("score>=70", true), ("score:60..70", true), ("score:..69", false),
    ("score:1,70", true), ("value>10k", true), ("value:10k..12.5k", true), ("value>1.5m", false), ("value:12500", true),
    ("owner:me", true), ("owner:bo", false), ("owner:none", false), ("owner:#7", true), ("created_by:me", false),
    ("created_by:none", true), ("tag:expo", true), ("tag:exp", false), ("tag:VIP,expo", true), ("-tag:vip", true),
    ("has:tags", true), ("state:ca", true), ("state:cal", true), ("state:alif", false), ("seats>10", true),
    ("seats>12", false), ("vip:yes", true), ("vip:no", false), ("contract_end:2027", true),
    ("contract_end<2027", false),
    ("contract_end:2027-01..2027-03", true), ("hot", true), ("mine", true), ("unassigned", false), ("open", true),
    ("lost", false), ("closed", false), ("nextless", false), ("-nextless", true),
  ])
  func everyTermOnOneLead(text: String, isMatch: Bool) {
    let ada = lead {
      $0.firstName = "Ada"
      $0.lastName = "Lovelace"
      $0.companyName = "Acme Corp"
      $0.email = "ada@acme.com"
      $0.phone = "+44 20 7946 0958"
      $0.status = "in_talks"
      $0.leadSource = "trade_show"
      $0.priority = "high"
      $0.leadScore = 70
      $0.estimatedValue = Money(hundredths: 1_250_000)
      $0.assignedTo = Identifier(7)
      $0.state = "California"
      $0.tags = ["Expo", "b"]
      $0.customFields = [
        "seats": .integer(12), "vip": .bool(true),
        "Contract end": .string("2027-02-01"),
      ]
    }
    #expect(matches(text, ada) == isMatch)
  }

  @Test(arguments: [
    ("created:today", "2026-11-17T23:00:00Z", true), ("created:today", "2026-11-17T22:59:59Z", false),
    ("created:today", "2026-11-18T22:59:59.999999Z", true), ("created:today", "2026-11-18T23:00:00Z", false),
    ("created:yesterday", "2026-11-17T08:00:00Z", true), ("created:this week", "2026-11-15T23:00:00Z", true),
    ("created:this week", "2026-11-15T22:59:59Z", false), ("created:last week", "2026-11-15T22:59:59Z", true),
    ("created:last month", "2026-10-31T22:59:00Z", true), ("created:last month", "2026-11-01T00:00:00Z", false),
    ("created:2026", "2026-01-01T00:00:00Z", true), ("created:2026", "2025-12-31T22:59:59Z", false),
    ("created:2026-11", "2026-11-30T22:59:59Z", true), ("created:mon", "2026-11-16T12:00:00Z", true),
    ("created:wed", "2026-11-18T12:00:00Z", true), ("created:last wed", "2026-11-11T12:00:00Z", true),
    ("created<30d", "2026-10-19T11:00:00.000001Z", true), ("created<30d", "2026-10-19T11:00:00Z", false),
    ("created<=30d", "2026-10-19T11:00:00Z", true), ("created>30d", "2026-10-19T10:59:59Z", true),
    ("created>30d", "2026-10-19T11:00:00Z", false), ("created<4h", "2026-11-18T07:30:00Z", true),
    ("created:7d..30d", "2026-11-01T00:00:00Z", true), ("created:7d..30d", "2026-11-17T00:00:00Z", false),
    ("created:2026-01-01..7d", "2026-11-01T00:00:00Z", true), ("created:2026-01-01..7d", "2026-11-17T00:00:00Z", false),
    ("created:7d", "2026-11-10T23:00:00Z", true), ("created:7d", "2026-11-10T22:59:59Z", false),
    ("created:\"3 days ago\"", "2026-11-15T12:00:00Z", true), ("created:-3d", "2026-11-15T12:00:00Z", true),
    ("created:\"24 dec\"", "2025-12-24T12:00:00Z", true), ("created:\"1 nov\"", "2026-11-01T12:00:00Z", true),
    ("created<\"fri 9:00\"", "2026-11-13T08:00:00Z", false), ("created<\"fri 9:00\"", "2026-11-13T07:59:59Z", true),
    ("created>2026-11-01", "2026-11-01T12:00:00Z", false), ("created>2026-11-01", "2026-11-01T23:00:00Z", true),
    ("created>=2026-11-01", "2026-10-31T23:00:00Z", true), ("created<=2026-11-01", "2026-11-01T22:59:59Z", true),
    ("created<\"2026-11-01 14:30\"", "2026-11-01T13:29:59Z", true),
    ("created<2026-11-01T14:30", "2026-11-01T13:30:00Z", false),
    ("created<2026-11-01T14:30:00Z", "2026-11-01T14:29:59Z", true),
    ("created<2026-11-01T14:30:00+01:00", "2026-11-01T13:30:00Z", false),
    ("created:2026-10-01..2026-10-31", "2026-10-31T22:59:59Z", true),
    ("created:2026-10-01..2026-10-31", "2026-10-31T23:00:00Z", false),
  ])
  func datesOfThePastInLocalDays(text: String, created: String, isMatch: Bool) {
    #expect(matches(text, lead { $0.createdAt = instant(created) }) == isMatch)
  }

  @Test(arguments: [
    ("next:fri", "2026-11-20T12:00:00Z", true), ("next<fri", "2026-11-19T22:59:59Z", true),
    ("next<fri", "2026-11-19T23:00:00Z", false), ("next<=fri", "2026-11-20T22:59:59Z", true),
    ("next:wed", "2026-11-18T09:00:00Z", true), ("next:next wed", "2026-11-25T09:00:00Z", true),
    ("next<3d", "2026-11-21T10:59:00Z", true), ("next<3d", "2026-11-21T11:00:00Z", false),
    ("next:3d", "2026-11-21T22:59:00Z", true), ("next:3d", "2026-11-17T12:00:00Z", false),
    ("next:+3d", "2026-11-21T12:00:00Z", true), ("next:tomorrow", "2026-11-19T12:00:00Z", true),
    ("next:\"in 2 weeks\"", "2026-12-02T12:00:00Z", true), ("next<today", "2026-11-17T22:59:59Z", true),
    ("next:\"20 nov\"", "2026-11-20T12:00:00Z", true), ("next:20.11.", "2026-11-20T12:00:00Z", true),
    ("next<\"fri 9:00\"", "2026-11-20T07:59:59Z", true), ("next<\"fri 9:00\"", "2026-11-20T08:00:00Z", false),
    ("next<17:00", "2026-11-18T15:59:59Z", true), ("next:\"24 Dec 2027\"", "2027-12-24T12:00:00Z", true),
    ("next<now", "2026-11-18T10:59:59Z", true), ("next>now", "2026-11-18T10:59:59Z", false),
    ("overdue", "2026-11-18T10:59:59Z", true), ("overdue", "2026-11-18T11:00:00Z", false),
    ("due", "2026-11-18T22:59:59Z", true), ("due", "2026-11-18T23:00:00Z", false),
    ("today", "2026-11-17T22:00:00Z", false),
    ("today", "2026-11-18T10:00:00Z", true),
  ])
  func datesAheadInLocalDays(text: String, next: String, isMatch: Bool) {
    #expect(matches(text, lead { $0.nextFollowUp = instant(next) }) == isMatch)
  }

  @Test func anEmptyFieldIsNeitherMoreNorLess() {
    for text in [
      "value>0", "value<0", "value:..5", "next<now", "next>now", "next:today", "overdue", "due", "contract_end>2000",
    ] {
      #expect(!matches(text, Lead()), "\(text)")
      #expect(matches("-\(text)", Lead()), "\(text)")
    }
  }

  @Test func rulesOfTasksAndDeals() {
    var task = CRMTask()
    task.dueDate = instant("2026-11-18T10:00:00Z")
    #expect(matches("overdue due today open -closed unassigned", task))
    task.status = "completed"
    #expect(matches("-overdue -due today -open closed", task))
    var deal = Opportunity()
    deal.expectedCloseDate = Day(iso: "2026-11-17")
    #expect(matches("overdue due -today open -won", deal))
    deal.expectedCloseDate = Day(iso: "2026-11-18")
    #expect(matches("-overdue due today close:today close<7d close>=0d close:this week", deal))
    deal.stage = "closed_won"
    #expect(matches("won -lost closed -overdue -due stage>=proposal", deal))
  }

  @Test func rulesThatNeedOtherTablesAreAsked() {
    let query = QueryParser(kind: .opportunity, fields: Opportunity.schema.infos).parse("-rotting").query
    let matcher = QueryMatcher<Opportunity>(query, context: context) { flag, deal in
      flag == .rotting && deal.name == "old"
    }
    var deal = Opportunity()
    #expect(matcher.matches(deal))
    deal.name = "old"
    #expect(!matcher.matches(deal))
  }

  @Test func aTermWhoseFieldIsGoneMatchesNothing() {
    let query = Query(terms: [.field(key: "gone", .isSet)])
    #expect(query.conditions(for: .lead, fields: Lead.schema.infos, context: context) == [.nothing])
  }

  @Test func valuesOfOneFieldAreOneCondition() {
    let query = QueryParser(kind: .lead, fields: Lead.schema.infos).parse("status:new,lost tag:a,B").query
    let conditions = query.conditions(for: .lead, fields: Lead.schema.infos, context: context)
    let status = Lead.schema.field("status")?.info
    let tags = Lead.schema.field("tags")?.info
    #expect(
      conditions == [status.map { .isIn($0, [.text("new"), .text("lost")]) }, tags.map { .hasTag($0, ["a", "b"]) }])
  }

  @Test func sortsFoldedWithEmptyLastAndTiesById() {
    let names = ["b", "", "Ä", "a", "B", "c"]
    let leads = names.enumerated().map { index, name in
      lead {
        $0.id = Identifier(Int64(index))
        $0.lastName = name
      }
    }
    func order(_ text: String) -> String {
      let query = QueryParser(kind: .lead, fields: Lead.schema.infos).parse(text).query
      let matcher = QueryMatcher<Lead>(query, context: context)
      return leads.reversed().sorted(by: matcher.precedes).map { String($0.id.rawValue) }.joined()
    }
    #expect(order("sort:name") == "230451")
    #expect(order("sort:-name") == "504231")
    #expect(order("") == "012345")
  }

  @Test func whatIsReadBackMatchesTheSame() {
    var random = SeededRandom()
    let seed = random.seed
    let fields = Lead.schema.infos
    for _ in 0..<1_000 {
      var lead = Lead()
      for field in Lead.schema.fields { field.set(&lead, Samples.value(for: field.info, using: &random)) }
      guard let info = fields.randomElement(using: &random), case .text(let text) = lead[info] else { continue }
      let query = Query(terms: [.field(key: info.key, .anyOf([text]))])
      #expect(QueryMatcher<Lead>(query, context: context).matches(lead), "seed \(seed): \(query.text)")
    }
  }
}
