import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct ConversionTests {
  private let folder = TestFolder()

  private func lead(_ first: String = "Ada", _ last: String = "Lovelace", company: String = "Analytical") -> Lead {
    var lead = Lead()
    lead.firstName = first
    lead.lastName = last
    lead.companyName = company
    lead.email = "ada@analytical.com"
    return lead
  }

  @Test func convertingCarriesTasksAndActivitiesAlongAndOneUndoTakesAllBack() throws {
    let store = try CRMStore.hasty(folder.file())
    var lead = lead()
    try store.transact("Begin") { writer in
      lead.id = try writer.insert(lead)
      for index in 0..<3 {
        var task = CRMTask()
        task.title = "Task \(index)"
        task.lead = lead.id
        try writer.insert(task)
        var activity = Activity()
        activity.lead = lead.id
        try writer.log(activity)
      }
    }
    let before = try store.dump()
    let deal = Conversion.deal(from: lead, in: nil, currency: "EUR", now: testNow, today: testToday)
    let conversion = Conversion(lead: lead, contact: .new(Conversion.contact(from: lead)), deal: .new(deal))
    // What a colleague changes meanwhile is not set back by what the dialog was opened with.
    try store.transact("Note") { try $0.set(["notes": .text("call back")], in: .lead, lead.id.rawValue) }
    let made = try store.transact("Convert") { try $0.convert(conversion) }
    let converted = try #require(try store.read { try $0.record(lead.id) })
    #expect(converted.status == "converted")
    #expect(converted.convertedContact == made.contact)
    #expect(converted.convertedOpportunity == made.deal)
    #expect(converted.notes == "call back")
    for kind in [EntityKind.task, .activity] {
      for other in [EntityKind.lead, .contact, .opportunity] {
        #expect(try store.read { try $0.ids(kind, linkedTo: other, 1).count } == 3)
      }
    }
    #expect(try store.undo()?.kept == [])
    _ = try store.undo()
    #expect(try store.dump() == before)
    #expect(try store.problems() == [])
  }

  @Test func matchesRankTheSurestFirst() throws {
    let store = try CRMStore.hasty(folder.file())
    var contacts = ["same name", "same company", "same mail"].map { notes in
      var contact = Conversion.contact(from: lead(company: notes == "same name" ? "Other" : "ANALYTICAL"))
      contact.email = notes == "same mail" ? "ADA@analytical.com" : ""
      contact.notes = notes
      return contact
    }
    contacts.append(Contact())
    try store.transact("Begin") { [contacts] writer in for contact in contacts { try writer.insert(contact) } }
    let matches = try store.read { try $0.matches(for: lead()) }
    #expect(matches.map(\.reason) == ["same e-mail, same name and company", "same name and company", "same name"])
    #expect(matches.map(\.contact.notes) == ["same mail", "same company", "same name"])
  }

  @Test func whoHasOnlyOneNameIsMatchedAndWhoHasNoneIsNot() throws {
    let store = try CRMStore.hasty(folder.file())
    var contact = Contact()
    contact.lastName = "Sappho"
    try store.transact("Begin") { [contact] writer in
      try writer.insert(contact)
      try writer.insert(Contact())
    }
    #expect(try store.read { try $0.matches(for: lead("", "SAPPHÓ")) }.map(\.reason) == ["same name"])
    var nobody = Lead()
    nobody.companyName = "Analytical"
    #expect(try store.read { try $0.matches(for: nobody) }.isEmpty)
  }

  @Test func loggingThePastDoesNotSetTheLastContactBack() throws {
    let store = try CRMStore.hasty(folder.file())
    let id = try store.transact("New") { try $0.insert(lead()) }
    var call = Activity()
    call.activityType = "call"
    call.lead = id
    let now = try store.transact("Call") { [call] in try $0.log(call) }
    call.occurredAt = testNow.adding(seconds: -86_400)
    try store.transact("Earlier call") { [call] in try $0.log(call) }
    #expect(try store.read { try $0.record(id) }?.lastContactDate == testNow)
    #expect(try store.read { try $0.record(now) }?.occurredAt == testNow)
  }
}

@Suite struct BoardTests {
  private let folder = TestFolder()

  @Test func totalsAreTheNaiveSums() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 2, others: 150)
    for _ in 0..<4 {
      for board in try book.records(Board.self) { try compare(board.id, book) }
      try change(book)
    }
    while try book.store.undo() != nil {
      if book.random.chance(10) { for board in try book.records(Board.self) { try compare(board.id, book) } }
    }
  }

  private func change(_ book: SampleBook) throws {
    for _ in 0..<25 {
      let id = Int64(book.random.int(1...150))
      let (stage, amount) = (book.random.pick(Choices.stage).value, book.random.int(-100...1_000_000))
      let currency = book.random.pick(["EUR", "USD", ""])
      try book.store.transact("Change") { writer in
        if book.random.chance(20) { return try writer.trash(.opportunity, id) }
        try writer.set(
          ["stage": .text(stage), "amount": .money(amount), "currency": currency.fieldValue], in: .opportunity, id)
      }
    }
  }

  private func compare(_ board: Identifier<Board>, _ book: SampleBook) throws {
    let since = testToday.adding(days: -20)
    let stages = try book.records(Stage.self).filter { $0.board == board }
    let closed = Set(stages.filter { !["open", ""].contains($0.outcome) }.map(\.key).filter { !$0.isEmpty })
    let deals = try book.records(Opportunity.self).filter { deal in
      deal.board == board && (!closed.contains(deal.stage) || deal.actualCloseDate.map { $0 >= since } ?? false)
    }
    let list = ListQuery(.opportunity, now: testNow, today: testToday)
    let totals = try book.store.read { try $0.totals(of: board, list, closedSince: since) }
    #expect(Set(totals.keys) == Set(deals.map(\.stage)))
    for (stage, total) in totals {
      let own = deals.filter { $0.stage == stage }
      #expect(total.count == own.count)
      let currencies = Dictionary(grouping: own, by: \.currency)
      #expect(total.sums.count == currencies.count)
      for sum in total.sums {
        let own = currencies[sum.currency] ?? []
        let weighted = own.reduce(0.0) { $0 + Double(($1.amount?.hundredths ?? 0) * $1.probability) / 100 }
        #expect(sum.count == own.count)
        #expect(sum.amount.hundredths == own.reduce(0) { $0 + ($1.amount?.hundredths ?? 0) })
        #expect(abs(Double(sum.weighted.hundredths) - weighted) <= 0.51)
      }
      let cards = try book.store.read { try $0.cards(of: board, stage: stage, list, closedSince: since, limit: 1_000) }
      if !stage.isEmpty { #expect(Set(cards) == Set(own.map(\.id.rawValue))) }
    }
  }
}
