extension PersonName {
  /// Words that begin a family name: "Vincent van Gogh", "María de la Cruz".
  private static let particles: Set<String> = [
    "van", "von", "de", "der", "den", "da", "dos", "das", "do", "del", "della", "di", "du", "la", "le", "al", "el",
    "bin",
    "ibn", "zu", "zum", "zur", "ter", "ten", "af", "av",
  ]

  /// First and last name of "Ada Lovelace", "Lovelace, Ada", "Vincent van Gogh" or "山田 太郎".
  ///
  /// A single word is taken for the last name, which letters and lists need more.
  package static func split(_ name: String) -> (first: String, last: String) {
    if let comma = name.firstIndex(where: { $0 == "," || $0 == "、" }) {
      return (String(name[name.index(after: comma)...]).trimmed, String(name[..<comma]).trimmed)
    }
    let words = name.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count > 1 else { return ("", name) }
    if words[0].unicodeScalars.allSatisfy({ (0x3040...0x9FFF).contains($0.value) }) {
      return (words.dropFirst().joined(separator: " "), words[0])
    }
    let begin = words.indices.dropFirst().dropLast().first { particles.contains(words[$0].lowercased()) }
    let family = begin ?? words.count - 1
    return (words[..<family].joined(separator: " "), words[family...].joined(separator: " "))
  }
}
