import CRMDomain
import CRMStore
import TerminalKit

/// Prints lists of records, a few hundred of them in memory at a time.
struct RecordPrinter<R: Record> {
  private let book: Book
  /// Every field there is, and those to print; nil where the format has its own.
  private let all: [Field<R>]
  private let chosen: [Field<R>]?

  /// - Parameter columns: names of fields parted by commas.
  init(book: Book, columns: String?) throws {
    self.book = book
    let custom = try book.store.read { try $0.customFields(of: R.schema.kind) }
    let all = R.schema.fields + custom.map { Field<R>(custom: $0) }
    self.all = all
    chosen = try columns.map { columns in
      try columns.split(separator: ",").map { try Self.field(String($0).trimmed, in: all) }
    }
  }

  private static func field(_ name: String, in all: [Field<R>]) throws -> Field<R> {
    if let field = all.first(where: { $0.info.name == name }) ?? all.first(where: { $0.info.names.contains(name) }) {
      return field
    }
    throw CommandProblem(
      "crm: \(R.schema.kind.plural) have no field “\(TextWidth.sanitised(name))”. They have: "
        + all.map(\.info.name).joined(separator: ", ") + ".",
      exitCode: .validationFailure)
  }

  func print(_ list: ListQuery, as format: ListFormat, limit: Int?) throws {
    try Output.print { output in
      switch format {
      case .table: try table(list, limit, &output)
      case .plain: try plain(list, limit, &output)
      case .csv: try write(list, limit, as: .csv) { try output.write($0) }
      case .json: try write(list, limit, as: .json) { try output.write($0) }
      case .ids: for id in try book.store.read({ try $0.ids(list, limit: limit) }) { try output.line("\(id)") }
      }
    }
  }

  private func each(_ list: ListQuery, _ limit: Int?, _ body: (R) throws -> Void) throws {
    let ids = try book.store.read { try $0.ids(list, limit: limit) }
    for start in stride(from: 0, to: ids.count, by: Self.batch) {
      let some = ids[start..<min(start + Self.batch, ids.count)]
      for record in try book.store.read({ try $0.records(some, of: R.self) }) { try body(record) }
    }
  }

  private static var batch: Int { 500 }

  // MARK: For programs

  /// Passes the file's text to `sink`, piece by piece.
  func write(
    _ list: ListQuery, _ limit: Int?, as format: ExportFormat, safety: DelimitedWriter.Safety = .spreadsheet,
    to sink: ([UInt8]) throws -> Void,
  ) throws {
    let ids = try book.store.read { try $0.ids(list, limit: limit) }
    try RecordExport(store: book.store, format: format, columns: chosen, safety: safety).write(ids, to: sink)
  }

  // MARK: For people

  private var shown: [Field<R>] {
    chosen ?? all.filter { $0.info.columnWidth != nil }
  }

  /// Custom fields one by one, not as an object as well.
  private var spelledOut: [Field<R>] {
    all.contains(where: \.info.isCustom) ? all.filter { $0.info.kind != .customFields } : all
  }

  private func plain(_ list: ListQuery, _ limit: Int?, _ output: inout Output) throws {
    let (fields, context) = (chosen ?? spelledOut, book.entry)
    try each(list, limit) { record in
      try output.line("\(R.schema.kind.rawValue) \(record.id.rawValue): \(TextWidth.sanitised(record.title))")
      for field in fields {
        let text = FieldText.show(field.get(record), as: field.info, in: context)
        if !text.isEmpty { try output.line("\(field.info.label): \(TextWidth.sanitised(text))") }
      }
      try output.line("")
    }
  }

  private func table(_ list: ListQuery, _ limit: Int?, _ output: inout Output) throws {
    let (fields, context) = (shown, book.entry)
    let title = chosen == nil ? ["Name"] : []
    var table = TextTable(
      columns: [TextTable.Column("Id", isNumber: true)] + title.map { TextTable.Column($0) }
        + fields.map { TextTable.Column($0.info.label, isNumber: $0.info.kind.isNumber) },
      width: Output.columns)
    try each(list, limit) { record in
      let cells = fields.map { FieldText.show($0.get(record), as: $0.info, in: context) }
      let name = title.isEmpty ? [] : [record.title]
      for line in table.add(["\(record.id.rawValue)"] + name + cells) { try output.line(line) }
    }
    for line in table.finish() { try output.line(line) }
  }
}
