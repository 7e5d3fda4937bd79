import CRMDomain
import GRDB

/// The deals of one column of a board, summed by the store over all of them.
package struct StageTotals: Hashable, Sendable {
  package struct Sum: Hashable, Sendable {
    package var currency: String
    package var count: Int
    package var amount: Money
    /// Each deal's amount times its probability, summed before rounding.
    package var weighted: Money
  }

  package var count = 0
  /// One per currency, the largest first; never added across currencies.
  package var sums: [Sum] = []

  package init() {}
}

extension StageTotals.Sum {
  /// The currency, how many deals, and the sums of their amounts and of these times their probability.
  fileprivate static let columns = """
    coalesce(currency, ''), count(*), \(SQLWideSum.columns("amount")), \(SQLWideSum.columns("amount", times: "probability"))
    """

  /// From these columns, the first of which is number `index`.
  fileprivate init(_ row: Row, from index: Int) {
    self.init(
      currency: row[index], count: row[index + 1], amount: SQLWideSum.sum(row, index + 2).money,
      weighted: SQLWideSum.sum(row, index + 4).percent.money)
  }
}

extension StoreReader {
  /// The totals of each stage of `board`, by its key. Deals that are closed count where they closed on or after `since`.
  package func totals(of board: Identifier<Board>, _ query: ListQuery, closedSince since: Day) throws -> [String:
    StageTotals]
  {
    let source = try boardSource(board, query, since)
    let sql = """
      SELECT coalesce(stage, ''), \(StageTotals.Sum.columns) FROM \(source.text) GROUP BY 1, 2
      """
    var totals: [String: StageTotals] = [:]
    let rows = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: StatementArguments(source.arguments))
    while let row = try rows.next() {
      let sum = StageTotals.Sum(row, from: 1)
      totals[row[0], default: StageTotals()].sums.append(sum)
      totals[row[0]]?.count += sum.count
    }
    return totals.mapValues { total in
      var total = total
      total.sums.sort { ($1.amount, $0.currency) < ($0.amount, $1.currency) }
      return total
    }
  }

  /// The ids of the cards of one column, the next to close first.
  package func cards(
    of board: Identifier<Board>, stage: String, _ query: ListQuery, closedSince since: Day, limit: Int,
  ) throws -> [Int64] {
    let source = try boardSource(board, query, since)
    let sql = """
      SELECT id FROM \(source.text) AND stage = ? ORDER BY expected_close_date IS NULL, expected_close_date, id LIMIT ?
      """
    let arguments = source.arguments + [stage.databaseValue, limit.databaseValue]
    return try Int64.fetchAll(try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
  }

  /// The title of the first open task of a deal, and when it is due; nil if there is no next step.
  package func nextStep(of kind: EntityKind, _ id: Int64) throws -> CRMTask? {
    let tasks: [CRMTask] = try records(
      where: """
        \(kind.rawValue) = ? AND deleted_at IS NULL AND coalesce(status, '') NOT IN ('completed', 'cancelled')
        ORDER BY due_date IS NULL, due_date, id LIMIT 1
        """, [id])
    return tasks.first
  }

  private func boardSource(_ board: Identifier<Board>, _ query: ListQuery, _ since: Day) throws -> SQLText {
    var source = try querySQL(query).source
    source.text += """
       AND board = ? AND (coalesce(stage, '') NOT IN (SELECT key FROM stage WHERE stage.board = ? AND outcome <> 'open'
          AND key IS NOT NULL)
        OR actual_close_date >= ?)
      """
    source.arguments += [board.rawValue.databaseValue, board.rawValue.databaseValue, since.iso.databaseValue]
    return source
  }
}

extension StoreReader {
  /// The deals of a contact or of a lead, the open ones and the next to close first.
  package func deals(of kind: EntityKind, _ id: Int64, limit: Int = 50) throws -> [Opportunity] {
    try records(
      where: """
        \(kind.rawValue) = ? AND deleted_at IS NULL
        ORDER BY coalesce(stage, '') IN ('closed_won', 'closed_lost'), expected_close_date IS NULL, expected_close_date,
          id LIMIT ?
        """, [id, limit])
  }
}

extension StoreReader {
  /// Deals won on the days `start..<end`, and open ones expected to close in them, per currency.
  package func month(from start: Day, to end: Day) throws -> (won: [StageTotals.Sum], ahead: [StageTotals.Sum]) {
    let won = "stage = 'closed_won' AND actual_close_date >= ? AND actual_close_date < ?"
    let ahead = """
      coalesce(stage, '') NOT IN ('closed_won', 'closed_lost') AND expected_close_date >= ? AND expected_close_date < ?
      """
    return (try sums(won, start, end), try sums(ahead, start, end))
  }

  private func sums(_ condition: String, _ start: Day, _ end: Day) throws -> [StageTotals.Sum] {
    let sql = """
      SELECT \(StageTotals.Sum.columns) FROM opportunity WHERE deleted_at IS NULL AND \(condition) GROUP BY 1
      """
    return try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: [start.iso, end.iso])
      .map { StageTotals.Sum($0, from: 0) }.sorted { ($1.amount, $0.currency) < ($0.amount, $1.currency) }
  }
}
