import CRMDomain
import CRMStore
import TerminalKit

/// One layer of what the rep sees: a place, a page, a form or a dialog over them.
///
/// A screen draws and decides; what it wants done it answers as an `Effect`. It reads in `load`, which runs before a
/// draw and after a change of what it watches, never while a key is handled.
@MainActor package protocol Screen: AnyObject {
  var title: String { get }
  /// The nearest first.
  var contexts: [Context] { get }
  /// Kinds whose changes make it load again.
  var watches: Set<EntityKind> { get }
  /// True for dialogs and forms: the screen below is drawn first, and the footer is theirs.
  var isOverlay: Bool { get }
  /// True while letters are typed into something, so that they are no commands.
  var isTyping: Bool { get }
  /// What the footer says on its left.
  var status: String { get }

  /// A key before it is looked up in the action table; nil leaves it to the table.
  func handle(_ key: Key) -> Effect?
  /// nil where the command means nothing here.
  func perform(_ command: Command) -> Effect?
  /// Why the command cannot be used now, for the footer and the palette.
  func disabledReason(_ command: Command) -> String?
  /// Reads what the next draw needs. `isChanged` after a change of what it watches.
  func load(_ session: Session, isChanged: Bool)
  /// Answers where the terminal's cursor belongs, if anywhere.
  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point?
  /// True if the last draw met rows that had not been read yet: it is loaded and drawn once more.
  var missesRows: Bool { get }
  /// What must survive if the program has to leave now: a draft's key and fields.
  var draft: (key: String, fields: [String: String])? { get }
}

/// A screen whose contents can be filtered from elsewhere.
@MainActor package protocol FilteredScreen: Screen {
  func show(filter text: String)
}

extension Screen {
  package var contexts: [Context] { [] }
  package var watches: Set<EntityKind> { [] }
  package var isOverlay: Bool { false }
  package var isTyping: Bool { false }
  package var status: String { "" }
  package func handle(_ key: Key) -> Effect? { nil }
  package func perform(_ command: Command) -> Effect? { nil }
  package func disabledReason(_ command: Command) -> String? { nil }
  package var missesRows: Bool { false }
  package func load(_ session: Session, isChanged: Bool) {}
  package var draft: (key: String, fields: [String: String])? { nil }
}
