import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What simulated histories once broke, each in its shortest form.
@Suite struct FoundTests {
  /// A page that could not be read was taken for one with nothing on it, and the lead was made again.
  @Test(arguments: [Fault.cutToLength, .invalidJSON]) func anUnreadablePageIsNotAnEmptyOne(_ fault: Fault) throws {
    var bench = RoundBench(.firstPublished)
    try bench.round()
    _ = try bench.lead("doe")
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        let isSearch = bench.requests.last?.parameter("search") != nil
        if isSearch { bench.faults[bench.requests.count] = fault }
      }
    }
    try bench.round()
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.leads).count == 1 && bench.store.operations().isEmpty)
  }

  /// A score changed between the create and the search for it, and the lead was made again.
  @Test func aScoreDoesNotHideALostCreate() throws {
    var bench = RoundBench(.firstPublished)
    try bench.round()
    _ = try bench.lead("doe")
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.parameter("search") != nil { bench.server.rescoreLeads() }
      }
    }
    try bench.round()
    #expect(bench.rows(.leads).count == 1 && bench.store.operations().isEmpty)
  }

  /// A completion that had to be spelt out, an edit and a deletion in a row lost the edit.
  @Test func aDeletionThatIsNotDoneKeepsEveryEditBeforeIt() throws {
    var bench = RoundBench(.newestPublished)
    bench.server.insertSample(.tasks, number: 1)
    try bench.round()
    let key = bench.key(.task, 1)
    bench.store.update(key, ["status": .text("completed")])
    try bench.store.noteComplete(key, edits: ["status": Edit(from: .text("pending"), to: .text("completed"))])
    try bench.edit(key, "title", .text("Mine"))
    try bench.delete(key)
    bench.server.change(.tasks, 1, ["description": "Theirs"])
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.store.record(key)?.isTrashed == false)
    #expect(bench.store.conflicts.contains { $0.field == "title" && $0.mine == .text("Mine") })
  }

  /// A create that was accepted in an answer nobody could read, and whose row others then deleted, was made again.
  @Test func whatOthersDeletedDoesNotComeBack() throws {
    var bench = RoundBench()
    try bench.round()
    let key = try bench.lead("doe")
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /leads/"] { bench.faults[bench.requests.count] = .cutToLength }
      }
    }
    try bench.round()
    bench.server.remove(.leads, 1)
    bench.server.now = bench.server.now.adding(seconds: 400)
    try bench.round()
    #expect(bench.rows(.leads).isEmpty && bench.store.operations().isEmpty)
    #expect(bench.store.record(key)?.isTrashed == true)
    #expect(bench.store.conflicts.map(\.reason) == [.deletedThere])
  }

  /// The server began to honour the size of pages between two of them: rows between the old and the new border were
  /// never shown.
  @Test(arguments: [false, true]) func pagesThatGrowUnderWayHideNothing(_ isEmptyBeyondTheEnd: Bool) throws {
    for growsAt in 5...8 {
      var bench = RoundBench { $0.pageBeyondEndIsEmpty = isEmptyBeyondTheEnd }
      bench.pace.pageSize = 30
      bench.insertMinuteByMinute(70)
      bench.meanwhile[growsAt] = { $0.server.quirks.honoursPageSize = true }
      try bench.round()
      #expect(bench.store.mappingCount(.lead) == 70, "at request \(growsAt)")
    }
  }

  /// The conversion's own change of the lead was sent after what the rep did to the lead later.
  @Test(arguments: [Personality.documented, .repaired, .hostile]) func whatFollowsAConversionStaysAfterIt(
    _ personality: Personality
  ) throws {
    var bench = RoundBench(personality)
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let lead = bench.key(.lead, 1)
    let contact = bench.store.insert(
      .contact, ["first_name": .text("First1"), "last_name": .text("Last1"), "email": .text("person1@example.com")])
    let converted = Edit(from: .text("new"), to: .text("converted"))
    bench.store.update(lead, ["status": converted.to])
    try bench.store.noteConvert(lead, contact: contact.id, deal: nil, edits: ["status": converted])
    try bench.edit(lead, "status", .text("qualified"))
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.leads).first?["status"] == "qualified" && bench.value(lead, "status") == .text("qualified"))
    #expect(bench.store.conflicts.isEmpty)
  }

  /// An update whose answer came after the rep had deleted the record was taken for a change of others.
  @Test func whatWasSentBeforeADeletionIsNoChangeOfOthers() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.edit(key, "company_name", .text("Mine"))
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.method == .patch { try bench.delete(key) }
      }
    }
    try bench.round()
    try bench.round()
    #expect(bench.rows(.leads).isEmpty && bench.store.conflicts.isEmpty)
  }

  /// Another database behind the address gave a create the id of a known record, which went to the trash for it.
  @Test func aKnownIdOfAnotherDatabaseTakesNoRecord() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let known = bench.key(.lead, 1)
    _ = try bench.lead("doe")
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.method == .post, bench.writes == ["POST /leads/"] { bench.server.reset() }
      }
    }
    #expect(try bench.round() == .differentServer(.lead))
    #expect(bench.store.record(known)?.isTrashed == false && bench.store.mapping(known)?.serverID == 1)
  }

  /// The list became empty under way, and each row was believed to be gone one by one.
  @Test func aListThatBecomesEmptyUnderWayIsAQuestion() throws {
    var bench = RoundBench()
    for number in 0..<45 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    bench.pace.detailsPerRound = 0
    for request in 4...5 { bench.meanwhile[request] = { $0.server.reset() } }
    guard case .massVanish? = try bench.round(RoundOptions(readsEverything: true)) else {
      Issue.record("\(bench.report)")
      return
    }
    #expect(bench.store.mappingCount(.lead) == 45)
  }

  /// The answer to a task was lost and others renamed it before it was looked for, so that it was made again.
  @Test(arguments: [Personality.firstPublished, .honoursPageSize]) func aTaskThatMayBeThereUnderAnotherNameIsAQuestion(
    _ personality: Personality
  ) throws {
    var bench = RoundBench(personality)
    try bench.round()
    let key = try bench.create(.task, ["title": .text("Call"), "assigned_to": .reference(1)])
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        if bench.writes == ["POST /tasks/"] { bench.faults[bench.requests.count] = .resetAfterExecution }
      }
    }
    try bench.round()
    bench.server.now = bench.server.now.adding(seconds: 400)
    bench.server.change(.tasks, 1, ["title": "Call back"])
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.tasks).count == 1)
    let waiting = bench.store.operations(of: key)
    #expect(waiting.map(\.state) == [.quarantined])
    #expect(waiting.first?.refusal?.general.first?.contains("Call back") == true)
    try bench.edit(key, "description", .text("Mine"))
    try bench.round()
    #expect(bench.rows(.tasks).count == 1)
    #expect(bench.value(bench.key(.task, 1), "title") == .text("Call back"))
  }

  /// Nobody could be listed, so that the rep's own rows made a stranger of the rep.
  @Test func theLoginSaysWhoTheRepIs() throws {
    var bench = RoundBench(.honoursPageSize)
    bench.server.insertSample(.leads, number: 1)
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.path.hasPrefix("/api/auth/users/") == true {
          bench.faults[bench.requests.count] = .serverErrorExecuted
        }
      }
    }
    try bench.round()
    #expect(bench.store.mapping(.user, serverID: 1)?.key == RecordKey(.user, 1))
    try bench.round()
    #expect(bench.requests.contains { $0.path == "/api/auth/users/me/" })
    #expect(bench.value(RecordKey(.user, 1), "username") == .text("admin"))
  }

  /// The rows went after their list was read, and each was believed to be gone one by one.
  @Test func everythingGoneAfterItsListIsAQuestion() throws {
    var bench = RoundBench(.newestPublished)
    for number in 0..<4 { bench.server.insertSample(.leads, number: number) }
    bench.pace.detailsPerRound = 0
    try bench.round()
    bench.pace.detailsPerRound = 500
    for request in 1...20 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.path == "/api/v1/leads/4/" { bench.server.reset() }
      }
    }
    #expect(try bench.round() == .massVanish(.lead, 4))
    #expect(bench.store.mappingCount(.lead) == 4)
  }

  /// A refusal came as text that could not be read, and its record waited without a reason.
  @Test func aRefusalThatCannotBeReadIsAReasonToo() throws {
    var bench = RoundBench()
    try bench.round()
    for _ in 0..<12 {
      _ = try bench.create(.lead, ["first_name": .text("Ann")])
      bench.spoilCreates(of: .lead, with: .invalidJSON)
      try bench.round()
      bench.server.now = bench.server.now.adding(seconds: 400)
    }
    let refused = bench.store.operations(in: [.quarantined])
    #expect(!refused.isEmpty && refused.allSatisfy { $0.refusal?.isEmpty == false })
  }

  /// A deletion waited behind a refused change, and the row was read whole in every round.
  @Test func whatIsToBeDeletedIsNotReadAgainAndAgain() throws {
    var bench = RoundBench(.newestPublished)
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let key = bench.key(.lead, 1)
    bench.server.change(.leads, 1, ["company_name": "Theirs"])
    bench.pace.detailsPerRound = 0
    try bench.round()
    bench.pace.detailsPerRound = 500
    try bench.edit(key, "job_title", .text("Mine"))
    var update = try #require(bench.store.operations(of: key).first)
    (update.state, update.attempts) = (.inDoubt, 3)
    bench.store.save(update)
    try bench.delete(key)
    update.state = .quarantined
    bench.store.save(update)
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
      #expect(bench.report.details == 0 && !bench.report.hasMoreDetails)
    }
    #expect(bench.store.operations(of: key).map(\.action) == [.update, .delete])
  }

  /// The last page was cut by another size than those before it, and a row between them was never shown.
  @Test func aLastPageOfAnotherSizeHidesNothing() throws {
    var bench = RoundBench(.strictLimits) { $0.pageSize = 2 }
    for number in 0..<4 { bench.server.insertSample(.leads, number: number) }
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        guard let last = bench.requests.last, last.path == "/api/v1/leads/", last.parameter("page") == "2" else {
          return
        }
        let isFirst = bench.requests.filter { $0 == last }.count == 1
        if isFirst { bench.faults[bench.requests.count] = .pageSizeChanges }
      }
    }
    try bench.round()
    #expect(bench.store.mappingCount(.lead) == 4)
  }

  /// Others tagged the contact of a conversion before it was found again, and our tag replaced theirs.
  @Test func tagsOfAFoundContactAreJoined() throws {
    var bench = RoundBench(.repaired)
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let lead = bench.key(.lead, 1)
    let contact = bench.store.insert(
      .contact, ["first_name": .text("First1"), "last_name": .text("Last1"), "email": .text("person1@example.com")])
    let converted = Edit(from: .text("new"), to: .text("converted"))
    bench.store.update(lead, ["status": converted.to])
    try bench.store.noteConvert(lead, contact: contact.id, deal: nil, edits: ["status": converted])
    try bench.edit(contact, "tags", .tags(["mine"]))
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.path.hasSuffix("/convert/") == true {
          bench.faults[bench.requests.count] = .resetAfterExecution
        }
      }
    }
    try bench.round()
    bench.server.change(.contacts, 1, ["tags": ["theirs"]])
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.contacts).first?["tags"] == ["theirs", "mine"])
    #expect(bench.value(contact, "tags") == .tags(["theirs", "mine"]) && bench.store.operations().isEmpty)
  }

  /// The answers to creates were lost and others changed the very values they are looked for by.
  @Test(arguments: [EntityKind.lead, .contact, .opportunity]) func whatOthersChangedIsKnownByItsIdentity(
    _ kind: EntityKind
  ) throws {
    var bench = RoundBench(.firstPublished)
    bench.server.insertSample(.contacts, number: 1)
    try bench.round()
    let key: RecordKey
    switch kind {
    case .opportunity:
      key = try bench.create(
        kind,
        [
          "name": .text("Deal"), "amount": .money(100), "contact": .reference(bench.key(.contact, 1).id),
          "expected_close_date": Day(iso: "2026-12-24").fieldValue,
        ])
    default:
      key = try bench.create(
        kind, ["first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("ann@example.com")])
    }
    bench.spoilCreates(of: kind, with: .resetAfterExecution)
    try bench.round()
    bench.server.now = bench.server.now.adding(seconds: 400)
    let resource = try #require(V1Resource(rawValue: kind.plural))
    let id = try #require(bench.server.ids(resource).max())
    bench.server.change(resource, id, kind == .opportunity ? ["name": "Other"] : ["email": "other@example.com"])
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.server.ids(resource).count == (kind == .contact ? 2 : 1))
    #expect(bench.key(kind, id) == key && bench.store.operations().isEmpty)
  }

  /// A 404 that could not be read, of an action the server does not have, was taken for the end of the record.
  @Test func aGarbledAnswerDoesNotEndARecord() throws {
    let now = Instant(seconds: 1_795_000_000)
    #expect(Verdict(HTTPResponse(404, body: Array("{\"count\": oops".utf8)), now: now) == .missing)
    #expect(Verdict(HTTPResponse(404, json: .object(["detail": "Not found."])), now: now) == .notFound)
  }

  /// A deal whose contact went to the trash before it was sent was read in every round.
  @Test func whatWaitsForNobodyIsNotAskedFor() throws {
    var bench = RoundBench(.firstPublished)
    bench.server.insertSample(.contacts, number: 1)
    try bench.round()
    let deal = try bench.create(
      .opportunity,
      [
        "name": .text("Deal"), "amount": .money(100), "contact": .reference(bench.key(.contact, 1).id),
        "expected_close_date": Day(iso: "2026-12-24").fieldValue,
      ])
    try bench.round()
    let contact = bench.store.insert(.contact, ["last_name": .text("Doe")])
    try bench.edit(deal, "contact", .reference(contact.id))
    bench.store.setTrashed(contact, true)
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(!bench.requests.contains { $0.path == "/api/v1/opportunities/1/" })
    #expect(bench.store.operations(of: deal).map(\.state) == [.pending])
  }

  /// Pages kept another size than the first for a whole round, and what lay between was left at that.
  @Test func pagesThatStayShortAreReadAgain() throws {
    var bench = RoundBench(.strictLimits) { $0.pageSize = 2 }
    bench.pace.pageSize = 3
    for number in 0..<4 { bench.server.insertSample(.leads, number: number) }
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        let pages = bench.requests.filter { $0.path == "/api/v1/leads/" }.count
        guard bench.requests.last?.path == "/api/v1/leads/", pages > 1 else { return }
        bench.faults[bench.requests.count] = .pageSizeChanges
      }
    }
    try bench.round()
    #expect(bench.store.cursor(.lead).needsFullPass)
    bench.server.now = bench.server.now.adding(seconds: 400)
    try bench.round()
    #expect(bench.store.mappingCount(.lead) == 4 && !bench.store.cursor(.lead).needsFullPass)
  }

  /// A server that knows no order showed a page that happened to be in the order it was asked for.
  @Test func anOrderIsProvedByAskingBothWays() throws {
    var bench = RoundBench {
      $0.honoursOrdering = false
      $0.pageSize = 2
    }
    bench.pace.shortList = 0
    bench.insertMinuteByMinute(6)
    try bench.round()
    bench.server.now = bench.server.now.adding(seconds: 100)
    bench.server.change(.leads, 5, ["company_name": "Theirs"])
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.store.fact("ordering lead")?.value == "no")
    #expect(bench.value(bench.key(.lead, 5), "company_name") == .text("Theirs"))
  }

  /// A deal named a contact whose own create was not settled, and was not looked at again when it was.
  @Test func whatNamesAnUnsettledRecordIsReadAgain() throws {
    var bench = RoundBench(.strictLimits)
    try bench.round()
    let contact = try bench.create(
      .contact, ["first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("ann@example.com")])
    var late: HTTPRequest?
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        guard let last = bench.requests.last, last.method == .post, last.path == "/api/v1/contacts/" else { return }
        late = last
        bench.faults[bench.requests.count] = .connectTimedOut
      }
    }
    try bench.round()
    var operation = try #require(bench.store.operations(of: contact).first)
    operation.state = .inDoubt
    bench.store.save(operation)
    bench.server.now = bench.server.now.adding(seconds: 5)
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        guard let last = bench.requests.last, last.path == "/api/v1/contacts/", last.parameter("search") == nil,
          last.parameter("ordering")?.hasPrefix("-updated") == true, let sent = late
        else { return }
        late = nil
        _ = bench.server.answer(sent)
        bench.server.insertSample(.opportunities, number: 1)
      }
    }
    try bench.round()
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    #expect(bench.rows(.contacts).count == 1 && bench.store.operations().isEmpty)
    #expect(bench.value(bench.key(.opportunity, 1), "contact") == .reference(contact.id))
  }

  /// A lost create was sent again with a tag it had been given meanwhile, and lost again: the row was of the first time, and
  /// its lack of the tag was taken for somebody's wish.
  @Test func aTagGivenBetweenTwoSendingsIsKept() throws {
    var bench = RoundBench(.hostile)
    try bench.round()
    let contact = try bench.create(
      .contact, ["first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("ann@example.com")])
    bench.spoilCreates(of: .contact, with: .resetAfterExecution)
    try bench.round()
    try bench.edit(contact, "tags", .tags(["mine"]))
    bench.server.hidden[.contacts] = Set(bench.rows(.contacts).map(\.id))
    bench.server.now = bench.server.now.adding(seconds: 700)
    bench.spoilCreates(of: .contact, with: .resetAfterExecution)
    try bench.round()
    bench.server.hidden = [:]
    bench.meanwhile = [:]
    for _ in 0..<4 {
      bench.server.now = bench.server.now.adding(seconds: 4000)
      try bench.round()
    }
    #expect(bench.value(contact, "tags") == .tags(["mine"]))
    #expect(bench.rows(.contacts).map { $0["tags"] } == [.array([.string("mine")])])
  }

  /// Two programs converted one lead: the deal of one waits behind its refused contact, and the other's row, which could be
  /// it, was kept from the lists for as long.
  @Test func whatWaitsForARefusedRecordHoldsNoRowBack() throws {
    var bench = RoundBench(.hostile)
    bench.server.insertSample(.leads, number: 1)
    bench.server.change(.leads, 1, ["estimated_value": "1.50"])
    bench.server.insertSample(.contacts, number: 2)
    try bench.round()
    let lead = bench.key(.lead, 1)
    let contact = bench.store.insert(.contact, ["last_name": .text("V"), "email": .text("person2@example.com")])
    let deal = bench.store.insert(
      .opportunity, ["name": .text("Deal"), "amount": .money(150), "contact": .reference(contact.id)])
    let edit = Edit(from: .text("new"), to: .text("converted"))
    bench.store.update(lead, ["status": edit.to])
    try bench.store.noteConvert(lead, contact: contact.id, deal: deal.id, edits: ["status": edit])
    try bench.round()
    #expect(bench.store.operations(of: contact).map(\.state) == [.quarantined])
    #expect(bench.store.operations(of: deal).map(\.state) == [.inDoubt])
    bench.server.insertSample(.opportunities, number: 1)
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 400)
      try bench.round()
    }
    let theirs = bench.key(.opportunity, 1)
    #expect(theirs != deal && bench.value(theirs, "name") == .text("Deal 1"))
  }

  /// The answer to a create was lost and the server then gave its row another company without a new stamp: in a list, which
  /// shows no custom fields, it was taken for somebody else's.
  @Test func aCreateIsKnownAgainWhenItsRowWasChangedWithoutANewStamp() throws {
    var bench = RoundBench(.repaired)
    try bench.round()
    let lead = try bench.create(
      .lead,
      [
        "first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("doe@example.com"),
        "company_name": .text("Acme"),
      ])
    bench.spoilCreates(of: .lead, with: .resetAfterExecution)
    try bench.round()
    let row = try #require(bench.rows(.leads).first)
    bench.server.change(.leads, row.id, ["company_name": "Other"], isTouching: false)
    bench.meanwhile = [:]
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 4000)
      try bench.round()
    }
    #expect(bench.rows(.leads).map(\.id) == [row.id] && bench.store.operations().isEmpty)
    #expect(bench.store.mapping(lead)?.serverID == Int64(row.id))
    #expect(bench.value(lead, "company_name") == .text("Other"))
  }

  /// Between the list and the look at the whole row somebody gave a task another title, within a second of its making: it was
  /// taken for somebody else's and made again.
  @Test func aTaskThatChangesWhileItIsLookedAtIsAskedAbout() throws {
    var bench = RoundBench(.documented)
    try bench.round()
    let task = try bench.create(.task, ["title": .text("Call"), "assigned_to": .reference(1)])
    for request in 1...14 {
      bench.meanwhile[request] = { bench in
        guard let last = bench.requests.last else { return }
        if last.method == .post, last.path == "/api/v1/tasks/" {
          bench.faults[bench.requests.count] = .serverErrorExecuted
        }
        if last.path == "/api/v1/tasks/1/" { bench.server.change(.tasks, 1, ["title": "Other"]) }
      }
    }
    try bench.round()
    for _ in 0..<2 {
      bench.server.now = bench.server.now.adding(seconds: 4000)
      try bench.round()
    }
    #expect(bench.rows(.tasks).count == 1)
    #expect(bench.store.operations(of: task).map(\.state) == [.quarantined])
  }

  /// A contact was refused without an answer, since somebody else had made one with that address: it became that one, whose
  /// lack of a custom field was taken for a wish.
  @Test func customFieldsOfAContactThatOthersHadMadeAreKept() throws {
    var bench = RoundBench(.documented)
    try bench.round()
    bench.server.insertSample(.contacts, number: 2)
    bench.server.hidden[.contacts] = Set(bench.rows(.contacts).map(\.id))
    let contact = try bench.create(
      .contact,
      [
        "first_name": .text("First2"), "last_name": .text("Last2"), "email": .text("person2@example.com"),
        "custom_fields": .object(["k0": "mine"]), "tags": .tags(["mine"]),
      ])
    bench.spoilCreates(of: .contact, with: .resetAfterExecution)
    try bench.round()
    bench.server.hidden = [:]
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 4000)
      try bench.round()
    }
    #expect(bench.value(contact, "custom_fields") == .object(["k0": "mine"]))
    #expect(bench.rows(.contacts).map { $0["custom_fields"] } == [["k0": "mine"]])
    #expect(bench.value(contact, "tags") == .tags(["mine"]) && bench.store.operations().isEmpty)
  }
}

extension RoundBench {
  /// Lets `fault` befall each create of `kind` in the next round.
  fileprivate mutating func spoilCreates(of kind: EntityKind, with fault: Fault) {
    for request in 1...12 {
      meanwhile[request] = { bench in
        if bench.requests.last?.method == .post, bench.requests.last?.path == "/api/v1/\(kind.plural)/" {
          bench.faults[bench.requests.count] = fault
        }
      }
    }
  }
}
