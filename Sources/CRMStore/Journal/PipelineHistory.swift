import CRMDomain
import GRDB

/// A pipeline as it was and as it is, with who changed each deal since.
package struct PipelineHistory: Hashable, Sendable {
  package let then: PipelineState
  package let now: PipelineState
  /// When the first thing was written into the book; nil in an empty one.
  package let begin: Instant?
}

extension StoreReader {
  /// The deals of `board` at `instant` and now.
  ///
  /// The journal is read backwards from its end to the last operation that began by then, each change taken back in
  /// turn. Undo and redo are changes like others there, so what was undone since is back, and what was undone before
  /// stays away. An operation written in several transactions counts as a whole from its beginning.
  package func pipeline(of board: Identifier<Board>, at instant: Instant) throws -> PipelineHistory {
    let begin = try Int64.fetchOne(db, sql: "SELECT min(at) FROM operation").map(Instant.init(microseconds:))
    let last = try Int64.fetchOne(
      db, sql: "SELECT max(id) FROM operation WHERE at <= ?", arguments: [instant.microseconds])
    var rows = try currentDeals()
    let now = PipelineState(rows.compactMapValues { $0.state(on: board) })
    try takeBack(after: last ?? 0, &rows)
    var then = PipelineState(rows.compactMapValues { $0.state(on: board) })
    var touched = now
    for (id, row) in rows {
      guard let touch = row.touch else { continue }
      touched.deals[id]?.lastChange = touch
      then.deals[id]?.lastChange = touch
    }
    return PipelineHistory(then: then, now: touched, begin: begin)
  }

  private func currentDeals() throws -> [Int64: DealRow] {
    let names = DealRow.columns.map { "\"\($0)\"" }.joined(separator: ", ")
    var rows: [Int64: DealRow] = [:]
    let cursor = try Row.fetchCursor(db, sql: "SELECT id, \(names) FROM opportunity")
    while let row = try cursor.next() {
      var deal = DealRow(id: row[0])
      for (index, name) in DealRow.columns.enumerated() { deal.values[name] = row[index + 1] }
      rows[deal.id] = deal
    }
    return rows
  }

  /// Takes back every change of a deal that an operation after `last` made. Where an operation that stays wrote later
  /// than one that is taken back, its value stays.
  private func takeBack(after last: Int64, _ rows: inout [Int64: DealRow]) throws {
    let first = try Int64.fetchOne(db, sql: "SELECT min(id) FROM change WHERE operation > ?", arguments: [last])
    guard let first else { return }
    let sql = """
      SELECT change.*, operation.at, operation.origin FROM change JOIN operation ON operation.id = change.operation
      WHERE change.id >= ? AND change.kind = 'opportunity' ORDER BY change.id DESC
      """
    let cursor = try Row.fetchCursor(db, sql: sql, arguments: [first])
    while let row = try cursor.next() {
      guard let change = try RecordChange(row: row) else { continue }
      let touch = DealState.Touch(at: Instant(microseconds: row["at"]), origin: row["origin"])
      for id in change.records {
        var deal = rows[id] ?? DealRow(id: id, exists: false)
        deal.walk(back: change, isKept: change.operation <= last, touch)
        rows[id] = deal
      }
    }
  }
}

/// One deal on the way back through the journal.
private struct DealRow {
  static let columns = [
    "name", "stage", "amount", "currency", "board", "assigned_to", "expected_close_date", "deleted_at",
  ]
  /// Changes of these are no news.
  private static let silent: Set<String> = ["updated_at", "stage_entered_at", "last_activity_date"]

  let id: Int64
  var exists = true
  var values: [String: DatabaseValue] = [:]
  /// The latest change that was met.
  var touch: DealState.Touch?
  /// Columns whose value an operation wrote that stays.
  private var settled: Set<String> = []
  private var isSettled = false

  init(id: Int64, exists: Bool = true) {
    self.id = id
    self.exists = exists
  }

  mutating func walk(back change: RecordChange, isKept: Bool, _ touch: DealState.Touch) {
    guard !isKept else { return settle(change) }
    if self.touch == nil, change.action != .update || !change.fields.keys.allSatisfy(Self.silent.contains) {
      self.touch = touch
    }
    guard !isSettled else { return }
    switch change.action {
    case .insert: exists = false
    case .delete:
      exists = true
      for name in Self.columns where !settled.contains(name) {
        values[name] = change.fields[name]?.old.databaseValue ?? .null
      }
    case .update:
      for name in Self.columns where !settled.contains(name) {
        if let old = change.fields[name]?.old { values[name] = old.databaseValue }
      }
    }
  }

  private mutating func settle(_ change: RecordChange) {
    if change.action == .update { settled.formUnion(change.fields.keys) } else { isSettled = true }
  }

  /// nil where it is not on the board, or deleted.
  func state(on board: Identifier<Board>) -> DealState? {
    guard exists, value("deleted_at").isNull, Int64.fromDatabaseValue(value("board")) == board.rawValue else {
      return nil
    }
    var state = DealState(id: id)
    state.name = String.fromDatabaseValue(value("name")) ?? ""
    state.stage = String.fromDatabaseValue(value("stage")) ?? ""
    state.amount = Int.fromDatabaseValue(value("amount")).map(Money.init(hundredths:))
    state.currency = String.fromDatabaseValue(value("currency")) ?? ""
    state.owner = Int64.fromDatabaseValue(value("assigned_to"))
    state.expectedClose = String.fromDatabaseValue(value("expected_close_date")).flatMap(Day.init(iso:))
    return state
  }

  private func value(_ name: String) -> DatabaseValue { values[name] ?? .null }
}
