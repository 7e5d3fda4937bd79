import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What a rep never wants sent stays here, says so, and can be sent after all.
@Suite struct GivingUpTests {
  private func contact(_ bench: BookBench) throws -> Int64 {
    var contact = Contact()
    (contact.firstName, contact.lastName, contact.email) = ("Ada", "Lovelace", "ada@x.example")
    return try bench.store.transact("New contact") { [contact] in try $0.insert(contact) }.rawValue
  }

  private func deal(of contact: Int64, _ bench: BookBench) throws {
    var deal = Opportunity()
    (deal.name, deal.contact, deal.amount) = ("Engine", Identifier(contact), Money(hundredths: 500_00))
    deal.expectedCloseDate = Day(iso: "2026-12-24")
    try bench.store.transact("New deal") { [deal] in try $0.insert(deal) }
  }

  private func giveUp(_ action: String, _ bench: BookBench) throws -> OutboxOperation {
    let operation = try #require(try bench.pending().first { $0.action.name == action })
    try bench.store.transact("Never send it") { try $0.dropOperation(operation, bench.profile.id) }
    return operation
  }

  private func waits(_ bench: BookBench) throws -> [SyncWait] {
    let operations = try bench.pending()
    return try bench.store.read { try Array($0.syncWaits(of: operations, bench.profile.id).values) }
  }

  private func counts(_ bench: BookBench) throws -> SyncCounts {
    try bench.store.read { try $0.syncCounts(bench.profile) }
  }

  /// Its deals said for ever that they wait to be sent, and nothing brought the contact back into the outbox.
  @Test func aNewRecordStaysWithWhatNeedsItUntilItIsSentAfterAll() throws {
    let bench = try BookBench()
    try bench.round()
    let contact = try contact(bench)
    try deal(of: contact, bench)
    #expect(try waits(bench) == [.needs(RecordKey(.contact, contact))])
    let create = try giveUp("create", bench)
    #expect(try bench.store.read { try $0.dependants(of: create.key, bench.profile.id).map(\.kind) } == [.opportunity])
    try bench.set(.contact, contact, ["company_name": .text("Engines & Co")])
    try bench.settle()
    #expect(bench.rows(.contacts).isEmpty && bench.rows(.opportunities).isEmpty)
    #expect(try waits(bench) == [.stays(create.key)])
    let counted = try counts(bench)
    #expect(counted.staying == 2 && counted.pending == 0 && counted.refused == 0)
    #expect(try bench.store.read { try $0.syncState(of: create.key, bench.profile) } == .local)
    try bench.store.transact("Send it") { try $0.retryRefused(bench.profile.id, create.seq) }
    try bench.settle()
    #expect(bench.rows(.contacts).map { $0["company_name"] } == [.string("Engines & Co")])
    #expect(try bench.rows(.opportunities).count == 1 && bench.pending() == [])
    #expect(try counts(bench) == SyncCounts())
  }

  /// One from before the first login, or one that an older program gave up, of which nothing is in the outbox.
  @Test func whatNobodyAskedToSendIsSentForADealOfIt() throws {
    let bench = try BookBench()
    let contact = try contact(bench)
    let create = try #require(try bench.pending().first)
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.removeOperation(create.seq) }
    try bench.round()
    try deal(of: contact, bench)
    try bench.settle()
    #expect(try bench.rows(.opportunities).isEmpty && waits(bench) == [.stays(create.key)])
    try bench.store.transact("Send it") { try $0.sendAfterAll(create.key, bench.profile.id) }
    try bench.settle()
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
  }

  @Test func aRecordThatStaysDoesSoAfterItCameBackFromTheTrash() throws {
    let bench = try BookBench()
    try bench.round()
    let contact = try contact(bench)
    _ = try giveUp("create", bench)
    try bench.store.transact("Deleted") { try $0.trash(.contact, contact) }
    try bench.settle()
    #expect(try counts(bench).isClean && bench.store.read { try $0.syncOperations(bench.profile, limit: 9) }.isEmpty)
    _ = try bench.store.undo()
    try bench.settle()
    #expect(try bench.rows(.contacts).isEmpty && counts(bench).staying == 1)
  }

  @Test func whatMayBeOnTheServerAlreadyIsNotGivenUp() throws {
    let bench = try BookBench()
    try bench.round()
    _ = try contact(bench)
    var create = try #require(try bench.pending().first)
    (create.state, create.attempts) = (.inDoubt, 1)
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.save(create) }
    _ = try giveUp("create", bench)
    #expect(try bench.pending().map(\.state) == [.inDoubt])
  }

  /// The contact and the deal were sent by nobody.
  @Test(arguments: [false, true]) func whatALeadBecameIsSentWithoutItsConversion(_ isNew: Bool) throws {
    let bench = try BookBench()
    try bench.round()
    let id = try bench.lead("doe") { $0.estimatedValue = Money(hundredths: 500_00) }
    if !isNew { try bench.settle() }
    try bench.convert(try #require(try bench.store.read { try $0.record(id) }))
    _ = try giveUp(isNew ? "create" : "convert", bench)
    try bench.settle()
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
    #expect(bench.rows(.leads).map { $0["status"] } == (isNew ? [] : [.string("new")]))
    #expect(try bench.store.read { try $0.count(.contact) + $0.count(.opportunity) } == 2)
  }

  @Test func whatALeadThatStaysBecomesIsSent() throws {
    let bench = try BookBench()
    try bench.round()
    let id = try bench.lead("doe") { $0.estimatedValue = Money(hundredths: 500_00) }
    _ = try giveUp("create", bench)
    try bench.convert(try #require(try bench.store.read { try $0.record(id) }))
    try bench.settle()
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1 && bench.rows(.leads).isEmpty)
  }

  @Test func theDeletionOfAContactSaysThatItWaitsForItsDeals() throws {
    let bench = try BookBench { server in
      server.insertSample(.contacts, number: 1)
      server.insertSample(.opportunities, number: 1)
    }
    try bench.settle()
    let deal = try #require(try bench.store.read { try $0.all(Opportunity.self) }.first)
    let contact = try #require(deal.contact).rawValue
    try bench.store.transact("Deleted") { writer in
      try writer.trash(.contact, contact)
      try writer.trash(.opportunity, deal.id.rawValue)
    }
    #expect(try waits(bench) == [.deals])
  }
}
