import CRMDomain
import CRMStore
import TerminalKit

/// An import under way: the wizard's state, and whatever it asks for carried out on the worker. It outlives its screen,
/// so that one can look at a record and come back.
@MainActor package final class ImportDesk {
  private(set) var wizard: ImportWizard
  /// Files that were imported before, the last one first.
  private(set) var recent: [String] = []
  private var requests: [ImportWizard.Request] = []
  private var isLoaded = false
  private var pathProblem: String?

  init(kind: EntityKind? = nil) { wizard = ImportWizard(kind: kind) }

  var isOpening: Bool { wizard.isOpening }

  func send(_ event: ImportWizard.Event) {
    requests += wizard.handle(event)
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
    send(.know(fields: session.customFields, saved: []))
  }

  private func carryOut(_ request: ImportWizard.Request, _ session: Session) {
    switch request {
    case .open(let path): open(path, session)
    case .rehearse: break
    case .save, .apply: break
    }
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
