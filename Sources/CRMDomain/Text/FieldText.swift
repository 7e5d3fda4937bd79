/// The one place where a field's value becomes text and text becomes a value again, in three forms: `show` for
/// reading, `edit` for a form, `plain` for files.
package enum FieldText {
  /// The time of day meant by a day alone where an instant is asked for: nine o'clock.
  package static let usualMinutes = 9 * 60

  /// As lists and details show it; empty for `none`.
  package static func show(_ value: FieldValue, as info: FieldInfo, in context: EntryContext) -> String {
    switch value {
    case .none: ""
    case .text(let text): info.choices.first { $0.value == text }?.label ?? text
    case .integer(let number): "\(number)"
    case .money(let hundredths): Money(hundredths: hundredths).display()
    case .flag(let flag): flag ? "yes" : "no"
    case .day(let day): DateText.short(day, today: context.today)
    case .instant(let instant): DateText.short(instant, now: context.now, calendar: context.calendar)
    case .reference(let id): info.target.flatMap { context.names($0, id) } ?? "#\(id)"
    case .tags(let tags): tags.joined(separator: ", ")
    case .object(let object):
      object.sorted { $0.key < $1.key }
        .map { "\(FieldInfo.label(for: $0.key)): \(FieldText.show($0.value))" }.joined(separator: ", ")
    }
  }

  private static func show(_ json: JSONValue) -> String {
    if case .string(let text) = json { text } else { json.text }
  }

  /// As a form offers it for editing; `parse` with the same context reads it back to the same value.
  package static func edit(_ value: FieldValue, as info: FieldInfo, in context: EntryContext) -> String {
    switch value {
    case .none, .text, .flag: show(value, as: info, in: context)
    case .integer(let number): "\(number)"
    case .money(let hundredths): edit(Money(hundredths: hundredths), in: context)
    case .day(let day): day.iso
    case .instant(let instant): edit(instant, in: context)
    case .reference(let id): editReference(id, as: info, in: context)
    case .tags(let tags): TagList.text(tags, separator: ", ")
    case .object(let object): JSONValue.object(object).text
    }
  }

  private static func edit(_ money: Money, in context: EntryContext) -> String {
    let text = money.hundredths % 100 == 0 ? String(money.decimal.dropLast(3)) : money.decimal
    return context.decimalComma ? String(text.map { $0 == "." ? "," : $0 }) : text
  }

  /// To the minute if that says it all, else as v1 writes it.
  private static func edit(_ instant: Instant, in context: EntryContext) -> String {
    let (day, hour, minute) = context.calendar.time(of: instant)
    let isWhole = context.calendar.instant(of: day, minutes: hour * 60 + minute) == instant
    return isWhole ? DateText.full(instant, calendar: context.calendar) : instant.iso
  }

  private static func editReference(_ id: Int64, as info: FieldInfo, in context: EntryContext) -> String {
    guard let kind = info.target, let name = context.names(kind, id), !name.hasPrefix("#"), name == name.trimmed,
      context.find(kind, name) == id
    else { return "#\(id)" }
    return name
  }

  /// Without loss and without a context, for CSV and JSON: ISO dates in UTC, decimals with two places, row ids.
  package static func plain(_ value: FieldValue, as info: FieldInfo) -> String {
    switch value {
    case .none: ""
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .money(let hundredths): Money(hundredths: hundredths).decimal
    case .flag(let flag): flag ? "true" : "false"
    case .day(let day): day.iso
    case .instant(let instant): instant.iso
    case .reference(let id): "\(id)"
    case .tags(let tags): TagList.text(tags, separator: ",")
    case .object(let object): JSONValue.object(object).text
    }
  }

  /// The value that `plain` wrote as `text`.
  ///
  /// A custom field keeps what it cannot read as text, as it does when it comes from a server.
  package static func read(plain text: String, as info: FieldInfo) throws(FieldProblem) -> FieldValue {
    guard !text.isEmpty else { return .none }
    if let value = value(ofPlain: text, as: info.kind) { return value }
    guard !info.isCustom else { return .text(text) }
    throw FieldProblem(info, "\(info.label) should be written as \(info.kind.plainForm)")
  }

  private static func value(ofPlain text: String, as kind: FieldKind) -> FieldValue? {
    switch kind {
    case .text, .longText, .email, .phone, .url, .choice: .text(text)
    case .integer: Int(text).map(FieldValue.integer)
    case .money: Money(decimal: text)?.fieldValue
    case .flag: ["true": .flag(true), "false": .flag(false)][text]
    case .day: Day(iso: text)?.fieldValue
    case .instant: Instant(iso: text)?.fieldValue
    case .reference: Int64(text).map(FieldValue.reference)
    case .tags: TagList.tags(text)?.fieldValue
    case .customFields: object(text)?.fieldValue
    }
  }

  private static func object(_ text: String) -> [String: JSONValue]? {
    do {
      if case .object(let object) = try JSONValue(parsing: text) { return object }
    } catch {
      return nil  // The caller says what it wanted instead.
    }
    return nil
  }
}

extension FieldInfo {
  /// What a reference field refers to.
  var target: EntityKind? { if case .reference(let kind) = kind { kind } else { nil } }
}

extension FieldKind {
  /// An example of the form `FieldText.plain` writes, for messages.
  fileprivate var plainForm: String {
    switch self {
    case .text, .longText, .email, .phone, .url, .choice: "text"
    case .integer: "a whole number, such as 42"
    case .money: "an amount, such as 12500.50"
    case .flag: "true or false"
    case .day: "a day, such as 2026-12-24"
    case .instant: "a time, such as 2026-12-24T09:00:00Z"
    case .reference: "the number of a record"
    case .tags: "tags parted by commas"
    case .customFields: "a JSON object"
    }
  }
}
