import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

@Suite struct PullTests {
  @Test func everythingIsReadOnceAndThenOnlyWhatChanged() throws {
    var bench = RoundBench()
    bench.insertMinuteByMinute(45)
    bench.server.insertSample(.contacts, number: 1)
    bench.server.insertSample(.opportunities, number: 1)
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.store.mappingCount(.lead) == 45 && bench.store.mappingCount(.opportunity) == 1)
    let deal = bench.key(.opportunity, 1)
    #expect(bench.value(deal, "contact") == .reference(bench.key(.contact, 1).id), "references are local")

    try bench.round()
    bench.server.change(.leads, 3, ["company_name": "New", "notes": "only in the detail"])
    try bench.round()
    #expect(bench.value(bench.key(.lead, 3), "notes") == .text("only in the detail"))
    #expect(bench.report.details == 1 && bench.report.pages == 4 && bench.report.changed == 1)
  }

  @Test(arguments: [Personality.documented, .firstPublished, .repaired, .honoursPageSize])
  func aRoundWithNothingNewIsFiveRequestsAndWritesNothing(_ personality: Personality) throws {
    var bench = RoundBench(personality)
    bench.insertMinuteByMinute(45)
    for resource in [V1Resource.contacts, .opportunities, .tasks] {
      for number in 0..<45 { bench.server.insertSample(resource, number: number) }
    }
    for _ in 0..<3 {
      try bench.round()
      bench.server.now = bench.server.now.adding(seconds: 600)
    }
    let before = bench.store
    try bench.round()
    #expect(bench.requests.count <= 5 && bench.bytes <= 40_000, "\(bench.requests.map(\.target)), \(bench.bytes)")
    #expect(bench.writes.isEmpty)
    #expect(bench.store.records == before.records && bench.store.operations().isEmpty)
    for kind in [EntityKind.contact, .lead, .opportunity, .task] {
      #expect(bench.store.mappings(kind) == before.mappings(kind))
      #expect(bench.store.cursor(kind) == before.cursor(kind))
    }
  }

  /// A server that scores every lead anew gives all of them nearly the same stamp.
  @Test func whatOnceChangedAllAtOnceIsNotReadForEver() throws {
    var bench = RoundBench()
    bench.insertMinuteByMinute(90)
    try bench.round()
    bench.server.rescoreLeads()
    for _ in 0..<3 {
      bench.server.now = bench.server.now.adding(seconds: 600)
      try bench.round()
    }
    #expect(bench.requests.count <= 5, "\(bench.requests.map(\.target))")
  }

  @Test func aFirstPullReadsWholeRecordsLittleByLittle() throws {
    var bench = RoundBench()
    bench.pace.detailsPerRound = 20
    bench.insertMinuteByMinute(45)
    try bench.round()
    #expect(bench.store.mappingCount(.lead) == 45, "every summary at once")
    #expect(bench.report.details == 20 && bench.report.hasMoreDetails)
    let read = bench.requests.compactMap { Int($0.path.split(separator: "/").last ?? "") }
    #expect(read == Array((26...45).reversed()), "the newest first")
    try bench.round()
    try bench.round()
    #expect(bench.report.details == 5 && !bench.report.hasMoreDetails)
  }

  @Test func whatTheRepOpensIsReadFirst() throws {
    var bench = RoundBench()
    bench.pace.detailsPerRound = 10
    bench.insertMinuteByMinute(45)
    try bench.round()
    try bench.store.noteOpened(bench.key(.lead, 3), at: bench.now)
    try bench.store.noteOpened(bench.key(.lead, 45), at: bench.now)
    try bench.round()
    let read = bench.requests.compactMap { Int($0.path.split(separator: "/").last ?? "") }
    #expect(read.first == 3 && read.count == 10, "the other was whole already")
    #expect(bench.store.fact("wanted")?.value == "")
  }

  /// Tags of a record of which only the summary is known are merged with what its whole row says.
  @Test func whatIsNotWholeIsReadBeforeItIsSent() throws {
    var bench = RoundBench()
    bench.pace.detailsPerRound = 0
    bench.server.insert(.leads, ["email": "a@x.org", "tags": ["theirs"], "custom_fields": ["theirs": 1]])
    try bench.round()
    let key = bench.key(.lead, 1)
    try bench.edit(key, "tags", .tags(["mine"]))
    try bench.edit(key, "custom_fields", .object(["mine": 2]))
    try bench.round()
    let row = try #require(bench.rows(.leads).first)
    #expect(row["tags"] == ["theirs", "mine"] && row["custom_fields"] == ["theirs": 1, "mine": 2])
    #expect(bench.report.changed == 0, "nobody changed anything")
  }

  @Test(arguments: [(Personality.documented, 3), (.honoursPageSize, 1)])
  func largePagesAreAskedForAndBelievedWhenTheyCome(_ personality: Personality, _ pages: Int) throws {
    var bench = RoundBench(personality)
    bench.insertMinuteByMinute(45)
    try bench.round()
    let lists = bench.requests.filter { $0.path == "/api/v1/leads/" }
    #expect(lists.allSatisfy { $0.parameter("page_size") == "200" } && lists.count == pages)
    #expect(bench.store.mappingCount(.lead) == 45)
  }

  @Test func rowsDeletedWhilePagingMoveNobodyOutOfSight() throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var bench = RoundBench()
      for number in 0..<90 { bench.server.insertSample(.leads, number: number) }
      for page in 4...14 where random.chance(60) {
        let removed = (0..<random.int(1...7)).map { _ in random.int(1...90) }
        bench.meanwhile[page] = { bench in for id in removed { bench.server.remove(.leads, id) } }
      }
      try bench.round()
      for row in bench.rows(.leads) {
        #expect(bench.store.mapping(.lead, serverID: Int64(row.id)) != nil, "row \(row.id), seed \(seed)")
      }
    }
  }

  @Test func aServerThatIgnoresTheOrderIsReadWhole() throws {
    var bench = RoundBench { $0.honoursOrdering = false }
    for number in 0..<45 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    bench.server.now = bench.server.now.adding(seconds: 4000)
    bench.server.change(.leads, 2, ["company_name": "New"])
    try bench.round()
    #expect(bench.store.fact("ordering lead")?.value == "no")
    #expect(bench.value(bench.key(.lead, 2), "company_name") == .text("New"), "though it is on the last page")
  }

  @Test func whatIsGoneGoesToTheTrashOnlyAfterTheServerSaidSo() throws {
    var bench = RoundBench()
    for number in 0..<30 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    let key = bench.key(.lead, 7)
    bench.server.remove(.leads, 7)
    try bench.round(RoundOptions(readsEverything: true))
    #expect(bench.store.record(key)?.isTrashed == true && bench.report.vanished == 1)
    #expect(bench.requests.contains { $0.path == "/api/v1/leads/7/" })
  }

  @Test func whenMuchVanishesAPersonIsAsked() throws {
    var bench = RoundBench()
    for number in 0..<30 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    for id in 1...15 { bench.server.remove(.leads, id) }
    #expect(try bench.round(RoundOptions(readsEverything: true)) == .massVanish(.lead, 15))
    #expect(bench.store.mappingCount(.lead) == 30)
    #expect(try bench.round() == .massVanish(.lead, 15), "and asked again until there is an answer")
    try bench.round(RoundOptions(accepting: 15, of: .lead))
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.store.mappingCount(.lead) == 15)
  }

  @Test func anotherDatabaseBehindTheAddressStopsEverything() throws {
    var bench = RoundBench()
    for number in 0..<5 { bench.server.insertSample(.leads, number: number) }
    try bench.round()
    let before = bench.store.records
    bench.server.reset()
    for number in 100..<105 { bench.server.insertSample(.leads, number: number) }
    #expect(try bench.round() == .differentServer(.lead))
    #expect(bench.store.records == before)
  }

  @Test func whatIsOnlyOursIsNeverBlanked() throws {
    var bench = RoundBench()
    bench.server.insertSample(.tasks, number: 1)
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let task = bench.key(.task, 1)
    let lead = bench.key(.lead, 1)
    bench.store.update(task, ["lead": .reference(lead.id)])
    bench.server.change(.tasks, 1, ["title": "Other", "description": "More"])
    try bench.round(RoundOptions(readsEverything: true))
    #expect(bench.value(task, "title") == .text("Other") && bench.value(task, "lead") == .reference(lead.id))
  }

  @Test func colleaguesAreLearnedFromTheRecordsThatNameThem() throws {
    var bench = RoundBench()
    bench.logIn(as: "rep")
    bench.server.insert(.leads, ["email": "a@example.com", "assigned_to": 1])
    try bench.round()
    guard case .reference(let owner) = bench.value(bench.key(.lead, 1), "assigned_to") else {
      Issue.record("nobody")
      return
    }
    #expect(bench.value(RecordKey(.user, owner), "username") == .text("admin"))
  }

  @Test func oddAndExtremeValuesStopNothing() throws {
    var bench = RoundBench()
    bench.server.insert(
      .leads, ["email": "bad", "status": "TOTALLY-BAD", "tags": "notalist", "custom_fields": "str", "probability": -5])
    for number in 0..<3 { bench.server.insertSample(.leads, number: number) }
    for request in 1...20 { bench.faults[request] = .extremeNumbers }
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.store.mappingCount(.lead) == 4)
    #expect(bench.value(bench.key(.lead, 1), "status") == .text("TOTALLY-BAD"))
  }

  /// A change carries the time at which it began and is seen when it is committed: then it lies deep in the list, and
  /// the number of rows is what it was.
  @Test func whatBecomesVisibleLateIsStillFoundAFewMinutesLater() throws {
    var bench = RoundBench()
    bench.pace.shortList = 0
    for number in 0..<60 {
      bench.server.insertSample(.leads, number: number)
      bench.server.now = bench.server.now.adding(seconds: 2)
    }
    for _ in 0..<4 {
      try bench.round()
      bench.server.now = bench.server.now.adding(seconds: 20)
    }
    let later = bench.server.now
    bench.server.now = later.adding(seconds: -140)
    bench.server.change(.leads, 1, ["company_name": "Late"])
    bench.server.now = later
    try bench.round()
    #expect(bench.value(bench.key(.lead, 1), "company_name") == .text("Late"), "\(bench.requests.map(\.target))")
  }

  // MARK: Servers that are not there, or not for long

  /// A hundred requests a minute of twenty rows: the list is longer than what may be read at once.
  @Test func aListThatIsLongerThanALimitIsReadOverSeveralRounds() throws {
    var bench = RoundBench(.newestPublished)
    for number in 0..<2100 { bench.server.insertSample(.contacts, number: number) }
    let lead = try bench.lead("waits")
    var ends: [RoundEnd] = []
    repeat {
      let end = try #require(try bench.round())
      ends.append(end)
      guard case .throttled(let until) = end else { break }
      bench.server.now = max(bench.server.now, until)
    } while ends.count < 10
    #expect(ends.count == 2 && bench.store.mappingCount(.contact) == 2100, "\(ends)")
    let pages = bench.requests.filter { $0.path == "/api/v1/contacts/" }.compactMap { Int($0.parameter("page") ?? "1") }
    #expect(pages == Array(100...105), "it goes on, from the page before the one that was refused")
    #expect(bench.writes.first == "POST /leads/", "\(bench.store.operations(of: lead))")
    #expect(bench.store.cursor(.contact).lastFullPassAt != nil && bench.report.vanished == 0)
  }

  /// What goes or comes between two parts of a pass moves the rows that are still to be read.
  @Test func whatHappensBetweenTwoPartsOfAPassHidesNothing() throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var bench = RoundBench()
      for number in 0..<300 { bench.server.insertSample(.leads, number: number) }
      for part in 0..<6 {
        let stop = random.int(4...12)
        for request in stop..<stop + 4 { bench.faults[request] = .offline }
        _ = try bench.round()
        for _ in 0..<random.int(0...50) { bench.server.remove(.leads, random.int(1...300)) }
        for number in 0..<random.int(0...50) { bench.server.insertSample(.leads, number: 1000 + 100 * part + number) }
        for _ in 0..<random.int(0...10) { bench.server.change(.leads, random.int(1...300), ["company_name": "New"]) }
        bench.server.now = bench.server.now.adding(seconds: 60)
      }
      for _ in 0..<4 {
        let end = try bench.round()
        if case .massVanish(let kind, let count)? = end { try bench.round(RoundOptions(accepting: count, of: kind)) }
        bench.server.now = bench.server.now.adding(seconds: 600)
      }
      for row in bench.rows(.leads) {
        let key = bench.key(.lead, row.id)
        #expect(bench.store.mapping(.lead, serverID: Int64(row.id)) != nil, "row \(row.id) is not here, seed \(seed)")
        let company = row["company_name"].string
        #expect(bench.value(key, "company_name") == company.map(FieldValue.text), "row \(row.id), seed \(seed)")
      }
    }
  }

  /// With a server that counts nothing, only the rows themselves say how far they have moved.
  @Test func aStoppedPassGoesOnWhereItsRowsAreNow() throws {
    var bench = RoundBench()
    for number in 0..<100 { bench.server.insertSample(.leads, number: number) }
    bench.garbles = { Array(String(decoding: $0, as: UTF8.self).replacing(/"count":\d+/, with: "\"count\":null").utf8) }
    for request in 8...11 { bench.faults[request] = .offline }
    #expect(try bench.round()?.isOffline == true && bench.store.mappingCount(.lead) == 60)
    for id in 71...100 { bench.server.remove(.leads, id) }
    try bench.round()
    for row in bench.rows(.leads) {
      #expect(bench.store.mapping(.lead, serverID: Int64(row.id)) != nil, "row \(row.id) is not here")
    }
    let pages = bench.requests.filter { $0.path == "/api/v1/leads/" }.map { $0.parameter("page") ?? "1" }
    #expect(pages == ["3", "2", "3", "4"])
  }

  @Test func aServerThatShowsNoListIsNotSentAnything() throws {
    var bench = RoundBench()
    _ = try bench.lead("waits")
    for request in 4...40 { bench.faults[request] = .serverErrorUnexecuted }
    let end = try bench.round()
    #expect(end?.isOffline == true, "\(String(describing: end)), \(bench.report), \(bench.requests.map(\.target))")
    #expect(bench.writes.isEmpty && bench.report.problems.count == 4)
    #expect(try bench.round() == .complete(resumeAt: nil) && bench.rows(.leads).count == 1)
  }

  @Test func whatIsAcceptedOfOneKindIsAcceptedOfThatAlone() throws {
    var bench = RoundBench()
    for number in 0..<30 {
      bench.server.insertSample(.contacts, number: number)
      bench.server.insertSample(.leads, number: number)
    }
    try bench.round()
    for id in 1...15 { bench.server.remove(.contacts, id) }
    #expect(try bench.round(RoundOptions(readsEverything: true)) == .massVanish(.contact, 15))
    for id in 16...20 { bench.server.remove(.contacts, id) }
    for id in 1...30 { bench.server.remove(.leads, id) }
    #expect(try bench.round(RoundOptions(accepting: 15, of: .contact)) == .massVanish(.contact, 20))
    #expect(try bench.round(RoundOptions(accepting: 20, of: .contact)) == .massVanish(.lead, 30))
    #expect(bench.store.mappingCount(.contact) == 10 && bench.store.mappingCount(.lead) == 30)
  }

  /// An hour back: what changes now gets stamps that are older than those of yesterday's rows.
  @Test func whatChangesAfterTheServersClockWentBackIsSeen() throws {
    var bench = RoundBench()
    bench.insertMinuteByMinute(90)
    for _ in 0..<3 {
      try bench.round()
      bench.server.now = bench.server.now.adding(seconds: 600)
    }
    bench.clockAhead = 5000
    bench.server.now = bench.server.now.adding(seconds: -5000)
    bench.server.change(.leads, 3, ["company_name": "New"])
    try bench.round()
    #expect(bench.value(bench.key(.lead, 3), "company_name") == .text("New"))
    bench.server.change(.leads, 4, ["company_name": "Newer"])
    bench.server.now = bench.server.now.adding(seconds: 5000)
    try bench.round()
    #expect(bench.value(bench.key(.lead, 4), "company_name") == .text("Newer"), "the first time it is right again too")
    bench.server.now = bench.server.now.adding(seconds: 600)
    try bench.round()
    #expect(bench.requests.count <= 5, "\(bench.requests.map(\.target))")
  }

  /// Every number of every answer, from zero to what no machine can count.
  @Test(arguments: ["-9223372036854775808", "9223372036854775807", "-1", "0", "1e400", "-1e30", "5.0", "1e18"])
  func numbersThatNobodyCountsInStopNothing(_ number: String) throws {
    var bench = RoundBench()
    for count in 0..<3 {
      bench.server.insertSample(.contacts, number: count)
      bench.server.insertSample(.leads, number: count)
      bench.server.insertSample(.opportunities, number: count)
    }
    _ = try bench.lead("mine")
    for _ in 0..<3 {
      bench.garbles = { Self.numbers(in: $0, replacedBy: number) }
      _ = try bench.round()
      bench.garbles = nil
      bench.server.now = bench.server.now.adding(seconds: 4000)
    }
    try bench.round(RoundOptions(readsEverything: true))
    #expect(bench.store.mappingCount(.contact) == 3 && bench.store.mappingCount(.opportunity) == 3)
    #expect(bench.value(bench.key(.opportunity, 1), "contact") == .reference(bench.key(.contact, 1).id))
    #expect(bench.rows(.leads).count == 4)
  }

  private static func numbers(in bytes: [UInt8], replacedBy number: String) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    return Array(text.replacing(/:-?\d+(\.\d+)?(?=[,}])/, with: ":\(number)").utf8)
  }
}
