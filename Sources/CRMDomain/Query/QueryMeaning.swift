/// Why a test does not suit its field, in a sentence.
struct TestProblem: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// Turns terms into conditions. The parser asks it too whether a value suits its field, so nothing that parses without
/// a mistake is meaningless later.
struct QueryMeaning {
  let kind: EntityKind
  let fields: QueryFields
  let context: QueryContext

  private var clock: QueryClock {
    QueryClock(now: context.now, calendar: context.calendar, dayFirst: context.dayFirst)
  }

  func condition(for term: Query.Term) -> Condition {
    switch term {
    case .word(let word): return SearchText.needle(for: word).map(Condition.textContains) ?? .everything
    case .phrase(let phrase): return SearchText.needle(forPhrase: phrase).map(Condition.textContains) ?? .everything
    case .flag(let flag): return condition(for: flag)
    case .not(let term):
      // A term of which nothing is left asks for nothing, negated or not.
      let inner = condition(for: term)
      return inner == .everything ? .everything : .not(inner)
    case .field(let key, let test):
      guard let info = fields.named(key) else { return .nothing }
      do { return try condition(info, test) } catch { return .nothing }
    }
  }

  func condition(_ info: FieldInfo, _ test: Query.Test) throws(TestProblem) -> Condition {
    switch test {
    case .isSet: return .isSet(info)
    case .anyOf(let values):
      var conditions: [Condition] = []
      for value in values { conditions.append(try equal(info, value)) }
      return .either(conditions)
    case .compare(let comparison, let value): return try compare(info, comparison, value)
    case .between(let lower, let upper): return try between(info, lower, upper)
    }
  }

  // MARK: Equal

  private func equal(_ info: FieldInfo, _ typed: String) throws(TestProblem) -> Condition {
    if typed.isEmpty { return .not(.isSet(info)) }
    switch info.kind {
    case .text, .longText: return folded(typed).map { .textPrefix(info, $0) } ?? .everything
    case .email, .url: return folded(typed).map { .textHolds(info, $0) } ?? .everything
    case .phone: return phone(info, typed)
    case .choice(let choices): return choice(info, choices, typed)
    case .integer, .money: return .isIn(info, [try amount(info, typed)])
    case .flag: return .isIn(info, [.flag(try yesOrNo(info, typed))])
    case .day, .instant: return within(info, try stretch(info, typed))
    case .reference(let kind): return reference(info, kind, typed)
    case .tags: return folded(typed).map { .hasTag(info, [$0]) } ?? .everything
    case .customFields: throw TestProblem("Ask for a field inside \(info.label) by its own name.")
    }
  }

  private func folded(_ typed: String) -> String? {
    let folded = SearchText.fold(typed)
    return folded.isEmpty ? nil : folded
  }

  private func phone(_ info: FieldInfo, _ typed: String) -> Condition {
    let digits = typed.filter(\.isWholeNumber)
    if digits.isEmpty { return folded(typed).map { .textHolds(info, $0) } ?? .everything }
    return .digitsHold(info, digits)
  }

  private func choice(_ info: FieldInfo, _ choices: [Choice], _ typed: String) -> Condition {
    if let position = choices.position(of: typed) { return .isIn(info, [.text(choices[position].value)]) }
    return .textIs(info, Choice.folded(typed))
  }

  private func reference(_ info: FieldInfo, _ kind: EntityKind, _ typed: String) -> Condition {
    let word = typed.lowercased()
    if word == "none" { return .not(.isSet(info)) }
    if word == "me", kind == .user { return context.me.map { .isIn(info, [.reference($0)]) } ?? .nothing }
    if typed.first == "#", let id = Int64(typed.dropFirst()) { return .isIn(info, [.reference(id)]) }
    let ids = context.find(kind, typed)
    return ids.isEmpty ? .nothing : .isIn(info, ids.map(FieldValue.reference))
  }

  private func yesOrNo(_ info: FieldInfo, _ typed: String) throws(TestProblem) -> Bool {
    switch typed.lowercased() {
    case "yes", "y", "true", "on", "1": return true
    case "no", "n", "false", "off", "0": return false
    default: throw TestProblem("\(info.label) is yes or no.")
    }
  }

  // MARK: Compare

  private func compare(
    _ info: FieldInfo, _ comparison: Query.Comparison, _ typed: String,
  ) throws(TestProblem) -> Condition {
    switch info.kind {
    case .integer, .money: return .range(info, ValueRange(comparison, try amount(info, typed)))
    case .choice(let choices):
      let position = try position(info, choices, typed)
      return isIn(info, choices.indices.filter { comparison.holds(between: $0, and: position) }.map { choices[$0] })
    case .day, .instant:
      let date = try date(info, typed)
      // An age grows the further back the date is, so "less than 30 days ago" is later than 30 days ago.
      return compare(info, date.isDistance && info.looksBack ? comparison.reversed : comparison, span(info, date))
    case .text, .longText, .email, .phone, .url, .flag, .reference, .tags, .customFields:
      throw TestProblem("\(info.label) has no more or less: write \(QueryFields.normal(info.key)):value.")
    }
  }

