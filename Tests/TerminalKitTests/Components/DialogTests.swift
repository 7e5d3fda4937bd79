import Testing

@testable import TerminalKit

struct DialogTests {
  private func makeDialog(_ text: String = "You changed 3 fields of Ada Lovelace.") -> Dialog {
    Dialog(
      title: "Discard changes?", lines: [.init(text), .init("A draft is kept.", role: .dim)],
      buttons: [.init("keep editing", key: "k"), .init("discard", key: "d")])
  }

  @Test func theQuestionStandsInTheMiddle() {
    var dialog = makeDialog()
    let expected = """

        ┌─ Discard changes? ────────────────────┐
        │ You changed 3 fields of Ada Lovelace. │
        │ A draft is kept.                      │
        │                                       │
        │   [▸k keep editing ]  [ d discard ]   │
        └───────────────────────────────────────┘

      """
    #expect(frame(45, 8) { dialog.draw(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func keysPressButtons() {
    var dialog = makeDialog()
    #expect(dialog.handle(.enter) == .pressed(0))
    #expect(dialog.handle(.character("D")) == .pressed(1))
    #expect(dialog.handle(.character("z")) == .ignored)
    #expect(dialog.handle(.right) == .moved)
    #expect(dialog.handle(.enter) == .pressed(1))
    #expect(dialog.handle(.tab) == .moved)
    #expect(dialog.focus == 0)
    #expect(dialog.handle(.escape) == .cancelled)
  }

  @Test func aClickPressesAButton() {
    var dialog = makeDialog()
    _ = frame(45, 8) { dialog.draw(on: &$0, in: $0.bounds) }
    #expect(dialog.handle(.mouse(Mouse(.press, Point(28, 5)))) == .pressed(1))
    #expect(dialog.handle(.mouse(Mouse(.press, Point(3, 2)))) == .ignored)
  }

  @Test func aLongTextScrolls() {
    var dialog = makeDialog((1...40).map { "line \($0)" }.joined(separator: "\n"))
    let first = frame(40, 10) { dialog.draw(on: &$0, in: $0.bounds) }
    #expect(first.contains("line 1") && first.contains("▾ more"))
    for _ in 0..<60 { _ = dialog.handle(.down) }
    #expect(dialog.handle(.down) == .ignored)
    let last = frame(40, 10) { dialog.draw(on: &$0, in: $0.bounds) }
    #expect(last.contains("A draft is kept.") && !last.contains("more"))
  }
}
