import CRMDomain
import Foundation

/// Random numbers that a failing test can be run with again: set `CRM_TEST_SEED` to the seed it printed.
struct SeededRandom: RandomNumberGenerator {
  let seed: UInt64
  private var numbers: SplitMix64

  init() {
    let wanted = ProcessInfo.processInfo.environment["CRM_TEST_SEED"].flatMap(UInt64.init)
    let seed = wanted ?? .random(in: 0...999_999_999)
    self.seed = seed
    numbers = SplitMix64(seed: seed)
    print("seed \(seed)")
  }

  mutating func next() -> UInt64 { numbers.next() }
}
