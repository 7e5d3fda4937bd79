/// Why a delimited file cannot be read on, and where.
package struct DelimitedProblem: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case unclosedQuote
    case nulByte
    /// The row has more bytes than `limit`.
    case rowTooLong(limit: Int)
  }

  package let kind: Kind
  /// As a spreadsheet counts, from 1.
  package let row: Int
  /// The line the row begins on, from 1.
  package let line: Int
  /// The cell's place in its row, from 1.
  package let column: Int

  /// What happened and what to do.
  package var sentence: String {
    let place = "Row \(row), column \(column)" + (line == row ? "" : " (line \(line))")
    return switch kind {
    case .unclosedQuote:
      "\(place): a quote is opened and never closed. Close it in the file, or choose another quote character."
    case .nulByte:
      "\(place): there is a NUL byte, so this is not plain text. Save the file as CSV (UTF-8) and import that."
    case .rowTooLong(let limit):
      "\(place): the row is longer than \(limit / 1_000_000) MB. Check the quotes and the delimiter of the file."
    }
  }
}
