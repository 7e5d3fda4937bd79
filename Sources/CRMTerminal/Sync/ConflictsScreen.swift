import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// The inbox of conflicts: what was there before, what I wrote, what the server has. Nothing is lost by leaving one.
@MainActor final class ConflictsScreen: Screen {
  let title = "To decide"
  let contexts: [Context] = [.conflicts]
  let watches: Set<EntityKind> = Set(EntityKind.allCases)
  private var conflicts: [NotedConflict] = []
  private var names: [RecordKey: String] = [:]
  private var cursor = ListCursor()
  private var wanted: Int64?
  private var isLoaded = false

  init(at id: Int64? = nil) { wanted = id }

  var status: String { conflicts.count > 1 ? "\(cursor.selected + 1) of \(conflicts.count)" : "" }

  func load(_ session: Session, isChanged: Bool) {
    guard !isLoaded || isChanged, let profile = session.sync.profile else { return }
    isLoaded = true
    session.read { reader in
      conflicts = try reader.conflicts(of: profile.id)
      for key in conflicts.map(\.conflict.key) where names[key] == nil {
        names[key] = try reader.name(key.kind, key.id) ?? "a record that is gone"
      }
    }
    cursor.setCount(conflicts.count)
    if let row = conflicts.firstIndex(where: { $0.id == wanted }) { cursor.select(row) }
    wanted = nil
  }

  private var selected: NotedConflict? {
    conflicts.indices.contains(cursor.selected) ? conflicts[cursor.selected] : nil
  }

  private func info(_ conflict: Conflict) -> FieldInfo? { conflict.field.flatMap(conflict.key.kind.field) }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? { cursor.handle(key) || cursor.handleLetter(key) ? .handled : nil }

