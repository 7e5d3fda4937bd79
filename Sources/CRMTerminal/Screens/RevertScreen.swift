import CRMDomain
import CRMStore
import TerminalKit

/// What taking an entry of history back would do, or doing it again: tried out beforehand, and asked.
@MainActor final class RevertScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  private let operation: Operation
  private var dialog: Dialog
  private var isAsked = false

  init(_ operation: Operation) {
    self.operation = operation
    title = operation.isUndone ? "Do this again?" : "Take this back?"
    dialog = Dialog(title: title, lines: [], buttons: [])
    rebuild([.init("Looking what that would do …", role: .dim)])
  }

  private func rebuild(_ lines: [Dialog.Line]) {
    let button = operation.isUndone ? Dialog.Button("Do it again", key: "d") : Dialog.Button("Undo it", key: "u")
    dialog = Dialog(
      title: title, lines: [.init(operation.title, role: .strong)] + lines,
      buttons: [button, .init("Cancel", key: "c")],
      focus: dialog.focus)
  }

  func load(_ session: Session, isChanged: Bool) {
    guard !isAsked else { return }
    isAsked = true
    if session.read({ try $0.isLong(operation) }) == true { return rebuild(manyLines(session)) }
    let (id, store, worker) = (operation.id, session.store, session.worker)
    worker.perform(.jobs) { [weak self] in
      do throws(StoreProblem) {
        let result = try store.rehearse(operation: id)
        worker.post { self?.receive(result) }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  /// So many records are not tried out beforehand: that would keep everybody else from writing.
  private func manyLines(_ session: Session) -> [Dialog.Line] {
    let count = session.read { try $0.recordCount(of: operation.id) } ?? 0
    let verb = operation.isUndone ? "done again" : "put back"
    return [
      .init("\(count.formatted(grouping: ",")) records are \(verb), with progress below; J stops it."),
      .init("What was changed since is kept, and you will see what.", role: .dim),
    ]
  }

  private func receive(_ result: UndoResult?) {
    guard let result else { return rebuild([.init("There is nothing to take back any more.", role: .dim)]) }
    let count = result.records.formatted(grouping: ",")
    let verb = operation.isUndone ? "done again" : "put back"
    var lines = [Dialog.Line("\(count) \(result.records == 1 ? "record is" : "records are") \(verb).")]
    if !result.kept.isEmpty {
      let kept = result.kept.count >= UndoResult.mostKept ? "\(UndoResult.mostKept) or more" : "\(result.kept.count)"
      lines.append(.init("\(kept) kept, because changed since or needed by others:", role: .warning))
      lines += result.kept.prefix(6).map { Dialog.Line("  " + TextWidth.sanitised($0)) }
      if result.kept.count > 6 { lines.append(.init("  …", role: .dim)) }
    }
    rebuild(lines)
  }

  func handle(_ key: Key) -> Effect? {
    switch dialog.handle(key) {
    case .ignored: nil
    case .moved: .handled
    case .pressed(0): .several([.pop, .replay(operation)])
    case .cancelled, .pressed: .pop
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    dialog.draw(on: &canvas, in: rect)
    return nil
  }
}
