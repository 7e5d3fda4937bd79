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

  init(_ rows: GroupedRows, columns: Int, ascii: Bool, _ session: Session) {
    grouping = rows.list.grouping
    self.session = session
    self.columns = columns
    self.ascii = ascii
    most = rows.largest
    let longest =
      rows.list.groups.prefix(100)
      .map { TextWidth.width(of: GroupText.title($0, rows.list.grouping, session)) }.max() ?? 0
    titleColumns = min(max(longest, 8), max(8, columns * 2 / 5))
  }

  /// "▾ contacted  64  USD 1.2m · EUR 45k  ▇▇▇▇"
  func spans(_ group: ListGroup, isFolded: Bool, isComplete: Bool) -> [Span] {
    let sign = isFolded ? (ascii ? "+ " : "▹ ") : (ascii ? "- " : "▾ ")
    let title = TextWidth.padded(
      TextWidth.truncated(GroupText.title(group, grouping, session), to: titleColumns), to: titleColumns)
    let number = group.count.formatted(grouping: ",") + (isComplete ? "" : "+")
    let count = TextWidth.padded(number, to: max(countColumns, TextWidth.width(of: number)), align: .right)
    let left = columns - titleColumns - TextWidth.width(of: count) - 8
    let sums = sums(group, left)
    let room = left - TextWidth.width(of: sums) - 4
    var spans = [Span(sign + title, role: .strong), Span("  " + count, role: .text), Span("  " + sums, role: .text)]
    if room >= 6, most > 0 {
      let bar = Bars.horizontal(Double(group.count) / Double(most), columns: min(room, 24), ascii: ascii)
      let gap = TextWidth.padded("", to: max(2, sumColumns - TextWidth.width(of: sums) + 2))
      spans.append(Span((TextWidth.width(of: gap) + 24 <= room ? gap : "  ") + bar, role: .info))
    }
    return spans
  }

  private var countColumns: Int { TextWidth.width(of: most.formatted(grouping: ",")) }

  /// Where bars begin in a list that has room for it.
  private var sumColumns: Int { columns >= 90 ? 40 : 22 }

  private func sums(_ group: ListGroup, _ room: Int) -> String {
    let whole = GroupText.sums(group, session, isShort: false)
    if columns >= 90, TextWidth.width(of: whole) <= room { return whole }
    return TextWidth.truncated(GroupText.sums(group, session, isShort: true), to: max(0, room))
  }
}
