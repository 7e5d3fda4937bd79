import CRMDomain
import GRDB

/// How a field's value is kept in its column.
///
/// Money is an integer of hundredths, an instant an integer of microseconds, a day ISO text, tags and custom fields
/// JSON text, emptiness NULL. A value of an unexpected type is read as text, so that nothing is hidden.
enum StoredValue {
  static func encode(_ value: FieldValue) -> DatabaseValue {
    switch value {
    case .none: .null
    case .text(let text): withoutNUL(text).databaseValue
    case .integer(let number), .money(let number): number.databaseValue
    case .flag(let flag): (flag ? 1 : 0).databaseValue
    case .day(let day): day.iso.databaseValue
    case .instant(let instant): instant.microseconds.databaseValue
    case .reference(let id): id.databaseValue
    case .tags(let tags): JSONValue.array(tags.map(JSONValue.string)).text.databaseValue
    case .object(let object): JSONValue.object(object).text.databaseValue
    }
  }

  /// SQLite's texts end at a NUL, so each is a space instead: what comes after it would be lost.
  static func withoutNUL(_ text: String) -> String {
    text.utf8.contains(0) ? String(text.unicodeScalars.map { $0 == "\0" ? " " : Character($0) }) : text
  }

  static func decode(_ value: DatabaseValue, as kind: FieldKind) -> FieldValue {
    switch value.storage {
    case .null: .none
    case .int64(let number): decode(number, as: kind)
    case .double(let number): decode(Int64(clamping: Int(exactly: number.rounded()) ?? 0), as: kind)
    case .string(let text): decode(text, as: kind)
    case .blob: .none
    }
  }

  static func decode(_ number: Int64, as kind: FieldKind) -> FieldValue {
    switch kind {
    case .money: .money(Int(number))
    case .flag: .flag(number != 0)
    case .instant: .instant(Instant(microseconds: number))
    case .reference: .reference(number)
    case .integer: .integer(Int(number))
    default: .text(String(number))
    }
  }

  static func decode(_ text: String, as kind: FieldKind) -> FieldValue {
    switch kind {
    case .day: Day(iso: text).map(FieldValue.day) ?? .text(text)
    case .tags: tags(text)
    case .customFields: object(text)
    default: text.isEmpty ? .none : .text(text)
    }
  }

  private static func tags(_ text: String) -> FieldValue {
    guard case .array(let items)? = json(text) else { return .tags([text]) }
    let tags = items.map { if case .string(let tag) = $0 { tag } else { $0.text } }
    return tags.isEmpty ? .none : .tags(tags)
  }

  private static func object(_ text: String) -> FieldValue {
    guard case .object(let object)? = json(text) else { return .none }
    return object.isEmpty ? .none : .object(object)
  }

  /// nil where the column does not hold JSON; the caller shows the text itself then.
  private static func json(_ text: String) -> JSONValue? {
    do { return try JSONValue(parsing: text) } catch { return nil }
  }
}

extension FieldKind {
  /// The declared type of the field's column.
  var columnType: String {
    switch self {
    case .text, .longText, .email, .phone, .url, .choice, .day, .tags, .customFields: "TEXT"
    case .integer, .money, .flag, .instant, .reference: "INTEGER"
    }
  }
}
