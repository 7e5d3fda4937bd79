import Glibc

/// A colour as a theme names it.
package enum Color: Hashable, Sendable {
  /// 0 to 15, as the user's terminal shows them.
  case ansi(UInt8)
  /// 16 to 255 of the 256 that xterm has: a cube of 6 steps a side and 24 greys.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)

  /// Red, green and blue from 0 to 255. For `.ansi` it is xterm's: what the user's palette holds is not known.
  package var components: (red: Int, green: Int, blue: Int) {
    switch self {
    case .ansi(let number): return Self.xterm16[Int(number & 15)]
    case .rgb(let red, let green, let blue): return (Int(red), Int(green), Int(blue))
    case .indexed(let number) where number >= 232:
      let grey = 8 + 10 * (Int(number) - 232)
      return (grey, grey, grey)
    case .indexed(let number):
      let place = max(0, Int(number) - 16)
      return (Self.cube[place / 36], Self.cube[place / 6 % 6], Self.cube[place % 6])
    }
  }

  static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red", "bright-green",
    "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
  ]

  private static let cube = [0, 95, 135, 175, 215, 255]

  private static let xterm16: [(red: Int, green: Int, blue: Int)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
  ]
}

extension Color {
  /// The nearest of the colours 16 to 255; the first 16 are the user's own and could be anything.
  package var nearestIndexed: UInt8 {
    switch self {
    case .ansi(let number), .indexed(let number): number
    case .rgb: Self.nearest(to: self, among: (16...255).map { .indexed($0) }, offset: 16)
    }
  }

  /// The nearest of the first 8 or 16.
  package func nearestANSI(of count: UInt8) -> UInt8 {
    if case .ansi(let number) = self { return number % count }
    return Self.nearest(to: self, among: (0..<count).map { .ansi($0) }, offset: 0)
  }

  private static func nearest(to color: Color, among candidates: [Color], offset: UInt8) -> UInt8 {
    let distances = candidates.map { $0.distance(to: color) }
    let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
    return UInt8(nearest) + offset
  }

  /// Square of a distance that weighs red and blue by how red the pair is ("redmean"), close to what eyes see.
  private func distance(to other: Color) -> Int {
    let (one, two) = (components, other.components)
    let mean = (one.red + two.red) / 2
    let (red, green, blue) = (one.red - two.red, one.green - two.green, one.blue - two.blue)
    return (512 + mean) * red * red / 256 + 4 * green * green + (767 - mean) * blue * blue / 256
  }

  /// Relative luminance, 0 for black to 1 for white (WCAG 2.2).
  package var luminance: Double {
    func linear(_ value: Int) -> Double {
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(components.red) + 0.7152 * linear(components.green) + 0.0722 * linear(components.blue)
  }

  /// 1 for two colours alike to 21 for black on white (WCAG 2.2).
  package func contrast(with other: Color) -> Double {
    let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)
  }
}
