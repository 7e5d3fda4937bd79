import CRMDomain

/// A value in use, and how many records outside the trash have it.
package struct ValueCount: Hashable, Sendable {
  package let value: FieldValue
  /// As it is typed into a filter; a record's name for a reference.
  package let text: String
  package let count: Int
}

/// The values of a field, sorted by their folded text, so that those that begin alike stand together.
struct FieldOffers: Sendable {
  let kind: EntityKind
  let info: FieldInfo
  let lastChange: Int64
  private let offers: [(folded: String, offer: ValueCount)]

  init(_ kind: EntityKind, _ info: FieldInfo, _ sorter: GroupSorter, lastChange: Int64) {
    self.kind = kind
    self.info = info
    self.lastChange = lastChange
    let counts = sorter.values.counts()
    offers = zip(sorter.values.values, counts).compactMap { value, count in
      guard count > 0, !value.isEmpty || info.kind.isReference else { return nil }
      let text = FieldOffers.text(value, info, sorter.values.names)
      return (Choice.folded(text), ValueCount(value: value, text: text, count: count))
    }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  private static func text(_ value: FieldValue, _ info: FieldInfo, _ names: [Int64: String]) -> String {
    switch value {
    case .none: "none"
    case .reference(let id): names[id].flatMap { $0.isEmpty ? nil : $0 } ?? "#\(id)"
    case .flag(let flag): flag ? "yes" : "no"
    default: FieldText.plain(value, as: info)
    }
  }

  /// Those whose text begins with `prefix`, without case and accents, the most frequent first.
  func starting(with prefix: String, limit: Int) -> [ValueCount] {
    let folded = Choice.folded(prefix)
    var (low, high) = (0, offers.count)
    while low < high {
      let middle = (low + high) / 2
      if offers[middle].folded.utf8.lexicographicallyPrecedes(folded.utf8) { low = middle + 1 } else { high = middle }
    }
    let fitting = offers[low...].prefix { $0.folded.utf8.starts(with: folded.utf8) }.map(\.offer)
    return Array(fitting.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(limit))
  }
}
