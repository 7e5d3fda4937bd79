import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What a rep writes in the book reaches the server, and what is there comes into the book.
@Suite struct BookRoundTests {
  @Test func recordsOfTheServerComeIn() throws {
    let bench = try BookBench { server in for number in 0..<45 { server.insertSample(.leads, number: number) } }
    let result = try bench.round()
    #expect(result.end == .complete(resumeAt: nil))
    #expect(try bench.leads().count == 45)
    #expect(try bench.leads().allSatisfy { $0.email == "person\($0.lastName.dropFirst(4))@example.com" })
    let history = try bench.store.read { try $0.history(limit: 1) }
    #expect(history.map(\.origin) == ["sync"] && history.first?.title == "Synchronised with http://localhost")
  }

  @Test func aSecondRoundWithoutChangesWritesNothing() throws {
    let bench = try BookBench { server in
      for number in 0..<45 {
        server.insertSample(.leads, number: number)
        server.now = server.now.adding(seconds: 60)
      }
    }
    for _ in 0..<2 { try bench.round() }
    let before = try bench.store.read { try $0.history(limit: 100).count }
    let requests = bench.transport.requests.count
    let result = try bench.round()
    #expect(result.operation == nil)
    #expect(try bench.store.read { try $0.history(limit: 100).count } == before)
    #expect(bench.writes.isEmpty)
    #expect(bench.transport.requests.count - requests <= 5, "\(bench.transport.requests.suffix(8).map(\.target))")
  }

