import CRMDomain
import CRMStore
import Testing

@Suite(.timeLimit(.minutes(1))) struct PtyTwoProgramsTests {
  @Test func twoProgramsOnOneBookDoNotDisturbEachOther() throws {
    let book = try PtyBook.demo()
    let programs = [try book.opened(), try book.opened()]
    for program in programs {
      program.press("2")
      try program.wait(for: "250")
    }
    for round in 0..<3 {
      for (number, program) in programs.enumerated() {
        program.press("2n")
        try program.wait(until: "the form is open") { $0.text.contains("New lead") && !$0.text.contains("undoes it") }
        // Each is somebody else, so that no duplicate is offered.
        let name = ["Quillon", "Brastow", "Vexley", "Ormsund", "Tjark", "Halvard"][round * 2 + number]
        program.press("Twin\t\(name)\t\t\t\t\t\t" + "\(name)@a.example\u{13}")
        try program.wait(for: "undoes it")
      }
    }
    for program in programs {
      program.press("q")
      #expect(try program.fate() == .exited(0))
      #expect(program.traces == [])
    }
    #expect(try book.store().read { try $0.count(.lead) } == 256)
    #expect(try book.damage() == [])
  }

  /// Esc may begin a longer key, so that the rest is waited for: not for ever, whatever another program writes meanwhile.
  @Test func escArrivesWhileAnotherProgramWrites() throws {
    let book = try PtyBook.demo()
    let program = try book.opened()
    program.press("2")
    try program.wait(for: "250")
    program.press("n")
    try program.wait(for: "New lead")
    let store = try book.store()
    let lead = try #require(try store.read { try $0.all(Lead.self) }.first).id.rawValue
    program.press("\u{1B}")
    for number in 0..<100 {
      try store.transact("Note") { _ = try $0.set(["notes": .text("\(number)")], in: .lead, lead) }
    }
    try program.wait(until: "the form is closed") { !$0.text.contains("New lead") }
    program.press("q")
    #expect(try program.fate() == .exited(0))
  }
}
