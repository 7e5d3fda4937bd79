import CRMDomain
import CRMStore
import TerminalKit

/// The import, a step at a time, below a line that says where one is.
@MainActor package final class ImportScreen: Screen {
  package let title = "Import"
  package let watches: Set<EntityKind> = Set(EntityKind.allCases)
  let desk: ImportDesk
  private var steps: [ImportWizard.Step: any ImportStep]

  init(_ desk: ImportDesk) {
    self.desk = desk
    steps = [
      .file: FileStep(desk), .columns: ColumnsStep(desk), .matching: MatchingStep(desk),
      .rehearsal: RehearsalStep(desk), .apply: ApplyStep(desk), .history: HistoryStep(desk),
    ]
  }

  private var step: any ImportStep { steps[desk.wizard.step] ?? EmptyStep() }

  package var contexts: [Context] { step.contexts + [.importing] }
  package var isTyping: Bool { step.isTyping }
  package var status: String { step.status }

  package func load(_ session: Session, isChanged: Bool) {
    desk.load(session, isChanged: isChanged)
    step.load(session)
    desk.load(session, isChanged: false)
  }

  package func handle(_ key: Key) -> Effect? { step.handle(key) }

  package func perform(_ command: Command) -> Effect? {
    if let effect = step.perform(command) { return effect }
    switch command {
    case .nextStep: return go(.next)
    case .previousStep:
      return desk.wizard.step == .file ? .toast("This is the first step. Esc leaves the import") : go(.back)
    case .importHistory: return go(.go(.history))
    case .back, .quit: return leave()
    case .newImport:
      guard desk.wizard.run != .running else {
        return .toast("The import still runs; this wizard is free when it is done")
      }
      desk.send(.restart)
      return .handled
    default: return nil
    }
  }

  private func leave() -> Effect {
    switch desk.wizard.run {
    case .running: .several([.pop, .toast("The import goes on: J shows it, I goes back to it")])
    case .none where desk.wizard.file != nil: .several([.pop, .toast("The import waits: I goes back to it")])
    case .none, .finished, .failed: .pop
    }
  }

  private func go(_ event: ImportWizard.Event) -> Effect {
    let before = desk.wizard.step
    desk.send(event)
    if let problem = desk.wizard.problem { return .toast(problem, .warning) }
    return before == .file ? desk.remember() : .handled
  }

  package func disabledReason(_ command: Command) -> String? {
    if command == .previousStep, desk.wizard.step == .file { return "This is the first step" }
    if command == .nextStep, desk.wizard.step == .history { return "This is the last step" }
    return step.disabledReason(command)
  }

  package func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.fill(rect)
    let wizard = desk.wizard
    let steps = ImportWizard.Step.allCases.map { (title: $0.title, isDone: $0 < wizard.furthest && wizard.isDone($0)) }
    let note =
      wizard.step == .file || wizard.step == .history
      ? "" : wizard.file.map { "\($0.name) to \(Counted.many(wizard.kind))" } ?? ""
    StepBar(steps: steps, present: wizard.step.rawValue, note: note).draw(on: &canvas, in: bar)
    return step.draw(on: &canvas, in: body, session)
  }
}

/// Nothing to be seen.
private final class EmptyStep: ImportStep {
  let contexts: [Context] = []
  func handle(_ key: Key) -> Effect? { nil }
  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? { nil }
}
