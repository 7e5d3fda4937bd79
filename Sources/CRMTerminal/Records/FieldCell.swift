import CRMDomain
import TerminalKit

/// How a field's value looks in a list, a preview or a card: words first, colour second.
@MainActor package enum FieldCell {
  package static func cell<R: Record>(_ record: R, _ info: FieldInfo, _ session: Session, ascii: Bool) -> Table.CellText
  {
    let value = record[info]
    if info.name == "lead_score", case .integer(let score) = value { return self.score(score, ascii: ascii) }
    guard !value.isEmpty else { return Table.CellText(info.name == "last_contact_date" ? "never" : "", role: .dim) }
    return Table.CellText(
      foreign(record, value, session) + text(value, info, session), role: role(value, info, session))
  }

  /// The currency of an amount where it is not the usual one: "EUR ".
  private static func foreign<R: Record>(_ record: R, _ value: FieldValue, _ session: Session) -> String {
    guard case .money = value, let currency = record["currency"].text, currency != session.currency else { return "" }
    return currency + " "
  }

  package static func text(_ value: FieldValue, _ info: FieldInfo, _ session: Session) -> String {
    switch (value, info.kind) {
    case (.text(let text), let kind) where !kind.isChoice: text
    case (.money(let hundredths), _): Money(hundredths: hundredths).display()
    case (.reference(let id), .reference(let kind)): session.name(kind, id) ?? "\(kind.rawValue) #\(id)"
    case (.instant(let instant), _) where info.name == "last_contact_date" || info.isReadOnly:
      DateText.ago(instant, now: session.now)
    case (.instant(let instant), _): DateText.short(instant, now: session.now, calendar: session.calendar)
    case (.day(let day), _): DateText.short(day, today: session.today)
    default: FieldText.show(value, as: info, in: session.entry)
    }
  }

  package static func role(_ value: FieldValue, _ info: FieldInfo, _ session: Session) -> Role {
    switch (info.name, value.text) {
    case ("status", "converted"), ("status", "completed"), ("stage", "closed_won"): return .good
    case ("status", "lost"), ("status", "unqualified"), ("status", "cancelled"), ("stage", "closed_lost"): return .dim
    case ("status", "qualified"): return .info
    case ("priority", "urgent"): return .bad
    case ("priority", "high"): return .warning
    default: break
    }
    if case .instant(let instant) = value, ["due_date", "next_follow_up"].contains(info.name), instant < session.now {
      return .bad
    }
    return info.kind.isNumber ? .text : info.isReadOnly ? .dim : .text
  }

  private static func score(_ score: Int, ascii: Bool) -> Table.CellText {
    let bar = Bars.horizontal(Double(min(max(score, 0), 100)) / 100, columns: 4, ascii: ascii)
    let padded = TextWidth.padded(bar, to: 4)
    let number = TextWidth.padded(String(score), to: 3, align: .right)
    return Table.CellText("\(padded)\(number)", role: score >= 70 ? .hot : score >= 40 ? .text : .dim)
  }

  /// What says nothing when it is cut, such as an e-mail address, is shown whole or not at all.
  private static func minimum(of info: FieldInfo, _ width: Int) -> Int {
    switch info.kind {
    case .email, .phone, .url, .day, .instant: width
    case .choice: min(width, 11)
    default: min(width, 10)
    }
  }

  /// The label, or a word for it that fits above its column.
  private static func title(of info: FieldInfo) -> String {
    switch info.name {
    case "probability": "%"
    case "expected_close_date": "Closes"
    case "next_follow_up": "Follow-up"
    default: info.label
    }
  }

  package static func column(_ info: FieldInfo, sort: Query.SortKey?) -> Table.Column {
    let isSorted = sort.map { info.names.contains($0.key) || info.name == $0.key } ?? false
    let width = max(info.columnWidth ?? 14, info.choices.map { TextWidth.width(of: $0.label) }.max() ?? 0)
    return Table.Column(
      title(of: info), minimum: minimum(of: info, width), ideal: width, weight: info.kind == .text ? 1 : 0,
      align: info.kind.isNumber && info.name != "lead_score" ? .right : .left,
      sortMark: isSorted ? (sort?.descending == true ? .down : .up) : .none)
  }
}

extension FieldKind {
  var isNumber: Bool {
    switch self {
    case .integer, .money: true
    default: false
    }
  }

  var isChoice: Bool { if case .choice = self { true } else { false } }
}
