/// One thing the rep did at the terminal.
package enum Key: Hashable, Sendable {
  /// One grapheme as typed, e.g. "j", "é", "日".
  case character(String)
  case control(Character)
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case shiftUp, shiftDown, shiftLeft, shiftRight
  case function(Int)
  /// What was pasted in one go (bracketed paste); may hold line ends.
  case paste(String)
  case mouse(Mouse)
  case focusIn, focusOut
}

package struct Mouse: Hashable, Sendable {
  package enum Action: Hashable, Sendable { case press, release, drag, doubleClick, wheelUp, wheelDown, rightPress }
  package var action: Action
  package var point: Point
  package init(_ action: Action, _ point: Point) {
    self.action = action
    self.point = point
  }
}

/// What a terminal reports when it is asked for input.
package enum TerminalEvent: Hashable, Sendable {
  case key(Key)
  case resize(Size)
  /// The mailbox has letters.
  case wake
  /// TERM or HUP arrived, or the terminal is gone: save drafts and leave.
  case terminate(signal: Int32)
  /// The program was stopped (^Z) and is in the foreground again: everything must be drawn anew.
  case resumed
}
