import CNcurses
import Glibc

/// The terminal that standard input and output are connected to. One per process.
@MainActor package final class NcursesTerminal: Terminal {
  package private(set) var size = Size(0, 0)
  package let depth: ColorDepth
  private let wakeDescriptors: [Int32]
  private let signals: Int32
  private var parser = KeyParser()
  private var pen: Pen
  private var shown: Canvas?
  private var shownCursor: Point?
  private var isOpen = true
  private var isGone = false
  private var wasStopped = false

  /// - Parameter wakeDescriptors: of the mailboxes whose letters end a wait.
  package init(wakeDescriptors: [Int32] = [], theme: Theme = .fallback) throws(TerminalProblem) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    crm_use_locale()
    // Before ncurses is opened: it installs handlers of its own only where there are none.
    signals = crm_watch_signals()
    try Self.open()
    self.wakeDescriptors = wakeDescriptors
    depth = ColorDepth(
      colors: Int(crm_colors()), isDirect: crm_has_direct_color(), noColor: environmentVariable("NO_COLOR"))
    pen = Pen(theme: theme, depth: depth)
    _ = takeSize()
  }

  private static func open() throws(TerminalProblem) {
    let name = environmentVariable("TERM") ?? ""
    let names = TerminalNames(term: name, colorTerm: environmentVariable("COLORTERM"))
    for candidate in names.candidates {
      let opening = crm_open(candidate)
      guard opening != crm_opened else { return }
      guard opening == crm_unknown else {
        crm_unwatch_signals()
        throw .cannotPlaceCursor(candidate)
      }
    }
    crm_unwatch_signals()
    throw .unknown(name)
  }

  package func close() {
    guard isOpen else { return }
    isOpen = false
    crm_close()
    crm_unwatch_signals()
  }

  private func takeSize() -> Bool {
    var columns: Int32 = 0
    var rows: Int32 = 0
    if crm_window_size(&columns, &rows) { crm_resize(columns, rows) }
    crm_screen_size(&columns, &rows)
    let new = Size(Int(columns), Int(rows))
    defer { size = new }
    return new != size
  }
}

// MARK: - Output

extension NcursesTerminal {
  package func show(_ canvas: Canvas, cursor: Point?) {
    guard isOpen else { return }
    let changed = (0..<min(canvas.size.rows, size.rows)).filter { row in
      shown.map { canvas.rowDiffers(from: $0, row: row) } ?? true
    }
    guard !changed.isEmpty || cursor != shownCursor || shown == nil else { return }
    for row in changed { put(canvas.cells(ofRow: row), row: row) }
    shown = canvas
    shownCursor = cursor
    crm_show(Int32(cursor?.column ?? -1), Int32(cursor?.row ?? -1))
  }

  private func put(_ cells: ArraySlice<Cell>, row: Int) {
    let converted = cells.prefix(size.columns).map { pen.cell(for: $0) }
    crm_put_row(Int32(row), converted, Int32(converted.count))
  }

  package func setTheme(_ theme: Theme) {
    pen = Pen(theme: theme, depth: depth)
    shown = nil
  }

  package func setMouse(enabled: Bool) { crm_set_reports(enabled) }

  package func ring() { crm_ring() }

  package func copy(_ text: String) {
    let sequence = ClipboardSequence(text).bytes
    crm_write(sequence, sequence.count)
  }

  /// What is on the screen is not known any more.
  private func forgetScreen() {
    shown = nil
    crm_forget_screen()
  }
}

// MARK: - Input

extension NcursesTerminal {
  package func events(waitingAtMost milliseconds: Int?) -> [TerminalEvent] {
    guard !isGone else { return [.terminate(signal: SIGHUP)] }
    var events: [TerminalEvent] = []
    let deadline = milliseconds.map { Self.now() + $0 }
    var remaining = wasStopped ? 0 : milliseconds
    if wasStopped { events += react(to: []) }
    repeat {
      // The rest of a key that has begun is waited for, however short the wait was to be, but not for ever.
      let patience = parser.patience
      if !drain(waitingAtMost: patience ?? remaining, into: &events), patience != nil {
        events += parser.timeOut().map { .key($0) }
      }
      remaining = deadline.map { max(0, $0 - Self.now()) }
    } while parser.patience != nil || (events.isEmpty && remaining != 0)
    return events
  }