  private func between(_ info: FieldInfo, _ lower: String?, _ upper: String?) throws(TestProblem) -> Condition {
    guard lower != nil || upper != nil else { return .isSet(info) }
    if let span = try mixedDates(info, lower, upper) { return within(info, span) }
    var both: [Condition] = []
    if let lower { both.append(try compare(info, .greaterOrEqual, lower)) }
    if let upper { both.append(try compare(info, .lessOrEqual, upper)) }
    return merged(info, both)
  }

  /// Of a date and an age in one range the age counts as the date it leads to: `2026-01-01..7d`.
  private func mixedDates(
    _ info: FieldInfo, _ lower: String?, _ upper: String?,
  ) throws(TestProblem) -> QueryClock.Span? {
    guard let lower, let upper, info.kind == .day || info.kind == .instant else { return nil }
    let (from, to) = (try date(info, lower), try date(info, upper))
    guard from.isDistance != to.isDistance else { return nil }
    let (first, last) = (span(info, from), span(info, to))
    return QueryClock.Span(
      moments: first.moments.lowerBound..<max(first.moments.lowerBound, last.moments.upperBound),
      days: first.days.lowerBound..<max(first.days.lowerBound, last.days.upperBound))
  }

  /// The bounds of two conditions in one, or both of them.
  private func merged(_ info: FieldInfo, _ conditions: [Condition]) -> Condition {
    var range = ValueRange()
    for condition in conditions {
      guard case .range(_, let part) = condition else { return conditions.count == 1 ? condition : .all(conditions) }
      range.lower = range.lower ?? part.lower
      range.upper = range.upper ?? part.upper
    }
    return .range(info, range)
  }

  private func isIn(_ info: FieldInfo, _ choices: [Choice]) -> Condition {
    choices.isEmpty ? .nothing : .isIn(info, choices.map { .text($0.value) })
  }

  private func position(_ info: FieldInfo, _ choices: [Choice], _ typed: String) throws(TestProblem) -> Int {
    if let position = choices.position(of: typed) { return position }
    throw TestProblem("\(info.label) is one of \(choices.map(\.label).joined(separator: ", ")).")
  }

  // MARK: Amounts

  private func amount(_ info: FieldInfo, _ typed: String) throws(TestProblem) -> FieldValue {
    guard let hundredths = QueryAmount.hundredths(of: typed) else {
      throw TestProblem("\(info.label) is a number, such as 70, 10k or 1.5m.")
    }
    if info.kind == .money { return .money(hundredths) }
    guard hundredths % 100 == 0 else { throw TestProblem("\(info.label) is a whole number.") }
    return .integer(hundredths / 100)
  }

  // MARK: Dates

  private func date(_ info: FieldInfo, _ typed: String) throws(TestProblem) -> QueryDate {
    guard let date = QueryDate(typed) else {
      throw TestProblem("\(info.label) is a date, such as 2026-11-22, today, fri, “last month” or 30d.")
    }
    if info.kind == .day, date.hasClock { throw TestProblem("\(info.label) has no time of day.") }
    return date
  }

  private func span(_ info: FieldInfo, _ date: QueryDate) -> QueryClock.Span {
    clock.span(date, looksBack: info.looksBack)
  }

  private func stretch(_ info: FieldInfo, _ typed: String) throws(TestProblem) -> QueryClock.Span {
    let date = try date(info, typed)
    guard case .distance(let count, let unit) = date else { return span(info, date) }
    return clock.stretch(info.looksBack ? -count : count, unit)
  }

  private func bounds(_ info: FieldInfo, _ span: QueryClock.Span) -> (start: FieldValue, end: FieldValue) {
    info.kind == .day
      ? (.day(span.days.lowerBound), .day(span.days.upperBound))
      : (.instant(span.moments.lowerBound), .instant(span.moments.upperBound))
  }

  private func within(_ info: FieldInfo, _ span: QueryClock.Span) -> Condition {
    let (start, end) = bounds(info, span)
    return .range(
      info, ValueRange(lower: .init(start, isIncluded: true), upper: .init(end, isIncluded: false)))
  }

  private func compare(_ info: FieldInfo, _ comparison: Query.Comparison, _ span: QueryClock.Span) -> Condition {
    let (start, end) = bounds(info, span)
    switch comparison {
    case .less: return .range(info, ValueRange(.less, start))
    case .lessOrEqual: return .range(info, ValueRange(.less, end))
    case .greater: return .range(info, ValueRange(.greaterOrEqual, end))
    case .greaterOrEqual: return .range(info, ValueRange(.greaterOrEqual, start))
    }
  }

