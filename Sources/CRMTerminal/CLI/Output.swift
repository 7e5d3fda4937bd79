import Foundation

/// Standard output, written in large pieces.
struct Output: ~Copyable {
  /// The reader is gone, as `head` is when it has enough.
  struct Closed: Error {}

  private var bytes: [UInt8] = []
  private static let pieceSize = 1 << 16

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns to print in; nil where nobody looks on.
  static var columns: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  mutating func line(_ text: String) throws {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x0A)
    try flushIfLarge()
  }

  mutating func write(_ more: [UInt8]) throws {
    bytes.append(contentsOf: more)
    try flushIfLarge()
  }

  private mutating func flushIfLarge() throws {
    if bytes.count >= Self.pieceSize { try flush() }
  }

  /// - Throws: `Closed`, or `CommandProblem` if the disk is full.
  mutating func flush() throws {
    defer { bytes.removeAll(keepingCapacity: true) }
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress.map { $0 + start }, $0.count - start)
      }
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else {
        throw errno == EPIPE ? Closed() : CommandProblem("crm: cannot write: \(String(cString: strerror(errno))).")
      }
      start += written
    }
  }

  /// Writes a line to standard error.
  static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Prints what `body` writes.
  static func print(_ body: (inout Output) throws -> Void) throws {
    // Without this a closed pipe would end the process before it could leave in order.
    signal(SIGPIPE, SIG_IGN)
    var output = Output()
    try body(&output)
    try output.flush()
  }
}
