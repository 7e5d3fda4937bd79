import CRMDomain
import CRMStore
import CRMTestSupport
import Foundation
import TerminalKit
import Testing

@testable import CRMTerminal

/// Hands on the keyboard that know nothing.
@MainActor @Suite(.serialized) struct FuzzTests {
  @Test func threeThousandRandomEventsBreakNothing() throws {
    setenv("VISUAL", "true", 1)
    let wanted = ProcessInfo.processInfo.environment["CRM_TEST_SEED"].flatMap(UInt64.init)
    let seed = wanted ?? .random(in: 0...999_999)
    print("threeThousandRandomEventsBreakNothing: CRM_TEST_SEED=\(seed)")
    var hands = Hands(seed: seed)
    let book = try TestBook(isDemo: true)
    // What the hands export is written beside the book.
    let home = FileManager.default.currentDirectoryPath
    #expect(FileManager.default.changeCurrentDirectoryPath(book.folder))
    defer { _ = FileManager.default.changeCurrentDirectoryPath(home) }
    var robot = Robot(book)
    for count in 1...3000 {
      if robot.hasLeft { robot = Robot(book) }
      let event = hands.next(in: robot.terminal.size)
      robot.send(event)
      let found = faults(of: robot.terminal.canvas)
      #expect(found.isEmpty, "seed \(seed), event \(count), \(event): \(found)")
      #expect(!robot.app.screens.isEmpty, "seed \(seed), event \(count), \(event): no screen is left")
    }
    #expect(try book.store.integrityProblems().isEmpty, "seed \(seed)")
  }
}

/// Keys as a rep presses them, more or less: commands, words, and now and then a mouse or another window.
private struct Hands {
  private var dice: SplitMix64
  init(seed: UInt64) { dice = SplitMix64(seed: seed) }

  private static let letters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /:?!#~*.,|[]+-<>=()\"'@%日é")
  private static let others: [Key] = [
    .enter, .enter, .escape, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .down, .left, .right,
    .home, .end, .pageUp, .pageDown, .shiftLeft, .shiftRight, .shiftUp, .function(1), .function(9), .control("s"),
    .control("s"), .control("r"), .control("p"), .control("l"), .control("z"), .control("u"), .control("d"),
    .control("e"), .control("w"), .alt("b"), .alt("x"), .paste("two\nlines\u{1B}[31m"), .focusIn, .focusOut,
    .character(""), .character("👨‍👩‍👧"),
  ]
  private static let actions: [Mouse.Action] = [
    .press, .press, .release, .drag, .doubleClick, .wheelUp, .wheelDown, .rightPress,
  ]

  mutating func next(in size: Size) -> TerminalEvent {
    switch dice.int(0...99) {
    case 0..<50: .key(.character(String(dice.pick(Self.letters))))
    case 50..<84: .key(dice.pick(Self.others))
    case 84..<97:
      .key(.mouse(Mouse(dice.pick(Self.actions), Point(dice.int(-1...size.columns), dice.int(-1...size.rows)))))
    default: .resize(Size(dice.int(0...220), dice.int(0...60)))
    }
  }
}
