import CRMDomain
import CRMStore
import Synchronization
import TerminalKit

/// The rows of a list: which records match, in what order and groups, and those in sight. Matching runs on the worker; the
/// first rows come first, all of them after. An answer to a question that is no longer asked is dropped.
@MainActor package final class RecordList<R: Record> {
  /// Every match once, in the order of the list.
  package private(set) var ids: [Int64] = []
  /// False while only the first rows are known.
  package private(set) var isComplete = false
  /// Records of this kind in all, matching or not.
  package private(set) var total = 0
  package private(set) var marks: Set<Int64> = []
  package var cursor: ListCursor { table.cursor }
  package var table = Table(columns: [])
  /// The list in groups, if it is to be and they are known.
  private(set) var grouped: GroupedRows?
  /// True where the field that is to group the list has too many values.
  private(set) var isTooVaried = false
  private var folds = Folds()
  private var grouping: Grouping?
  private var records: [Int64: R] = [:]
  private let generation = Generation()
  /// The place to come back to when rows change around it.
  private var wanted: Place?
  /// The record to come back to with the next question, wherever the cursor is by now.
  private var remembered: Int64?
  private var isAnswered = false

  /// A record, a group's heading, or a record in a group.
  private struct Place {
    var id: Int64?
    var group: FieldValue?
  }

  package init() {}

  package var selectedID: Int64? { id(of: cursor.selected) }
  package var selected: R? { selectedID.flatMap { records[$0] } }
  package var rowCount: Int { grouped?.count ?? ids.count }

  /// The group whose heading is under the cursor.
  var selectedHeading: Int? {
    if case .heading(let group)? = grouped?.row(cursor.selected) { group } else { nil }
  }

  /// The marked ids in list order, or the selected one where none is marked.
  package var chosen: [Int64] {
    marks.isEmpty ? selectedID.map { [$0] } ?? [] : marks.count == ids.count ? ids : ids.filter(marks.contains)
  }

  private func id(of row: Int) -> Int64? {
    guard let grouped else { return ids.indices.contains(row) ? ids[row] : nil }
    if case .record(let id, _)? = grouped.row(row) { return id } else { return nil }
  }

  private var place: Place? {
    guard let grouped else { return selectedID.map { Place(id: $0) } }
    switch grouped.row(cursor.selected) {
    case .heading(let group)?: return Place(group: grouped.list.groups[group].value)
    case .record(let id, let group)?: return Place(id: id, group: grouped.list.groups[group].value)
    case nil: return nil
    }
  }

  // MARK: Asking

  /// Asks for the rows of `query`, in groups if there is a grouping; they arrive by the mailbox.
  package func ask(_ query: ListQuery, _ grouping: Grouping? = nil, _ session: Session, keepsRow: Bool = true) {
    wanted = remembered.map { Place(id: $0) } ?? (keepsRow ? place : nil)
    remembered = nil
    isAnswered = false
    if grouping?.info != self.grouping?.info { folds = Folds() }
    self.grouping = grouping
    if grouping == nil, grouped != nil {
      grouped = nil
      table.cursor.setCount(rowCount)
    }
    let number = generation.next()
    let (store, worker, generation) = (session.store, session.worker, generation)
    worker.perform(.lists) { [weak self] in
      let isStale: @Sendable () -> Bool = { generation.current != number }
      guard !isStale() else { return }
      let show = { (rows: ListRows, groups: ListGroups?) in
        worker.post { self?.receive(rows, groups, number) }
      }
      do throws(StoreProblem) {
        let wantsMemory: Bool
        if let grouping {
          wantsMemory = try store.groups(of: query, by: grouping, first: Self.firstRows, isStale: isStale, show: show)
        } else {
          wantsMemory = try store.rows(of: query, first: Self.firstRows, isStale: isStale) { show($0, nil) }
        }
        if wantsMemory { worker.remember(query.kind, store, session) }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  /// Puts the cursor on this record with the answer to the next question.
  func comeBack(to id: Int64?) { remembered = id }

  private nonisolated static var firstRows: Int { 200 }

  private func receive(_ rows: ListRows, _ groups: ListGroups?, _ number: Int) {
    guard generation.current == number else { return }
    total = rows.total ?? total
    let target = isAnswered ? place : wanted
    if !rows.isComplete {
      // The first rows alone would move the cursor away from a row further down.
      if let id = target?.id, !rows.ids.contains(id), ids.count > rows.ids.count { return }
      if grouped != nil, groups == nil { return }
    }
    isAnswered = true
    ids = rows.ids
    isComplete = rows.isComplete
    isTooVaried = grouping != nil && isComplete && groups == nil
    grouped = groups.map { GroupedRows($0, folds) }
    table.cursor.setCount(rowCount)
    target.map(select)
    if isComplete, !marks.isEmpty { marks.formIntersection(ids) }
  }

  private func select(_ place: Place) {
    let row =
      if let grouped {
        place.id.flatMap { grouped.row(of: $0, in: place.group) } ?? place.group.flatMap(grouped.row(ofHeading:))
      } else {
        place.id.flatMap(ids.firstIndex(of:))
      }
    if let row { table.cursor.select(row) }
  }

  // MARK: Groups

  /// Shows the records of the group under the cursor, or its heading alone.
  func toggleFold() {
    guard let grouped, let place, let value = place.group else { return }
    folds.toggle(value)
    refold(grouped, place)
  }

  /// Folds all groups; where all are folded, shows all records.
  func toggleFolds() {
    guard let grouped else { return }
    folds.set(all: !grouped.list.groups.allSatisfy { folds.contains($0.value) })
    refold(grouped, place)
  }

  private func refold(_ grouped: GroupedRows, _ place: Place?) {
    self.grouped = GroupedRows(grouped.list, folds)
    table.cursor.setCount(rowCount)
    place.map(select)
  }

  // MARK: Rows in sight

  /// Reads the records in sight, and a page around them.
  package func load(_ session: Session, isChanged: Bool) {
    if isChanged { records.removeAll(keepingCapacity: true) }
    if records.count > 4000 { records.removeAll(keepingCapacity: true) }
    let height = max(cursor.height, 1)
    let first = min(max(0, cursor.top - height), rowCount)
    let near = (first..<max(first, min(rowCount, cursor.top + 2 * height))).compactMap(id(of:))
    let missing = near.filter { !records.keys.contains($0) }
    guard !missing.isEmpty else { return }
    session.read { reader in
      for record in try reader.records(missing, of: R.self) { records[record.id.rawValue] = record }
    }
  }

  package func record(_ row: Int) -> R? { id(of: row).flatMap { records[$0] } }

  // MARK: Marks

  package func toggleMark() {
    guard let id = selectedID else { return }
    if marks.remove(id) == nil { marks.insert(id) }
  }

  package func markAll() { marks = marks.count == ids.count ? [] : Set(ids) }
  package func clearMarks() { marks = [] }

  package func mark(rows: ClosedRange<Int>) {
    guard rowCount > 0 else { return }
    let rows = rows.clamped(to: 0...rowCount - 1)
    marks.formUnion(grouped.map { Array($0.ids(rows: rows)) } ?? Array(ids[rows]))
  }
}

extension Worker {
  /// Reads the rows of a large kind into memory meanwhile.
  fileprivate func remember(_ kind: EntityKind, _ store: CRMStore, _ session: Session) {
    perform(.memory) { [weak self] in
      do throws(StoreProblem) {
        try store.remember(kind, isWanted: { self?.isOver == false })
      } catch {
        self?.post { session.problem = error.sentence }
      }
    }
  }
}

/// The number of the latest question, for those who may be answering an older one.
final class Generation: Sendable {
  private let number = Atomic<Int>(0)
  var current: Int { number.load(ordering: .acquiring) }
  @discardableResult
  func next() -> Int { number.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }
}
