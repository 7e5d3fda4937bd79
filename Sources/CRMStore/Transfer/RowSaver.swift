import CRMDomain
import GRDB

/// Saves the rows of one file, as new records or as changes of those that are there.
///
/// Values come in the order of the plan's fields; those that are `none` keep the default, or the old value.
final class RowSaver<R: Record> {
  private let infos: [FieldInfo]
  private let newRows: NewRows
  private let links: LinkFinder
  private let addedTags: [String]
  private let tagSlot: Int?
  private let mayClear: Bool
  /// The custom fields of whole objects that no one has defined yet, as an export of ours brings them.
  private(set) var undefined: [String: FieldKind] = [:]

  init(_ plan: RowPlan, links: LinkFinder) {
    infos = plan.fields
    newRows = NewRows(R.schema.kind, fields: plan.fields, links: links)
    addedTags = plan.addedTags
    mayClear = plan.mayClear
    tagSlot = plan.addedTags.isEmpty ? nil : plan.fields.firstIndex { $0.kind == .tags && !$0.isCustom }
    self.links = links
  }

  // MARK: New records

  /// How new records are laid out, for whoever prepares rows on another thread.
  var layout: NewRowLayout { newRows.layout }

  /// Forgets what was known of the book, in a new transaction.
  func begin() { newRows.begin() }

  /// Lets a row become a record and answers its number. Its links are texts yet, and are found here. `write` writes it.
  func add(_ row: Int, of rows: inout PackedRows, _ writer: StoreWriter) throws -> Int64 {
    try resolve(row, &rows, writer.reader, writer)
    for slot in objects {
      if let json = rows.json(row, slot), case .object(let object) = try JSONValue(parsing: json) { note(object) }
    }
    return try newRows.add(row, of: &rows, writer)
  }

  /// Writes the rows that were added since.
  func write(_ rows: PackedRows, _ writer: StoreWriter) throws { try newRows.write(rows, writer) }

  private lazy var sameRows = SameRows(layout)
  private lazy var objects = infos.indices.filter { infos[$0].kind == .customFields }

  // MARK: Records that are there

  /// Writes what the row fills in, and takes away what its empty cells clear; false if the record says it all already.
  ///
  /// - Parameter values: reads the row once more, for its values and the fields that it clears.
  func update(
    _ id: Int64, _ row: Int, of rows: inout PackedRows, _ writer: StoreWriter,
    values: () throws -> (values: [FieldValue], cleared: [Int]),
  ) throws -> Bool {
    try resolve(row, &rows, writer.reader, writer)
    if try isSame(id, row, rows, writer.reader) { return false }
    var (values, cleared) = try values()
    for (slot, _) in references { values[slot] = rows.integer(row, slot).map(FieldValue.reference) ?? .none }
    let changes = try changes(id, &values, cleared, writer.reader)
    return try writer.set(changes, in: R.schema.kind, id)
  }

  /// True if the record has all that the row says, links among it found already. False may also mean that it takes a
  /// closer look.
  private func isSame(_ id: Int64, _ row: Int, _ rows: PackedRows, _ reader: StoreReader) throws -> Bool {
    // Tags that every row gets come on top of those of the record, and an empty cell may say something too.
    guard tagSlot == nil, !mayClear else { return false }
    return try sameRows.contain(row, of: rows, id, reader)
  }

  /// What `update` would change, field by field; nil if there is no such record.
  func differences(
    _ id: Int64, _ values: inout [FieldValue], cleared: [Int], _ reader: StoreReader,
  ) throws -> [FieldDifference]? {
    let texts = values
    try resolve(&values, reader, nil)
    if try isSame(id, 0, layout.row(of: values), reader) { return [] }
    let changes = try changes(id, &values, cleared, reader)
    guard var found = try reader.differences(changes, in: R.schema.kind, id) else { return nil }
    for index in found.indices {
      // A record that is not made yet is shown by the name the file has for it.
      guard case .reference(let other) = found[index].new, other < 0,
        let slot = infos.firstIndex(where: { $0.name == found[index].field.name })
      else { continue }
      found[index].new = texts[slot]
    }
    return found
  }

  private func changes(
    _ id: Int64, _ values: inout [FieldValue], _ cleared: [Int], _ reader: StoreReader,
  ) throws -> [String: FieldValue] {
    try addTags(id, &values, reader)
    var changes: [String: FieldValue] = [:]
    for (info, value) in zip(infos, values) where !value.isEmpty && info.name != "id" {
      if case .object(let object) = value { note(object) }
      changes[info.name] = value
    }
    for slot in cleared where values[slot].isEmpty { changes[infos[slot].name] = FieldValue.none }
    if R.schema.kind == .opportunity, let text = changes["stage"]?.text,
      let stage = try newRows.dealDefaults(reader).stage(text)
    {
      changes["stage"] = stage.key.fieldValue
    }
    return changes
  }

  /// Tags that every row gets are added to those of the record, if the row has none of its own.
  private func addTags(_ id: Int64, _ values: inout [FieldValue], _ reader: StoreReader) throws {
    guard let tagSlot, values[tagSlot] == .tags(addedTags) else { return }
    let stored = try reader.tags(R.schema.kind, id)
    values[tagSlot] = (stored + addedTags.filter { !stored.contains($0) }).fieldValue
  }

  // MARK: Links

  private lazy var references = infos.indices.compactMap { index -> (Int, EntityKind)? in
    if case .reference(let kind) = infos[index].kind { (index, kind) } else { nil }
  }

  private func resolve(_ values: inout [FieldValue], _ reader: StoreReader, _ writer: StoreWriter?) throws {
    for (slot, kind) in references {
      guard let text = values.text(slot) else { continue }
      values[slot] = try link(kind, text, values, reader, writer)
    }
  }

  private func resolve(_ row: Int, _ rows: inout PackedRows, _ reader: StoreReader, _ writer: StoreWriter) throws {
    for (slot, kind) in references {
      guard let text = rows.text(row, slot) else { continue }
      let link = try link(kind, text, PackedRow(rows: rows, row: row), reader, writer)
      rows.put(link, row, slot)
    }
  }

  private func link(
    _ kind: EntityKind, _ text: String, _ values: some SlotValues, _ reader: StoreReader, _ writer: StoreWriter?,
  ) throws -> FieldValue {
    if kind == .user { return .reference(try links.user(text, reader, writer)) }
    if kind == .contact, R.schema.kind == .opportunity, Int64(text) == nil {
      let company = infos.firstIndex { $0.name == "company_name" }.flatMap { values.text($0) } ?? ""
      if let id = try links.contact(text, company: company, reader, writer) { return .reference(id) }
    } else if let id = try links.find(kind, text, reader) {
      return .reference(id)
    }
    links.countUnlinked()
    return .none
  }

  /// Makes the links of a new record as far as they can be made without writing, so that they are counted.
  func rehearseLinks(_ values: inout [FieldValue], _ reader: StoreReader) throws {
    if !references.isEmpty { try resolve(&values, reader, nil) }
  }

  private func note(_ object: [String: JSONValue]) {
    for (name, value) in object where undefined[name] == nil {
      switch value {
      case .integer: undefined[name] = .integer
      case .bool: undefined[name] = .flag
      case .array: undefined[name] = .tags
      case .string, .number, .object: undefined[name] = .text
      case .null: break
      }
    }
  }
}
