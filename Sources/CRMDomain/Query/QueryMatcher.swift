/// Answers a query record by record: what the store's SQL must agree with, and the filter of short lists in memory.
package struct QueryMatcher<R: Record>: Sendable {
  private let conditions: [Condition]
  private let order: [SortPart]
  private let flag: @Sendable (QueryFlag, R) -> Bool
  private let name: @Sendable (EntityKind, Int64) -> String?

  /// `flag` answers the flags that need other tables (`QueryFlag.needsStore`), `name` what the record is called that a
  /// field refers to, for lists sorted by it.
  package init(
    _ query: Query, fields: [FieldInfo] = R.schema.infos, context: QueryContext,
    flag: @escaping @Sendable (QueryFlag, R) -> Bool = { _, _ in false },
    name: @escaping @Sendable (EntityKind, Int64) -> String? = { _, _ in nil },
  ) {
    conditions = query.conditions(for: R.schema.kind, fields: fields, context: context)
    order = SortPart.parts(of: query.sort, fields: fields)
    self.flag = flag
    self.name = name
  }

  package func matches(_ record: R) -> Bool {
    conditions.allSatisfy { holds($0, record) }
  }

  private func holds(_ condition: Condition, _ record: R) -> Bool {
    switch condition {
    case .textContains(let needle): record.searchText.holdsBytes(of: needle)
    case .textPrefix(let info, _), .textHolds(let info, _), .textIs(let info, _), .digitsHold(let info, _),
      .isIn(let info, _), .range(let info, _), .isSet(let info), .hasTag(let info, _):
      condition.holds(record[info])
    case .flag(let flag): self.flag(flag, record)
    case .not(let inner): !holds(inner, record)
    case .any(let some): some.contains { holds($0, record) }
    case .all(let all): all.allSatisfy { holds($0, record) }
    case .nothing: false
    }
  }

  /// Whether `left` stands before `right`: by the query's keys, then by id.
  package func precedes(_ left: R, _ right: R) -> Bool {
    for part in order {
      let order = part.order(value(part, left), value(part, right))
      if order != 0 { return order < 0 }
    }
    return left.id.rawValue < right.id.rawValue
  }

  private func value(_ part: SortPart, _ record: R) -> SortValue? {
    guard let info = part.info else { return .number(record.id.rawValue) }
    guard case .reference(let kind) = info.kind else { return SortValue(record[info], of: info) }
    guard case .reference(let id) = record[info], let name = name(kind, id), !name.isEmpty else { return nil }
    return .text(SearchText.fold(name))
  }
}

extension String {
  /// Whether these bytes occur in the text, as an index over bytes would find them.
  func holdsBytes(of needle: String) -> Bool {
    utf8.count >= needle.utf8.count && utf8.firstRange(of: needle.utf8) != nil
  }
}
