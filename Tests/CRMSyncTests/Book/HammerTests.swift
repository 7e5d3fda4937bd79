import CRMDomain
import CRMSync
import Foundation
import Testing

/// The program is killed before each request, after each answer and after each commit of a round; whoever goes on from
/// there ends where the program ends that was never killed.
@Suite struct HammerTests {
  private static let points = ["send", "receive", "commit"]

  /// Of the moments of a scenario, one in so many is tried, another one each for another seed: `CRM_HAMMER=1` tries all.
  private static var stride: Int { ProcessInfo.processInfo.environment["CRM_HAMMER"].flatMap { Int($0) } ?? 3 }

  @Test(.timeLimit(.minutes(10)), arguments: HammerScenario.all)
  func aKillAtAnyMomentChangesNothingOfTheEnd(_ scenario: HammerScenario) throws {
    let bench = try HammerBench(scenario)
    let whole = try #require(try bench.end(killedAt: nil))
    let seed = UInt64(ProcessInfo.processInfo.environment["CRM_HAMMER_SEED"] ?? "1") ?? 1
    var random = SplitMix64(seed: seed)
    var kills = 0
    for point in Self.points {
      var count = random.int(1...Self.stride)
      while let end = try bench.end(killedAt: (point, count)) {
        kills += 1
        #expect(end == whole, "killed at \(point) \(count): \(end.difference(from: whole))")
        count += Self.stride
      }
    }
    #expect(kills > 2, "seed \(seed)")
    if Self.stride == 1 { print("\(scenario.name): \(kills) kills") }
  }
}
