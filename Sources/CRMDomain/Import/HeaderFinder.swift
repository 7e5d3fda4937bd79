/// Tells which of the first rows name the columns.
enum HeaderFinder {
  /// Rows that name the columns, from 0 to 2, and how sure that is, from 0 to 1.
  static func headerRows(of rows: [[String]]) -> (count: Int, confidence: Double) {
    if isTwoRows(rows) { return (2, 0.8) }
    let (hasHeader, confidence) = hasHeader(rows)
    return (hasHeader ? 1 : 0, confidence)
  }

  private static func hasHeader(_ rows: [[String]]) -> (Bool, confidence: Double) {
    guard let first = rows.first else { return (false, 0.5) }
    let names = first.map { $0.trimmed }
    let profile = ColumnProfile(names)
    if profile.emails + profile.urls > 0 { return (false, 0.95) }
    let known = known(names)
    if known >= 2 || (known == 1 && names.count <= 2) { return (true, 0.98) }
    if profile.dates > 0 || profile.numbers > 0 || profile.phones > 0 { return (false, 0.85) }
    let filled = names.filter { !$0.isEmpty }
    guard !filled.isEmpty, Set(filled).count == filled.count else { return (false, 0.7) }
    let typed = names.indices.count { column in
      let values = ColumnProfile(rows.dropFirst().lazy.compactMap { column < $0.count ? $0[column] : nil })
      return values.share(values.numbers + values.dates + values.emails + values.urls) > 0.7
    }
    return (true, typed > 0 ? 0.9 : known > 0 ? 0.8 : 0.6)
  }

  /// Names of groups with gaps between them, above a row of names that are known.
  private static func isTwoRows(_ rows: [[String]]) -> Bool {
    guard rows.count > 2, rows[0].count == rows[1].count, rows[0].count > 2 else { return false }
    let (groups, names) = (rows[0].map(\.trimmed), rows[1].map(\.trimmed))
    let gaps = groups.count { $0.isEmpty }
    guard gaps > 0, gaps < groups.count, !names.contains(""), isNamed(groups), isNamed(names) else { return false }
    return known(names) >= 2 && known(names) > known(groups)
  }

  /// True if no cell looks like a value.
  private static func isNamed(_ row: [String]) -> Bool {
    let profile = ColumnProfile(row)
    return profile.emails + profile.urls + profile.dates + profile.numbers + profile.phones == 0
  }

  /// How many of the names mean a field.
  static func known(_ names: [String]) -> Int { names.count { isKnown($0) } }

  private static func isKnown(_ name: String) -> Bool {
    HeaderName(name).readings.contains { knownNames.contains($0.key) }
  }

  private static let knownNames: Set<String> = {
    let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task, .activity]
    let own = kinds.flatMap(\.fields).flatMap { $0.names + [$0.name, $0.label] }
    let synonyms = HeaderSynonyms.entries.map(\.words) + [HeaderSynonyms.fullName]
    let words = synonyms.flatMap { $0.split { $0 == "|" || $0 == "\n" } }.map(String.init)
    return Set((own + words).map(HeaderName.key))
  }()
}

/// Finds the row that the table begins with, below titles and dates.
struct PreambleFinder {
  let rows: [[String]]
  /// The rows' numbers in the file, which leave out its empty lines.
  let numbers: [Int]
  let columns: Int

  /// The index in `rows` of the header, or of the first data; `begin` is the first row as wide as the table.
  func start(_ begin: Int) -> Int {
    guard rows.indices.contains(begin), columns > 1 else { return begin }
    let above = aboveRagged(begin)
    return above < begin ? above : belowPaddedTitles(begin) ?? begin
  }

  /// Rows of other widths right above belong to the table, too: a header without a name for the last column, a row with
  /// a cell too many. A title is narrow, or stands apart.
  private func aboveRagged(_ begin: Int) -> Int {
    var start = begin
    while start > 0, HeaderFinder.known(rows[start]) < 2 {
      let above = rows[start - 1]
      let isNear = numbers[start - 1] + 1 == numbers[start] || HeaderFinder.known(above) >= 2
      guard isNear, above.count > 1, above.count * 2 >= columns else { break }
      start -= 1
    }
    return start
  }

  /// Spreadsheets fill titles up with empty cells: `Leads of November,,,`.
  private func belowPaddedTitles(_ begin: Int) -> Int? {
    guard columns > 2, let first = rows[begin...].firstIndex(where: { Self.filled($0) > 1 }), first > begin else {
      return nil
    }
    return HeaderFinder.known(rows[first]) >= 2 || Self.filled(rows[first]) == columns ? first : nil
  }

  private static func filled(_ row: [String]) -> Int { row.count { !$0.trimmed.isEmpty } }
}
