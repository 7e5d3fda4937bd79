/// What a record must fulfil, with everything typed understood and every date fixed: the meaning of a query, shared by
/// the store's SQL and by `QueryMatcher` so that they agree.
///
/// A field without a value fulfils only `not` and `not(isSet)`; `not` holds wherever what it negates does not, so in
/// SQL a null must count as false before it is negated.
package indirect enum Condition: Hashable, Sendable {
  /// The record's stored search text has these bytes (`Record.searchText`, `SearchText.needle`).
  case textContains(String)
  /// A word of the field's folded text starts with this folded text, and the words after it follow
  /// (`SearchText.fold`).
  case textPrefix(FieldInfo, String)
  /// The field's folded text has this folded text anywhere: e-mail and web addresses.
  case textHolds(FieldInfo, String)
  /// The field's folded text is this folded text, with `_` and `-` read as spaces: values outside a choice's list.
  case textIs(FieldInfo, String)
  /// The field's digits, without anything else, have these digits in a row: telephone numbers.
  case digitsHold(FieldInfo, String)
  /// The field has exactly one of these values.
  case isIn(FieldInfo, [FieldValue])
  /// Integers, money, days and instants: a value of the same kind within the bounds.
  case range(FieldInfo, ValueRange)
  case isSet(FieldInfo)
  /// One of the record's tags, folded, is one of these.
  case hasTag(FieldInfo, [String])
  /// Only flags with `needsStore`; all others are spelled out.
  case flag(QueryFlag)
  case not(Condition)
  case any([Condition])
  case all([Condition])
  case nothing

  /// Holds for every record.
  package static let everything = Condition.all([])

  /// One of them; values and tags of the same field in one list.
  static func either(_ conditions: [Condition]) -> Condition {
    var merged: [Condition] = []
    for condition in conditions {
      switch (merged.last, condition) {
      case (.isIn(let info, let values)?, .isIn(let same, let more)) where same == info:
        merged[merged.count - 1] = .isIn(info, values + more)
      case (.hasTag(let info, let tags)?, .hasTag(let same, let more)) where same == info:
        merged[merged.count - 1] = .hasTag(info, tags + more)
      default: merged.append(condition)
      }
    }
    return merged.count == 1 ? merged[0] : merged.isEmpty ? .nothing : .any(merged)
  }
}

/// The bounds of a `Condition.range`.
package struct ValueRange: Hashable, Sendable {
  package struct Bound: Hashable, Sendable {
    package var value: FieldValue
    package var isIncluded: Bool
    package init(_ value: FieldValue, isIncluded: Bool) {
      self.value = value
      self.isIncluded = isIncluded
    }
  }

  package var lower: Bound?
  package var upper: Bound?

  package init(lower: Bound? = nil, upper: Bound? = nil) {
    self.lower = lower
    self.upper = upper
  }

  package func contains(_ value: FieldValue) -> Bool {
    if let lower {
      guard let order = value.order(to: lower.value) else { return false }
      if order < 0 || order == 0 && !lower.isIncluded { return false }
    }
    if let upper {
      guard let order = value.order(to: upper.value) else { return false }
      if order > 0 || order == 0 && !upper.isIncluded { return false }
    }
    return lower != nil || upper != nil
  }
}

extension FieldValue {
  /// -1, 0 or 1 for less, equal or greater; nil for values that have no order between them.
  func order(to other: FieldValue) -> Int? {
    switch (self, other) {
    case (.integer(let left), .integer(let right)), (.money(let left), .money(let right)): left.order(to: right)
    case (.day(let left), .day(let right)): left.order(to: right)
    case (.instant(let left), .instant(let right)): left.order(to: right)
    case (.none, _), (.text, _), (.integer, _), (.money, _), (.flag, _), (.day, _), (.instant, _), (.reference, _),
      (.tags, _), (.object, _):
      nil
    }
  }
}

extension Comparable {
  func order(to other: Self) -> Int { self < other ? -1 : self == other ? 0 : 1 }
}

/// What a query's words mean here and now.
package struct QueryContext: Sendable {
  package var now: Instant
  package var calendar: LocalCalendar
  /// The row id of the rep, if known.
  package var me: Int64?
  /// Whether `3/4` is in April.
  package var dayFirst = true
  /// The row ids of the records of a kind that a typed name means.
  package var find: @Sendable (EntityKind, String) -> [Int64]

  package init(
    now: Instant, calendar: LocalCalendar, me: Int64? = nil,
    find: @escaping @Sendable (EntityKind, String) -> [Int64] = { _, _ in [] },
  ) {
    self.now = now
    self.calendar = calendar
    self.me = me
    self.find = find
  }
}

extension Query {
  /// What a record of `kind` must fulfil: all of these. A term about a field that is not there, or with a value its
  /// field cannot have, is fulfilled by nothing.
  package func conditions(for kind: EntityKind, fields: [FieldInfo], context: QueryContext) -> [Condition] {
    let meaning = QueryMeaning(kind: kind, fields: QueryFields(fields), context: context)
    return terms.map { meaning.condition(for: $0) }.filter { $0 != .everything }
  }
}
