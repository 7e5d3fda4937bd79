/// Finds the fields that columns fill, by name and by values.
struct ColumnMatcher {
  struct Match {
    let field: FieldInfo
    let score: Double
    let reason: String
    var splitsName = false
  }

  private struct Candidate {
    let column: Int
    let match: Match
  }

  private let fields: [FieldInfo]
  private let headers: [String]
  private let profiles: [ColumnProfile]
  /// The fields a name stands for, the likeliest first.
  private let words: [String: [(field: FieldInfo, score: Double)]]
  private let foreign: Set<String>
  private let isOfPeople: Bool
  /// True for a file we wrote: its names mean what they say, whatever the values look like.
  private let isOwn: Bool

  init(kind: EntityKind, customFields: [FieldInfo], headers: [String], profiles: [ColumnProfile]) {
    fields = kind.fields + customFields
    self.headers = headers
    self.profiles = profiles
    foreign = HeaderSynonyms.foreign[kind] ?? []
    isOfPeople = kind == .lead || kind == .contact
    isOwn = ColumnMatcher.isOwnExport(headers)
    var identified = fields
    if isOwn { identified.append(.recordID) }
    words = ColumnMatcher.words(for: kind, fields: identified)
  }

  /// Each column's match, or nil where it has none.
  func matches() -> [Match?] {
    var matches = [Match?](repeating: nil, count: headers.count)
    var filled: Set<String> = []
    let candidates = named() + unnamed()
    for candidate in candidates.sorted(by: { $0.match.score > $1.match.score })
    where matches[candidate.column] == nil && filled.insert(candidate.match.field.name).inserted {
      matches[candidate.column] = candidate.match
    }
    matchFullName(&matches)
    return matches
  }

  /// True for the columns v1's export begins with, where `id` is a record's own number and not another program's.
  private static func isOwnExport(_ headers: [String]) -> Bool {
    headers.first == "id" && headers.contains("created_at")
  }
}

// MARK: By name

extension ColumnMatcher {
  private static func words(
    for kind: EntityKind, fields: [FieldInfo],
  ) -> [String: [(field: FieldInfo, score: Double)]] {
    var words: [String: [(field: FieldInfo, score: Double)]] = [:]
    func add(_ word: String, _ field: FieldInfo, _ score: Double) {
      let key = HeaderName.key(word)
      if words[key]?.contains(where: { $0.field.name == field.name }) != true {
        words[key, default: []].append((field, score))
      }
    }
    for field in fields { add(field.key, field, 1) }
    for field in fields where field.name != "last_name" { add(field.label, field, field.isReadOnly ? 0.9 : 0.97) }
    for field in fields {
      for name in field.names where name != "name" || field.name != "last_name" { add(name, field, 0.95) }
    }
    for entry in HeaderSynonyms.entries where entry.kinds.contains(kind) {
      guard let field = fields.first(where: { $0.name == entry.field }) else { continue }
      for (place, word) in entry.words.split(whereSeparator: { $0 == "|" || $0 == "\n" }).enumerated() {
        add(String(word), field, 0.94 - Double(place) * 0.001)
      }
    }
    return words
  }

  private func named() -> [Candidate] {
    var candidates: [Candidate] = []
    for (column, header) in headers.enumerated() {
      for reading in readings(of: header) {
        for (field, score) in words[reading.key] ?? [] where isAllowed(field, column) {
          let score = score - reading.loss + profiles[column].support(for: field)
          let match = Match(field: field, score: min(1, score), reason: "the column is called “\(header)”")
          candidates.append(Candidate(column: column, match: match))
        }
      }
    }
    return candidates
  }

  private func isAllowed(_ field: FieldInfo, _ column: Int) -> Bool {
    (isOwn && headers[column] == field.key) || profiles[column].allows(field)
  }

  private func readings(of header: String) -> [(key: String, loss: Double)] {
    let readings = HeaderName(header).readings
    return foreign.contains(HeaderName.key(header)) ? Array(readings.prefix(1)) : readings
  }

