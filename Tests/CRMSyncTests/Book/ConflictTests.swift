import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What a rep decides is what happens, and nothing else does.
@Suite struct ConflictTests {
  private func open(_ bench: BookBench) throws -> [NotedConflict] {
    try bench.store.read { try $0.conflicts(of: bench.profile.id) }
  }

  private func decide(_ noted: NotedConflict, _ choice: ConflictChoice, _ bench: BookBench) throws {
    try bench.store.transact("Decide") { try $0.resolve(noted, choice) }
  }

  // MARK: What is decided

  /// Typing a value deleted the contact after all, and its deals with it.
  @Test(arguments: [ConflictChoice.mine, .value(.text("Typed"))])
  func aFieldOfAContactThatWasKeptTakesTheValueAndNothingIsDeleted(_ choice: ConflictChoice) throws {
    let bench = try BookBench { server in
      server.insertSample(.contacts, number: 1)
      server.insertSample(.opportunities, number: 1)
    }
    try bench.settle()
    let contact = try #require(try bench.store.read { try $0.all(Contact.self) }.first).id.rawValue
    try bench.set(.contact, contact, ["company_name": .text("Mine")])
    try bench.store.transact("Deleted") { try $0.trash(.contact, contact) }
    try bench.settle()
    let conflicts = try open(bench)
    #expect(conflicts.map(\.conflict.reason) == [.hasDeals, .hasDeals])
    #expect(conflicts.map(\.conflict.field) == [nil, "company_name"])
    try decide(conflicts[1], choice, bench)
    try bench.settle()
    #expect(try bench.store.read { try $0.count(.contact) + $0.count(.opportunity) } == 2)
    let value = choice == .mine ? "Mine" : "Typed"
    #expect(bench.rows(.contacts).map { $0["company_name"] } == [.string(value)])
    try decide(conflicts[0], .value(.text("of a whole record")), bench)
    #expect(try open(bench).map(\.id) == [conflicts[0].id])
  }

  /// The value that was typed was lost, and the one from before came back.
  @Test(arguments: [ConflictChoice.mine, .value(.text("Typed"))])
  func aFieldOfARecordThatWasDeletedThereComesBackWithTheValue(_ choice: ConflictChoice) throws {
    let bench = try BookBench { $0.insertSample(.leads, number: 1) }
    try bench.settle()
    let lead = try #require(try bench.leads().first).id.rawValue
    try bench.set(.lead, lead, ["company_name": .text("Mine"), "phone": .text("+44 20 7946 0958")])
    bench.transport.change { server in server.remove(.leads, server.tables[.leads]?.all.first?.id ?? 0) }
    try bench.settle()
    let conflicts = try open(bench)
    #expect(conflicts.map(\.conflict.field) == ["company_name", "phone"] && conflicts.allSatisfy(\.isTrashed))
    try decide(conflicts[0], choice, bench)
    #expect(try open(bench).isEmpty, "it is back, with its phone")
    try bench.settle()
    let row = try #require(bench.rows(.leads).first)
    #expect(row["company_name"] == .string(choice == .mine ? "Mine" : "Typed"))
    #expect(row["phone"] == .string("+44 20 7946 0958"))
  }

  // MARK: Whose ids

  /// A deal whose contact was changed on both sides, where no contact has the same id here and there.
  private func benchWithTwoContacts() throws -> (bench: BookBench, mine: Int64, theirs: Int64) {
    let bench = try BookBench { server in
      for number in 1...3 { server.insertSample(.contacts, number: number) }
      server.insertSample(.opportunities, number: 1)
    }
    for number in 1...3 {
      var contact = Contact()
      (contact.lastName, contact.email) = ("Here\(number)", "here\(number)@x.example")
      try bench.store.transact("New contact") { [contact] in try $0.insert(contact) }
    }
    try bench.settle()
    func here(_ id: Int64) throws -> Int64 {
      let mapping = try bench.store.synchronise(bench.profile.id, "") { try $0.mapping(.contact, serverID: id) }.value
      return try #require(mapping).key.id
    }
    let (mine, theirs) = (try here(2), try here(3))
    #expect(mine != 2 && theirs != 3)
    let deal = try #require(try bench.store.read { try $0.all(Opportunity.self) }.first).id.rawValue
    try bench.set(.opportunity, deal, ["contact": .reference(mine)])
    bench.transport.change { $0.change(.opportunities, 1, ["contact": .integer(3)]) }
    try bench.settle()
    return (bench, mine, theirs)
  }