  func perform(_ command: Command) -> Effect? {
    if let reason = disabledReason(command) { return .toast(reason) }
    switch command {
    case .back, .quit: return .pop
    case .open: return withSelected { .open($0.conflict.key.kind, $0.conflict.key.id) }
    case .takeMine: return withSelected { self.settle($0, .mine) }
    case .takeTheirs: return withSelected { self.settle($0, .theirs) }
    case .edit: return withSelected(edit)
    case .decideAlways: return withSelected(always)
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    guard let selected else { return nil }
    switch command {
    case .edit where info(selected.conflict) == nil: return "Here is nothing to edit: m or t decides"
    case .decideAlways where info(selected.conflict) == nil: return "There are rules for fields only"
    case .takeMine where selected.isMineGone: return "The record it names is gone: t or e decides"
    default: return nil
    }
  }

  private func withSelected(_ effect: (NotedConflict) -> Effect) -> Effect {
    selected.map(effect) ?? .toast("Nothing to decide")
  }

  private func settle(_ noted: NotedConflict, _ choice: ConflictChoice) -> Effect {
    isLoaded = false
    let title = SyncWords.decision(
      noted, names[noted.conflict.key] ?? "", field: info(noted.conflict)?.label.lowercased(), choice)
    return .save(title: title) { try $0.resolve(noted, choice) }
  }

  private func edit(_ noted: NotedConflict) -> Effect {
    guard let info = info(noted.conflict) else { return .handled }
    return .with { [weak self] session in
      let entry = session.entry
      let text = FieldText.edit(noted.valueWithMine, as: info, in: entry)
      return .push(
        PromptScreen(info.label, text: text) { typed in
          do {
            let value = try FieldText.parse(typed, as: info, in: entry)
            return self?.settle(noted, .value(value)) ?? .handled
          } catch { return .toast("\(error)", .bad) }
        })
    }
  }

  /// A rule for the field from the next round on.
  private func always(_ noted: NotedConflict) -> Effect {
    guard let field = noted.conflict.field, let info = info(noted.conflict) else { return .handled }
    let name = "\(noted.conflict.key.kind.rawValue).\(field)"
    let title = "\(info.label) of \(Counted.many(noted.conflict.key.kind))"
    let items = [
      Picker.Item("Ask me each time"), Picker.Item("Mine stands", detail: "and goes to the server"),
      Picker.Item("The server's stands", detail: "without asking"),
    ]
    return .with { session in
      let settings = session.sync.profile?.settings ?? SyncProfile.Settings()
      let rule = settings.keepsMine.contains(name) ? 1 : settings.keepsTheirs.contains(name) ? 2 : 0
      return .push(
        PickerScreen(title, items, selected: rule) { choice in
          let told = "\(title): \(items[choice].title.lowercased()), from the next round on"
          return .several([.changeSync { $0.keep(name, choice == 1, choice == 2) }, .toast(told, .good)])
        })
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, rest) = rect.split(top: 1)
    canvas.fill(rest)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.putTitle("To decide", in: bar)
    guard let selected else {
      canvas.put("Nothing to decide: both sides agree.", at: Point(rest.column + 3, rest.row + 1), role: .dim)
      return nil
    }
    // A value of several lines is read here or nowhere.
    let (detail, list) = rest.split(bottom: max(rest.rows / 2, rest.rows - conflicts.count - 1))
    drawList(on: &canvas, in: list)
    draw(selected, on: &canvas, in: detail, session)
    return nil
  }

  private func drawList(on canvas: inout Canvas, in rect: Rect) {
    cursor.adjust(height: rect.rows)
    for (offset, index) in cursor.visible.enumerated() {
      let conflict = conflicts[index].conflict
      let isSelected = index == cursor.selected
      let point = Point(rect.column + 3, rect.row + offset)
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column + 1, point.row), role: .strong) }
      let who = "\(Counted.one(conflict.key.kind)) \(names[conflict.key] ?? "")"
      let columns = max(0, rect.columns - 5)
      let first = min(TextWidth.width(of: who), columns / 2)
      canvas.put(who, at: point, role: isSelected ? .selected : .text, width: first)
      let what = [info(conflict)?.label, SyncWords.reason(conflict)].compactMap(\.self).joined(separator: ": ")
      canvas.put(what, at: Point(point.column + first + 2, point.row), role: .dim, width: max(0, columns - first - 2))
    }
  }

  private func draw(_ noted: NotedConflict, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    let (line, rest) = rect.split(top: 1)
    canvas.hline(at: line.origin, columns: line.columns)
    canvas.putTitle(names[noted.conflict.key] ?? "", in: line)
    // Where there is little room, what was there before can be done without.
    let rows = Array(rows(noted, dash: canvas.glyph(.dash), session).suffix(rest.rows))
    let room = max(0, rest.columns - 13)
    let widest = rows.map { TextWidth.width(of: $0.note) }.max() ?? 0
    let showsNotes = room > widest + 16
    let columns = showsNotes && widest > 0 ? room - widest - 2 : room
    let needed = rows.map { TextWidth.wrapped($0.text, to: max(1, columns)).count }
    var point = Point(rest.column + 3, rest.row)
    for ((side, text, note), height) in zip(rows, Self.heights(needed, in: rest.rows)) {
      canvas.put(side, at: point, role: .label, width: 8)
      let role: Role = side == "Mine" ? .strong : .text
      for (offset, line) in TextWidth.wrapped(text, to: max(1, columns), lines: height).enumerated() {
        canvas.put(line, at: Point(point.column + 9, point.row + offset), role: role, width: columns)
      }
      let noteColumn = rest.endColumn - TextWidth.width(of: note) - 1
      if showsNotes { canvas.put(note, at: Point(noteColumn, point.row), role: .dim) }
      point.row += height
    }
  }

  /// Rows for texts of so many lines: one each, and what is left to whoever needs it, in turn.
  private static func heights(_ lines: [Int], in rows: Int) -> [Int] {
    var heights = lines.map { min(1, $0) }
    var left = rows - heights.reduce(0, +)
    while left > 0, let next = lines.indices.filter({ heights[$0] < lines[$0] }).min(by: { heights[$0] < heights[$1] })
    {
      heights[next] += 1
      left -= 1
    }
    return heights
  }

  /// What stands beside what: the side, what it says, and the key that chooses it.
  private typealias DetailRow = (side: String, text: String, note: String)

  private func rows(_ noted: NotedConflict, dash: String, _ session: Session) -> [DetailRow] {
    let conflict = noted.conflict
    guard let info = info(conflict) else { return Self.whole(noted) }
    func text(_ value: FieldValue) -> String {
      // The lines of a long text are kept apart.
      if case .longText = info.kind, case .text(let lines) = value { return lines }
      let shown = FieldText.show(value, as: info, in: session.entry)
      return shown.isEmpty ? dash : shown
    }
    let mine: DetailRow =
      noted.isMineGone ? ("Mine", "a record that is gone", "") : ("Mine", text(conflict.mine), Self.mineNote(noted))
    let now: DetailRow = ("Now", text(noted.present), "t leaves it so")
    var theirs: [DetailRow] {
      switch conflict.reason {
      case .bothChanged, .notTaken:
        noted.showsTheirs
          ? [("Server", text(conflict.theirs), "shown now, t leaves it so")]
          : [("Server", text(conflict.theirs), ""), now]
      case .deletedThere:
        noted.isTrashed
          ? [("Server", "deleted the record; here it is in the trash", "t leaves it so")]
          : [("Server", "deleted the record", ""), now]
      case .deletedHere, .hasDeals, .possibleDuplicate: [now]
      }
    }
    return [("Before", text(conflict.base), ""), mine] + theirs
  }

  private static func mineNote(_ noted: NotedConflict) -> String {
    if noted.conflict.reason == .deletedThere, noted.isTrashed { return "m brings it back" }
    return noted.joinsMine ? "m takes it, the rest stays" : "m takes it"
  }

  /// Conflicts about a whole record.
  private static func whole(_ noted: NotedConflict) -> [DetailRow] {
    switch noted.conflict.reason {
    case .deletedThere where !noted.isTrashed: [("Server", "deleted the record; here it is back", "t leaves it so")]
    case .deletedThere:
      [
        ("Server", "deleted the record; here it is in the trash with your changes", "t leaves it so"),
        ("Mine", "comes back and is made again on the server", "m does it"),
      ]
    case .deletedHere:
      [
        ("Server", "the record was changed there, so it was kept", "t leaves it so"),
        ("Mine", "delete it all the same, there too", "m does it"),
      ]
    case .hasDeals:
      [
        ("Server", "would delete its deals with it, so it was kept", "t leaves it so"),
        ("Mine", "delete it and its deals, there too", "m does it"),
      ]
    case .possibleDuplicate: [("Server", "has a row that may be the same record", "t leaves both")]
    case .bothChanged, .notTaken: []
    }
  }
}

extension SyncProfile.Settings {
  /// Makes it the rule for a field that ours, or the server's, stands; or none.
  fileprivate mutating func keep(_ name: String, _ mine: Bool, _ theirs: Bool) {
    keepsMine.remove(name)
    keepsTheirs.remove(name)
    if mine { keepsMine.insert(name) }
    if theirs { keepsTheirs.insert(name) }
  }
}