  /// "Name" is the whole name, or whichever half of it no other column has.
  private func matchFullName(_ matches: inout [Match?]) {
    guard isOfPeople, let first = fields.first(where: { $0.name == "first_name" }),
      let last = fields.first(where: { $0.name == "last_name" })
    else { return }
    let filled = Set(matches.compactMap { $0?.field.name })
    let names = HeaderSynonyms.fullName.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map {
      HeaderName.key(String($0))
    }
    let column = headers.indices
      .filter { matches[$0] == nil && profiles[$0].allows(first) && profiles[$0].share(profiles[$0].numbers) < 0.5 }
      .compactMap { index in
        readings(of: headers[index]).lazy.compactMap { names.firstIndex(of: $0.key) }.first.map { (index, $0) }
      }
      .min { $0.1 < $1.1 }?.0
    guard let column else { return }
    let reason = "the column is called “\(headers[column])”"
    switch (filled.contains("first_name"), filled.contains("last_name")) {
    case (true, true): return
    case (true, false): matches[column] = Match(field: last, score: 0.9, reason: reason + " beside a first name")
    case (false, true): matches[column] = Match(field: first, score: 0.9, reason: reason + " beside a last name")
    case (false, false): matches[column] = Match(field: last, score: 0.9, reason: reason, splitsName: true)
    }
  }
}

// MARK: By values

extension ColumnMatcher {
  /// Matches for the columns that have no name worth the word.
  private func unnamed() -> [Candidate] {
    headers.indices.filter { HeaderName.isEmptyName(headers[$0]) && profiles[$0].filled > 0 }.flatMap { column in
      fields.enumerated().compactMap { place, field in
        guard !field.isReadOnly, let share = profiles[column].likeness(to: field), share >= 0.8 else { return nil }
        // The earlier of two fields that fit alike.
        let score = 0.6 * share - Double(place) * 0.001 - Double(column) * 0.0001
        let match = Match(field: field, score: score, reason: "\(Int(share * 100)) % of the values look like it")
        return Candidate(column: column, match: match)
      }
    }
  }
}

extension ColumnProfile {
  /// False if the values speak against `field`, whatever the column is called.
  func allows(_ field: FieldInfo) -> Bool {
    guard filled > 0 else { return true }
    return switch field.kind {
    case .email: share(emails) >= 0.5
    case .money, .integer: share(numbers) >= 0.5 && share(dates) < 0.5
    case .day, .instant: share(dates) >= 0.5
    case .phone: share(emails) < 0.2 && share(urls) < 0.5 && share(dates) < 0.5
    case .url: share(emails) < 0.2 && share(numbers) < 0.5
    case .flag: share(flags) >= 0.5
    case .text where field.limit ?? 1000 <= 100, .choice:
      share(emails) < 0.5 && share(dates) < 0.5
        && (field.name != "first_name" && field.name != "last_name" || share(numbers) < 0.5)
    case .text, .longText, .tags, .reference, .customFields: true
    }
  }

  /// What the values add to a match by name.
  func support(for field: FieldInfo) -> Double {
    guard filled > 0, let likeness = likeness(to: field) else { return 0 }
    return likeness >= 0.8 ? 0.03 : likeness < 0.2 ? -0.05 : 0
  }

  /// The share of values that look as those of `field` do, or nil if they could look like anything.
  func likeness(to field: FieldInfo) -> Double? {
    switch field.kind {
    case .email: return share(emails)
    case .phone: return plainIntegers < filled || share(phones) < 1 ? share(phones) : 0.7
    case .url: return field.name == "website" ? share(urls) : nil
    case .money: return share(decimalPoints + decimalCommas) >= 0.5 ? share(numbers) : nil
    case .day, .instant: return share(dates)
    case .choice:
      let table = ChoiceWords.table(for: field)
      let known = distinct.reduce(0) { $0 + (table[ChoiceWords.key($1.key)] == nil ? 0 : $1.value) }
      return share(known)
    case .text, .longText, .integer, .flag, .reference, .tags, .customFields: return nil
    }
  }
}

extension FieldInfo {
  /// The record's own number, which no schema lists since it cannot be edited.
  package static let recordID = FieldInfo("id", label: "Id", kind: .integer, traits: [.readOnly])
}
