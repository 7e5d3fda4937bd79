import CRMDomain
import CRMStore
import TerminalKit

/// What one step of the import shows and understands.
@MainActor protocol ImportStep: AnyObject {
  /// The nearest first; those of the whole import follow.
  var contexts: [Context] { get }
  var isTyping: Bool { get }
  var status: String { get }
  func load(_ session: Session)
  func handle(_ key: Key) -> Effect?
  func perform(_ command: Command) -> Effect?
  func disabledReason(_ command: Command) -> String?
  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point?
}

extension ImportStep {
  var isTyping: Bool { false }
  var status: String { "" }
  func load(_ session: Session) {}
  func perform(_ command: Command) -> Effect? { nil }
  func disabledReason(_ command: Command) -> String? { nil }
}
