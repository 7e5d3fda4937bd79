/// A screen to draw on and the keys typed at it. Two real ones exist: ncurses and memory.
@MainActor package protocol Terminal: AnyObject {
  var size: Size { get }
  /// Waits for input, for at most `milliseconds` (nil waits for ever, 0 not at all), then drains everything that is
  /// there. Consecutive resizes come as one.
  func events(waitingAtMost milliseconds: Int?) -> [TerminalEvent]
  /// Shows `canvas`; only what differs from the last one is written. `cursor` is nil where none is shown.
  func show(_ canvas: Canvas, cursor: Point?)
  func setTheme(_ theme: Theme)
  func setMouse(enabled: Bool)
  func ring()
  /// Puts the text on the user's clipboard by OSC 52.
  func copy(_ text: String)
  /// Leaves the screen to another program, runs `body`, and comes back with everything drawn anew.
  func whileSuspended<Result>(_ body: () throws -> Result) rethrows -> Result
  /// Stops the program as ^Z does; returns when it is continued.
  func stop()
  /// Puts the terminal back as it was found. May be called twice.
  func close()
}
