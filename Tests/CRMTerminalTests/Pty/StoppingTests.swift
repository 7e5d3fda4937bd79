import CRMDomain
import CRMStore
import Foundation
import Testing

/// ^Z and `fg`, the rep's editor, and long work meanwhile.
@Suite(.timeLimit(.minutes(1))) struct PtyStoppingTests {
  @Test func controlZGivesTheTerminalBackAndFgTakesItAgain() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.press("\u{1a}")
    #expect(try program.fate() == .stopped)
    #expect(program.traces == [])
    program.continueInForeground()
    #expect(try program.fate() == .continued)
    try program.wait(until: "the screen is back") { $0.modes.contains(1049) && $0.text.contains("MyCRM") }
    #expect(program.hasTerminal)
    program.press("2")
    try program.wait(for: "250")
    program.press("q")
    #expect(try program.fate() == .exited(0))
    #expect(program.traces == [])
  }

  @Test func aStopSignalFromElsewhereIsTheSame() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.send(SIGTSTP)
    #expect(try program.fate() == .stopped)
    #expect(program.traces == [])
    program.continueInForeground()
    #expect(try program.fate() == .continued)
    try program.wait(until: "the screen is back") { $0.modes.contains(1049) && $0.text.contains("MyCRM") }
  }

  @Test func theNotesGoToTheEditorAndBack() throws {
    let book = try PtyBook.demo()
    let editor = book.folder + "/editor"
    let script = "#!/bin/sh\nstty -a >'\(book.folder)/modes'\nprintf 'from the editor' >\"$1\"\n"
    try script.write(toFile: editor, atomically: true, encoding: .utf8)
    chmod(editor, 0o700)
    let program = try book.opened(["EDITOR": editor])
    program.press("2")
    try program.wait(for: "250")
    program.settle()
    program.press("\r")
    try program.wait(for: "Email")
    program.press("N")
    try program.wait(for: "from the editor")
    let modes = try String(contentsOfFile: book.folder + "/modes", encoding: .utf8)
    #expect(modes.contains(" icanon") && modes.contains(" echo "))
    #expect(program.hasTerminal)
    let left = try FileManager.default.contentsOfDirectory(atPath: book.folder)
    #expect(left.filter { $0.hasSuffix(".md") } == [])
  }

  @Test func anEditorThatFailsLeavesTheNotesAlone() throws {
    let book = try PtyBook.demo()
    let program = try book.opened(["EDITOR": "/bin/false"])
    program.press("2")
    try program.wait(for: "250")
    program.settle()
    program.press("N")
    try program.wait(for: "EDITOR")
    #expect(program.hasTerminal)
  }

  @Test func aJobGoesOnAfterControlZ() throws {
    let book = try Self.crowd()
    let program = try Self.runJob(book)
    program.press("\u{1a}")
    #expect(try program.fate() == .stopped)
    #expect(program.traces == [])
    program.continueInForeground()
    #expect(try program.fate() == .continued)
    try program.wait(for: "undoes it")
    #expect(try Self.tagged(book) == Self.crowdSize)
  }

  @Test func whatAJobHasDoneWhenTheLineIsCutIsOneEntry() throws {
    let book = try Self.crowd()
    let program = try Self.runJob(book)
    program.send(SIGHUP)
    _ = try program.fate()
    #expect(program.traces == [])
    try Self.checkPieces(book)
    #expect(try book.damage() == [])
  }

  @Test func whatAJobHasDoneBeforeAKillIsOneEntry() throws {
    let book = try Self.crowd()
    let program = try Self.runJob(book)
    program.send(SIGKILL)
    _ = try program.fate()
    try Self.checkPieces(book)
    #expect(try book.damage() == [])
  }

  private static let crowdSize = 3000

  private static func crowd() throws -> PtyBook {
    try PtyBook { store in
      try store.transact("Add a crowd") { writer in
        for number in 0..<crowdSize {
          var lead = Lead()
          lead.firstName = "Number"
          lead.lastName = "\(number)"
          try writer.insert(lead)
        }
      }
    }
  }

  /// Tags everybody, and returns while that is going on.
  private static func runJob(_ book: PtyBook) throws -> PtyProgram {
    let program = try book.opened()
    program.press("2")
    try program.wait(for: "3,000")
    program.settle()
    program.press("*#")
    program.settle()
    program.press("seen\r")
    try program.wait(for: "3,000 change")
    program.press("d")
    try program.wait(until: "the job has begun") { $0.text.contains("%") || $0.text.contains("undoes it") }
    return program
  }

  /// Whole pieces are there, and one undo takes all of them away.
  private static func checkPieces(_ book: PtyBook) throws {
    let done = try tagged(book)
    #expect(done % BulkWork.piece == 0 || done == crowdSize, "\(done)")
    guard done > 0 else { return }
    #expect(try book.store().undo()?.records == done)
    #expect(try tagged(book) == 0)
  }

  private static func tagged(_ book: PtyBook) throws -> Int {
    let store = try book.store()
    return try store.read { reader in
      try reader.ids(ListQuery(.lead, now: store.now, today: Day(daysSince1970: 0))).filter {
        try reader.tags(.lead, $0) == ["seen"]
      }.count
    }
  }
}
