import Testing

@testable import CRMDomain

@Suite struct GroupingTests {
  private let fields = EntityKind.lead.fields
  private var parser: QueryParser { QueryParser(kind: .lead, fields: fields) }

  @Test func aQueryNamesItsGroups() {
    #expect(parser.parse("group:status").query.group == .init("status"))
    #expect(
      parser.parse("acme group:-created/week").query.group == .init("created_at", period: .week, descending: true))
    #expect(parser.parse("group:").isComplete == false && parser.parse("group:").mistakes.isEmpty)
    #expect(parser.parse("group:-").query.group == nil)
    #expect(parser.parse("group:created/fortnight").mistakes.map(\.range) == [6..<23])
    #expect(parser.parse("group:scroe").mistakes.first?.message.contains("score") == true)
    #expect(parser.parse("-group:status").mistakes.first?.message.contains("group:-name") == true)
  }

  @Test func groupsGoIntoTextAndBack() {
    for period in Period.allCases {
      for descending in [false, true] {
        for key in ["status", "created_at", "lead_source"] {
          let query = Query(
            terms: [.word("acme")], sort: [.init("lead_score")],
            group: .init(key, period: period, descending: descending))
          #expect(parser.parse(query.text).query == query)
          #expect(parser.parse(query.text(for: fields)).query == query)
          #expect(query.group.map { Query.GroupKey(text: $0.text) } == query.group)
        }
      }
    }
    #expect(Query(group: .init("created_at", period: .week)).text(for: fields) == "group:created/week")
  }

  @Test func groupsAreCompleted() {
    func texts(_ text: String) -> [String] {
      parser.completions(for: text, cursor: text.utf8.count).map { $0.applied(to: text).text }
    }
    #expect(texts("gro") == ["group:"])
    #expect(texts("group:sta").sorted() == ["group:state", "group:status"])
    #expect(texts("group:-stat").contains("group:-status"))
    #expect(texts("group:created/") == Period.allCases.map { "group:created/\($0.rawValue)" })
    #expect(texts("group:created/w") == ["group:created/week"])
    #expect(!texts("group:").contains("group:email"), "every record has its own")
  }

  @Test func everyDayLiesInItsPeriods() throws {
    let first = try #require(Day(year: 2023, month: 12, day: 20)).daysSince1970
    for number in first..<first + 900 {
      let day = Day(daysSince1970: number)
      for period in Period.allCases {
        let start = period.start(of: day)
        let end = period.end(from: start)
        #expect(start <= day && day <= end)
        #expect(period.start(of: start) == start && period.start(of: end) == start)
        #expect(period.start(of: end.adding(days: 1)) == end.adding(days: 1), "the next one begins behind it")
      }
    }
  }

  @Test func theFilterOfAGroupFindsItsRows() throws {
    let context = QueryContext(now: Instant(seconds: 1_795_356_120), calendar: .utc)
    for (name, kind) in [("created_at", EntityKind.lead), ("expected_close_date", .opportunity)] {
      let info = try #require(kind.field(name))
      let today = context.calendar.day(of: context.now)
      for days in [-400, -100, -31, -8, -1, 0, 1, 45, 380] {
        let day = today.adding(days: days)
        let value: FieldValue =
          info.kind == .day ? .day(day) : .instant(context.calendar.instant(of: day, minutes: 600))
        for period in Period.allCases {
          let grouping = Grouping(info, period: period, calendar: .utc)
          let start = grouping.group(of: value)
          let filter = grouping.filter(start)
          let parsed = QueryParser(kind: kind, fields: kind.fields).parse(filter)
          #expect(parsed.mistakes.isEmpty, "\(filter)")
          func holds<R: Record>(_ type: R.Type, _ value: FieldValue) -> Bool {
            var record = R()
            record[name] = value
            return QueryMatcher<R>(parsed.query, context: context).matches(record)
          }
          let isFound = holds(kind.recordType, value)
          #expect(isFound, "\(filter) \(day.iso)")
        }
      }
    }
  }

  // MARK: Sums

  @Test func sumsStayAtTheEndOfWhatAmountsCanBe() {
    var sum = WideSum()
    for _ in 0..<1000 { sum.add(.max) }
    #expect(sum.money == .most && sum.money.isBeyond)
    #expect(sum.money.display(currency: "EUR") == "more than EUR 92,233,720,368,547,758.07")
    #expect(sum.money.short(currency: "EUR") == "more than EUR 92233720bn" || sum.money.short.hasPrefix("more than "))
    #expect(Money(hundredths: .max - 1).adding(Money(hundredths: 5)) == .most)
    #expect(Money.most.adding(Money(hundredths: -5)) == .most, "what is beyond stays there")
    #expect(Money(hundredths: 3).adding(Money(hundredths: -5)).hundredths == -2)
    #expect(WideSum(150).percent.hundredths == 2 && WideSum(-150).percent.hundredths == -2)
    #expect(WideSum(149).percent.hundredths == 1 && WideSum(-149).percent.hundredths == -1)
    var deal = Opportunity()
    deal.amount = .most
    deal.probability = 100
    #expect(deal.weightedAmount == .most)
  }
}
