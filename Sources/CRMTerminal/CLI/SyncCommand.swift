import ArgumentParser
import CRMDomain
import CRMStore
import CRMSync
import Foundation
import TerminalKit

struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Exchange changes with the server.",
    discussion: """
      Exit status: 0 both sides agree, 2 there are conflicts to decide, 3 the server refused something, 4 the server does
      not answer or asks for patience, 5 a login is needed, 1 anything else.

        crm sync
        crm sync --dry-run
        crm sync --full
        crm sync status --json
      """.reflowed,
    subcommands: [SyncNowCommand.self, SyncStatusCommand.self], defaultSubcommand: SyncNowCommand.self)
}

struct SyncNowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "now", abstract: "Exchange changes with the server; `crm sync` alone does the same.",
    discussion: """
        crm sync
        crm sync now --full
      """.reflowed)

  @Flag(name: .customLong("dry-run"), help: "Show what would be sent and fetched; write nothing.") var isDryRun = false
  @Flag(help: "Read every list to its end, and look for what is gone.") var full = false
  @Flag(name: .customLong("accept-vanished"), help: "Believe what the last round asked about: so many are gone.")
  var acceptsVanished = false
  @Flag(help: "Print the outcome as JSON.") var json = false
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let store = try database.open()
    let profile = try account.profile(in: store)
    let (round, login) = try SyncLine.system.round(profile, store)
    if isDryRun { return try rehearse(round, login, Book(store)) }
    guard !profile.settings.asksAboutMeeting else {
      throw CommandProblem(
        "crm: say first what becomes of the records that are here: `crm login --meet`, or S and then r in the program.")
    }
    let interruption = Interruption { round.cancel() }
    defer { withExtendedLifetime(interruption) {} }
    let options = try acceptsVanished ? Self.acceptance(profile, store) : RoundOptions(readsEverything: full)
    let shows = isatty(STDERR_FILENO) == 1 && !json
    let result: RoundResult
    do {
      result = try round.run(login: login, options: options) { report in
        if shows { Output.showProgress(SyncWords.progress(report)) }
      }
    } catch { throw CommandProblem(SyncFailure(error)) }
    if shows { Output.showProgress("") }
    let counts = try store.read { try $0.syncCounts(profile) }
    try print(result, counts)
    if let code = Self.exitCode(result, counts) { throw code }
  }

  /// As many records of a kind as the last round asked about may be gone, and no others.
  private static func acceptance(_ profile: SyncProfile, _ store: CRMStore) throws -> RoundOptions {
    let last = try store.read { try $0.syncRounds(profile.id, limit: 1) }.first
    guard case .massVanish(let kind, let count)? = last.flatMap({ RoundResult(json: $0.outcome, operation: nil)?.end })
    else {
      throw CommandProblem(
        "crm: the last round did not ask about records that are gone: `crm sync --full` looks for them.")
    }
    return RoundOptions(accepting: count, of: kind)
  }

  private func print(_ result: RoundResult, _ counts: SyncCounts) throws {
    try Output.print { output in
      guard !json else {
        guard case .object(var members) = result.json else { return }
        members["pending"] = .integer(counts.pending)
        members["in_doubt"] = .integer(counts.inDoubt)
        members["to_decide"] = .integer(counts.conflicts)
        members["refused"] = .integer(counts.refused)
        return try output.line(JSONValue.object(members).pretty())
      }
      try output.line(SyncWords.sentence(result, LocalCalendar(.current), for: .commandLine))
      for problem in result.report.problems { try output.line("  left out: \(TextWidth.sanitised(problem))") }
      if let line = SyncStatusCommand.counts(counts) { try output.line(line) }
    }
  }

  static func exitCode(_ result: RoundResult, _ counts: SyncCounts) -> ExitCode? {
    switch result.end {
    case .complete: counts.refused > 0 ? .refused : counts.conflicts > 0 ? .conflicts : nil
    case .offline, .throttled: .offline
    case .needsLogin: .needsLogin
    case .cancelled: ExitCode(130)
    case .busy, .differentAccount, .massVanish, .differentServer: .failure
    }
  }

  // MARK: Dry run

  private func rehearse(
    _ round: SyncRound, _ login: () throws -> CRMSync.Session, _ book: Book,
  ) throws {
    let rehearsal: SyncRehearsal
    do { rehearsal = try round.rehearse(login: login) } catch { throw CommandProblem(SyncFailure(error)) }
    try Output.print { output in
      if json { return try output.line(Self.json(rehearsal).pretty()) }
      for fetch in rehearsal.fetches where fetch.new + fetch.changed > 0 {
        try output.line("fetch  \(SyncWords.fetch(fetch))")
      }
      for operation in rehearsal.operations { try Self.print(operation, book, &output) }
      let isNothing = rehearsal.fetches.allSatisfy { $0.new + $0.changed == 0 } && rehearsal.operations.isEmpty
      if isNothing, rehearsal.problem == nil {
        try output.line("Nothing to send, and nothing new there.")
      }
    }
    guard let problem = rehearsal.problem else { return }
    let result = RoundResult(startedAt: book.store.now, endedAt: book.store.now, end: problem)
    throw CommandProblem(
      "crm: \(SyncWords.sentence(result, book.calendar, for: .commandLine))",
      exitCode: Self.exitCode(result, SyncCounts()) ?? .failure)
  }

  private static func print(_ operation: OutboxOperation, _ book: Book, _ output: inout Output) throws {
    let key = operation.key
    let name = try book.store.read { try $0.name(key.kind, key.id) } ?? ""
    let state = operation.state == .pending ? "" : "  (\(SyncWords.state(operation, book.calendar)))"
    let line = "send   \(Counted.one(key.kind)) \(key.id) \(name): \(SyncWords.action(operation))\(state)"
    try output.line(TextWidth.sanitised(line))
    for (field, edit) in operation.edits.sorted(by: { $0.key < $1.key }) {
      guard let info = key.kind.field(field) else { continue }
      func shown(_ value: FieldValue) -> String {
        let text = FieldText.show(value, as: info, in: book.entry)
        return text.isEmpty ? "–" : text
      }
      try output.line(TextWidth.sanitised("         \(info.label): \(shown(edit.from)) → \(shown(edit.to))"))
    }
  }

  private static func json(_ rehearsal: SyncRehearsal) -> JSONValue {
    .object([
      "fetch": .array(
        rehearsal.fetches.map { fetch in
          .object([
            "kind": .string(fetch.kind.rawValue), "new": .integer(fetch.new), "changed": .integer(fetch.changed),
            "is_cut": .bool(fetch.isCut),
          ])
        }),
      "send": .array(rehearsal.operations.map(SyncStatusCommand.json)),
      "problem": rehearsal.problem.map { .string($0.name) } ?? .null,
    ])
  }
}

