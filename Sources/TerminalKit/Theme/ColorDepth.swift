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

  package init(_ style: Style, on ground: Theme.Background, depth: ColorDepth) {
    attributes = style.attributes
    switch depth {
    case .mono: attributes = style.attributesWithoutColor
    case .ansi8, .ansi16: useANSI(style, on: ground, count: depth == .ansi8 ? 8 : 16)
    case .indexed256:
      foreground = style.foreground.map { Int($0.nearestIndexed) } ?? -1
      background = style.background.map { Int($0.nearestIndexed) } ?? -1
    case .truecolor:
      foreground = style.foreground.map(Self.direct) ?? -1
      background = style.background.map(Self.direct) ?? -1
    }
  }

  /// A background that comes out as the terminal's own would not be seen, so it is shown without colours; and two
  /// colours that come out alike could not be read, so text then takes what its ground allows.
  private mutating func useANSI(_ style: Style, on ground: Theme.Background, count: UInt8) {
    let back = style.background?.nearestANSI(of: count)
    let isOwn = ground == .dark ? back == 0 : back == 7 || back == 15
    if isOwn, style.attributesWithoutColor.contains(.reverse) {
      attributes = style.attributesWithoutColor
      return
    }
    if case .ansi(8...) = style.foreground, count == 8 { attributes.insert(.bold) }
    background = isOwn ? -1 : back.map(Int.init) ?? -1
    foreground = style.foreground.map { Self.readable($0, on: isOwn ? nil : back, ground, count) } ?? -1
  }

  /// A number that the user's own theme names is taken as it is wherever the ground is the terminal's.
  private static func readable(_ text: Color, on back: UInt8?, _ ground: Theme.Background, _ count: UInt8) -> Int {
    let number = text.nearestANSI(of: count)
    if case .ansi = text, back == nil { return Int(number) }
    let behind = back.map { Color.ansi($0) } ?? ground.color
    if Color.ansi(number).contrast(with: behind) >= 3 { return Int(number) }
    guard back != nil else { return -1 }
    return behind.luminance > 0.18 ? 0 : 7
  }

  /// Terminals with direct colour keep only the numbers 0 to 7 for the user's palette.
  private static func direct(_ color: Color) -> Int {
    if case .ansi(let number) = color, number < 8 { return Int(number) }
    let (red, green, blue) = color.components
    return max(8, red << 16 | green << 8 | blue)
  }
}
