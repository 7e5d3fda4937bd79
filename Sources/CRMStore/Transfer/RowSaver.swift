import CRMDomain
import GRDB

/// Saves the rows of one file, as new records or as changes of those that are there.
///
/// Values come in the order of the plan's fields; those that are `none` keep the default, or the old value.
final class RowSaver<R: Record> {
  enum Outcome { case created, updated, identical, rejected(String) }

  private let infos: [FieldInfo]
  private let newRows: NewRows
  private let links: LinkFinder
  private let updatesExisting: Bool
  /// The custom fields of whole objects that no one has defined yet, as an export of ours brings them.
  private(set) var undefined: [String: FieldKind] = [:]

  init(fields: [FieldInfo], links: LinkFinder, updatesExisting: Bool) {
    infos = fields
    newRows = NewRows(R.schema.kind, fields: fields, links: links)
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
    for case .object(let object) in values { note(object) }
    try newRows.insert(values, writer)
    return .created
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
