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

  /// All that is wrong with one row, as reports and files of rejected rows have it.
  package static func sentence(of problems: [RowProblem]) -> String {
    problems.map { $0.column.isEmpty ? $0.message : "\($0.column): \($0.message)" }.joined(separator: " ")
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
  /// The fields of the last row whose cells were empty and take the old value away, by their place among `fields`.
  package private(set) var cleared: [Int] = []
  /// What every row has in addition to its own tags.
  package let addedTags: [String]
  private let headers: [String]
  private var cells: [CellPlan]
  private let stamps: [(slot: Int, value: FieldValue)]
  private let tagSlot: Int?
  private let keepsQuotedBlanks: Bool

  package init(_ mapping: ColumnMapping, dialect: Dialect = Dialect()) {
    var layout = RowLayout(mapping.kind)
    for column in mapping.columns { layout.add(column, of: mapping) }
    stamps = mapping.stamps.compactMap { stamp in
      guard case .tags = stamp.value else { return (layout.slot(of: stamp.field), stamp.value) }
      return nil
    }
    let tags = mapping.stamps.compactMap { if case .tags(let tags) = $0.value { ($0.field, tags) } else { nil } }
    addedTags = tags.flatMap(\.1)
    tagSlot = tags.first.map { layout.slot(of: $0.0) }
    fields = layout.fields
    cells = layout.cells
    headers = mapping.columns.map(\.header)
    keepsQuotedBlanks = !dialect.quotesEverything
  }

  /// True if an empty cell may take an old value away.
  package var mayClear: Bool { cells.contains(where: \.clears) }

  /// Puts the row's values into `values`, `none` where a cell is empty, and answers what is wrong with them.
  package mutating func read(_ row: borrowing DelimitedRow, into values: inout [FieldValue]) -> [RowProblem] {
    begin(&values)
    return fill(&values, from: row)
  }

  /// The same for a row that is added to `rows`, whose first slots are those of `fields`.
  package mutating func read(_ row: borrowing DelimitedRow, into rows: inout PackedRows) -> [RowProblem] {
    rows.addRow()
    return fill(&rows, from: row)
  }

  private mutating func fill(_ values: inout some RowValues, from row: borrowing DelimitedRow) -> [RowProblem] {
    if !cleared.isEmpty { cleared.removeAll(keepingCapacity: true) }
    var problems: [RowProblem] = []
    if row.count > headers.count, let problem = surplus(row.strings, row.number) { problems.append(problem) }
    for index in cells.indices {
      let column = cells[index].column
      let message: String?
      if cells[index].preparation != nil {
        message = readPrepared(index, row, &values)
      } else if column >= row.count {
        continue
      } else if row.needsUnescaping(column) {
        let bytes = row.unescaped(column)
        message = cells[index].read(bytes.span, keepsBlanks: keepsQuotedBlanks, into: &values)
      } else {
        let keeps = keepsQuotedBlanks && row.isQuoted(column)
        message = cells[index].read(row.raw(column).span, keepsBlanks: keeps, into: &values)
      }
      if let message {
        problems.append(problem(message, row.number, index, row.count > column ? row[column] : ""))
      } else if cells[index].clears, column < row.count {
        noteCleared(index, values)
      }
    }
    stamp(&values)
    return problems
  }

  /// The same for a row whose cells are texts already, because a person corrected some of them.
  package mutating func read(
    cells texts: [String], row number: Int, into values: inout [FieldValue],
  ) -> [RowProblem] {
    begin(&values)
    return fill(&values, from: texts, row: number)
  }

  package mutating func read(cells texts: [String], row number: Int, into rows: inout PackedRows) -> [RowProblem] {
    rows.addRow()
    return fill(&rows, from: texts, row: number)
  }

  private mutating func fill(
    _ values: inout some RowValues, from texts: [String], row number: Int,
  ) -> [RowProblem] {
    if !cleared.isEmpty { cleared.removeAll(keepingCapacity: true) }
    var problems: [RowProblem] = []
    if let problem = surplus(texts, number) { problems.append(problem) }
    for index in cells.indices {
      let column = cells[index].column
      let message: String?
      if cells[index].preparation != nil {
        message = cells[index].read(columns(index).compactMap { $0 < texts.count ? texts[$0] : nil }, into: &values)
      } else if column < texts.count {
        message = cells[index].read(texts[column].utf8Span.span, keepsBlanks: false, into: &values)
      } else {
        continue
      }
      if let message {
        problems.append(problem(message, number, index, column < texts.count ? texts[column] : ""))
      } else if cells[index].clears, column < texts.count {
        noteCleared(index, values)
      }
    }
    stamp(&values)
    return problems
  }

  package mutating func result(of row: borrowing DelimitedRow) -> Result {
    var values: [FieldValue] = []
    let problems = read(row, into: &values)
    guard problems.isEmpty else { return .rejected(problems) }
    let filled = values.indices.filter { !values[$0].isEmpty }
    return .record(filled.map { fields[$0] }, filled.map { values[$0] })
  }

  // MARK: Parts of a row

  private func begin(_ values: inout [FieldValue]) {
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(.none, count: fields.count))
  }

  private func columns(_ index: Int) -> [Int] {
    cells[index].joined.isEmpty ? [cells[index].column] : cells[index].joined
  }

  private mutating func readPrepared(
    _ index: Int, _ row: borrowing DelimitedRow, _ values: inout some RowValues,
  ) -> String? {
    var texts: [String] = []
    for column in columns(index) where column < row.count {
      guard let text = row.validated(column) else {
        return "the bytes are no UTF-8. Choose the file's encoding, such as Windows-1252."
      }
      texts.append(text)
    }
    return cells[index].read(texts, into: &values)
  }

  private mutating func noteCleared(_ index: Int, _ values: some RowValues) {
    let count = cells[index].transform == .splitName ? 2 : 1
    for slot in cells[index].slot..<cells[index].slot + count where values.isEmpty(slot) { cleared.append(slot) }
  }

  private func stamp(_ values: inout some RowValues) {
    for (slot, value) in stamps { values.put(value, slot) }
    guard let tagSlot else { return }
    let own = values.tags(tagSlot)
    values.put((own + addedTags.filter { !own.contains($0) }).fieldValue, tagSlot)
  }

  private func problem(_ message: String, _ row: Int, _ index: Int, _ value: String) -> RowProblem {
    RowProblem(
      row: row, column: headers[cells[index].column], field: cells[index].field.name, value: value, message: message)
  }

  /// A row with more cells than the header has lost a quote somewhere, and its values stand under wrong names.
  private func surplus(_ cells: [String], _ row: Int) -> RowProblem? {
    guard let value = cells.dropFirst(headers.count).first(where: { !$0.trimmed.isEmpty }) else { return nil }
    return RowProblem(
      row: row, column: "", field: "", value: value,
      message:
        "there are \(cells.count) cells under \(headers.count) column names. Put quotes around cells that hold the delimiter."
    )
  }
}

