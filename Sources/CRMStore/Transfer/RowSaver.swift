import CRMDomain
import GRDB

/// Saves the rows of one file, as new records or as changes of those that are there.
///
/// Values come in the order of the plan's fields; those that are `none` keep the default, or the old value.
final class RowSaver<R: Record> {
  private let infos: [FieldInfo]
  private let setters: [Field<R>?]
  private let links: LinkFinder
  private let addedTags: [String]
  private let tagSlot: Int?
  private var deals: DealDefaults?
  /// The custom fields of whole objects that no one has defined yet, as an export of ours brings them.
  private(set) var undefined: [String: FieldKind] = [:]

  init(_ plan: RowPlan, links: LinkFinder) {
    infos = plan.fields
    setters = plan.fields.map { info in info.isCustom ? Field<R>(custom: info) : R.schema.field(info.name) }
    addedTags = plan.addedTags
    tagSlot = plan.addedTags.isEmpty ? nil : plan.fields.firstIndex { $0.kind == .tags && !$0.isCustom }
    self.links = links
  }

  // MARK: New records

  /// Links among `values` are texts yet, and are found here.
  func insert(_ values: inout [FieldValue], _ writer: StoreWriter) throws -> Int64 {
    let reader = writer.reader
    try resolve(&values, reader, writer)
    var record = R()
    for (index, value) in values.enumerated() where !value.isEmpty {
      if case .object(let object) = value {
        record.customFields.merge(object) { old, _ in old }
        note(object)
      } else if infos[index].name == "id" {
        record.id = try freeID(value, writer)
      } else {
        setters[index]?.set(&record, value)
      }
    }
    try complete(&record, values, writer)
    return try writer.insert(record).rawValue
  }

  /// The number the file gives the record, if no other has it; else 0, for a new one.
  private func freeID(_ value: FieldValue, _ writer: StoreWriter) throws -> Identifier<R> {
    guard case .integer(let number) = value, number > 0 else { return Identifier(0) }
    let id = Identifier<R>(Int64(number))
    let sql = "SELECT 1 FROM \"\(R.schema.table)\" WHERE id = ?"
    return try Int.fetchOne(writer.db.cachedStatement(sql: sql), arguments: [id.rawValue]) == nil ? id : Identifier(0)
  }

  /// What a new record has that its row does not say.
  private func complete(_ record: inout R, _ values: [FieldValue], _ writer: StoreWriter) throws {
    let me = try links.rep(writer.reader).map(FieldValue.reference) ?? .none
    switch R.schema.kind {
    case .lead: fill("owner", of: &record, with: me)
    case .contact: fill("created_by", of: &record, with: me)
    case .opportunity: try completeDeal(&record, values, me, writer)
    case .task:
      fill("assigned_to", of: &record, with: me)
      fill("created_by", of: &record, with: me)
    case .activity:
      fill("user", of: &record, with: me)
      fill(
        "occurred_at", of: &record, with: record["created_at"].isEmpty ? writer.now.fieldValue : record["created_at"])
    case .user, .tag, .board, .stage: break
    }
  }

  private func completeDeal(
    _ record: inout R, _ values: [FieldValue], _ me: FieldValue, _ writer: StoreWriter,
  ) throws {
    let defaults = try dealDefaults(writer.reader)
    fill("owner", of: &record, with: me)
    fill("board", of: &record, with: defaults.board)
    if !isFilled("currency", values) { record["currency"] = defaults.currency.fieldValue }
    if let stage = defaults.stage(record["stage"].text ?? "") {
      record["stage"] = stage.key.fieldValue
      if !isFilled("probability", values) { record["probability"] = .integer(stage.probability) }
    }
    let entered = record["created_at"].isEmpty ? writer.now.fieldValue : record["created_at"]
    fill("stage_entered_at", of: &record, with: entered)
  }

  private func dealDefaults(_ reader: StoreReader) throws -> DealDefaults {
    if let deals { return deals }
    let defaults = try DealDefaults(reader)
    deals = defaults
    return defaults
  }

  private func fill(_ name: String, of record: inout R, with value: FieldValue) {
    if record[name].isEmpty { record[name] = value }
  }

  private func isFilled(_ name: String, _ values: [FieldValue]) -> Bool {
    zip(infos, values).contains { $0.name == name && !$1.isEmpty }
  }

  // MARK: Records that are there

  /// Writes what the row fills in, and takes away what its empty cells clear; false if the record says it all already.
  func update(
    _ id: Int64, _ values: inout [FieldValue], cleared: [Int], _ writer: StoreWriter,
  ) throws -> Bool {
    let changes = try changes(id, &values, cleared, writer.reader, writer)
    return try writer.set(changes, in: R.schema.kind, id)
  }

  /// What `update` would change, field by field; nil if there is no such record.
  func differences(
    _ id: Int64, _ values: inout [FieldValue], cleared: [Int], _ reader: StoreReader,
  ) throws -> [FieldDifference]? {
    let texts = values
    let changes = try changes(id, &values, cleared, reader, nil)
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
    _ id: Int64, _ values: inout [FieldValue], _ cleared: [Int], _ reader: StoreReader, _ writer: StoreWriter?,
  ) throws -> [String: FieldValue] {
    try resolve(&values, reader, writer)
    try addTags(id, &values, reader)
    var changes: [String: FieldValue] = [:]
    for (info, value) in zip(infos, values) where !value.isEmpty && info.name != "id" {
      if case .object(let object) = value { note(object) }
      changes[info.name] = value
    }
    for slot in cleared where values[slot].isEmpty { changes[infos[slot].name] = FieldValue.none }
    if R.schema.kind == .opportunity, let text = changes["stage"]?.text,
      let stage = try dealDefaults(reader).stage(text)
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

/// What a deal has that a file does not say: the first board, and its stages by key and name.
private struct DealDefaults {
  let board: FieldValue
  let currency: String
  private var stages: [String: Stage] = [:]

  init(_ reader: StoreReader) throws {
    let first = try reader.all(Board.self).min { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
    board = first?.id.fieldValue ?? .none
    currency = try reader.setting("currency") ?? "USD"
    for stage in try first.map({ try reader.stages(of: $0.id) }) ?? [] {
      stages[stage.key] = stage
      stages[SearchText.fold(stage.name)] = stage
    }
  }

  func stage(_ text: String) -> Stage? { stages[text] ?? stages[SearchText.fold(text)] }
}
