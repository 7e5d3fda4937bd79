import CRMDomain
import GRDB

/// Where the cells of packed rows go when they become new records. Needs no book, and so works on any thread.
///
/// The first slots are those of the plan's fields. Behind them are the object of custom fields, the search text, and what
/// new records of the kind have that their rows do not say.
struct NewRowLayout: Sendable {
  let kind: EntityKind
  private let planFields: [FieldInfo]
  /// By the fields of the schema; nil where no row has a value of its own.
  let slots: [Int?]
  /// What a record has where its row says nothing, by the fields of the schema.
  let blanks: [FieldValue]
  let searchSlot: Int
  /// The slot of the record's number, if the file has it.
  let idSlot: Int?
  private let width: Int
  private let positions: [String: Int]
  private let filledByPlan: Set<Int>
  private let members: [PackedRows.Member]
  private let customSlot: Int?
  private let takesObjects: Bool
  private let searchParts: [PackedRows.SearchPart]

  /// - Parameter fields: those of the plan, in the order of their slots.
  init(_ kind: EntityKind, fields: [FieldInfo]) {
    self.kind = kind
    planFields = fields
    let positions = Dictionary(uniqueKeysWithValues: kind.fields.enumerated().map { ($1.name, $0) })
    self.positions = positions
    var slots = [Int?](repeating: nil, count: kind.fields.count)
    for (slot, field) in fields.enumerated() where !field.isCustom {
      if let position = positions[field.name] { slots[position] = slot }
    }
    idSlot = fields.firstIndex { !$0.isCustom && positions[$0.name] == nil }
    filledByPlan = Set(slots.indices.filter { slots[$0] != nil })
    blanks = kind.blankValues
    members = fields.indices.filter { fields[$0].isCustom }.sorted { fields[$0].name < fields[$1].name }
      .map { PackedRows.Member($0, name: fields[$0].name) }
    takesObjects = fields.contains { $0.kind == .customFields }
    var width = fields.count
    func addSlot() -> Int {
      width += 1
      return width - 1
    }
    if let position = kind.fields.firstIndex(where: { $0.kind == .customFields }) {
      if slots[position] == nil, !members.isEmpty { slots[position] = addSlot() }
      customSlot = slots[position]
    } else {
      customSlot = nil
    }
    searchSlot = addSlot()
    for name in kind.completedFields {
      if let position = positions[name], slots[position] == nil { slots[position] = addSlot() }
    }
    (self.slots, self.width) = (slots, width)
    let blanks = blanks
    searchParts = kind.fields.indices.filter { kind.fields[$0].isSearchable }.map {
      PackedRows.SearchPart(slots[$0], usual: blanks[$0].text ?? "", isPhone: kind.fields[$0].kind == .phone)
    }
  }

  /// Rows of this layout, none yet.
  var emptyRows: PackedRows { PackedRows(planFields, extra: width - planFields.count) }

  /// Puts what follows from the cells of the last row into the other slots.
  func complete(_ rows: inout PackedRows) {
    if let customSlot { rows.putObject(of: members, customSlot) }
    rows.putSearchText(of: searchParts, members: members, object: takesObjects ? customSlot : nil, searchSlot)
  }

  /// One row with these values of the plan's fields.
  func row(of values: [FieldValue]) -> PackedRows {
    var rows = emptyRows
    rows.addRow()
    for (slot, value) in values.enumerated() { rows.put(value, 0, slot) }
    complete(&rows)
    return rows
  }

  /// The fields of the schema that rows fill, with their slots.
  var filled: [(field: FieldInfo, slot: Int)] {
    kind.fields.indices.compactMap { position in
      guard let slot = slots[position], filledByPlan.contains(position) || slot == customSlot else { return nil }
      return (kind.fields[position], slot)
    }
  }

  func slot(_ name: String) -> Int? { positions[name].flatMap { slots[$0] } }
  func blank(_ name: String) -> FieldValue { positions[name].map { blanks[$0] } ?? .none }

  /// Whether the file itself says what the field has.
  func isFilled(_ name: String) -> Bool { positions[name].map(filledByPlan.contains) ?? false }
}

/// Adds the rows of one file that are new records, and fills in what such records have that their rows do not say.
///
/// They are written together, before anything looks at them.
final class NewRows {
  let layout: NewRowLayout
  private let links: LinkFinder
  private var deals: DealDefaults?
  private var waiting: [PackedTable.NumberedRow] = []
  /// The number of the next record; nil until it is asked for in a transaction.
  private var nextID: Int64?

  /// - Parameter fields: those of the plan's values, in their order.
  init(_ kind: EntityKind, fields: [FieldInfo], links: LinkFinder) {
    self.links = links
    layout = NewRowLayout(kind, fields: fields)
  }

  /// Forgets what was known of the book, in a new transaction.
  func begin() {
    waiting.removeAll(keepingCapacity: true)
    nextID = nil
  }

