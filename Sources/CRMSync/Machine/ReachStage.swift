import CRMDomain
import CRMStore

/// A server of which no list could be read is not there, whatever it answers: nothing is sent to it.
struct ReachStage: SyncStage {
  func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) -> Step {
    guard round.listsRead == 0, round.listsFailed > 0 else { return .done }
    return .stop(.offline(retryAt: round.backoff(6)))
  }
}
