import CRMDomain
import CRMStore
import TerminalKit

/// The values of one field over the rows of a list: how many have each, what they are worth together. Enter filters.
@MainActor final class FrequencyScreen: Screen {
  private let info: FieldInfo
  private let query: ListQuery
  private let picked: (String) -> Effect
  private var rows: [Frequency] = []
  private var table = Table(columns: [])
  private var isLoaded = false
  let watches: Set<EntityKind>
  let status = "enter filters  esc back"

  /// `picked` gets the filter for the chosen value.
  init(_ info: FieldInfo, _ query: ListQuery, _ picked: @escaping (String) -> Effect) {
    self.info = info
    self.query = query
    self.picked = picked
    watches = [query.kind]
  }

  var title: String { "\(info.label) of \(Counted.many(query.kind))" }

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || !isLoaded else { return }
    isLoaded = true
    rows = session.read { try $0.frequencies(of: info, in: query) } ?? []
    table.columns = [
      Table.Column(info.label, minimum: 14, ideal: 26, weight: 1),
      Table.Column("Count", minimum: 7, ideal: 9, align: .right), Table.Column("", minimum: 10, ideal: 24, weight: 2),
    ]
    if query.kind.amountField != nil { table.columns.insert(Table.Column("Sum", ideal: 12, align: .right), at: 2) }
    table.cursor.setCount(rows.count)
  }

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .ignored, .titleClicked: nil
    case .moved: .handled
    case .opened(let row):
      .with { [rows, info, picked] session in .several([.pop, picked(rows[row].filter(info, session))]) }
    }
  }

  func perform(_ command: Command) -> Effect? { command == .back || command == .quit ? .pop : nil }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.put(" \(title) ", at: Point(bar.column + 1, bar.row), role: .title)
    let most = Double(rows.map(\.count).max() ?? 1)
    let ascii = canvas.ascii
    table.draw(on: &canvas, in: body) { [rows, info, query] row in
      guard rows.indices.contains(row) else { return nil }
      let text = rows[row].value.isEmpty ? "(empty)" : FieldCell.text(rows[row].value, info, session)
      let bar = Bars.horizontal(Double(rows[row].count) / most, columns: 24, ascii: ascii)
      var cells: [Table.CellText] = [
        .init(text, role: rows[row].value.isEmpty ? .dim : .text), .init(rows[row].count.formatted(grouping: ",")),
        .init(bar, role: .info),
      ]
      if query.kind.amountField != nil { cells.insert(.init(rows[row].sum.display()), at: 2) }
      return Table.Row(cells)
    }
    return nil
  }
}

extension Frequency {
  /// The filter that finds the records with this value: `status:new`, `-has:phone`.
  @MainActor func filter(_ info: FieldInfo, _ session: Session) -> String {
    if value.isEmpty { return "-has:\(info.key)" }
    let term: Query.Test =
      switch value {
      case .reference(let id): .anyOf([info.kind == .reference(.user) ? session.userName(Identifier(id)) : "#\(id)"])
      default: .anyOf([FieldText.plain(value, as: info)])
      }
    return Query(terms: [.field(key: info.key, term)]).text
  }
}
