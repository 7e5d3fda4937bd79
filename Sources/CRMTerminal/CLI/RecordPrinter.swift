import CRMDomain
import CRMStore
import CRMSync
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
      case .csv: try csv(list, limit, &output, safety: .spreadsheet)
      case .json: try json(list, limit, &output)
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

  private func json(_ list: ListQuery, _ limit: Int?, _ output: inout Output) throws {
    var writer = JSONWriter()
    writer.beginArray()
    try each(list, limit) { record in
      if let chosen { write(record, chosen, to: &writer) } else { WireRecord.write(record, to: &writer) }
      guard writer.bytes.count > 1 << 15 else { return }
      try output.write(writer.bytes)
      writer.removeAll()
    }
    writer.endArray()
    try output.write(writer.bytes + [0x0A])
  }

  private func write(_ record: R, _ fields: [Field<R>], to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("id")
    writer.integer(record.id.rawValue)
    for field in fields {
      writer.key(field.info.name)
      writer.value(WireRecord.json(field.get(record), as: field.info.kind))
    }
    writer.endObject()
  }

  /// The columns that `import` reads back without loss: people by name, other records by number.
  func csv(_ list: ListQuery, _ limit: Int?, _ output: inout Output, safety: DelimitedWriter.Safety) throws {
    let fields = chosen ?? R.schema.fields
    let infos = [FieldInfo.recordID] + fields.map { $0.info.asWritten }
    var writer = DelimitedWriter(safety: safety)
    writer.writeHeader(infos)
    let context = book.entry
    try each(list, limit) { record in
      let values = fields.map { field in
        let value = field.get(record)
        guard case .reference(let id) = value, field.info.kind == .reference(.user) else { return value }
        return context.names(.user, id).map(FieldValue.text) ?? .none
      }
      writer.write([.integer(Int(record.id.rawValue))] + values, as: infos)
      guard writer.bytes.count > 1 << 15 else { return }
      try output.write(writer.bytes)
      writer.removeAll()
    }
    try output.write(writer.bytes)
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

extension FieldInfo {
  /// A colleague is written by name, which means something in every book.
  fileprivate var asWritten: FieldInfo {
    kind == .reference(.user) ? FieldInfo(name, label: label, kind: .text, traits: traits) : self
  }
}
