import Foundation
import Testing

/// However the program ends, the terminal is as it was found.
@Suite(.timeLimit(.minutes(1))) struct PtyLeavingTests {
  @Test func qPutsTheTerminalBack() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.press("q")
    #expect(try program.fate() == .exited(0))
    #expect(program.traces == [])
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func aSignalToLeavePutsTheTerminalBack(signal: Int32) throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.send(signal)
    #expect(try program.fate() == .exited(Int(128 + signal)))
    #expect(program.traces == [])
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGILL])
  func aCrashPutsTheTerminalBackAndIsStillACrash(signal: Int32) throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.send(signal)
    #expect(try program.fate() == .killed(signal))
    #expect(program.traces == [])
  }

  @Test func aClosedTerminalEndsTheProgram() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.hangUp()
    let fate = try program.fate()
    #expect(fate == .exited(Int(128 + SIGHUP)))
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func whatWasTypedIsOfferedAtTheNextStart(signal: Int32) throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    typeName(in: program)
    program.send(signal)
    _ = try program.fate()
    #expect(program.traces == [])
    try expectOffer(in: book)
  }

  @Test func whatWasTypedIsKeptWhenTheTerminalIsClosed() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    typeName(in: program)
    program.hangUp()
    _ = try program.fate()
    try expectOffer(in: book)
  }

  private func typeName(in program: PtyProgram) {
    program.press("2")
    program.settle()
    program.press("n")
    program.settle()
    program.press("Zuleika")
    program.settle()
  }

  private func expectOffer(in book: PtyBook) throws {
    #expect(try book.store().read { try $0.drafts() } == ["lead:new"])
    let next = try book.open()
    try next.wait(for: "Unsaved work")
    next.press("g")
    try next.wait(for: "Zuleika")
  }
}

extension PtyBook {
  /// The program with its first screen drawn.
  func opened(_ changes: [String: String?] = [:], columns: Int = 80, rows: Int = 24) throws -> PtyProgram {
    let program = try open(changes, columns: columns, rows: rows)
    try program.wait(for: "MyCRM")
    program.settle()
    return program
  }
}
