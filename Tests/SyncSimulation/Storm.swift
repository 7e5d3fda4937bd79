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

  /// The history without what its failure does not need: events are left out, halves first, then disturbances.
  package static func shrink(_ scenario: Scenario) -> Scenario {
    guard let wanted = violation(scenario)?.invariant else { return scenario }
    var best = scenario
    var size = max(1, best.events.count / 2)
    while true {
      var start = 0
      var hasShrunk = false
      while start < best.events.count {
        var smaller = best
        smaller.events.removeSubrange(start..<min(start + size, best.events.count))
        if violation(smaller)?.invariant == wanted {
          best = smaller
          hasShrunk = true
        } else {
          start += size
        }
      }
      if size == 1, !hasShrunk { return withoutDisturbances(best, wanted) }
      size = max(1, size / 2)
    }
  }

  private static func withoutDisturbances(_ scenario: Scenario, _ wanted: String) -> Scenario {
    var best = scenario
    for index in best.events.indices {
      guard case .sync(let client, let list) = best.events[index] else { continue }
      var left = list
      for disturbance in list {
        var smaller = best
        let fewer = left.filter { $0 != disturbance }
        smaller.events[index] = .sync(client: client, fewer)
        if violation(smaller)?.invariant == wanted {
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
