import Testing

@testable import CRMStore

/// The program in a real terminal, pressed with real keys.
@Suite(.timeLimit(.minutes(1))) struct PtyOpeningTests {
  @Test func anEmptyBookOpensWithTheWaysToBegin() throws {
    let book = try PtyBook()
    let program = try book.open()
    try program.wait(for: "Load the demo book")
    #expect(program.screen.modes.isSuperset(of: [1049, 2004]))
  }

  @Test func aNewBookBeginsWithTheRepAndABoard() throws {
    let book = try PtyBook()
    let program = try book.open()
    try program.wait(for: "Load the demo book")
    let (me, boards, stages) = try book.store().read { reader in
      (try reader.me(), try reader.count(.board), try reader.count(.stage))
    }
    #expect(me != nil && boards == 1 && stages > 3)
  }

  @Test func theKeysOfADayWork() throws {
    let book = try PtyBook.demo()
    let program = try book.open()
    try program.wait(for: "Today")
    program.press("2")
    try program.wait(for: "250")
    let before = program.screen.text
    program.press("j")
    try program.wait(until: "another row is selected") { $0.text != before }
    program.press("/status:new")
    try program.wait(until: "the list is filtered") { $0.text.contains("of 250") && $0.text.contains("status:new") }
    program.press("\r")
    program.settle()
    program.press("\r")
    try program.wait(for: "Email")
    program.press("\u{1b}")
    try program.wait(for: "of 250")
    program.press("q")
    #expect(try program.fate() == .exited(0))
    #expect(program.traces == [])
    #expect(program.screen.strange == [])
  }

  @Test func aPasteGoesIntoTheFilterAndNotIntoTheKeys() throws {
    let book = try PtyBook.demo()
    let program = try book.open()
    program.press("2")
    try program.wait(for: "250")
    program.press("/\u{1b}[200~qqq\u{1b}[201~")
    try program.wait(for: "qqq")
    #expect(program.isRunning)
  }

  /// ncurses sends what it believes has changed; a full redraw shows whether it was right.
  @Test func aRedrawChangesNothing() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    for keys in [
      "2", "jjj", "\u{6}\u{6}", "/status:new", "\r", "\r", "\t\t", "\u{1b}", "\u{1b}", "4", "ll", "5", "1", "?",
    ] {
      program.press(keys)
      program.settle()
      let drawn = program.screen.text
      program.press("\u{c}")
      program.settle()
      #expect(program.screen.text == drawn, "after \(keys.debugDescription)")
    }
  }
}
