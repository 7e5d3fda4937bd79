import CRMDomain
import CRMStore

/// Which groups of a list show their heading only.
struct Folds: Hashable, Sendable {
  private var isUsual = false
  /// Groups that are otherwise than usual, by their value.
  private var others: Set<FieldValue> = []

  func contains(_ value: FieldValue) -> Bool { others.contains(value) != isUsual }

  mutating func toggle(_ value: FieldValue) {
    if others.remove(value) == nil { others.insert(value) }
  }

  /// Folds every group, those that are still to come too, or none.
  mutating func set(all: Bool) {
    isUsual = all
    others = []
  }
}

/// A list in groups as rows of a screen: a heading, the records below it unless they are folded away, the next heading.
struct GroupedRows: Sendable {
  enum Row: Hashable {
    /// An index into the groups.
    case heading(Int)
    case record(Int64, group: Int)
  }

  let list: ListGroups
  private(set) var folds: Folds
  /// The row of each heading, and the one behind the last row.
  private var starts: [Int] = [0]
  /// Where the records of each group begin among all ids.
  private var firsts: [Int] = [0]

  init(_ list: ListGroups, _ folds: Folds) {
    self.list = list
    self.folds = folds
    largest = list.groups.map(\.count).max() ?? 0
    for group in list.groups {
      firsts.append((firsts.last ?? 0) + group.count)
      starts.append((starts.last ?? 0) + 1 + (folds.contains(group.value) ? 0 : group.count))
    }
  }

  var count: Int { starts.last ?? 0 }
  /// Records of the largest group.
  let largest: Int

  func row(_ index: Int) -> Row? {
    guard index >= 0, index < count else { return nil }
    let group = self.group(of: index)
    let offset = index - starts[group]
    return offset == 0 ? .heading(group) : .record(list.ids[firsts[group] + offset - 1], group: group)
  }

  /// The records of a group.
  func ids(_ group: Int) -> ArraySlice<Int64> { list.ids[firsts[group]..<firsts[group + 1]] }

  func isFolded(_ group: Int) -> Bool { folds.contains(list.groups[group].value) }

  /// The row of the heading of the group with that value.
  func row(ofHeading value: FieldValue) -> Int? {
    list.groups.firstIndex { $0.value == value }.map { starts[$0] }
  }

  /// The row of a record, rather in the group with that value; its heading's where that is folded.
  func row(of id: Int64, in value: FieldValue?) -> Int? {
    let preferred = value.flatMap { value in list.groups.firstIndex { $0.value == value } }
    let groups = (preferred.map { [$0] } ?? []) + Array(list.groups.indices)
    for group in groups {
      guard let index = ids(group).firstIndex(of: id) else { continue }
      return isFolded(group) ? starts[group] : starts[group] + 1 + index - firsts[group]
    }
    return nil
  }

  /// The records in those rows; a folded group's heading stands for all of them.
  func ids(rows: ClosedRange<Int>) -> Set<Int64> {
    var found: Set<Int64> = []
    for index in rows {
      switch row(index) {
      case .record(let id, _)?: found.insert(id)
      case .heading(let group)? where isFolded(group): found.formUnion(ids(group))
      case .heading, nil: break
      }
    }
    return found
  }

  private func group(of row: Int) -> Int {
    var (low, high) = (0, list.groups.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= row { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
