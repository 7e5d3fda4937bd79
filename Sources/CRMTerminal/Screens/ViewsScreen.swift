import CRMDomain
import CRMStore
import TerminalKit

/// A screen that is looked at through views.
@MainActor protocol ViewedScreen: FilteredScreen {
  var viewedKind: EntityKind { get }
  /// The view that is open, or nil where everything is shown.
  var openView: String? { get }
  /// What is looked at now, as a view of that name.
  func snapshot(_ name: String) -> ListView
  /// Opens a view as it is saved.
  func show(view name: String) -> Effect
  /// The open view has another name now.
  func viewIsCalled(_ name: String)
}

/// The views of a list, each with its letter and its count: a letter opens one, signs change them.
@MainActor final class ViewsScreen: Screen {
  let title = "Views"
  let contexts: [Context] = [.views]
  let isOverlay = true
  let watches: Set<EntityKind>
  private let kind: EntityKind
  private unowned let list: any ViewedScreen
  private let shelf: SavedViews
  private var cursor = ListCursor()
  private var box = Rect(0, 0, 0, 0)
  /// True while the next letter is the key of the view under the cursor.
  private var awaitsKey = false

  init(_ list: any ViewedScreen, _ session: Session) {
    self.list = list
    kind = list.viewedKind
    shelf = session.views
    watches = [kind, .task, .stage]
    cursor.setCount(views.count)
    cursor.select(views.firstIndex { $0.name == list.openView } ?? 0)
  }

  var isTyping: Bool { awaitsKey }
  var status: String { awaitsKey ? "press the letter for \(selected.name); esc leaves it" : "" }
  private var views: [ListView] { shelf.all(kind) }
  private var selected: ListView { views[cursor.selected] }

  func load(_ session: Session, isChanged: Bool) {
    shelf.countAll(kind, sort: views.first?.sort ?? [], session)
    cursor.setCount(views.count)
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    if awaitsKey { return assign(key) }
    if case .mouse(let mouse) = key { return click(mouse) }
    if cursor.handle(key) { return .handled }
    guard case .character(let letter) = key, letter.first.map(Self.isKey) == true else { return nil }
    guard let view = views.first(where: { $0.key == letter }) else { return .toast("No view has the key \(letter)") }
    return open(view)
  }

  private static func isKey(_ letter: Character) -> Bool { letter.isASCII && (letter.isLetter || letter.isNumber) }

  private func open(_ view: ListView) -> Effect { .several([.pop, list.show(view: view.name)]) }

