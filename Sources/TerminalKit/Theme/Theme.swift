/// How each role looks.
package struct Theme: Hashable, Sendable {
  /// What a theme takes the terminal's own background to be.
  package enum Background: String, Hashable, Sendable {
    case dark, light
    package var color: Color { self == .dark ? .rgb(0, 0, 0) : .rgb(255, 255, 255) }
    package var textColor: Color { self == .dark ? .rgb(229, 229, 229) : .rgb(0, 0, 0) }
  }

  package let name: String
  package let background: Background
  private let styles: [Role: Style]

  package init(name: String, background: Background, styles: [Role: Style]) {
    self.name = name
    self.background = background
    self.styles = styles
  }

  package subscript(role: Role) -> Style { styles[role] ?? Style() }

  /// Whether the theme says anything about `role`.
  func covers(_ role: Role) -> Bool { styles[role] != nil }
}

/// nil is the terminal's own colour.
package struct Style: Hashable, Sendable {
  package var foreground: Color?
  package var background: Color?
  package var attributes: Attributes
  /// In place of `attributes` where there are no colours.
  package var mono: Attributes?

  package init(
    foreground: Color? = nil, background: Color? = nil, attributes: Attributes = [], mono: Attributes? = nil
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
    self.mono = mono
  }

  package var attributesWithoutColor: Attributes { mono ?? attributes }
}

package struct Attributes: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let bold = Attributes(rawValue: 1)
  package static let dim = Attributes(rawValue: 2)
  package static let italic = Attributes(rawValue: 4)
  package static let underline = Attributes(rawValue: 8)
  package static let reverse = Attributes(rawValue: 16)

  static let named: [String: Attributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  package init(_ emphasis: Emphasis) {
    self = []
    if emphasis.contains(.bold) { insert(.bold) }
    if emphasis.contains(.underline) { insert(.underline) }
    if emphasis.contains(.reverse) { insert(.reverse) }
  }
}
