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
  /// The custom fields of whole objects that no one has defined yet, as an export of ours brings them.
  private(set) var undefined: [String: FieldKind] = [:]

  init(_ plan: RowPlan, links: LinkFinder) {
    infos = plan.fields
    newRows = NewRows(R.schema.kind, fields: plan.fields, links: links)
    addedTags = plan.addedTags
    tagSlot = plan.addedTags.isEmpty ? nil : plan.fields.firstIndex { $0.kind == .tags && !$0.isCustom }
    self.links = links
  }

  // MARK: New records

  /// How new records are laid out, for whoever prepares rows on another thread.
  var layout: NewRowLayout { newRows.layout }

  /// Links among `values` are texts yet, and are found here.
  /// - Parameter row: what the layout makes of the values.
  func insert(_ row: inout NewRow, of values: inout [FieldValue], _ writer: StoreWriter) throws -> Int64 {
    try resolve(&values, writer.reader, writer)
    layout.link(&row, linkSlots, values)
    for slot in objects { if case .object(let object) = values[slot] { note(object) } }
    return try newRows.insert(&row, of: values, writer)
  }

  private lazy var sameRows = SameRows(R.schema.kind, layout)
  private lazy var objects = infos.indices.filter { infos[$0].kind == .customFields }

  // MARK: Records that are there

  /// Writes what the row fills in, and takes away what its empty cells clear; false if the record says it all already.
  ///
  /// - Parameter row: what the layout makes of the values.
  func update(
    _ id: Int64, _ row: inout NewRow, of values: inout [FieldValue], cleared: [Int], _ writer: StoreWriter,
  ) throws -> Bool {
    try resolve(&values, writer.reader, writer)
    if cleared.isEmpty, try isSame(id, &row, as: values, writer.reader) { return false }
    let changes = try changes(id, &values, cleared, writer.reader)
    return try writer.set(changes, in: R.schema.kind, id)
  }

  /// - Parameter row: its links are texts yet, those of `values` were found.
  private func isSame(
    _ id: Int64, _ row: inout NewRow, as values: [FieldValue], _ reader: StoreReader,
  ) throws -> Bool {
    // Tags that every row gets come on top of those of the record.
    guard tagSlot == nil else { return false }
    layout.link(&row, linkSlots, values)
    return try sameRows.contain(row, id, reader)
  }

  /// What `update` would change, field by field; nil if there is no such record.
  func differences(
    _ id: Int64, _ values: inout [FieldValue], cleared: [Int], _ reader: StoreReader,
  ) throws -> [FieldDifference]? {
    let texts = values
    try resolve(&values, reader, nil)
    var row = layout.row(of: texts)
    if cleared.isEmpty, try isSame(id, &row, as: values, reader) { return [] }
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

  private lazy var linkSlots = references.map(\.0)
  private lazy var references = infos.indices.compactMap { index -> (Int, EntityKind)? in
    if case .reference(let kind) = infos[index].kind { (index, kind) } else { nil }
  }

  private func resolve(_ values: inout [FieldValue], _ reader: StoreReader, _ writer: StoreWriter?) throws {
    for (index, kind) in references {
      guard let text = values[index].text else { continue }
      values[index] = try link(kind, text, values, reader, writer)
    }
  }

  private func link(
    _ kind: EntityKind, _ text: String, _ values: [FieldValue], _ reader: StoreReader, _ writer: StoreWriter?,
  ) throws -> FieldValue {
    if kind == .user { return .reference(try links.user(text, reader, writer)) }
    if kind == .contact, R.schema.kind == .opportunity, Int64(text) == nil {
      let company = infos.firstIndex { $0.name == "company_name" }.flatMap { values[$0].text } ?? ""
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
