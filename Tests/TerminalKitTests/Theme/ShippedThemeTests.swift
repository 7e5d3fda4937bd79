import Foundation
import Testing

@testable import TerminalKit

/// The themes that come with the program.
struct ShippedThemeTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../themes")
    .path
  static let library = ThemeLibrary(folders: [folder])
  static let names = ["default", "colour-blind-safe", "high-contrast", "light", "mono", "solarized"]

  @Test func allAreOffered() { #expect(Self.library.names == Self.names) }

  @Test(arguments: names) func everyRoleIsCovered(name: String) throws {
    let theme = try Self.library.theme(named: name)
    #expect(theme.name == name)
    for role in Role.allCases { #expect(theme.covers(role), "\(role.rawValue)") }
  }

  @Test func theCompiledDefaultIsTheFile() throws {
    let file = try String(contentsOfFile: "\(Self.folder)/default.toml", encoding: .utf8)
    #expect(Theme.defaultTOML == file)
    #expect(try Self.library.theme(named: "default") == Theme.fallback)
  }

  /// WCAG 2.2, 1.4.3; a border is not read.
  @Test(arguments: names, [ColorDepth.truecolor, .indexed256])
  func textCanBeRead(name: String, depth: ColorDepth) throws {
    let theme = try Self.library.theme(named: name)
    let least = name == "high-contrast" ? 7.0 : 4.5
    for role in Role.allCases where role != .border {
      let contrast = theme.contrast(of: role, depth: depth)
      #expect(contrast >= least, "\(role.rawValue) has \(contrast)")
    }
  }

  @Test(arguments: names, [ColorDepth.ansi8, .ansi16])
  func textCanBeToldFromItsGroundWithFewColours(name: String, depth: ColorDepth) throws {
    let theme = try Self.library.theme(named: name)
    for role in Role.allCases {
      let contrast = theme.contrast(of: role, depth: depth)
      #expect(contrast >= 2, "\(role.rawValue) has \(contrast)")
    }
  }

  @Test(arguments: names, ColorDepth.allCases)
  func theCursorIsSeen(name: String, depth: ColorDepth) throws {
    let theme = try Self.library.theme(named: name)
    let looks = [Role.text, .selected].map { TerminalStyle(theme[$0], on: theme.background, depth: depth) }
    #expect(looks[0] != looks[1])
    let buttons = [Role.button, .buttonFocused].map { TerminalStyle(theme[$0], on: theme.background, depth: depth) }
    #expect(buttons[0] != buttons[1])
  }

  /// Viénot, Brettel and Mollon 1999: how the colours look without red or without green cones.
  @Test(arguments: [ColorBlindness.protanopia, .deuteranopia])
  func goodAndBadDifferForTheColourBlind(blindness: ColorBlindness) throws {
    let theme = try Self.library.theme(named: "colour-blind-safe")
    let roles: [Role] = [.good, .warning, .bad]
    for (index, one) in roles.enumerated() {
      for other in roles.dropFirst(index + 1) {
        let distance = try blindness.distance(
          #require(theme[one].foreground), #require(theme[other].foreground))
        #expect(distance > 60, "\(one) and \(other): \(distance)")
      }
    }
  }
}

extension Theme {
  fileprivate func contrast(of role: Role, depth: ColorDepth) -> Double {
    let style = TerminalStyle(self[role], on: background, depth: depth)
    let text = color(style.foreground, depth) ?? background.textColor
    return text.contrast(with: color(style.background, depth) ?? background.color)
  }

  private func color(_ number: Int, _ depth: ColorDepth) -> Color? {
    switch number {
    case ..<0: nil
    case 0..<(depth == .truecolor ? 8 : 16): .ansi(UInt8(number))
    case _ where depth == .truecolor: .rgb(UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255))
    default: .indexed(UInt8(number))
    }
  }
}

enum ColorBlindness: CaseIterable {
  case protanopia, deuteranopia

  func distance(_ one: Color, _ other: Color) -> Double {
    zip(seen(one), seen(other)).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  private func seen(_ color: Color) -> [Double] {
    let (red, green, blue) = (
      Double(color.components.red), Double(color.components.green), Double(color.components.blue)
    )
    let yellow = self == .protanopia ? 0.1124 * red + 0.8876 * green : 0.2927 * red + 0.7073 * green
    let residue = self == .protanopia ? 0.004 * (red - green) : -0.0223 * (red - green)
    return [yellow, yellow, blue + residue]
  }
}
