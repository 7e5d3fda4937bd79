extension ImportWizard {
  mutating func next() -> [Request] {
    guard let following = Step(rawValue: step.rawValue + 1) else { return [] }
    return go(following)
  }

  mutating func back() -> [Request] {
    if step == .history, let lookedFrom {
      step = lookedFrom
      self.lookedFrom = nil
      return []
    }
    guard let before = Step(rawValue: step.rawValue - 1) else { return [] }
    return go(before)
  }

  /// Shows what was imported before, which is nobody's next step; `back` leads to where one was.
  mutating func lookAtHistory() -> [Request] {
    guard step != .history else { return [] }
    lookedFrom = step
    step = .history
    return []
  }

  /// Goes to `target`, or to the first step on the way that is not done, and says what is missing there.
  mutating func go(_ target: Step) -> [Request] {
    for step in Step.allCases where step < target {
      guard let missing = missing(in: step) else { continue }
      self.step = step
      furthest = max(furthest, step)
      problem = missing
      return step == .rehearsal ? retry() : []
    }
    step = target
    furthest = max(furthest, target)
    return target == .rehearsal ? retry() : []
  }

  /// A dry run that failed may go well now: the file may be there again.
  private mutating func retry() -> [Request] {
    if case .failed = rehearsal { rehearsal = .none }
    return rehearse()
  }

  /// What has to be done in `step` before the next ones make sense, as a sentence; nil if nothing is.
  package func missing(in step: Step) -> String? {
    switch step {
    case .file:
      guard file != nil else { return "Choose a file first." }
      if let sentence = preview.problem, preview.rows.isEmpty { return sentence }
      return preview.rows.isEmpty ? "There are no rows to import below the names." : nil
    case .columns:
      return columns.contains { $0.target != .ignored } ? nil : "Give at least one column a field: enter on its row."
    case .matching:
      guard settings.matching.mode != .create, settings.matching.keys.isEmpty else { return nil }
      return "To update records, choose by what rows are matched."
    case .rehearsal: return run == .none && rehearsal != .done ? missingRehearsal : nil
    case .apply: return run == .none ? "Nothing was imported yet: a begins." : nil
    case .history: return nil
    }
  }

  private var missingRehearsal: String {
    switch rehearsal {
    case .failed(let sentence): sentence
    case .stale: "The rows are counted anew with what you corrected and decided."
    case .none, .running, .done: "Wait for the dry run."
    }
  }

  /// True for steps there is nothing left to do in.
  package func isDone(_ step: Step) -> Bool {
    switch step {
    case .file, .columns: furthest > step && missing(in: step) == nil
    case .matching: furthest > step && missing(in: step) == nil
    case .rehearsal: rehearsal == .done
    case .apply: run == .finished
    case .history: false
    }
  }
}
