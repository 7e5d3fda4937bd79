import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

/// What lists keep in memory answers what SQL answers, by whatever way it is found, and after every change.
@Suite struct ListIndexTests {
  private let folder = TestFolder()
  private let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task]

  /// Limits that send lists along each of the ways.
  private static let limits: [ListLimits] =
    [(1000, 4000), (0, 4000), (0, 5), (5, 50)].map {
      var limits = ListLimits()
      (limits.few, limits.tries) = $0
      return limits
    } + inMemory

  /// The rows are kept in memory; fields with more than a few values are not, in the second.
  private static let inMemory: [ListLimits] = [(1000, 65_000), (0, 5)].map {
    var limits = ListLimits()
    limits.remembered = 0
    (limits.few, limits.mostValues) = $0
    (limits.fewRemembered, limits.triesRemembered, limits.someRemembered) = limits.few == 0 ? (0, 9, 0) : (80, 20, 200)
    return limits
  }

  @Test(.timeLimit(.minutes(10)), arguments: limits.indices)
  func listsAgreeWithSQLAfterEveryChange(way: Int) throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 400, others: 150)
    var kept: [ListQuery] = []
    for round in 0..<14 {
      for kind in kinds { kept.append(try query(kind, book)) }
      kept = kept.suffix(24)
      for query in kept { try compare(query, book, Self.limits[way]) }
      for number in 0..<(round % 7 == 6 ? 80 : book.random.int(1...3)) { try change(book, mayUndo: number > 0) }
    }
  }

  @Test func everyLetterTypedAgreesWithSQL() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 500, others: 10)
    let texts = try book.records(Lead.self).prefix(30).map(\.searchText)
    for text in texts {
      let words = text.split(separator: " ").prefix(3).joined(separator: " ")
      for limits in Self.limits {
        for end in 1...max(1, words.count) {
          let needles = words.prefix(end).split(separator: " ").compactMap { SearchText.needle(for: String($0)) }
          let query = ListQuery(
            .lead, conditions: needles.map(Condition.textContains), sort: [.init("lead_score", descending: true)],
            now: testNow, today: testToday)
          try compare(query, book, limits)
        }
      }
    }
  }

  @Test func whatAnotherProgramWritesIsNoticed() throws {
    let store = try CRMStore.hasty(folder.file())
    let other = try CRMStore.hasty(folder.file())
    let query = ListQuery(.lead, conditions: [.textContains("ada")], now: testNow, today: testToday)
    #expect(try rows(query, store) == [])
    var ada = Lead()
    ada.firstName = "Ada"
    let id = try other.transact("New") { [ada] in try $0.insert(ada) }
    #expect(try rows(query, store) == [id.rawValue])
    try other.transact("Rename") { _ = try $0.set(["first_name": .text("Zoe")], in: .lead, id.rawValue) }
    #expect(try rows(query, store) == [])
    _ = try other.undo()
    #expect(try rows(query, store) == [id.rawValue])
  }

  @Test func aStaleQuestionEndsWithoutAnAnswer() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 3000, others: 10)
    let info = try #require(EntityKind.lead.field("company_name"))
    let query = ListQuery(.lead, conditions: [.textPrefix(info, "a")], now: testNow, today: testToday)
    for patience in 0..<4 {
      var (asked, isAnswered) = (0, false)
      func isStale() -> Bool {
        asked += 1
        return asked > patience
      }
      try book.store.rows(of: query, first: 10, isStale: isStale) { isAnswered = isAnswered || $0.isComplete }
      #expect(!isAnswered)
    }
    try compare(query, book, ListLimits())
  }

  @Test func rowsInMemoryFollowEveryChangeAndAreReadOnce() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 300, others: 150)
    let limits = try #require(Self.inMemory.first)
    let query = ListQuery(.lead, conditions: [.textContains("  a")], now: testNow, today: testToday)
    #expect(try wantsMemory(query, book, limits))
    try book.store.remember(.lead, limits: limits, isWanted: { false })
    #expect(try wantsMemory(query, book, limits))
    try book.store.remember(.lead, limits: limits)
    #expect(try !wantsMemory(query, book, limits))
    for _ in 0..<20 {
      try change(book, mayUndo: true)
      try compare(query, book, limits)
    }
    #expect(try !wantsMemory(query, book, limits))
    var small = limits
    small.mostBytes = 0
    try book.store.remember(.contact, limits: small)
    #expect(try wantsMemory(list(.contact), book, small))
  }

  private func wantsMemory(_ query: ListQuery, _ book: SampleBook, _ limits: ListLimits) throws -> Bool {
    try book.store.rows(of: query, first: 7, limits: limits, show: { _ in })
  }

  // MARK: Plans

  @Test func rowsAreReadIntoMemoryInTheOrderOfTheDisk() throws {
    let store = try CRMStore.hasty(folder.file())
    let lines = try store.read { reader in
      try plan(SQLText(StoreReader.memorySQL(.lead, ["status", "company_name"]), [1, 2]), reader)
    }
    #expect(lines == ["SEARCH lead USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"], "\(lines)")
  }

  /// An index walked from end to end reads the rows in an order that is not that of the disk.
  @Test func aScanWalksNoIndex() throws {
    let store = try CRMStore.hasty(folder.file())
    let info = try #require(EntityKind.lead.field("status"))
    for condition in [Condition.textIs(info, "n"), .not(.isSet(info))] {
      let query = ListQuery(.lead, conditions: [condition], now: testNow, today: testToday)
      let lines = try store.read { reader in
        let source = try reader.source(query)
        return try plan(SQLText("SELECT id FROM \(source.text)", source.arguments), reader)
      }
      #expect(lines == ["SCAN lead"], "\(lines)")
    }
    let query = ListQuery(.lead, conditions: [.isIn(info, [.text("new")])], now: testNow, today: testToday)
    let lines = try store.read { try plan(SQLText("SELECT id FROM \(try $0.source(query).text)", ["new"]), $0) }
    #expect(lines.contains { $0.contains("lead_by_status") }, "\(lines)")
  }

  @Test func rowsAreLookedAtByTheirIDs() throws {
    let store = try CRMStore.hasty(folder.file())
    let info = try #require(EntityKind.lead.field("status"))
    let query = ListQuery(
      .lead, conditions: [.isIn(info, [.text("new")]), .textContains("lovelace")], now: testNow, today: testToday)
    let lines = try store.read { reader in
      var sql = try reader.querySQL(query)
      sql.looksAtRows = true
      return try plan(try sql.amongRows, reader)
    }
    #expect(lines.contains("SEARCH lead USING INTEGER PRIMARY KEY (rowid=?)"), "\(lines)")
    #expect(!lines.contains { $0.contains("USE TEMP B-TREE") }, "\(lines)")
  }

  private func plan(_ text: SQLText, _ reader: StoreReader) throws -> [String] {
    let arguments = StatementArguments(text.arguments + (text.text.contains("json_each") ? ["[]".databaseValue] : []))
    return try Row.fetchAll(reader.db, sql: "EXPLAIN QUERY PLAN " + text.text, arguments: arguments)
      .map { $0["detail"] }
  }

  // MARK: Comparing

  private func rows(_ query: ListQuery, _ store: CRMStore, _ limits: ListLimits = ListLimits()) throws -> [Int64] {
    var shown: [ListRows] = []
    if try store.rows(of: query, first: 7, limits: limits, show: { shown.append($0) }) {
      try store.remember(query.kind, limits: limits)
    }
    let all = try #require(shown.last)
    #expect(all.isComplete && shown.dropLast().allSatisfy { !$0.isComplete && all.ids.starts(with: $0.ids) })
    return all.ids
  }

  private func compare(_ query: ListQuery, _ book: SampleBook, _ limits: ListLimits) throws {
    let expected = try book.store.read { try $0.ids(query) }
    #expect(try rows(query, book.store, limits) == expected, "\(query.conditions) \(query.sort)")
  }

  private func query(_ kind: EntityKind, _ book: SampleBook) throws -> ListQuery {
    func query<R: CRMDomain.Record>(_ type: R.Type) throws -> ListQuery {
      let samples = SampleQueries(kind)
      guard let model = try book.records(R.self).randomElement(using: &book.random) else { return list(kind) }
      let query = samples.query(like: model, &book.random)
      let context = QueryContext(now: testNow, calendar: .utc, me: 2)
      return list(kind, query.conditions(for: kind, fields: samples.fields, context: context), query.sort)
    }
    return try query(kind.recordType)
  }

  private func list(
    _ kind: EntityKind, _ conditions: [Condition] = [], _ sort: [Query.SortKey] = [],
  ) -> ListQuery {
    ListQuery(kind, conditions: conditions, sort: sort, now: testNow, today: testToday)
  }

  // MARK: Changing

  private func change(_ book: SampleBook, mayUndo: Bool) throws {
    let kind = book.random.pick(kinds)
    let id = Int64(book.random.int(1...150))
    switch book.random.int(0...6) {
    case 0 where mayUndo:
      // Not the making of the book itself.
      let next = try book.store.read { try $0.nextUndo()?.title }
      if let next, ["New", "Trash", "Restore", "Change"].contains(next) { _ = try book.store.undo() }
    case 1: try book.store.transact("New") { _ = try $0.insert(book.record(Lead.self)) }
    case 2: try book.store.transact("Trash") { try $0.trash(kind, id) }
    case 3: try book.store.transact("Restore") { try $0.restore(kind, id) }
    default:
      let info = book.random.pick(kind.fields.filter { !$0.name.hasSuffix("ed_at") })
      let value = book.random.chance(20) ? .none : book.value(info, of: kind)
      try book.store.transact("Change") { _ = try $0.set([info.name: value], in: kind, id) }
    }
  }
}