  /// Takes everything that is there and returns whether there was anything.
  private func drain(waitingAtMost milliseconds: Int?, into events: inout [TerminalEvent]) -> Bool {
    // While the rest of a key is waited for, letters wait too: they would end each wait before the key has timed out.
    var ready = Ready(signals, parser.patience == nil ? wakeDescriptors : [], waitingAtMost: milliseconds)
    guard ready.isAny else { return false }
    var caught: Set<Int32> = []
    if ready.wake { events.append(.wake) }
    for _ in 0..<Self.mostReads where ready.input || ready.signal {
      if ready.input { events += readKeys().map { .key($0) } }
      if ready.signal { caught.formUnion(readSignals()) }
      guard !isGone else { break }
      ready = Ready(signals, [], waitingAtMost: 0)
    }
    events += react(to: caught)
    return true
  }

  /// Bounds one drain, so that an endless stream of input cannot keep the screen from being drawn.
  private static let mostReads = 256

  private func readKeys() -> [Key] {
    guard let bytes = readAll(from: STDIN_FILENO) else {
      isGone = true
      return []
    }
    return parser.feed(bytes, at: Self.now())
  }

  private func readSignals() -> Set<Int32> { Set((readAll(from: signals) ?? []).map { Int32($0) }) }

  private func react(to caught: Set<Int32>) -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    if caught.contains(SIGTSTP) { stop() } else if caught.contains(SIGCONT), !wasStopped { comeBack() }
    if wasStopped { events.append(.resumed) }
    wasStopped = false
    if takeSize() {
      forgetScreen()
      events.append(.resize(size))
    }
    let fatal = [SIGTERM, SIGHUP, SIGINT, SIGQUIT].first(where: caught.contains)
    if let signal = fatal ?? (isGone ? SIGHUP : nil) { events.append(.terminate(signal: signal)) }
    return events
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}

// MARK: - Leaving and coming back

extension NcursesTerminal {
  package func whileSuspended<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard isOpen else { return try body() }
    crm_leave()
    crm_let_stop(true)
    defer {
      crm_let_stop(false)
      forgetInterrupts()
      comeBack()
    }
    return try body()
  }

  /// ^C in the other program reaches this one too, and was not meant for it.
  private func forgetInterrupts() {
    let kept = readSignals().subtracting([SIGINT, SIGQUIT, SIGTSTP, SIGCONT])
    for signal in kept { raise(signal) }
  }

  package func stop() {
    guard isOpen else { return }
    crm_leave()
    crm_stop()
    forgetInterrupts()
    comeBack()
  }

  private func comeBack() {
    crm_enter()
    forgetScreen()
    wasStopped = true
  }
}

/// What `poll` says about standard input, the signals and the mailboxes.
private struct Ready {
  let input: Bool
  let signal: Bool
  let wake: Bool
  var isAny: Bool { input || signal || wake }

  init(_ signals: Int32, _ mailboxes: [Int32], waitingAtMost milliseconds: Int?) {
    var polled = ([STDIN_FILENO, signals] + mailboxes).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let count = poll(&polled, nfds_t(polled.count), Int32(clamping: milliseconds ?? -1))
    // A signal interrupts `poll`; its byte is in the pipe by then.
    if count < 0 { poll(&polled, nfds_t(polled.count), 0) }
    input = polled[0].revents != 0
    signal = polled[1].revents != 0
    wake = polled[2...].contains { $0.revents != 0 }
  }
}

/// At most one read: a terminal gives what it has, and another would block. nil where there is nothing more to come.
private func readAll(from descriptor: Int32) -> [UInt8]? {
  var result = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
    result = read(descriptor, buffer.baseAddress, buffer.count)
    count = max(0, result)
  }
  let isForNow = result < 0 && (errno == EINTR || errno == EAGAIN)
  return result > 0 || isForNow ? bytes : nil
}

private func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
