/// What a rep may want to type next.
package struct Completion: Hashable, Sendable {
  /// What to put in the place of `range`.
  package var text: String
  /// UTF-8 bytes of the query's text.
  package var range: Range<Int>
  /// A few words about it: the field's label, the rule of a flag.
  package var detail: String
  /// How many records have the value, if that is known.
  package var count: Int?

  /// The query's text with this in its place, and the cursor after it.
  package func applied(to query: String) -> (text: String, cursor: Int) {
    let bytes = Array(query.utf8)
    let completed = bytes[..<range.lowerBound] + text.utf8 + bytes[range.upperBound...]
    return (String(decoding: completed, as: UTF8.self), range.lowerBound + text.utf8.count)
  }
}

extension QueryParser {
  /// Values in use of a field whose text begins with what is typed, most used first.
  package typealias ValuesInUse = (FieldInfo, String) -> [(value: String, count: Int)]

  /// What fits at `cursor`, a number of UTF-8 bytes, best first.
  package func completions(
    for text: String, cursor: Int, values: ValuesInUse = { _, _ in [] },
  ) -> [Completion] {
    let cursor = min(max(cursor, 0), text.utf8.count)
    let slot =
      items(of: text).last { $0.range.lowerBound < cursor && cursor <= $0.range.upperBound }
      .map { QuerySlot($0, cursor: cursor) } ?? .start(Typed("", at: cursor..<cursor))
    switch slot {
    case .start(let typed): return starts(typed)
    case .name(let typed): return names(typed)
    case .value(let name, let typed): return self.values(of: name, typed, values)
    case .nothing: return []
    }
  }

  /// Fields with a colon, rules, and the words before a colon that are no fields.
  private func starts(_ typed: Typed) -> [Completion] {
    let fields = names(typed).map { field in
      var field = field
      field.text += ":"
      return field
    }
    let flags = QueryFlag.flags(for: kind).filter { typed.begins($0.rawValue) }
      .map { typed.completion($0.rawValue, $0.documentation) }
    let words = [
      ("has:", "Records where a field is filled in"), ("sort:", "The order of the list"),
      ("group:", "Groups of the list"),
    ]
    .filter { typed.begins($0.0) }.map { typed.completion($0.0, $0.1) }
    return fields + flags + words
  }

  /// The usual name of each field, among those that fit.
  private func names(_ typed: Typed, _ isWanted: (FieldInfo) -> Bool = { _ in true }) -> [Completion] {
    fields.infos.indices.compactMap { index in
      let info = fields.infos[index]
      guard info.kind != .customFields, isWanted(info) else { return nil }
      let fitting = fields.names[index].filter(typed.begins)
      return fields.usualName(at: index, among: fitting).map { typed.completion($0, info.label) }
    }
  }

  private func values(of name: String, _ typed: Typed, _ used: ValuesInUse) -> [Completion] {
    switch QueryWord(rawValue: name.lowercased()) {
    case .has: return names(typed)
    case .sort: return sortKeys(typed)
    case .group: return groupKeys(typed)
    case .is:
      return QueryFlag.flags(for: kind).filter { typed.begins($0.rawValue) }
        .map { typed.completion($0.rawValue, $0.documentation) }
    case nil: break
    }
    guard let info = fields.named(name) else { return [] }
    return offers(of: info, typed, used)
  }

  private func sortKeys(_ typed: Typed, _ isWanted: (FieldInfo) -> Bool = { _ in true }) -> [Completion] {
    guard typed.text.hasPrefix("-") else { return names(typed, isWanted) }
    let name = Typed(String(typed.text.dropFirst()), at: typed.range.lowerBound + 1..<typed.range.upperBound)
    return names(name, isWanted).map { field in
      var field = field
      field.detail += ", downwards"
      return field
    }
  }

  /// Fields worth grouping by, and the stretches of time after a date and a stroke.
  private func groupKeys(_ typed: Typed) -> [Completion] {
    let parts = typed.text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count < 2 else {
      let start = typed.range.upperBound - parts[1].utf8.count
      let period = Typed(String(parts[1]), at: start..<typed.range.upperBound)
      return Period.allCases.filter { period.begins($0.rawValue) }
        .map { period.completion($0.rawValue, "Dates by \($0.rawValue)") }
    }
    return sortKeys(typed, \.isGroupable)
  }

