/// Why the screen cannot be opened.
package enum TerminalProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case notATerminal
  case unknown(String)
  case cannotPlaceCursor(String)

  package var description: String {
    switch self {
    case .notATerminal: "The screen needs a terminal, but the input or the output is not one."
    case .unknown(let name): "The terminal \"\(name)\" is not known here. Set TERM, for example to xterm-256color."
    case .cannotPlaceCursor(let name):
      "The terminal \"\(name)\" cannot place its cursor. Set TERM, for example to xterm-256color."
    }
  }
}

/// The terminfo entries to try, best first.
struct TerminalNames {
  let candidates: [String]

  /// `COLORTERM` is set by terminals with more colours than an old `TERM` such as "xterm" or "screen" admits.
  init(term: String, colorTerm: String?) {
    let isColorful = ["truecolor", "24bit"].contains(colorTerm ?? "")
    let isPlain = ["xterm", "screen", "tmux", "rxvt"].contains(term)
    candidates = (isColorful && isPlain ? ["\(term)-256color"] : []) + [term, "xterm-256color", "vt100"]
  }
}
