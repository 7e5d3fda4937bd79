/// What is wrong with one cell of a file.
package struct RowProblem: Error, Hashable, Sendable {
  /// As a spreadsheet counts: 2 is the first row under a header in row 1.
  package let row: Int
  package let column: String
  /// The v1 name of the field the column fills, empty if the whole row is meant.
  package let field: String
  package let value: String
  /// What is wrong and what to do, without row and column.
  package let message: String

  package init(row: Int, column: String = "", field: String = "", value: String = "", message: String) {
    self.row = row
    self.column = column
    self.field = field
    self.value = value
    self.message = message
  }

  /// The message with its place.
  package var sentence: String {
    column.isEmpty ? "Row \(row): \(message)" : "Row \(row), column “\(column)”: \(message)"
  }
}

/// Makes rows of a file into values of fields, as a mapping says. No I/O, no clock, no look at other records.
package struct RowPlan {
  package enum Result: Hashable {
    /// The fields that the row fills; a field it leaves empty is not there, and keeps its default or its old value.
    case record([FieldInfo], [FieldValue])
    case rejected([RowProblem])
  }

  /// The fields that rows fill, in the order of the values of `read`.
  package let fields: [FieldInfo]
  private let headers: [String]
  private var cells: [CellPlan]
  private let keepsQuotedBlanks: Bool

  package init(_ mapping: ColumnMapping, dialect: Dialect = Dialect()) {
    var fields: [FieldInfo] = []
    var cells: [CellPlan] = []
    for column in mapping.columns {
      guard let field = column.target.field else { continue }
      cells.append(CellPlan(column: column.index, slot: fields.count, field: field, transform: column.transform))
      if column.transform == .splitName {
        fields += mapping.kind.fields.filter { $0.name == "first_name" || $0.name == "last_name" }
      } else {
        fields.append(field)
      }
    }
    self.fields = fields
    self.cells = cells
    headers = mapping.columns.map(\.header)
    keepsQuotedBlanks = !dialect.quotesEverything
  }

  /// Puts the row's values into `values`, `none` where a cell is empty, and answers what is wrong with them.
  package mutating func read(_ row: borrowing DelimitedRow, into values: inout [FieldValue]) -> [RowProblem] {
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(.none, count: fields.count))
    var problems: [RowProblem] = []
    if row.count > headers.count, let problem = surplus(row) { problems.append(problem) }
    for index in cells.indices where cells[index].column < row.count {
      let column = cells[index].column
      let message: String?
      if row.needsUnescaping(column) {
        let bytes = row.unescaped(column)
        message = cells[index].read(bytes.span, keepsBlanks: keepsQuotedBlanks, into: &values)
      } else {
        let keeps = keepsQuotedBlanks && row.isQuoted(column)
        message = cells[index].read(row.raw(column).span, keepsBlanks: keeps, into: &values)
      }
      if let message { problems.append(problem(message, row, column, cells[index].field)) }
    }
    return problems
  }

  package mutating func result(of row: borrowing DelimitedRow) -> Result {
    var values: [FieldValue] = []
    let problems = read(row, into: &values)
    guard problems.isEmpty else { return .rejected(problems) }
    let filled = values.indices.filter { !values[$0].isEmpty }
    return .record(filled.map { fields[$0] }, filled.map { values[$0] })
  }

  private func problem(
    _ message: String, _ row: borrowing DelimitedRow, _ column: Int, _ field: FieldInfo,
  ) -> RowProblem {
    RowProblem(
      row: row.number, column: headers[column], field: field.name, value: row[column], message: message)
  }

  /// A row with more cells than the header has lost a quote somewhere, and its values stand under wrong names.
  private func surplus(_ row: borrowing DelimitedRow) -> RowProblem? {
    let more = row.strings[headers.count...]
    guard let value = more.first(where: { !$0.trimmed.isEmpty }) else { return nil }
    return RowProblem(
      row: row.number, column: "", field: "", value: value,
      message:
        "there are \(row.count) cells under \(headers.count) column names. Put quotes around cells that hold the delimiter."
    )
  }
}
