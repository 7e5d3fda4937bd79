import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// What synchronising is told with, on screens and on the command line.
enum SyncWords {
  static let noToken = "Nobody is logged in: S and then L, or `crm login`, logs in."

  /// Who reads how a round ended: where there are keys, where there are commands, or long after.
  enum Reader {
    case screen, commandLine, history
  }

  /// How a round ended, and what to do about it where something is to be done.
  static func sentence(_ result: RoundResult, _ calendar: LocalCalendar, for reader: Reader) -> String {
    let parts = end(result) + [next(result, calendar, reader)].compactMap(\.self)
    return parts.joined(separator: " ")
  }

  private static func end(_ result: RoundResult) -> [String] {
    switch result.end {
    case .complete: [complete(result.report)]
    case .cancelled: ["Stopped. What is done stays done; the next round goes on from there."]
    case .busy: ["Another program synchronises this book at the moment."]
    case .needsLogin: ["The server wants you to log in again. What waits to be sent is kept."]
    case .differentAccount: ["This login belongs to another account than before."]
    case .offline:
      result.report.problems.first.map { ["The server answers, but not as it should: \($0). Nothing is lost."] }
        ?? ["The server does not answer. Nothing is lost."]
    case .throttled: ["The server asks for patience."]
    case .massVanish(let kind, let count):
      ["\(Counted.text(count, kind)) are gone on the server at once. Nothing was deleted here."]
    case .differentServer(let kind):
      ["The \(Counted.many(kind)) there are other ones than before: another database answers at this address."]
    }
  }

  /// What is to be done, or done by itself, after such an end.
  private static func next(_ result: RoundResult, _ calendar: LocalCalendar, _ reader: Reader) -> String? {
    switch (result.end, reader) {
    case (_, .history), (.complete, _), (.cancelled, _), (.busy, _): nil
    case (.offline(let time), .screen), (.throttled(let time), .screen): "Again \(clock(time, calendar))."
    case (.throttled(let time), .commandLine): "Not before \(timeOfDay(time, calendar))."
    case (.offline, .commandLine): nil
    case (.needsLogin, .screen): "L logs in."
    case (.needsLogin, .commandLine): "`crm login` does it."
    case (.differentAccount, .screen): "L logs in as before, X forgets the server."
    case (.differentAccount, .commandLine): "Log in as before, or forget the server with `crm logout --forget`."
    case (.massVanish, .screen): "D says that it is right."
    case (.massVanish, .commandLine): "`crm sync --accept-vanished` says that it is right."
    case (.differentServer, .screen): "X forgets the old one."
    case (.differentServer, .commandLine): "`crm logout --forget` forgets the old one."
    }
  }

  /// How an end looks: fine, to be looked at, or neither.
  static func role(_ result: RoundResult) -> Role {
    let report = result.report
    switch result.end {
    case .complete: return report.conflicts + report.quarantined == 0 && report.problems.isEmpty ? .good : .warning
    case .cancelled, .busy: return .info
    default: return .warning
    }
  }

  private static func complete(_ report: RoundReport) -> String {
    let counts = [
      (report.pushed, "sent"), (report.pulled, "new here"), (report.changed, "changed here"),
      (report.matched, "matched"), (report.vanished, "deleted there"), (report.conflicts, "to decide"),
      (report.quarantined, "refused"),
    ]
    var parts = counts.filter { $0.0 > 0 }.map { "\($0.0.formatted(grouping: ",")) \($0.1)" }
    if let problem = report.problems.first {
      let others = report.problems.count > 1 ? " and \((report.problems.count - 1).formatted(grouping: ",")) more" : ""
      parts.append("left out \(problem)\(others)")
    }
    return parts.isEmpty ? "Nothing new on either side" : "Synchronised: " + parts.joined(separator: ", ")
  }

  /// "at 14:05", by the rep's clock.
  static func clock(_ time: Instant, _ calendar: LocalCalendar) -> String { "at \(timeOfDay(time, calendar))" }

