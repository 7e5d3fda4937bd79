import CRMDomain

/// Runs of three characters of folded text, each by a number below `limit`.
///
/// Three ASCII characters have a number of their own, made of their codes. All others share the numbers above, so that
/// one of those may stand for several runs.
enum Trigram {
  /// Below this, a number stands for one run only.
  static let exactLimit: UInt32 = 1 << 21
  static let limit: UInt32 = 1 << 24

  /// Calls `body` with the number of each run in `text`, which is valid UTF-8, in order and with repetitions.
  @inline(__always)
  static func each(_ text: UnsafeBufferPointer<UInt8>, _ body: (UInt32) -> Void) {
    var (first, second): (UInt32, UInt32) = (0, 0)
    var (index, seen) = (0, 0)
    while index < text.count {
      let scalar = next(text, &index)
      if seen >= 2 { body(number(first, second, scalar)) }
      seen += 1
      (first, second) = (second, scalar)
    }
  }

  @inline(__always)
  private static func next(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32 {
    let lead = UInt32(text[index])
    index += 1
    guard lead >= 0x80 else { return lead }
    let more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1
    var scalar = lead & (0x3F >> UInt32(more))
    for _ in 0..<more where index < text.count {
      scalar = scalar << 6 | UInt32(text[index]) & 0x3F
      index += 1
    }
    return scalar
  }

  @inline(__always)
  private static func number(_ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt32 {
    guard first | second | third >= 0x80 else { return first << 14 | second << 7 | third }
    // The file keeps these numbers, so this mixing never changes.
    var mixed = UInt64(first) << 42 | UInt64(second) << 21 | UInt64(third)
    mixed = (mixed ^ mixed >> 31) &* 0x7FB5_D329_728E_A185
    mixed = (mixed ^ mixed >> 27) &* 0x81DA_DEF4_BC2D_D44D
    return exactLimit + UInt32(truncatingIfNeeded: (mixed ^ mixed >> 33) % UInt64(limit - exactLimit))
  }
}
