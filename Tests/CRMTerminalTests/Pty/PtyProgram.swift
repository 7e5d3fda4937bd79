import Foundation
import PtyHelper

/// The real `crm` in a terminal of its own, behind a small shell. Ended with the value.
final class PtyProgram {
  private var session = pty_session()
  private(set) var output: [UInt8] = []
  private(set) var screen: VirtualScreen
  /// Nothing is waited for longer than this many seconds.
  private static let patience = 15.0

  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: [String], environment: [String: String], columns: Int = 80, rows: Int = 24) throws {
    screen = VirtualScreen(columns: columns, rows: rows)
    let program = try PtyProgram.path()
    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    guard pty_start(&argv, &envp, Int32(columns), Int32(rows), &session) == 0 else {
      throw Problem(description: "no terminal: \(String(cString: strerror(errno)))")
    }
  }

  deinit { pty_end(&session) }

  /// Built beside the tests.
  static func path() throws -> String {
    let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = (path as NSString).deletingLastPathComponent + "/crm"
    guard access(program, X_OK) == 0 else { throw Problem(description: "\(program) is not built: swift build") }
    return program
  }

  // MARK: Keys and signals

  func press(_ keys: String) {
    let bytes = Array(keys.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(session.master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      written += count
    }
  }

  func send(_ signal: Int32) { kill(session.program, signal) }

  func resize(_ columns: Int, _ rows: Int) {
    read(for: 0)
    screen.resize(columns: max(columns, 1), rows: max(rows, 1))
    pty_resize(session.master, Int32(columns), Int32(rows))
  }

  /// As when the window is closed or the line is cut.
  func hangUp() {
    close(session.master)
    session.master = -1
  }

  /// What `fg` does.
  func continueInForeground() { write(session.orders, "f", 1) }

  // MARK: Waiting

  /// Waits until the screen shows `text`.
  func wait(for text: String) throws { try wait(until: "\"\(text)\" is shown") { $0.text.contains(text) } }

  func wait(until what: String, _ isThere: (VirtualScreen) -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while !isThere(screen) {
      guard Date() < deadline else { throw Problem(description: "waited in vain until \(what):\n\(screen.text)") }
      read(for: 20)
    }
  }

  /// Waits until nothing has been written for `milliseconds`.
  func settle(_ milliseconds: Int32 = 150) {
    while read(for: milliseconds) {}
  }

  /// Takes what is there, waiting for it at most so long. False if there was nothing.
  @discardableResult private func read(for milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: session.master, events: Int16(POLLIN), revents: 0)
    guard session.master >= 0, poll(&polled, 1, milliseconds) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(session.master, &bytes, bytes.count)
    guard count > 0 else { return false }
    output += bytes.prefix(count)
    screen.feed(bytes.prefix(count))
    return true
  }

  // MARK: What became of it

  enum Fate: Equatable {
    case exited(Int)
    case killed(Int32)
    case stopped
    case continued
  }

  /// What happens to the program next. Its output is read meanwhile, or it would wait for us.
  func fate() throws -> Fate {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    var polled = pollfd(fd: session.reports, events: Int16(POLLIN), revents: 0)
    while poll(&polled, 1, 0) == 0 {
      guard Date() < deadline else {
        throw Problem(description: "it goes on as if nothing had happened:\n\(screen.text)")
      }
      if !read(for: 10), session.master < 0 { usleep(10_000) }
    }
    var status: Int32 = 0
    guard Glibc.read(session.reports, &status, 4) == 4 else { throw Problem(description: "the stand-in is gone") }
    while read(for: 20) {}
    if pty_is_stopped(status) != 0 { return .stopped }
    if pty_is_continued(status) != 0 { return .continued }
    let signal = pty_fatal_signal(status)
    return signal == 0 ? .exited(Int(pty_exit_status(status))) : .killed(signal)
  }

  /// What the program left changed in the terminal: nothing, if it is well behaved.
  var traces: [String] {
    var now = termios()
    guard tcgetattr(session.master, &now) == 0 else { return ["there is no terminal any more"] }
    var traces = screen.modes.subtracting([7, 25]).sorted().map { "mode \($0) is on" }
    if !screen.modes.contains(25) { traces.append("the cursor is hidden") }
    let settings = [
      ("input", now.c_iflag, session.found.c_iflag), ("output", now.c_oflag, session.found.c_oflag),
      ("control", now.c_cflag, session.found.c_cflag), ("local", now.c_lflag, session.found.c_lflag),
    ]
    traces += settings.filter { $0.1 != $0.2 }.map { "\($0.0) flags \($0.1), were \($0.2)" }
    let isSameKeys = withUnsafeBytes(of: now.c_cc) { now in
      withUnsafeBytes(of: session.found.c_cc) { now.elementsEqual($0) }
    }
    return traces + (isSameKeys ? [] : ["control characters"])
  }

  /// True while the program and nobody else gets what is typed, unechoed.
  var hasTerminal: Bool {
    var now = termios()
    return tcgetattr(session.master, &now) == 0 && now.c_lflag & tcflag_t(ICANON | ECHO) == 0
  }

  var isRunning: Bool { kill(session.program, 0) == 0 }
}
