/// Finds what was meant by a few letters typed in order.
package enum FuzzyMatch {
  package struct Match: Hashable, Sendable {
    /// Higher is better; comparable only for the same query.
    package let score: Int
    /// The matched graphemes of the candidate, ascending.
    package let positions: [Int]

    package init(score: Int, positions: [Int]) {
      self.score = score
      self.positions = positions
    }
  }

  private static let wordStart = 8
  private static let consecutive = 8
  private static let gap = 3
  private static let longestCandidate = 200

  /// nil unless every letter of `query` occurs in `candidate` in order, whatever the case. Blanks in the query are
  /// ignored. Word starts and letters in a row count most, gaps and late starts against it.
  package static func score(_ query: String, _ candidate: String) -> Match? {
    guard mayMatch(query, candidate) else { return nil }
    let wanted = query.lowercased().filter { !$0.isWhitespace }.map { $0 }
    guard !wanted.isEmpty else { return Match(score: 0, positions: []) }
    let given = Array(candidate.prefix(longestCandidate))
    let lowered = given.map { $0.lowercased().first ?? $0 }
    guard isSubsequence(wanted, of: lowered) else { return nil }
    return best(wanted, in: lowered, starts: wordStarts(given))
  }

  /// Turns down most candidates by their bytes; true where either is not ASCII, because case is not that simple there.
  private static func mayMatch(_ query: String, _ candidate: String) -> Bool {
    var wanted = query.utf8.lazy.filter { $0 != 0x20 }.makeIterator()
    guard var next = wanted.next() else { return true }
    for byte in candidate.utf8 {
      if byte >= 0x80 || next >= 0x80 { return true }
      guard lowercased(byte) == lowercased(next) else { continue }
      guard let following = wanted.next() else { return true }
      next = following
    }
    return next >= 0x80
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  private static func isSubsequence(_ wanted: [Character], of given: [Character]) -> Bool {
    var index = 0
    for character in given where index < wanted.count && character == wanted[index] { index += 1 }
    return index == wanted.count
  }

  private static func wordStarts(_ given: [Character]) -> [Bool] {
    given.indices.map { index in
      guard index > 0 else { return true }
      let before = given[index - 1]
      return !(before.isLetter || before.isNumber) || (before.isLowercase && given[index].isUppercase)
    }
  }

  /// The best score of each letter at each place, and where its predecessor was; then the way back.
  private static func best(_ wanted: [Character], in given: [Character], starts: [Bool]) -> Match? {
    var scores: [Int?] = []
    var ways: [[Int]] = []
    for (row, letter) in wanted.enumerated() {
      var next: [Int?] = Array(repeating: nil, count: given.count)
      var way = Array(repeating: -1, count: given.count)
      var leader: (place: Int, score: Int)?
      for place in given.indices {
        if row > 0, place > 0, let score = scores[place - 1], score >= (leader?.score ?? .min) {
          leader = (place - 1, score)
        }
        guard given[place] == letter, row == 0 || leader != nil else { continue }
        let own = starts[place] ? wordStart : 0
        guard row > 0 else {
          next[place] = own - min(place, 10) / 2
          continue
        }
        let adjacent = place > 0 ? scores[place - 1].map { $0 + consecutive } : nil
        let jumped = (leader?.score ?? 0) - gap
        next[place] = own + max(adjacent ?? .min, jumped)
        way[place] = (adjacent ?? .min) >= jumped ? place - 1 : leader?.place ?? -1
      }
      scores = next
      ways.append(way)
    }
    return match(scores, ways)
  }

  private static func match(_ scores: [Int?], _ ways: [[Int]]) -> Match? {
    let ends = scores.indices.filter { scores[$0] != nil }
    guard let end = ends.max(by: { (scores[$0] ?? 0, -$0) < (scores[$1] ?? 0, -$1) }) else { return nil }
    var positions = [end]
    for way in ways.dropFirst().reversed() { positions.append(way[positions[positions.count - 1]]) }
    return Match(score: scores[end] ?? 0, positions: positions.reversed())
  }
}
