import Testing

@testable import CRMDomain

@Suite struct DemoBookTests {
  /// Sunday 2026-11-22, 19:00 in Greenwich; already Monday seven hours east of it.
  static let now = Instant(seconds: 1_795_374_000)
  static let book = DemoBook(now: now)
  var book: DemoBook { Self.book }

  @Test func thereIsEnoughOfEverything() {
    #expect(book.users.count == 6)
    #expect(book.leads.count == 250)
    #expect(book.contacts.count == 120)
    #expect(book.opportunities.count == 60)
    #expect(book.tasks.count == 80)
    #expect((550...700).contains(book.activities.count), "\(book.activities.count) activities")
    #expect(book.tags.count == 10)
    #expect(book.users.filter(\.isMe).count == 1)
  }

  @Test func theSameMomentGivesTheSameBook() {
    #expect(DemoBook(now: Self.now) == book)
    #expect(DemoBook(now: Self.now.adding(seconds: 86_400)) != book)
  }

  @Test func idsCountFromOneInEveryKind() {
    func check<R: Record>(_ records: [R]) {
      #expect(records.map(\.id.rawValue) == (1...Int64(records.count)).map { $0 }, "\(R.schema.kind)")
    }
    check(book.users)
    check(book.boards)
    check(book.stages)
    check(book.leads)
    check(book.contacts)
    check(book.opportunities)
    check(book.tasks)
    check(book.activities)
    check(book.tags)
  }

  @Test func everyRecordKeepsTheRulesOfItsSchema() {
    check(book.users)
    check(book.boards)
    check(book.stages)
    check(book.leads)
    check(book.contacts)
    check(book.opportunities)
    check(book.tasks)
    check(book.activities)
    check(book.tags)
  }

  /// Required fields are set, texts fit, choices are documented ones, references are to records of the book.
  private func check<R: Record>(_ records: [R]) {
    for record in records {
      for field in R.schema.fields {
        let value = field.get(record)
        let place: Comment = "\(R.schema.kind) \(record.id.rawValue) \(field.info.name): \(value)"
        #expect(!field.info.isRequired || !value.isEmpty, place)
        #expect(fits(value, field.info), place)
      }
    }
  }

  private func fits(_ value: FieldValue, _ info: FieldInfo) -> Bool {
    switch (value, info.kind) {
    case (.reference(let id), .reference(let kind)): (1...Int64(count(of: kind))).contains(id)
    case (.text(let text), .choice(let choices)): choices.contains { $0.value == text }
    case (.text(let text), .email): text.allSatisfy(\.isASCII) && text.hasSuffix(".example") && text.contains("@")
    case (.text(let text), _):
      text.count <= info.limit ?? .max && !text.contains("{") && text.first?.isWhitespace == false
    case (.integer(let number), _): info.range?.contains(number) ?? true
    case (.money(let hundredths), _): hundredths > 0
    case (.tags(let tags), _): tags.allSatisfy { tag in book.tags.contains { $0.name == tag } }
    default: true
    }
  }

  private func count(of kind: EntityKind) -> Int {
    switch kind {
    case .lead: book.leads.count
    case .contact: book.contacts.count
    case .opportunity: book.opportunities.count
    case .task: book.tasks.count
    case .activity: book.activities.count
    case .user: book.users.count
    case .tag: book.tags.count
    case .board: book.boards.count
    case .stage: book.stages.count
    }
  }

