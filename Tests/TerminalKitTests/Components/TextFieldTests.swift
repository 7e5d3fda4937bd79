import Testing

@testable import TerminalKit

struct TextFieldTests {
  private func typed(_ text: String, _ keys: Key...) -> TextField {
    var field = TextField(text)
    for key in keys { _ = field.handle(key) }
    return field
  }

  @Test func wordsAndLinesAreDeletedAsInAShell() {
    #expect(typed("ada king lovelace", .control("w")).text == "ada king ")
    #expect(typed("ada king lovelace", .alt("b"), .alt("b"), .control("k")).text == "ada ")
    #expect(typed("ada king lovelace", .alt("b"), .control("u")).text == "lovelace")
    #expect(typed("ada king", .home, .alt("f"), .delete, .alt("d")).text == "ada")
    #expect(typed("ada", .control("a"), .character("x"), .control("e"), .character("y")).text == "xaday")
    #expect(typed("mail@example.com", .alt("\u{7F}")).text == "mail@example.")
  }

  @Test func graphemesAreDeletedWhole() {
    #expect(typed("👨‍👩‍👧‍👦", .backspace).text == "")
    #expect(typed("e\u{301}x", .left, .backspace).text == "x")
    #expect(typed("🇩🇪🇫🇷", .backspace).text == "🇩🇪")
  }

  @Test func whatIsTypedCanCombineWithWhatIsThere() {
    let field = typed("ae", .left, .character("\u{301}"), .character("b"))
    #expect(field.text == "a\u{301}be")
    #expect(field.cursor == 2)
  }

  @Test func pastedLineEndsBecomeBlanks() {
    #expect(typed("", .paste("one\ntwo\r\nthree")).text == "one two three")
  }

  @Test func aLongTextScrollsWithTheCursor() {
    var field = TextField("The Analytical Engine")
    #expect(frame(8, 1) { field.draw(on: &$0, in: $0.bounds) } == " Engine")
    #expect(field.cursorPoint == Point(7, 0))
    _ = field.handle(.home)
    #expect(frame(8, 1) { field.draw(on: &$0, in: $0.bounds) } == "The Anal")
    #expect(field.cursorPoint == Point(0, 0))
  }

  @Test func aClickPlacesTheCursorBetweenWideLetters() {
    var field = TextField("日本語 abc")
    _ = frame(20, 2) { field.draw(on: &$0, in: Rect(4, 1, 12, 1)) }
    _ = field.handle(.mouse(Mouse(.press, Point(8, 1))))
    #expect(field.cursor == 2)
    #expect(field.cursorPoint == Point(8, 1))
    #expect(field.handle(.mouse(Mouse(.press, Point(8, 0)))) == .ignored)
    _ = field.handle(.mouse(Mouse(.press, Point(15, 1))))
    #expect(field.cursor == 7)
  }

  @Test func anEmptyFieldShowsItsPlaceholder() {
    var field = TextField(placeholder: "e-mail")
    #expect(frame(10, 1) { field.draw(on: &$0, in: $0.bounds) } == "e-mail")
    _ = field.handle(.character("a"))
    #expect(frame(10, 1) { field.draw(on: &$0, in: $0.bounds) } == "a")
  }

  @Test func aMistakeIsUnderlined() {
    var field = TextField("stat:new")
    field.errorRange = 0..<4
    var canvas = Canvas(size: Size(10, 1))
    field.draw(on: &canvas, in: canvas.bounds)
    #expect((0..<6).map { canvas[$0, 0].emphasis == .underline } == [true, true, true, true, false, false])
  }
}

struct TextAreaTests {
  @Test func upAndDownKeepTheirColumnOverShortLines() {
    var area = TextArea("a long line\nx\nanother line")
    _ = frame(30, 5) { area.draw(on: &$0, in: $0.bounds) }
    #expect(area.handle(.up) == .moved)
    #expect(area.handle(.up) == .moved)
    #expect(area.handle(.up) == .ignored)
    #expect(area.cursorPoint == nil || area.cursor == 11)
    #expect(area.handle(.down) == .moved)
    #expect(area.handle(.down) == .moved)
    #expect(area.cursor == area.text.count)
    #expect(area.handle(.down) == .ignored)
  }

  @Test func longLinesAreWrappedBetweenWords() {
    var area = TextArea("Met at the expo, wants a proposal")
    #expect(frame(14, 4) { area.draw(on: &$0, in: $0.bounds) } == "Met at the\nexpo, wants a\nproposal\n")
    #expect(area.cursorPoint == Point(8, 2))
  }

  @Test func enterSplitsALineAndBackspaceJoinsThem() {
    var area = TextArea("ab")
    _ = area.handle(.left)
    #expect(area.handle(.enter) == .changed)
    #expect(area.text == "a\nb")
    #expect(area.handle(.backspace) == .changed)
    #expect(area.text == "ab")
  }

  @Test func aClickPlacesTheCursorInItsLine() {
    var area = TextArea("one\ntwo\nthree")
    _ = frame(20, 3) { area.draw(on: &$0, in: $0.bounds) }
    _ = area.handle(.mouse(Mouse(.press, Point(1, 1))))
    #expect(area.cursor == 5)
    _ = area.handle(.mouse(Mouse(.press, Point(15, 0))))
    #expect(area.cursor == 3)
  }

  @Test func onlyTheLinesAroundTheCursorAreShown() {
    var area = TextArea((1...9).map { "line \($0)" }.joined(separator: "\n"))
    #expect(frame(10, 2) { area.draw(on: &$0, in: $0.bounds) } == "line 8\nline 9")
    for _ in 0..<8 { _ = area.handle(.up) }
    #expect(frame(10, 2) { area.draw(on: &$0, in: $0.bounds) } == "line 1\nline 2")
  }
}
