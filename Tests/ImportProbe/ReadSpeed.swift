import CRMDomain
import Foundation

/// How fast a file goes through the reader, its cells looked at as ranges of bytes and as strings. The processor's time
/// counts, which a busy machine changes little.
struct ReadSpeed {
  private let bytes: [UInt8]
  private let dialect: Dialect
  private static let pieceSize = 1 << 20

  init(path: String) throws {
    bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    dialect = try DialectDetector.detect(
      head: Array(bytes.prefix(DialectDetector.headLimit)), tail: Array(bytes.suffix(9))
    ).dialect
  }

  func print() throws {
    let ranges = try megabytesPerSecond { row in
      var length = 0
      for index in 0..<row.count { length &+= row.raw(index).count }
      return length
    }
    let strings = try megabytesPerSecond { row in row.strings.reduce(0) { $0 &+ $1.utf8.count } }
    Swift.print("ranges \(Int(ranges)) MB/s\nstrings \(Int(strings)) MB/s")
  }

  /// The best of three runs.
  private func megabytesPerSecond(_ look: (borrowing DelimitedRow) -> Int) throws -> Double {
    var best = Double.infinity
    for _ in 0..<3 {
      let begun = Self.processorSeconds
      try readAll(look)
      best = min(best, Self.processorSeconds - begun)
    }
    return Double(bytes.count) / 1e6 / best
  }

  private func readAll(_ look: (borrowing DelimitedRow) -> Int) throws {
    var reader = DelimitedReader(dialect: dialect)
    var (sum, rows) = (0, 0)
    for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
      try bytes[start..<min(start + Self.pieceSize, bytes.count)].withUnsafeBufferPointer {
        try reader.read($0) { row in
          sum &+= look(row)
          rows += 1
        }
      }
    }
    try reader.finish { sum &+= look($0) }
    // Used, so that the work is not left out.
    precondition(rows == 0 || sum > 0)
  }

  /// What this thread has used of the processor.
  static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
