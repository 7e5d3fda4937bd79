/// How many colours can be shown, fewest first.
package enum ColorDepth: Int, Comparable, CaseIterable, Sendable {
  case mono, ansi8, ansi16, indexed256, truecolor

  /// - Parameter colors: what terminfo says; 0 for none.
  /// - Parameter noColor: the variable `NO_COLOR`, which counts if it is not empty (no-color.org).
  package init(colors: Int, isDirect: Bool, noColor: String?) {
    switch colors {
    case _ where !(noColor ?? "").isEmpty: self = .mono
    case _ where isDirect: self = .truecolor
    case 256...: self = .indexed256
    case 16...: self = .ansi16
    case 8...: self = .ansi8
    default: self = .mono
    }
  }

  package static func < (one: ColorDepth, other: ColorDepth) -> Bool { one.rawValue < other.rawValue }
}

/// A style in the numbers that ncurses takes; -1 is the terminal's own colour.
package struct TerminalStyle: Hashable, Sendable {
  package var foreground = -1
  package var background = -1
  package var attributes: Attributes

  package init(_ style: Style, depth: ColorDepth) {
    attributes = style.attributes
    switch depth {
    case .mono:
      // Without colours a background of its own must still stand out.
      if style.background != nil, style.attributes.isEmpty { attributes = .reverse }
    case .ansi8, .ansi16: useANSI(style, depth)
    case .indexed256:
      foreground = style.foreground.map { Int($0.nearestIndexed) } ?? -1
      background = style.background.map { Int($0.nearestIndexed) } ?? -1
    case .truecolor:
      foreground = style.foreground.map(Self.direct) ?? -1
      background = style.background.map(Self.direct) ?? -1
    }
  }

  /// With sixteen colours, two that differ in the theme can come out alike; text then takes what its ground allows.
  private mutating func useANSI(_ style: Style, _ depth: ColorDepth) {
    var text = style.foreground?.nearestANSI
    var ground = style.background?.nearestANSI
    if depth == .ansi8 {
      if let bright = text, bright >= 8 { attributes.insert(.bold) }
      text = text.map { $0 & 7 }
      ground = ground.map { $0 & 7 }
    }
    if let number = ground, text == number { text = Color.ansi(number).luminance > 0.18 ? 0 : 7 }
    foreground = text.map(Int.init) ?? -1
    background = ground.map(Int.init) ?? -1
  }

  /// Terminals with direct colour keep only the numbers 0 to 7 for the user's palette.
  private static func direct(_ color: Color) -> Int {
    if case .ansi(let number) = color, number < 8 { return Int(number) }
    let (red, green, blue) = color.components
    return max(8, red << 16 | green << 8 | blue)
  }
}
