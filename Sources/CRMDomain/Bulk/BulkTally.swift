/// What a bulk change would do, counted over the records: how many change, how many need not or cannot, and from what.
package struct BulkTally: Hashable, Sendable {
  /// The old values of one field among the records that change.
  package struct Before: Hashable, Sendable {
    package let info: FieldInfo
    package let shown: String
    package var counts: [FieldValue: Int] = [:]
    /// Records whose old value is none of those in `counts`.
    package var others = 0
  }

  package private(set) var seen = 0
  package private(set) var changed = 0
  package private(set) var same = 0
  /// Reason to number of records.
  package private(set) var stays: [String: Int] = [:]
  package private(set) var before: [Before]
  private static let distinct = 100

  package init(_ change: BulkChange) {
    before = change.edits.map { Before(info: $0.info, shown: $0.shown) }
  }

  /// Adds `count` records that are to the change as `record` is.
  package mutating func add<R: Record>(_ record: R, _ outcome: BulkChange.Outcome<R>, count: Int = 1) {
    seen += count
    switch outcome {
    case .same: same += count
    case .stays(let reason): stays[reason, default: 0] += count
    case .changed(let new):
      changed += count
      for index in before.indices where record[before[index].info] != new[before[index].info] {
        before[index].note(record[before[index].info], count, atMost: Self.distinct)
      }
    }
  }

  /// Records that go to the trash.
  package mutating func addTrashed(_ count: Int) {
    seen += count
    changed += count
  }
}

extension BulkTally.Before {
  fileprivate mutating func note(_ value: FieldValue, _ count: Int, atMost distinct: Int) {
    if counts[value] == nil, counts.count >= distinct { others += count } else { counts[value, default: 0] += count }
  }
}
