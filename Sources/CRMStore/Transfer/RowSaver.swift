import CRMDomain
import GRDB

/// Saves the rows of one file, as new records or as changes of those that are there.
///
/// Values come in the order of the plan's fields; those that are `none` keep the default, or the old value.
final class RowSaver<R: Record> {
  enum Outcome { case created, updated, identical, rejected(String) }

  private let infos: [FieldInfo]
  private let setters: [Field<R>?]
  private let links: LinkFinder
  private let updatesExisting: Bool
  private var deals: DealDefaults?
  /// The custom fields of whole objects that no one has defined yet, as an export of ours brings them.
  private(set) var undefined: [String: FieldKind] = [:]

  init(fields: [FieldInfo], links: LinkFinder, updatesExisting: Bool) {
    infos = fields
    setters = fields.map { info in info.isCustom ? Field<R>(custom: info) : R.schema.field(info.name) }
    self.links = links
    self.updatesExisting = updatesExisting
  }

  /// Saves one row. Links among `values` are texts yet, and are found here.
  func save(_ values: inout [FieldValue], _ writer: StoreWriter) throws -> Outcome {
    guard isSomething(values) else { return .rejected("there is neither a name nor an e-mail address") }
    let existing = try existing(values, writer)
    if let existing, !updatesExisting {
      guard R.self == Contact.self else { return try insert(&values, writer) }
      return .rejected("Contact with this email already exists. Use --update-existing to change contact \(existing).")
    }
    guard let existing else { return try insert(&values, writer) }
    try resolve(&values, writer)
    var changes: [String: FieldValue] = [:]
    for (info, value) in zip(infos, values) where !value.isEmpty && info.name != "id" {
      if case .object(let object) = value { note(object) }
      changes[info.name] = value
    }
    return try writer.set(changes, in: R.schema.kind, existing) ? .updated : .identical
  }

  // MARK: New records

  private func insert(_ values: inout [FieldValue], _ writer: StoreWriter) throws -> Outcome {
    try resolve(&values, writer)
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
    try writer.insert(record)
    return .created
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
    let me = try links.rep(writer).map(FieldValue.reference) ?? .none
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
    let defaults = try deals ?? DealDefaults(writer.reader)
    deals = defaults
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

  private func fill(_ name: String, of record: inout R, with value: FieldValue) {
    if record[name].isEmpty { record[name] = value }
  }

  private func isFilled(_ name: String, _ values: [FieldValue]) -> Bool {
    zip(infos, values).contains { $0.name == name && !$1.isEmpty }
  }

  // MARK: Records that are there

  private lazy var email = infos.firstIndex { $0.name == "email" && !$0.isCustom }
  private lazy var number = infos.firstIndex { $0.name == "id" && !$0.isCustom }
  /// Where a name may stand, without which a row is nothing.
  private lazy var names = infos.indices.filter { index in
    let always = ["first_name", "last_name", "email", "name", "title", "activity_type", "subject"]
    return !infos[index].isCustom && (always.contains(infos[index].name) || infos[index].name == "company_name")
  }

  private func isSomething(_ values: [FieldValue]) -> Bool { names.contains { !values[$0].isEmpty } }

  /// The record that the row is about: leads and contacts by e-mail, others by number.
  private func existing(_ values: [FieldValue], _ writer: StoreWriter) throws -> Int64? {
    let kind = R.schema.kind
    if kind == .lead || kind == .contact {
      guard updatesExisting || kind == .contact, let email, let text = values[email].text else { return nil }
      return try writer.reader.id(kind, email: text)
    }
    guard updatesExisting, let number, case .integer(let id) = values[number] else { return nil }
    return try writer.reader.isAlive(kind, Int64(id)) ? Int64(id) : nil
  }

  // MARK: Links

  private lazy var references = infos.indices.compactMap { index -> (Int, EntityKind)? in
    if case .reference(let kind) = infos[index].kind { (index, kind) } else { nil }
  }

  private func resolve(_ values: inout [FieldValue], _ writer: StoreWriter) throws {
    for (index, kind) in references {
      guard let text = values[index].text else { continue }
      values[index] = try link(kind, text, values, writer)
    }
  }

  private func link(
    _ kind: EntityKind, _ text: String, _ values: [FieldValue], _ writer: StoreWriter,
  ) throws -> FieldValue {
    if kind == .user { return .reference(try links.user(text, writer)) }
    if kind == .contact, R.schema.kind == .opportunity, Int64(text) == nil {
      let company = infos.firstIndex { $0.name == "company_name" }.flatMap { values[$0].text } ?? ""
      return .reference(try links.contact(text, company: company, writer))
    }
    if let id = try links.find(kind, text, writer) { return .reference(id) }
    links.countUnlinked()
    return .none
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
