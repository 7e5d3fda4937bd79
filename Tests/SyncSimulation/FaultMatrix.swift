import CRMDomain
import CRMSync
import V1Simulator

/// Every fault at every step of a round: histories in which it happens exactly there, or why it cannot.
package enum FaultMatrix {
  package enum Outcome: Hashable, Sendable {
    case holds
    case cannotHappen(Reason)
    case breaks(String)
  }

  package enum Reason: String, CaseIterable, Hashable, Sendable {
    case onlyRefreshing = "Only the answer to a refresh can lose a refresh token."
    case alwaysThere = "Every v1 server has lists, records and a login; only actions can be missing."
    case noBody = "Nothing is sent that could be too large."
    case noList = "No list is read at this step."
    case noText = "No text is written at this step that a server could change."
    case noValues = "No values are written that a server could drop; a create without them is refused."
  }

  package static func outcome(_ fault: Fault, at step: RoundStep) -> Outcome {
    if let reason = reason(fault, step) { return .cannotHappen(reason) }
    for disturbance in disturbances(fault) {
      for seed in seeds(fault) {
        var scenario = scenario(disturbance, step)
        scenario.seed = seed
        if let problem = problem(scenario, fault) { return .breaks("\(disturbance), seed \(seed): \(problem)") }
      }
    }
    return .holds
  }

  // MARK: What cannot be

  private static func reason(_ fault: Fault, _ step: RoundStep) -> Reason? {
    let reads = step == .pull || step == .sweep
    switch fault {
    case .refreshAnswerLost: return step == .refresh ? nil : .onlyRefreshing
    case .actionMissing, .methodNotAllowed: return step == .convert || step == .bulk ? nil : .alwaysThere
    case .tooLarge: return reads || step == .delete ? .noBody : nil
    case .deletedWhilePaging, .insertedWhilePaging, .touchedWhilePaging, .manyTies, .committedLate, .orderingIgnored,
      .filterIgnored, .pageSizeChanges, .countWrong:
      return reads ? nil : .noList
    case .valueNormalised: return step == .create || step == .update ? nil : .noText
    case .writeDropped: return step == .update || step == .bulk ? nil : .noValues
    default: return nil
    }
  }

  // MARK: What happens

  private static func disturbances(_ fault: Fault) -> [Disturbance.What] {
    switch fault {
    case .serverClockBack: [.fault(fault), .clockJump(259_200)]
    case .killed: [.kill(isSent: false), .kill(isSent: true)]
    case .diskFull: [.diskFull]
    case .twoInstances: [.secondProgram]
    case .clockJump: [.clockJump(-7200), .clockJump(4000), .clockJump(260_000)]
    default: [.fault(fault)]
    }
  }

  /// More than one where chance has a part in the fault.
  private static func seeds(_ fault: Fault) -> ClosedRange<UInt64> {
    switch fault {
    case .slowAnswer, .deliveredTwice, .badGateway, .invalidJSON, .deletedWhilePaging, .touchedWhilePaging,
      .countWrong:
      1...4
    default: 1...1
    }
  }

  private static func scenario(_ what: Disturbance.What, _ step: RoundStep) -> Scenario {
    var events = (1...8).map { WorldEvent.others(.insert(.leads, number: $0)) }
    events += [.others(.insert(.contacts, number: 1)), .sync(client: 0, isFull: false, []), .pass(seconds: 400)]
    switch step {
    case .pull: events.append(.others(.change(.leads, pick: 2, number: 4)))
    case .create, .refresh:
      events += [.user(client: 0, .create(.lead)), .user(client: 0, .note(pick: 8)), .user(client: 0, .note(pick: 8))]
    case .update: events += [.user(client: 0, .note(pick: 3)), .user(client: 0, .note(pick: 3))]
    case .delete: events.append(.user(client: 0, .delete(pick: 3)))
    case .convert: events.append(.user(client: 0, .convert(pick: 3)))
    case .bulk: events.append(.user(client: 0, .editAll(choice: 2)))
    case .sweep: events.append(.others(.remove(.leads, pick: 3)))
    }
    events.append(.sync(client: 0, isFull: step == .pull || step == .sweep, [Disturbance(at: .step(step), what)]))
    for _ in 0..<3 { events += [.pass(seconds: 400), .sync(client: 0, isFull: false, [])] }
    var scenario = Scenario(.documented, events: events)
    scenario.pace.bulkFrom = 3
    return scenario
  }

  private static func problem(_ scenario: Scenario, _ fault: Fault) -> String? {
    var world = World(scenario)
    do {
      if fault == .otherDatabase {
        try world.play(scenario)
        try world.checkAnotherDatabase()
      } else {
        try world.run(scenario)
      }
      return world.happened == 1 ? nil : "it did not happen"
    } catch {
      return "\(error)"
    }
  }
}

extension World {
  /// Another database behind the address: the rounds stop and ask, and the book is as it was but for what was just
  /// being written.
  mutating func checkAnotherDatabase() throws {
    let end = try round(0, RoundOptions()).end
    switch end {
    case .differentServer?, .massVanish?: break
    default: throw Violation(invariant: "I5", detail: "the round ends \(end.map { "\($0)" } ?? "killed")")
    }
    let trashed = clients[0].store.records.filter { $0.value.isTrashed }.keys
    // So many may go without a question.
    if trashed.count > 10 { throw Violation(invariant: "I5", detail: "in the trash: \(trashed.sorted())") }
  }
}
