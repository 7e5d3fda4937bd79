import CRMDomain
import CRMStore
import TerminalKit

/// The search behind a list of duplicates: on the worker, with progress, begun anew after a change unless it is long.
@MainActor final class DuplicateSearch {
  private(set) var report: DuplicateReport?
  private(set) var isBusy = false
  /// True where something was changed since, and the search is too long to be begun anew by itself.
  private(set) var isStale = false
  private var progress: (done: Int, total: Int) = (0, 0)
  private var isAsked = false
  private var took = Duration.zero
  private let kind: EntityKind
  private let generation = Generation()

  init(_ kind: EntityKind) { self.kind = kind }

  /// Searches longer than this wait for the rep to ask.
  private static let patience = Duration.seconds(1)

  var progressText: String {
    progress.total == 0
      ? "looking…"
      : "looking: \(progress.done.formatted(grouping: ",")) of \(progress.total.formatted(grouping: ","))"
  }

  func lookAgain() { isAsked = false }

  func cancel() {
    _ = generation.next()
    isBusy = false
  }

  /// Begins where there is something to look for; `found` follows when the report is there.
  func begin(_ session: Session, isChanged: Bool, _ found: @escaping @MainActor () -> Void) {
    if isChanged, isAsked {
      if took > Self.patience { isStale = true } else { isAsked = false }
    }
    guard !isAsked else { return }
    (isAsked, isBusy, isStale) = (true, true, false)
    let number = generation.next()
    let (kind, store, worker, generation) = (kind, session.store, session.worker, generation)
    worker.perform(.looking) { [weak self] in
      let clock = ContinuousClock()
      let start = clock.now
      var last = start
      do {
        let report = try store.duplicates(of: kind) { done, total in
          if clock.now - last > .milliseconds(100) {
            last = clock.now
            worker.post { self?.note(done, total, number) }
          }
          return generation.current != number
        }
        let took = clock.now - start
        worker.post { if let report { self?.receive(report, took, number, found) } }
      } catch {
        let sentence = (error as? StoreProblem)?.sentence ?? "\(error)"
        worker.post { session.problem = sentence }
      }
    }
  }

  private func note(_ done: Int, _ total: Int, _ number: Int) {
    if generation.current == number { progress = (done, total) }
  }

  private func receive(_ report: DuplicateReport, _ took: Duration, _ number: Int, _ found: @MainActor () -> Void) {
    guard generation.current == number else { return }
    (self.report, self.took, isBusy) = (report, took, false)
    progress = (0, 0)
    found()
  }
}
