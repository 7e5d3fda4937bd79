import CRMDomain
import Foundation
import SyncSimulation
import Testing
import V1Simulator

/// Random histories of reps with books on the disk, a server of any personality, others, faults and crashes; afterwards
/// every book and the server agree, and nothing anybody wrote is lost or there twice.
@Suite struct BookStormTests {
  /// `CRM_BOOK_SEEDS=1000` runs more, `CRM_BOOK_SEED=42` one, reduced to what makes it fail.
  private static var seeds: [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["CRM_BOOK_SEED"].flatMap(UInt64.init) { return [one] }
    let first = environment["CRM_BOOK_FIRST"].flatMap(UInt64.init) ?? 1
    return Array(first..<(first + (environment["CRM_BOOK_SEEDS"].flatMap(UInt64.init) ?? 40)))
  }

  @Test func everyHistoryEndsInAgreement() throws {
    for seed in Self.seeds {
      var history = BookHistory(seed: seed)
      let problems = Self.problems(history)
      guard !problems.isEmpty else { continue }
      if Self.seeds.count == 1 { history = Self.reduce(history) }
      let world = try BookWorld(history)
      let last = (try? world.run()) ?? []
      Issue.record("seed \(seed):\n\((problems + last).prefix(8).joined(separator: "\n"))\n\(history)")
      if Self.seeds.count == 1 { print(world.diary.joined(separator: "\n")) }
    }
  }

  private static func problems(_ history: BookHistory) -> [String] {
    do { return try BookWorld(history).run() } catch { return ["threw \(error)"] }
  }

  /// The history without what its failure does not need.
  private static func reduce(_ history: BookHistory) -> BookHistory {
    var best = history
    best.events = Shrinking.events(history.events) { events in
      var smaller = history
      smaller.events = events
      return !problems(smaller).isEmpty
    }
    return withoutTroubles(best)
  }

  private static func withoutTroubles(_ history: BookHistory) -> BookHistory {
    var best = history
    for index in best.events.indices {
      guard case .round(let book, var left) = best.events[index] else { continue }
      for trouble in left {
        var smaller = best
        let fewer = left.filter { $0 != trouble }
        smaller.events[index] = .round(book: book, fewer)
        if !problems(smaller).isEmpty { (best, left) = (smaller, fewer) }
      }
    }
    return best
  }
}
