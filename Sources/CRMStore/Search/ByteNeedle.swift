/// A text to look for among bytes.
///
/// Sixteen places are looked at together: only where three of the needle's bytes, the rarest of them, stand at their
/// distances is the rest compared.
struct ByteNeedle: Sendable {
  private let bytes: [UInt8]
  /// The places of the three bytes; the same one twice in shorter needles.
  private let places: (Int, Int, Int)

  /// So many bytes behind the end of a text may be read, and mean nothing.
  static let padding = 16

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let rarest = bytes.indices.sorted { Self.frequency(bytes[$0]) < Self.frequency(bytes[$1]) }.prefix(3)
    let first = rarest.first ?? 0
    places = (first, rarest.dropFirst().first ?? first, rarest.dropFirst(2).first ?? first)
    self.bytes = bytes
  }

  /// Where it first stands in `text[start..<end]`, whole. `text` has `padding` more bytes behind `end`.
  @inline(__always)
  func first(in text: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int? {
    let last = end - bytes.count
    guard start <= last, !bytes.isEmpty else { return nil }
    let (first, second, third) = places
    let wanted = (
      SIMD16(repeating: bytes[first]), SIMD16(repeating: bytes[second]), SIMD16(repeating: bytes[third])
    )
    var place = start
    while place <= last {
      let hits =
        (Self.sixteen(text, place + first) .== wanted.0) .& (Self.sixteen(text, place + second) .== wanted.1)
        .& (Self.sixteen(text, place + third) .== wanted.2)
      if any(hits) {
        for lane in 0..<16 where hits[lane] {
          guard place + lane <= last else { return nil }
          if isAt(text + place + lane) { return place + lane }
        }
      }
      place += 16
    }
    return nil
  }

  @inline(__always)
  private static func sixteen(_ text: UnsafeRawPointer, _ place: Int) -> SIMD16<UInt8> {
    (text + place).loadUnaligned(as: SIMD16<UInt8>.self)
  }

  private func isAt(_ text: UnsafeRawPointer) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where text.load(fromByteOffset: index, as: UInt8.self) != bytes[index] { return false }
      return true
    }
  }

  /// How often a byte is met in search texts: spaces most, then the vowels and the letters of web addresses.
  private static func frequency(_ byte: UInt8) -> Int {
    common.firstIndex(of: byte).map { common.count - $0 } ?? 0
  }

  private static let common = Array(" eaoinrsltmcdhupgbykvfw".utf8)
}
