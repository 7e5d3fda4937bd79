import CRMDomain
import CRMStore
import Testing

/// Names that would act on the terminal if they reached it.
@Suite(.timeLimit(.minutes(1))) struct PtyHostileTests {
  private static let poisons = [
    "\u{1b}]0;owned\u{7}", "\u{1b}[2J", "\u{1b}[?1049l", "\u{1b}[31mred", "\u{1b}c", "\u{1b}]52;c;aGk=\u{7}",
    "\u{1b}P+q\u{1b}\\", "\u{9b}31m", "\u{9d}0;x\u{9c}", "\u{90}q", "\u{85}", "\u{8d}", "a\u{8}\u{8}b", "a\rb", "a\nb",
    "a\tb", "\u{7}\u{7}", "\u{0}nul", "\u{7f}", "\u{e}\u{f}", "\u{202e}evil", "\u{2066}iso", "\u{200f}rtl",
    "\u{feff}bom", "\u{e0041}tag", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "\u{301}alone", "\u{200b}zero",
    "👩‍👩‍👧‍👦 family", "🇫🇷🇩", "漢字漢字漢字漢字漢字漢字漢字", "\u{fffd}", "\u{ffff}", "\u{10ffff}", "\u{2028}", "\u{2029}",
    "\u{18}\u{1a}", "\u{5}enq", "\u{1b}[6n", "\u{1b}[c", "\u{1b}[>c", "\u{1b}Z", "\u{1b}#8", "\u{1b}(0lqk",
    "\u{1b}[?5h",
    "\u{1b}[20h", "\u{1b}]8;;http://x\u{7}", "\u{1b}[5i", "\u{1b}_x\u{1b}\\", "\u{1b}[8;1;1t",
  ]

  @Test func fiftyOfThemDoNothing() throws {
    let book = try PtyBook { store in
      try store.transact("Add poison") { writer in
        for poison in Self.poisons { try writer.insert(Self.lead(poison)) }
      }
    }
    let program = try book.opened(columns: 120, rows: 70)
    program.press("2")
    try program.wait(for: "\(Self.poisons.count)")
    for _ in Self.poisons { program.press("j") }
    program.settle()
    program.press("\r")
    program.settle()
    program.press("e")
    program.settle()
    program.press("\u{1b}")
    program.settle()
    #expect(program.screen.strange == [])
    #expect(program.screen.clipboard == [])
    #expect(program.screen.modes.contains(1049))
    program.send(15)
    _ = try program.fate()
    #expect(program.screen.strange == [])
    #expect(program.traces == [])
  }

  private static func lead(_ poison: String) -> Lead {
    var lead = Lead()
    lead.firstName = poison
    lead.lastName = poison + "Smith"
    lead.companyName = "Poison \(poison)"
    lead.notes = poison
    lead.tags = [poison]
    return lead
  }
}
