import CRMDomain
import Foundation
import SyncSimulation
import Testing
import V1Simulator

/// Random histories of one to four clients, a server of any personality, and faults; afterwards everything agrees.
@Suite struct SimulationTests {
  /// How many seeds: 250 here, where nothing is optimised, and 10,000 by `SyncStorm` in `.ci/run`.
  /// `CRM_SYNC_SEEDS=5000` runs more, `CRM_SYNC_SEED=42` one.
  private static var seeds: [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["CRM_SYNC_SEED"].flatMap(UInt64.init) { return [one] }
    return Array(1...(environment["CRM_SYNC_SEEDS"].flatMap(UInt64.init) ?? 250))
  }

  @Test func everyHistoryKeepsTheInvariants() {
    for seed in Self.seeds {
      let scenario = Scenario(seed: seed)
      guard let violation = Storm.violation(scenario) else { continue }
      Issue.record("seed \(seed): \(violation)\n\(Storm.report(scenario))")
    }
  }

  @Test(arguments: Personality.allCases) func everyServerIsSurvived(_ personality: Personality) {
    for seed in 90_001...90_010 as ClosedRange<UInt64> {
      #expect(Storm.violation(Scenario(seed: seed, personality: personality)) == nil, "seed \(seed)")
    }
  }

  /// What the random histories of these sizes reach at all: a generator that never comes to a step proves nothing of it.
  @Test func historiesComeToEveryStep() throws {
    var steps: Set<RoundStep> = []
    for seed in 1...150 as ClosedRange<UInt64> {
      let scenario = Scenario(seed: seed)
      var world = World(scenario)
      try world.run(scenario)
      steps.formUnion(world.stepsTaken)
    }
    #expect(steps == Set(RoundStep.allCases))
  }

  @Test func oneSeedIsOneHistoryToTheLastByte() throws {
    for seed in [3, 77, 1234] as [UInt64] {
      let traces = try (0..<2).map { _ in
        var world = World(Scenario(seed: seed))
        try world.run(Scenario(seed: seed))
        return world.trace
      }
      #expect(traces[0] == traces[1], "seed \(seed)")
    }
  }

  /// A scenario that cannot hold, among others that do not matter, is reduced to what breaks it.
  @Test func aFailureIsReducedToItsCause() {
    var scenario = Scenario(seed: 5, personality: .documented)
    scenario.events.append(.user(client: 9, .note(pick: 0)))
    #expect(scenario.events.count > 5)
    let small = Storm.shrink(scenario, while: { $0.events.contains(.user(client: 9, .note(pick: 0))) })
    #expect(small.events == [.user(client: 9, .note(pick: 0))])
  }
}