  @Test(arguments: [false, true]) func aContactInAConflictIsTheRecordHere(_ isTyped: Bool) throws {
    let (bench, mine, theirs) = try benchWithTwoContacts()
    let noted = try #require(try open(bench).first)
    #expect(noted.conflict.field == "contact" && noted.conflict.reason == .bothChanged)
    #expect(noted.conflict.mine == .reference(mine) && noted.conflict.theirs == .reference(theirs))
    #expect(noted.present == .reference(theirs) && noted.isUntouched)
    try decide(noted, isTyped ? .value(noted.conflict.mine) : .mine, bench)
    #expect(try bench.store.read { try $0.all(Opportunity.self) }.map(\.contact?.rawValue) == [mine])
    try bench.settle()
    #expect(bench.rows(.opportunities).map { $0["contact"] } == [.integer(2)])
  }

  @Test func aContactThatIsGoneIsNotTaken() throws {
    let (bench, _, theirs) = try benchWithTwoContacts()
    bench.transport.change { $0.remove(.contacts, 2) }
    try bench.round(RoundOptions(readsEverything: true))
    let noted = try #require(try open(bench).first { $0.conflict.field == "contact" })
    #expect(noted.isMineGone)
    try decide(noted, .mine, bench)
    #expect(try open(bench).map(\.id).contains(noted.id))
    #expect(try bench.store.read { try $0.all(Opportunity.self) }.map(\.contact?.rawValue) == [theirs])
  }

  // MARK: What was written since

  /// Mine took away what others, and the rep, had written into the field since.
  @Test func mineIsPutIntoWhatTheFieldShowsNow() throws {
    let bench = try BookBench {
      $0.insert(.leads, ["email": "a@x.example", "custom_fields": ["size": 1], "notes": "one\ntwo\nthree"])
    }
    try bench.settle()
    let lead = try #require(try bench.leads().first).id.rawValue
    try bench.set(
      .lead, lead,
      ["custom_fields": .object(["size": 2, "mine": 1]), "notes": .text("one\nmine\nthree")])
    bench.transport.change { $0.change(.leads, 1, ["custom_fields": ["size": 3], "notes": "one\ntheirs\nthree"]) }
    try bench.settle()
    let key = RecordKey(.lead, lead)
    #expect(try bench.value(key, "custom_fields") == .object(["size": 3, "mine": 1]))
    try bench.set(.lead, lead, ["custom_fields": .object(["size": 3, "since": true])])
    try bench.set(.lead, lead, ["notes": .text("one\ntheirs\nthree\nfour")])
    for noted in try open(bench) { try decide(noted, .mine, bench) }
    #expect(try bench.value(key, "custom_fields") == .object(["size": 2, "since": true]))
    #expect(try bench.value(key, "notes") == .text("one\nmine\nthree\nfour"))
  }

  @Test func mineOfWhatTheServerDidNotTakeIsPutIntoWhatTheFieldShowsNow() throws {
    let bench = try BookBench { $0.insert(.leads, ["email": "a@x.example", "custom_fields": ["size": 1]]) }
    try bench.settle()
    let key = RecordKey(.lead, try #require(try bench.leads().first).id.rawValue)
    let notTaken = Conflict(
      key, "custom_fields", .notTaken, mine: .object(["mine": 2]), theirs: .object(["size": 1]))
    _ = try bench.store.synchronise(bench.profile.id, "") { try $0.add(notTaken) }
    try bench.set(.lead, key.id, ["custom_fields": .object(["size": 1, "since": true])])
    try decide(try #require(try open(bench).first), .mine, bench)
    #expect(try bench.value(key, "custom_fields") == .object(["mine": 2, "since": true]))
  }
}
