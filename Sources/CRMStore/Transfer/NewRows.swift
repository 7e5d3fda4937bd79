import CRMDomain
import GRDB

/// Adds the rows of one file that are new records, and fills in what such records have that their rows do not say.
///
/// A row is kept as the values of the schema's fields in their order: a million records need not be made for it.
final class NewRows {
  /// Where a value of the plan goes.
  private enum Place {
    case field(Int)
    case custom(String)
    case id
  }

  private let kind: EntityKind
  private let links: LinkFinder
  private let places: [Place]
  /// What a record has before anything is said of it.
  private let blank: [FieldValue]
  private let positions: [String: Int]
  private let customFields: Int?
  private var deals: DealDefaults?

  /// - Parameter fields: those of the plan's values, in their order.
  init(_ kind: EntityKind, fields: [FieldInfo], links: LinkFinder) {
    self.kind = kind
    self.links = links
    let positions = Dictionary(uniqueKeysWithValues: kind.fields.enumerated().map { ($1.name, $0) })
    self.positions = positions
    places = fields.map { info in
      if info.isCustom { .custom(info.name) } else { positions[info.name].map(Place.field) ?? .id }
    }
    blank = kind.blankValues
    customFields = kind.fields.firstIndex { $0.kind == .customFields }
  }

  /// Saves `values` of the plan's fields, links among them found already, as a new record.
  func insert(_ values: [FieldValue], _ writer: StoreWriter) throws -> Int64 {
    var row = blank
    var custom: [String: JSONValue] = [:]
    var id: Int64 = 0
    for (place, value) in zip(places, values) where !value.isEmpty {
      switch place {
      case .id: id = try freeID(value, writer)
      case .custom(let name): custom[name] = value.json
      case .field(let index):
        if case .object(let object) = value { custom.merge(object) { old, _ in old } } else { row[index] = value }
      }
    }
    if let customFields { row[customFields] = custom.fieldValue }
    try complete(&row, values, writer)
    return try writer.insert(kind, id: id, row)
  }

  /// The number the file gives the record, if no other has it; else 0, for a new one.
  private func freeID(_ value: FieldValue, _ writer: StoreWriter) throws -> Int64 {
    guard case .integer(let number) = value, number > 0 else { return 0 }
    let statement = try writer.db.cachedStatement(sql: "SELECT 1 FROM \"\(kind.rawValue)\" WHERE id = ?")
    return try Int.fetchOne(statement, arguments: [number]) == nil ? Int64(number) : 0
  }

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

  private func value(_ name: String, _ row: [FieldValue]) -> FieldValue { positions[name].map { row[$0] } ?? .none }

  private func set(_ name: String, of row: inout [FieldValue], to value: FieldValue) {
    if let position = positions[name] { row[position] = value }
  }

  private func fill(_ name: String, of row: inout [FieldValue], with value: FieldValue) {
    if let position = positions[name], row[position].isEmpty { row[position] = value }
  }

  /// Whether the file itself says what the field has.
  private func isFilled(_ name: String, _ values: [FieldValue]) -> Bool {
    guard let position = positions[name] else { return false }
    return zip(places, values).contains { place, value in
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
