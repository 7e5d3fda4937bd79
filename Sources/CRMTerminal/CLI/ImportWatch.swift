import ArgumentParser
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// Carries an import out in front of a person: how far it is on a terminal, and a pause at Ctrl-C.
enum ImportWatch {
  static func run(_ job: ImportJob, rejects: RejectsChoice, json: Bool) throws {
    let flag = CancelFlag()
    let interruption = Interruption { flag.raise() }
    defer { withExtendedLifetime(interruption) {} }
    let isWatched = isatty(STDERR_FILENO) == 1
    let outcome = try job.apply(rejects: rejects) { progress in
      if isWatched { show(progress) }
      return flag.isRaised ? .pause : .goOn
    }
    if isWatched { Output.showProgress("") }
    try tell(outcome, json: json)
  }

  private static func show(_ progress: ImportProgress) {
    let total = progress.total.map { " of about \($0.grouped)" } ?? ""
    Output.showProgress("\(progress.done.grouped)\(total) rows …")
  }

  static func tell(_ outcome: ImportOutcome, json: Bool) throws {
    if json {
      try Output.print { try $0.line(outcome.json.text) }
    } else {
      try Output.print { output in
        let verb = outcome.isRefused || outcome.isCancelled ? "" : "Imported "
        try output.line(verb + TextWidth.sanitised(outcome.sentence) + ".")
        if outcome.isPaused, let run = outcome.run {
          try output.line("  `crm imports resume \(run)` goes on, `crm imports revert \(run)` takes it back.")
        }
        for remark in outcome.remarks { try output.line("  " + TextWidth.sanitised(remark)) }
      }
      list(outcome.report)
    }
    if outcome.isRefused { throw ExitCode.failure }
  }

  private static let listed = 20

  /// The rows that were left out, on standard error.
  private static func list(_ report: ImportReport) {
    for detail in report.details.prefix(listed) {
      Output.complain(TextWidth.sanitised("Row \(detail.row): \(detail.error)"))
    }
    if report.errors > listed { Output.complain("… and \((report.errors - listed).grouped) more rows") }
  }
}

extension ImportOutcome {
  /// v1's report, and what undoes it.
  fileprivate var json: JSONValue {
    guard case .object(var object) = report.json else { return report.json }
    object["success"] = .bool(!isRefused && !isCancelled && !isPaused)
    if isRefused || isCancelled {
      for name in ["imported", "created", "updated", "identical"] { object[name] = .integer(0) }
    }
    if let run { object["import"] = .integer(Int(run)) }
    if let rejectsPath { object["rejects"] = .string(rejectsPath) }
    return .object(object)
  }
}
