import CRMDomain
import CRMStore
import Synchronization
import TerminalKit

/// The rows of a list: which records match, in what order, and those in sight. Matching runs on the worker; the first
/// rows come first, all of them after. An answer to a question that is no longer asked is dropped.
@MainActor package final class RecordList<R: Record> {
  package private(set) var ids: [Int64] = []
  /// False while only the first rows are known.
  package private(set) var isComplete = false
  /// Records of this kind in all, matching or not.
  package private(set) var total = 0
  package private(set) var marks: Set<Int64> = []
  package var cursor: ListCursor { table.cursor }
  package var table = Table(columns: [])
  private var records: [Int64: R] = [:]
  private var asked: ListQuery?
  private let generation = Generation()
  /// The row to come back to when rows change around it.
  private var wanted: Int64?

  package init() {}

  package var selectedID: Int64? { ids.indices.contains(cursor.selected) ? ids[cursor.selected] : nil }
  package var selected: R? { selectedID.flatMap { records[$0] } }

  /// The marked ids in list order, or the selected one where none is marked.
  package var chosen: [Int64] {
    marks.isEmpty ? selectedID.map { [$0] } ?? [] : marks.count == ids.count ? ids : ids.filter(marks.contains)
  }

  // MARK: Asking

  /// Asks for the rows of `query`; they arrive by the mailbox.
  package func ask(_ query: ListQuery, _ session: Session, keepsRow: Bool = true) {
    wanted = keepsRow ? selectedID : nil
    asked = query
    let number = generation.next()
    let (store, worker, generation) = (session.store, session.worker, generation)
    worker.perform(.lists) { [weak self] in
      let isStale: @Sendable () -> Bool = { generation.current != number }
      guard !isStale() else { return }
      do throws(StoreProblem) {
        let wantsMemory = try store.rows(of: query, first: Self.firstRows, isStale: isStale) { rows in
          worker.post { self?.receive(rows, number) }
        }
        if wantsMemory { worker.remember(query.kind, store, session) }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  private nonisolated static var firstRows: Int { 200 }

  private func receive(_ rows: ListRows, _ number: Int) {
    guard generation.current == number else { return }
    let (ids, isComplete) = (rows.ids, rows.isComplete)
    total = rows.total ?? total
    // The first rows alone would move the cursor away from a row further down.
    if !isComplete, let wanted, !ids.contains(wanted), self.ids.count > ids.count { return }
    self.ids = ids
    self.isComplete = isComplete
    table.cursor.setCount(ids.count)
    if let wanted, let row = ids.firstIndex(of: wanted) { table.cursor.select(row) }
    if isComplete, !marks.isEmpty { marks.formIntersection(ids) }
  }

  // MARK: Rows in sight

  /// Reads the records in sight, and a page around them.
  package func load(_ session: Session, isChanged: Bool) {
    if isChanged { records.removeAll(keepingCapacity: true) }
    if records.count > 4000 { records.removeAll(keepingCapacity: true) }
    let height = max(cursor.height, 1)
    let first = max(0, cursor.top - height)
    let near = ids[min(first, ids.count)..<min(ids.count, cursor.top + 2 * height)]
    let missing = near.filter { !records.keys.contains($0) }
    guard !missing.isEmpty else { return }
    session.read { reader in
      for record in try reader.records(missing, of: R.self) { records[record.id.rawValue] = record }
    }
  }

  package func record(_ row: Int) -> R? { ids.indices.contains(row) ? records[ids[row]] : nil }

  // MARK: Marks

  package func toggleMark() {
    guard let id = selectedID else { return }
    if marks.remove(id) == nil { marks.insert(id) }
  }

  package func markAll() { marks = marks.count == ids.count ? [] : Set(ids) }
  package func clearMarks() { marks = [] }
  package func mark(rows: ClosedRange<Int>) { marks.formUnion(ids[rows.clamped(to: 0...max(0, ids.count - 1))]) }
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
  func next() -> Int { number.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }
}
