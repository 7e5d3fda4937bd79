import CRMDomain
import GRDB

/// Decides what each row of a file is: a new record, a change of one that is there, a duplicate, a mistake.
///
/// The rehearsal and the import ask the same judge, so that the one says what the other does. Rows are judged in the
/// order of the file; those that were accepted are told to it, since later rows may repeat them.
struct RowJudge {
  enum Verdict: Hashable {
    case create
    case update(Int64)
    /// The cells go over the record that an earlier row made or changed; 0 if its number is not known.
    case merge(row: Int, record: Int64)
    /// Left out because of another row.
    case duplicate(of: Int)
    /// Looks like that record.
    case near(Int64)
    /// Left out because it was decided so.
    case skip
    case rejected(String)
  }

  private let plan: ImportPlan
  private let names: [Int]
  private let keys: RowKeys
  private var book: BookKeys
  private var lookalikes: Lookalikes
  /// Rows that were accepted, by their keys.
  private var seen = KeyTable()
  private var claimed = ClaimedRecords()
  /// The last good row with each key, where that is the one that counts.
  private var last = KeyTable()
  private var current: [RowKeys.Key] = []
  private let firstNewID: Int64

  /// - Parameter firstNewID: records from this number on are the import's own.
  init(_ plan: ImportPlan, fields: [FieldInfo], firstNewID: Int64, expectsManyRows: Bool) {
    self.plan = plan
    self.firstNewID = firstNewID
    keys = RowKeys(plan, fields: fields)
    let changesKeys =
      keys.kinds.count > 1 || plan.decisions.values.contains { if case .update = $0 { true } else { false } }
    book = BookKeys(plan.kind, keys, firstNewID: firstNewID, asksIndexes: !expectsManyRows && !changesKeys)
    lookalikes = Lookalikes(plan, fields: fields, firstNewID: firstNewID)
    let always = ["first_name", "last_name", "email", "name", "title", "activity_type", "subject", "company_name"]
    names = fields.indices.filter { !fields[$0].isCustom && always.contains(fields[$0].name) }
  }

  /// Looks at the book as it is before the first row is written.
  mutating func prepare(_ reader: StoreReader) throws { try book.prepare(reader) }

  /// Lets go of everything it keeps to judge by. It is not asked again.
  mutating func forget() {
    (seen, last, claimed) = (KeyTable(), KeyTable(), ClaimedRecords())
    book.forget()
  }

  /// True if the row without mistakes may be left out all the same.
  func mayReject(_ values: some SlotValues, row: Int) -> Bool {
    !keys.isEmpty || lookalikes.isWanted || plan.matching.mode == .update || plan.decisions[row] != nil
      || !isSomething(values)
  }

  /// True if the whole file has to be looked through before the first row is judged.
  var looksAhead: Bool { plan.matching.duplicates == .lastWins && !keys.isEmpty }

  /// Takes note of a row without mistakes, before any is judged.
  mutating func lookAhead(_ values: [FieldValue], row: Int) {
    guard isSomething(values) else { return }
    for key in keys.keys(of: values) { last.set(key.hash, row: row) }
  }

  mutating func judge(_ values: some SlotValues, row: Int, _ reader: StoreReader) throws -> Verdict {
    guard isSomething(values) else { return .rejected("there is neither a name nor an e-mail address") }
    if let decision = plan.decisions[row] {
      current = keys.keys(of: values)
      return try verdict(of: decision, reader)
    }
    if keys.isEmpty { return try unmatched(values, reader) }
    current = keys.keys(of: values)
    if let verdict = repeated(row) { return verdict }
    for key in current {
      guard let id = try book.record(key, reader) else { continue }
      return matched(id, key)
    }
    return try unmatched(values, reader)
  }

  /// Notes that the row judged last was accepted, as `record` if that is known.
  mutating func accept(row: Int, record: Int64, isNew: Bool) {
    guard !keys.isEmpty || !isNew else { return }
    switch plan.matching.duplicates {
    case .firstWins, .merge, .reject: for key in current { seen.add(key.hash, row: row, record: record) }
    case .lastWins, .keepAll: break
    }
    if !isNew, record > 0 { claimed.add(record, row: row) }
  }

  /// The record of an earlier row of the same import that the row judged last repeats.
  func ownRecord(_ reader: StoreReader) throws -> Int64? {
    var own = BookKeys(plan.kind, keys, firstNewID: .max, asksIndexes: true)
    for key in current { if let id = try own.record(key, reader) { return id } }
    return nil
  }

  // MARK: Parts of a judgement

  private func isSomething(_ values: some SlotValues) -> Bool { names.contains { !values.isEmpty($0) } }

  private func verdict(of decision: ImportPlan.Decision, _ reader: StoreReader) throws -> Verdict {
    switch decision {
    case .create: return .create
    case .skip: return .skip
    case .update(let id):
      guard id < firstNewID, try reader.isAlive(plan.kind, id) else {
        return .rejected("\(plan.kind.rawValue) \(id) is not there any more")
      }
      return claimed[id].map { .merge(row: $0, record: id) } ?? .update(id)
    }
  }

  /// What becomes of a row that has a key of another, or nil if it has none.
  private func repeated(_ row: Int) -> Verdict? {
    switch plan.matching.duplicates {
    case .keepAll: return nil
    case .lastWins:
      let later = current.lazy.compactMap { last[$0.hash].map { Int($0.row) } }.first { $0 > row }
      return later.map { .duplicate(of: $0) }
    case .firstWins, .merge, .reject:
      for key in current {
        guard let entry = seen[key.hash] else { continue }
        let other = Int(entry.row)
        switch plan.matching.duplicates {
        case .merge: return .merge(row: other, record: Int64(entry.record))
        case .reject: return .rejected(sentence(key, "row \(other)"))
        case .firstWins, .lastWins, .keepAll: return .duplicate(of: other)
        }
      }
      return nil
    }
  }

  private func matched(_ id: Int64, _ key: RowKeys.Key) -> Verdict {
    if let row = claimed[id] {
      switch plan.matching.duplicates {
      case .firstWins: return .duplicate(of: row)
      case .reject: return .rejected(sentence(key, "row \(row)"))
      case .merge, .keepAll, .lastWins: return .merge(row: row, record: id)
      }
    }
    guard plan.matching.mode == .create else { return .update(id) }
    return .rejected(sentence(key, "\(plan.kind.rawValue) \(id)"))
  }

  /// v1's words for a contact whose address is taken; others follow them.
  private func sentence(_ key: RowKeys.Key, _ other: String) -> String {
    let what =
      switch key.kind {
      case .email: "with this email"
      case .phone: "with this telephone number"
      case .nameAndCompany: "with this name"
      case .id: "with this number"
      }
    return "\(plan.kind.rawValue.capitalized) \(what) already exists. Use --update-existing to change \(other)."
  }

  private mutating func unmatched(_ values: some SlotValues, _ reader: StoreReader) throws -> Verdict {
    guard plan.matching.mode != .update else {
      let names = plan.matching.keys.map(\.words).joined(separator: " or ")
      return .rejected("no \(plan.kind.rawValue) with this \(names.isEmpty ? "key" : names) is there to be changed")
    }
    // A record that a row has changed already is not one of those that are to be decided about.
    if let id = try lookalikes.record(like: values, reader, isOpen: { claimed[$0] == nil }) {
      return .near(id)
    }
    return .create
  }
}

extension ImportPlan.Key {
  /// What a person calls it.
  package var words: String {
    switch self {
    case .email: "e-mail"
    case .phone: "telephone number"
    case .nameAndCompany: "name and company"
    case .id: "id"
    }
  }
}
