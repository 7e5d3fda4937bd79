import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// The name of a file being typed, with what could be meant below it: files used before, then what the folder holds.
@MainActor struct PathField {
  enum Outcome { case ignored, moved, chosen(String), history, cancelled }

  private(set) var field: TextField
  private var cursor = ListCursor()
  private var recent: [String]
  /// What there is to say of earlier imports, as a line that leads to them.
  private var past: String?
  /// The folder whose entries are known, and they.
  private var listed: (folder: String, entries: [FolderEntry])?
  private(set) var problem: String?
  /// True once the cursor was moved into the list; until then Enter takes what was typed.
  private var isInList = false

  init(_ text: String = "", recent: [String] = [], past: String? = nil) {
    field = TextField(text, placeholder: "~/leads.csv")
    (self.recent, self.past) = (recent, past)
    refresh()
  }

  var text: String { field.text }

  // MARK: What there is

  /// The folder that is typed, expanded: everything up to the last slash, the folder one is in without one.
  var folder: String {
    guard let slash = text.lastIndex(of: "/") else { return "." }
    let path = FilePath.expanded(String(text[...slash]))
    return path.isEmpty ? "/" : path
  }

  /// The folder to be listed, if it is not yet known.
  var wanted: String? { listed?.folder == folder ? nil : folder }

  mutating func receive(_ folder: String, _ result: Result<[FolderEntry], ImportProblem>) {
    guard folder == self.folder else { return }
    switch result {
    case .success(let entries):
      listed = (folder, entries)
      problem = nil
    case .failure(let failure):
      listed = (folder, [])
      problem = failure.sentence
    }
    refresh()
  }

  mutating func setRecent(_ paths: [String], past: String?) {
    guard recent != paths || self.past != past else { return }
    (recent, self.past) = (paths, past)
    refresh()
  }

  mutating func setProblem(_ sentence: String?) { problem = sentence }

  /// What is typed behind the last slash.
  private var word: String { String(text[(text.lastIndex(of: "/").map(text.index(after:)) ?? text.startIndex)...]) }

  private enum Item {
    case history(String)
    case recent(String)
    case entry(FolderEntry)
  }

  private var items: [Item] = []

  private mutating func refresh() {
    let word = SearchText.fold(self.word)
    let entries = listed?.folder == folder ? listed?.entries ?? [] : []
    let found = entries.filter { entry in
      (word.hasPrefix(".") || !entry.name.hasPrefix(".")) && SearchText.fold(entry.name).hasPrefix(word)
    }
    items = found.map(Item.entry)
    // Before anything is typed: once it is, letters are a name's and no keys.
    if text.isEmpty { items = (past.map { [.history($0)] } ?? []) + recent.map(Item.recent) + items }
    cursor = ListCursor(count: items.count)
    isInList = false
  }

