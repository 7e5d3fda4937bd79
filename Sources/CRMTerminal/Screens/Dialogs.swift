import TerminalKit

/// Choose one of a few things; what is done with it comes from whoever asked.
@MainActor final class PickerScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  var status: String { picker.hiddenDetail.isEmpty ? "Enter choose  Esc cancel" : picker.hiddenDetail }
  private var picker: Picker
  private let picked: (Int) -> Effect
  private let typed: ((String) -> Effect)?
  /// What looking at a choice does before it is taken, and what leaving without one puts back.
  private let previewed: ((Int) -> Effect)?
  private let cancelled: Effect

  /// With `takesTyped`, Enter on a text that matches nothing takes the text itself.
  init(
    _ title: String, _ items: [Picker.Item], selected: Int = 0, takesTyped: Bool = false,
    previewed: ((Int) -> Effect)? = nil, cancelled: Effect = .handled, _ picked: @escaping (Int) -> Effect,
    typed: ((String) -> Effect)? = nil,
  ) {
    self.title = title
    picker = Picker(
      title: title, items: items, selected: selected,
      placeholder: takesTyped ? "choose, or type your own" : "type to filter")
    self.picked = picked
    self.typed = typed
    self.previewed = previewed
    self.cancelled = cancelled
  }

  func handle(_ key: Key) -> Effect? {
    if key == .enter, picker.selected == nil, let typed, !picker.filterText.isEmpty {
      return .several([.pop, typed(picker.filterText)])
    }
    switch picker.handle(key) {
    case .ignored: return nil
    case .moved, .filterChanged: return picker.selected.flatMap { previewed?($0) } ?? .handled
    case .cancelled: return .several([.pop, cancelled])
    case .picked(let index): return .several([.pop, picked(index)])
    case .refused(let reason): return .toast(reason)
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    picker.draw(on: &canvas, in: rect)
    return picker.cursorPoint
  }
}

/// Yes or no, with what it means.
@MainActor final class ConfirmScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  private var dialog: Dialog
  private let confirmed: () -> Effect
  private let cancelled: () -> Effect

  init(
    _ title: String, _ lines: [String], _ button: String, key: Character, _ confirmed: @escaping () -> Effect,
    cancelled: @escaping () -> Effect = { .handled },
  ) {
    self.title = title
    dialog = Dialog(
      title: title, lines: lines.map { Dialog.Line($0) },
      buttons: [.init(button, key: key), .init("Cancel", key: "c")])
    self.confirmed = confirmed
    self.cancelled = cancelled
  }

  func handle(_ key: Key) -> Effect? {
    switch dialog.handle(key) {
    case .ignored: nil
    case .moved: .handled
    case .cancelled, .pressed(1): .several([.pop, cancelled()])
    case .pressed: .several([.pop, confirmed()])
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    dialog.draw(on: &canvas, in: rect)
    return nil
  }
}

/// One line of text.
@MainActor final class PromptScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  let status = "enter takes it  esc back"
  private var field: TextField
  private let entered: (String) -> Effect

  init(_ title: String, text: String = "", placeholder: String = "", _ entered: @escaping (String) -> Effect) {
    self.title = title
    field = TextField(text, placeholder: placeholder)
    self.entered = entered
  }

  func handle(_ key: Key) -> Effect? {
    switch key {
    case .enter: return .several([.pop, entered(field.text)])
    case .escape: return .pop
    default: return field.handle(key) == .ignored ? nil : .handled
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let columns = min(72, rect.columns)
    let box = Rect(
      rect.column + (rect.columns - columns) / 2, rect.row + max(0, rect.rows / 3 - 1), columns, min(3, rect.rows))
    canvas.fill(box, role: .dialog)
    canvas.box(box, role: .borderFocused, title: title)
    field.draw(on: &canvas, in: Rect(box.column + 2, box.row + 1, box.columns - 4, min(1, box.rows)))
    return field.cursorPoint
  }
}
