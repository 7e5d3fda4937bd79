import CRMDomain
import GRDB

/// A row of a file as it will be stored if it becomes a new record, but for what only the book knows.
struct NewRow: Sendable {
  /// In the order of the schema; custom fields are the text that is stored. Links are texts yet.
  fileprivate var values: [FieldValue]
  fileprivate let searchText: String

  subscript(index: Int) -> FieldValue {
    get { values[index] }
    set { values[index] = newValue }
  }
}

/// Lays the values of a plan out as new records have them. Needs no book, and so works on any thread.
///
/// A row is kept as the values of the schema's fields in their order: a million records need not be made for it.
struct NewRowLayout: Sendable {
  /// Where a value of the plan goes.
  enum Place: Sendable {
    case field(Int)
    case custom(String)
    case id
  }

  let places: [Place]
  let positions: [String: Int]
  /// What a record has before anything is said of it.
  private let blank: [FieldValue]
  private let customFields: Int?
  /// Where custom fields are among the values of the plan, in the order in which they are stored.
  private let custom: [(slot: Int, name: String)]
  private let takesObjects: Bool
  private let searchText: SearchTextFields

  /// - Parameter fields: those of the plan's values, in their order.
  init(_ kind: EntityKind, fields: [FieldInfo]) {
    let positions = Dictionary(uniqueKeysWithValues: kind.fields.enumerated().map { ($1.name, $0) })
    self.positions = positions
    places = fields.map { info in
      if info.isCustom { .custom(info.name) } else { positions[info.name].map(Place.field) ?? .id }
    }
    blank = kind.blankValues
    customFields = kind.fields.firstIndex { $0.kind == .customFields }
    custom = fields.indices.filter { fields[$0].isCustom }.map { ($0, fields[$0].name) }.sorted { $0.1 < $1.1 }
    takesObjects = fields.contains { $0.kind == .customFields }
    searchText = SearchTextFields(kind.fields)
  }

  /// The places of the schema that rows fill.
  var filled: [Int] {
    let fields = places.compactMap { if case .field(let index) = $0 { index } else { nil } }
    return Set(fields + (custom.isEmpty ? [] : customFields.map { [$0] } ?? [])).sorted()
  }

  /// Puts what was found for the links into the row.
  func link(_ row: inout NewRow, _ slots: [Int], _ values: [FieldValue]) {
    for slot in slots { if case .field(let index) = places[slot] { row[index] = values[slot] } }
  }

  func row(of values: [FieldValue]) -> NewRow {
    var row = blank
    for (place, value) in zip(places, values) {
      if case .field(let index) = place, !value.isEmpty { row[index] = value }
    }
    guard let customFields else { return NewRow(values: row, searchText: searchText.text { row[$0] }) }
    guard !takesObjects else { return mixedRow(row, customFields, values) }
    var writer = JSONWriter()
    var texts: [String] = []
    writer.beginObject()
    let begun = writer.bytes.count
    for (slot, name) in custom where !values[slot].isEmpty {
      let value = values[slot].json
      if case .string(let text) = value { texts.append(text) }
      writer.key(name)
      writer.value(value)
    }
    let search = searchText.text(custom: texts) { row[$0] }
    guard writer.bytes.count > begun else { return NewRow(values: row, searchText: search) }
    writer.endObject()
    row[customFields] = .text(String(decoding: writer.bytes, as: UTF8.self))
    return NewRow(values: row, searchText: search)
  }

  /// A file of ours brings custom fields as one object, to which others of the file are added.
  private func mixedRow(_ row: [FieldValue], _ customFields: Int, _ values: [FieldValue]) -> NewRow {
    var row = row
    var object = [String: JSONValue](fieldValue: row[customFields])
    for (slot, name) in custom where !values[slot].isEmpty { object[name] = values[slot].json }
    row[customFields] = object.fieldValue
    return NewRow(values: row, searchText: searchText.text { row[$0] })
  }
}

/// Adds the rows of one file that are new records, and fills in what such records have that their rows do not say.
final class NewRows {
  let layout: NewRowLayout
  private let kind: EntityKind
  private let links: LinkFinder
  private var deals: DealDefaults?

