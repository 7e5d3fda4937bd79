import TerminalKit

/// The keys of a place, to be searched; Enter runs the row.
@MainActor final class HelpScreen: Screen {
  let title = "Keys"
  let isOverlay = true
  let isTyping = true
  let status = "/ searches  enter runs  esc closes"
  private var view: HelpView
  private let actions: [[Action]]

  init(contexts: [Context]) {
    let shown = contexts + [.everywhere]
    actions = shown.map { context in Actions.all.filter { $0.context == context } }
    view = HelpView(
      title: "Keys",
      sections: zip(shown, actions).map { context, actions in
        HelpView.Section(
          context.title,
          rows: actions.map { action in
            let keys = action.keys.map(\.name).joined(separator: " ")
            return HelpView.Row(key: keys, title: action.title, description: action.help)
          })
      })
  }

  func handle(_ key: Key) -> Effect? {
    switch view.handle(key) {
    case .ignored: nil
    case .moved: .handled
    case .closed: .pop
    case .picked(let section, let row): .several([.pop, .perform(actions[section][row].command)])
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    view.draw(on: &canvas, in: rect)
    return view.cursorPoint
  }
}
