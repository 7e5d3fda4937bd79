import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

@Suite struct PushTests {
  @Test func whatWasMadeHereArrivesParentsFirst() throws {
    var bench = RoundBench()
    let contact = bench.store.insert(
      .contact, ["first_name": .text("C"), "last_name": .text("D"), "email": .text("c@x.org")])
    _ = try bench.create(
      .opportunity,
      [
        "name": .text("Deal"), "amount": .money(100), "contact": .reference(contact.id),
        "expected_close_date": Day(iso: "2026-12-24").fieldValue,
      ])
    try bench.store.noteCreate(contact)
    try bench.round()
    #expect(bench.writes == ["POST /contacts/", "POST /opportunities/"])
    #expect(bench.rows(.opportunities).first?["contact"] == .integer(bench.rows(.contacts).first?.id ?? 0))
    #expect(bench.store.operations().isEmpty)
    try bench.round()
    #expect(bench.writes.isEmpty, "and nothing is left to say")
  }

  @Test(arguments: [
    Fault.resetAfterExecution, .resetInBody, .slowAnswer, .cutToLength, .serverErrorExecuted, .badGateway, .invalidJSON,
  ])
  func aLostAnswerMakesNoSecondRecord(_ fault: Fault) throws {
    for kind in [EntityKind.lead, .task] {
      var bench = RoundBench()
      try bench.round()
      let me = bench.store.mappings(.user).first?.key.id ?? 0
      let key =
        kind == .lead
        ? try bench.lead("doe") : try bench.create(.task, ["title": .text("Call"), "assigned_to": .reference(me)])
      for request in 1...12 {
        bench.meanwhile[request] = { bench in
          if bench.requests.last?.method == .post, bench.requests.last?.path.contains("/v1/") == true {
            bench.faults[bench.requests.count] = fault
          }
        }
      }
      try bench.round()
      for _ in 0..<3 {
        bench.server.now = bench.server.now.adding(seconds: 400)
        try bench.round()
      }
      #expect(bench.rows(kind == .lead ? .leads : .tasks).count == 1, "\(kind)")
      #expect(bench.store.mapping(key) != nil && bench.store.operations().isEmpty, "\(kind)")
    }
  }

  @Test func anUnknownFateIsWaitedForBeforeSendingAgain() throws {
    var bench = RoundBench()
    try bench.round()
    _ = try bench.lead("doe")
    // The request reaches the server, which is still at it when the line breaks.
    for request in 1...9 { bench.faults[request] = nil }
    bench.meanwhile = Dictionary(
      uniqueKeysWithValues: (1...9).map { number in
        (
          number,
          { bench in
            if bench.requests.last?.method == .post, bench.requests.last?.path.hasSuffix("leads/") == true {
              bench.faults[number] = .badGateway
            }
          }
        )
      })
    try bench.round()
    let rows = bench.rows(.leads).count
    try bench.round()
    #expect(bench.writes.isEmpty, "not before a minute is over")
    bench.server.now = bench.server.now.adding(seconds: 400)
    try bench.round()
    #expect(bench.rows(.leads).count == 1 && rows <= 1)
  }

