import CRMDomain
import CRMStore

/// The values that a filter's completion offers, with how many records have each. They are found on the worker and kept
/// until a record of the kind changes.
@MainActor final class ValueOffers {
  private struct Question: Hashable {
    let kind: EntityKind
    let field: String
    let prefix: String
  }

  private var answers: [Question: [ValueCount]] = [:]
  private var asked: Set<Question> = []
  private let generation = Generation()
  private nonisolated static let most = 40

  /// What was found before may no longer be so.
  func forget() {
    asked = []
    generation.next()
  }

  /// What is known by now of the values that begin with `prefix`: the answer itself, or else what an earlier answer has of
  /// it. `answered` is called when there is more to know.
  func values(
    of info: FieldInfo, in kind: EntityKind, startingWith prefix: String, _ session: Session,
    answered: @escaping @MainActor @Sendable () -> Void,
  ) -> [ValueCount] {
    guard info.isGroupable, info.kind != .day, info.kind != .instant else { return [] }
    let question = Question(kind: kind, field: info.name, prefix: prefix)
    if asked.insert(question).inserted { ask(question, info, session, answered) }
    if let answer = answers[question] { return answer }
    for end in (0..<prefix.count).reversed() {
      let shorter = Question(kind: kind, field: info.name, prefix: String(prefix.prefix(end)))
      if let answer = answers[shorter] { return answer }
    }
    return []
  }

  private func ask(
    _ question: Question, _ info: FieldInfo, _ session: Session, _ answered: @escaping @MainActor @Sendable () -> Void,
  ) {
    if answers.count > 500 { answers = [:] }
    let number = generation.current
    let (store, worker, generation) = (session.store, session.worker, generation)
    worker.performWhenIdle { [weak self] in
      guard generation.current == number else { return }
      do throws(StoreProblem) {
        let found = try store.values(
          of: info, in: question.kind, startingWith: question.prefix, limit: Self.most
        ) { generation.current != number || worker.isBusy }
        let isCut = worker.isBusy && found.isEmpty
        worker.post {
          guard let self, generation.current == number else { return }
          if isCut {
            self.asked.remove(question)
          } else {
            self.answers[question] = found
          }
          answered()
        }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }
}
