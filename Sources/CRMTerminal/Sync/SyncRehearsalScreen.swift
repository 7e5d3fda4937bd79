import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// What a round would send and fetch, before anything is written.
@MainActor final class SyncRehearsalScreen: Screen {
  let title = "Dry run"
  let contexts: [Context] = [.syncRehearsal]
  private var lines: [(text: String, role: Role)] = []
  private var cursor = ListCursor()
  private var isAsked = false
  private var isOver = false

  var status: String { isOver ? "" : "asking the server …" }

  func load(_ session: Session, isChanged: Bool) {
    guard !isAsked, let profile = session.sync.profile, let line = session.sync.line else { return }
    isAsked = true
    let (store, worker, memory) = (session.store, session.worker, session.sync.memory)
    worker.perform(.sync) { [weak self] in
      let result = Self.rehearse(line, profile, store, memory)
      worker.post { self?.receive(result, session) }
    }
  }

  private nonisolated static func rehearse(
    _ line: SyncLine, _ profile: SyncProfile, _ store: CRMStore, _ memory: AccessMemory,
  ) -> Result<SyncRehearsal, SyncFailure> {
    do {
      let (round, login) = try line.round(profile, store, memory)
      return .success(try round.rehearse(login: login))
    } catch { return .failure(SyncFailure(error)) }
  }

  private func receive(_ result: Result<SyncRehearsal, SyncFailure>, _ session: Session) {
    isOver = true
    switch result {
    case .failure(let failure): lines = [(failure.sentence, .bad)]
    case .success(let rehearsal): lines = Self.lines(rehearsal, session)
    }
    cursor.setCount(lines.count)
  }

  private static func lines(_ rehearsal: SyncRehearsal, _ session: Session) -> [(String, Role)] {
    var lines: [(String, Role)] = [("Would be fetched", .strong)]
    for fetch in rehearsal.fetches where fetch.new + fetch.changed > 0 {
      lines.append(("  " + SyncWords.fetch(fetch), .text))
    }
    if let problem = rehearsal.problem {
      let result = RoundResult(startedAt: session.now, endedAt: session.now, end: problem, report: RoundReport())
      lines.append(("  " + SyncWords.sentence(result, session.calendar, for: .screen), .warning))
    } else if lines.count == 1 {
      lines.append(("  nothing: the server has nothing new", .dim))
    }
    lines.append(("Would be sent", .strong))
    if rehearsal.operations.isEmpty { lines.append(("  nothing", .dim)) }
    for operation in rehearsal.operations.prefix(1000) { lines += self.lines(operation, session) }
    return lines
  }

  /// A change with its fields, old and new.
  private static func lines(_ operation: OutboxOperation, _ session: Session) -> [(String, Role)] {
    let kind = operation.key.kind
    let name = session.name(kind, operation.key.id) ?? ""
    let role: Role = operation.state == .quarantined ? .bad : .text
    let note = operation.state == .pending ? "" : "  (\(SyncWords.state(operation, session.calendar)))"
    let head = ("  \(Counted.one(kind)) \(name)  \(SyncWords.action(operation))\(note)", role)
    let fields = operation.edits.sorted { $0.key < $1.key }.compactMap { name, edit -> (String, Role)? in
      guard let info = kind.field(name) else { return nil }
      let (old, new) = (
        FieldText.show(edit.from, as: info, in: session.entry), FieldText.show(edit.to, as: info, in: session.entry)
      )
      return ("      \(info.label): \(old.isEmpty ? "–" : old) → \(new.isEmpty ? "–" : new)", .dim)
    }
    return [head] + fields
  }

  func handle(_ key: Key) -> Effect? { cursor.handle(key) || cursor.handleLetter(key) ? .handled : nil }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .back, .quit: .pop
    case .syncNow: .several([.pop, .synchronise(RoundOptions())])
    default: nil
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.fill(body)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.putTitle("Dry run: nothing is written", in: bar)
    cursor.adjust(height: body.rows)
    for (offset, index) in cursor.visible.enumerated() {
      let (text, role) = lines[index]
      let point = Point(body.column + 2, body.row + offset)
      canvas.put(
        text, at: point, role: index == cursor.selected && role == .text ? .selected : role,
        width: max(0, body.columns - 3))
    }
    if lines.isEmpty { canvas.put("Asking the server …", at: Point(body.column + 3, body.row + 1), role: .dim) }
    return nil
  }
}
