import CRMDomain
import GRDB

/// Finds people in the book that a row may be about though no key says so: the same name and nothing against it, or the
/// same company and family name with a first name that differs by a letter or is only begun.
struct Lookalikes {
  private let entity: EntityKind
  /// False where nobody would be looked for.
  let isWanted: Bool
  private let firstNewID: Int64
  private let slots: [String: Int]

  init(_ plan: ImportPlan, fields: [FieldInfo], firstNewID: Int64) {
    entity = plan.kind
    self.firstNewID = firstNewID
    isWanted = plan.matching.near != .create && (plan.kind == .lead || plan.kind == .contact) && firstNewID > 1
    var slots: [String: Int] = [:]
    for (index, field) in fields.enumerated() where !field.isCustom { slots[field.name] = index }
    self.slots = slots
  }

  /// The oldest record that `values` look like, or nil.
  func record(
    like values: some SlotValues, _ reader: StoreReader, isOpen: (Int64) -> Bool = { _ in true },
  ) throws -> Int64? {
    guard isWanted, let last = text("last_name", values) else { return nil }
    let (first, company) = (text("first_name", values) ?? "", text("company_name", values) ?? "")
    let email = text("email", values) ?? ""
    for other in try named(first, last, reader) where isOpen(other.id) && agrees(company, other.company) {
      if isSame(company, other.company) || agrees(email, other.email) { return other.id }
    }
    guard !company.isEmpty, !first.isEmpty else { return nil }
    return try colleagues(last, company, reader).first { isOpen($0.id) && Lookalikes.isLike(first, $0.first) }?.id
  }

  private struct Person {
    let id: Int64
    let first: String
    let company: String
    let email: String

    init(_ row: Row) {
      (id, first, company, email) = (row[0], row[1] ?? "", row[2] ?? "", row[3] ?? "")
    }
  }

  /// Few enough to be compared one by one.
  private static let limit = 50

  private func named(_ first: String, _ last: String, _ reader: StoreReader) throws -> [Person] {
    try people(
      "last_name = ?1 COLLATE FOLDED AND coalesce(first_name, '') = ?2 COLLATE FOLDED", [last, first, firstNewID],
      reader)
  }

  /// The plus keeps SQLite to the index of companies, where a family name is rare.
  private func colleagues(_ last: String, _ company: String, _ reader: StoreReader) throws -> [Person] {
    try people(
      "company_name = ?1 COLLATE FOLDED AND +last_name = ?2 COLLATE FOLDED", [company, last, firstNewID], reader)
  }

  private func people(
    _ condition: String, _ arguments: StatementArguments, _ reader: StoreReader,
  ) throws -> [Person] {
    let sql = """
      SELECT id, first_name, company_name, email FROM "\(entity.rawValue)"
      WHERE deleted_at IS NULL AND \(condition) AND id < ?3 ORDER BY id LIMIT \(Self.limit)
      """
    return try Row.fetchAll(try reader.db.cachedStatement(sql: sql), arguments: arguments).map(Person.init)
  }

  private func text(_ name: String, _ values: some SlotValues) -> String? {
    slots[name].flatMap { values.text($0) }
  }

  /// True unless both say something, and different things.
  private func agrees(_ left: String, _ right: String) -> Bool { left.isEmpty || right.isEmpty || isSame(left, right) }

  private func isSame(_ left: String, _ right: String) -> Bool {
    !left.isEmpty && SearchText.fold(left) == SearchText.fold(right)
  }

  /// "J." and "Jon" are like "John", "Mark" is not like "Mary".
  static func isLike(_ left: String, _ right: String) -> Bool {
    let (left, right) = (
      Array(SearchText.fold(left).filter(\.isLetter)), Array(SearchText.fold(right).filter(\.isLetter))
    )
    guard let first = left.first, first == right.first else { return false }
    let (short, long) = left.count <= right.count ? (left, right) : (right, left)
    if long.starts(with: short) { return true }
    return long.count >= 4 && differsByOne(short, long)
  }

  private static func differsByOne(_ short: [Character], _ long: [Character]) -> Bool {
    let same = zip(short, long).prefix { $0 == $1 }.count
    switch long.count - short.count {
    case 0:
      // Another letter only if the end agrees too: "Jon" and "Jan" are two names, "Katherine" and "Catherine" one.
      return long.count >= 6 && short[(same + 1)...].elementsEqual(long[(same + 1)...])
    case 1: return short[same...].elementsEqual(long[(same + 1)...])
    default: return false
    }
  }
}
