import CRMStore
import Synchronization

/// What the rep wants of a job under way, and which operations it writes: set by one thread, looked at by another.
final class JobControl: Sendable {
  private struct State {
    var verdict = BulkVerdict.goOn
    var operations: Set<Int64> = []
  }

  private let state = Mutex(State())

  var verdict: BulkVerdict { state.withLock { $0.verdict } }
  var isRaised: Bool { verdict != .goOn }
  var operations: Set<Int64> { state.withLock { $0.operations } }

  func ask(_ verdict: BulkVerdict) { state.withLock { $0.verdict = verdict } }
  func note(_ operations: Set<Int64>) { state.withLock { $0.operations = operations } }
}
