import ArgumentParser
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// Why a command could not be carried out, for standard error.
struct CommandProblem: Error {
  let text: String
  let exitCode: ExitCode

  init(_ text: String, exitCode: ExitCode = .failure) {
    self.text = text
    self.exitCode = exitCode
  }

  /// What could not be understood of a query, with the place underlined.
  init(_ query: String, _ mistakes: [Mistake]) {
    let lines = mistakes.filter { $0.severity == .wrong }.flatMap { mistake -> [String] in
      let before = Self.text(query, 0..<mistake.range.lowerBound)
      let wrong = Self.text(query, mistake.range)
      let width = max(1, TextWidth.width(of: wrong))
      let underline =
        String(repeating: " ", count: TextWidth.width(of: before)) + "^" + String(repeating: "~", count: width - 1)
      return ["  " + TextWidth.sanitised(query), "  " + underline, TextWidth.sanitised(mistake.message)]
    }
    self.init(lines.joined(separator: "\n"), exitCode: .validationFailure)
  }

  private static func text(_ query: String, _ range: Range<Int>) -> String {
    let bytes = Array(query.utf8)
    return String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// Says what went wrong and leaves with the exit status of the manual.
  static func end(_ error: any Error) -> Never {
    switch error {
    case is Output.Closed: exit(EXIT_SUCCESS)
    case let problem as CommandProblem: end(problem.text, problem.exitCode)
    case let problem as StoreProblem: end("crm: \(TextWidth.sanitised(problem.sentence))", .failure)
    case let problem as ImportProblem: end("crm: \(TextWidth.sanitised(problem.sentence))", .failure)
    case let problem as ExportProblem: end("crm: \(TextWidth.sanitised(problem.sentence))", .failure)
    case let failure as SyncFailure: end("crm: \(TextWidth.sanitised(failure.sentence))", .failure)
    case let problem as TerminalProblem: end("crm: \(problem)", .failure)
    default: CRM.exit(withError: error)
    }
  }

  private static func end(_ text: String, _ code: ExitCode) -> Never {
    Output.complain(text)
    exit(code.rawValue)
  }
}
