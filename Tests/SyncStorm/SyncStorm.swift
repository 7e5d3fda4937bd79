import CRMDomain
import Foundation
import SyncSimulation
import V1Simulator

/// Runs the histories of many seeds, says what one does, or shows the fault matrix.
@main enum SyncStorm {
  private static let usage = """
    usage: SyncStorm FIRST COUNT [PERSONALITY] [--first]   many; --first stops at the first that fails
           SyncStorm SEED                                  one, with all it says
           SyncStorm matrix                                the table of faults and steps, as Markdown
    """

  static func main() {
    let words = CommandLine.arguments.dropFirst()
    if words.first == "matrix" { return print(FaultMatrix.markdown(), terminator: "") }
    let numbers = words.compactMap { UInt64($0) }
    let personality = words.compactMap(Personality.init(rawValue:)).first
    guard let first = numbers.first else { return print(usage) }
    guard numbers.count > 1 else { return tell(Scenario(seed: first, personality: personality)) }
    let seeds = first..<first + numbers[1]
    let storm = Storm.Run(seeds, personality: personality, stopsAtFirst: words.contains("--first"))
    for line in storm.lines { print(line) }
    if !storm.failures.isEmpty { exit(1) }
  }

  private static func tell(_ scenario: Scenario) {
    print(Storm.violation(scenario).map { _ in Storm.report(scenario, withDiary: true) } ?? "\(scenario)\n  holds")
  }
}
