import CRMDomain
import CRMStore
import TerminalKit

/// An import under way: the wizard's state, and whatever it asks for carried out on the worker. It outlives its screen,
/// so that one can look at a record and come back.
@MainActor package final class ImportDesk {
  private(set) var wizard: ImportWizard
  /// Files that were imported before, the last one first.
  private(set) var recent: [String] = []
  /// A line about earlier imports, or nil if there was none.
  private(set) var past: String?
  private var requests: [ImportWizard.Request] = []
  private var isLoaded = false
  private var pathProblem: String?

  init(kind: EntityKind? = nil) { wizard = ImportWizard(kind: kind) }

  var isOpening: Bool { wizard.isOpening }

  /// True once its import came to an end.
  var isOver: Bool {
    switch wizard.run {
    case .none, .running: false
    case .finished, .failed: true
    }
  }

  /// True if nothing would be lost by beginning with records of another kind.
  func canChange(to kind: EntityKind?) -> Bool { wizard.run == .none && wizard.file == nil && wizard.kind != kind }

  func send(_ event: ImportWizard.Event) {
    requests += wizard.handle(event)
    if case .restart = event { (rehearsal, job, progress, outcome, rejectsPath) = (nil, nil, nil, nil, nil) }
    if wizard.rehearsal == .none { rehearsal = nil }
    if case .refused(_, let sentence) = event { pathProblem = sentence }
  }

  func takePathProblem() -> String? {
    defer { pathProblem = nil }
    return pathProblem
  }

  // MARK: What is asked for

  func load(_ session: Session, isChanged: Bool) {
    if isChanged || !isLoaded { know(session) }
    isLoaded = true
    let asked = requests
    requests = []
    for request in asked { carryOut(request, session) }
  }

  private func know(_ session: Session) {
    recent = (session.read { try $0.setting(Self.recentKey) } ?? nil)?.split(separator: "\n").map(String.init) ?? []
    past = session.read { try Self.past($0) } ?? nil
    let saved = session.read { try $0.savedMappings() } ?? []
    send(.know(fields: session.customFields, saved: saved.map { .init(name: $0.name, plan: $0.plan) }))
  }

  private static func past(_ reader: StoreReader) throws -> String? {
    if let run = try reader.unfinishedImports().first {
      let rows = run.report.rows.formatted(grouping: ",")
      return "Imports so far: \(run.name) was interrupted after \(rows) rows"
    }
    return try reader.imports(limit: 1).isEmpty ? nil : "Imports so far"
  }

  private func carryOut(_ request: ImportWizard.Request, _ session: Session) {
    switch request {
    case .open(let path): open(path, session)
    case .rehearse(let revision): rehearse(revision, session)
    // Written by the App, which is told by an effect.
    case .save, .apply: break
    }
  }

  // MARK: The dry run

  private(set) var rehearsal: ImportRehearsal?
  /// Rows that were looked at so far, and how many there are about.
  private(set) var rehearsed: (done: Int, total: Int?) = (0, nil)
  private let generation = Generation()

  private func rehearse(_ revision: Int, _ session: Session) {
    guard let path = wizard.file?.path else { return }
    let (plan, store, worker, generation) = (wizard.plan, session.store, session.worker, generation)
    let number = generation.next()
    rehearsed = (0, nil)
    worker.perform(.jobs) { [weak self] in
      guard generation.current == number else { return }
      let result = Result {
        try ImportJob(store: store, path: path, plan: plan).rehearse { progress in
          worker.post { self?.rehearsed = (progress.done, progress.total) }
          return generation.current != number
        }
      }
      worker.post { self?.receive(result, revision) }
    }
  }

  private func receive(_ result: Result<ImportRehearsal?, any Error>, _ revision: Int) {
    guard revision == wizard.revision else { return }
    switch result {
    case .success(let found):
      guard let found else { return }
      rehearsal = found
      send(.rehearsed(revision: revision))
    case .failure(let error):
      rehearsal = nil
      send(.rehearsalFailed(revision: revision, error.importSentence))
    }
  }

  // MARK: The import itself

  /// The job that carries it out, and how far that is.
  private(set) var job: Int?
  private(set) var progress: JobStrip.Job?
  private(set) var outcome: String?
  private(set) var rejectsPath: String?

  func begin(_ job: Int) { (self.job, progress, outcome, rejectsPath) = (job, nil, nil, nil) }

  func note(_ job: Int, _ progress: JobStrip.Job) { if job == self.job { self.progress = progress } }

  func tell(_ outcome: ImportOutcome) { (self.outcome, rejectsPath) = (outcome.sentence, outcome.rejectsPath) }

  func finish(_ ending: Jobs.Ending) {
    if case .stopped(let sentence) = ending {
      send(.failed(sentence))
    } else {
      send(.finished)
    }
    job = nil
  }

  func fail(_ sentence: String) {
    send(.failed(sentence))
    job = nil
  }

  private func open(_ path: String, _ session: Session) {
    let worker = session.worker
    worker.perform(.lists) { [weak self] in
      let event: ImportWizard.Event
      do throws(ImportProblem) {
        event = .opened(try ImportFile(opening: path))
      } catch {
        event = .refused(path: path, sentence: error.sentence)
      }
      worker.post { self?.send(event) }
    }
  }

  // MARK: Files used before

  private static let recentKey = "import.recent"
  private static let recentLimit = 8

  /// Remembers the file, for the list of files used before.
  func remember() -> Effect {
    guard let path = wizard.file?.path, recent.first != path else { return .handled }
    recent = Array(([path] + recent.filter { $0 != path }).prefix(Self.recentLimit))
    return .setSetting(Self.recentKey, recent.joined(separator: "\n"))
  }
}
