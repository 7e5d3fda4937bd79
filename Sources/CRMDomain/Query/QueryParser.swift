/// Something in a query that cannot be meant as typed, or that will hardly find anything.
package struct Mistake: Hashable, Sendable {
  package enum Severity: Hashable, Sendable {
    /// That part is left out of the query.
    case wrong
    /// That part is in the query; the rep may want to know.
    case hint
  }

  /// UTF-8 bytes of the text, to underline.
  package var range: Range<Int>
  package var message: String
  package var severity: Severity
}

/// What could be made of a text.
package struct ParsedQuery: Hashable, Sendable {
  /// The part that was understood.
  package var query = Query()
  package var mistakes: [Mistake] = []
  /// False while an open quote or a missing value shows that the rep is still typing.
  package var isComplete = true

  package init() {}

  /// True if nothing of the text was left out.
  package var isSound: Bool { mistakes.allSatisfy { $0.severity == .hint } }
}

/// Reads the query language of `Docs/QUERY.md` for lists of one kind.
package struct QueryParser: Sendable {
  package let kind: EntityKind
  let fields: QueryFields
  private let isKnown: @Sendable (FieldInfo, String) -> Bool

  /// `fields` are the built-in and the custom ones; `isKnown` tells whether a value that is not documented is used.
  package init(
    kind: EntityKind, fields: [FieldInfo], isKnown: @escaping @Sendable (FieldInfo, String) -> Bool = { _, _ in false },
  ) {
    self.kind = kind
    self.fields = QueryFields(fields)
    self.isKnown = isKnown
  }

  package func parse(_ text: String) -> ParsedQuery {
    var reading = Reading()
    var items = self.items(of: text)[...]
    while var item = items.popFirst() {
      if let next = items.first, let joined = joined(item, next) {
        item = joined
        items.removeFirst()
      }
      read(item, into: &reading)
    }
    return reading.result
  }

  func items(of text: String) -> [QueryItem] {
    QuerySyntax.items(of: text) { QueryWord(rawValue: $0.lowercased()) != nil || fields.named($0) != nil }
  }

  /// `created:this week`: a date of two words needs no quotes.
  private func joined(_ item: QueryItem, _ next: QueryItem) -> QueryItem? {
    guard case .word(let second) = next.body, second.isPlain, next.negations == 0 else { return nil }
    var item = item
    item.range = item.range.lowerBound..<next.range.upperBound
    switch item.body {
    case .values(let name, var values):
      guard let last = values.popLast(), let date = date(name, last, second) else { return nil }
      item.body = .values(name: name, values + [date])
    case .compare(let name, let comparison, let first?):
      guard let date = date(name, first, second) else { return nil }
      item.body = .compare(name: name, comparison, date)
    case .word, .phrase, .between, .compare: return nil
    }
    return item
  }

  private func date(_ name: QueryItem.Piece, _ first: QueryItem.Piece, _ second: QueryItem.Piece) -> QueryItem.Piece? {
    guard let info = fields.named(name.text), info.kind == .day || info.kind == .instant, first.isPlain,
      QueryDate.isTurned(first.text, second.text)
    else { return nil }
    let range = first.range.lowerBound..<second.range.upperBound
    return QueryItem.Piece(text: first.text + " " + second.text, range: range, isPlain: false)
  }
}

/// The words before a colon that are no fields.
enum QueryWord: String {
  case has
  case sort
  case group
  case `is`
}

/// A query while it is being read.
private struct Reading {
  var result = ParsedQuery()

  mutating func add(_ term: Query.Term, _ negations: Int) {
    result.query.terms.append((0..<negations).reduce(term) { inner, _ in .not(inner) })
  }

  mutating func mistake(_ range: Range<Int>, _ message: String, _ severity: Mistake.Severity = .wrong) {
    result.mistakes.append(Mistake(range: range, message: message, severity: severity))
  }
}

extension QueryParser {
  private func read(_ item: QueryItem, into reading: inout Reading) {
    if item.isUnfinished { reading.result.isComplete = false }
    switch item.body {
    case .word(let piece): word(piece, item, into: &reading)
    case .phrase(let piece): if !piece.text.isEmpty { reading.add(.phrase(piece.text), item.negations) }
    case .values(let name, let values):
      if let word = QueryWord(rawValue: name.text.lowercased()) {
        special(word, values, item, into: &reading)
      } else if let info = field(name, into: &reading), !values.isEmpty {
        equal(info, values, item, into: &reading)
      }
    case .compare(let name, let comparison, let value):
      if let info = field(name, into: &reading), let value {
        test(info, .compare(comparison, value.text), item, at: value.range, into: &reading)
      }
    case .between(let name, let lower, let upper):
      if let info = field(name, into: &reading), let some = lower ?? upper {
        let range = some.range.lowerBound..<(upper ?? some).range.upperBound
        test(info, .between(lower?.text, upper?.text), item, at: range, into: &reading)
      }
    }
  }

