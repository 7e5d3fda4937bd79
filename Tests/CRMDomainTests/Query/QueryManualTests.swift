import Foundation
import Testing

@testable import CRMDomain

/// `Docs/QUERY.md` says what the program does.
@Suite struct QueryManualTests {
  private let lines: [String]

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    lines = try String(contentsOf: root.appending(path: "Docs/QUERY.md"), encoding: .utf8).components(separatedBy: "\n")
  }

  @Test func everyExampleParses() throws {
    var kind: EntityKind?
    var count = 0
    for line in lines {
      if line.hasPrefix("```") {
        kind = EntityKind(word: String(line.dropFirst(3)))
      } else if let kind {
        let example = try #require(line.components(separatedBy: "  ").first)
        let parsed = QueryParser(kind: kind, fields: kind.fields).parse(example)
        #expect(parsed.mistakes.isEmpty && parsed.isComplete && parsed.query != .all, "\(example): \(parsed.mistakes)")
        count += 1
      }
    }
    #expect(count > 50)
  }

  @Test func everyRuleIsListed() {
    for flag in QueryFlag.allCases {
      let kinds = EntityKind.allCases.filter(flag.kinds.contains).map { $0 == .opportunity ? "deals" : $0.plural }
      let row = "| `\(flag.rawValue)` | \(kinds.joined(separator: ", ")) | \(flag.documentation) |"
      #expect(lines.contains(row), "\(row)")
    }
  }
}
