import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What is taken back while it is on its way: the book and the server agree afterwards, and nothing is there twice.
@Suite struct BookReturnTests {
  /// A bench with one lead, known on both sides.
  private func benchWithLead(_ personality: Personality = .documented) throws -> (BookBench, Int64) {
    let bench = try BookBench(personality) { $0.insertSample(.leads, number: 1) }
    try bench.round()
    return (bench, try #require(try bench.leads().first?.id.rawValue))
  }

  /// Runs a round that is dropped at the first request of that method.
  private func drop(_ bench: BookBench, at method: HTTPRequest.Method, isExecuted: Bool) throws {
    // The first request is for a token.
    for number in 2...40 {
      let before = bench.transport.requests.count
      try bench.round(RoundOptions(), BookLine(bench.transport, [number: [.drop(isExecuted: isExecuted)]]))
      let last = bench.transport.requests.dropFirst(before).last
      if isExecuted, last?.method == method, last?.path.contains("/auth/") == false { return }
      if !isExecuted, try bench.pending().contains(where: { $0.state == .inFlight }) { return }
    }
    Issue.record("no \(method) was sent")
  }

  @Test(arguments: [false, true], Personality.allCases)
  func aRecordThatComesBackWhileItsDeletionIsInDoubtIsOnTheServerOnce(
    _ isExecuted: Bool, _ personality: Personality,
  ) throws {
    let (bench, id) = try benchWithLead(personality)
    try bench.store.transact("Delete") { try $0.trash(.lead, id) }
    try drop(bench, at: .delete, isExecuted: isExecuted)
    _ = try bench.store.undo()
    try bench.set(.lead, id, ["company_name": .text("Later")])
    try bench.settle(most: 12)
    try bench.checkAgreement()
    if try bench.pending().isEmpty {
      #expect(bench.rows(.leads).map { $0["company_name"] } == [.string("Later")])
      #expect(try bench.leads().map(\.id.rawValue) == [id])
    }
  }

  @Test func anEditBeforeADeletionThatWasTakenBackIsSent() throws {
    let (bench, id) = try benchWithLead()
    try bench.set(.lead, id, ["company_name": .text("Mine")])
    try bench.store.transact("Delete") { try $0.trash(.lead, id) }
    // The round that put both into one ends before it sends anything.
    try bench.round(RoundOptions(), BookLine(bench.transport, [6: [.fault(.throttledBare)]]))
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).map { $0["company_name"] } == [.string("Mine")])
    try bench.checkAgreement()
  }

  @Test(arguments: [false, true])
  func anInsertionThatIsTakenBackAndDoneAgainInDoubtIsOnTheServerOnce(_ isExecuted: Bool) throws {
    let bench = try BookBench()
    try bench.round()
    try bench.lead("doe")
    try drop(bench, at: .post, isExecuted: isExecuted)
    _ = try bench.store.undo()
    _ = try bench.store.redo()
    try bench.settle(most: 8)
    #expect(bench.rows(.leads).count == 1)
    try bench.checkAgreement()
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).isEmpty)
    try bench.checkAgreement()
  }

  @Test func anInsertionThatIsTakenBackAfterItWasSentIsDeletedThereAndComesBackOnce() throws {
    let bench = try BookBench()
    try bench.lead("doe")
    try bench.settle()
    for _ in 0..<3 {
      _ = try bench.store.undo()
      try bench.settle()
      #expect(bench.rows(.leads).isEmpty)
      _ = try bench.store.redo()
      try bench.settle()
      #expect(bench.rows(.leads).count == 1)
    }
    try bench.checkAgreement()
  }

  /// A v1 server deletes the deals of a contact with it.
  @Test(arguments: Personality.allCases)
  func aMergeMovesDealsBeforeTheirOldContactIsDeleted(_ personality: Personality) throws {
    let bench = try BookBench(personality) { server in
      for number in 1...2 { server.insertSample(.contacts, number: number) }
      for number in 1...3 {
        let row = server.insertSample(.opportunities, number: number)
        server.change(.opportunities, row?.id ?? 0, ["contact": .integer(2)])
      }
    }
    try bench.round()
    let contacts: [Contact] = try bench.store.read { try $0.all() }
    let loser = try #require(contacts.first { $0.email == "person2@example.com" })
    let winner = try #require(contacts.first { $0.email == "person1@example.com" })
    var merge = CRMDomain.Merge([winner, loser], customFields: [])
    merge.keep(0)
    try bench.store.transact("Merge") { try $0.merge(merge) }
    for number in 1...3 {
      // The first tries to move a deal fail.
      let faults = Dictionary(
        uniqueKeysWithValues: (1...40).map {
          (
            $0,
            [
              BookLine.Event.act { [transport = bench.transport] in
                guard number < 3 else { return }
                transport.change { $0.quirks.updateOpportunity = .failsUnwritten }
              }
            ]
          )
        })
      try bench.round(RoundOptions(), BookLine(bench.transport, faults))
      #expect(bench.rows(.opportunities).count == 3, "after round \(number)")
    }
    bench.transport.change { $0.quirks.updateOpportunity = personality.quirks.updateOpportunity }
    try bench.settle(most: 12)
    #expect(bench.rows(.opportunities).count == 3)
    try bench.checkAgreement()
    let isMoved = bench.rows(.opportunities).allSatisfy { $0["contact"] == .integer(1) }
    #expect(isMoved ? bench.rows(.contacts).map(\.id) == [1] : bench.rows(.contacts).count == 2)
  }

  @Test(arguments: Personality.allCases) func aConversionThatIsTakenBackAfterItWasSentIsTakenBackThere(
    _ personality: Personality,
  ) throws {
    let bench = try BookBench(personality) { server in
      let row = server.insertSample(.leads, number: 1)
      server.change(.leads, row?.id ?? 0, ["estimated_value": .string("500.00")])
    }
    try bench.round()
    let lead = try #require(try bench.leads().first)
    try bench.convert(lead)
    try bench.settle(most: 12)
    let hadDeal = bench.rows(.opportunities).count
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.leads).count == 1)
    _ = try bench.store.undo()
    try bench.settle(most: 12)
    try bench.checkAgreement()
    if try bench.pending().isEmpty {
      #expect(bench.rows(.contacts).isEmpty && bench.rows(.opportunities).isEmpty, "there were \(hadDeal) deals")
      #expect(bench.rows(.leads).map { $0["status"] } == [.string("new")])
    }
  }

  /// What the server had made came in as other people's, and was made once more.
  @Test func aConversionInDoubtMakesOneContactAndOneDeal() throws {
    let (bench, _) = try benchWithLead()
    try bench.convertFirst()
    try drop(bench, at: .post, isExecuted: true)
    try bench.settle(most: 8)
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
    #expect(try bench.store.read { try $0.count(.contact) } == 1)
    #expect(try bench.pending().isEmpty)
    #expect(try bench.store.read { try $0.conflicts(of: bench.profile.id) }.isEmpty)
    try bench.checkAgreement()
  }

  /// The time at which the server had completed it was taken for another's, and for a conflict with ours.
  @Test func aCompletionInDoubtIsNoConflict() throws {
    let bench = try BookBench { $0.insertSample(.tasks, number: 1) }
    try bench.round()
    try bench.completeFirst()
    try drop(bench, at: .post, isExecuted: true)
    try bench.settle(most: 8)
    #expect(bench.rows(.tasks).map { $0["status"] } == [.string("completed")])
    #expect(try bench.store.read { try $0.conflicts(of: bench.profile.id) }.isEmpty)
    try bench.checkAgreement()
  }

  /// The conversion was dropped with its lead, and what it had made was never sent.
  @Test func whatAConversionMadeOutlivesItsLead() throws {
    let (bench, id) = try benchWithLead()
    try bench.convert(try #require(try bench.leads().first))
    try bench.store.transact("Delete") { try $0.trash(.lead, id) }
    try bench.settle()
    #expect(bench.rows(.leads).isEmpty && bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
    try bench.checkAgreement()
  }

  /// The conversion was taken for one that is taken back, and the lead's new status was never sent.
  @Test func aConversionWhoseContactIsMergedBeforeItIsSentIsStillOne() throws {
    let bench = try BookBench { server in
      server.insertSample(.leads, number: 1)
      server.insertSample(.contacts, number: 2)
    }
    try bench.round()
    try bench.convertFirst()
    let contacts: [Contact] = try bench.store.read { try $0.all() }
    var merge = CRMDomain.Merge(contacts, customFields: [])
    merge.keep(try #require(contacts.firstIndex { $0.email == "person2@example.com" }))
    try bench.store.transact("Merge") { try $0.merge(merge) }
    try bench.settle(most: 8)
    #expect(bench.rows(.leads).map { $0["status"] } == [.string("converted")])
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
    try bench.checkAgreement()
  }

  @Test func aConvertedLeadThatComesBackFromTheTrashIsConvertedThereToo() throws {
    let (bench, id) = try benchWithLead()
    try bench.convertFirst()
    try bench.store.transact("Delete") { try $0.trash(.lead, id) }
    #expect(try !bench.pending().isEmpty)
    _ = try bench.store.undo()
    try bench.settle(most: 8)
    #expect(bench.rows(.leads).map { $0["status"] } == [.string("converted")])
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
    try bench.checkAgreement()
  }

  /// The lead waited for ever for a deal that was not to be sent any more.
  @Test func aConversionWhoseDealIsDeletedBeforeItIsSentIsStillOne() throws {
    let bench = try BookBench(.hostile) { $0.insertSample(.leads, number: 1) }
    try bench.round()
    try bench.convertFirst()
    let deal = try #require(try bench.store.keys([.opportunity], isTrashed: false).first)
    try bench.store.transact("Delete") { try $0.trash(.opportunity, deal.id) }
    try bench.settle(most: 8)
    #expect(bench.rows(.leads).map { $0["status"] } == [.string("converted")])
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).isEmpty)
    try bench.checkAgreement()
  }

  /// The deal came back to a contact that was gone, which no row may name, and every round ended there.
  @Test func aDealThatOthersChangedComesBackAfterItsConversionWasTakenBack() throws {
    let (bench, _) = try benchWithLead()
    try bench.convertFirst()
    try bench.settle(most: 8)
    bench.transport.change { server in
      let deal = server.tables[.opportunities]?.all.first?.id ?? 0
      server.change(.opportunities, deal, ["company_name": .string("Theirs")])
    }
    _ = try bench.store.undo()
    try bench.settle(most: 8)
    try bench.round(RoundOptions(readsEverything: true))
    try bench.checkAgreement()
  }

  @Test func anImportOfThousandsIsSentAndTakenBack() throws {
    let bench = try BookBench()
    try bench.round()
    let count = 3000
    let lines = (0..<count).map { "Ann,Doe\($0),doe\($0)@example.com" }
    try bench.load("first_name,last_name,email\n" + lines.joined(separator: "\n"))
    try bench.round()
    #expect(bench.rows(.leads).count == count)
    try bench.checkAgreement()
    let run = try #require(try bench.store.read { try $0.imports() }.first)
    #expect(try bench.store.revertImport(run.id).kept.isEmpty)
    try bench.settle()
    #expect(bench.rows(.leads).isEmpty)
    try bench.checkAgreement()
  }
}
