/// The fields a query may name, by every name they answer to.
struct QueryFields {
  let infos: [FieldInfo]
  /// For each field the names by which it is found, its key first.
  let names: [[String]]
  private let positions: [String: Int]

  init(_ infos: [FieldInfo]) {
    let all = infos.map { $0.names.map(QueryFields.normal) }
    var positions: [String: Int] = [:]
    for (index, names) in all.enumerated() where positions[names[0]] == nil { positions[names[0]] = index }
    for (index, names) in all.enumerated() {
      for name in names where positions[name] == nil { positions[name] = index }
    }
    self.infos = infos
    self.positions = positions
    names = all.enumerated().map { index, names in names.filter { positions[$0] == index } }
  }

  /// The name a rep would choose for each field: a key of one word, or else the label (`owner` for `assigned_to`), or
  /// else the shortest name (`created` for `created_at`).
  func usualName(at index: Int, among names: [String]) -> String? {
    let key = QueryFields.normal(infos[index].key)
    let label = QueryFields.normal(infos[index].label)
    if !key.contains("_"), names.contains(key) { return key }
    if label != key, names.contains(label) { return label }
    return names.min { $0.count < $1.count }
  }

  /// The usual name of the field with that key, or the key as it can be typed.
  func usualName(of key: String) -> String {
    let key = QueryFields.normal(key)
    guard let index = positions[key] else { return key }
    return usualName(at: index, among: names[index]) ?? key
  }

  /// The field that answers to `name`, in any case; keys come before aliases.
  func named(_ name: String) -> FieldInfo? {
    positions[QueryFields.normal(name)].map { infos[$0] }
  }

  /// A name as it can be typed before a colon: lower case, with `_` for everything but letters, digits and dots.
  static func normal(_ name: String) -> String {
    var typed = String.UnicodeScalarView()
    for scalar in name.lowercased().unicodeScalars {
      let properties = scalar.properties
      let isLetter = properties.isAlphabetic || properties.numericType != nil || scalar == "."
      typed.append(isLetter ? scalar : "_")
    }
    return String(typed)
  }

  /// The name most like `word` among these, or nil if none is like it.
  static func nearest(to word: String, among names: [String]) -> String? {
    let word = normal(word)
    let close = names.map { (name: $0, distance: distance(word, normal($0))) }.min { $0.distance < $1.distance }
    if let close, close.distance <= max(1, word.count / 3) { return close.name }
    return names.first { word.count > 1 && normal($0).hasPrefix(word) }
  }

  /// How many letters must be changed, added, left out or swapped with the next to get from one word to the other.
  private static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.prefix(40)), Array(right.prefix(40)))
    var rows = [Array(0...right.count)]
    for (i, letter) in left.enumerated() {
      var row = [i + 1]
      for (j, other) in right.enumerated() {
        var best = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
