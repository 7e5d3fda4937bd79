import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore

/// SQL answers what `QueryMatcher` answers: the same ids in the same order, and their count.
@Suite struct SearchTests {
  private let folder = TestFolder()

  @Test(.timeLimit(.minutes(15))) func sqlAgreesWithTheMatcher() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 20_000, others: 200)
    try compareAll(book, queries: 700)
    for round in 0..<4 {
      try change(book)
      if round % 2 == 1 { for _ in 0..<15 { _ = try book.store.undo() } }
      if round == 3 { for _ in 0..<10 { _ = try book.store.redo() } }
    }
    try book.readNames()
    try compareAll(book, queries: 300)
    #expect(try book.store.problems() == [])
  }

  /// "0000" has no other trigram than "000" has.
  @Test func aRunOfOneCharacterIsFoundOnlyWhereItIsLongEnough() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("New") { writer in
      for number in 1...40 {
        var lead = Lead()
        lead.lastName = number == 20 ? "a0000b" : "a000b"
        try writer.insert(lead)
      }
    }
    let query = QueryParser(kind: .lead, fields: EntityKind.lead.fields).parse("0000").query
    let context = QueryContext(now: testNow, calendar: .utc, me: nil, find: { _, _ in [] })
    let list = ListQuery(
      .lead, conditions: query.conditions(for: .lead, fields: EntityKind.lead.fields, context: context), sort: [],
      now: testNow, today: testToday)
    #expect(try store.read { try $0.ids(list) } == [20])
  }

  // MARK: Comparing

  private func compareAll(_ book: SampleBook, queries: Int) throws {
    let flags = try StoreFlags(book)
    try compare(Lead.self, book, queries * 6 / 10, flags)
    try compare(Contact.self, book, queries * 2 / 10, flags)
    try compare(Opportunity.self, book, queries / 10, flags)
    try compare(CRMTask.self, book, queries / 10, flags)
  }

  private func compare<R: CRMDomain.Record>(
    _ type: R.Type, _ book: SampleBook, _ count: Int, _ flags: StoreFlags,
  ) throws {
    let samples = SampleQueries(R.schema.kind)
    let lists = [false, true].map { isTrash in Result { try Listed(R.self, book, isTrash, flags) } }
    for number in 0..<count {
      let list = try lists[number % 10 == 9 ? 1 : 0].get()
      guard let model = list.sample.randomElement(using: &book.random) else { continue }
      var query = samples.query(like: model, &book.random)
      // Text is folded slowly without the optimiser, so tests of a field's text are left to the kinds with fewer records.
      while list.records.count > 5_000, samples.looksAtText(query) { query = samples.query(like: model, &book.random) }
      try list.compare(query, fields: samples.fields, book, flags)
    }
  }

  // MARK: Changing

  private func change(_ book: SampleBook) throws {
    for _ in 0..<60 {
      let kind = book.random.pick([EntityKind.lead, .contact, .opportunity, .task])
      let id = Int64(book.random.int(1...200))
      try book.store.transact("Change") { writer in
        switch book.random.int(0...3) {
        case 0: try writer.trash(kind, id)
        case 1: try writer.restore(kind, id)
        default:
          let fields = kind.fields.filter { !$0.name.hasSuffix("ed_at") }
          let info = book.random.pick(fields)
          let value = book.random.chance(20) ? .none : book.value(info, of: kind)
          var values = [info.name: value]
          values[book.random.pick(fields).name] = FieldValue.none
          try writer.set(values, in: kind, id)
        }
      }
    }
  }
}

/// The answers to the flags that look at other tables, from the records in memory.
private struct StoreFlags: Sendable {
  let stages: [Stage]
  let busyLeads: Set<Int64>
  let busyDeals: Set<Int64>

  init(_ book: SampleBook) throws {
    stages = try book.records(Stage.self)
    let tasks = try book.records(CRMTask.self).filter(\.isOpen)
    busyLeads = Set(tasks.compactMap { $0.lead?.rawValue })
    busyDeals = Set(tasks.compactMap { $0.opportunity?.rawValue })
  }

