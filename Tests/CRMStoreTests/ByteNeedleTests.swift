import Testing

@testable import CRMDomain
@testable import CRMStore

/// Texts and values kept in memory are found as one would find them by looking at each.
@Suite struct ByteNeedleTests {
  @Test func eachTextIsFoundThatHoldsTheNeedle() {
    var random = TestRandom()
    for _ in 0..<60 {
      let texts = (0..<random.int(1...40)).map { _ in
        random.chance(20) ? "" : SearchText.text(of: [(SampleText.text(&random, words: random.int(1...4)), false)])
      }
      var piece = TextPiece()
      for text in texts { append(text, to: &piece) }
      if random.chance(50) { piece.shrink() }
      for _ in 0..<10 {
        let text = random.pick(texts)
        let start = random.int(0...max(0, text.unicodeScalars.count - 1))
        let some = text.unicodeScalars.dropFirst(start).prefix(random.int(1...20))
        let needle = random.chance(10) || some.isEmpty ? "  zq" : String(String.UnicodeScalarView(some))
        let wanted = texts.indices.filter { texts[$0].holdsBytes(of: needle) }
        var found: [Int] = []
        piece.eachText(holding: ByteNeedle(needle)) { found.append($0) }
        #expect(found == wanted, "“\(needle)” in \(texts)")
        #expect(texts.indices.filter { piece.holds($0, ByteNeedle(needle)) } == wanted)
      }
    }
  }

  @Test func aReplacedTextIsFoundAndItsNeighboursToo() {
    var piece = TextPiece()
    for text in ["  ada  ", "  zoe  ", "  li  "] { append(text, to: &piece) }
    piece.replace(1, Array("  a much longer name  ".utf8))
    piece.replace(5, Array("  far  ".utf8))
    for (place, needle) in [(0, "ada"), (1, "longer"), (2, "  li"), (5, "far")] {
      #expect(piece.holds(place, ByteNeedle(needle)), "\(needle)")
    }
    piece.replace(1, [])
    #expect(!piece.holds(1, ByteNeedle("longer")) && piece.holds(2, ByteNeedle("  li")))
    #expect(!piece.holds(0, ByteNeedle("a    zoe")))
  }

  private func append(_ text: String, to piece: inout TextPiece) {
    var text = text
    text.withUTF8 { piece.append(UnsafeRawBufferPointer($0)) }
  }
}
