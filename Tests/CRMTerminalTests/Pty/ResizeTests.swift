import Testing

@Suite(.timeLimit(.minutes(1))) struct PtyResizeTests {
  @Test func everySizeIsSurvived() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    for (columns, rows) in [(1, 1), (0, 0), (300, 100), (40, 12), (10, 3), (1, 100), (300, 1), (80, 24)] {
      program.resize(columns, rows)
      program.press("24jk1")
      program.settle(60)
      #expect(program.isRunning)
    }
    program.press("2")
    try program.wait(for: "250")
    program.press("q")
    #expect(try program.fate() == .exited(0))
    #expect(program.traces == [])
  }

  @Test func aStormOfSizesEndsWithTheLastOne() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    for size in 20..<120 { program.resize(size, size / 3) }
    program.resize(100, 30)
    program.settle()
    program.press("2")
    try program.wait(for: "250")
    #expect(program.screen.lines.count == 30)
  }
}
