import Testing

@testable import TerminalKit

struct TextViewTests {
  private let paragraphs: [TextView.Paragraph] = [
    .init([Span("today  ", role: .dim), Span("call: asked for a proposal")], hangingIndent: 7), .init(""),
    .init("日本語のメモ"),
  ]

  @Test func paragraphsAreWrappedWithAHangingIndent() {
    var view = TextView(paragraphs)
    let expected = """
      today  call: asked
             for a
             proposal

      日本語のメモ
      """
    #expect(frame(20, 5) { view.draw(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func keysScrollWithinTheText() {
    var view = TextView(paragraphs)
    _ = frame(20, 3) { view.draw(on: &$0, in: $0.bounds) }
    #expect(view.handle(.character("G")) == .moved)
    #expect(frame(20, 3) { view.draw(on: &$0, in: $0.bounds) } == "       proposal\n\n日本語のメモ")
    for _ in 0..<9 { _ = view.handle(.pageUp) }
    #expect(view.top == 0)
    #expect(view.handle(.character("x")) == .ignored)
  }

  @Test func spansKeepTheirRolesAcrossLines() {
    var view = TextView([.init([Span("a"), Span("bc d", role: .bad)])])
    var canvas = Canvas(size: Size(3, 2))
    view.draw(on: &canvas, in: canvas.bounds)
    #expect(canvas.lines == ["abc", "d"])
    #expect([canvas[0, 0].role, canvas[1, 0].role, canvas[0, 1].role] == [.text, .bad, .bad])
  }
}

struct CompletionsTests {
  @Test func candidatesStandBelowTheWordOrAboveIt() {
    var completions = Completions([.init("status:", detail: "new, lost …"), .init("state:")])
    let below = frame(30, 4) { completions.draw(on: &$0, below: Point(2, 0), in: $0.bounds) }
    #expect(below == "\n  ▸ status:  new, lost …\n    state:\n")
    let above = frame(30, 4) { completions.draw(on: &$0, below: Point(2, 3), in: $0.bounds) }
    #expect(above == "\n  ▸ status:  new, lost …\n    state:\n")
    #expect(completions.handle(.down) == .moved)
    #expect(completions.handle(.tab) == .picked(1))
    #expect(completions.handle(.enter) == .ignored)
  }

  @Test func nextKeysStandInTheCorner() {
    let keys = NextKeys(title: "g", hints: [.init("g", "first row"), .init("d", "details")])
    let expected = """

             ┌─ g ──────────┐
             │ g  first row │
             │ d  details   │
             └──────────────┘
      """
    #expect(frame(23, 5) { keys.draw(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func aHeavyFrameSaysWhatHasTheFocus() {
    #expect(frame(4, 3) { $0.box($0.bounds, line: .heavy) } == "┏━━┓\n┃  ┃\n┗━━┛")
  }
}