  private static func timeOfDay(_ time: Instant, _ calendar: LocalCalendar) -> String {
    let (_, hour, minute) = calendar.time(of: time)
    return "\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }

  /// How far a round is.
  static func progress(_ report: RoundReport) -> String {
    var parts = ["\(report.requests) requests"]
    if report.rowsRead < report.rowsExpected {
      let (read, all) = (report.rowsRead.formatted(grouping: ","), report.rowsExpected.formatted(grouping: ","))
      parts = ["\(read) of \(all) rows"]
    }
    if report.pulled > 0 { parts.append("\(report.pulled.formatted(grouping: ",")) new here") }
    if report.matched > 0 { parts.append("\(report.matched.formatted(grouping: ",")) matched") }
    if report.details > 0 { parts.append("\(report.details.formatted(grouping: ",")) read whole") }
    if report.pushed > 0 { parts.append("\(report.pushed.formatted(grouping: ",")) sent") }
    return parts.joined(separator: ", ")
  }

  /// What is not the same on both sides: "2 to send", "1 to decide".
  static func counts(_ counts: SyncCounts) -> [String] {
    let parts = [
      (counts.pending, "to send"), (counts.staying, counts.staying == 1 ? "stays here" : "stay here"),
      (counts.inDoubt, "in doubt"), (counts.refused, "refused"), (counts.conflicts, "to decide"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\($0.0.formatted(grouping: ",")) \($0.1)" }
  }

  /// What was asked of the server lately, and how much it still allows.
  static func quota(_ requests: Int, _ quota: RequestQuota?) -> String {
    let asked = "\(requests.counted("request", "requests")) in the last hour"
    guard let quota else { return asked }
    let limit = quota.limit.map { " of \($0.formatted(grouping: ","))" } ?? ""
    return "\(asked), \(quota.left.formatted(grouping: ","))\(limit) left"
  }

  /// What a round would fetch of a kind: "contacts: at least 100 new, 3 changed".
  static func fetch(_ fetch: SyncRehearsal.Fetch) -> String {
    let counts = [(fetch.new, "new"), (fetch.changed, "changed")].filter { $0.0 > 0 }
    let parts = counts.map { "\($0.0.formatted(grouping: ",")) \($0.1)" }.joined(separator: ", ")
    return "\(Counted.many(fetch.kind)): \(fetch.isCut ? "at least " : "")\(parts)"
  }

  /// What a change does to its record: "new", "changed: phone, notes".
  static func action(_ operation: OutboxOperation) -> String {
    switch operation.action {
    case .create: return "new"
    case .delete: return "deleted"
    case .convert: return "converted"
    case .complete: return "completed"
    case .update:
      let names = operation.edits.keys.sorted().map { operation.key.kind.field($0)?.label.lowercased() ?? $0 }
      return "changed: " + names.joined(separator: ", ")
    }
  }

  /// What the server said of it, or why it waits.
  static func state(
    _ operation: OutboxOperation, _ calendar: LocalCalendar, leavesOut: Set<EntityKind> = [], wait: String? = nil,
  ) -> String {
    if operation.staysHere(leavesOut) { return "\(Counted.many(operation.key.kind)) are not synchronised" }
    switch operation.state {
    case .quarantined where operation.isGivenUp: return "never sent, as you decided"
    case .quarantined: return refusal(operation.refusal ?? Refusal(), operation.key.kind)
    case .inFlight, .inDoubt: return "sent, and no answer came: looked for before it is sent again"
    case .pending:
      if let time = operation.nextAt { return "goes on \(clock(time, calendar))" }
      return wait ?? "waits to be sent"
    }
  }

  /// What stands in the way of a change, with the name of the record that does.
  static func wait(_ wait: SyncWait, _ name: (RecordKey) throws -> String) rethrows -> String {
    switch wait {
    case .stays(let key): "stays here: \(try name(key)) is not sent"
    case .needs(let key): "waits for \(try name(key))"
    case .deals: "waits for its deals"
    }
  }

  /// What becomes of a change that is given up. `needing` new records cannot be sent without a new one.
  static func givingUp(_ operation: OutboxOperation, needing: [RecordKey]) -> [String] {
    switch operation.action {
    case .create:
      let others = needing.first.map { ", and with it \(Counted.text(needing.count, $0.kind))" } ?? ""
      return ["It stays only here\(others).", "t sends it after all."]
    case .delete: return ["It comes back from the trash with the next round."]
    case .convert:
      return [
        "The lead takes the server's values with the next round.", "What it became is sent as new records.",
      ]
    case .update, .complete: return ["The record here takes the server's values with the next round."]
    }
  }

  static func refusal(_ refusal: Refusal, _ kind: EntityKind) -> String {
    let fields = refusal.fields.sorted { $0.key < $1.key }.map { name, words in
      "\(kind.field(name)?.label ?? name): \(words.joined(separator: " "))"
    }
    let all = refusal.general + fields
    return all.isEmpty ? "refused without a word" : "refused: " + all.joined(separator: "; ")
  }

  static func reason(_ conflict: Conflict) -> String {
    switch conflict.reason {
    case .bothChanged: "changed on both sides"
    case .notTaken: "the server took another value"
    case .deletedThere: "deleted there, changed here"
    case .deletedHere where conflict.field != nil, .hasDeals where conflict.field != nil:
      "changed here, then deleted; it was kept"
    case .deletedHere: "deleted here, changed there: it was kept"
    case .hasDeals: "deleted here, but it has deals: it was kept"
    case .possibleDuplicate: "may be there twice"
    }
  }

  /// What was decided, as the history calls it. `field` is nil where it is about the whole record.
  static func decision(_ noted: NotedConflict, _ name: String, field: String?, _ choice: ConflictChoice) -> String {
    let isBack = noted.conflict.reason == .deletedThere && noted.isTrashed
    guard let field else { return decision(noted, name, isMine: choice == .mine) }
    switch choice {
    case .theirs: return isBack ? "Leave \(name) in the trash" : "\(name), \(field): as it is"
    case .mine: return isBack ? "Bring \(name) back" : "\(name), \(field): mine"
    case .value: return isBack ? "Bring \(name) back, \(field): another value" : "\(name), \(field): another value"
    }
  }

  private static func decision(_ noted: NotedConflict, _ name: String, isMine: Bool) -> String {
    switch noted.conflict.reason {
    case .deletedThere where !noted.isTrashed: "Leave \(name) as it is"
    case .deletedThere: isMine ? "Bring \(name) back" : "Leave \(name) in the trash"
    case .deletedHere: isMine ? "Delete \(name) after all" : "Keep \(name)"
    case .hasDeals: isMine ? "Delete \(name) and its deals" : "Keep \(name)"
    case .bothChanged, .notTaken, .possibleDuplicate: "Leave \(name) as it is"
    }
  }

  static func word(_ state: RecordSyncState) -> String {
    switch state {
    case .local: "only here"
    case .synced: "synced"
    case .pending: "to be sent"
    case .inDoubt: "sent, no answer yet"
    case .refused: "refused by the server"
    case .conflict: "conflict"
    }
  }
}
