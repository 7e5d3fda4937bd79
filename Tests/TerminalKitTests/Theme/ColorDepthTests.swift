import Testing

@testable import TerminalKit

struct ColorDepthTests {
  @Test(arguments: [
    (0, false, nil, ColorDepth.mono), (2, false, nil, .mono), (8, false, nil, .ansi8), (16, false, nil, .ansi16),
    (88, false, nil, .ansi16), (256, false, nil, .indexed256), (1 << 24, true, nil, .truecolor),
    (1 << 24, true, "1", .mono), (256, false, "", .indexed256),
  ])
  func theLadder(colors: Int, isDirect: Bool, noColor: String?, depth: ColorDepth) {
    #expect(ColorDepth(colors: colors, isDirect: isDirect, noColor: noColor) == depth)
  }

  @Test func theNearestOf256IsItselfForTheCubeAndTheGreys() {
    for number in UInt8(16)...255 {
      let (red, green, blue) = Color.indexed(number).components
      let nearest = Color.rgb(UInt8(red), UInt8(green), UInt8(blue)).nearestIndexed
      #expect(Color.indexed(nearest).components == (red, green, blue))
    }
  }

  @Test func withEightColoursABrightOneIsBold() {
    let style = TerminalStyle(Style(foreground: .ansi(9)), on: .dark, depth: .ansi8)
    #expect(style.foreground == 1)
    #expect(style.attributes == .bold)
  }

  @Test func aGroundThatWouldVanishIsShownReversed() {
    let style = TerminalStyle(Style(background: .rgb(20, 20, 30), mono: .reverse), on: .dark, depth: .ansi16)
    #expect(style.background == -1)
    #expect(style.attributes == .reverse)
  }

  @Test func withoutColoursThereAreTheOtherAttributes() {
    let style = Style(background: .ansi(4), attributes: .bold, mono: .reverse)
    #expect(TerminalStyle(style, on: .dark, depth: .mono).attributes == .reverse)
    #expect(TerminalStyle(Style(attributes: .bold), on: .dark, depth: .mono).attributes == .bold)
  }

  @Test func aThemesOwnNumbersAreKeptOnTheTerminalsGround() {
    #expect(TerminalStyle(Style(foreground: .ansi(4)), on: .dark, depth: .ansi16).foreground == 4)
    #expect(TerminalStyle(Style(foreground: .rgb(0, 0, 200)), on: .dark, depth: .ansi16).foreground == -1)
  }

  @Test func directColoursKeepTheUsersEight() {
    #expect(TerminalStyle(Style(foreground: .ansi(3)), on: .dark, depth: .truecolor).foreground == 3)
    #expect(TerminalStyle(Style(foreground: .rgb(1, 2, 3)), on: .dark, depth: .truecolor).foreground == 0x010203)
    #expect(TerminalStyle(Style(foreground: .rgb(0, 0, 1)), on: .dark, depth: .truecolor).foreground == 8)
  }

  @Test func contrastIsThatOfWCAG() {
    #expect(abs(Color.rgb(0, 0, 0).contrast(with: .rgb(255, 255, 255)) - 21) < 0.001)
    #expect(abs(Color.rgb(0x77, 0x77, 0x77).contrast(with: .rgb(255, 255, 255)) - 4.478) < 0.001)
  }
}
