import CRMDomain
import CRMStore
import TerminalKit

/// The values of one field over the rows of a list: how many have each, what they are worth together. Enter filters.
/// Counting runs on the worker.
@MainActor final class FrequencyScreen: Screen {
  private enum Order: CaseIterable { case count, sum, value }

  let contexts: [Context] = [.counts]
  let watches: Set<EntityKind>
  private let info: FieldInfo
  private let query: ListQuery
  private let subject: String
  private let picked: (String) -> Effect
  private var period = Period.month
  private var order: Order
  private var isReversed = false
  private var grouping: Grouping?
  /// In the order of the field, as the store answers them.
  private var groups: [ListGroup] = []
  private var rows: [ListGroup] = []
  private var table = Table(columns: [])
  private var barColumns = 24
  private var isAsked = false
  private var isKnown = false
  private let generation = Generation()

  /// `picked` gets the filter for the chosen value.
  init(_ info: FieldInfo, _ query: ListQuery, _ subject: String, _ picked: @escaping (String) -> Effect) {
    self.info = info
    self.query = query
    self.subject = subject
    self.picked = picked
    watches = [query.kind, .user]
    order = info.kind == .day || info.kind == .instant ? .value : .count
  }

  var title: String { "\(grouping?.title ?? info.label) of \(Counted.many(query.kind))" }
  var status: String { isKnown ? "" : "counting …" }
  private var hasSums: Bool { query.kind.amountField != nil }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || !isAsked else { return }
    isAsked = true
    let grouping = Grouping(info, period: period, calendar: session.calendar)
    self.grouping = grouping
    let (number, query) = (generation.next(), query)
    let (store, worker, generation) = (session.store, session.worker, generation)
    worker.perform(.lists) { [weak self] in
      let isStale: @Sendable () -> Bool = { generation.current != number }
      guard !isStale() else { return }
      do throws(StoreProblem) {
        let groups = try store.frequencies(of: grouping, in: query, isStale: isStale)
        worker.post { if !isStale(), let groups { self?.receive(groups) } }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  private func receive(_ groups: [ListGroup]) {
    self.groups = groups
    isKnown = true
    sort()
  }

  private func sort() {
    let selected = rows.indices.contains(table.cursor.selected) ? rows[table.cursor.selected].value : nil
    let ranked = groups.enumerated().sorted { left, right in
      switch order {
      case .value: left.offset < right.offset
      case .count: (right.element.count, left.offset) < (left.element.count, right.offset)
      case .sum:
        (right.element.sums.first?.amount ?? .least, left.offset) < (
          left.element.sums.first?.amount ?? .least, right.offset
        )
      }
    }.map(\.element)
    rows = isReversed ? ranked.reversed() : ranked
    table.cursor.setCount(rows.count)
    if let selected, let row = rows.firstIndex(where: { $0.value == selected }) { table.cursor.select(row) }
    setColumns()
  }

  private func setColumns() {
    func mark(_ own: Order) -> Table.SortMark {
      guard own == order else { return .none }
      return (own == .value) != isReversed ? .up : .down
    }
    table.columns = [
      Table.Column(info.label, minimum: 14, ideal: 20, weight: 1, sortMark: mark(.value)),
      Table.Column("Count", minimum: 7, ideal: 9, align: .right, sortMark: mark(.count)),
    ]
    if hasSums {
      table.columns.append(Table.Column("Sum", minimum: 12, ideal: 30, weight: 1, align: .right, sortMark: mark(.sum)))
    }
    table.columns.append(Table.Column("", minimum: barColumns, ideal: barColumns))
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .ignored: return nil
    case .moved: return .handled
    case .titleClicked(let column):
      let orders: [Order] = hasSums ? [.value, .count, .sum] : [.value, .count]
      guard orders.indices.contains(column) else { return .handled }
      return orders[column] == order ? perform(.reverseSort) : sort(by: orders[column])
    case .opened(let row):
      guard rows.indices.contains(row) else { return .handled }
      return .with { [rows, grouping, picked] session in
        guard let grouping else { return .handled }
        return .several([.pop, picked(GroupText.filter(rows[row], grouping, session))])
      }
    }
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .back, .quit: return .pop
    case .open: return handle(.enter)
    case .sortBy:
      let orders: [Order] = hasSums ? [.count, .sum, .value] : [.count, .value]
      return sort(by: orders[((orders.firstIndex(of: order) ?? 0) + 1) % orders.count])
    case .reverseSort:
      isReversed.toggle()
      sort()
      return .handled
    case .changePeriod:
      guard grouping?.isByPeriod == true else { return .toast("\(info.label) is no date") }
      period = period.next
      isAsked = false
      return .handled
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    command == .changePeriod && info.kind != .day && info.kind != .instant ? "\(info.label) is no date" : nil
  }

  private func sort(by order: Order) -> Effect {
    self.order = order
    isReversed = false
    sort()
    return .handled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.put(" \(title) ", at: Point(bar.column + 1, bar.row), role: .title)
    let count = rows.count == 1 ? "1 value" : "\(rows.count.formatted(grouping: ",")) values"
    let text = isKnown ? " \(count) " : " counting … "
    canvas.put(text, at: Point(bar.endColumn - TextWidth.width(of: text) - 1, bar.row), role: .title)
    barColumns = rect.columns < 100 ? 12 : 24
    setColumns()
    let most = Double(groups.map(\.count).max() ?? 1)
    let (ascii, isShort) = (canvas.ascii, rect.columns < 100)
    table.draw(on: &canvas, in: body) { [rows, grouping, hasSums, barColumns] row in
      guard rows.indices.contains(row), let grouping else { return nil }
      let group = rows[row]
      let bar = Bars.horizontal(Double(group.count) / max(1, most), columns: barColumns, ascii: ascii)
      var cells: [Table.CellText] = [
        .init(GroupText.title(group, grouping, session), role: group.value.isEmpty ? .dim : .text),
        .init(group.count.formatted(grouping: ",")),
      ]
      if hasSums { cells.append(.init(GroupText.sums(group, session, isShort: isShort || group.sums.count > 1))) }
      return Table.Row(cells + [.init(bar, role: .info)])
    }
    if isKnown, rows.isEmpty {
      canvas.put("Nothing matches, so there is nothing to count.", at: Point(body.column + 3, body.row + 2), role: .dim)
    }
    return nil
  }
}