  private func click(_ mouse: Mouse) -> Effect? {
    guard mouse.action == .press || mouse.action == .doubleClick else {
      return cursor.handle(.mouse(mouse)) ? .handled : nil
    }
    guard box.contains(mouse.point) else { return .pop }
    let row = cursor.top + mouse.point.row - box.row - 1
    guard cursor.visible.contains(row) else { return .handled }
    cursor.select(row)
    return open(selected)
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .open: return open(selected)
    case .back, .quit: return .pop
    case .saveView: return .push(newPrompt)
    case .updateView: return update()
    case .renameView: return .push(renamePrompt)
    case .removeView: return remove()
    case .moveViewUp: return move(by: -1)
    case .moveViewDown: return move(by: 1)
    case .setViewKey:
      awaitsKey = true
      return .handled
    case .restoreViews: return .several([shelf.restoreStandard(kind), .toast("The standard views are back", .good)])
    default: return nil
    }
  }

  // MARK: Changing views

  private var newPrompt: PromptScreen {
    PromptScreen("Name of the view") { [weak self] name in
      guard let self, !name.trimmed.isEmpty else { return .handled }
      return ViewCommands.save(list.snapshot(name.trimmed), list, shelf)
    }
  }

  private func update() -> Effect {
    var view = list.snapshot(selected.name)
    view.key = selected.key
    return ViewCommands.save(view, list, shelf)
  }

  private var renamePrompt: PromptScreen {
    let view = selected
    return PromptScreen("Rename \(view.name)", text: view.name) { [weak self] name in
      self?.rename(view, name.trimmed) ?? .handled
    }
  }

  private func rename(_ view: ListView, _ name: String) -> Effect {
    guard !name.isEmpty, name != view.name else { return .handled }
    guard !views.contains(where: { $0.name == name }) else { return .toast("There is a view \(name) already", .bad) }
    let wasOpen = list.openView == view.name
    let all = views.map { other in
      guard other.name == view.name else { return other }
      var renamed = other
      renamed.name = name
      renamed.isOwn = true
      return renamed
    }
    let keep = shelf.put(all, kind)
    if wasOpen { list.viewIsCalled(name) }
    return .several([keep, .toast("View \(view.name) is called \(name) now", .good)])
  }

  private func remove() -> Effect {
    guard views.count > 1 else { return .toast("The last view stays") }
    let view = selected
    return .push(
      ConfirmScreen(
        "Delete the view \(view.name)?",
        ["The records stay. " + (view.isOwn ? "The view cannot be brought back." : "“standard views” brings it back.")],
        "Delete", key: "d"
      ) { [weak self] in
        guard let self else { return .handled }
        let keep = shelf.put(views.filter { $0.name != view.name }, kind)
        let leave = list.openView == view.name ? list.show(view: views[0].name) : .handled
        return .several([keep, leave, .toast("View \(view.name) is deleted", .good)])
      })
  }

  private func move(by step: Int) -> Effect {
    let target = cursor.selected + step
    guard views.indices.contains(target) else { return .handled }
    var all = views
    all.swapAt(cursor.selected, target)
    cursor.select(target)
    return shelf.put(all, kind)
  }

  /// Gives the letter to the view under the cursor, and takes it from the one that had it.
  private func assign(_ key: Key) -> Effect {
    awaitsKey = false
    if key == .escape { return .handled }
    guard case .character(let letter) = key, letter.first.map(Self.isKey) == true, letter.count == 1 else {
      return .toast("The key of a view is a letter or a digit", .bad)
    }
    let name = selected.name
    let all = views.map { view in
      var view = view
      if view.name == name { view.key = letter } else if view.key == letter { view.key = "" }
      return view
    }
    return .several([shelf.put(all, kind), .toast("' \(letter) opens \(name)", .good)])
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let views = views
    let columns = min(rect.columns, 76)
    let rows = min(rect.rows, views.count + 2)
    box = Rect(
      rect.column + (rect.columns - columns) / 2, rect.row + max(0, (rect.rows - rows) / 3), columns, rows)
    canvas.fill(box, role: .dialog)
    canvas.box(box, role: .borderFocused, title: "Views of \(Counted.many(kind))")
    cursor.adjust(height: max(1, rows - 2))
    let inner = box.inset(by: 1, 1)
    let counts = views.map { shelf.count($0.name, kind).map { $0.formatted(grouping: ",") } ?? "…" }
    let widest = views.map { TextWidth.width(of: $0.name) }.max() ?? 0
    for (line, row) in cursor.visible.enumerated() where line < inner.rows {
      drawRow(
        views[row], counts[row], min(widest, inner.columns / 2), isSelected: row == cursor.selected, on: &canvas,
        at: Rect(inner.column, inner.row + line, inner.columns, 1))
    }
    return nil
  }

  private func drawRow(
    _ view: ListView, _ count: String, _ nameColumns: Int, isSelected: Bool, on canvas: inout Canvas, at rect: Rect,
  ) {
    let role: Role = isSelected ? .selected : .dialog
    let isOpen = view.name == list.openView
    canvas.put("", at: rect.origin, role: role, width: rect.columns)
    let name = TextWidth.padded(TextWidth.truncated(view.name, to: nameColumns), to: nameColumns)
    let mark = isSelected ? canvas.glyph(.cursor) : isOpen ? canvas.glyph(.bullet) : " "
    let key = view.key.isEmpty ? " " : view.key
    let detail = [view.filter, view.group.map { "group:\($0.text)" } ?? ""].filter { !$0.isEmpty }
    let room = rect.columns - nameColumns - TextWidth.width(of: count) - 10
    let text = TextWidth.truncated(detail.joined(separator: " "), to: max(0, room))
    let dim: Role = isSelected ? role : .dim
    canvas.put(
      [
        Span(mark + " ", role: role), Span(key, role: isSelected ? role : .key), Span("  " + name, role: role),
        Span("  " + text, role: dim),
      ], at: rect.origin, width: rect.columns)
    canvas.put(
      count + " ", at: Point(rect.endColumn - TextWidth.width(of: count) - 1, rect.row), role: isSelected ? role : .text
    )
  }
}

/// What is done with views from several places.
@MainActor enum ViewCommands {
  /// Keeps a view; asks first where there is one of that name.
  static func save(_ view: ListView, _ list: any ViewedScreen, _ shelf: SavedViews) -> Effect {
    let kind = list.viewedKind
    guard let old = shelf.all(kind).first(where: { $0.name == view.name }) else { return keep(view, list, shelf) }
    let filter = view.filter.isEmpty ? "everything" : view.filter
    let lines = ["It will show \(filter)" + (old.filter == view.filter ? "." : ", no longer \(shown(old)).")]
    return .push(
      ConfirmScreen("Save over the view \(view.name)?", lines, "Save over", key: "s") { keep(view, list, shelf) })
  }

  private static func shown(_ view: ListView) -> String { view.filter.isEmpty ? "everything" : view.filter }

  private static func keep(_ view: ListView, _ list: any ViewedScreen, _ shelf: SavedViews) -> Effect {
    var all = shelf.all(list.viewedKind)
    if let index = all.firstIndex(where: { $0.name == view.name }) { all[index] = view } else { all.append(view) }
    let keep = shelf.put(all, list.viewedKind)
    list.show(filter: "")
    let key = view.key.isEmpty ? "" : "  ·  ' \(view.key) opens it"
    return .several([keep, list.show(view: view.name), .toast("View \(view.name) is kept\(key)", .good)])
  }
}
