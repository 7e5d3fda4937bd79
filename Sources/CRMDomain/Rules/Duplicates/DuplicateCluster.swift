/// Records that may all be one person.
package struct DuplicateCluster: Hashable, Sendable {
  /// In ascending order, two at least.
  package let ids: [Int64]
  /// Of the weakest link without which it would fall apart.
  package let strength: DuplicateStrength

  package init(ids: [Int64], strength: DuplicateStrength) {
    self.ids = ids
    self.strength = strength
  }
}

/// Which records the rep has said are not the same, each decision a set of records that are all different from each
/// other.
package struct ApartRecords: Hashable, Sendable {
  /// For each record the numbers of the decisions it is part of.
  private var decisions: [Int64: Set<Int64>] = [:]

  package init() {}

  package mutating func add(_ id: Int64, decision: Int64) { decisions[id, default: []].insert(decision) }

  package subscript(id: Int64) -> Set<Int64> { decisions[id] ?? [] }

  package func contains(_ left: Int64, _ right: Int64) -> Bool { !self[left].isDisjoint(with: self[right]) }
}

/// Two rows of a `DuplicateFinder` that have something in common.
struct DuplicateLink: Hashable, Sendable {
  /// `low` stands for the record with the lower id.
  let low: UInt32
  let high: UInt32
  var signs: DuplicateSigns

  var key: UInt64 { UInt64(low) << 32 | UInt64(high) }
}

/// Makes clusters of links, the strongest first; links of equal strength in the order of their ids, so that the result
/// does not depend on the order in which anything was found.
///
/// A strong link joins what its ends belong to. A weak one does only if *every* record of one side is linked with *every*
/// record of the other and the whole stays small: ten people of one switchboard, each almost called like the next, do not
/// become one. Nothing joins records the rep has put apart.
struct DuplicateClustering {
  /// More records than this are held together by strong links only. It is also the most that are merged at once.
  static let mostWeaklyJoined = 8

  private let links: [DuplicateLink]
  private let ids: (UInt32) -> Int64
  private let apart: ApartRecords
  private var known: Set<UInt64> = []
  /// Of each row its group; of each group its rows, the decisions about them and its weakest link.
  private var groupOfRow: [UInt32: Int] = [:]
  private var groups: [Group] = []

  private struct Group {
    var rows: [UInt32]
    var decisions: Set<Int64>
    var weakest = DuplicateStrength(percent: 100)
  }

  /// `links` has each pair once; `ids` ascend with the rows.
  init(_ links: [DuplicateLink], apart: ApartRecords, ids: @escaping (UInt32) -> Int64) {
    self.links = links.sorted { ($1.signs.strength, $0.key) < ($0.signs.strength, $1.key) }
    self.apart = apart
    self.ids = ids
  }

  func clusters() -> [DuplicateCluster] {
    var joining = self
    joining.joinAll()
    return joining.groups.filter { $0.rows.count > 1 }
      .map { DuplicateCluster(ids: $0.rows.map(ids).sorted(), strength: $0.weakest) }
      .sorted { ($1.strength, $0.ids[0]) < ($0.strength, $1.ids[0]) }
  }

  private mutating func joinAll() {
    known = Set(links.map(\.key))
    for link in links {
      let (left, right) = (group(of: link.low), group(of: link.high))
      guard left != right, groups[left].decisions.isDisjoint(with: groups[right].decisions) else { continue }
      guard link.signs.strength.isStrong || areAllLinked(left, right) else { continue }
      join(left, right, link.signs.strength)
    }
  }

  private mutating func group(of row: UInt32) -> Int {
    if let group = groupOfRow[row] { return group }
    groups.append(Group(rows: [row], decisions: apart[ids(row)]))
    groupOfRow[row] = groups.count - 1
    return groups.count - 1
  }

  private func areAllLinked(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (groups[left].rows, groups[right].rows)
    guard left.count + right.count <= Self.mostWeaklyJoined else { return false }
    return left.allSatisfy { a in right.allSatisfy { b in known.contains(UInt64(min(a, b)) << 32 | UInt64(max(a, b))) }
    }
  }

  private mutating func join(_ left: Int, _ right: Int, _ strength: DuplicateStrength) {
    let (kept, gone) = groups[left].rows.count >= groups[right].rows.count ? (left, right) : (right, left)
    for row in groups[gone].rows { groupOfRow[row] = kept }
    groups[kept].rows += groups[gone].rows
    groups[kept].decisions.formUnion(groups[gone].decisions)
    groups[kept].weakest = min(groups[kept].weakest, groups[gone].weakest, strength)
    groups[gone] = Group(rows: [], decisions: [])
  }
}
