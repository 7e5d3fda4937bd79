/// One step of an order: a field, which way, and where those without a value stand.
package struct SortPart: Hashable, Sendable {
  /// Nil for the row id.
  package let info: FieldInfo?
  package let descending: Bool
  /// True where records without a value are last both ways; otherwise they are the least.
  package let emptyIsLast: Bool

  /// The steps that `keys` stand for. A person's name is the last name, then the first, and who has no first name comes
  /// before those who have. Keys of no field, and of all custom fields at once, have no order.
  package static func parts(of keys: [Query.SortKey], fields: [FieldInfo]) -> [SortPart] {
    let named = QueryFields(fields)
    return keys.flatMap { key -> [SortPart] in
      guard let info = named.named(key.key) else {
        return key.key == "id" ? [SortPart(info: nil, descending: key.descending, emptyIsLast: true)] : []
      }
      if info.kind == .customFields { return [] }
      let whole = SortPart(info: info, descending: key.descending, emptyIsLast: true)
      guard info.name == "last_name", !info.isCustom, let first = fields.first(where: { $0.name == "first_name" })
      else {
        return [whole]
      }
      return [whole, SortPart(info: first, descending: key.descending, emptyIsLast: false)]
    }
  }

  /// -1, 0 or 1 for a record with the value `left` standing before, beside or behind one with the value `right`.
  func order(_ left: SortValue?, _ right: SortValue?) -> Int {
    switch (left, right) {
    case (nil, nil): 0
    case (nil, _?): emptyIsLast || descending ? 1 : -1
    case (_?, nil): emptyIsLast || descending ? -1 : 1
    case (let left?, let right?): descending ? right.order(to: left) : left.order(to: right)
    }
  }
}

/// What a field is sorted by: text folded and by bytes, all else by its number; numbers before texts.
package enum SortValue: Hashable, Comparable, Sendable {
  case number(Int64)
  case text(String)

  /// Nil for what has no place in an order, which comes last. Choices go by their documented
  /// order, then values outside it; what a reference is sorted by, its record's name, is not known here.
  package init?(_ value: FieldValue, of info: FieldInfo) {
    if !info.choices.isEmpty, !value.isEmpty {
      self = .number(Int64(info.choices.firstIndex { $0.value == value.text } ?? info.choices.count))
      return
    }
    switch value {
    case .none, .object, .reference: return nil
    case .text(let text): self = .text(SearchText.fold(text))
    case .tags(let tags): self = .text(SearchText.fold(tags.joined(separator: " ")))
    case .integer(let number), .money(let number): self = .number(Int64(number))
    case .flag(let flag): self = .number(flag ? 1 : 0)
    case .day(let day): self = .number(Int64(day.daysSince1970))
    case .instant(let instant): self = .number(instant.microseconds)
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