  private func offers(of info: FieldInfo, _ typed: Typed, _ used: ValuesInUse) -> [Completion] {
    let used = used(info, typed.text)
    let counts = Dictionary(used.map { ($0.value, $0.count) }) { first, _ in first }
    let fixed = info.fixedValues.filter { typed.begins($0.value) || typed.begins($0.detail) }
    let others = used.filter { other in typed.begins(other.value) && !fixed.contains { $0.value == other.value } }
    return fixed.map { typed.completion(QueryText.value($0.value), $0.detail, counts[$0.value]) }
      + others.map { typed.completion(QueryText.value($0.value), info.label, $0.count) }
  }
}

/// What is typed before the cursor, and the stretch of text it belongs to.
private struct Typed {
  let text: String
  let range: Range<Int>
  private let folded: String

  init(_ text: String, at range: Range<Int>) {
    self.text = text
    self.range = range
    folded = Choice.folded(text)
  }

  /// Whether `candidate` begins like this, without case and accents.
  func begins(_ candidate: String) -> Bool {
    folded.isEmpty || Choice.folded(candidate).utf8.starts(with: folded.utf8)
  }

  func completion(_ text: String, _ detail: String, _ count: Int? = nil) -> Completion {
    Completion(text: text, range: range, detail: detail, count: count)
  }
}

/// What the cursor is in.
private enum QuerySlot {
  case start(Typed)
  case name(Typed)
  case value(name: String, Typed)
  case nothing

  init(_ item: QueryItem, cursor: Int) {
    switch item.body {
    case .phrase: self = .nothing
    case .word(let piece):
      self = piece.isPlain && cursor >= piece.range.lowerBound ? .start(Typed(piece, upTo: cursor)) : .nothing
    case .values(let name, let values): self.init(name, values, cursor)
    case .compare(let name, _, let value): self.init(name, value.map { [$0] } ?? [], cursor)
    case .between(let name, let lower, let upper): self.init(name, [lower, upper].compactMap { $0 }, cursor)
    }
  }

  private init(_ name: QueryItem.Piece, _ values: [QueryItem.Piece], _ cursor: Int) {
    if cursor <= name.range.upperBound {
      self = cursor < name.range.lowerBound ? .nothing : .name(Typed(name, upTo: cursor))
    } else if let value = values.last(where: { $0.range.lowerBound <= cursor && cursor <= $0.range.upperBound }) {
      self = .value(name: name.text, Typed(value, upTo: cursor))
    } else {
      self = .value(name: name.text, Typed("", at: cursor..<cursor))
    }
  }
}

extension Typed {
  /// The part of `piece` before the cursor; all of it if quotes or backslashes make the two differ in length.
  init(_ piece: QueryItem.Piece, upTo cursor: Int) {
    let text = piece.isPlain ? Substring(piece.text.utf8.prefix(cursor - piece.range.lowerBound)) : piece.text[...]
    self.init(String(text), at: piece.range)
  }
}

extension FieldInfo {
  /// The values every rep may type into the field, whatever is stored.
  fileprivate var fixedValues: [(value: String, detail: String)] {
    switch kind {
    case .choice(let choices): choices.map { ($0.value, $0.label) }
    case .flag: [("yes", label), ("no", "Not \(label.lowercased())")]
    case .reference(.user): [("me", "You"), ("none", "Nobody")]
    case .reference: [("none", "None")]
    case .day, .instant: dates
    case .text, .longText, .email, .phone, .url, .integer, .money, .tags, .customFields: []
    }
  }

  private var dates: [(value: String, detail: String)] {
    let near = looksBack ? "yesterday" : "tomorrow"
    let turn = looksBack ? "last" : "next"
    return [
      ("today", "Today"), (near, near == "yesterday" ? "Yesterday" : "Tomorrow"), ("this week", "Monday to Sunday"),
      ("\(turn) week", "Monday to Sunday"), ("this month", "This month"), ("\(turn) month", "The whole month"),
      ("7d", "\(turn) 7 days"), ("30d", "\(turn) 30 days"), ("this quarter", "This quarter"),
      ("this year", "This year"),
    ]
  }
}
