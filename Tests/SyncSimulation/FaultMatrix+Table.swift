import V1Simulator

extension FaultMatrix {
  /// The whole table, as it stands in `Docs/SYNC-FAULTS.md`.
  package static func markdown() -> String {
    var counts: [Bool: Int] = [:]
    let rows = Fault.allCases.map { fault in
      let cells = RoundStep.allCases.map { step -> String in
        let outcome = outcome(fault, at: step)
        if case .cannotHappen = outcome { counts[false, default: 0] += 1 } else { counts[true, default: 0] += 1 }
        return cell(outcome)
      }
      return "| \(fault.name) | \(cells.joined(separator: " | ")) |"
    }
    let heads = RoundStep.allCases.map(\.rawValue)
    let table =
      ["| | \(heads.joined(separator: " | ")) |", "|---|\(String(repeating: "---|", count: heads.count))"] + rows
    let reasons = Reason.allCases.map { "- \(letter($0)): \($0.rawValue)" }
    return [
      introduction, "\(counts[true] ?? 0) cells are played, \(counts[false] ?? 0) cannot happen.",
      table.joined(separator: "\n"), "Why a cell cannot happen:", reasons.joined(separator: "\n"), localFaults,
    ].joined(separator: "\n\n") + "\n"
  }

  private static func cell(_ outcome: Outcome) -> String {
    switch outcome {
    case .holds: "holds"
    case .cannotHappen(let reason): letter(reason)
    case .breaks(let how): "**breaks**: \(how)"
    }
  }

  private static func letter(_ reason: Reason) -> String {
    let index = Reason.allCases.firstIndex(of: reason) ?? 0
    return String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index)))
  }

  private static let introduction = """
    # What can go wrong, and where

    For contributors. Made by `swift run -c release SyncStorm matrix`; `FaultMatrixTests` plays every cell again and compares.

    A cell is a history in which that fault happens exactly once, at the first request of that step. Afterwards it is calm,
    and every invariant of [SYNC.md](SYNC.md) must hold: *holds* says that it does. The server is the documented one; random
    histories on all of them are another test's business.
    """

  private static let localFaults = """
    F44 ends with a question to a person, not in agreement: the book stays as it was. F45 drops the machine before the
    request leaves and after the server had it. F46 loses the transaction that the answer led to. F47 begins a second round
    on the same book, which must find it taken. A real `kill -9` and a real full disk are a matter of the database, and of
    its tests.
    """
}
