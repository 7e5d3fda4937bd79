/// Looks through whole columns of dates for one that can only be read one way round.
package struct DateOrderScan {
  /// What was found, by column; a column without a date that decides is not there.
  package private(set) var orders: [Int: DateOrder] = [:]
  private var undecided: [Int]

  /// The columns of `mapping` whose order was guessed.
  package init(_ mapping: ColumnMapping) {
    undecided = mapping.columns.filter { column in
      guard column.options.dateOrder == nil, column.remark != nil else { return false }
      switch column.transform {
      case .day, .instant: return true
      default: return false
      }
    }.map(\.index)
  }

  /// True if nothing is left to find out.
  package var isDone: Bool { undecided.isEmpty }

  package mutating func add(_ row: borrowing DelimitedRow) {
    guard !row.isHeader else { return }
    for column in undecided where column < row.count {
      let text = row.raw(column).span
      let bytes = text.extracting(text.rangeWithoutBlanks)
      guard bytes.count >= 6, let numbers = WrittenDateNumbers(bytes), !numbers.beginsWithYear else { continue }
      if numbers.first > 12, numbers.second <= 12 {
        decide(column, .dayMonthYear)
      } else if numbers.second > 12, numbers.first <= 12 {
        decide(column, .monthDayYear)
      }
    }
  }

  private mutating func decide(_ column: Int, _ order: DateOrder) {
    orders[column] = order
    undecided.removeAll { $0 == column }
  }
}
