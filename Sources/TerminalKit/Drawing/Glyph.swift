/// A sign the components draw, with what stands for it where only ASCII can be shown. Each takes one column.
package enum Glyph: CaseIterable, Hashable, Sendable {
  case cursor, marked, bad, ellipsis, sortedUp, sortedDown, thumb, down, separator, bullet, dash
  case horizontal, vertical, teeLeft, teeRight, exchange

  package var unicode: String {
    switch self {
    case .cursor: "▸"
    case .marked: "✓"
    case .bad: "✗"
    case .ellipsis: "…"
    case .sortedUp: "▲"
    case .sortedDown: "▼"
    case .thumb: "▐"
    case .down: "▾"
    case .separator, .vertical: "│"
    case .bullet: "·"
    case .dash, .horizontal: "─"
    case .teeLeft: "├"
    case .teeRight: "┤"
    case .exchange: "⇅"
    }
  }

  package var ascii: String {
    switch self {
    case .cursor: ">"
    case .marked: "*"
    case .bad: "x"
    case .ellipsis: "~"
    case .sortedUp: "^"
    case .sortedDown, .down: "v"
    case .thumb: "#"
    case .separator, .vertical: "|"
    case .bullet: "."
    case .dash, .horizontal: "-"
    case .teeLeft, .teeRight, .exchange: "+"
    }
  }
}

/// How a frame is drawn; a heavy one says what has the focus where colour cannot.
package enum BoxLine: Hashable, Sendable {
  case light, heavy

  struct Signs {
    let horizontal: String
    let vertical: String
    /// Top left, top right, bottom left, bottom right.
    let corners: [String]
  }

  var unicode: Signs {
    switch self {
    case .light: Signs(horizontal: "─", vertical: "│", corners: ["┌", "┐", "└", "┘"])
    case .heavy: Signs(horizontal: "━", vertical: "┃", corners: ["┏", "┓", "┗", "┛"])
    }
  }

  var ascii: Signs {
    switch self {
    case .light: Signs(horizontal: "-", vertical: "|", corners: ["+", "+", "+", "+"])
    case .heavy: Signs(horizontal: "=", vertical: "#", corners: ["#", "#", "#", "#"])
    }
  }
}
