/// A file, and the line in it if that is known.
package struct ThemePlace: Hashable, Sendable {
  package var path: String
  package var line: Int?
}

/// Why a theme cannot be used.
package struct ThemeProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let place: ThemePlace
  package let sentence: String

  init(_ place: ThemePlace, _ sentence: String) {
    self.place = place
    self.sentence = sentence
  }

  package var description: String { "\(place.path)\(place.line.map { ":\($0)" } ?? ""): \(sentence)" }
}
