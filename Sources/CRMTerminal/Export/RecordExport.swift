import CRMDomain
import CRMStore
import CRMSync

/// Writes records of one kind in one of the formats of files, a few hundred of them in memory at a time.
package struct RecordExport<R: Record>: Sendable {
  private let store: CRMStore
  private let format: ExportFormat
  private let safety: DelimitedWriter.Safety
  /// nil for every field.
  private let columns: [Field<R>]?

  private static var batch: Int { 500 }
  private static var pieceSize: Int { 1 << 15 }

  /// - Parameter columns: the fields that CSV and JSON have; nil for all of them, which import reads back without loss.
  package init(
    store: CRMStore, format: ExportFormat, columns: [Field<R>]? = nil, safety: DelimitedWriter.Safety = .spreadsheet,
  ) {
    self.store = store
    self.format = format
    self.columns = columns
    self.safety = safety
  }

  /// Passes the text of those records that are there, in that order, to `sink`, piece by piece.
  ///
  /// - Parameter isCancelled: asked now and then with the records done.
  /// - Throws: `CancellationError`, `StoreProblem`, or what `sink` throws.
  package func write(
    _ ids: [Int64], isCancelled: (Int) -> Bool = { _ in false }, to sink: ([UInt8]) throws -> Void,
  ) throws {
    switch format {
    case .csv: try writeCSV(ids, isCancelled, sink)
    case .json: try writeJSON(ids, isCancelled, sink)
    case .vcard: try writeCards(ids, isCancelled, sink)
    case .ics: try writeCalendar(ids, isCancelled, sink)
    }
  }

  private func each(_ ids: [Int64], _ isCancelled: (Int) -> Bool, _ body: (R) throws -> Void) throws {
    for start in stride(from: 0, to: ids.count, by: Self.batch) {
      if isCancelled(start) { throw CancellationError() }
      let some = ids[start..<min(start + Self.batch, ids.count)]
      for record in try store.read({ try $0.records(some, of: R.self) }) { try body(record) }
    }
  }

  // MARK: Formats

  /// Colleagues are written by name, which means something in every book; other records by number.
  private func writeCSV(_ ids: [Int64], _ isCancelled: (Int) -> Bool, _ sink: ([UInt8]) throws -> Void) throws {
    let users = try store.read { try $0.all(User.self) }
    let names = Dictionary(users.map { ($0.id.rawValue, FieldValue.text($0.username)) }) { old, _ in old }
    let fields = columns ?? R.schema.fields
    let infos = [FieldInfo.recordID] + fields.map(\.info.asWritten)
    var writer = DelimitedWriter(safety: safety)
    writer.writeHeader(infos)
    try each(ids, isCancelled) { record in
      let values = fields.map { field in
        let value = field.get(record)
        guard case .reference(let id) = value, field.info.kind == .reference(.user) else { return value }
        return names[id] ?? .none
      }
      writer.write([.integer(Int(record.id.rawValue))] + values, as: infos)
      guard writer.bytes.count > Self.pieceSize else { return }
      try sink(writer.bytes)
      writer.removeAll()
    }
    try sink(writer.bytes)
  }

  private func writeJSON(_ ids: [Int64], _ isCancelled: (Int) -> Bool, _ sink: ([UInt8]) throws -> Void) throws {
    var writer = JSONWriter()
    writer.beginArray()
    try each(ids, isCancelled) { record in
      if let columns { write(record, columns, to: &writer) } else { WireRecord.write(record, to: &writer) }
      guard writer.bytes.count > Self.pieceSize else { return }
      try sink(writer.bytes)
      writer.removeAll()
    }
    writer.endArray()
    try sink(writer.bytes + [0x0A])
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

  private func writeCards(_ ids: [Int64], _ isCancelled: (Int) -> Bool, _ sink: ([UInt8]) throws -> Void) throws {
    var writer = CardWriter()
    try each(ids, isCancelled) { record in
      writer.write(record)
      guard writer.lines.bytes.count > Self.pieceSize else { return }
      try sink(writer.lines.bytes)
      writer.removeAll()
    }
    try sink(writer.lines.bytes)
  }

  private func writeCalendar(_ ids: [Int64], _ isCancelled: (Int) -> Bool, _ sink: ([UInt8]) throws -> Void) throws {
    var writer = CalendarWriter()
    writer.begin()
    try each(ids, isCancelled) { record in
      guard let task = record as? CRMTask else { return }
      writer.write(task, about: try subject(of: task))
      guard writer.lines.bytes.count > Self.pieceSize else { return }
      try sink(writer.lines.bytes)
      writer.removeAll()
    }
    writer.end()
    try sink(writer.lines.bytes)
  }

  private func subject(of task: CRMTask) throws -> String {
    guard let target = Links(task).target, target.kind != .task else { return "" }
    return try store.read { try $0.name(target.kind, target.id) } ?? ""
  }
}

extension FieldInfo {
  fileprivate var asWritten: FieldInfo {
    kind == .reference(.user) ? FieldInfo(name, label: label, kind: .text, traits: traits) : self
  }
}