  func holds(_ flag: QueryFlag, _ record: any CRMDomain.Record) -> Bool {
    switch (flag, record) {
    case (.nextless, let lead as Lead):
      !["converted", "lost", "unqualified"].contains(lead.status) && !busyLeads.contains(lead.id.rawValue)
        && lead.nextFollowUp.map { $0 < testNow } ?? true
    case (.nextless, let deal as Opportunity): deal.isOpen && !busyDeals.contains(deal.id.rawValue)
    case (.rotting, let deal as Opportunity):
      stages.contains { stage in
        stage.board != nil && stage.board == deal.board && stage.key == deal.stage
          && Rotting.days(deal, in: stage, today: testToday) != nil
      }
    default: false
    }
  }
}

/// The records of one list. A query is held against each of them.
private struct Listed<R: CRMDomain.Record> {
  let isTrash: Bool
  let records: [Int64: R]
  let sample: [R]
  private let every: EveryRecord<R>

  init(_ type: R.Type, _ book: SampleBook, _ isTrash: Bool, _ flags: StoreFlags) throws {
    self.isTrash = isTrash
    let all = try book.records(R.self, inTrash: isTrash)
    records = Dictionary(uniqueKeysWithValues: all.map { ($0.id.rawValue, $0) })
    sample = Array(all.shuffled(using: &book.random).prefix(25))
    every = EveryRecord(all) { flags.holds($0, $1) }
  }

  func compare(
    _ query: Query, fields: [FieldInfo], _ book: SampleBook, _ flags: StoreFlags,
  ) throws {
    let names = book.names
    let find: @Sendable (EntityKind, String) -> [Int64] = { kind, text in
      names[kind, default: [:]].filter { SearchText.fold($0.value) == SearchText.fold(text) }.map(\.key).sorted()
    }
    let context = QueryContext(now: testNow, calendar: .utc, me: 2, find: find)
    let matcher = QueryMatcher<R>(
      query, fields: fields, context: context, flag: { flags.holds($0, $1) }, name: { names[$0]?[$1] })
    var list = ListQuery(
      R.schema.kind, conditions: query.conditions(for: R.schema.kind, fields: fields, context: context),
      sort: query.sort, now: testNow, today: testToday)
    list.isTrash = isTrash
    let (ids, count) = try book.store.read { (try $0.ids(list), try $0.count(list)) }
    #expect(count == ids.count, "\(query)")
    let wanted = every.ids(fulfilling: list.conditions)
    #expect(Set(ids) == wanted, "\(R.schema.kind) \(query): \(Set(ids).symmetricDifference(wanted).sorted().prefix(9))")
    if !isTrash {
      var shown: [Int64] = []
      try book.store.rows(of: list, first: 20) { shown = $0.ids }
      #expect(shown == ids, "\(R.schema.kind) \(query) in memory")
    }
    check(ids, matcher, sample, "\(R.schema.kind) \(query)", &book.random)
    let limit = book.random.int(0...40)
    #expect(try book.store.read { try $0.ids(list, limit: limit) } == Array(ids.prefix(limit)), "\(query)")
  }

  private func check(
    _ ids: [Int64], _ matcher: QueryMatcher<R>, _ candidates: [R], _ query: String, _ random: inout TestRandom,
  ) {
    let found = Set(ids)
    #expect(found.count == ids.count, "\(query) finds some twice")
    #expect(found.isSubset(of: records.keys), "\(query) finds what is not there")
    if let wrong = candidates.first(where: { matcher.matches($0) != found.contains($0.id.rawValue) }) {
      Issue.record("\(query): found \(found.contains(wrong.id.rawValue)), but \(wrong)")
    }
    let start = random.int(0...max(0, ids.count - 15))
    let part = ids.dropFirst(start).prefix(15).compactMap { records[$0] }
    for (left, right) in zip(part, part.dropFirst()) where !matcher.precedes(left, right) {
      Issue.record("\(query): the order of \(left) and \(right)")
      return
    }
    if let wrong = part.first(where: { !matcher.matches($0) }) { Issue.record("\(query): found \(wrong)") }
  }
}
