/// A terminal for tests: events are scripted, and the screen is read as text.
@MainActor package final class MemoryTerminal: Terminal {
  package private(set) var size: Size
  package private(set) var canvas: Canvas
  package private(set) var cursor: Point?
  /// How often something was shown.
  package private(set) var paints = 0
  package private(set) var theme = Theme.fallback
  package private(set) var isMouseEnabled = false
  package private(set) var rings = 0
  package private(set) var copied: [String] = []
  package private(set) var suspensions = 0
  package private(set) var stops = 0
  package private(set) var isClosed = false
  private var scripted: [TerminalEvent]

  package init(size: Size, events: [TerminalEvent] = []) {
    self.size = size
    canvas = Canvas(size: size)
    scripted = events
  }

  /// The rows of what was shown last, without blanks at their ends.
  package var text: [String] { canvas.lines }

  package func script(_ events: TerminalEvent...) { scripted += events }

  /// Everything scripted; nothing, and at once, if nothing is left.
  package func events(waitingAtMost milliseconds: Int?) -> [TerminalEvent] {
    defer { scripted = [] }
    for case .resize(let size) in scripted { self.size = size }
    return scripted
  }

  package func show(_ canvas: Canvas, cursor: Point?) {
    self.canvas = canvas
    self.cursor = cursor
    paints += 1
  }

  package func setTheme(_ theme: Theme) { self.theme = theme }
  package func setMouse(enabled: Bool) { isMouseEnabled = enabled }
  package func ring() { rings += 1 }
  package func copy(_ text: String) { copied.append(text) }

  package func whileSuspended<Result>(_ body: () throws -> Result) rethrows -> Result {
    suspensions += 1
    return try body()
  }

  package func stop() {
    stops += 1
    scripted.append(.resumed)
  }

  package func close() { isClosed = true }
}
