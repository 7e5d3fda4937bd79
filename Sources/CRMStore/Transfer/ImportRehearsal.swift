import CRMDomain
import GRDB

/// What an import would do, counted before anything is written. Any part of it can be looked at.
package struct ImportRehearsal: Sendable {
  package enum Group: String, CaseIterable, Hashable, Sendable {
    case new, changed, identical, duplicate, near, bad
  }

  /// A row of the file and what would become of it.
  package struct Row: Hashable, Sendable {
    /// 2 for the first row under a header in row 1.
    package let number: Int
    package let group: Group
    /// As they are read, with corrections in them.
    package let cells: [String]
    /// The record that it changes, or looks like.
    package var record: Int64?
    /// What that record is called.
    package var recordName: String?
    /// The row of the file that it repeats.
    package var otherRow: Int?
    package var changes: [FieldDifference] = []
    package var problems: [RowProblem] = []
    let place: DelimitedReader.Place
  }

  package let job: ImportJob
  package let report: ImportReport
  package internal(set) var newUsers: [String] = []
  package internal(set) var newContacts = 0
  package internal(set) var unlinked = 0
  var groups: RehearsedGroups

  package func count(_ group: Group) -> Int { groups.count(group) }
  /// Every row of the file.
  package var total: Int { Group.allCases.reduce(0) { $0 + count($1) } }

  /// At most `limit` rows of `group` from the one at `offset` on, in the order of the file.
  ///
  /// - Throws: `ImportProblem`, or `StoreProblem`.
  package func rows(_ group: Group, from offset: Int = 0, limit: Int = 100) throws -> [Row] {
    let kept = groups.kept(group)
    if offset + limit <= kept.count || kept.count == count(group) {
      return Array(kept.dropFirst(offset).prefix(limit))
    }
    guard let start = groups.start(group, offset) else { return [] }
    func read<R: Record>(_ type: R.Type) throws -> [Row] {
      try RehearsalPage<R>(job).rows(group, from: start.place, skipping: start.skip, limit: limit, groups)
    }
    return try read(job.plan.kind.recordType)
  }

  /// Row `number`, one of those that `rows` answered, once more with other texts in some of its columns (from 0). Whether
  /// it repeats another row of the file is left to the next rehearsal.
  ///
  /// - Throws: `ImportProblem`, or `StoreProblem`.
  package func check(_ row: Row, with corrections: [Int: String]) throws -> Row {
    func check<R: Record>(_ type: R.Type) throws -> Row {
      try RehearsalPage<R>(job).check(row, RowReading.corrected(row.cells, corrections))
    }
    return try check(job.plan.kind.recordType)
  }
}

/// The rows of a rehearsal by group: the first thousand of each whole, of the others a byte each, and the place of every
/// thousandth.
struct RehearsedGroups: Sendable {
  static let keptRows = 1000
  private var counts = [Int](repeating: 0, count: ImportRehearsal.Group.allCases.count)
  private var rows: [ImportRehearsal.Group: [ImportRehearsal.Row]] = [:]
  private var starts: [ImportRehearsal.Group: [DelimitedReader.Place]] = [:]
  /// The group of each row, counted from 1, from the first row on; 0 for what is no row.
  private var groups: [UInt8] = []
  private var firstRow = 0

  func count(_ group: ImportRehearsal.Group) -> Int { counts[group.index] }
  func kept(_ group: ImportRehearsal.Group) -> [ImportRehearsal.Row] { rows[group] ?? [] }
  func wantsDetails(_ group: ImportRehearsal.Group) -> Bool { counts[group.index] < Self.keptRows }

  mutating func add(_ group: ImportRehearsal.Group, at place: DelimitedReader.Place, _ row: ImportRehearsal.Row?) {
    if groups.isEmpty { firstRow = place.row }
    while groups.count < place.row - firstRow { groups.append(0) }
    groups.append(UInt8(group.index + 1))
    if counts[group.index] % Self.keptRows == 0 { starts[group, default: []].append(place) }
    counts[group.index] += 1
    if let row { rows[group, default: []].append(row) }
  }

  func group(ofRow number: Int) -> ImportRehearsal.Group? {
    let index = number - firstRow
    guard groups.indices.contains(index), groups[index] > 0 else { return nil }
    return ImportRehearsal.Group.allCases[Int(groups[index]) - 1]
  }

  /// Where to begin to read, and how many rows of the group to pass over there.
  func start(_ group: ImportRehearsal.Group, _ offset: Int) -> (place: DelimitedReader.Place, skip: Int)? {
    guard let places = starts[group], offset / Self.keptRows < places.count else { return nil }
    return (places[offset / Self.keptRows], offset % Self.keptRows)
  }
}

extension ImportRehearsal.Group {
  fileprivate var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