  private func word(_ piece: QueryItem.Piece, _ item: QueryItem, into reading: inout Reading) {
    guard !piece.text.isEmpty else { return }
    guard piece.isPlain, let flag = QueryFlag(word: piece.text) else {
      return reading.add(.word(piece.text), item.negations)
    }
    if flag.kinds.contains(kind) { return reading.add(.flag(flag), item.negations) }
    reading.add(.word(piece.text), item.negations)
    reading.mistake(piece.range, "‘\(piece.text)’ is no rule for \(kind.plural); it is looked for as a word.", .hint)
  }

  /// The field of that name; if there is none, that is a mistake.
  private func field(_ name: QueryItem.Piece, into reading: inout Reading) -> FieldInfo? {
    if let info = fields.named(name.text) { return info }
    reading.mistake(
      name.range, unknown("field", name.text, among: fields.names.flatMap(\.self) + ["has", "sort", "group"]))
    return nil
  }

  private func unknown(_ what: String, _ word: String, among names: [String]) -> String {
    let advice = QueryFields.nearest(to: word, among: names).map { " Did you mean ‘\($0)’?" } ?? ""
    return "There is no \(what) called ‘\(word)’.\(advice)"
  }

  // MARK: Tests

  /// Adds the values that suit the field; each of the others is a mistake.
  private func equal(
    _ info: FieldInfo, _ values: [QueryItem.Piece], _ item: QueryItem, into reading: inout Reading,
  ) {
    var suitable: [String] = []
    for value in values where isSuitable(info, .anyOf([value.text]), at: value.range, into: &reading) {
      suitable.append(value.text)
      hint(info, value, into: &reading)
    }
    if !suitable.isEmpty { reading.add(.field(key: info.key, .anyOf(suitable)), item.negations) }
  }

  private func test(
    _ info: FieldInfo, _ test: Query.Test, _ item: QueryItem, at range: Range<Int>, into reading: inout Reading,
  ) {
    guard isSuitable(info, test, at: range, into: &reading) else { return }
    reading.add(.field(key: info.key, test), item.negations)
  }

  private func isSuitable(
    _ info: FieldInfo, _ test: Query.Test, at range: Range<Int>, into reading: inout Reading,
  ) -> Bool {
    // What suits a field does not depend on the time or on who asks.
    let anyTime = QueryContext(now: Instant(seconds: 1_800_000_000), calendar: .utc)
    do {
      _ = try QueryMeaning(kind: kind, fields: fields, context: anyTime).condition(info, test)
      return true
    } catch {
      reading.mistake(range, error.message)
      return false
    }
  }

  /// Says so if a choice has no such documented value and nobody uses it.
  private func hint(_ info: FieldInfo, _ value: QueryItem.Piece, into reading: inout Reading) {
    guard !info.choices.isEmpty, !value.text.isEmpty, info.choices.position(of: value.text) == nil,
      !isKnown(info, value.text)
    else { return }
    let message = unknown(info.label.lowercased(), value.text, among: info.choices.map(\.value))
    reading.mistake(value.range, message, .hint)
  }

  // MARK: Special words

  private func special(
    _ word: QueryWord, _ values: [QueryItem.Piece], _ item: QueryItem, into reading: inout Reading,
  ) {
    switch word {
    case .sort where item.negations > 0:
      reading.mistake(item.range, "Write sort:-name to sort downwards.")
    case .sort: for value in values { sort(value, into: &reading) }
    case .group where item.negations > 0:
      reading.mistake(item.range, "Write group:-name to have the last group first.")
    case .group: for value in values { group(value, into: &reading) }
    case .has:
      for value in values {
        if let info = field(value, into: &reading) { reading.add(.field(key: info.key, .isSet), item.negations) }
      }
    case .is:
      for value in values { flag(value, item, into: &reading) }
    }
  }

  private func sort(_ value: QueryItem.Piece, into reading: inout Reading) {
    let isDescending = value.text.hasPrefix("-")
    var name = value
    name.text = String(value.text.dropFirst(isDescending ? 1 : 0))
    guard !name.text.isEmpty else { return reading.result.isComplete = false }
    guard let info = field(name, into: &reading) else { return }
    guard info.kind != .customFields else {
      return reading.mistake(value.range, "Sort by a field inside \(info.label) by its own name.")
    }
    reading.result.query.sort.append(Query.SortKey(info.key, descending: isDescending))
  }

  private func group(_ value: QueryItem.Piece, into reading: inout Reading) {
    guard !value.text.isEmpty, value.text != "-" else { return reading.result.isComplete = false }
    guard var key = Query.GroupKey(text: value.text) else {
      let periods = Period.allCases.map(\.rawValue).joined(separator: ", ")
      return reading.mistake(value.range, "Dates are put together by \(periods): group:created/week.")
    }
    var name = value
    name.text = key.key
    guard let info = field(name, into: &reading) else { return }
    guard info.kind != .customFields else {
      return reading.mistake(value.range, "Group by a field inside \(info.label) by its own name.")
    }
    key.key = info.key
    reading.result.query.group = key
  }

  private func flag(_ value: QueryItem.Piece, _ item: QueryItem, into reading: inout Reading) {
    let flags = QueryFlag.flags(for: kind)
    if let flag = QueryFlag(word: value.text), flags.contains(flag) {
      reading.add(.flag(flag), item.negations)
    } else {
      reading.mistake(value.range, unknown("rule", value.text, among: flags.map(\.rawValue)))
    }
  }
}
