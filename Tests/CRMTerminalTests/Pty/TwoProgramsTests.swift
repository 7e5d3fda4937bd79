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
}
