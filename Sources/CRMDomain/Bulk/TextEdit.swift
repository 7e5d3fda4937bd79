/// Records opened as a text table: what they were then, and what the rep made of them.
package struct TextEdit: Sendable {
  /// One field of one record, as it was opened and as it came back.
  package struct Change: Hashable, Sendable {
    package let id: Int64
    package let info: FieldInfo
    package let old: FieldValue
    package let new: FieldValue

    package init(id: Int64, info: FieldInfo, old: FieldValue, new: FieldValue) {
      self.id = id
      self.info = info
      self.old = old
      self.new = new
    }
  }

  package let table: EditTable
  private let infos: [FieldInfo]
  private let values: [Int64: [FieldValue]]
  private let currencies: [Int64: String]
  /// More rows are changed by a form instead.
  package static let limit = 2000

  /// `context` says how values are written; amounts are in the currency of their record.
  package init<R: Record>(_ records: [R], fields: [FieldInfo], in context: EntryContext) {
    infos = fields
    var values: [Int64: [FieldValue]] = [:]
    var currencies: [Int64: String] = [:]
    var rows: [EditTable.Row] = []
    for record in records {
      let id = record.id.rawValue
      let own = fields.map { record[$0] }
      values[id] = own
      if let currency = record["currency"].text { currencies[id] = currency }
      rows.append(EditTable.Row(id, zip(own, fields).map { FieldText.edit($0, as: $1, in: context) }))
    }
    self.values = values
    self.currencies = currencies
    table = EditTable(columns: Self.columns(fields), rows: rows)
  }

  /// The fields that can be edited in a table: the names first, then those that were chosen.
  package static func fields(of kind: EntityKind, chosen: [FieldInfo]) -> [FieldInfo] {
    let names = kind.fields.filter { ["first_name", "last_name", "name", "title", "subject"].contains($0.name) }
    let rest = chosen.filter { info in !names.contains { $0.name == info.name } }
    return (names + rest).filter { !$0.isReadOnly && $0.kind != .customFields }
  }

  /// A field's word, with a number where a custom field has the word of another.
  private static func columns(_ fields: [FieldInfo]) -> [String] {
    var used: Set<String> = []
    return fields.map { info in
      var word = info.key
      var number = 2
      while !used.insert(word).inserted || word == EditTable.idTitle {
        word = "\(info.key) \(number)"
        number += 1
      }
      return word
    }
  }

  /// What is different in `text`, in its order, and what is wrong with it. Cells that nobody touched are not read at all.
  package func changes(in text: String, _ context: EntryContext) -> (changes: [Change], problems: [LineProblem]) {
    let edited = EditedTable(text, of: table)
    let opened = Dictionary(table.rows.map { ($0.id, $0.cells) }, uniquingKeysWith: { first, _ in first })
    var changes: [Change] = []
    var problems = edited.problems
    for row in edited.rows {
      var context = context
      context.currency = currencies[row.id] ?? context.currency
      for column in row.cells.keys.sorted() where row.cells[column] != opened[row.id]?[column] {
        let info = infos[column]
        guard let old = values[row.id]?[column], let cell = row.cells[column] else { continue }
        do throws(FieldProblem) {
          let new = try FieldText.parse(cell, as: info, in: context, current: old)
          if let problem = Validation.problem(with: new, as: info) { throw problem }
          if new != old { changes.append(Change(id: row.id, info: info, old: old, new: new)) }
        } catch {
          problems.append(
            LineProblem(line: row.line, message: "\(CellText.escaped(table.columns[column])): \(error.message)."))
        }
      }
    }
    return (changes, problems.sorted { $0.line < $1.line })
  }
}