  /// Lets the row become a record, links in it found already, and answers its number. `write` writes it.
  func add(_ row: Int, of rows: inout PackedRows, _ writer: StoreWriter) throws -> Int64 {
    try complete(row, &rows, writer)
    let id = try number(row, rows, writer)
    waiting.append(PackedTable.NumberedRow(row: row, id: id))
    return id
  }

  /// Writes the rows that were added since.
  func write(_ rows: PackedRows, _ writer: StoreWriter) throws {
    guard !waiting.isEmpty else { return }
    try writer.insert(rows, waiting, layout, usual: usual(writer))
    waiting.removeAll(keepingCapacity: true)
  }

  // MARK: Numbers

  /// The number the file gives the record, if no other has it; else a new one.
  private func number(_ row: Int, _ rows: PackedRows, _ writer: StoreWriter) throws -> Int64 {
    let next = try nextID ?? writer.reader.nextNumber(layout.kind)
    nextID = next
    if let slot = layout.idSlot, let number = rows.integer(row, slot), number > 0 {
      if number >= next {
        nextID = number == .max ? number : number + 1
        return number
      }
      try write(rows, writer)
      if try !writer.reader.isThere(layout.kind, number) { return number }
    }
    guard next < .max else { throw DatabaseError(resultCode: .SQLITE_FULL) }
    nextID = next + 1
    return next
  }

  // MARK: What rows do not say

  /// What every row has that says nothing of it.
  private func usual(_ writer: StoreWriter) throws -> [String: FieldValue] {
    let me = try links.rep(writer.reader).map(FieldValue.reference) ?? .none
    var usual: [String: FieldValue] = ["created_at": writer.now.fieldValue, "updated_at": writer.now.fieldValue]
    switch layout.kind {
    case .lead: usual["owner"] = me
    case .contact: usual["created_by"] = me
    case .opportunity:
      let defaults = try dealDefaults(writer.reader)
      (usual["owner"], usual["board"], usual["currency"]) = (me, defaults.board, defaults.currency.fieldValue)
    case .task: (usual["assigned_to"], usual["created_by"]) = (me, me)
    case .activity: usual["user"] = me
    case .user, .tag, .board, .stage: break
    }
    return usual
  }

  private func complete(_ row: Int, _ rows: inout PackedRows, _ writer: StoreWriter) throws {
    switch layout.kind {
    case .opportunity:
      try completeDeal(row, &rows, writer)
      putCreation("stage_entered_at", row, &rows, writer)
    case .activity: putCreation("occurred_at", row, &rows, writer)
    case .lead, .contact, .task, .user, .tag, .board, .stage: break
    }
  }

  private func completeDeal(_ row: Int, _ rows: inout PackedRows, _ writer: StoreWriter) throws {
    guard let slot = layout.slot("stage"), let probability = layout.slot("probability") else { return }
    let text = rows.text(row, slot) ?? layout.blank("stage").text ?? ""
    guard let stage = try dealDefaults(writer.reader).stage(text) else { return }
    rows.put(stage.key.fieldValue, row, slot)
    if rows.isEmpty(row, probability) { rows.put(.integer(stage.probability), row, probability) }
  }

  /// Puts the time at which the record was made where the row has no other.
  private func putCreation(_ name: String, _ row: Int, _ rows: inout PackedRows, _ writer: StoreWriter) {
    guard let slot = layout.slot(name), rows.isEmpty(row, slot) else { return }
    let created = layout.slot("created_at").flatMap { rows.integer(row, $0) } ?? writer.now.microseconds
    rows.put(.instant(Instant(microseconds: created)), row, slot)
  }

  func dealDefaults(_ reader: StoreReader) throws -> DealDefaults {
    if let deals { return deals }
    let defaults = try DealDefaults(reader)
    deals = defaults
    return defaults
  }
}

extension StoreReader {
  /// The number that SQLite would give the next record of `kind`; `.max` if there is none left.
  fileprivate func nextNumber(_ kind: EntityKind) throws -> Int64 {
    let sql = """
      SELECT max(coalesce((SELECT max(id) FROM "\(kind.rawValue)"), 0),
        coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '\(kind.rawValue)'), 0))
      """
    let last = try Int64.fetchOne(try db.cachedStatement(sql: sql)) ?? 0
    return last < .max ? last + 1 : last
  }

  fileprivate func isThere(_ kind: EntityKind, _ id: Int64) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT 1 FROM \"\(kind.rawValue)\" WHERE id = ?")
    return try Int.fetchOne(statement, arguments: [id]) != nil
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
  /// The fields whose values new records get row by row where the file does not say them.
  fileprivate var completedFields: [String] {
    switch self {
    case .opportunity: ["stage", "probability", "stage_entered_at"]
    case .activity: ["occurred_at"]
    case .lead, .contact, .task, .user, .tag, .board, .stage: []
    }
  }

  /// The values of a record about which nothing is said yet, in the order of the fields.
  fileprivate var blankValues: [FieldValue] {
    func blank<R: Record>(_ type: R.Type) -> [FieldValue] {
      let record = R()
      return R.schema.fields.map { $0.get(record) }
    }
    return blank(recordType)
  }
}
