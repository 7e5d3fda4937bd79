/// Merging of texts by lines, as diff3 does (Khanna, Kunal and Pierce, "A formal investigation of diff3", 2007).
package enum LineMerge {
  /// Cells of the comparison table a text may cost; longer texts are not merged.
  private static let largest = 1_000_000

  /// Both sides' changes in one text, or nil if they touch the same lines.
  package static func merge(base: String, mine: String, theirs: String) -> String? {
    let base = lines(base)
    let mine = lines(mine)
    let theirs = lines(theirs)
    guard let inMine = matches(base, mine), let inTheirs = matches(base, theirs) else { return nil }
    var merged: [Substring] = []
    var at = (base: 0, mine: 0, theirs: 0)
    while at.base < base.count || at.mine < mine.count || at.theirs < theirs.count {
      if at.base < base.count, inMine[at.base] == at.mine, inTheirs[at.base] == at.theirs {
        merged.append(base[at.base])
        at = (at.base + 1, at.mine + 1, at.theirs + 1)
        continue
      }
      let next = nextCommon(after: at, inMine, inTheirs, mine.count, theirs.count)
      let old = base[at.base..<next.base]
      let left = mine[at.mine..<next.mine]
      let right = theirs[at.theirs..<next.theirs]
      if left == right || left == old {
        merged += right
      } else if right == old {
        merged += left
      } else {
        return nil
      }
      at = next
    }
    return merged.joined(separator: "\n")
  }

  private static func lines(_ text: String) -> [Substring] {
    text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The first line of the base from `at` on that both sides still have, or the ends.
  private static func nextCommon(
    after at: (base: Int, mine: Int, theirs: Int), _ inMine: [Int?], _ inTheirs: [Int?], _ mine: Int, _ theirs: Int,
  ) -> (base: Int, mine: Int, theirs: Int) {
    for index in at.base..<inMine.count {
      if let left = inMine[index], let right = inTheirs[index] { return (index, left, right) }
    }
    return (inMine.count, mine, theirs)
  }

  /// For each line of `old` the line of `new` that is the same one, in a longest common subsequence; nil if too long.
  private static func matches(_ old: [Substring], _ new: [Substring]) -> [Int?]? {
    var matches = [Int?](repeating: nil, count: old.count)
    var start = 0
    while start < old.count, start < new.count, old[start] == new[start] {
      matches[start] = start
      start += 1
    }
    var ends = (old: old.count, new: new.count)
    while ends.old > start, ends.new > start, old[ends.old - 1] == new[ends.new - 1] {
      ends = (ends.old - 1, ends.new - 1)
      matches[ends.old] = ends.new
    }
    let rows = ends.old - start
    let columns = ends.new - start
    guard rows * columns <= largest else { return nil }
    let table = lengths(old[start..<ends.old], new[start..<ends.new])
    var (row, column) = (0, 0)
    while row < rows, column < columns {
      if old[start + row] == new[start + column] {
        matches[start + row] = start + column
        (row, column) = (row + 1, column + 1)
      } else if table[(row + 1) * (columns + 1) + column] >= table[row * (columns + 1) + column + 1] {
        row += 1
      } else {
        column += 1
      }
    }
    return matches
  }

  /// Lengths of the longest common subsequences of all pairs of ends, row by row.
  private static func lengths(_ old: ArraySlice<Substring>, _ new: ArraySlice<Substring>) -> [Int32] {
    let width = new.count + 1
    var table = [Int32](repeating: 0, count: (old.count + 1) * width)
    for (row, line) in old.enumerated().reversed() {
      for (column, other) in new.enumerated().reversed() {
        table[row * width + column] =
          line == other
          ? table[(row + 1) * width + column + 1] + 1
          : max(table[(row + 1) * width + column], table[row * width + column + 1])
      }
    }
    return table
  }
}
