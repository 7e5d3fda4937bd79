import CRMDomain
import CRMStore
import TerminalKit

/// Prints how many records of a list have each value of a field, and what they are worth together.
struct GroupPrinter {
  private let book: Book
  private let list: ListQuery
  private let grouping: Grouping
  private let currency: String

  /// - Throws: `CommandProblem` if there is no such field.
  init(book: Book, _ list: ListQuery, _ key: Query.GroupKey) throws {
    self.book = book
    self.list = list
    let fields = try book.fields(of: list.kind)
    guard let grouping = Grouping(key, fields: fields, calendar: book.calendar), grouping.info.kind != .customFields
    else {
      throw CommandProblem(
        "crm: \(list.kind.plural) have no field “\(TextWidth.sanitised(key.key))” to group by. They have: "
          + fields.filter(\.isGroupable).map(\.key).joined(separator: ", ") + ".",
        exitCode: .validationFailure)
    }
    self.grouping = grouping
    currency = try book.store.read { try $0.setting("currency") } ?? "USD"
  }

  func print(as format: ListFormat, limit: Int?) throws {
    let all = try book.store.frequencies(of: grouping, in: list) ?? []
    let groups = all.prefix(limit ?? all.count)
    try Output.print { output in
      switch format {
      case .table, .ids: try table(groups, &output)
      case .plain: try plain(groups, &output)
      case .csv: try csv(groups, &output)
      case .json: try json(groups, &output)
      }
    }
  }

  private var hasSums: Bool { list.kind.amountField != nil }

  /// As a person reads it; "" where there is no value.
  private func title(_ group: ListGroup) -> String {
    if case .day(let start) = group.value, grouping.isByPeriod { return grouping.period.name(from: start) }
    return FieldText.show(group.value, as: grouping.info, in: book.entry)
  }

  /// As a program reads it.
  private func code(_ group: ListGroup) -> String {
    switch group.value {
    case .day(let start) where grouping.isByPeriod: grouping.period.code(from: start)
    case .reference(let id): book.entry.names(grouping.info.kind.target, id) ?? "\(id)"
    default: FieldText.plain(group.value, as: grouping.info)
    }
  }

  private func currency(_ sum: CurrencySum) -> String { sum.currency.isEmpty ? currency : sum.currency }

  private func sums(_ group: ListGroup) -> String {
    group.sums.map { $0.amount.display(currency: currency($0)) }.joined(separator: ", ")
  }

  // MARK: For people

  private func table(_ groups: ArraySlice<ListGroup>, _ output: inout Output) throws {
    let columns = [TextTable.Column(grouping.title), TextTable.Column("Count", isNumber: true)]
    var table = TextTable(columns: columns + (hasSums ? [TextTable.Column("Sum")] : []), width: Output.columns)
    for group in groups {
      let name = group.value.isEmpty ? "(none)" : title(group)
      let cells = [name, group.count.formatted(grouping: ",")] + (hasSums ? [sums(group)] : [])
      for line in table.add(cells) { try output.line(line) }
    }
    for line in table.finish() { try output.line(line) }
  }

  private func plain(_ groups: ArraySlice<ListGroup>, _ output: inout Output) throws {
    for group in groups {
      let name = group.value.isEmpty ? "none" : title(group)
      try output.line("\(grouping.title): \(TextWidth.sanitised(name))")
      try output.line("Count: \(group.count)")
      for sum in group.sums {
        try output.line("Sum: \(TextWidth.sanitised(sum.amount.display(currency: currency(sum))))")
      }
      try output.line("")
    }
  }

  // MARK: For programs

  /// A line for each group and currency.
  private func csv(_ groups: ArraySlice<ListGroup>, _ output: inout Output) throws {
    let text = FieldInfo("text", kind: .text)
    let number = FieldInfo("number", kind: .integer)
    let amount = FieldInfo("amount", kind: .money)
    let names = [grouping.info.name, "count"] + (hasSums ? ["currency", "sum"] : [])
    var writer = DelimitedWriter(safety: .spreadsheet)
    writer.writeHeader(names.map { FieldInfo($0, kind: .text) })
    for group in groups {
      let start: [FieldValue] = [code(group).fieldValue, .integer(group.count)]
      guard hasSums else {
        writer.write(start, as: [text, number])
        continue
      }
      let sums = group.sums.map { [currency($0).fieldValue, $0.amount.fieldValue] }
      for sum in sums.isEmpty ? [[.none, .none]] : sums { writer.write(start + sum, as: [text, number, text, amount]) }
    }
    try output.write(writer.bytes)
  }

  private func json(_ groups: ArraySlice<ListGroup>, _ output: inout Output) throws {
    let rows = groups.map { group -> JSONValue in
      let sums = group.sums.map { sum -> JSONValue in
        .object([
          "currency": .string(currency(sum)), "count": .integer(sum.count), "amount": .string(sum.amount.decimal),
        ])
      }
      let value: JSONValue = group.value.isEmpty ? .null : .string(code(group))
      let row: [String: JSONValue] = [
        "field": .string(grouping.info.name), "value": value, "count": .integer(group.count),
      ]
      return .object(hasSums ? row.merging(["sums": .array(sums)]) { $1 } : row)
    }
    try output.line(JSONValue.array(rows).text)
  }
}

extension FieldKind {
  /// What a reference refers to; users where it is none.
  fileprivate var target: EntityKind { if case .reference(let kind) = self { kind } else { .user } }
}
