import CRMDomain
import TerminalKit

/// What an empty book greets with: the ways to begin.
@MainActor final class WelcomeScreen: Screen {
  let title = "Welcome"
  let isOverlay = true
  let isTyping = true
  private var cursor = ListCursor(count: choices.count)
  private var rows: [Rect] = []

  private struct Choice {
    let key: String
    let title: String
    let detail: String
    /// What comes after the greeting has gone.
    let effects: [Effect]
  }

  private static let choices = [
    Choice(
      key: "d", title: "Load the demo book", detail: "An invented company to look around in; u takes it away",
      effects: [.loadDemo, .place(.today)]),
    Choice(
      key: "i", title: "Import a CSV file", detail: "From a spreadsheet or another CRM; finds out the columns",
      effects: [.perform(.importFile)]),
    Choice(
      key: "l", title: "Log in to a server", detail: "Your company's records come here, to work on offline too",
      effects: [.perform(.logIn)]),
    Choice(key: "e", title: "Start empty", detail: "n makes the first lead", effects: []),
  ]

  func handle(_ key: Key) -> Effect? {
    if case .mouse(let mouse) = key, mouse.action == .press,
      let row = rows.firstIndex(where: { $0.contains(mouse.point) })
    {
      return choose(row)
    }
    if cursor.handle(key) || cursor.handleLetter(key) { return .handled }
    switch key {
    case .enter: return choose(cursor.selected)
    case .escape: return .pop
    case .character("q"), .control("c"): return .quit
    case .character(let text):
      // The numbers are those of the places above.
      return Self.choices.firstIndex { $0.key == text.lowercased() }.map(choose)
    default: return nil
    }
  }

  private func choose(_ row: Int) -> Effect { .several([.pop] + Self.choices[row].effects) }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    canvas.fill(rect)
    let columns = min(64, rect.columns - 2)
    // A choice has two rows, and a third to breathe where there is room for it.
    let isCramped = rect.rows < 3 + 3 * Self.choices.count
    let (top, height) = isCramped ? (2, 2) : (3, 3)
    let rowCount = top + height * Self.choices.count
    let box = Rect(
      rect.column + (rect.columns - columns) / 2, rect.row + max(0, (rect.rows - rowCount) / 3), columns,
      min(rowCount, rect.rows))
    canvas.put("Welcome to MyCRM", at: Point(box.column + 2, box.row), role: .title)
    canvas.put("Your book is empty. How to begin?", at: Point(box.column + 2, box.row + 1), role: .dim)
    rows = []
    for (index, choice) in Self.choices.enumerated() {
      let row = box.row + top + index * height
      rows.append(Rect(box.column, row, box.columns, 2))
      let isSelected = index == cursor.selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(box.column, row), role: .selected) }
      canvas.put(choice.key, at: Point(box.column + 2, row), role: .key)
      canvas.put(choice.title, at: Point(box.column + 5, row), role: isSelected ? .selected : .text)
      canvas.put(choice.detail, at: Point(box.column + 5, row + 1), role: .dim, width: max(0, box.columns - 5))
    }
    return nil
  }
}

/// What was being typed when the program had to leave.
@MainActor enum DraftScreen {
  static func offer(_ key: String, _ session: Session) -> any Screen {
    let parts = key.split(separator: ":").map(String.init)
    let kind = parts.first.flatMap(EntityKind.init(rawValue:)) ?? .lead
    let id = parts.last.flatMap(Int64.init)
    let fields = session.read { try $0.draft(key) } ?? nil
    let name = id.flatMap { session.name(kind, $0) } ?? "a new \(Counted.one(kind))"
    return ConfirmScreen(
      "Unsaved work", ["You were editing \(name) when the program had to leave.", "What you typed was kept."], "Go on",
      key: "g"
    ) {
      form(kind, id, fields ?? [:], session)
    } cancelled: {
      .setDraft(key, nil)
    }
  }

  private static func form(_ kind: EntityKind, _ id: Int64?, _ fields: [String: String], _ session: Session) -> Effect {
    func form<R: Record>(_ type: R.Type) -> Effect {
      let stored: R? = id.flatMap { id in session.read { try $0.record(Identifier<R>(id)) } ?? nil }
      return .push(RecordFormScreen(stored ?? R(), draft: fields))
    }
    return form(kind.recordType)
  }
}
