/// A sign the components draw, with what stands for it where only ASCII can be shown. Each takes one column.
package enum Glyph: CaseIterable, Hashable, Sendable {
  case cursor, marked, bad, ellipsis, sortedUp, sortedDown, thumb, down, separator, bullet, dash
  case horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight, teeLeft, teeRight

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
    case .topLeft: "┌"
    case .topRight: "┐"
    case .bottomLeft: "└"
    case .bottomRight: "┘"
    case .teeLeft: "├"
    case .teeRight: "┤"
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
    case .topLeft, .topRight, .bottomLeft, .bottomRight, .teeLeft, .teeRight: "+"
    }
  }
}
