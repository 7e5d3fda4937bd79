import CRMDomain
import CRMSync
import Testing

@Suite struct MergeTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let kind: FieldKind
    let base: FieldValue
    let mine: FieldValue
    let theirs: FieldValue
    let merged: FieldValue
    var conflict = false
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "only mine", kind: .text, base: .text("a"), mine: .text("b"), theirs: .text("a"), merged: .text("b")),
    Case(name: "only theirs", kind: .text, base: .text("a"), mine: .text("a"), theirs: .text("b"), merged: .text("b")),
    Case(
      name: "both", kind: .text, base: .text("a"), mine: .text("b"), theirs: .text("c"), merged: .text("c"),
      conflict: true),
    Case(name: "both alike", kind: .text, base: .text("a"), mine: .text("b "), theirs: .text("b"), merged: .text("b")),
    Case(name: "both cleared", kind: .text, base: .text("a"), mine: .text("  "), theirs: .none, merged: .none),
    Case(
      name: "tags", kind: .tags, base: .tags(["a", "b"]), mine: .tags(["b", "c"]), theirs: .tags(["b", "a", "d"]),
      merged: .tags(["b", "d", "c"])),
    Case(
      name: "notes apart", kind: .longText, base: .text("1\n2\n3\n4"), mine: .text("1!\n2\n3\n4"),
      theirs: .text("1\n2\n3\n4\n5"), merged: .text("1!\n2\n3\n4\n5")),
    Case(
      name: "notes on one line", kind: .longText, base: .text("1\n2"), mine: .text("1\nme"), theirs: .text("1\nyou"),
      merged: .text("1\nyou"), conflict: true),
    Case(
      name: "custom fields", kind: .customFields, base: .object(["a": 1, "n": ["x": 1, "y": 1]]),
      mine: .object(["a": 2, "n": ["x": 2, "y": 1]]), theirs: .object(["a": 1, "b": 3, "n": ["x": 1]]),
      merged: .object(["a": 2, "b": 3, "n": ["x": 2]])),
    Case(
      name: "custom field, both", kind: .customFields, base: .object(["a": 1]), mine: .object(["a": 2, "m": 1]),
      theirs: .object(["a": 3]), merged: .object(["a": 3, "m": 1]), conflict: true),
    Case(
      name: "amount", kind: .money, base: .money(100), mine: .money(200), theirs: .none, merged: .none, conflict: true),
  ]

  @Test(arguments: cases) func fieldsMerge(_ item: Case) {
    let merged = Merge.field(base: item.base, mine: item.mine, theirs: item.theirs, as: item.kind)
    #expect(merged.value == item.merged)
    #expect(merged.isConflict == item.conflict)
  }

  /// What holds of any three values, whatever their kind.
  @Test func mergingKeepsItsLaws() {
    for seed in 1...4000 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let kind = random.pick([FieldKind.text, .longText, .tags, .customFields, .integer])
      let values = (0..<3).map { _ in Self.value(kind, &random) }
      let (base, mine, theirs) = (values[0], values[1], values[2])
      func merge(_ base: FieldValue, _ mine: FieldValue, _ theirs: FieldValue) -> Merged {
        Merge.field(base: base, mine: mine, theirs: theirs, as: kind)
      }
      func isSame(_ left: FieldValue, _ right: FieldValue) -> Bool { Merge.isSame(left, right, as: kind) }
      #expect(isSame(merge(base, mine, base).value, mine), "mine alone, seed \(seed)")
      #expect(isSame(merge(base, base, theirs).value, theirs), "theirs alone, seed \(seed)")
      #expect(isSame(merge(base, mine, mine).value, mine), "both alike, seed \(seed)")
      let merged = merge(base, mine, theirs)
      let mirrored = merge(base, theirs, mine)
      #expect(merged.isConflict == mirrored.isConflict, "one judgement from both sides, seed \(seed)")
      if !merged.isConflict {
        #expect(isSame(merged.value, mirrored.value), "one result from both sides, seed \(seed)")
      }
      // A merged value that was sent and came back asks for nothing more.
      #expect(isSame(merge(theirs, merged.value, theirs).value, merged.value), "seed \(seed)")
    }
  }

  /// Edits of lines that are not neighbours are all kept.
  @Test func editsApartAreAllKept() {
    for seed in 1...500 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let lines = (0..<random.int(6...30)).map { "line \($0)" }
      var mine = lines
      var theirs = lines
      for index in lines.indices where index % 2 == 0 {
        if random.chance(30) { mine[index] += " mine" } else if random.chance(30) { theirs[index] += " theirs" }
      }
      let expected = lines.indices.map { mine[$0] != lines[$0] ? mine[$0] : theirs[$0] }
      let merged = LineMerge.merge(
        base: lines.joined(separator: "\n"), mine: mine.joined(separator: "\n"),
        theirs: theirs.joined(separator: "\n"))
      #expect(merged == expected.joined(separator: "\n"), "seed \(seed)")
    }
  }

  static func value(_ kind: FieldKind, _ random: inout SplitMix64) -> FieldValue {
    switch kind {
    case .text: return [.none, .text("a"), .text(" a"), .text("b"), .text("c")][random.int(0...4)]
    case .integer: return .integer(random.int(0...3))
    case .longText:
      return (0..<random.int(0...4)).map { _ in "l\(random.int(0...3))" }.joined(separator: "\n").fieldValue
    case .tags: return (0..<random.int(0...3)).map { _ in "t\(random.int(0...3))" }.fieldValue
    default:
      var members: [String: JSONValue] = [:]
      for _ in 0..<random.int(0...3) {
        let key = "k\(random.int(0...2))"
        members[key] = random.chance(30) ? ["x": .integer(random.int(0...1)), "y": 1] : .integer(random.int(0...2))
      }
      return members.fieldValue
    }
  }
}
