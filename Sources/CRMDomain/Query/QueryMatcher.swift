/// Answers a query record by record: what the store's SQL must agree with, and the filter of short lists in memory.
package struct QueryMatcher<R: Record>: Sendable {
  private let conditions: [Condition]
  private let order: [(info: FieldInfo, descending: Bool)]
  private let flag: @Sendable (QueryFlag, R) -> Bool

  /// `flag` answers the flags that need other tables (`QueryFlag.needsStore`).
  package init(
    _ query: Query, fields: [FieldInfo] = R.schema.infos, context: QueryContext,
    flag: @escaping @Sendable (QueryFlag, R) -> Bool = { _, _ in false },
  ) {
    conditions = query.conditions(for: R.schema.kind, fields: fields, context: context)
    let named = QueryFields(fields)
    order = query.sort.compactMap { key in named.named(key.key).map { ($0, key.descending) } }
    self.flag = flag
  }

  package func matches(_ record: R) -> Bool {
    conditions.allSatisfy { holds($0, record) }
  }

  private func holds(_ condition: Condition, _ record: R) -> Bool {
    switch condition {
    case .textContains(let needle): record.searchText.holdsBytes(of: needle)
    case .textPrefix(let info, let words): TextTest.prefix.holds(text(info, record), words)
    case .textHolds(let info, let part): TextTest.holds.holds(text(info, record), part)
    case .textIs(let info, let whole): TextTest.is.holds(text(info, record), whole)
    case .digitsHold(let info, let digits): TextTest.digits.holds(text(info, record), digits)
    case .isIn(let info, let values): values.contains(record[info])
    case .range(let info, let range): range.contains(record[info])
    case .isSet(let info): !record[info].isEmpty
    case .hasTag(let info, let tags):
      if case .tags(let own) = record[info] { own.contains { tags.contains(SearchText.fold($0)) } } else { false }
    case .flag(let flag): self.flag(flag, record)
    case .not(let inner): !holds(inner, record)
    case .any(let some): some.contains { holds($0, record) }
    case .all(let all): all.allSatisfy { holds($0, record) }
    case .nothing: false
    }
  }

  private func text(_ info: FieldInfo, _ record: R) -> String { record[info].text ?? "" }

  /// Whether `left` stands before `right`: by the query's keys, then by id. Records without a value are always last.
  package func precedes(_ left: R, _ right: R) -> Bool {
    for (info, descending) in order {
      switch (SortValue(left[info], of: info), SortValue(right[info], of: info)) {
      case (nil, nil): continue
      case (nil, _): return false
      case (_, nil): return true
      case (let a?, let b?):
        if a < b { return !descending }
        if b < a { return descending }
      }
    }
    return left.id.rawValue < right.id.rawValue
  }
}

extension Record {
  /// The value of a built-in or a custom field.
  package subscript(info: FieldInfo) -> FieldValue {
    info.isCustom ? Field<Self>(custom: info).get(self) : self[info.name]
  }
}

extension String {
  /// Whether these bytes occur in the text, as an index over bytes would find them.
  func holdsBytes(of needle: String) -> Bool {
    utf8.count >= needle.utf8.count && utf8.firstRange(of: needle.utf8) != nil
  }
}

/// What a field is sorted by: text folded and by bytes, all else by its number; numbers before texts.
package enum SortValue: Hashable, Comparable, Sendable {
  case number(Int64)
  case text(String)

  /// Nil for what has no place in an order, which comes last. References are sorted by row id; choices go by their
  /// documented order, then values outside it.
  package init?(_ value: FieldValue, of info: FieldInfo) {
    if !info.choices.isEmpty, !value.isEmpty {
      self = .number(Int64(info.choices.firstIndex { $0.value == value.text } ?? info.choices.count))
      return
    }
    switch value {
    case .none, .object: return nil
    case .text(let text): self = .text(SearchText.fold(text))
    case .tags(let tags): self = .text(SearchText.fold(tags.joined(separator: " ")))
    case .integer(let number), .money(let number): self = .number(Int64(number))
    case .flag(let flag): self = .number(flag ? 1 : 0)
    case .day(let day): self = .number(Int64(day.daysSince1970))
    case .instant(let instant): self = .number(instant.microseconds)
    case .reference(let id): self = .number(id)
    }
  }

  package static func < (left: SortValue, right: SortValue) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left < right
    case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.number, .text): true
    case (.text, .number): false
    }
  }
}
