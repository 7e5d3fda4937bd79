import CRMDomain
import CRMStore
import TerminalKit

/// What an edited table would change, field by field, before it is written. What somebody else changed meanwhile is left
/// out unless the rep says otherwise.
@MainActor final class TableDiffScreen: Screen {
  private enum Standing: Hashable {
    case asOpened
    case changed(FieldValue)
    case gone
  }

  let contexts: [Context] = [.diff]
  let watches: Set<EntityKind>
  private let changes: [TextEdit.Change]
  private let kind: EntityKind
  private let editAgain: () -> Effect
  private var standings: [Standing] = []
  private var forced: Set<TextEdit.Change> = []
  private var names: [Int64: String] = [:]
  private var table = Table(columns: [
    Table.Column("Record", minimum: 10, ideal: 22, weight: 2), Table.Column("Field", minimum: 8, ideal: 14),
    Table.Column("Was", minimum: 8, ideal: 20, weight: 2), Table.Column("Becomes", minimum: 8, ideal: 20, weight: 2),
  ])

  init(_ changes: [TextEdit.Change], _ kind: EntityKind, editAgain: @escaping () -> Effect) {
    self.changes = changes
    self.kind = kind
    self.editAgain = editAgain
    watches = [kind]
    table.cursor.setCount(changes.count)
  }

  private var written: [TextEdit.Change] {
    zip(changes, standings).filter { $1 == .asOpened || forced.contains($0) && $1 != .gone }.map(\.0)
  }

  private var subject: String { Counted.text(Set(written.map(\.id)).count, kind) }

  var title: String { "Changes of \(subject)" }

  var status: String {
    let kept = changes.count - written.count
    let left = kept == 0 ? "" : "  \(kept) left out"
    return "\(written.count.formatted(grouping: ",")) \(written.count == 1 ? "change" : "changes") of \(subject)\(left)"
  }

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || standings.isEmpty else { return }
    session.read { reader in
      standings = try changes.map { change in
        guard let current = try change.current(reader, kind) else { return .gone }
        return current == change.old ? .asOpened : .changed(current)
      }
      for change in changes where names[change.id] == nil { names[change.id] = try reader.name(kind, change.id) }
    }
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .moved: .handled
    case .opened: perform(.open)
    case .ignored, .titleClicked: nil
    }
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .open: return write()
    case .edit: return .several([.pop, editAgain()])
    case .takeMine: return takeMine()
    case .back, .quit: return .several([.pop, .toast("Nothing was written")])
    default: return nil
    }
  }

  private func takeMine() -> Effect {
    guard standings.indices.contains(table.cursor.selected) else { return .handled }
    let change = changes[table.cursor.selected]
    guard case .changed = standings[table.cursor.selected] else {
      return .toast("Nobody else has changed this field meanwhile")
    }
    if forced.remove(change) == nil { forced.insert(change) }
    return .handled
  }

  private func write() -> Effect {
    let (wanted, forced, kind) = (written, forced, kind)
    guard !wanted.isEmpty else { return .toast("Nothing is left to write") }
    let title = "Edit \(subject) as text"
    return .with { session in
      let context = session.bulkContext
      return .several([
        .pop,
        .save(title: title) { writer in _ = try writer.write(wanted, forced: forced, in: kind, context) },
      ])
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.put(" What will be written ", at: Point(bar.column + 1, bar.row), role: .title)
    let (foot, list) = body.split(bottom: 1)
    table.draw(on: &canvas, in: list) { row in
      guard changes.indices.contains(row) else { return nil }
      return self.row(changes[row], standings[row], session)
    }
    if standings.indices.contains(table.cursor.selected) {
      let text = remark(changes[table.cursor.selected], standings[table.cursor.selected], session)
      canvas.put(text, at: Point(foot.column + 2, foot.row), role: .dim, width: max(0, foot.columns - 3))
    }
    return nil
  }

  private func row(_ change: TextEdit.Change, _ standing: Standing, _ session: Session) -> Table.Row {
    let isWritten = standing == .asOpened || forced.contains(change) && standing != .gone
    let mark = standing == .asOpened ? "" : "! "
    return Table.Row([
      .init(mark + (names[change.id] ?? "#\(change.id)"), role: isWritten ? .text : .warning),
      .init(change.info.label, role: .dim), .init(shown(change.old, change.info, session), role: .dim),
      .init(isWritten ? shown(change.new, change.info, session) : "left out", role: isWritten ? .good : .warning),
    ])
  }

  private func remark(_ change: TextEdit.Change, _ standing: Standing, _ session: Session) -> String {
    switch standing {
    case .asOpened:
      return
        "\(change.info.label): \(shown(change.old, change.info, session)) → \(shown(change.new, change.info, session))"
    case .gone: return "The record was deleted meanwhile, so it is left out"
    case .changed(let value):
      let now = "Changed meanwhile to \(shown(value, change.info, session))"
      return forced.contains(change)
        ? "\(now); yours is written all the same, m leaves it" : "\(now), so left out; m writes yours"
    }
  }

  private func shown(_ value: FieldValue, _ info: FieldInfo, _ session: Session) -> String {
    value.isEmpty ? "–" : FieldText.show(value, as: info, in: session.entry)
  }
}
