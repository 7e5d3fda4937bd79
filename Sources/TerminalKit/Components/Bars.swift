/// Numbers as lengths and heights.
package enum Bars {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  private static let heights = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let asciiHeights = ["_", ".", ":", "-", "=", "+", "*", "#"]

  /// A bar of at most `columns` for `fraction` of the whole, to an eighth of a column. Something above nothing always
  /// shows.
  package static func horizontal(_ fraction: Double, columns: Int, ascii: Bool = false) -> String {
    guard columns > 0, fraction > 0 else { return "" }
    let parts = max(1, Int(min(1, fraction) * Double(columns) * 8 + 0.5))
    if ascii { return String(repeating: "#", count: max(1, (parts + 4) / 8)) }
    return String(repeating: "▇", count: parts / 8) + eighths[parts % 8]
  }

  /// One column a value, the last `columns` of them, scaled to their maximum. Zero and below is the lowest mark.
  package static func sparkline(_ values: [Double], columns: Int, ascii: Bool = false) -> String {
    let values = values.suffix(max(0, columns))
    let marks = ascii ? asciiHeights : heights
    guard let maximum = values.max(), maximum > 0, maximum.isFinite else {
      return String(repeating: marks[0], count: values.count)
    }
    return values.reduce(into: "") { $0 += marks[height(of: $1 / maximum)] }
  }

  private static func height(of fraction: Double) -> Int {
    guard fraction > 0 else { return 0 }
    return min(7, Int(fraction * 7 + 0.5))
  }

  /// A line through `values` in braille, two values a column and four steps a row; the first string is the top row.
  /// Only for terminals that have more than ASCII.
  package static func braille(_ values: [Double], columns: Int, rows: Int) -> [String] {
    guard columns > 0, rows > 0 else { return [] }
    let values = Array(values.suffix(columns * 2))
    let maximum = max(values.max() ?? 0, .leastNonzeroMagnitude)
    var dots = Array(repeating: Array(repeating: UInt32(0), count: columns), count: rows)
    for (index, value) in values.enumerated() where value.isFinite {
      let level = Int(min(1, max(0, value / maximum)) * Double(rows * 4 - 1) + 0.5)
      let fromTop = rows * 4 - 1 - level
      dots[fromTop / 4][index / 2] |= dot(column: index % 2, row: fromTop % 4)
    }
    return dots.map { $0.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar(0x2800 + $1) ?? " ") } }
  }

  /// Unicode 15, section 21.1: dots 1 2 3 7 run down the left side, 4 5 6 8 down the right.
  private static func dot(column: Int, row: Int) -> UInt32 {
    row == 3 ? 0x40 << UInt32(column) : 1 << UInt32(row + 3 * column)
  }
}
