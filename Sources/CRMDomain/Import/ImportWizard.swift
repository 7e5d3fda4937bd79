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

  package private(set) var step = Step.file
  /// The furthest step there is a way to.
  package private(set) var furthest = Step.file
  /// Why the last event was not obeyed, as a sentence for the step.
  package private(set) var problem: String?

  package private(set) var file: ImportFile?
  package private(set) var isOpening = false
  package private(set) var likelyKind: LikelyKind?
  package private(set) var kind: EntityKind
  private var isKindChosen: Bool
  package private(set) var choice = ImportPlan.DialectChoice()
  package private(set) var dialect = Dialect()
  package private(set) var preview = ImportPreview()

  package private(set) var columns: [ImportColumn] = []
  /// The kept mapping that is used, if one is.
  package private(set) var usedMapping: String?
  package private(set) var known: [EntityKind: [FieldInfo]] = [:]
  package private(set) var saved: [Saved] = []

  private var settings: ImportPlan
  package private(set) var rehearsal = Rehearsal.none
  /// Goes up with everything that changes what a dry run would say.
  package private(set) var revision = 0
  package private(set) var run = Run.none

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
  private mutating func changed() -> [Request] {
    revision += 1
    rehearsal = .none
    if step < .rehearsal { furthest = min(furthest, .rehearsal) }
    return step == .rehearsal ? rehearse() : []
  }

  private mutating func rehearse() -> [Request] {
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

// MARK: Steps

extension ImportWizard {
  private mutating func next() -> [Request] {
    guard let following = Step(rawValue: step.rawValue + 1) else { return [] }
    return go(following)
  }

  private mutating func back() -> [Request] {
    guard let before = Step(rawValue: step.rawValue - 1) else { return [] }
    return go(before)
  }

  /// Goes to `target`, or to the first step on the way that is not done, and says what is missing there.
  private mutating func go(_ target: Step) -> [Request] {
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

// MARK: File

extension ImportWizard {
  private mutating func opened(_ file: ImportFile) -> [Request] {
    guard run == .none else { return [] }
    let isSame = self.file.map { $0.path == file.path && $0.guess.header == file.guess.header } ?? false
    isOpening = false
    self.file = file
    if !isSame {
      choice = ImportPlan.DialectChoice()
      settings.corrections = [:]
      settings.decisions = [:]
    }
    let likely = file.likelyKind
    likelyKind = LikelyKind(kind: likely.kind, share: likely.share)
    if !isKindChosen, likely.share > 0 { setKind(likely.kind) }
    readAgain(keepsColumns: isSame)
    return changed()
  }

  private mutating func choose(_ kind: EntityKind) {
    isKindChosen = true
    guard kind != self.kind else { return }
    setKind(kind)
    suggest(keepsChoices: false)
  }

  private mutating func setKind(_ kind: EntityKind) {
    guard kind != self.kind else { return }
    self.kind = kind
    settings.matching = .usual(for: kind)
    settings.stamps = [:]
    settings.decisions = [:]
  }

  private mutating func read(_ choice: ImportPlan.DialectChoice) {
    self.choice = choice
    readAgain(keepsColumns: true)
  }

  private mutating func readAgain(keepsColumns: Bool) {
    guard let file else { return }
    let header = preview.header
    dialect = choice.applied(to: file.guess.dialect)
    preview = ImportPreview(of: file, dialect: dialect)
    suggest(keepsChoices: keepsColumns && preview.header == header)
  }

  private mutating func know(_ fields: [EntityKind: [FieldInfo]], _ saved: [Saved]) -> [Request] {
    guard known != fields || self.saved != saved else { return [] }
    let before = (fields: known[kind] ?? [], plan: plan)
    (known, self.saved) = (fields, saved)
    if run == .none, file != nil, before.fields != fields[kind] ?? [] { suggest(keepsChoices: true) }
    return plan == before.plan ? [] : changed()
  }
}

// MARK: Columns

extension ImportWizard {
  /// The fields a column may fill.
  package var fields: [FieldInfo] { kind.fields.filter { $0.kind != .customFields } + (known[kind] ?? []) }

  package func field(_ name: String) -> FieldInfo? {
    name == FieldInfo.recordID.name ? .recordID : fields.first { $0.name == name }
  }

  /// The required fields that no column and no stamp fills.
  package var unfilled: [FieldInfo] {
    let filled = Set(columns.flatMap(\.filledNames) + settings.stamps.keys)
    return kind.fields.filter { $0.isRequired && !filled.contains($0.name) }
  }

  /// The kept mapping that was made for a file with the same columns.
  package var recognised: Saved? {
    let fingerprint = ColumnMapping.fingerprint(of: columns.map(\.header))
    return saved.first { $0.plan.kind == kind && $0.fingerprint == fingerprint }
  }

  /// Finds out anew what the columns are. With `keepsChoices`, those that were decided stay as they were.
  private mutating func suggest(keepsChoices: Bool) {
    let decided = keepsChoices ? columns.filter(\.isChosen) : []
    let mapping = ColumnMapping.suggested(
      for: kind, header: preview.header, sample: preview.sample, delimiter: dialect.delimiter,
      customFields: known[kind] ?? [])
    columns = mapping.columns.map { ImportColumn($0, title: preview.title($0.index), values: values(of: $0.index)) }
    usedMapping = keepsChoices ? usedMapping : nil
    if decided.isEmpty, let recognised, !keepsChoices || usedMapping == recognised.name { return use(recognised) }
    for column in decided where columns.indices.contains(column.index) {
      columns[column.index] = column.with(values: columns[column.index].values)
      release(column.target, except: column.index)
    }
  }

  /// Every value of a column in the preview.
  private func values(of index: Int) -> [String] {
    preview.rows.map { index < $0.cells.count ? $0.cells[index] : "" }
  }

  private mutating func changeColumns(_ event: Event) {
    switch event {
    case .fill(let index, let name):
      guard columns.indices.contains(index), let field = field(name) else { return }
      fill(index, field)
    case .keepAsCustom(let index):
      guard columns.indices.contains(index) else { return }
      keepAsCustom(index)
    case .ignore(let index):
      guard columns.indices.contains(index) else { return }
      columns[index].decide(.ignored, reason: "left out by you")
    case .setOptions(let index, let options):
      guard columns.indices.contains(index) else { return }
      columns[index].options = options
      columns[index].isChosen = true
    case .use(let name): if let kept = saved.first(where: { $0.name == name }) { use(kept) }
    default: break
    }
  }

  private mutating func fill(_ index: Int, _ field: FieldInfo) {
    let target: ImportPlan.Target =
      field.isCustom ? .custom(name: field.name, kind: field.kind) : .field(field.name)
    columns[index].decide(target, reason: "chosen by you")
    columns[index].options.splitsName = false
    if field.kind.canBeJoined {
      let together = columns.indices.filter { columns[$0].target == target }
      guard together.count > 1 else { return }
      for index in together where columns[index].options.joinsWith == nil { columns[index].options.joinsWith = " " }
    } else {
      release(target, except: index)
    }
  }

  /// One column fills a field; the other that did is left out.
  private mutating func release(_ target: ImportPlan.Target, except index: Int) {
    guard let name = target.name, columns[index].options.joinsWith == nil else { return }
    for other in columns.indices where other != index && columns[other].target.name == name {
      columns[other].decide(.ignored, reason: "“\(columns[index].title)” fills that field now")
      columns[other].isChosen = false
    }
  }

  private mutating func keepAsCustom(_ index: Int) {
    var names = CustomNames(taken: Set(kind.fields.map(\.name) + columns.compactMap(\.target.name)))
    let profile = ColumnProfile(columns[index].values)
    let name = names.name(for: columns[index].header, index)
    columns[index].decide(.custom(name: name, kind: profile.customKind), reason: "kept as a custom field by you")
  }

  private mutating func use(_ kept: Saved) {
    for (place, planned) in kept.plan.columns.enumerated() {
      let named = columns.firstIndex { !planned.header.isEmpty && $0.header == planned.header }
      guard let index = named ?? (columns.indices.contains(place) ? place : nil) else { continue }
      columns[index].decide(planned.target, reason: "as in “\(kept.name)”")
      columns[index].options = planned.options
    }
    usedMapping = kept.name
    settings.matching = kept.plan.matching
    settings.stamps = kept.plan.stamps
    settings.makesContacts = kept.plan.makesContacts
    settings.policy = kept.plan.policy
  }

  private mutating func save(_ name: String) -> [Request] {
    let name = name.trimmed
    guard !name.isEmpty else {
      problem = "A mapping needs a name."
      return []
    }
    var plan = plan
    plan.corrections = [:]
    plan.decisions = [:]
    usedMapping = name
    saved.removeAll { $0.name == name }
    saved.append(Saved(name: name, plan: plan))
    return [.save(name: name, plan)]
  }
}

extension FieldKind {
  /// True if texts of several columns make sense one behind the other.
  package var canBeJoined: Bool {
    switch self {
    case .text, .longText, .tags: true
    case .email, .phone, .url, .choice, .integer, .money, .flag, .day, .instant, .reference, .customFields: false
    }
  }
}

extension ImportPlan.DialectChoice {
  /// `dialect` with what is said here put over it.
  package func applied(to dialect: Dialect) -> Dialect {
    var dialect = dialect
    if let encoding { dialect.encoding = encoding }
    if let delimiter { dialect.delimiter = delimiter }
    switch quote {
    case .byte(let byte)?: dialect.quote = byte
    case ImportPlan.Quote.none?: dialect.quote = nil
    case nil: break
    }
    if let escape { dialect.escape = escape }
    if let hasHeader { dialect.headerRows = hasHeader ? max(1, dialect.headerRows) : 0 }
    if let preambleRows { dialect.preambleRows = preambleRows }
    return dialect
  }
}

extension ImportPlan.Matching {
  /// What suits most files: leads and contacts are met by e-mail, other records are new.
  package static func usual(for kind: EntityKind) -> Self {
    var matching = Self()
    guard kind == .lead || kind == .contact else { return matching }
    matching.mode = .both
    matching.keys = [.email]
    matching.duplicates = .merge
    matching.near = .ask
    return matching
  }
}