  @Test(arguments: [Personality.firstPublished, .repaired, .documented, .honoursPageSize])
  func editsArriveOnEveryServer(_ personality: Personality) throws {
    var bench = RoundBench(personality)
    bench.server.insertSample(.leads, number: 1)
    bench.server.insertSample(.contacts, number: 1)
    bench.server.insertSample(.opportunities, number: 1)
    try bench.round()
    try bench.edit(bench.key(.lead, 1), "job_title", .text("Chief"))
    try bench.edit(bench.key(.opportunity, 1), "stage", .text("proposal"))
    try bench.edit(bench.key(.opportunity, 1), "name", .text("Bigger"))
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.leads).first?["job_title"] == "Chief")
    #expect(bench.rows(.opportunities).first?["stage"] == "proposal")
    #expect(bench.rows(.opportunities).first?["name"] == "Bigger")
    #expect(bench.store.operations().isEmpty)
  }

  @Test func onlyWhatWasEditedIsSentAndTheRestMerges() throws {
    var bench = RoundBench()
    bench.server.insert(
      .leads, ["email": "a@x.org", "notes": "one\ntwo\nthree", "tags": ["a"], "custom_fields": ["k": 1]])
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.edit(key, "notes", .text("one!\ntwo\nthree"))
    try bench.edit(key, "tags", .tags(["a", "mine"]))
    try bench.edit(key, "custom_fields", .object(["k": 1, "mine": 2]))
    bench.server.change(
      .leads, 1, ["notes": "one\ntwo\nthree\nfour", "tags": ["a", "theirs"], "custom_fields": ["k": 5]])
    try bench.round()
    let row = try #require(bench.rows(.leads).first)
    #expect(row["notes"] == "one!\ntwo\nthree\nfour" && row["tags"] == ["a", "theirs", "mine"])
    #expect(row["custom_fields"] == ["k": 5, "mine": 2])
    #expect(bench.store.conflicts.isEmpty)
    let body = try #require(bench.requests.last { $0.method == .patch }?.body)
    #expect(try JSONValue(parsing: body).keys == ["notes", "tags", "custom_fields"])
  }

  @Test func bothChangedShowsTheirsAndKeepsMine() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.edit(key, "company_name", .text("Mine"))
    bench.server.change(.leads, 1, ["company_name": "Theirs"])
    try bench.round()
    #expect(bench.value(key, "company_name") == .text("Theirs"))
    let conflict = try #require(bench.store.conflicts.first)
    #expect(conflict.reason == .bothChanged && conflict.mine == .text("Mine") && conflict.theirs == .text("Theirs"))
    #expect(bench.writes.isEmpty)
  }

  @Test func anEditMadeDuringTheRoundSurvives() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.edit(key, "company_name", .text("First"))
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.method == .patch { try bench.edit(key, "company_name", .text("Second")) }
      }
    }
    try bench.round()
    #expect(bench.value(key, "company_name") == .text("Second"))
    try bench.round()
    #expect(bench.rows(.leads).first?["company_name"] == "Second" && bench.store.conflicts.isEmpty)
  }

  @Test func whatIsRefusedWaitsForThePersonAndStopsNobodyElse() throws {
    var bench = RoundBench()
    let bad = try bench.create(
      .lead, ["first_name": .text("A"), "last_name": .text("B"), "email": .text("not an address")])
    _ = try bench.lead("doe")
    try bench.round()
    let stuck = try #require(bench.store.operations().first)
    #expect(stuck.state == .quarantined && stuck.refusal?.fields["email"] == ["Enter a valid email address."])
    #expect(bench.rows(.leads).count == 1)
    try bench.edit(bad, "email", .text("b@example.com"))
    try bench.round()
    #expect(bench.rows(.leads).count == 2 && bench.store.operations().isEmpty)
  }

  @Test func aContactTheServerHasIsTakenOver() throws {
    var bench = RoundBench()
    try bench.round()
    let key = try bench.create(
      .contact,
      ["first_name": .text("C"), "last_name": .text("D"), "email": .text("person1@example.com"), "city": .text("Bern")])
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /contacts/"], bench.rows(.contacts).isEmpty {
          bench.server.insertSample(.contacts, number: 1)
        }
      }
    }
    try bench.round()
    try bench.round()
    #expect(bench.rows(.contacts).count == 1 && bench.store.mapping(key)?.serverID == 1)
    #expect(bench.rows(.contacts).first?["city"] == "Bern")
  }

  @Test(arguments: [Personality.documented, .firstPublished, .newestPublished, .hostile]) func deletesArriveOrSay(
    _ personality: Personality
  ) throws {
    var bench = RoundBench(personality)
    for number in 1...3 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    try bench.delete(bench.key(.lead, 2))
    for _ in 0..<4 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.leads).map(\.id) == [1, 3] && bench.store.operations().isEmpty)
  }

  @Test func deletedHereAndChangedThereIsKept() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.delete(key)
    bench.server.change(.leads, 1, ["company_name": "Important"])
    try bench.round()
    #expect(bench.store.record(key)?.isTrashed == false && bench.rows(.leads).count == 1)
    #expect(bench.store.conflicts.map(\.reason) == [.deletedHere])
    #expect(bench.value(key, "company_name") == .text("Important"))
  }

  /// A server deletes a contact's deals with it, those too that somebody made meanwhile.
  @Test func aContactWithDealsIsNotDeletedUnasked() throws {
    for isMadeMeanwhile in [false, true] {
      var bench = RoundBench()
      bench.server.insertSample(.contacts, number: 1)
      if !isMadeMeanwhile { bench.server.insertSample(.opportunities, number: 1) }
      try bench.round()
      let contact = bench.key(.contact, 1)
      try bench.delete(contact)
      if isMadeMeanwhile { bench.server.insertSample(.opportunities, number: 1) }
      try bench.round()
      #expect(bench.rows(.contacts).count == 1 && bench.rows(.opportunities).count == 1)
      #expect(bench.store.record(contact)?.isTrashed == false && bench.store.operations().isEmpty)
      #expect(bench.store.conflicts.map(\.reason) == [.hasDeals])
      // Told to go on, deals and all.
      try bench.delete(bench.key(.opportunity, 1))
      try bench.delete(contact)
      try bench.round()
      #expect(bench.rows(.contacts).isEmpty && bench.rows(.opportunities).isEmpty)
      #expect(bench.store.operations().isEmpty && bench.store.conflicts.count == 1)
    }
  }

  /// The deal is looked at before its contact takes it along.
  @Test func aDealThatOthersChangedIsKeptWithTheContactItWasDeletedWith() throws {
    var bench = RoundBench()
    bench.server.insertSample(.contacts, number: 1)
    bench.server.insertSample(.opportunities, number: 1)
    try bench.round()
    let (contact, deal) = (bench.key(.contact, 1), bench.key(.opportunity, 1))
    try bench.delete(contact)
    try bench.delete(deal)
    bench.server.change(.opportunities, 1, ["name": "Signed"])
    try bench.round()
    #expect(bench.rows(.contacts).count == 1 && bench.value(deal, "name") == .text("Signed"))
    #expect(bench.store.conflicts.map(\.reason) == [.deletedHere, .hasDeals])
    #expect(bench.store.record(contact)?.isTrashed == false && bench.store.record(deal)?.isTrashed == false)
  }

  /// Somebody must look at the deal first; then the contact goes as well.
  @Test func aContactWaitsForADealOfWhichSomethingIsRefused() throws {
    var bench = RoundBench()
    bench.server.insertSample(.contacts, number: 1)
    bench.server.insertSample(.opportunities, number: 1)
    try bench.round()
    let (contact, deal) = (bench.key(.contact, 1), bench.key(.opportunity, 1))
    try bench.edit(deal, "name", .text("Refused"))
    var refused = bench.store.operations(of: deal)[0]
    (refused.state, refused.attempts) = (.inDoubt, 3)
    bench.store.save(refused)
    try bench.delete(deal)
    (refused.state, refused.refusal) = (.quarantined, Refusal(fields: ["name": ["No."]], general: []))
    bench.store.save(refused)
    try bench.delete(contact)
    try bench.round()
    #expect(bench.store.operations(of: deal).map(\.state) == [.quarantined, .pending])
    #expect(bench.store.operations(of: contact).map(\.state) == [.pending] && bench.rows(.contacts).count == 1)
    #expect(bench.store.conflicts.isEmpty)
    bench.store.removeOperation(bench.store.operations(of: deal)[0].seq)
    try bench.round()
    #expect(bench.rows(.contacts).isEmpty && bench.rows(.opportunities).isEmpty && bench.store.operations().isEmpty)
  }

  @Test func editedHereAndDeletedThereGoesToTheTrashWithItsEdits() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.edit(key, "company_name", .text("Mine"))
    bench.server.remove(.leads, 1)
    try bench.round()
    #expect(bench.store.record(key)?.isTrashed == true && bench.rows(.leads).isEmpty)
    #expect(bench.store.conflicts.map(\.mine) == [.text("Mine")])
  }

  @Test(arguments: Personality.allCases) func aConversionArrivesOnEveryServerThatCanTakeItsPieces(
    _ personality: Personality
  ) throws {
    for stops in [nil, 1, 2] {
      var bench = RoundBench(personality) { $0.conversionStopsAfter = stops }
      bench.server.insert(
        .leads,
        ["first_name": "F", "last_name": "V", "email": "v@x.org", "company_name": "Acme", "estimated_value": "9.00"])
      try bench.round()
      let lead = bench.key(.lead, 1)
      let contact = bench.store.insert(
        .contact, ["first_name": .text("F"), "last_name": .text("V"), "email": .text("v@x.org"), "city": .text("Bern")])
      let deal = bench.store.insert(
        .opportunity,
        [
          "name": .text("Acme - F V"), "amount": .money(900), "contact": .reference(contact.id),
          "expected_close_date": Day(iso: "2026-12-31").fieldValue,
        ])
      let edit = Edit(from: .text("new"), to: .text("converted"))
      bench.store.update(lead, ["status": edit.to])
      try bench.store.noteConvert(lead, contact: contact.id, deal: deal.id, edits: ["status": edit])
      for _ in 0..<5 {
        bench.server.now = bench.server.now.adding(seconds: 400)
        try bench.round()
      }
      #expect(bench.rows(.contacts).count == 1, "stops after \(String(describing: stops))")
      #expect(bench.rows(.contacts).first?["city"] == "Bern")
      #expect(bench.store.mapping(contact) != nil)
      // This server can make no deal at all; everything else is said, and waits.
      guard personality != .newestPublished else { continue }
      #expect(bench.rows(.opportunities).count == 1, "stops after \(String(describing: stops))")
      #expect(bench.store.mapping(deal) != nil)
      #expect(bench.rows(.leads).first?["status"] == "converted")
      #expect(bench.store.operations().isEmpty, "\(bench.store.operations())")
    }
  }

  @Test(arguments: [Personality.documented, .newestPublished, .hostile]) func aTaskIsCompletedByWhatTheServerCan(
    _ personality: Personality
  ) throws {
    var bench = RoundBench(personality)
    bench.server.insertSample(.tasks, number: 1)
    try bench.round()
    let key = bench.key(.task, 1)
    let edit = Edit(from: .text("pending"), to: .text("completed"))
    bench.store.update(key, ["status": edit.to])
    try bench.store.noteComplete(key, edits: ["status": edit])
    for _ in 0..<2 { try bench.round() }
    #expect(bench.rows(.tasks).first?["status"] == "completed" && bench.store.operations().isEmpty)
  }

  @Test func whatTheServerChangesSilentlyIsSaid() throws {
    var bench = RoundBench(.hostile)
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let long = String(repeating: "word ", count: 30).trimmed
    try bench.edit(bench.key(.lead, 1), "notes", .text(long))
    try bench.round()
    let conflict = try #require(bench.store.conflicts.first)
    #expect(conflict.reason == .notTaken && conflict.mine == .text(long))
  }

  @Test func whatWasNeverSentNeedsNoRequest() throws {
    var bench = RoundBench()
    let key = try bench.lead("doe")
    try bench.edit(key, "company_name", .text("x"))
    try bench.delete(key)
    try bench.round()
    #expect(bench.writes.isEmpty && bench.store.operations().isEmpty)
  }

  /// The server keeps the mark of a create, as the first one showed: what has none was made by somebody else.
  @Test func aRowOfSomebodyElseWithTheSameNameIsNotTakenForOurs() throws {
    var bench = RoundBench()
    _ = try bench.lead("first")
    try bench.round()
    let key = try bench.lead("doe")
    for request in 1...14 {
      bench.meanwhile[request] = { bench in
        guard let last = bench.requests.last else { return }
        if last.method == .post, last.path == "/api/v1/leads/", bench.writes.count == 1 {
          bench.faults[bench.requests.count] = .serverErrorUnexecuted
          bench.server.insert(.leads, ["first_name": "Ann", "last_name": "doe", "email": "doe@example.com"])
        }
      }
    }
    try bench.round()
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    let rows = bench.rows(.leads).filter { $0["email"] == "doe@example.com" }
    #expect(rows.count == 2 && bench.store.operations().isEmpty)
    #expect(bench.store.mapping(key)?.serverID == rows.last.map { Int64($0.id) })
    #expect(bench.store.mappingCount(.lead) == 3)
  }

  /// A gateway whose server is gone answers at once: what waits is not put off one by one.
  @Test func aGatewayWithoutAServerEndsTheRoundAfterAFewWrites() throws {
    var bench = RoundBench()
    try bench.round()
    for number in 0..<50 { _ = try bench.lead("n\(number)") }
    for request in 6...400 { bench.faults[request] = .badGateway }
    #expect(try bench.round()?.isOffline == true)
    #expect(bench.writes.count == 3, "\(bench.requests.map(\.target))")
    for _ in 0..<6 {
      bench.server.now = bench.server.now.adding(seconds: 120)
      try bench.round()
    }
    #expect(bench.rows(.leads).count == 50 && bench.store.operations().isEmpty)
  }
}
