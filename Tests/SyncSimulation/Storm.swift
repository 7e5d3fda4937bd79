import CRMDomain
import V1Simulator

/// Many histories, and the shortest form of those that fail.
package enum Storm {
  /// What a seed's history breaks, or nil.
  package static func violation(_ scenario: Scenario) -> Violation? {
    var world = World(scenario)
    do {
      try world.run(scenario)
      return nil
    } catch let violation as Violation {
      return violation
    } catch {
      return Violation(invariant: "error", detail: "\(error)")
    }
  }

  /// What became of the histories of many seeds.
  package struct Run {
    package private(set) var failures: [String: [UInt64]] = [:]
    /// A number that follows from every byte of every history.
    package private(set) var trace: UInt64 = 0
    package private(set) var lines: [String] = []

    package init(_ seeds: Range<UInt64>, personality: Personality? = nil, stopsAtFirst: Bool = false) {
      var count = 0
      for seed in seeds {
        count += 1
        let scenario = Scenario(seed: seed, personality: personality)
        var world = World(scenario)
        do { try world.run(scenario) } catch { note(error, scenario) }
        trace = trace &* 31 &+ world.trace
        if stopsAtFirst, !failures.isEmpty { break }
      }
      for (name, seeds) in failures.sorted(by: { $0.key < $1.key }) {
        lines.append("\(name): \(seeds.count), seeds \(seeds.prefix(12))")
      }
      let failed = failures.values.reduce(0) { $0 + $1.count }
      lines.append("\(count) histories, \(failed) failures, trace \(String(trace, radix: 16))")
    }

    private mutating func note(_ error: any Error, _ scenario: Scenario) {
      failures["\(error)".prefix(while: { $0 != ":" }).description, default: []].append(scenario.seed)
      if lines.count < 20 { lines.append("seed \(scenario.seed), \(scenario.personality): \(error)") }
    }
  }

  /// The history without what its failure does not need.
  package static func shrink(_ scenario: Scenario) -> Scenario {
    guard let wanted = violation(scenario)?.invariant else { return scenario }
    return shrink(scenario) { violation($0)?.invariant == wanted }
  }

  /// A small history that still `fails`: events are left out, halves first, then disturbances.
  package static func shrink(_ scenario: Scenario, while fails: (Scenario) -> Bool) -> Scenario {
    var best = scenario
    best.events = Shrinking.events(scenario.events) { events in
      var smaller = scenario
      smaller.events = events
      return fails(smaller)
    }
    return withoutDisturbances(best, fails)
  }

  private static func withoutDisturbances(_ scenario: Scenario, _ fails: (Scenario) -> Bool) -> Scenario {
    var best = scenario
    for index in best.events.indices {
      guard case .sync(let client, let isFull, var left) = best.events[index] else { continue }
      for disturbance in left {
        var smaller = best
        let fewer = left.filter { $0 != disturbance }
        smaller.events[index] = .sync(client: client, isFull: isFull, fewer)
        if fails(smaller) {
          best = smaller
          left = fewer
        }
      }
    }
    return best
  }

  /// A script of the failure, with what went over the line.
  package static func report(_ scenario: Scenario, withDiary: Bool = false) -> String {
    let small = shrink(scenario)
    var text = "\(small)\n  breaks \(violation(small).map { "\($0)" } ?? "nothing")"
    if withDiary {
      var world = World(small, keepsDiary: true)
      try? world.run(small)
      text += "\n" + world.diary.joined(separator: "\n")
    }
    return text
  }
}
