import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// How a round begins, stops and goes on.
@Suite struct RoundTests {
  @Test func aNewRefreshTokenIsKeptBeforeItIsUsed() throws {
    var bench = RoundBench { $0.blacklistsRefresh = true }
    let first = bench.session.refresh
    try bench.round()
    try bench.round()
    #expect(bench.keptTokens.count == 2 && bench.session.refresh != first)
    var machine = SyncMachine(session: bench.session, holder: "a", seed: 1, now: bench.now)
    guard case .send(let number, let request)? = try machine.handle(.begin, now: bench.now, store: &bench.store).first
    else {
      Issue.record("no refresh")
      return
    }
    let answer = bench.server.answer(request)
    let commands = try machine.handle(.answered(number, answer), now: bench.now, store: &bench.store)
    guard case .keepRefreshToken? = commands.first else {
      Issue.record("\(commands)")
      return
    }
  }

  @Test func aLoginThatEndedAsksForAnotherAndKeepsTheOutbox() throws {
    var bench = RoundBench()
    try bench.round()
    _ = try bench.lead("doe")
    bench.server.revokeSessions()
    #expect(try bench.round() == .needsLogin)
    #expect(bench.store.operations().count == 1)
    bench.logIn()
    try bench.round()
    #expect(bench.rows(.leads).count == 1)
  }

