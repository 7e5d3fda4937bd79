import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// What is not the same on both sides: conflicts, what was refused, what waits; and how the last rounds went.
@MainActor final class SyncScreen: Screen {
  private enum Line {
    case heading(String)
    case conflict(NotedConflict)
    case operation(OutboxOperation)
    case round(RoundResult)
  }

  /// What the lines are of: they are read again where it is another.
  private struct Standing: Hashable {
    let account: Int64?
    let counts: SyncCounts
  }

  let title = "Sync"
  let contexts: [Context] = [.sync]
  let watches: Set<EntityKind> = Set(EntityKind.allCases)
  private var lines: [Line] = []
  private var names: [RecordKey: String] = [:]
  private var waits: [Int64: SyncWait] = [:]
  private var leavesOut: Set<EntityKind> = []
  private var cursor = ListCursor()
  private var isLoaded = false
  private var shown: Standing?
  private var wasRunning = false
  private weak var desk: SyncDesk?
  /// Lines of one part that are shown; more say how many.
  private static let most = 500

  var status: String { desk?.isRunning == true ? "J or esc stops it" : "" }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    desk = session.sync
    defer { wasRunning = session.sync.isRunning }
    let standing = Standing(account: session.sync.profile?.id, counts: session.sync.counts)
    guard !isLoaded || isChanged || shown != standing || wasRunning != session.sync.isRunning else { return }
    (isLoaded, shown) = (true, standing)
    guard let profile = session.sync.profile else { return lines = [] }
    session.sync.takeUpJournal(session) { [weak self] in self?.read(session, profile) }
    read(session, profile)
  }

  private func read(_ session: Session, _ profile: SyncProfile) {
    leavesOut = profile.settings.leavesOut
    session.read { reader in
      let conflicts = try reader.conflicts(of: profile.id, limit: Self.most)
      let operations = try reader.syncOperations(profile, limit: Self.most)
      let rounds = try reader.syncRounds(profile.id, limit: 8).compactMap {
        RoundResult(json: $0.outcome, operation: $0.operation)
      }
      waits = try reader.syncWaits(of: operations, profile.id)
      layOut(conflicts, operations, rounds)
      names = [:]
      for key in conflicts.map(\.conflict.key) + operations.map(\.key) + waits.values.compactMap(\.key)
      where names[key] == nil {
        names[key] = try reader.name(key.kind, key.id) ?? "a record that is gone"
      }
    }
  }

  private func layOut(_ conflicts: [NotedConflict], _ operations: [OutboxOperation], _ rounds: [RoundResult]) {
    func part(_ title: String, _ items: [Line]) -> [Line] { items.isEmpty ? [] : [.heading(title)] + items }
    let refused = operations.filter(\.isRefused)
    let doubtful = operations.filter(\.mayHaveHappened)
    let staying = operations.filter(stays)
    let waiting = operations.filter { $0.state == .pending && !stays($0) }
    lines =
      part("To decide", conflicts.map(Line.conflict)) + part("Refused by the server", refused.map(Line.operation))
      + part("In doubt", doubtful.map(Line.operation)) + part("To be sent", waiting.map(Line.operation))
      + part("Stays here", staying.map(Line.operation)) + part("Rounds", rounds.map(Line.round))
    cursor.setCount(lines.count)
    skipHeading(by: 1)
  }

  /// True of a change that no round sends.
  private func stays(_ operation: OutboxOperation) -> Bool {
    if case .stays? = waits[operation.seq] { return true }
    return operation.isGivenUp || operation.staysHere(leavesOut)
  }

  private var selected: Line? { lines.indices.contains(cursor.selected) ? lines[cursor.selected] : nil }
  private var isOnHeading: Bool { if case .heading? = selected { true } else { false } }

  private func skipHeading(by step: Int) {
    guard isOnHeading else { return }
    cursor.move(by: step)
    if isOnHeading { cursor.move(by: 1) }
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    guard cursor.handle(key) || cursor.handleLetter(key) else { return nil }
    let backwards = [.up, .pageUp, .home, .character("k"), .character("g"), .control("b"), .control("u")].contains(key)
    skipHeading(by: backwards ? -1 : 1)
    return .handled
  }

  func perform(_ command: Command) -> Effect? {
    if let reason = disabledReason(command) { return .toast(reason) }
    switch command {
    case .open: return open()
    case .syncNow: return .synchronise(RoundOptions())
    case .readEverything: return .synchronise(RoundOptions(readsEverything: true))
    case .acceptVanished: return acceptVanished()
    case .rehearseSync: return .push(SyncRehearsalScreen())
    case .logIn: return .with { .push(LoginScreen($0.sync.profile)) }
    case .logOut: return logOut()
    case .chooseAccount: return .with { AccountChoice.effect($0) }
    case .syncSettings:
      return .with { session in
        session.sync.profile.map { .push(SyncSettingsScreen($0)) } ?? .toast("Log in first: L")
      }
    case .retryRefused: return retry()
    case .dropChange: return drop()
    case .edit: return edit()
    case .back where desk?.isRunning == true:
      desk?.cancel()
      return .toast("Stopping …")
    case .back, .quit: return .pop
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    let isRefused = if case .operation(let operation)? = selected { operation.state == .quarantined } else { false }
    switch command {
    case .syncNow, .readEverything, .rehearseSync, .syncSettings:
      return desk?.profile == nil ? "There is no server yet: L logs in" : nil
    case .logOut where desk?.isRunning == true: return "A round is under way: J stops it"
    case .logOut: return desk?.profile == nil ? "Nobody is logged in" : nil
    case .acceptVanished: if case .massVanish? = desk?.last?.end { return nil } else { return "Nothing vanished" }
    case .retryRefused where selectedStays: return nil
    case .retryRefused, .edit: return isRefused ? nil : "Nothing refused is under the cursor"
    case .dropChange: return reasonNotToDrop
    case .open: return lines.isEmpty ? "Nothing here" : nil
    default: return nil
    }
  }

  /// True on a change that waits for a record which stays here.
  private var selectedStays: Bool {
    guard case .operation(let operation)? = selected, case .stays? = waits[operation.seq] else { return false }
    return true
  }

  private var reasonNotToDrop: String? {
    guard case .operation(let operation)? = selected else { return "No change is under the cursor" }
    if operation.mayHaveHappened { return "It may be on the server already: it is looked for first" }
    return operation.isGivenUp ? "It is never sent; t sends it after all" : nil
  }

  private func open() -> Effect {
    switch selected {
    case .conflict(let noted): .push(ConflictsScreen(at: noted.id))
    case .operation(let operation): .open(operation.key.kind, operation.key.id)
    case .round(let result):
      .with { session in
        guard let id = result.operation, let operation = session.read({ try $0.operation(id) }) ?? nil else {
          return .toast("That round changed nothing here")
        }
        return .push(OperationScreen(operation))
      }
    case .heading, nil: .toast("Nothing here yet")
    }
  }

  private func acceptVanished() -> Effect {
    guard case .massVanish(let kind, let count)? = desk?.last?.end else { return .handled }
    let lines = [
      "\(Counted.text(count, kind)) are no longer on the server.",
      "They go to the trash here; u brings them back.",
    ]
    return .push(
      ConfirmScreen("They are gone?", lines, "Delete them here", key: "d") {
        .synchronise(RoundOptions(accepting: count, of: kind))
      })
  }

  private func retry() -> Effect {
    guard let profile = desk?.profile, case .operation(let operation)? = selected else { return .handled }
    if case .stays(let key)? = waits[operation.seq] {
      return .several([.settle { try $0.sendAfterAll(key, profile.id) }, .synchronise(RoundOptions())])
    }
    return .several([
      .settle { try $0.retryRefused(profile.id, operation.seq) }, .synchronise(RoundOptions()),
    ])
  }

  private func edit() -> Effect {
    guard case .operation(let operation)? = selected else { return .handled }
    let field = operation.refusal?.fields.keys.sorted().first { operation.key.kind.field($0) != nil }
    return .with { Pages.form(operation.key.kind, operation.key.id, focus: field, $0) }
  }

  private func drop() -> Effect {
    guard let profile = desk?.profile, case .operation(let operation)? = selected else { return .handled }
    let what = "\(Counted.one(operation.key.kind)) \(names[operation.key] ?? "") \(SyncWords.action(operation))"
    return .with { session in
      let isNew = operation.action == .create
      let needing = isNew ? session.read { try $0.dependants(of: operation.key, profile.id) } ?? [] : []
      let lines = [what] + SyncWords.givingUp(operation, needing: needing)
      return .push(
        ConfirmScreen("Never send it?", lines, "Never send it", key: "n") {
          .settle { try $0.dropOperation(operation, profile.id) }
        })
    }
  }

  private func logOut() -> Effect {
    guard let profile = desk?.profile else { return .handled }
    return .push(
      PickerScreen(
        "Log out of \(profile.settings.server)",
        [
          Picker.Item("Log out", detail: "what waits to be sent is kept for the next login"),
          Picker.Item("Forget the server", detail: "your records stay; which of them it has is forgotten"),
        ]
      ) { .logOut(forgets: $0 == 1) })
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, rest) = rect.split(top: 1)
    canvas.fill(rest)
    canvas.hline(at: bar.origin, columns: bar.columns)
    guard let profile = session.sync.profile else {
      canvas.putTitle("Sync", in: bar)
      drawNoServer(on: &canvas, in: rest)
      return nil
    }
    let dash = canvas.glyph(.dash)
    canvas.putTitle("Sync \(dash) \(profile.settings.server) \(dash) as \(profile.settings.user)", in: bar)
    let (text, role) = headline(profile, session)
    let hasRoom = rect.rows > 8
    let lines = hasRoom ? TextWidth.wrapped(text, to: max(10, rect.columns - 3), lines: 3) : [text]
    let (head, list) = rest.split(top: lines.count + (hasRoom ? 2 : 0))
    drawHead(lines, role, profile, on: &canvas, in: head, session)
    drawLines(on: &canvas, in: list, session)
    return nil
  }

  private func drawNoServer(on canvas: inout Canvas, in rect: Rect) {
    let lines = [
      "No server yet. Your book is whole without one.", "",
      "L  logs in to a MyCRM server: then both keep the same records.",
      "   crm demo-server  starts one to try it without risk.",
    ]
    let wrapped = lines.flatMap { TextWidth.wrapped($0, to: max(10, rect.columns - 4)) }
    for (row, line) in wrapped.enumerated() where row + 1 < rect.rows {
      let role: Role = row == 0 ? .text : .dim
      canvas.put(line, at: Point(rect.column + 3, rect.row + 1 + row), role: role, width: max(0, rect.columns - 4))
    }
  }

  /// How it stands with the server, and when that was.
  private func headline(_ profile: SyncProfile, _ session: Session) -> (text: String, role: Role) {
    let desk = session.sync
    if let report = desk.progress { return ("Synchronising: \(SyncWords.progress(report))", .info) }
    if profile.settings.asksAboutMeeting {
      return ("Not begun: r asks what becomes of the records that are here.", .warning)
    }
    if let trouble = desk.trouble { return (trouble.sentence, .warning) }
    guard let last = desk.last else { return ("Never synchronised: r does it now.", .dim) }
    let time = DateText.ago(last.endedAt, now: session.now)
    return ("\(SyncWords.sentence(last, session.calendar, for: .screen))  \(time)", SyncWords.role(last))
  }

  private func drawHead(
    _ lines: [String], _ role: Role, _ profile: SyncProfile, on canvas: inout Canvas, in rect: Rect, _ session: Session,
  ) {
    let desk = session.sync
    let room = max(0, rect.columns - 3)
    let point = Point(rect.column + 2, rect.row)
    for (row, line) in lines.enumerated() {
      canvas.put(line, at: Point(point.column, point.row + row), role: role, width: room)
    }
    guard rect.rows > lines.count else { return }
    let facts = "\(countText(desk.counts))   \(SyncWords.quota(desk.requests, desk.quota))"
    let below = point.row + lines.count
    canvas.put(facts, at: Point(point.column, below), role: .dim, width: room)
    if profile.settings.isInsecure {
      canvas.put("not encrypted", at: Point(max(point.column, rect.endColumn - 15), below), role: .bad)
    }
  }

  private func countText(_ counts: SyncCounts) -> String {
    counts.isClean ? "Nothing waits." : SyncWords.counts(counts).joined(separator: "   ")
  }

  private func drawLines(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    cursor.adjust(height: rect.rows)
    for (offset, index) in cursor.visible.enumerated() {
      let row = Rect(rect.column, rect.row + offset, rect.columns, 1)
      draw(lines[index], isSelected: index == cursor.selected, on: &canvas, in: row, session)
    }
  }

  private func draw(_ line: Line, isSelected: Bool, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    if case .heading(let text) = line {
      canvas.put(text, at: Point(rect.column + 1, rect.row), role: .strong, width: max(0, rect.columns - 2))
      return
    }
    if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(rect.column + 1, rect.row), role: .strong) }
    let (main, rest, role) = texts(line, session)
    let columns = max(0, rect.columns - 4)
    // What a change is comes first; what is said of it gets what is left, and two fifths where both are long.
    let spare = rest.isEmpty ? 0 : min(TextWidth.width(of: rest), columns * 2 / 5) + 2
    let first = min(TextWidth.width(of: main), max(0, columns - spare))
    let start = Point(rect.column + 3, rect.row)
    canvas.put(main, at: start, role: isSelected ? .selected : .text, width: first)
    let second = Point(start.column + first + 2, rect.row)
    canvas.put(rest, at: second, role: role, width: max(0, rect.endColumn - second.column - 1))
  }

  private func texts(_ line: Line, _ session: Session) -> (String, String, Role) {
    switch line {
    case .heading(let text): return (text, "", .strong)
    case .conflict(let noted):
      let key = noted.conflict.key
      let field = noted.conflict.field.map { key.kind.field($0)?.label ?? $0 }
      let who = "\(Counted.one(key.kind)) \(names[key] ?? "")"
      return (who, [field, SyncWords.reason(noted.conflict)].compactMap(\.self).joined(separator: ": "), .warning)
    case .operation(let operation):
      let who = "\(Counted.one(operation.key.kind)) \(names[operation.key] ?? "")  \(SyncWords.action(operation))"
      let role: Role = operation.mayHaveHappened ? .warning : operation.isRefused ? .bad : .dim
      let wait = waits[operation.seq].map { SyncWords.wait($0) { names[$0] ?? "" } }
      return (who, SyncWords.state(operation, session.calendar, leavesOut: leavesOut, wait: wait), role)
    case .round(let result):
      let facts = result.report.requests.counted("request", "requests")
      let text = SyncWords.sentence(result, session.calendar, for: .history)
      let role = SyncWords.role(result)
      return (
        "\(DateText.full(result.endedAt, calendar: session.calendar))  \(text)", facts, role == .warning ? role : .dim
      )
    }
  }
}
