import Foundation
import Testing

@testable import TerminalKit

@MainActor struct MemoryTerminalTests {
  @Test func itShowsTextAndTellsWhatWasDone() {
    let terminal = MemoryTerminal(size: Size(10, 2), events: [.key(.enter)])
    var canvas = Canvas(size: terminal.size)
    canvas.put("hello", at: Point(1, 1))
    terminal.show(canvas, cursor: Point(0, 1))
    terminal.copy("x")
    #expect(terminal.text == ["", " hello"])
    #expect(terminal.cursor == Point(0, 1))
    #expect(terminal.paints == 1)
    #expect(terminal.copied == ["x"])
    #expect(terminal.events(waitingAtMost: nil) == [.key(.enter)])
    #expect(terminal.events(waitingAtMost: nil) == [])
  }

  @Test func aScriptedResizeChangesTheSizeAndAStopIsResumed() {
    let terminal = MemoryTerminal(size: Size(10, 2))
    terminal.script(.resize(Size(4, 1)))
    terminal.stop()
    #expect(terminal.events(waitingAtMost: 0) == [.resize(Size(4, 1)), .resumed])
    #expect(terminal.size == Size(4, 1))
  }
}

struct ClipboardSequenceTests {
  private func copied(_ text: String) throws -> String {
    let bytes = ClipboardSequence(text).bytes.map { UInt8(bitPattern: $0) }
    let sequence = String(decoding: bytes, as: UTF8.self)
    let start = "\u{1B}]52;c;"
    try #require(sequence.hasPrefix(start) && sequence.hasSuffix("\u{7}"))
    let data = try #require(Data(base64Encoded: String(sequence.dropFirst(start.count).dropLast())))
    return String(decoding: data, as: UTF8.self)
  }

  @Test func textIsKeptAndControlsAreNot() throws {
    #expect(try copied("Ada\tLovelace\n") == "Ada\tLovelace\n")
    #expect(try copied("a\u{1B}]0;b\u{7}\u{9B}\u{0}c") == "a]0;bc")
    #expect(try copied("") == "")
  }

  @Test func aLongTextEndsAtAWholeCharacter() throws {
    let text = try copied(String(repeating: "日", count: 100_000))
    #expect(text.utf8.count == ClipboardSequence.mostBytes)
    #expect(text.allSatisfy { $0 == "日" })
    #expect(ClipboardSequence(String(repeating: "x", count: 1_000_000)).bytes.count <= 100_010)
  }
}

struct TerminalNamesTests {
  @Test(arguments: [
    ("xterm", "truecolor", ["xterm-256color", "xterm", "xterm-256color", "vt100"]),
    ("xterm", nil, ["xterm", "xterm-256color", "vt100"]),
    ("tmux-256color", "truecolor", ["tmux-256color", "xterm-256color", "vt100"]),
    ("linux", "24bit", ["linux", "xterm-256color", "vt100"]),
  ])
  func colorfulTerminalsAreBelieved(term: String, colorTerm: String?, candidates: [String]) {
    #expect(TerminalNames(term: term, colorTerm: colorTerm).candidates == candidates)
  }
}
