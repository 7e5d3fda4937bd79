import CRMStore
import Synchronization

/// What the rep wants of a job under way, and which operation it writes: set by one thread, looked at by another.
final class JobControl: Sendable {
  private struct State {
    var verdict = BulkVerdict.goOn
    var operation: Int64?
  }

  private let state = Mutex(State())

  var verdict: BulkVerdict { state.withLock { $0.verdict } }
  var isRaised: Bool { verdict != .goOn }
  var operation: Int64? { state.withLock { $0.operation } }

  func ask(_ verdict: BulkVerdict) { state.withLock { $0.verdict = verdict } }
  func note(operation: Int64?) { state.withLock { $0.operation = operation } }
}
