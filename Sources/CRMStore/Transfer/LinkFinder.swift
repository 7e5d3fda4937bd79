import CRMDomain
import GRDB

/// Finds the records that the rows of a file name: by number, e-mail or name. What was found once is remembered.
///
/// Without a writer nothing is made: what would be has a number below zero.
final class LinkFinder {
  /// Colleagues nobody had heard of, made without a login.
  private(set) var newUsers: [String] = []
  private(set) var newContacts = 0
  /// Links to records that are not in the book, left empty.
  private(set) var unlinked = 0
  private let makesContacts: Bool
  private var me: Int64?
  private var known: [EntityKind: [String: Int64]] = [:]
  private var missing: [EntityKind: Set<String>] = [:]
  /// What a rehearsal would have made.
  private var imagined = KeyTable()

  /// Names that are remembered of each kind; beyond them all are forgotten, so that memory has a bound.
  private static let knownLimit = 50_000

  init(makesContacts: Bool = true) { self.makesContacts = makesContacts }

  /// The record of `kind` that `text` names, or nil.
  func find(_ kind: EntityKind, _ text: String, _ reader: StoreReader) throws -> Int64? {
    if let id = known[kind]?[text] { return id }
    if missing[kind]?.contains(text) == true { return nil }
    guard let id = try search(kind, text, reader) else {
      if missing[kind, default: []].count >= Self.knownLimit { missing[kind] = [] }
      missing[kind, default: []].insert(text)
      return nil
    }
    return remember(kind, text, id)
  }

  /// The user that `text` names, made if there is none: a name in a file is a person, even without a login.
  func user(_ text: String, _ reader: StoreReader, _ writer: StoreWriter?) throws -> Int64 {
    if let id = try find(.user, text, reader) { return id }
    if let id = imagined(.user, text) { return id }
    newUsers.append(text)
    guard let writer else { return imagine(.user, text) }
    var user = User()
    user.username = text
    user.email = EmailAddress.isValid(text) ? text : ""
    user.isActive = false
    return remember(.user, text, try writer.insert(user).rawValue)
  }

  /// The contact that `text` names, by e-mail or full name, made if there is none and the plan says so.
  func contact(
    _ text: String, company: String, _ reader: StoreReader, _ writer: StoreWriter?,
  ) throws -> Int64? {
    if let id = try find(.contact, text, reader) { return id }
    guard makesContacts else { return nil }
    if let id = imagined(.contact, text) { return id }
    newContacts += 1
    guard let writer else { return imagine(.contact, text) }
    var contact = Contact()
    if EmailAddress.isValid(text) {
      contact.email = text
    } else {
      (contact.firstName, contact.lastName) = PersonName.split(text)
    }
    contact.companyName = company
    contact.createdBy = try rep(reader).map { Identifier($0) }
    return remember(.contact, text, try writer.insert(contact).rawValue)
  }

  func countUnlinked() { unlinked += 1 }

  /// Goes on counting where a run before left off.
  func resume(newContacts: Int, unlinked: Int) { (self.newContacts, self.unlinked) = (newContacts, unlinked) }

  /// The rep's row.
  func rep(_ reader: StoreReader) throws -> Int64? {
    if me == nil { me = try reader.me()?.id.rawValue }
    return me
  }

  private func remember(_ kind: EntityKind, _ text: String, _ id: Int64) -> Int64 {
    missing[kind]?.remove(text)
    if known[kind, default: [:]].count >= Self.knownLimit { known[kind] = [:] }
    known[kind, default: [:]][text] = id
    return id
  }

  private func hash(_ kind: EntityKind, _ text: String) -> UInt64 {
    var hash = KeyHash(salt: kind == .user ? 1 : 2)
    hash.add(folded: text)
    return hash.value
  }

  private func imagined(_ kind: EntityKind, _ text: String) -> Int64? {
    imagined[hash(kind, text)].map { -Int64($0.record) }
  }

  private func imagine(_ kind: EntityKind, _ text: String) -> Int64 {
    let number = Int64(imagined.count + 1)
    imagined.set(hash(kind, text), record: number)
    return -number
  }

  private func search(_ kind: EntityKind, _ text: String, _ reader: StoreReader) throws -> Int64? {
    if kind == .user, text.lowercased() == "me" { return try rep(reader) }
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    if let id = Int64(digits), try reader.isAlive(kind, id) { return id }
    switch kind {
    case .lead, .contact: return try reader.person(kind, text)
    case .opportunity, .task, .activity, .user, .tag, .board, .stage:
      return try reader.find(kind, named: text).first
    }
  }
}

extension StoreReader {
  /// The lead or contact with that e-mail address or full name, the oldest first; asks only what an index answers.
  func person(_ kind: EntityKind, _ text: String) throws -> Int64? {
    if text.contains("@") { return try id(kind, email: text) }
    let (first, last) = PersonName.split(text)
    return try id(kind, first: first, last: last)
  }

  func id(_ kind: EntityKind, first: String, last: String) throws -> Int64? {
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE deleted_at IS NULL AND last_name = ?1 COLLATE FOLDED
        AND coalesce(first_name, '') = ?2 COLLATE FOLDED ORDER BY id LIMIT 1
      """
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [last, first])
  }

  /// The oldest record of `kind` below `limit` with that e-mail address, in any case.
  func id(_ kind: EntityKind, email: String, below limit: Int64 = .max) throws -> Int64? {
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE email = ? COLLATE FOLDED AND deleted_at IS NULL AND id < ?
      ORDER BY id LIMIT 1
      """
    return try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: [email, limit])
  }
}
