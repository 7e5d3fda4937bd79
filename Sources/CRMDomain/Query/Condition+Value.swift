extension Condition {
  /// The one field whose value decides, or nil where there are none or several, or other records have a say.
  package var onlyField: FieldInfo? {
    switch self {
    case .textPrefix(let info, _), .textHolds(let info, _), .textIs(let info, _), .digitsHold(let info, _),
      .isIn(let info, _), .range(let info, _), .isSet(let info), .hasTag(let info, _):
      return info
    case .not(let inner): return inner.onlyField
    case .any(let some), .all(let some):
      guard let info = some.first?.onlyField else { return nil }
      return some.allSatisfy { $0.onlyField == info } ? info : nil
    case .textContains, .flag, .nothing: return nil
    }
  }

  /// Whether a record whose `onlyField` has this value fulfils it.
  package func holds(_ value: FieldValue) -> Bool {
    switch self {
    case .textPrefix(_, let words): TextTest.prefix.holds(value.text ?? "", words)
    case .textHolds(_, let part): TextTest.holds.holds(value.text ?? "", part)
    case .textIs(_, let whole): TextTest.is.holds(value.text ?? "", whole)
    case .digitsHold(_, let digits): TextTest.digits.holds(value.text ?? "", digits)
    case .isIn(_, let values): values.contains(value)
    case .range(_, let range): range.contains(value)
    case .isSet: !value.isEmpty
    case .hasTag(_, let tags):
      if case .tags(let own) = value { own.contains { tags.contains(SearchText.fold($0)) } } else { false }
    case .not(let inner): !inner.holds(value)
    case .any(let some): some.contains { $0.holds(value) }
    case .all(let all): all.allSatisfy { $0.holds(value) }
    case .textContains, .flag, .nothing: false
    }
  }
}
