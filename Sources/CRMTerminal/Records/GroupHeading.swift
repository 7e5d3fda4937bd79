import CRMDomain
import CRMStore
import TerminalKit

/// How a group of records is written: its value, how many there are, what they are worth, a bar.
@MainActor enum GroupText {
  /// "contacted", "Nov 2026", "Ada Lovelace", "(no source)".
  static func title(_ group: ListGroup, _ grouping: Grouping, _ session: Session) -> String {
    switch group.value {
    case .none: "(no \(grouping.info.label.lowercased()))"
    case .day(let start) where grouping.isByPeriod: grouping.period.name(from: start)
    case .reference(let id):
      grouping.info.kind == .reference(.user) ? session.userName(Identifier(id)) : named(group, id)
    case .flag(let flag): flag ? "yes" : "no"
    default: FieldCell.text(group.value, grouping.info, session)
    }
  }

  private static func named(_ group: ListGroup, _ id: Int64) -> String {
    group.name.flatMap { $0.isEmpty ? nil : $0 } ?? "#\(id)"
  }

  /// The filter that finds the records of a group.
  static func filter(_ group: ListGroup, _ grouping: Grouping, _ session: Session) -> String {
    if case .reference(let id) = group.value, grouping.info.kind == .reference(.user) {
      return grouping.filter(group.value, name: session.userName(Identifier(id)))
    }
    return grouping.filter(group.value)
  }

  /// "USD 120,000 · EUR 45,000", or short: "USD 120k · EUR 45k".
  static func sums(_ group: ListGroup, _ session: Session, isShort: Bool) -> String {
    group.sums.map { sum in
      let currency = sum.currency.isEmpty ? session.currency : sum.currency
      return isShort ? MoneyText.short(sum.amount, currency) : MoneyText.plain(sum.amount, currency)
    }.joined(separator: " · ")
  }
}

/// The heading of a group in a list of some width.
@MainActor struct GroupHeading {
  private let grouping: Grouping
  private let session: Session
  private let columns: Int
  private let ascii: Bool
  private let most: Int
  private let titleColumns: Int
  private let sumColumns: Int

  init(_ rows: GroupedRows, columns: Int, ascii: Bool, _ session: Session) {
    let grouping = rows.list.grouping
    self.grouping = grouping
    self.session = session
    self.columns = columns
    self.ascii = ascii
    most = rows.largest
    // The first hundred are enough for columns that stand still while one moves.
    let some = rows.list.groups.prefix(100)
    let longest = some.map { TextWidth.width(of: GroupText.title($0, grouping, session)) }.max() ?? 0
    titleColumns = min(max(longest, 8), max(8, columns * 2 / 5))
    let isShort = columns < Self.wide
    let widest = some.map { TextWidth.width(of: GroupText.sums($0, session, isShort: isShort)) }.max() ?? 0
    sumColumns = min(widest, max(10, columns / 2))
  }

  /// From here on sums are written in full.
  private static var wide: Int { 90 }

  /// "▾ contacted  64  USD 1.2m · EUR 45k  ▇▇▇▇"
  func spans(_ group: ListGroup, isFolded: Bool, isComplete: Bool) -> [Span] {
    let sign = isFolded ? (ascii ? "+ " : "▹ ") : (ascii ? "- " : "▾ ")
    let title = TextWidth.padded(
      TextWidth.truncated(GroupText.title(group, grouping, session), to: titleColumns), to: titleColumns)
    let number = group.count.formatted(grouping: ",") + (isComplete ? "" : "+")
    let count = TextWidth.padded(number, to: max(countColumns, TextWidth.width(of: number)), align: .right)
    let left = columns - titleColumns - TextWidth.width(of: count) - 8
    let sums = TextWidth.truncated(
      GroupText.sums(group, session, isShort: columns < Self.wide), to: min(left, sumColumns))
    var spans = [Span(sign + title, role: .strong), Span("  " + count, role: .text)]
    if sumColumns > 0 { spans.append(Span("  " + TextWidth.padded(sums, to: min(left, sumColumns)), role: .text)) }
    let room = left - sumColumns - 2
    if room >= 6, most > 0 {
      let bar = Bars.horizontal(Double(group.count) / Double(most), columns: min(room, 24), ascii: ascii)
      spans.append(Span("  " + bar, role: .info))
    }
    return spans
  }

  private var countColumns: Int { TextWidth.width(of: most.formatted(grouping: ",")) }
}