extension CommandProblem {
  /// Why there was no round.
  init(_ failure: SyncFailure) {
    self.init(
      "crm: \(TextWidth.sanitised(failure.sentence))", exitCode: failure.needsLogin ? .needsLogin : .failure)
  }
}

struct SyncStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Print what waits, what was refused, and how the last rounds went.",
    discussion: """
        crm sync status
        crm sync status --json | jq '.waiting[].id'
      """.reflowed)

  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let store = try database.open()
    let profile = try account.profile(in: store)
    if !store.isReadOnly { try JournalIntake.runAll(store, profile.id) }
    let (counts, operations, conflicts, rounds) = try store.read { reader in
      (
        try reader.syncCounts(profile), try reader.syncOperations(profile, limit: 1000),
        try reader.conflicts(of: profile.id),
        try reader.syncRounds(profile.id, limit: 5).compactMap {
          RoundResult(json: $0.outcome, operation: $0.operation)
        }
      )
    }
    try Output.print { output in
      if json { return try output.line(Self.json(profile, operations, conflicts, rounds).pretty()) }
      try output.line(TextWidth.sanitised("\(profile.settings.server) as \(profile.settings.user)"))
      try output.line(Self.counts(counts) ?? "Nothing waits.")
      let book = Book(store)
      let waits = try store.read { try $0.syncWaits(of: operations, profile.id) }
      for operation in operations {
        try Self.print(operation, profile.settings.leavesOut, waits[operation.seq], book, &output)
      }
      for noted in conflicts { try Self.print(noted, book, &output) }
      for round in rounds {
        let time = DateText.full(round.endedAt, calendar: book.calendar)
        try output.line("\(time)  \(SyncWords.sentence(round, book.calendar, for: .history))")
      }
    }
  }

  static func counts(_ counts: SyncCounts) -> String? {
    guard !counts.isClean else { return nil }
    let hint = counts.conflicts > 0 ? " (S in the program)" : ""
    return SyncWords.counts(counts).joined(separator: ", ") + hint
  }

  private static func print(
    _ operation: OutboxOperation, _ leavesOut: Set<EntityKind>, _ wait: SyncWait?, _ book: Book,
    _ output: inout Output,
  ) throws {
    func name(_ key: RecordKey) throws -> String { try book.store.read { try $0.name(key.kind, key.id) } ?? "" }
    let key = operation.key
    let what = "\(Counted.one(key.kind)) \(key.id) \(try name(key)): \(SyncWords.action(operation))"
    let words = try wait.map { try SyncWords.wait($0, name) }
    let state = SyncWords.state(operation, book.calendar, leavesOut: leavesOut, wait: words)
    try output.line(TextWidth.sanitised("  \(what); \(state)"))
  }

  private static func print(_ noted: NotedConflict, _ book: Book, _ output: inout Output) throws {
    let key = noted.conflict.key
    let name = try book.store.read { try $0.name(key.kind, key.id) } ?? ""
    let field = noted.conflict.field.map { ", " + (key.kind.field($0)?.label ?? $0) } ?? ""
    let line = "  \(Counted.one(key.kind)) \(key.id) \(name)\(field): \(SyncWords.reason(noted.conflict))"
    try output.line(TextWidth.sanitised(line))
  }

  static func json(_ operation: OutboxOperation) -> JSONValue {
    var members: [String: JSONValue] = [
      "kind": .string(operation.key.kind.rawValue), "id": .integer(Int(operation.key.id)),
      "action": .string(operation.action.name),
      "state": .string(operation.isGivenUp ? "given_up" : operation.state.rawValue),
      "fields": .array(operation.edits.keys.sorted().map(JSONValue.string)),
    ]
    if let refusal = operation.refusal {
      members["refusal"] = .object([
        "general": .array(refusal.general.map(JSONValue.string)),
        "fields": .object(refusal.fields.mapValues { .array($0.map(JSONValue.string)) }),
      ])
    }
    return .object(members)
  }

  private static func json(
    _ profile: SyncProfile, _ operations: [OutboxOperation], _ conflicts: [NotedConflict], _ rounds: [RoundResult],
  ) -> JSONValue {
    .object([
      "server": .string(profile.settings.server), "user": .string(profile.settings.user),
      "waiting": .array(operations.map(json)),
      "conflicts": .array(
        conflicts.map { noted in
          let conflict = noted.conflict
          return .object([
            "kind": .string(conflict.key.kind.rawValue), "id": .integer(Int(conflict.key.id)),
            "field": conflict.field.map(JSONValue.string) ?? .null, "reason": .string(conflict.reason.rawValue),
            "before": conflict.base.json, "mine": conflict.mine.json, "theirs": conflict.theirs.json,
          ])
        }),
      "rounds": .array(rounds.map(\.json)),
    ])
  }
}