  // MARK: Keys

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .escape: return .cancelled
    case .enter: return enter()
    case .tab: return complete()
    case .up, .down, .pageUp, .pageDown:
      guard !items.isEmpty else { return .moved }
      if isInList { _ = cursor.handle(key) } else { isInList = true }
      return .moved
    default:
      let before = text
      guard field.handle(key) != .ignored else { return .ignored }
      if text != before {
        problem = nil
        refresh()
      }
      return .moved
    }
  }

  private mutating func enter() -> Outcome {
    if isInList, items.indices.contains(cursor.selected) {
      switch items[cursor.selected] {
      case .history: return .history
      case .recent(let path): return .chosen(path)
      case .entry(let entry): return take(entry)
      }
    }
    let path = text.trimmed
    guard !path.isEmpty else {
      problem = "Type the name of a file, or go down to choose one."
      return .moved
    }
    return .chosen(FilePath.absolute(path))
  }

  private mutating func take(_ entry: FolderEntry) -> Outcome {
    let typedFolder = String(text.dropLast(word.count))
    guard entry.isFolder else { return .chosen(FilePath.absolute(typedFolder + entry.name)) }
    set(typedFolder + entry.name + "/")
    return .moved
  }

  /// What all that could be meant have in common; the one that is left, as a whole.
  private mutating func complete() -> Outcome {
    if text == "~" {
      set("~/")
      return .moved
    }
    if isInList, items.indices.contains(cursor.selected) {
      switch items[cursor.selected] {
      case .history: return .history
      case .recent(let path): set(path)
      case .entry(let entry): set(String(text.dropLast(word.count)) + entry.name + (entry.isFolder ? "/" : ""))
      }
      return .moved
    }
    let names = items.compactMap { item in
      if case .entry(let entry) = item { entry.name + (entry.isFolder ? "/" : "") } else { nil }
    }
    guard let first = names.first else { return .moved }
    let common = names.dropFirst().reduce(first) { String($0.commonPrefix(with: $1, options: .caseInsensitive)) }
    if names.count == 1 || common.count > word.count { set(String(text.dropLast(word.count)) + common) }
    return .moved
  }

  private mutating func set(_ text: String) {
    field.text = text
    problem = nil
    refresh()
  }

  // MARK: Drawing

  mutating func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (line, below) = rect.split(top: 1)
    canvas.put("File", at: Point(line.column + 1, line.row), role: .label)
    field.draw(on: &canvas, in: Rect(line.column + 7, line.row, max(1, line.columns - 8), 1))
    let cursorPoint = field.cursorPoint
    var list = below
    if let problem {
      let rows = TextWidth.wrapped(problem, to: max(10, below.columns - 8))
      for (offset, text) in rows.enumerated() {
        canvas.put(text, at: Point(below.column + 7, below.row + offset), role: .bad, width: max(0, below.columns - 8))
      }
      list = below.split(top: rows.count).rest
    } else {
      list = below.split(top: 1).rest
    }
    drawItems(on: &canvas, in: list, session)
    return cursorPoint
  }

  private mutating func drawItems(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    guard !rect.isEmpty else { return }
    guard !items.isEmpty else {
      let sentence = listed == nil ? "" : text.isEmpty ? "This folder is empty." : "Nothing here begins like that."
      canvas.put(
        problem == nil ? sentence : "", at: Point(rect.column + 7, rect.row), role: .dim, width: rect.columns - 8)
      return
    }
    cursor.adjust(height: rect.rows)
    for (offset, index) in cursor.visible.enumerated() {
      let isSelected = isInList && index == cursor.selected
      let row = rect.row + offset
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column + 5, row), role: .strong) }
      draw(items[index], isSelected, on: &canvas, in: Rect(rect.column + 7, row, rect.columns - 8, 1), session)
    }
  }

  private func draw(
    _ item: Item, _ isSelected: Bool, on canvas: inout Canvas, in rect: Rect, _ session: Session,
  ) {
    let role: Role = isSelected ? .selected : .text
    switch item {
    case .history(let text): canvas.put(text, at: rect.origin, role: role, width: rect.columns)
    case .recent(let path):
      let name = max(8, rect.columns - 8)
      canvas.put(FilePath.near(path), at: rect.origin, role: role, width: name)
      canvas.put("recent", at: Point(rect.column + name + 1, rect.row), role: .dim, width: rect.columns - name - 1)
    case .entry(let entry):
      let facts = entry.isFolder ? "folder" : PathField.size(entry.size)
      let date = DateText.short(entry.modified, now: session.now, calendar: session.calendar)
      let room = rect.columns >= 50 ? 24 : 9
      let name = max(8, min(rect.columns - room, 60))
      canvas.put(entry.name + (entry.isFolder ? "/" : ""), at: rect.origin, role: role, width: name)
      canvas.put(facts, at: Point(rect.column + name, rect.row), role: .dim, width: 8, align: .right)
      if room > 9 {
        canvas.put(date, at: Point(rect.column + name + 10, rect.row), role: .dim, width: 14)
      }
    }
  }

  /// "812 B", "4.2 kB", "1.1 GB".
  static func size(_ bytes: Int) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var (value, unit) = (Double(bytes) / 1000, 0)
    while value >= 999.5, unit < 3 {
      value /= 1000
      unit += 1
    }
    let units = ["kB", "MB", "GB", "TB"]
    let tenths = Int((value * 10).rounded())
    return tenths >= 100 ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