  @Test func aRefusedTokenIsRenewedOnceAndTheRequestSentAgain() throws {
    var bench = RoundBench()
    try bench.round()
    _ = try bench.lead("doe")
    for request in 1...9 {
      bench.meanwhile[request] = { bench in
        let last = bench.requests.last
        if last?.path == "/api/v1/leads/", last?.method == .post, bench.rows(.leads).isEmpty, bench.writes.count == 1 {
          bench.faults[bench.requests.count] = .unauthorised
        }
      }
    }
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.rows(.leads).count == 1 && bench.store.operations().isEmpty)
  }

  @Test func anotherAccountIsNotMixedIn() throws {
    var bench = RoundBench()
    try bench.round()
    bench.logIn(as: "rep")
    #expect(try bench.round() == .differentAccount)
  }

  @Test(arguments: [Fault.throttledSeconds, .throttledBare, .throttledAsHTML, .unavailableUntilDate])
  func aThrottledRoundStopsAndIsGoneOnWith(_ fault: Fault) throws {
    var bench = RoundBench()
    for number in 0..<45 { bench.server.insertSample(.leads, number: number) }
    bench.faults = [6: fault]
    let end = try bench.round()
    guard case .throttled(let until)? = end else {
      Issue.record("\(String(describing: end))")
      return
    }
    #expect(until > bench.now && until <= bench.now.adding(seconds: 60))
    #expect(bench.requests.count == 6)
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.store.mappingCount(.lead) == 45)
  }

  @Test(arguments: Fault.allCases.filter { $0.scope == .network && $0 != .deliveredTwice })
  func aBrokenLineIsTriedAgainAndThenCalledOffline(_ fault: Fault) throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    for request in 1...200 { bench.faults[request] = fault }
    let end = try bench.round()
    #expect(bench.requests.count <= 4, "no storm")
    switch end {
    case .offline?: break
    case .complete?: #expect(bench.report.problems.isEmpty == false)
    default: Issue.record("\(String(describing: end))")
    }
    #expect(try bench.round() == .complete(resumeAt: nil))
    #expect(bench.store.mappingCount(.lead) == 1)
  }

  @Test func twoProgramsDoNotSynchroniseAtOnce() throws {
    var bench = RoundBench()
    bench.store.setLease(Lease(holder: "other", seenAt: bench.now))
    #expect(try bench.round() == .busy)
    bench.server.now = bench.server.now.adding(seconds: 61)
    #expect(try bench.round() == .complete(resumeAt: nil), "the other is gone")
  }

  @Test func cancellingStopsBetweenRequestsAndLosesNothing() throws {
    var bench = RoundBench()
    _ = try bench.lead("doe")
    var machine = SyncMachine(session: bench.session, holder: "a", seed: 1, now: bench.now)
    _ = try machine.handle(.begin, now: bench.now, store: &bench.store)
    #expect(try machine.handle(.cancel, now: bench.now, store: &bench.store) == [.stop(.cancelled)])
    #expect(bench.store.lease() == nil && bench.store.operations().count == 1)
  }

  /// Killed before every single request of a busy round, each time gone on with: always the same end.
  @Test func killingAtAnyRequestChangesNothingInTheEnd() throws {
    func run(stoppingAt stop: Int?) throws -> ([V1Row], Int) {
      var bench = RoundBench(.firstPublished)
      for number in 1...25 { bench.server.insertSample(.leads, number: number) }
      bench.server.insertSample(.contacts, number: 1)
      try bench.round()
      _ = try bench.lead("doe")
      try bench.edit(bench.key(.lead, 4), "job_title", .text("Chief"))
      try bench.delete(bench.key(.lead, 5))
      try bench.edit(bench.key(.contact, 1), "city", .text("Bern"))
      bench.server.change(.leads, 9, ["company_name": "Theirs"])
      if let stop { _ = try bench.round(stopsAt: stop) }
      let count = bench.requests.count
      for _ in 0..<4 {
        bench.server.now = bench.server.now.adding(seconds: 400)
        try bench.round(RoundOptions(readsEverything: true))
      }
      #expect(bench.store.operations().isEmpty, "stopped at \(stop ?? 0): \(bench.store.operations())")
      #expect(bench.store.conflicts.isEmpty, "stopped at \(stop ?? 0)")
      return (bench.rows(.leads) + bench.rows(.contacts), count)
    }
    func texts(_ rows: [V1Row]) -> [String] {
      rows.map { "\($0["last_name"].text) \($0["job_title"].text) \($0["city"].text)" }
    }
    let whole = try run(stoppingAt: nil).0
    var stop = 1
    while true {
      let (rows, count) = try run(stoppingAt: stop)
      #expect(texts(rows) == texts(whole), "stopped at \(stop)")
      if count < stop - 1 { break }
      stop += 1
    }
    #expect(stop > 15)
  }

  // MARK: What is left out

  @Test func whatIsLeftOutStaysHereUntilItIsSynchronisedAgain() throws {
    var bench = RoundBench()
    bench.server.insertSample(.leads, number: 1)
    try bench.round()
    let theirs = bench.key(.lead, 1)
    let leavesOut = RoundBench.leavingOut(.lead)
    _ = try bench.create(
      .lead, ["first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("doe@example.com")])
    for number in 2...30 { bench.server.insertSample(.leads, number: number) }
    try bench.edit(theirs, "company_name", .text("Mine"))
    try bench.round(leavesOut)
    #expect(bench.writes.isEmpty && bench.requests.allSatisfy { !$0.path.contains("leads") })
    try bench.round()
    #expect(bench.rows(.leads).count == 31 && bench.store.operations().isEmpty)
    #expect(bench.rows(.leads)[0]["company_name"] == .string("Mine"))
  }

  @Test func whatWasSentBeforeItsKindWasLeftOutIsSeenThrough() throws {
    var bench = RoundBench()
    try bench.round()
    let lead = try bench.create(
      .lead, ["first_name": .text("Ann"), "last_name": .text("Doe"), "email": .text("doe@example.com")])
    for request in 1...12 {
      bench.meanwhile[request] = { bench in
        if bench.requests.last?.path == "/api/v1/leads/", bench.requests.last?.method == .post {
          bench.faults[bench.requests.count] = .resetAfterExecution
        }
      }
    }
    try bench.round()
    #expect(bench.store.operations(of: lead).map(\.state) == [.inDoubt])
    bench.server.now = bench.server.now.adding(seconds: 400)
    try bench.round(RoundBench.leavingOut(.lead))
    #expect(bench.rows(.leads).count == 1 && bench.store.operations().isEmpty)
    #expect(bench.store.mapping(lead)?.serverID == 1)
  }

  /// It would begin the next round at once, again and again.
  @Test func whatIsLeftOutIsNotWaitedFor() throws {
    var bench = RoundBench()
    try bench.round()
    let lead = try bench.lead("doe")
    var operation = try #require(bench.store.operations(of: lead).first)
    operation.nextAt = bench.now.adding(seconds: 10)
    bench.store.save(operation)
    #expect(try bench.round() == .complete(resumeAt: operation.nextAt))
    #expect(try bench.round(RoundBench.leavingOut(.lead)) == .complete(resumeAt: nil))
  }

  @Test func whatOthersReferToIsReadThoughItsKindIsLeftOut() throws {
    var bench = RoundBench()
    bench.server.insertSample(.contacts, number: 1)
    bench.server.insertSample(.contacts, number: 2)
    bench.server.insertSample(.opportunities, number: 1)
    try bench.round(RoundBench.leavingOut(.contact))
    guard case .reference(let contact) = bench.value(bench.key(.opportunity, 1), "contact") else {
      Issue.record("the deal has no contact")
      return
    }
    #expect(bench.store.record(RecordKey(.contact, contact))?.fields["email"]?.text?.isEmpty == false)
    #expect(bench.requests.allSatisfy { $0.path != "/api/v1/contacts/" })
  }
}

extension RoundBench {
  fileprivate static func leavingOut(_ kind: EntityKind) -> RoundOptions {
    var options = RoundOptions()
    options.leavesOut = [kind]
    return options
  }
}