/// Gives each field its place among the values of a row.
private struct RowLayout {
  private let kind: EntityKind
  private(set) var fields: [FieldInfo] = []
  private(set) var cells: [CellPlan] = []

  init(_ kind: EntityKind) { self.kind = kind }

  /// The columns that are joined are read with the first of them.
  mutating func add(_ column: ColumnMapping.Column, of mapping: ColumnMapping) {
    guard let field = column.target.field else { return }
    let fillers = mapping.columns.filter { $0.target.field?.name == field.name }
    guard fillers.first?.index == column.index else { return }
    var options = column.options
    options.joinsWith = fillers.lazy.compactMap(\.options.joinsWith).first
    let joined = fillers.count > 1 ? fillers.map(\.index) : []
    cells.append(
      CellPlan(
        column: column.index, slot: fields.count, field: field, transform: column.transform, options: options,
        joined: joined))
    if column.transform == .splitName {
      fields += kind.fields.filter { $0.name == "first_name" || $0.name == "last_name" }
    } else {
      fields.append(field)
    }
  }

  mutating func slot(of field: FieldInfo) -> Int {
    if let slot = fields.firstIndex(where: { $0.name == field.name && $0.isCustom == field.isCustom }) { return slot }
    fields.append(field)
    return fields.count - 1
  }
}
