import CRMDomain
import CRMStore

/// Reads the newest rows again of kinds of which many were written at once: one list tells what became of all of them.
struct ReviewStage: SyncStage {
  private var pulls: [PullStage]?

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    var waiting = pulls ?? Round.kinds.filter(round.toReview.contains).map { PullStage(kind: $0, isReview: true) }
    defer { pulls = waiting }
    guard !waiting.isEmpty else { return .done }
    let step = try waiting[0].step(answers, &round, &store)
    guard case .done = step else { return step }
    waiting.removeFirst()
    return .again
  }
}