  // MARK: Flags

  private func condition(for flag: QueryFlag) -> Condition {
    guard flag.kinds.contains(kind) else { return .nothing }
    switch flag {
    case .open: return .not(closed)
    case .closed: return closed
    case .won: return choice(in: ["closed_won"])
    case .lost: return choice(in: kind == .lead ? ["lost"] : ["closed_lost"])
    case .overdue: return .all([.not(closed), time { compare($0, .less, $0.kind == .day ? today : now) }])
    case .due: return .all([.not(closed), time { compare($0, .lessOrEqual, today) }])
    case .today: return time { within($0, today) }
    case .hot: return builtIn("lead_score") { .range($0, ValueRange(.greaterOrEqual, .integer(70))) }
    case .mine: return owner { info in context.me.map { .isIn(info, [.reference($0)]) } ?? .nothing }
    case .unassigned: return owner { .not(.isSet($0)) }
    case .nextless, .rotting: return .flag(flag)
    }
  }

  private var now: QueryClock.Span { clock.span(.now, looksBack: false) }
  private var today: QueryClock.Span { clock.span(.relative(0), looksBack: false) }

  private func builtIn(_ name: String, _ condition: (FieldInfo) -> Condition) -> Condition {
    kind.fields.first { $0.name == name }.map(condition) ?? .nothing
  }

  private func owner(_ condition: (FieldInfo) -> Condition) -> Condition {
    builtIn(kind == .activity ? "user" : "assigned_to", condition)
  }

  /// The field that says when the record wants attention, or when it happened.
  private func time(_ condition: (FieldInfo) -> Condition) -> Condition {
    switch kind {
    case .lead: builtIn("next_follow_up", condition)
    case .opportunity: builtIn("expected_close_date", condition)
    case .task: builtIn("due_date", condition)
    case .activity: builtIn("occurred_at", condition)
    case .contact, .user, .tag, .board, .stage: .nothing
    }
  }

  private var closed: Condition {
    switch kind {
    case .lead: choice(in: ["converted", "lost", "unqualified"])
    case .opportunity: choice(in: ["closed_won", "closed_lost"])
    case .task: choice(in: ["completed", "cancelled"])
    case .contact, .activity, .user, .tag, .board, .stage: .nothing
    }
  }

  private func choice(in values: [String]) -> Condition {
    builtIn(kind == .opportunity ? "stage" : "status") { .isIn($0, values.map(FieldValue.text)) }
  }
}

extension Query.Comparison {
  func holds(between left: Int, and right: Int) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

extension ValueRange {
  init(_ comparison: Query.Comparison, _ value: FieldValue) {
    switch comparison {
    case .less: self.init(upper: Bound(value, isIncluded: false))
    case .lessOrEqual: self.init(upper: Bound(value, isIncluded: true))
    case .greater: self.init(lower: Bound(value, isIncluded: false))
    case .greaterOrEqual: self.init(lower: Bound(value, isIncluded: true))
    }
  }
}

extension Choice {
  /// Folded, with `_` and `-` read as spaces: `In-progress` and `in_progress` are the same.
  package static func folded(_ text: String) -> String {
    SearchText.fold(String(text.map { $0 == "_" || $0 == "-" ? " " : $0 }))
  }
}

extension [Choice] {
  /// Where the choice is that `typed` means, by its value or its label.
  func position(of typed: String) -> Int? {
    let typed = Choice.folded(typed)
    return firstIndex { Choice.folded($0.value) == typed || Choice.folded($0.label) == typed }
  }
}

/// Numbers as typed into a query.
enum QueryAmount {
  /// `10k`, `1.5m`, `2b`, `-3`, `€10,000.50`, `50%` in hundredths; nil for anything else.
  static func hundredths(of typed: String) -> Int? {
    var text = typed.lowercased()
    var sign = ""
    if text.first == "-" || text.first == "+" { sign = String(text.removeFirst()) }
    if let first = text.unicodeScalars.first, first.properties.generalCategory == .currencySymbol { text.removeFirst() }
    if text.last == "%" { text.removeLast() }
    let powers: [Character: String] = ["k": "e3", "m": "e6", "b": "e9"]
    let power = text.last.flatMap { powers[$0] } ?? ""
    if !power.isEmpty { text.removeLast() }
    guard let digits = withoutSeparators(text), digits.first?.isNumber == true || digits.first == "." else {
      return nil
    }
    return Money(decimal: sign + digits + power)?.hundredths
  }

  /// Drops the commas that part thousands. Nil if anything else but digits and one point is there.
  private static func withoutSeparators(_ text: String) -> String? {
    let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let groups = halves.first?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    guard groups.count < 2 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    let digits = groups.joined() + (halves.count > 1 ? "." + halves[1] : "")
    return digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } ? digits : nil
  }
}
