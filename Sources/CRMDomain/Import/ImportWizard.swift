/// Where an import stands, from the choice of a file to what became of it: a value, moved by events, that asks for what
/// it cannot do itself.
///
/// No I/O and no clock. One can go back from every step, and nothing that was set is lost by it. What was decided is
/// `plan`, the same that runs without a screen.
package struct ImportWizard: Hashable, Sendable {
  package enum Step: Int, CaseIterable, Hashable, Sendable, Comparable {
    case file, columns, matching, rehearsal, apply, history

    package static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }

    package var title: String {
      switch self {
      case .file: "File"
      case .columns: "Columns"
      case .matching: "Matching"
      case .rehearsal: "Dry run"
      case .apply: "Apply"
      case .history: "History"
      }
    }
  }

  package enum Event: Hashable, Sendable {
    // File
    case open(String)
    case opened(ImportFile)
    case refused(path: String, sentence: String)
    case choose(EntityKind)
    case read(ImportPlan.DialectChoice)
    /// The custom fields there are, and the mappings that were kept.
    case know(fields: [EntityKind: [FieldInfo]], saved: [Saved])
    // Columns
    case fill(Int, field: String)
    case keepAsCustom(Int)
    case ignore(Int)
    case setOptions(Int, ColumnOptions)
    case use(saved: String)
    case save(name: String)
    // Matching
    case match(ImportPlan.Matching)
    case stamp(field: String, String?)
    case makeContacts(Bool)
    case follow(ImportPlan.Policy)
    case runWorkflows(Bool)
    // Dry run
    case correct(row: Int, column: Int, String?)
    case decide(row: Int, ImportPlan.Decision?)
    /// Counts anew what corrections and decisions changed.
    case recount
    case rehearsed(revision: Int)
    case rehearsalFailed(revision: Int, String)
    // Apply
    case start
    case started
    case finished
    case failed(String)
    // Steps
    case next
    case back
    case go(Step)
    /// Begins with another file; mappings and fields stay known.
    case restart
  }

  package enum Request: Hashable, Sendable {
    case open(String)
    case rehearse(revision: Int)
    case save(name: String, ImportPlan)
    case apply(ImportPlan)
  }

  /// A plan kept under a name, and the columns it was made for.
  package struct Saved: Hashable, Sendable {
    package let name: String
    package let plan: ImportPlan
    package init(name: String, plan: ImportPlan) {
      self.name = name
      self.plan = plan
    }

    package var fingerprint: String { ColumnMapping.fingerprint(of: plan.columns.map(\.header)) }
  }

  package enum Rehearsal: Hashable, Sendable {
    case none, running, done
    /// Done, and rows were corrected or decided since.
    case stale
    case failed(String)
  }

  package enum Run: Hashable, Sendable {
    case none, running, finished
    case failed(String)
  }

  package internal(set) var step = Step.file
  /// The step from which the history was opened out of turn.
  var lookedFrom: Step?
  /// The furthest step there is a way to.
  package internal(set) var furthest = Step.file
  /// Why the last event was not obeyed, as a sentence for the step.
  package internal(set) var problem: String?

  package internal(set) var file: ImportFile?
  package internal(set) var isOpening = false
  package internal(set) var likelyKind: LikelyKind?
  package internal(set) var kind: EntityKind
  var isKindChosen: Bool
  package internal(set) var choice = ImportPlan.DialectChoice()
  package internal(set) var dialect = Dialect()
  package internal(set) var preview = ImportPreview()

  package internal(set) var columns: [ImportColumn] = []
  /// The kept mapping that is used, if one is.
  package internal(set) var usedMapping: String?
  package internal(set) var known: [EntityKind: [FieldInfo]] = [:]
  package internal(set) var saved: [Saved] = []

  var settings: ImportPlan
  package internal(set) var rehearsal = Rehearsal.none
  /// Goes up with everything that changes what a dry run would say.
  package internal(set) var revision = 0
  package internal(set) var run = Run.none

  package struct LikelyKind: Hashable, Sendable {
    package let kind: EntityKind
    /// The share of the columns that fit.
    package let share: Double
  }

  /// - Parameter kind: the kind the rep came for, nil to have it found out from the columns.
  package init(kind: EntityKind? = nil) {
    self.kind = kind ?? .lead
    isKindChosen = kind != nil
    settings = ImportPlan(kind ?? .lead)
    settings.matching = .usual(for: self.kind)
  }

  /// Everything that was decided.
  package var plan: ImportPlan {
    var plan = settings
    plan.kind = kind
    plan.dialect = choice
    plan.columns = columns.map(\.planned)
    return plan
  }
}

