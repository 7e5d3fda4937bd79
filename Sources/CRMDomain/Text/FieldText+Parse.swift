extension FieldText {
  /// The value a rep means by `text`; empty text is `none`.
  ///
  /// Text that `current` would be offered as is `current` again, whatever it is: a value that came from elsewhere and
  /// does not fit the field must survive an edit of its neighbours.
  package static func parse(
    _ text: String, as info: FieldInfo, in context: EntryContext, current: FieldValue = .none,
  ) throws(FieldProblem) -> FieldValue {
    if !current.isEmpty, text == edit(current, as: info, in: context) { return current }
    let text = text.trimmed
    guard !text.isEmpty else { return .none }
    do {
      return try FieldEntry(info: info, context: context).value(text)
    } catch {
      throw FieldProblem(info, error.message)
    }
  }
}

/// Reads the text typed into one field.
private struct FieldEntry {
  let info: FieldInfo
  let context: EntryContext

  func value(_ text: String) throws(EntryProblem) -> FieldValue {
    switch info.kind {
    case .text, .longText: try checked(text)
    case .email, .phone: try checked(text)
    case .url: try checked(WebAddress.completed(text))
    case .choice(let choices): .text(try choice(text, of: choices))
    case .integer: .integer(try integer(text))
    case .money: .money(try money(text))
    case .flag: .flag(try flag(text))
    case .day: .day(try day(text))
    case .instant: .instant(try instant(text))
    case .reference(let kind): .reference(try reference(text, to: kind))
    case .tags: try tags(text)
    case .customFields: throw EntryProblem("\(info.label) are edited one by one")
    }
  }

  private func checked(_ text: String) throws(EntryProblem) -> FieldValue {
    if let message = Validation.message(for: .text(text), as: info) { throw EntryProblem(message) }
    return .text(text)
  }

  /// The choice that has `text` as its value or label, or is the only one that begins with it.
  private func choice(_ text: String, of choices: [Choice]) throws(EntryProblem) -> String {
    let typed = SearchText.fold(text)
    let exact =
      choices.first { $0.value == text }
      ?? choices.first { SearchText.fold($0.value) == typed || SearchText.fold($0.label) == typed }
    if let exact { return exact.value }
    let begun = choices.filter {
      SearchText.fold($0.value).hasPrefix(typed) || SearchText.fold($0.label).hasPrefix(typed)
    }
    if begun.count == 1, !typed.isEmpty { return begun[0].value }
    throw EntryProblem("\(info.label) is one of: \(choices.map(\.label).joined(separator: ", "))")
  }

  private func integer(_ text: String) throws(EntryProblem) -> Int {
    let digits = (text.hasSuffix("%") ? String(text.dropLast()) : text).trimmed
    guard let number = Int(digits) else { throw EntryProblem("\(info.label) is a whole number, such as 42") }
    if let message = Validation.message(for: .integer(number), as: info) { throw EntryProblem(message) }
    return number
  }

  private func money(_ text: String) throws(EntryProblem) -> Int {
    let (amount, currency) = try Money.parse(text, decimalComma: context.decimalComma)
    if let currency, !context.currency.isEmpty, currency != context.currency {
      throw EntryProblem("\(info.label) is in \(context.currency) here; change the currency to enter \(currency)")
    }
    return amount.hundredths
  }

  private func flag(_ text: String) throws(EntryProblem) -> Bool {
    switch text.lowercased() {
    case "yes", "y", "true", "1", "on": true
    case "no", "n", "false", "0", "off": false
    default: throw EntryProblem("\(info.label) is yes or no")
    }
  }

  private func date(_ text: String) throws(EntryProblem) -> DateEntry {
    try DateEntry.parse(text, now: context.now, calendar: context.calendar, dayFirst: context.dayFirst)
  }

  private func day(_ text: String) throws(EntryProblem) -> Day {
    let entry = try date(text)
    guard entry.minutes == nil || text.lowercased() == "now" else {
      throw EntryProblem("\(info.label) is a day without a time, such as fri or 24 dec")
    }
    return entry.day
  }

  private func instant(_ text: String) throws(EntryProblem) -> Instant {
    if text.hasSuffix("Z"), let instant = Instant(iso: text) { return instant }
    return try date(text).instant(in: context.calendar, usualMinutes: FieldText.usualMinutes)
  }

  private func reference(_ text: String, to kind: EntityKind) throws(EntryProblem) -> Int64 {
    if text.hasPrefix("#"), let id = Int64(text.dropFirst()), id > 0 { return id }
    if let id = context.find(kind, text) { return id }
    throw EntryProblem("There is no \(kind.word) called “\(text)”")
  }

  private func tags(_ text: String) throws(EntryProblem) -> FieldValue {
    guard let tags = TagList.tags(text) else {
      throw EntryProblem("A quote is not closed; tags are parted by commas, such as expo, vip")
    }
    var seen: Set<String> = []
    return tags.filter { seen.insert($0).inserted }.fieldValue
  }
}

extension EntityKind {
  /// What a rep calls one of them.
  fileprivate var word: String { self == .opportunity ? "deal" : rawValue }
}
