/// A small generator whose numbers follow from its seed alone, on every platform and toolchain.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. Its own draws are used rather than the
/// standard library's `random(in:using:)`, whose way of spending bits may change.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  package mutating func int(_ range: ClosedRange<Int>) -> Int {
    let span = UInt64(range.upperBound - range.lowerBound + 1)
    return range.lowerBound + Int(next().multipliedFullWidth(by: span).high)
  }

  /// True in `percent` of a hundred draws.
  package mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }

  /// An element of `items`, which must not be empty.
  package mutating func pick<Item>(_ items: [Item]) -> Item { items[int(0...(items.count - 1))] }

  package mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
    var items = items
    for last in items.indices.dropFirst().reversed() { items.swapAt(last, int(0...last)) }
    return items
  }

  /// Roughly normal, with mean 0 and deviation 1: twelve uniform draws added up.
  package mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double(next() >> 11) / Double(1 << 53) }
  }
}
