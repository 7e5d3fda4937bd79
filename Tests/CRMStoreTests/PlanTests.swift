import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

/// How SQLite goes about the lists that are drawn most: at a million rows a sort takes a tenth of a second.
@Suite struct PlanTests {
  private let folder = TestFolder()

  private func plans(_ query: ListQuery) throws -> [[String]] {
    let store = try CRMStore.hasty(folder.file())
    return try store.read { reader in
      try reader.passes(reader.querySQL(query)).map { part in
        let arguments = StatementArguments(part.arguments)
        return try Row.fetchAll(reader.db, sql: "EXPLAIN QUERY PLAN " + part.text + " LIMIT 50", arguments: arguments)
          .map { $0["detail"] }
      }
    }
  }

  @Test(
    arguments: [
      (.lead, .init("lead_score", descending: true), "lead_by_score"), (.lead, .init("last_name"), "lead_by_name"),
      (.lead, .init("company_name"), "lead_by_company"), (.contact, .init("last_name"), "contact_by_name"),
      (.contact, .init("company_name"), "contact_by_company"), (.task, .init("due_date"), "task_by_due"),
    ] as [(EntityKind, Query.SortKey, String)])
  func defaultListsWalkTheirIndex(kind: EntityKind, key: Query.SortKey, index: String) throws {
    for plan in try plans(ListQuery(kind, sort: [key], now: testNow, today: testToday)) {
      #expect(
        plan.contains { $0.contains("USING INDEX \(index)") || $0.contains("USING COVERING INDEX \(index)") }, "\(plan)"
      )
      #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
  }

  @Test(arguments: [EntityKind.lead, .contact, .opportunity, .task, .activity])
  func wordsAreFoundInTheTextIndex(kind: EntityKind) throws {
    let needle = try #require(SearchText.needle(for: "lovelace"))
    for sort in [[], [Query.SortKey("created_at", descending: true)]] {
      let query = ListQuery(kind, conditions: [.textContains(needle)], sort: sort, now: testNow, today: testToday)
      for plan in try plans(query) {
        #expect(plan.contains("SEARCH \(kind.rawValue) USING INTEGER PRIMARY KEY (rowid=?)"), "\(plan)")
      }
    }
  }

  @Test func aBroadSearchWalksTheOrderOfTheList() throws {
    let needle = try #require(SearchText.needle(for: "lovelace"))
    let query = ListQuery(
      .lead, conditions: [.textContains(needle)], sort: [.init("lead_score", descending: true)], now: testNow,
      today: testToday)
    let store = try CRMStore.hasty(folder.file())
    try store.read { reader in
      var sql = try reader.querySQL(query)
      sql.walksOrder = true
      for part in try reader.passes(sql) {
        let plan = try Row.fetchAll(reader.db, sql: "EXPLAIN QUERY PLAN " + part.text, arguments: .init(part.arguments))
          .map { $0["detail"] as String }
        #expect(plan.contains { $0.contains("lead_by_score") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
      }
    }
  }

  @Test func aBroadSearchAnswersItsFirstRowsInOrder() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Add a crowd") { writer in
      for number in 0..<5200 {
        var lead = Lead()
        lead.lastName = number % 50 == 0 ? "Babbage" : "Lovelace"
        lead.leadScore = number * 7919 % 101
        try writer.insert(lead)
      }
    }
    let needle = try #require(SearchText.needle(for: "lovelace"))
    let query = ListQuery(
      .lead, conditions: [.textContains(needle)], sort: [.init("lead_score", descending: true)], now: testNow,
      today: testToday)
    let (first, all) = try store.read { (try $0.ids(query, limit: 200), try $0.ids(query)) }
    #expect(all.count == 5096)
    #expect(first == Array(all.prefix(200)))
  }

  @Test func theHistoryOfARecordIsFoundInItsIndex() throws {
    let store = try CRMStore.hasty(folder.file())
    let plan = try store.read { reader in
      try Row.fetchAll(reader.db, sql: "EXPLAIN QUERY PLAN " + StoreReader.historySQL, arguments: ["lead", 1, 50])
        .map { $0["detail"] as String }
    }
    #expect(!plan.contains { $0.hasPrefix("SCAN change") }, "\(plan)")
    #expect(plan.contains { $0.contains("change_ranges") }, "\(plan)")
  }
}
