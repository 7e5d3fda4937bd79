import CRMDomain
import CRMStore

/// What became of a round, as it is kept and shown.
package struct RoundResult: Hashable, Sendable {
  package var startedAt: Instant
  package var endedAt: Instant
  package var end: RoundEnd
  package var report: RoundReport
  /// What it changed in the book, as one entry of history; nil if nothing.
  package var operation: Int64?

  package init(
    startedAt: Instant, endedAt: Instant, end: RoundEnd, report: RoundReport = RoundReport(), operation: Int64? = nil,
  ) {
    (self.startedAt, self.endedAt, self.end) = (startedAt, endedAt, end)
    (self.report, self.operation) = (report, operation)
  }
}

extension RoundEnd {
  /// One word for programs: `crm sync --json` prints it.
  package var name: String {
    switch self {
    case .complete: "complete"
    case .cancelled: "cancelled"
    case .busy: "busy"
    case .needsLogin: "needs_login"
    case .differentAccount: "different_account"
    case .offline: "offline"
    case .throttled: "throttled"
    case .massVanish: "mass_vanish"
    case .differentServer: "different_server"
    }
  }
}

extension RoundReport {
  /// Its figures by name, in the order in which they are told.
  package var figures: [(name: String, value: Int)] {
    [
      ("requests", requests), ("pages", pages), ("details", details), ("pulled", pulled), ("changed", changed),
      ("matched", matched), ("pushed", pushed), ("conflicts", conflicts), ("refused", quarantined),
      ("vanished", vanished),
    ]
  }
}

extension RoundResult {
  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "end": .string(end.name), "started_at": .string(startedAt.iso), "ended_at": .string(endedAt.iso),
      "problems": .array(report.problems.map(JSONValue.string)),
    ]
    for (name, value) in report.figures { members[name] = .integer(value) }
    switch end {
    case .complete(let resumeAt): members["resume_at"] = resumeAt.map { .string($0.iso) } ?? .null
    case .offline(let time), .throttled(let time): members["resume_at"] = .string(time.iso)
    case .massVanish(let kind, let count):
      members["kind"] = .string(kind.rawValue)
      members["count"] = .integer(count)
    case .differentServer(let kind): members["kind"] = .string(kind.rawValue)
    case .cancelled, .busy, .needsLogin, .differentAccount: break
    }
    return .object(members)
  }

  /// Nil if the text is of a shape that is not known here.
  package init?(json: JSONValue, operation: Int64?) {
    guard case .object(let members) = json else { return nil }
    func text(_ name: String) -> String? { if case .string(let text)? = members[name] { text } else { nil } }
    func number(_ name: String) -> Int { if case .integer(let number)? = members[name] { number } else { 0 } }
    guard let started = text("started_at").flatMap(Instant.init(iso:)),
      let ended = text("ended_at").flatMap(Instant.init(iso:))
    else { return nil }
    let resumeAt = text("resume_at").flatMap(Instant.init(iso:))
    let kind = text("kind").flatMap(EntityKind.init(rawValue:)) ?? .lead
    switch text("end") {
    case "complete": end = .complete(resumeAt: resumeAt)
    case "cancelled": end = .cancelled
    case "busy": end = .busy
    case "needs_login": end = .needsLogin
    case "different_account": end = .differentAccount
    case "offline": end = .offline(retryAt: resumeAt ?? ended)
    case "throttled": end = .throttled(until: resumeAt ?? ended)
    case "mass_vanish": end = .massVanish(kind, number("count"))
    case "different_server": end = .differentServer(kind)
    default: return nil
    }
    (startedAt, endedAt, self.operation) = (started, ended, operation)
    report = RoundReport()
    report.requests = number("requests")
    report.pages = number("pages")
    report.details = number("details")
    report.pulled = number("pulled")
    report.changed = number("changed")
    report.matched = number("matched")
    report.pushed = number("pushed")
    report.conflicts = number("conflicts")
    report.quarantined = number("refused")
    report.vanished = number("vanished")
    if case .array(let items)? = members["problems"] {
      report.problems = items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
  }
}