  @Test func everyStatusStageAndKindOfTalkOccurs() {
    #expect(Set(book.leads.map(\.status)) == Set(Choices.leadStatus.map(\.value)))
    #expect(Set(book.leads.map(\.leadSource)) == Set(Choices.leadSource.map(\.value)))
    #expect(Set(book.opportunities.map(\.stage)) == Set(Choices.stage.map(\.value)))
    #expect(Set(book.opportunities.map(\.currency)) == ["USD", "EUR", "GBP"])
    #expect(
      Set(book.activities.map(\.activityType)).isSuperset(of: ["call", "email", "meeting", "note", "status_change"]))
    #expect(Set(book.tasks.map(\.status)) == Set(Choices.taskStatus.map(\.value)))
    #expect(Set(book.tasks.map(\.taskType)) == Set(Choices.taskType.map(\.value)))
  }

  @Test func dollarsAreTheUsualCurrency() {
    let dollars = book.opportunities.filter { $0.currency == "USD" }.count
    #expect(dollars * 2 > book.opportunities.count, "\(dollars) of \(book.opportunities.count)")
  }

  @Test func contactsHaveAddressesOfTheirOwn() {
    #expect(Set(book.contacts.map(\.email)).count == book.contacts.count)
  }

  @Test func convertedLeadsPointAtTheContactAndTheDealTheyBecame() throws {
    let converted = book.leads.filter { $0.status == "converted" }
    #expect(converted.count == 12)
    for lead in converted {
      let contact = try #require(book.contacts.first { $0.id == lead.convertedContact })
      let deal = try #require(book.opportunities.first { $0.id == lead.convertedOpportunity })
      #expect(contact.email == lead.email && contact.createdAt == lead.convertedAt)
      #expect(deal.contact == contact.id && deal.lead == lead.id && deal.createdAt == lead.convertedAt)
      #expect(try #require(lead.createdAt) < #require(lead.convertedAt))
    }
    #expect(book.leads.filter { $0.convertedAt != nil } == converted)
  }

  /// The evening of `now`, five past midnight on a New Year's Day, noon on a leap day.
  static let moments = [now, Instant(seconds: 1_798_761_900), Instant(seconds: 1_835_438_400)]

  @Test(arguments: moments) func nothingHappenedBeforeItsRecordWasMadeOrAfterNow(now: Instant) throws {
    let book = DemoBook(now: now)
    let oldest = now.adding(seconds: -430 * 86_400)
    for activity in book.activities {
      let moment = try #require(activity.occurredAt)
      #expect(oldest <= moment && moment <= now)
      let lead = book.leads.first { $0.id == activity.lead }
      let deal = activity.lead == nil ? book.opportunities.first { $0.id == activity.opportunity } : nil
      #expect((lead?.createdAt ?? oldest) <= moment, "activity \(activity.id.rawValue)")
      #expect((deal?.createdAt ?? oldest) <= moment, "activity \(activity.id.rawValue)")
    }
    for deal in book.opportunities {
      let created = try #require(deal.createdAt)
      let entered = try #require(deal.stageEnteredAt)
      let known = try #require(book.contacts.first { $0.id == deal.contact }?.createdAt)
      #expect(known <= created && created <= entered && entered <= now, "deal \(deal.id.rawValue)")
    }
  }

  @Test(arguments: moments) func idsAscendWithTheTimeOfMaking(now: Instant) {
    let book = DemoBook(now: now)
    #expect(book.leads.compactMap(\.createdAt).isAscending)
    #expect(book.contacts.compactMap(\.createdAt).isAscending)
    #expect(book.opportunities.compactMap(\.createdAt).isAscending)
    #expect(book.tasks.compactMap(\.createdAt).isAscending)
    #expect(book.activities.compactMap(\.createdAt).isAscending)
  }

  @Test(arguments: [0, 25_200, -28_800, 20_700]) func tasksAreLateDueTodayComingAndDone(utcOffset: Int) {
    let clock = DemoClock(now: Self.now, utcOffset: utcOffset)
    let book = DemoBook(now: Self.now, utcOffset: utcOffset)
    let days = book.tasks.filter(\.isOpen).compactMap { $0.dueDate.map(clock.day(of:)) }
    #expect(days.filter { $0 < clock.today }.count == 14)
    #expect(days.filter { $0 == clock.today }.count == 10)
    #expect(days.filter { $0 > clock.today }.count == 24)
    #expect(book.tasks.filter { $0.status == "completed" && $0.completedAt != nil }.count == 28)
    #expect(book.leads.contains { $0.nextFollowUp.map(clock.day(of:)) == clock.today })
  }

  @Test(arguments: 0..<31) func dealsAreWonAndDueInTheMonthWhateverItsDay(later: Int) {
    let now = Self.now.adding(seconds: Int64(later) * 86_400)
    let clock = DemoClock(now: now, utcOffset: 0)
    let book = DemoBook(now: now)
    let month = clock.firstOfMonth...clock.lastOfMonth
    let won = book.opportunities.filter { $0.stage == "closed_won" }.compactMap(\.actualCloseDate)
    #expect(won.filter(month.contains).count >= 4)
    #expect(won.contains { $0 < month.lowerBound })
    #expect(won.allSatisfy { $0 <= clock.today })
    let due = book.opportunities.filter { $0.actualCloseDate == nil }.compactMap(\.expectedCloseDate)
    #expect(due.filter(month.contains).count >= 5)
    #expect(due.contains { $0 > month.upperBound })
  }

  @Test func someDealsRotSomeHaveNoNextStepAndLostOnesSayWhy() {
    let open = book.opportunities.filter { $0.actualCloseDate == nil }
    let withTask = Set(book.tasks.filter(\.isOpen).compactMap(\.opportunity))
    #expect(open.filter { !withTask.contains($0.id) }.count >= 10)
    #expect(withTask.count >= 10)
    #expect(open.filter { ($0.stageEnteredAt ?? Self.now) < Self.now.adding(seconds: -22 * 86_400) }.count >= 8)
    for deal in book.opportunities { #expect((deal.stage == "closed_lost") == !deal.lostReason.isEmpty) }
  }

  @Test func namesComeFromManyScripts() {
    let names = book.leads.map { $0.fullName + $0.companyName }.joined()
    let scripts: [ClosedRange<Unicode.Scalar>] = [
      "\u{0400}"..."\u{04FF}", "\u{0370}"..."\u{03FF}", "\u{0590}"..."\u{05FF}", "\u{0600}"..."\u{06FF}",
      "\u{0900}"..."\u{097F}", "\u{0E00}"..."\u{0E7F}", "\u{4E00}"..."\u{9FFF}", "\u{AC00}"..."\u{D7AF}",
      "\u{3040}"..."\u{30FF}",
    ]
    for script in scripts { #expect(names.unicodeScalars.contains(where: script.contains), "\(script)") }
    #expect(book.leads.contains { $0.companyName.count >= 60 })
    #expect(book.leads.contains { $0.lastName.contains("-") && $0.lastName.count > 20 })
    #expect(book.leads.contains { ["Ibu", "Pak"].contains($0.firstName) })
  }

  @Test func amountsSpreadOverMoreThanAFactorOfTen() throws {
    let amounts = book.leads.compactMap(\.estimatedValue).sorted()
    #expect(amounts.count < 250)
    #expect(try #require(amounts.last).hundredths > 20 * #require(amounts.first).hundredths)
    #expect(Set(book.leads.map { $0.leadScore / 20 }).count == 5)
  }

  @Test func theStandardBoardHasTheStagesOfV1() {
    #expect(Board.standard.name == "Sales")
    let stages = Stage.standard(board: Identifier(7))
    #expect(stages.map(\.key) == Choices.stage.map(\.value))
    #expect(stages.map(\.name) == ["Prospecting", "Qualification", "Proposal", "Negotiation", "Won", "Lost"])
    #expect(stages.map(\.probability) == [10, 25, 50, 75, 100, 0])
    #expect(stages.map(\.rotDays) == [14, 14, 10, 7, nil, nil])
    #expect(stages.map(\.outcome) == ["open", "open", "open", "open", "won", "lost"])
    #expect(stages.map(\.position) == Array(0...5))
    #expect(stages.allSatisfy { $0.board == Identifier(7) })
  }
}

extension Array where Element: Comparable {
  fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}
