import CRMDomain
import GRDB

/// A record that may be the same as another one, and why.
package struct DuplicateMatch<R: Record>: Hashable, Sendable {
  package let record: R
  package let pair: DuplicatePair
}

extension StoreReader {
  /// The calling code of numbers that are written without a country: the book's setting `calling_code`, or else that of
  /// most numbers that have one.
  package func callingCode() throws -> String {
    if let code = try setting("calling_code") { return String(code.filter(\.isNumber)) }
    let sql = EntityKind.allCases.filter(\.canHaveDuplicates).flatMap { kind in
      IdentityFields(kind).phones.map { field in
        "SELECT * FROM (SELECT \(field.name) FROM \(kind.rawValue) WHERE \(field.name) IS NOT NULL LIMIT 500)"
      }
    }
    let numbers = try String.fetchAll(try db.cachedStatement(sql: sql.joined(separator: " UNION ALL ")))
    return CallingCode.usual(among: numbers)
  }

  /// Records that may be the one with that identity, the surest first, but for itself and those put apart from it.
  /// Everything is looked up in an index.
  package func near<R: Record>(_ identity: Identity, among type: R.Type, limit: Int = 5) throws -> [DuplicateMatch<R>] {
    let kind = R.schema.kind
    let code = try callingCode()
    let apart = try apart(kind)
    let records: [R] = try records(try candidates(for: identity, kind).sorted())
    let matches = records.compactMap { record -> DuplicateMatch<R>? in
      guard !apart.contains(identity.id, record.id.rawValue) else { return nil }
      let pair = DuplicatePair(identity, Identity(record, callingCode: code))
      return pair.isDuplicate ? DuplicateMatch(record: record, pair: pair) : nil
    }
    return Array(matches.sorted { $1.pair.strength < $0.pair.strength }.prefix(limit))
  }

  /// The same for a record of the kind, or one that is only typed so far.
  package func near<R: Record>(_ record: R, limit: Int = 5) throws -> [DuplicateMatch<R>] {
    let identity = Identity(record, callingCode: try callingCode())
    return try near(identity, among: R.self, limit: limit + 1)
      .filter { $0.record.id != record.id || record.id.rawValue == 0 }.prefix(limit).map { $0 }
  }

  private func candidates(for identity: Identity, _ kind: EntityKind) throws -> Set<Int64> {
    var ids: Set<Int64> = []
    for field in IdentityFields(kind).emails {
      let sql =
        "SELECT id FROM \(kind.rawValue) WHERE \(field.name) = ? COLLATE FOLDED AND deleted_at IS NULL LIMIT 100"
      for email in identity.emails {
        ids.formUnion(try Int64.fetchAll(try db.cachedStatement(sql: sql), arguments: [email]))
      }
    }
    var text = TextCandidates(kind, self)
    // However a number is written, its last digits stand in a row in the text that is searched.
    for phone in identity.phones { ids.formUnion(try text.rows(holding: [String(phone.suffix(7))])) }
    let (name, company) = (identity.name.words, identity.company.words)
    guard !name.isEmpty, !company.isEmpty else { return ids }
    for words in without(one: company) { ids.formUnion(try text.rows(holding: name + words)) }
    for words in without(one: name) { ids.formUnion(try text.rows(holding: company + words)) }
    return ids
  }

  /// The words without each of them in turn: the one with the slip may be any.
  private func without(one words: [String]) -> [[String]] {
    words.indices.map { left in words.indices.filter { $0 != left }.map { words[$0] } }
  }
}

/// Rows that may hold some words, by the text index, each word looked up once.
private struct TextCandidates {
  private let kind: EntityKind
  private let reader: StoreReader
  private var known: [String: RowBits] = [:]

  init(_ kind: EntityKind, _ reader: StoreReader) {
    self.kind = kind
    self.reader = reader
  }

  /// More rows than this have words too common to say anything.
  private static let most = 1000

  mutating func rows(holding words: [String]) throws -> [Int64] {
    var rows: RowBits?
    for word in words {
      guard let needle = SearchText.needle(for: word) else { continue }
      let found = try known[needle] ?? reader.rows(kind, matching: needle)
      known[needle] = found
      if rows?.formIntersection(found) == nil { rows = found }
    }
    return try reader.rows(kind, among: Array((rows?.ids ?? []).prefix(Self.most)), fulfilling: [])
  }
}
