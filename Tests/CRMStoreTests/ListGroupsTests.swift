import Testing

@testable import CRMDomain
@testable import CRMStore

/// Groups, their counts and sums are what counting the records one by one gives, after any history.
@Suite struct ListGroupsTests {
  private let folder = TestFolder()
  private let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task]

  @Test(.timeLimit(.minutes(10)), arguments: [false, true])
  func groupsAgreeWithCountingAfterEveryChange(areInMemory: Bool) throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 300, others: 120)
    for round in 0..<40 {
      if areInMemory, round % 10 < 8 { try book.store.remember(book.random.pick(kinds)) }
      for kind in kinds { try compare(kind, book) }
      for _ in 0..<(round % 9 == 8 ? 80 : book.random.int(1...3)) { try change(book) }
    }
  }

  @Test func theFirstRowsComeInGroupsOnceTheFieldIsKnown() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 300, others: 10)
    let status = try #require(EntityKind.lead.field("status"))
    let grouping = Grouping(status, calendar: .utc)
    var limits = ListLimits()
    limits.few = 0
    for sort in ["lead_score", "last_name"] {
      var answers: [(ListRows, ListGroups?)] = []
      let query = ListQuery(.lead, sort: [.init(sort)], now: testNow, today: testToday)
      try book.store.groups(of: query, by: grouping, first: 20, limits: limits) { answers.append(($0, $1)) }
      #expect(answers.count == 2)
      #expect(answers.first?.1?.isComplete == (sort == "lead_score" ? nil : false))
      #expect(answers.last?.1?.count == 300 && answers.last?.1?.isComplete == true)
    }
  }

  @Test func aStaleQuestionHasNoAnswer() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 3000, others: 10)
    let grouping = Grouping(try #require(EntityKind.lead.field("company_name")), calendar: .utc)
    let query = ListQuery(.lead, now: testNow, today: testToday)
    #expect(try book.store.frequencies(of: grouping, in: query) { true } == nil)
    #expect(try book.store.count(query) { true } == nil)
    #expect(try book.store.frequencies(of: grouping, in: query)?.reduce(0) { $0 + $1.count } == 3000)
  }

  @Test func whatAnotherProgramWritesIsCounted() throws {
    let store = try CRMStore.hasty(folder.file())
    let other = try CRMStore.hasty(folder.file())
    let grouping = Grouping(try #require(EntityKind.lead.field("company_name")), calendar: .utc)
    let query = ListQuery(.lead, now: testNow, today: testToday)
    #expect(try store.frequencies(of: grouping, in: query) == [])
    var ada = Lead()
    ada.companyName = "Acme"
    try other.transact("New") { [ada] in for _ in 0..<3 { try $0.insert(ada) } }
    #expect(try store.frequencies(of: grouping, in: query)?.map(\.count) == [3])
    try other.transact("Move") { _ = try $0.set(["company_name": .text("ÁCME")], in: .lead, 2) }
    #expect(try store.frequencies(of: grouping, in: query)?.map(\.count) == [3], "case and accents make no difference")
    try other.transact("Move") { _ = try $0.set(["company_name": .text("Globex")], in: .lead, 2) }
    #expect(try store.frequencies(of: grouping, in: query)?.map(\.count) == [2, 1])
    _ = try other.undo()
    #expect(try store.frequencies(of: grouping, in: query)?.map(\.count) == [3])
  }

  @Test func fieldsThatAreNearlyUniqueAreCountedBySorting() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 300, others: 100)
    let info = try #require(EntityKind.opportunity.field("probability"))
    let query = ListQuery(.opportunity, now: testNow, today: testToday)
    let sorted = try book.store.read { try $0.mostFrequent(info, in: query, limit: 1000) }
    let counted = try #require(try book.store.frequencies(of: Grouping(info, calendar: .utc), in: query))
    #expect(Set(sorted) == Set(counted))
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.count >= $1.count })
  }

  // MARK: Values for completion

  @Test(arguments: [false, true]) func valuesAreOfferedWithTheirCounts(areInMemory: Bool) throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 400, others: 120)
    if areInMemory { try book.store.remember(.lead) }
    let info = try #require(EntityKind.lead.field("company_name"))
    for _ in 0..<3 {
      let leads = try book.records(Lead.self)
      for prefix in ["", "a", "É", "zz-not-there"] {
        let folded = SearchText.fold(prefix)
        let expected = Dictionary(grouping: leads.map { SearchText.fold($0.companyName) }) { $0 }
          .filter { !$0.key.isEmpty && Choice.folded($0.key).hasPrefix(folded) }.mapValues(\.count)
        let found = try book.store.values(of: info, in: .lead, startingWith: prefix, limit: 10_000)
        #expect(Dictionary(uniqueKeysWithValues: found.map { (SearchText.fold($0.text), $0.count) }) == expected)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.count >= $1.count })
      }
      for _ in 0..<5 { try change(book) }
    }
  }

  // MARK: Sums

  @Test func sumsBeyondEveryAmountSaySoAndDoNotTrap() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.prepareEmptyBook(userName: "ada")
    let board = try #require(try store.read { try $0.all(Board.self) }.first).id
    try store.transact("Absurd deals") { writer in
      for amount in [Int.max, Int.max, 5, Int.min, -Int.max, -7] {
        var deal = Opportunity()
        deal.amount = Money(hundredths: amount)
        deal.currency = amount > 0 ? "EUR" : "USD"
        deal.board = board
        deal.expectedCloseDate = testToday
        deal.probability = 100
        try writer.insert(deal)
      }
    }
    let query = ListQuery(.opportunity, now: testNow, today: testToday)
    let (totals, month) = try store.read { reader in
      (
        try reader.totals(of: board, query, closedSince: testToday),
        try reader.month(from: testToday, to: testToday.adding(days: 1))
      )
    }
    let stage = try #require(EntityKind.opportunity.field("stage"))
    let group = try #require(try store.frequencies(of: Grouping(stage, calendar: .utc), in: query)?.first)
    let sums = totals["prospecting"]?.sums ?? []
    #expect(sums.map(\.amount) == [.most, .least] && sums.map(\.weighted) == [.most, .least])
    #expect(month.ahead.map(\.amount) == [.most, .least] && month.ahead.map(\.weighted) == [.most, .least])
    #expect(group.sums.map(\.amount) == [.most, .least])
    #expect(Money.most.display(currency: "EUR").hasPrefix("more than EUR 92,233"))
  }

  @Test(.timeLimit(.minutes(6))) func boardsGroupsAndNaiveSumsAgreeAfterAnyHistory() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 120, others: 120)
    let stage = Grouping(try #require(EntityKind.opportunity.field("stage")), calendar: .utc)
    let board = Identifier<Board>(1)
    let info = try #require(EntityKind.opportunity.field("board"))
    let own = Condition.isIn(info, [.reference(1)])
    let query = ListQuery(.opportunity, conditions: [own], now: testNow, today: testToday)
    for _ in 0..<30 {
      for _ in 0..<book.random.int(1...4) { try change(book) }
      let deals = try book.records(Opportunity.self).filter { $0.board == board }
      let naive = Dictionary(grouping: deals, by: \.stage).mapValues { deals in
        Dictionary(grouping: deals.filter { $0.amount != nil }, by: \.currency)
          .mapValues { $0.reduce(0) { $0 + ($1.amount?.hundredths ?? 0) } }
      }
      let groups = try #require(try book.store.frequencies(of: stage, in: query))
      for group in groups {
        let sums = Dictionary(uniqueKeysWithValues: group.sums.map { ($0.currency, $0.amount.hundredths) })
        #expect(sums == naive[group.value.text ?? ""])
      }
      // Far enough back for every deal that has a day to count as closed since then.
      let old = testToday.adding(days: -100_000)
      let (totals, stages) = try book.store.read { reader in
        (try reader.totals(of: board, query, closedSince: old), try reader.all(Stage.self))
      }
      let closed = stages.filter { $0.board == board && !["", "open"].contains($0.outcome) }.map(\.key)
      let counted = deals.filter { !closed.contains($0.stage) || $0.actualCloseDate != nil }
      #expect(totals.values.reduce(0) { $0 + $1.count } == counted.count)
      for (stage, total) in totals {
        for sum in total.sums {
          let own = counted.filter { $0.stage == stage && $0.currency == sum.currency }
          #expect(own.count == sum.count)
          #expect(sum.amount.hundredths == own.reduce(0) { $0 + ($1.amount?.hundredths ?? 0) })
        }
      }
    }
  }

  @Test func dealsWithoutAStageAreOpen() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.prepareEmptyBook(userName: "ada")
    let contact = try store.transact("New") { try $0.insert(Contact()) }
    func deal(_ name: String, _ stage: String) -> Opportunity {
      var deal = Opportunity()
      (deal.name, deal.stage, deal.contact) = (name, stage, contact)
      (deal.amount, deal.expectedCloseDate) = (Money(hundredths: 100), testToday)
      return deal
    }
    try store.transact("Deals") { writer in
      for each in [deal("won", "closed_won"), deal("stageless", ""), deal("open", "proposal")] {
        try writer.insert(each)
      }
    }
    let (month, deals) = try store.read { reader in
      (
        try reader.month(from: testToday, to: testToday.adding(days: 1)),
        try reader.deals(of: .contact, contact.rawValue).map(\.name)
      )
    }
    #expect(month.ahead.map(\.count) == [2] && month.ahead.map(\.amount.hundredths) == [200])
    #expect(deals == ["stageless", "open", "won"])
  }

  // MARK: Counting one by one

  private func compare(_ kind: EntityKind, _ book: SampleBook) throws {
    func compare<R: CRMDomain.Record>(_ type: R.Type) throws {
      let custom = R.schema.field("custom_fields") == nil ? [] : SampleBook.customFields
      let fields = R.schema.fields.filter { $0.info.kind != .customFields } + custom.map { Field<R>(custom: $0) }
      let field = book.random.pick(fields)
      let zone = book.random.pick(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
      let calendar = LocalCalendar(.init(identifier: zone) ?? .gmt)
      let grouping = Grouping(
        field.info, period: book.random.pick(Period.allCases), descending: book.random.chance(30), calendar: calendar)
      let query = try query(type, book)
      var answer: ListGroups?
      try book.store.groups(of: query, by: grouping, first: 7) { rows, groups in if rows.isComplete { answer = groups }
      }
      let groups = try #require(answer)
      let rows = try book.store.read { try $0.records($0.ids(query), of: R.self) }
      let expected = naive(rows, field, grouping)
      let context = "\(kind) \(field.info.name) \(grouping.key.text) \(query.conditions)"
      #expect(groups.groups.map(\.count).reduce(0, +) == groups.ids.count, "\(context)")
      #expect(groups.groups.count == expected.count, "\(context)")
      var start = 0
      for group in groups.groups {
        let own = expected[key(group.value, field.info)] ?? []
        #expect(Array(groups.ids[start..<start + group.count]) == own.map(\.id.rawValue), "\(context) \(group.value)")
        #expect(Set(group.sums) == naiveSums(own), "\(context) \(group.value)")
        start += group.count
      }
      #expect(groups.groups.dropLast().allSatisfy { !$0.value.isEmpty }, "no value is last")
    }
    try compare(kind.recordType)
  }

  private func naive<R: CRMDomain.Record>(_ rows: [R], _ field: Field<R>, _ grouping: Grouping) -> [FieldValue: [R]] {
    var groups: [FieldValue: [R]] = [:]
    for row in rows {
      let value = field.get(row)
      guard case .tags(let tags) = value else {
        groups[key(grouping.group(of: value), field.info), default: []].append(row)
        continue
      }
      for tag in Set(tags.map { key($0.fieldValue, field.info) }) { groups[tag, default: []].append(row) }
    }
    return groups
  }

  private func key(_ value: FieldValue, _ info: FieldInfo) -> FieldValue {
    if case .text(let text) = value, !info.kind.isChoice { .text(SearchText.fold(text)) } else { value }
  }

  private func naiveSums<R: CRMDomain.Record>(_ rows: [R]) -> Set<CurrencySum> {
    guard let name = R.schema.kind.amountField else { return [] }
    var sums: [String: [Int]] = [:]
    for row in rows {
      guard case .money(let amount) = row[name] else { continue }
      sums[row["currency"].text ?? "", default: []].append(amount)
    }
    return Set(
      sums.map { CurrencySum(currency: $0, count: $1.count, amount: Money(hundredths: $1.reduce(0, +))) })
  }

  private func query<R: CRMDomain.Record>(_ type: R.Type, _ book: SampleBook) throws -> ListQuery {
    let samples = SampleQueries(R.schema.kind)
    let plain = ListQuery(R.schema.kind, now: testNow, today: testToday)
    guard book.random.chance(70), let model = try book.records(R.self).randomElement(using: &book.random) else {
      return plain
    }
    let query = samples.query(like: model, &book.random)
    let context = QueryContext(now: testNow, calendar: .utc, me: 2)
    var list = plain
    list.conditions = query.conditions(for: R.schema.kind, fields: samples.fields, context: context)
    list.sort = query.sort
    return list
  }

  private func change(_ book: SampleBook) throws {
    let kind = book.random.pick(kinds)
    let id = Int64(book.random.int(1...100))
    let before = try book.store.read { try $0.lastChange() }
    switch book.random.int(0...6) {
    case 0 where book.random.chance(50): try book.doSomethingLarge(book.store)
    case 1: try book.store.transact("New") { _ = try $0.insert(book.record(Opportunity.self)) }
    case 2: try book.store.transact("Trash") { try $0.trash(kind, id) }
    case 3: try book.store.transact("Restore") { try $0.restore(kind, id) }
    default:
      let info = book.random.pick(kind.fields.filter { !$0.name.hasSuffix("ed_at") })
      let value = book.random.chance(20) ? .none : book.value(info, of: kind)
      try book.store.transact("Change") { _ = try $0.set([info.name: value], in: kind, id) }
    }
    // Where nothing was changed, undo would take back the book itself.
    guard try book.store.read({ try $0.lastChange() }) > before, book.random.chance(40) else { return }
    _ = try book.store.undo()
    if book.random.chance(40) { _ = try book.store.redo() }
  }
}
