import CRMDomain
import CRMStore
import TerminalKit

/// What was done, by whom and when, grouped by day: of the whole book or of one record. Enter shows the fields, `x` takes
/// any of it back.
@MainActor final class HistoryScreen: Screen {
  private enum Line: Hashable {
    case day(Day)
    case entry(Operation)
  }

  let contexts: [Context] = [.history]
  let watches: Set<EntityKind> = Set(EntityKind.allCases)
  private let subject: String?
  private var filter: HistoryFilter
  private var operations: [Operation] = []
  private var lines: [Line] = []
  private var cursor = ListCursor()
  private var field = TextField(placeholder: "words of the title, or a file's name")
  private var isFilterOpen = false
  private var isStale = true
  private var isAtEnd = false
  /// Entries that are read at a time.
  private static let page = 200

  /// Of the whole book, or of one record and its name.
  init(of record: HistoryFilter.Subject? = nil, named name: String? = nil) {
    filter = HistoryFilter(record: record)
    subject = name
  }

  var title: String { subject.map { "History of \($0)" } ?? "History" }
  var isTyping: Bool { isFilterOpen }

  var status: String {
    guard !isFilterOpen else { return "enter keeps the filter  esc takes it away" }
    return filter.source.map { "by \($0.word)" } ?? ""
  }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    if isChanged || isStale {
      isStale = false
      let count = max(Self.page, operations.count)
      operations = session.read { try $0.history(filter, limit: count) } ?? []
      isAtEnd = operations.count < count
      layOut(session)
    }
    while !isAtEnd, cursor.selected + 3 * max(cursor.height, 10) > lines.count { readOn(session) }
  }

  private func readOn(_ session: Session) {
    let last = operations.last?.id ?? .max
    let more = session.read { try $0.history(filter, limit: Self.page, before: last) } ?? []
    isAtEnd = more.count < Self.page
    operations += more
    layOut(session)
  }

  private func layOut(_ session: Session) {
    let before = selected?.id
    var day: Day?
    lines = operations.flatMap { operation -> [Line] in
      let own = session.calendar.day(of: operation.at)
      defer { day = own }
      return own == day ? [.entry(operation)] : [.day(own), .entry(operation)]
    }
    cursor.setCount(lines.count)
    if let row = lines.firstIndex(where: { if case .entry(let entry) = $0 { entry.id == before } else { false } }) {
      cursor.select(row)
    }
    skipDay(by: 1)
  }

  private var selected: Operation? {
    guard lines.indices.contains(cursor.selected), case .entry(let operation) = lines[cursor.selected] else {
      return nil
    }
    return operation
  }

  /// A day's line cannot be selected.
  private func skipDay(by step: Int) {
    guard selected == nil, !lines.isEmpty else { return }
    cursor.move(by: step)
    if selected == nil { cursor.move(by: 1) }
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    if isFilterOpen { return type(key) }
    guard cursor.handle(key) || cursor.handleLetter(key) else { return nil }
    let backwards = [.up, .pageUp, .home, .character("k"), .character("g"), .control("b"), .control("u")].contains(key)
    skipDay(by: backwards ? -1 : 1)
    return .handled
  }

  private func type(_ key: Key) -> Effect? {
    switch key {
    case .enter: isFilterOpen = false
    case .escape: clear()
    default:
      guard field.handle(key) != .ignored else { return cursor.handle(key) ? .handled : nil }
      if filter.text != field.text { refilter { $0.text = field.text } }
    }
    return .handled
  }

  private func clear() {
    isFilterOpen = false
    field.text = ""
    refilter { $0 = HistoryFilter(record: $0.record) }
  }

  private func refilter(_ change: (inout HistoryFilter) -> Void) {
    change(&filter)
    operations = []
    cursor.toStart()
    isStale = true
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .open: return selected.map { .push(OperationScreen($0)) } ?? .toast("Nothing here yet")
    case .revert: return selected.map { .revert($0) } ?? .toast("Nothing here yet")
    case .filter:
      isFilterOpen = true
      return .handled
    case .chooseSource: return sources
    case .back where !filter.text.isEmpty || filter.source != nil:
      clear()
      return .handled
    case .back, .quit: return .pop
    default: return nil
    }
  }

  private var sources: Effect {
    let all = HistoryFilter.Source.allCases
    return .push(
      PickerScreen("By whom", [Picker.Item("anybody")] + all.map { Picker.Item($0.word) }) { [weak self] index in
        self?.refilter { $0.source = index == 0 ? nil : all[index - 1] }
        return .handled
      })
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    var (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.putTitle("\(title)", in: bar)
    var point: Point?
    if isFilterOpen || !filter.text.isEmpty {
      (bar, body) = body.split(top: 1)
      canvas.put(" / ", at: bar.origin, role: .key)
      field.draw(on: &canvas, in: Rect(bar.column + 3, bar.row, bar.columns - 4, 1), isFocused: isFilterOpen)
      point = isFilterOpen ? field.cursorPoint : nil
    }
    cursor.adjust(height: body.rows)
    for (offset, row) in cursor.visible.enumerated() {
      draw(
        lines[row], isSelected: row == cursor.selected, on: &canvas,
        in: Rect(body.column, body.row + offset, body.columns, 1), session)
    }
    if lines.isEmpty {
      let text =
        filter.isEmpty || filter.record != nil && filter.text.isEmpty
        ? "Nothing was changed yet." : "Nothing matches: esc shows everything."
      canvas.put(text, at: Point(body.column + 3, body.row + 1), role: .dim)
    }
    return point
  }

  private func draw(_ line: Line, isSelected: Bool, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    switch line {
    case .day(let day):
      let short = DateText.short(day, today: session.today)
      let text = short == day.iso ? short : "\(short)  \(day.iso)"
      canvas.put(text, at: Point(rect.column + 1, rect.row), role: .strong, width: max(0, rect.columns - 2))
    case .entry(let operation):
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column + 1, rect.row), role: .strong) }
      let (_, hour, minute) = session.calendar.time(of: operation.at)
      let clock = "\(hour):\(minute < 10 ? "0" : "")\(minute)"
      canvas.put(clock, at: Point(rect.column + 3, rect.row), role: .dim, width: 5, align: .right)
      let facts = [operation.isUndone ? "undone" : "", HistoryText.who(operation.origin)].filter { !$0.isEmpty }
        .joined(separator: "  ")
      let room = min(TextWidth.width(of: facts), rect.columns / 3)
      let start = Point(rect.endColumn - 1 - room, rect.row)
      canvas.put(facts, at: start, role: operation.isUndone ? .warning : .dim, width: room)
      let role: Role = isSelected ? .selected : operation.isUndone ? .dim : .text
      let title = Point(rect.column + 10, rect.row)
      canvas.put(operation.title, at: title, role: role, width: max(0, start.column - title.column - 2))
    }
  }
}

extension Canvas {
  /// A heading on a line, cut where it is too long.
  mutating func putTitle(_ text: String, in bar: Rect) {
    let text = TextWidth.truncated(text, to: max(0, bar.columns - 5), ellipsis: glyph(.ellipsis))
    put(" \(text) ", at: Point(bar.column + 1, bar.row), role: .title)
  }
}

enum HistoryText {
  /// Who or what an origin is, in a rep's words.
  static func who(_ origin: String) -> String { origin == "user" ? "me" : origin == "engine" ? "the program" : origin }
}
