import Foundation
import Testing

/// Terminals of other kinds, and none.
@Suite(.timeLimit(.minutes(1))) struct PtySurroundingsTests {
  @Test(arguments: ["no-such-terminal", "", "xterm", "screen", "tmux-256color", "linux", "vt100", "xterm-mono"])
  func aTerminalThatCanPlaceItsCursorWillDo(term: String) throws {
    let book = try PtyBook.demo()
    let program = try book.open(["TERM": term])
    try program.wait(for: "Today")
    program.press("q")
    #expect(try program.fate() == .exited(0))
  }

  @Test func aDumbTerminalIsRefusedWithASentence() throws {
    let book = try PtyBook.demo()
    let program = try book.open(["TERM": "dumb"])
    #expect(try program.fate() == .exited(1))
    #expect(program.screen.text.contains("cannot place its cursor"))
    #expect(program.traces == [])
  }

  @Test func aPipeIsRefusedWithASentence() throws {
    let book = try PtyBook.demo()
    let (process, said) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: try PtyProgram.path())
    process.arguments = ["--db", book.path]
    process.environment = book.environment()
    (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, said, said)
    try process.run()
    let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.contains("needs a terminal"))
    #expect(!text.contains("\u{1b}"))
    #expect(process.terminationStatus != 0)
  }

  @Test(arguments: [("1", false), (nil, true)])
  func noColorMeansNoColor(value: String?, usesColor: Bool) throws {
    let book = try PtyBook.demo()
    let program = try book.opened(["NO_COLOR": value])
    program.press("24")
    program.settle()
    #expect(program.screen.usesColor == usesColor)
  }

  @Test func aLocaleWithoutUTF8IsSurvived() throws {
    let book = try PtyBook.demo()
    let program = try book.opened(["LANG": "POSIX"])
    program.press("2")
    try program.wait(for: "250")
    #expect(program.screen.strange == [])
  }
}
