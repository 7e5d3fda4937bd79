import CRMDomain
import CRMStore
import TerminalKit

/// The workbench where records become one: fields as rows, records as columns, what is taken marked, and what will be
/// written below. One undo takes it back.
@MainActor final class MergeScreen<R: Record>: Screen {
  let contexts: [Context] = [.merge]
  let watches: Set<EntityKind> = [R.schema.kind, .task, .activity, .opportunity, .lead]
  private let kind = R.schema.kind
  private let ids: [Int64]
  /// A record that is only typed so far.
  private let typed: R?
  private let then: Effect
  private var merge: Merge<R>?
  private var isGone = false
  private var moving: [(kind: EntityKind, count: Int)] = []
  private var movingTo: Int?
  private var cursor = ListCursor()
  private var column = 0
  private var gridRect = Rect(0, 0, 0, 0)

  /// `then` follows when the merge is on the disk.
  init(_ ids: [Int64], typed: R? = nil, then: Effect = .handled) {
    self.ids = ids
    self.typed = typed
    self.then = then
  }

  var title: String { "Merge" }
  var status: String { "←→ or 1–\(ids.count + (typed == nil ? 0 : 1)) pick" }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    if isChanged || merge == nil { read(session) }
    guard let merge, isChanged || movingTo != merge.kept else { return }
    movingTo = merge.kept
    moving = session.read { try $0.referrers(of: kind, merge.losers) } ?? []
  }

  private func read(_ session: Session) {
    let records = session.read { reader -> [R] in
      try reader.records(try ids.filter { try reader.isAlive(kind, $0) })
    }
    guard let records, records.count == ids.count else {
      isGone = true
      return
    }
    isGone = false
    let all = records + (typed.map { [$0] } ?? [])
    merge = merge?.with(records: all) ?? Merge(all, customFields: session.fields(of: kind).filter(\.isCustom))
    cursor.setCount(merge?.fields.count ?? 0)
    followPick()
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    if cursor.handle(key) || cursor.handleLetter(key) {
      followPick()
      return .handled
    }
    switch key {
    case .character(let text):
      guard let number = Int(text), number > 0, let merge, number <= merge.records.count else { return nil }
      return pick(number - 1)
    case .mouse(let mouse): return click(mouse)
    default: return nil
    }
  }

  private func click(_ mouse: Mouse) -> Effect? {
    guard mouse.action == .press, gridRect.contains(mouse.point), let merge else { return nil }
    let layout = RecordGrid.layout(of: merge, gridRect.columns, column: column, showsPicks: true)
    let row = cursor.top + mouse.point.row - gridRect.row - 2
    guard merge.fields.indices.contains(row) else { return nil }
    cursor.select(row)
    let offset = mouse.point.column - gridRect.column - layout.labels
    guard offset >= 0, offset / layout.width < layout.columns.count else { return .handled }
    return pick(layout.columns.lowerBound + offset / layout.width)
  }

  func perform(_ command: Command) -> Effect? {
    guard merge != nil, !isGone else { return command == .back || command == .quit ? .pop : nil }
    switch command {
    case .back, .quit: return .pop
    case .pickLeft: return pick(column - 1)
    case .pickRight: return pick(column + 1)
    case .pickBoth: return pickBoth()
    case .pickAll:
      merge?.pickAll(from: column)
      return .handled
    case .keepRecord: return keep()
    case .applyMerge: return apply()
    default: return nil
    }
  }

  private var info: FieldInfo? {
    guard let merge, merge.fields.indices.contains(cursor.selected) else { return nil }
    return merge.fields[cursor.selected]
  }

  private func followPick() {
    if let info, let merge, case .record(let index) = merge.pick(of: info) { column = index }
  }

  private func pick(_ index: Int) -> Effect {
    guard let merge, let info else { return .handled }
    column = min(max(0, index), merge.records.count - 1)
    self.merge?.pick(.record(column), info)
    return .handled
  }

  private func pickBoth() -> Effect {
    guard let merge, let info else { return .handled }
    guard merge.canTakeAll(info) else {
      return .toast("\(info.label) can only be one of them; notes and tags can be both")
    }
    self.merge?.pick(.all, info)
    return .handled
  }

  private func keep() -> Effect {
    guard let merge else { return .handled }
    guard merge.canBeKept(column) else { return .toast("What is only typed so far cannot be the one that stays") }
    self.merge?.keep(column)
    return .handled
  }

  private func apply() -> Effect {
    guard let merge else { return .handled }
    let kept = merge.records[merge.kept].title
    let others = merge.records.indices.filter { $0 != merge.kept }
    let what = others.count == 1 ? merge.records[others[0]].title : Counted.text(others.count, kind)
    return .several([
      .pop, .save(title: "Merge \(what) into \(kept)", { try $0.merge(merge) }, then: then),
    ])
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, rest) = rect.split(top: 1)
    canvas.fill(rest)
    canvas.hline(at: bar.origin, columns: bar.columns)
    let count = ids.count + (typed == nil ? 0 : 1)
    canvas.put(" Merge \(Counted.text(count, kind)) ", at: Point(bar.column + 1, bar.row), role: .title)
    guard let merge, !isGone else {
      let point = Point(rest.column + 3, rest.row + 2)
      canvas.put("One of these records is no longer there. esc goes back.", at: point, role: .dim)
      return nil
    }
    let lines = preview(merge, session, rest.columns - 4)
    let (below, grid) = rest.split(bottom: min(lines.count + 1, max(3, rest.rows / 3)))
    gridRect = grid
    cursor.adjust(height: max(1, grid.rows - 2))
    RecordGrid(merge, session, showsPicks: true)
      .draw(on: &canvas, in: grid, first: cursor.top, selected: cursor.selected, column: column)
    canvas.hline(at: below.origin, columns: below.columns)
    canvas.put(" Will be written ", at: Point(below.column + 2, below.row), role: .title)
    drawMore(merge.fields.count - cursor.visible.upperBound, on: &canvas, in: below)
    for (index, line) in lines.prefix(max(0, below.rows - 1)).enumerated() {
      canvas.put(
        line.text, at: Point(below.column + 2, below.row + 1 + index), role: line.role, width: max(0, below.columns - 3)
      )
    }
    return nil
  }

  private func drawMore(_ count: Int, on canvas: inout Canvas, in rect: Rect) {
    guard count > 0 else { return }
    let text = " \(canvas.glyph(.down)) \(count) more "
    canvas.put(text, at: Point(rect.endColumn - TextWidth.width(of: text) - 2, rect.row), role: .dim)
  }

  /// What becomes of the field under the cursor, in full, and of everything around.
  private func preview(_ merge: Merge<R>, _ session: Session, _ columns: Int) -> [(text: String, role: Role)] {
    var lines: [(String, Role)] = []
    if let info {
      let value = RecordGrid<R>.oneLine(FieldCell.text(merge.result(info), info, session))
      lines.append(("\(info.label): \(value.isEmpty ? "nothing" : value)", .text))
    }
    let rest = [movingText, fateText(merge)].filter { !$0.isEmpty }
    let together = rest.joined(separator: "; ")
    lines += TextWidth.width(of: together) <= columns ? [(together, .dim)] : rest.map { ($0, .dim) }
    return lines
  }

  /// "3 tasks, 2 deals and 11 activities move to it".
  private var movingText: String {
    guard let last = moving.last else { return "" }
    let parts = moving.dropLast().map { Counted.text($0.count, $0.kind) }
    let end = Counted.text(last.count, last.kind)
    let isOne = moving.count == 1 && last.count == 1
    return (parts.isEmpty ? end : parts.joined(separator: ", ") + " and " + end)
      + (isOne ? " moves to it" : " move to it")
  }

  private func fateText(_ merge: Merge<R>) -> String {
    let count = merge.losers.count
    return count == 0 ? "" : "\(Counted.text(count, kind)) \(count == 1 ? "goes" : "go") to the trash"
  }
}
