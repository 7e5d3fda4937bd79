import CRMTestSupport
import Foundation
import TerminalKit
import Testing

@testable import CRMTerminal

struct KeyTests {
  @Test func noKeyMeansTwoThingsInOnePlace() {
    for context in Context.allCases {
      let keys = Actions.all.filter { $0.context == context }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context.title) has a key twice")
    }
  }

  @Test func noPlaceTakesAKeyFromEverywhere() {
    let everywhere = Set(Actions.all.filter { $0.context == .everywhere }.flatMap(\.keys))
    for action in Actions.all where action.context != .everywhere {
      #expect(everywhere.isDisjoint(with: action.keys), "\(action.title) in \(action.context.title)")
    }
  }

  /// Lists hand these to their cursor before the action table is asked.
  @Test func noActionWaitsForAKeyThatMovesTheCursor() {
    let moving: Set<Key> = [
      "j", "k", "g", "G", .up, .down, .pageUp, .pageDown, .home, .end, .control("f"), .control("b"), .control("d"),
      .control("u"),
    ]
    for action in Actions.all { #expect(moving.isDisjoint(with: action.keys), "\(action.title)") }
  }

  @Test func everyHintOfTheFooterHasAKey() {
    for action in Actions.all where action.footer > 0 { #expect(!action.keys.isEmpty, "\(action.title)") }
  }

  @Test func everyCommandIsInTheTable() {
    #expect(Set(Command.allCases).subtracting(Actions.all.map(\.command)).isEmpty)
  }

  @Test func everyHelpIsASentence() {
    for action in Actions.all {
      #expect(action.help.hasSuffix(".") && action.help.first?.isUppercase == true, "\(action.help)")
    }
  }

  @Test func theManualIsMadeFromTheTable() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.path + "/Docs/KEYS.md"
    if ProcessInfo.processInfo.environment["CRM_RECORD_KEYS"] != nil {
      try KeyManual.markdown.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    #expect(recorded == KeyManual.markdown, "Docs/KEYS.md is stale: CRM_RECORD_KEYS=1 swift test --filter KeyTests")
  }
}
