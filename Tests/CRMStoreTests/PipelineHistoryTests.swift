import Synchronization
import Testing

@testable import CRMDomain
@testable import CRMStore

/// A pipeline as it was, read from the journal: the same as a copy made at that time.
@Suite struct PipelineHistoryTests {
  private let folder = TestFolder()

  /// A clock that goes on by a minute at each look.
  private final class Clock: Sendable {
    private let seconds = Mutex<Int64>(1_795_000_000)
    func tick() -> Instant { seconds.withLock { now in (now += 60, Instant(seconds: now)).1 } }
    var now: Instant { seconds.withLock { Instant(seconds: $0) } }
  }

  private let clock = Clock()

  private func book() throws -> CRMStore {
    let clock = clock
    let store = try CRMStore(path: folder.file()) { clock.tick() }
    try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    try store.transact("Boards", origin: .engine) { writer in
      for name in ["Sales", "Other"] {
        var board = Board()
        board.name = name
        let id = try writer.insert(board)
        for stage in Stage.standard(board: id) { try writer.insert(stage) }
      }
    }
    return store
  }

  /// What a rep would have copied by hand.
  private func snapshot(_ store: CRMStore) throws -> [Int64: DealState] {
    let deals: [Opportunity] = try store.read { try $0.all() }
    let own = deals.filter { $0.board == Identifier(1) }.map { deal in
      var state = DealState(id: deal.id.rawValue)
      (state.name, state.stage, state.amount, state.currency) = (deal.name, deal.stage, deal.amount, deal.currency)
      (state.owner, state.expectedClose) = (deal.assignedTo?.rawValue, deal.expectedCloseDate)
      return state
    }
    return Dictionary(uniqueKeysWithValues: own.map { ($0.id, $0) })
  }

  private func bare(_ state: PipelineState) -> [Int64: DealState] {
    state.deals.mapValues { deal in
      var deal = deal
      deal.lastChange = nil
      return deal
    }
  }

  @Test func atEachInstantItIsWhatItWas() throws {
    var random = TestRandom()
    let store = try book()
    var snapshots: [(Instant, [Int64: DealState])] = []
    for _ in 0..<120 {
      try step(store, &random)
      snapshots.append((clock.now, try snapshot(store)))
    }
    for (instant, deals) in snapshots {
      let history = try store.read { try $0.pipeline(of: Identifier(1), at: instant) }
      #expect(bare(history.then) == deals)
      #expect(bare(history.now) == snapshots.last?.1)
    }
    let before = try store.read { try $0.pipeline(of: Identifier(1), at: Instant(seconds: 1_000)) }
    #expect(before.then.deals.isEmpty)
  }

  private func step(_ store: CRMStore, _ random: inout TestRandom) throws {
    let ids = try store.read { try $0.all(Opportunity.self) }.map(\.id.rawValue)
    switch random.int(0...9) {
    case 0: _ = try store.undo()
    case 1: _ = try store.redo()
    case 2:
      let operations = try store.read { try $0.history(limit: 12) }.filter { $0.title != "Boards" }
      if !operations.isEmpty {
        let operation = random.pick(operations)
        _ = operation.isUndone ? try store.redo(operation: operation.id) : try store.revert(operation: operation.id)
      }
    case 3, 4:
      let count = random.int(1...3)
      try store.transact("Add") { writer in for _ in 0..<count { try writer.insert(deal(&random)) } }
    case 5 where !ids.isEmpty: try store.transact("Delete") { try $0.trash(.opportunity, random.pick(ids)) }
    default:
      guard !ids.isEmpty else { return }
      let values = change(&random)
      let chosen = (0...random.int(0...2)).map { _ in random.pick(ids) }
      try store.transact("Change") { writer in for id in chosen { try writer.set(values, in: .opportunity, id) } }
    }
  }

  private func deal(_ random: inout TestRandom) -> Opportunity {
    var deal = Opportunity()
    deal.name = "Deal \(random.int(0...99))"
    deal.board = Identifier(Int64(random.int(1...2)))
    deal.amount = random.chance(80) ? Money(hundredths: random.int(0...9999)) : nil
    return deal
  }

  private func change(_ random: inout TestRandom) -> [String: FieldValue] {
    switch random.int(0...5) {
    case 0: ["amount": random.chance(20) ? .none : .money(random.int(0...9999))]
    case 1: ["currency": .text(random.pick(["USD", "EUR"]))]
    case 2: ["board": .reference(Int64(random.int(1...2)))]
    case 3: ["expected_close_date": .day(Day(daysSince1970: random.int(20_000...20_010)))]
    case 4: ["name": .text("Deal \(random.int(0...99))")]
    default: ["stage": .text(random.pick(["prospecting", "proposal", "closed_won", "closed_lost"]))]
    }
  }

  @Test func aBulkChangeInPiecesCountsAsAWholeFromItsBeginning() throws {
    let store = try book()
    try store.transact("Add") { writer in
      for _ in 0..<4500 {
        var deal = Opportunity()
        (deal.name, deal.board) = ("Deal", Identifier(1))
        try writer.insert(deal)
      }
    }
    let info = try #require(EntityKind.opportunity.field("currency"))
    let change = BulkChange(.opportunity, [.init(info, .set(.text("EUR")), shown: "EUR")])
    let work = BulkWork(change, context: .init(now: clock.now, calendar: .utc, stages: []), store: store)
    var between: Instant?
    _ = try work.run((1...4500).map(Int64.init), title: "Euro") { progress in
      if progress.done == 2000 { between = clock.tick() }
      return .goOn
    }
    let then = try store.read { try $0.pipeline(of: Identifier(1), at: try #require(between)) }.then
    #expect(then.deals.values.allSatisfy { $0.currency == "EUR" })
  }

  @Test func itSaysWhoChangedADealLast() throws {
    let store = try book()
    try store.transact("Add") { try $0.insert(deal()) }
    let instant = clock.now
    try store.transact("Sync", origin: .sync) { try $0.set(["amount": .money(500)], in: .opportunity, 1) }
    let history = try store.read { try $0.pipeline(of: Identifier(1), at: instant) }
    #expect(history.now.deals[1]?.lastChange?.origin == "sync")
    #expect(history.then.deals[1]?.amount == nil && history.now.deals[1]?.amount == Money(hundredths: 500))
  }

  private func deal() -> Opportunity {
    var deal = Opportunity()
    (deal.name, deal.board) = ("One", Identifier(1))
    return deal
  }
}
