import CRMDomain
import CRMStore
import TerminalKit

/// Prints what an import would do.
struct RehearsalPrinter {
  private let rehearsal: ImportRehearsal
  private static let shown = 10
  private static let written = 100

  init(_ rehearsal: ImportRehearsal) { self.rehearsal = rehearsal }

  // MARK: For a person

  func printText(_ output: inout Output) throws {
    let outcome = ImportOutcome(rehearsal)
    try output.line("Would import " + TextWidth.sanitised(outcome.sentence) + ".")
    for remark in outcome.remarks { try output.line("  " + TextWidth.sanitised(remark)) }
    try printColumns(&output)
    for group in [ImportRehearsal.Group.changed, .duplicate, .near, .bad] { try print(group, &output) }
    try output.line("\nNothing was written. The same command without --plan does it.")
  }

  private func printColumns(_ output: inout Output) throws {
    try output.line("\nColumns")
    var table = TextTable(
      columns: [.init("column"), .init("field"), .init("how")], width: Output.columns.map { $0 - 2 })
    for column in rehearsal.job.mapping.columns {
      let name = column.header.isEmpty ? "column \(column.index + 1)" : column.header
      let how = column.target == .ignored ? column.reason : column.transform.words
      for line in table.add([name, column.target.field?.key ?? "-", how]) { try output.line("  " + line) }
    }
    for line in table.finish() { try output.line("  " + line) }
  }

  private func print(_ group: ImportRehearsal.Group, _ output: inout Output) throws {
    let count = rehearsal.count(group)
    guard count > 0 else { return }
    try output.line("\n\(group.words) (\(count))")
    for row in try rehearsal.rows(group, limit: Self.shown) {
      try output.line(TextWidth.sanitised("  row \(row.number)  \(row.words)"))
    }
    if count > Self.shown { try output.line("  … and \(count - Self.shown) more") }
  }

  // MARK: For a program

  func printJSON(_ output: inout Output) throws {
    var groups: [String: JSONValue] = [:]
    for group in ImportRehearsal.Group.allCases where group != .new && group != .identical {
      groups[group.rawValue] = .array(try rehearsal.rows(group, limit: Self.written).map(json))
    }
    var counts: [String: JSONValue] = ["total": .integer(rehearsal.total)]
    for group in ImportRehearsal.Group.allCases { counts[group.rawValue] = .integer(rehearsal.count(group)) }
    let whole: JSONValue = .object([
      "plan": rehearsal.job.plan.json, "counts": .object(counts), "rows": .object(groups),
      "columns": .array(rehearsal.job.mapping.columns.map(json)),
      "remarks": .array(ImportOutcome(rehearsal).remarks.map(JSONValue.string)),
    ])
    try output.line(whole.pretty())
  }

  private func json(_ column: CRMDomain.ColumnMapping.Column) -> JSONValue {
    .object([
      "column": .string(column.header), "field": column.target.field.map { .string($0.key) } ?? .null,
      "reason": .string(column.reason), "confidence": .number((column.confidence * 100).rounded() / 100),
      "read": .string(column.transform.words),
    ])
  }

  private func json(_ row: ImportRehearsal.Row) -> JSONValue {
    var data: [String: JSONValue] = [:]
    let header = rehearsal.job.text.guess.header
    for (index, cell) in row.cells.enumerated() {
      data[index < header.count && !header[index].isEmpty ? header[index] : "column_\(index + 1)"] = .string(cell)
    }
    var object: [String: JSONValue] = ["row": .integer(row.number), "data": .object(data)]
    if let record = row.record { object["record"] = .integer(Int(record)) }
    if let other = row.otherRow { object["repeats"] = .integer(other) }
    if !row.problems.isEmpty { object["error"] = .string(RowProblem.sentence(of: row.problems)) }
    if !row.changes.isEmpty {
      let changes = row.changes.map { ($0.field.name, JSONValue.array([$0.old.json, $0.new.json])) }
      object["changes"] = .object(Dictionary(changes) { first, _ in first })
    }
    return .object(object)
  }
}

extension ImportRehearsal.Group {
  fileprivate var words: String {
    switch self {
    case .new: "New"
    case .changed: "Changed"
    case .identical: "The same already"
    case .duplicate: "Duplicates in the file"
    case .near: "Looks like a record"
    case .bad: "With mistakes"
    }
  }
}

extension ImportRehearsal.Row {
  fileprivate var words: String {
    let name = [recordName, record.map { "(\($0))" }].compactMap(\.self).joined(separator: " ")
    let cells = cells.filter { !$0.isEmpty }.prefix(4).joined(separator: ", ")
    switch group {
    case .changed:
      let changes = changes.map { "\($0.field.label): \($0.old.plain($0.field)) → \($0.new.plain($0.field))" }
      return name + "  " + changes.joined(separator: "; ")
    case .duplicate: return (otherRow.map { "repeats row \($0): " } ?? "") + cells
    case .near: return "\(cells)  like \(name)"
    case .bad: return RowProblem.sentence(of: problems)
    case .new, .identical: return cells
    }
  }
}

extension FieldValue {
  fileprivate func plain(_ field: FieldInfo) -> String { isEmpty ? "nothing" : FieldText.plain(self, as: field) }
}