  /// - Parameter fields: those of the plan's values, in their order.
  init(_ kind: EntityKind, fields: [FieldInfo], links: LinkFinder) {
    self.kind = kind
    self.links = links
    layout = NewRowLayout(kind, fields: fields)
  }

  /// Saves the row of these `values` of the plan's fields, links among them found already, as a new record.
  func insert(_ row: inout NewRow, of values: [FieldValue], _ writer: StoreWriter) throws -> Int64 {
    try complete(&row.values, values, writer)
    return try writer.insert(kind, id: try freeID(values, writer), row.values, searchText: row.searchText)
  }

  /// The number the file gives the record, if no other has it; else 0, for a new one.
  private func freeID(_ values: [FieldValue], _ writer: StoreWriter) throws -> Int64 {
    guard let idSlot, case .integer(let number) = values[idSlot], number > 0 else { return 0 }
    let statement = try writer.db.cachedStatement(sql: "SELECT 1 FROM \"\(kind.rawValue)\" WHERE id = ?")
    return try Int.fetchOne(statement, arguments: [number]) == nil ? Int64(number) : 0
  }

  private lazy var idSlot = layout.places.firstIndex { if case .id = $0 { true } else { false } }

  private func complete(_ row: inout [FieldValue], _ values: [FieldValue], _ writer: StoreWriter) throws {
    let me = try links.rep(writer.reader).map(FieldValue.reference) ?? .none
    switch kind {
    case .lead: fill("owner", of: &row, with: me)
    case .contact: fill("created_by", of: &row, with: me)
    case .opportunity: try completeDeal(&row, values, me, writer)
    case .task:
      fill("assigned_to", of: &row, with: me)
      fill("created_by", of: &row, with: me)
    case .activity:
      fill("user", of: &row, with: me)
      fill("occurred_at", of: &row, with: created(row, writer))
    case .user, .tag, .board, .stage: break
    }
  }

  private func completeDeal(
    _ row: inout [FieldValue], _ values: [FieldValue], _ me: FieldValue, _ writer: StoreWriter,
  ) throws {
    let defaults = try dealDefaults(writer.reader)
    fill("owner", of: &row, with: me)
    fill("board", of: &row, with: defaults.board)
    if !isFilled("currency", values) { set("currency", of: &row, to: defaults.currency.fieldValue) }
    if let stage = defaults.stage(value("stage", row).text ?? "") {
      set("stage", of: &row, to: stage.key.fieldValue)
      if !isFilled("probability", values) { set("probability", of: &row, to: .integer(stage.probability)) }
    }
    fill("stage_entered_at", of: &row, with: created(row, writer))
  }

  func dealDefaults(_ reader: StoreReader) throws -> DealDefaults {
    if let deals { return deals }
    let defaults = try DealDefaults(reader)
    deals = defaults
    return defaults
  }

  private func created(_ row: [FieldValue], _ writer: StoreWriter) -> FieldValue {
    let created = value("created_at", row)
    return created.isEmpty ? writer.now.fieldValue : created
  }

  private func value(_ name: String, _ row: [FieldValue]) -> FieldValue {
    layout.positions[name].map { row[$0] } ?? .none
  }

  private func set(_ name: String, of row: inout [FieldValue], to value: FieldValue) {
    if let position = layout.positions[name] { row[position] = value }
  }

  private func fill(_ name: String, of row: inout [FieldValue], with value: FieldValue) {
    if let position = layout.positions[name], row[position].isEmpty { row[position] = value }
  }

  /// Whether the file itself says what the field has.
  private func isFilled(_ name: String, _ values: [FieldValue]) -> Bool {
    guard let position = layout.positions[name] else { return false }
    return zip(layout.places, values).contains { place, value in
      if case .field(position) = place { !value.isEmpty } else { false }
    }
  }
}

/// What a deal has that a file does not say: the first board, and its stages by key and name.
struct DealDefaults {
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

extension EntityKind {
  /// The values of a record about which nothing is said yet, in the order of the fields.
  fileprivate var blankValues: [FieldValue] {
    func blank<R: Record>(_ type: R.Type) -> [FieldValue] {
      let record = R()
      return R.schema.fields.map { $0.get(record) }
    }
    return blank(recordType)
  }
}
