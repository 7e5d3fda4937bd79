import CRMDomain
import GRDB

/// Finds the records that the rows of a file name: by number, e-mail or name. What was found once is remembered.
final class LinkFinder {
  /// Colleagues nobody had heard of, made without a login.
  private(set) var newUsers: [String] = []
  private(set) var newContacts = 0
  /// Links to records that are not in the book, left empty.
  private(set) var unlinked = 0
  private(set) var me: Int64?
  private var known: [EntityKind: [String: Int64]] = [:]
  private var missing: [EntityKind: Set<String>] = [:]

  /// The record of `kind` that `text` names, or nil.
  func find(_ kind: EntityKind, _ text: String, _ writer: StoreWriter) throws -> Int64? {
    if let id = known[kind]?[text] { return id }
    if missing[kind]?.contains(text) == true { return nil }
    guard let id = try search(kind, text, writer) else {
      missing[kind, default: []].insert(text)
      return nil
    }
    known[kind, default: [:]][text] = id
    return id
  }

  /// The user that `text` names, made if there is none: a name in a file is a person, even without a login.
  func user(_ text: String, _ writer: StoreWriter) throws -> Int64 {
    if let id = try find(.user, text, writer) { return id }
    var user = User()
    user.username = text
    user.email = EmailAddress.isValid(text) ? text : ""
    user.isActive = false
    newUsers.append(text)
    return remember(.user, text, try writer.insert(user).rawValue)
  }

  /// The contact that `text` names, by e-mail or full name, made if there is none.
  func contact(_ text: String, company: String, _ writer: StoreWriter) throws -> Int64 {
    if let id = try find(.contact, text, writer) { return id }
    var contact = Contact()
    if EmailAddress.isValid(text) {
      contact.email = text
    } else {
      (contact.firstName, contact.lastName) = PersonName.split(text)
    }
    contact.companyName = company
    contact.createdBy = try rep(writer).map { Identifier($0) }
    newContacts += 1
    return remember(.contact, text, try writer.insert(contact).rawValue)
  }

  func countUnlinked() { unlinked += 1 }

  /// The rep's row.
  func rep(_ writer: StoreWriter) throws -> Int64? {
    if me == nil { me = try writer.reader.me()?.id.rawValue }
    return me
  }

  private func remember(_ kind: EntityKind, _ text: String, _ id: Int64) -> Int64 {
    missing[kind]?.remove(text)
    known[kind, default: [:]][text] = id
    return id
  }

  private func search(_ kind: EntityKind, _ text: String, _ writer: StoreWriter) throws -> Int64? {
    if kind == .user, text.lowercased() == "me" { return try rep(writer) }
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    if let id = Int64(digits), try writer.reader.isAlive(kind, id) { return id }
    switch kind {
    case .lead, .contact: return try writer.reader.person(kind, text)
    case .opportunity, .task, .activity, .user, .tag, .board, .stage:
      return try writer.reader.find(kind, named: text).first
    }
  }
}

extension StoreReader {
  /// The lead or contact with that e-mail address or full name, the oldest first; asks only what an index answers.
  func person(_ kind: EntityKind, _ text: String) throws -> Int64? {
    if text.contains("@") { return try id(kind, email: text) }
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE deleted_at IS NULL AND last_name = ?1 COLLATE FOLDED
        AND coalesce(first_name, '') = ?2 COLLATE FOLDED ORDER BY id LIMIT 1
      """
    let (first, last) = PersonName.split(text)
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [last, first])
  }

  /// The oldest record of `kind` with that e-mail address, in any case.
  func id(_ kind: EntityKind, email: String) throws -> Int64? {
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE email = ? COLLATE FOLDED AND deleted_at IS NULL ORDER BY id LIMIT 1
      """
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [email])
  }
}