// MARK: Events

extension ImportWizard {
  /// Takes `event` in, and answers what has to be done for it outside.
  package mutating func handle(_ event: Event) -> [Request] {
    problem = nil
    switch event {
    case .open(let path):
      isOpening = true
      return [.open(path)]
    case .opened(let file): return opened(file)
    case .refused(_, let sentence):
      isOpening = false
      problem = sentence
      return []
    case .know(let fields, let saved): return know(fields, saved)
    case .next: return next()
    case .back: return back()
    case .go(.history): return lookAtHistory()
    case .go(let target): return go(target)
    case .save(let name): return save(name)
    case .restart: return restart()
    case .recount: return step == .rehearsal ? rehearse() : []
    case .rehearsed, .rehearsalFailed, .start, .started, .finished, .failed: return runEvent(event)
    default: return change(event)
    }
  }

  /// Events that change the plan. While it is carried out, the plan stays as it is.
  private mutating func change(_ event: Event) -> [Request] {
    guard run == .none else {
      problem = "This import has begun. Start another one to decide otherwise."
      return []
    }
    let before = plan
    changePlan(event)
    guard plan != before else { return [] }
    if case .correct = event { return touched() }
    if case .decide = event { return touched() }
    return changed()
  }

  /// Single rows were changed: what is known of the others still holds.
  private mutating func touched() -> [Request] {
    revision += 1
    rehearsal = rehearsal == .done || rehearsal == .stale ? .stale : .none
    return rehearsal == .none && step == .rehearsal ? rehearse() : []
  }

  private mutating func changePlan(_ event: Event) {
    switch event {
    case .choose(let kind): choose(kind)
    case .read(let choice): read(choice)
    case .fill, .keepAsCustom, .ignore, .setOptions, .use: changeColumns(event)
    case .match(let matching): settings.matching = matching
    case .stamp(let field, let text): settings.stamps[field] = text
    case .makeContacts(let makes): settings.makesContacts = makes
    case .follow(let policy): settings.policy = policy
    case .runWorkflows(let runs): settings.runsWorkflows = runs
    case .correct(let row, let column, let text):
      settings.corrections[row, default: [:]][column] = text
      if settings.corrections[row]?.isEmpty == true { settings.corrections[row] = nil }
    case .decide(let row, let decision): settings.decisions[row] = decision
    case .open, .opened, .refused, .know, .save, .rehearsed, .rehearsalFailed, .start, .started, .finished, .failed,
      .next, .back, .go, .restart, .recount:
      break
    }
  }

  /// What a dry run said is no longer true.
  mutating func changed() -> [Request] {
    revision += 1
    rehearsal = .none
    if step < .rehearsal { furthest = min(furthest, .rehearsal) }
    return step == .rehearsal ? rehearse() : []
  }

  mutating func rehearse() -> [Request] {
    guard rehearsal == .none || rehearsal == .stale, run == .none else { return [] }
    rehearsal = .running
    return [.rehearse(revision: revision)]
  }

  private mutating func runEvent(_ event: Event) -> [Request] {
    switch event {
    case .rehearsed(let number) where number == revision && rehearsal == .running: rehearsal = .done
    case .rehearsalFailed(let number, let sentence) where number == revision && rehearsal == .running:
      rehearsal = .failed(sentence)
    case .start: return start()
    case .started: run = .running
    case .finished where run == .running: run = .finished
    case .failed(let sentence) where run == .running: run = .failed(sentence)
    default: break
    }
    return []
  }

  private mutating func start() -> [Request] {
    guard run == .none else { return [] }
    guard rehearsal == .done else {
      problem = "The dry run comes first: it says what will be written."
      return []
    }
    run = .running
    step = .apply
    furthest = .history
    return [.apply(plan)]
  }

  private mutating func restart() -> [Request] {
    let (fields, kept, kind) = (known, saved, isKindChosen ? self.kind : nil)
    self = ImportWizard(kind: kind)
    (known, saved) = (fields, kept)
    return []
  }
}
