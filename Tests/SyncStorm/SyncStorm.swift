import CRMDomain
import SyncSimulation
import V1Simulator

/// Runs the histories of many seeds: `SyncStorm FIRST COUNT [PERSONALITY]`, or one with all it says: `SyncStorm SEED`.
@main enum SyncStorm {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    let personality = CommandLine.arguments.last.flatMap(Personality.init(rawValue:))
    guard let first = numbers.first else {
      print("usage: SyncStorm FIRST COUNT [PERSONALITY] | SyncStorm SEED")
      return
    }
    guard numbers.count > 1 else {
      let scenario = Scenario(seed: first, personality: personality)
      print(Storm.violation(scenario).map { _ in Storm.report(scenario, withDiary: true) } ?? "\(scenario)\n  holds")
      return
    }
    var failures: [String: [UInt64]] = [:]
    var trace: UInt64 = 0
    for seed in first..<first + numbers[1] {
      let scenario = Scenario(seed: seed, personality: personality)
      var world = World(scenario)
      do {
        try world.run(scenario)
      } catch {
        failures["\(error)".prefix(while: { $0 != ":" }).description, default: []].append(seed)
        if failures.values.joined().count <= 20 { print("seed \(seed), \(scenario.personality): \(error)") }
      }
      trace = trace &* 31 &+ world.trace
    }
    for (name, seeds) in failures.sorted(by: { $0.key < $1.key }) { print(name, seeds.count, seeds.prefix(12)) }
    print("\(numbers[1]) histories, \(failures.values.joined().count) failures, trace \(String(trace, radix: 16))")
  }
}
