import Testing

@testable import TerminalKit

struct FuzzyMatchTests {
  private func best(_ query: String, _ candidates: String...) -> String? {
    candidates.max { (FuzzyMatch.score(query, $0)?.score ?? .min) < (FuzzyMatch.score(query, $1)?.score ?? .min) }
  }

  @Test func lettersMustOccurInOrder() {
    #expect(FuzzyMatch.score("mkl", "Mark lost") != nil)
    #expect(FuzzyMatch.score("lkm", "Mark lost") == nil)
    #expect(FuzzyMatch.score("", "anything")?.positions == [])
    #expect(FuzzyMatch.score("abc", "ab") == nil)
  }

  @Test func wordStartsAndRunsWin() {
    #expect(FuzzyMatch.score("ml", "Mark lost")?.positions == [0, 5])
    #expect(FuzzyMatch.score("lost", "Go to list of lost")?.positions == [14, 15, 16, 17])
    #expect(best("lead", "Level a deal", "New lead", "Email draft") == "New lead")
    #expect(best("pip", "Pipeline", "Shipping paper") == "Pipeline")
  }

  @Test func everyPositionHoldsTheLetterAskedFor() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = Seeded(seed)
    for _ in 0..<2_000 {
      let candidate = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        "abc D".randomElement(using: &random) ?? "a"
      }
      let query = (0..<Int.random(in: 1...4, using: &random)).map { _ in "abcd".randomElement(using: &random) ?? "a" }
      guard let match = FuzzyMatch.score(String(query), String(candidate)) else { continue }
      #expect(match.positions.map { Character(candidate[$0].lowercased()) } == query, "seed \(seed)")
      #expect(match.positions == Array(Set(match.positions)).sorted(), "seed \(seed)")
    }
  }
}

struct PickerTests {
  private func makePicker() -> Picker {
    Picker(
      title: "Command",
      items: [
        .init("Mark lost", detail: "the selected lead", keyHint: "x"), .init("New lead", keyHint: "n"),
        .init("Convert lead", keyHint: "c", disabledReason: "no lead selected"), .init("Go to pipeline", keyHint: "4"),
      ])
  }

  @Test func itemsAreNarrowedDownInABox() {
    var picker = makePicker()
    for letter in ["l", "e", "a"] { #expect(picker.handle(.character(letter)) != .ignored) }
    let expected = """
      ┌─ Command ───────────────────────────┐
      │ / lea                               │
      │ ▸ New lead                        n │
      │   Convert lead  no lead selected  c │
      │                                     │
      │                                     │
      └──────────────────────────── 2 of 4 ─┘
      """
    #expect(frame(39, 7) { picker.draw(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func enterPicksAndSaysWhyNot() {
    var picker = makePicker()
    #expect(picker.handle(.enter) == .picked(0))
    _ = picker.handle(.down)
    #expect(picker.handle(.enter) == .picked(1))
    _ = picker.handle(.down)
    #expect(picker.handle(.enter) == .refused(reason: "no lead selected"))
    #expect(picker.handle(.escape) == .cancelled)
  }

  @Test func aClickPicksAndOneBesideTheBoxLeaves() {
    var picker = makePicker()
    _ = frame(60, 20) { picker.draw(on: &$0, in: $0.bounds) }
    let second = Point(picker.list.column + 3, picker.list.row + 1)
    #expect(picker.handle(.mouse(Mouse(.press, second))) == .picked(1))
    #expect(picker.handle(.mouse(Mouse(.press, Point(0, 0)))) == .cancelled)
  }

  @Test func itemsFoundElsewhereAreNotFiltered() {
    var picker = Picker(title: "Go to", items: [.init("Ada Lovelace")], matching: .none)
    #expect(picker.handle(.character("x")) == .filterChanged("x"))
    picker.setItems([.init("Grace Hopper"), .init("Ada Lovelace")])
    #expect(picker.filterText == "x")
    _ = picker.handle(.down)
    #expect(picker.handle(.enter) == .picked(1))
  }

  @Test func nothingFoundPicksNothing() {
    var picker = makePicker()
    _ = picker.handle(.paste("zzz"))
    #expect(picker.selected == nil)
    #expect(picker.handle(.enter) == .ignored)
    #expect(frame(41, 7) { picker.draw(on: &$0, in: $0.bounds) }.contains("nothing found"))
  }

  @Test func matchedLettersAreHighlighted() {
    var picker = makePicker()
    _ = picker.handle(.paste("pipe"))
    var canvas = Canvas(size: Size(41, 7))
    picker.draw(on: &canvas, in: canvas.bounds)
    let matched = (0..<41).filter { canvas[$0, 2].role == .match }.map { canvas[$0, 2].cluster }
    #expect(matched.joined() == "pipe")
  }
}
