import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct CollationTests {
  private func compare(_ left: String, _ right: String) -> Int {
    var (left, right) = (left, right)
    return left.withUTF8 { l in
      right.withUTF8 { r in Int(FoldedCollation.compare(UnsafeRawBufferPointer(l), UnsafeRawBufferPointer(r))) }
    }
  }

  /// The order of the bytes of the folded texts is total, so agreeing with it for all pairs is being total too.
  private func folded(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(SearchText.fold(left).utf8), Array(SearchText.fold(right).utf8))
    return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
  }

  @Test func isTheOrderOfTheFoldedTexts() {
    var random = TestRandom()
    let texts = (0..<400).map { _ in random.chance(50) ? SampleText.text(&random) : letters(&random) }
    for left in texts {
      for right in texts {
        let order = compare(left, right)
        guard order != folded(left, right) else { continue }
        Issue.record("\(left.debugDescription) and \(right.debugDescription) are ordered \(order)")
        return
      }
    }
  }

  @Test func isAntisymmetricAndTransitive() {
    var random = TestRandom()
    for _ in 0..<20_000 {
      let (a, b, c) = (letters(&random), letters(&random), letters(&random))
      #expect(compare(a, b) == -compare(b, a))
      if compare(a, b) <= 0, compare(b, c) <= 0 { #expect(compare(a, c) <= 0, "\([a, b, c])") }
    }
  }

  /// Short texts of few letters, so that most pairs share a beginning.
  private func letters(_ random: inout TestRandom) -> String {
    let alphabet = [
      "a", "A", "b", "B", " ", " ", "'", "`", "á", "\u{301}", "ß", "\u{7F}", "\t", "z", "0", "한", "각", "한",
    ]
    return (0..<random.int(0...6)).map { _ in random.pick(alphabet) }.joined()
  }
}