  @Test func whatIsWrittenHereReachesTheServerAndSoDoesItsUndo() throws {
    let bench = try BookBench()
    try bench.round()
    let id = try bench.lead("doe")
    try bench.settle()
    #expect(bench.rows(.leads).map { $0["last_name"] } == [.string("doe")])
    try bench.set(.lead, id.rawValue, ["company_name": .text("Acme")])
    try bench.settle()
    #expect(bench.rows(.leads).first?["company_name"] == .string("Acme"))
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).first?["company_name"] == .string(""))
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).isEmpty)
    _ = try bench.store.redo()
    try bench.settle()
    #expect(bench.rows(.leads).map { $0["last_name"] } == [.string("doe")])
  }

  @Test func whatWasUndoneBeforeItWasSentIsNeverSent() throws {
    let bench = try BookBench()
    try bench.round()
    try bench.lead("doe")
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.writes.isEmpty && bench.rows(.leads).isEmpty)
  }

  @Test func aTrashedRecordIsDeletedThereAndComesBackWithItsUndo() throws {
    let bench = try BookBench { $0.insertSample(.leads, number: 1) }
    try bench.round()
    let id = try #require(try bench.leads().first?.id)
    try bench.store.transact("Delete") { try $0.trash(.lead, id.rawValue) }
    try bench.settle()
    #expect(bench.rows(.leads).isEmpty)
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).map { $0["last_name"] } == [.string("Last1")])
    #expect(try bench.leads().map(\.id) == [id])
  }

  @Test(arguments: Personality.allCases) func aConversionMakesOneContactAndOneDeal(_ personality: Personality) throws {
    let bench = try BookBench(personality)
    try bench.round()
    let id = try bench.lead("doe") { $0.estimatedValue = Money(hundredths: 500_00) }
    try bench.settle(most: 12)
    let lead = try #require(try bench.store.read { try $0.record(id) })
    try bench.store.transact("Convert") { writer in
      let deal = Conversion.deal(from: lead, in: nil, currency: "USD", now: writer.now, today: Day(iso: "2026-12-01")!)
      _ = try writer.convert(
        Conversion(lead: lead, contact: .new(Conversion.contact(from: lead)), deal: .new(deal)))
    }
    try bench.settle(most: 12)
    // A server that takes no leads, or no deals, has the rep told so; what depends on them waits.
    let isRefused = try bench.pending().contains { $0.state == .quarantined }
    for resource in [V1Resource.contacts, .opportunities] {
      #expect(bench.rows(resource).count == 1 || (isRefused && bench.rows(resource).isEmpty), "\(resource)")
    }
    #expect(try bench.store.read { try $0.count(.contact) } == 1)
    #expect(try bench.store.read { try $0.count(.opportunity) } == 1)
  }

  @Test func aConversionThatIsTakenBackBeforeItIsSentLeavesTheServerAlone() throws {
    let bench = try BookBench()
    let id = try bench.lead("doe")
    try bench.settle()
    let lead = try #require(try bench.store.read { try $0.record(id) })
    try bench.store.transact("Convert") { writer in
      _ = try writer.convert(Conversion(lead: lead, contact: .new(Conversion.contact(from: lead)), deal: .none))
    }
    #expect(try bench.pending().map(\.action.name) == ["convert"])
    _ = try bench.store.undo()
    let writes = bench.writes.count
    try bench.settle()
    #expect(bench.writes.count == writes && bench.rows(.contacts).isEmpty)
  }

  /// A lead whose company was changed here, and `field` there, after a round.
  private func benchAfterTheirs(in field: String) throws -> BookBench {
    let bench = try BookBench { $0.insertSample(.leads, number: 1) }
    try bench.round()
    let id = try #require(try bench.leads().first?.id)
    try bench.set(.lead, id.rawValue, ["company_name": .text("Mine")])
    bench.transport.change { server in
      let row = server.tables[.leads]?.all.first?.id ?? 0
      server.change(.leads, row, [field: .string("Theirs")])
    }
    try bench.settle()
    return bench
  }

  @Test func twoFieldsOfOneRecordChangedOnBothSidesBothStay() throws {
    let bench = try benchAfterTheirs(in: "first_name")
    let lead = try #require(try bench.leads().first)
    #expect(lead.companyName == "Mine" && lead.firstName == "Theirs")
    #expect(bench.rows(.leads).first?["company_name"] == .string("Mine"))
    #expect(try bench.store.read { try $0.conflicts(of: bench.profile.id) }.isEmpty)
  }

  @Test func oneFieldChangedOnBothSidesShowsTheServersAndKeepsMine() throws {
    let bench = try benchAfterTheirs(in: "company_name")
    #expect(try bench.leads().first?.companyName == "Theirs")
    let conflicts = try bench.store.read { try $0.conflicts(of: bench.profile.id) }
    #expect(conflicts.map(\.conflict.mine) == [.text("Mine")])
    let conflict = try #require(conflicts.first)
    try bench.store.transact("Take mine") { try $0.resolve(conflict, .mine) }
    try bench.settle()
    #expect(bench.rows(.leads).first?["company_name"] == .string("Mine"))
    #expect(try bench.store.read { try $0.conflicts(of: bench.profile.id) }.isEmpty)
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).first?["company_name"] == .string("Theirs"))
  }

  @Test func deletingAContactAfterAllTakesItsDealsAlong() throws {
    let bench = try BookBench { server in
      server.insertSample(.contacts, number: 1)
      server.insertSample(.opportunities, number: 1)
    }
    try bench.settle()
    let contact = try #require(try bench.store.read { try $0.all(Contact.self) }.first)
    try bench.store.transact("Deleted") { try $0.trash(.contact, contact.id.rawValue) }
    try bench.settle()
    let conflicts = try bench.store.read { try $0.conflicts(of: bench.profile.id) }
    #expect(conflicts.map(\.conflict.reason) == [.hasDeals])
    #expect(try bench.store.read { try $0.isAlive(.contact, contact.id.rawValue) })
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
    let conflict = try #require(conflicts.first)
    try bench.store.transact("Take mine") { try $0.resolve(conflict, .mine) }
    try bench.settle()
    #expect(bench.rows(.contacts).isEmpty && bench.rows(.opportunities).isEmpty)
    #expect(try bench.store.read { try $0.conflicts(of: bench.profile.id) }.isEmpty)
    // One step brings both back, on the server too.
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
  }

  @Test func whoseDeletionIsGivenUpComesBack() throws {
    let bench = try BookBench { $0.insertSample(.leads, number: 1) }
    try bench.settle()
    let id = try #require(try bench.leads().first).id.rawValue
    try bench.store.transact("Deleted") { try $0.trash(.lead, id) }
    var deletion = try #require(try bench.pending().first)
    (deletion.state, deletion.refusal) = (.quarantined, Refusal(general: ["You may not."]))
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.save(deletion) }
    try bench.settle()
    #expect(try bench.leads().isEmpty && bench.rows(.leads).count == 1)
    try bench.store.transact("Never send it") { try $0.dropOperation(deletion, bench.profile.id) }
    try bench.settle()
    #expect(try bench.leads().map(\.lastName) == ["Last1"] && bench.pending().isEmpty)
    #expect(bench.rows(.leads).count == 1)
  }

  @Test func recordsFromBeforeTheFirstRoundAreSentOnceTheyAreAskedFor() throws {
    let bench = try BookBench { $0.insertSample(.leads, number: 1) }
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.setJournalMark(.max) }
    try bench.lead("before")
    _ = try bench.store.synchronise(bench.profile.id, "") { book in try book.noteCreates(of: JournalIntake.kinds) }
    try bench.settle()
    #expect(Set(bench.rows(.leads).map { $0["last_name"] }) == [.string("Last1"), .string("before")])
    #expect(try bench.leads().count == 2)
  }

  @Test func recordsOfBothSidesWithOneAddressBecomeOne() throws {
    let bench = try BookBench { server in for number in 1...2 { server.insertSample(.leads, number: number) } }
    try bench.lead("Last1") { lead in
      (lead.email, lead.companyName, lead.notes) = ("PERSON1@example.com", "Mine & Co", "met at the expo")
      lead.phone = "+44 20 7946 0958"
    }
    try bench.lead("alone")
    _ = try bench.store.synchronise(bench.profile.id, "") { book in
      try book.setJournalMark(.max)
      return try book.noteCreates(of: JournalIntake.kinds)
    }
    try bench.settle()
    #expect(try bench.leads().count == 3 && bench.rows(.leads).count == 3)
    let row = try #require(bench.rows(.leads).first { $0["email"] == .string("person1@example.com") })
    #expect(row["phone"] == .string("+44 20 7946 0958") && row["notes"] == .string("met at the expo"))
    let lead = try #require(try bench.leads().first { $0.email.lowercased() == "person1@example.com" })
    #expect(lead.firstName == "First1" && lead.notes == "met at the expo")
    let conflicts = try bench.store.read { try $0.conflicts(of: bench.profile.id) }
    #expect(Set(conflicts.map { $0.conflict.mine }).isSuperset(of: [.text("Ann"), .text("Mine & Co")]))
  }

  /// Deals and tasks have no address: whoever forgets a server and logs in again would have each of them twice.
  @Test func whatComesBackFromAForgottenServerIsKnownAgain() throws {
    let bench = try BookBench { server in
      for number in 1...3 {
        server.insertSample(.contacts, number: number)
        server.insertSample(.opportunities, number: number)
        server.insertSample(.tasks, number: number)
        server.insertSample(.leads, number: number)
      }
    }
    try bench.settle()
    try bench.meetAnew()
    let report = try bench.round().report
    #expect(report.matched == 12 && report.changed == 0 && report.pulled == 0, "\(report)")
    try bench.settle()
    for kind in JournalIntake.kinds {
      let resource = try #require(V1Resource(rawValue: kind.plural))
      #expect(try bench.store.read { try $0.count(kind) } == 3 && bench.rows(resource).count == 3, "\(kind)")
    }
    #expect(try bench.store.read { try $0.conflicts(of: bench.profile.id) }.isEmpty)
  }

  @Test func aBulkChangeAndItsUndoAreFollowed() throws {
    let bench = try BookBench { server in for number in 0..<45 { server.insertSample(.leads, number: number) } }
    try bench.round()
    let ids = try bench.leads().map(\.id.rawValue)
    try bench.store.transact("Bulk") { try $0.set(["status": .text("qualified")], in: .lead, ids) }
    try bench.settle()
    #expect(bench.rows(.leads).allSatisfy { $0["status"] == .string("qualified") })
    _ = try bench.store.undo()
    try bench.settle()
    #expect(bench.rows(.leads).allSatisfy { $0["status"] == .string("new") })
  }
}
