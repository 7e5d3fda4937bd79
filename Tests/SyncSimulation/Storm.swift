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

  /// The history without what its failure does not need.
  package static func shrink(_ scenario: Scenario) -> Scenario {
    guard let wanted = violation(scenario)?.invariant else { return scenario }
    return shrink(scenario) { violation($0)?.invariant == wanted }
  }

  /// A small history that still `fails`: events are left out, halves first, then disturbances.
  package static func shrink(_ scenario: Scenario, while fails: (Scenario) -> Bool) -> Scenario {
    var best = scenario
    var size = max(1, best.events.count / 2)
    while true {
      var start = 0
      var hasShrunk = false
      while start < best.events.count {
        var smaller = best
        smaller.events.removeSubrange(start..<min(start + size, best.events.count))
        if fails(smaller) {
          best = smaller
          hasShrunk = true
        } else {
          start += size
        }
      }
      if size == 1, !hasShrunk { return withoutDisturbances(best, fails) }
      size = max(1, size / 2)
    }
  }

  private static func withoutDisturbances(_ scenario: Scenario, _ fails: (Scenario) -> Bool) -> Scenario {
    var best = scenario
    for index in best.events.indices {
      guard case .sync(let client, var left) = best.events[index] else { continue }
      for disturbance in left {
        var smaller = best
        let fewer = left.filter { $0 != disturbance }
        smaller.events[index] = .sync(client: client, fewer)
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
