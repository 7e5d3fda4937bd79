extension FieldValue {
  /// The value of a custom field read from the JSON it is stored as. A value of another shape than the field's kind is
  /// kept as text, so that it can be seen.
  package init(custom json: JSONValue, kind: FieldKind) {
    switch (json, kind) {
    case (.null, _), (.string(""), _): self = .none
    case (.array(let items), .tags): self = items.map(\.plainText).fieldValue
    case (_, .tags): self = .tags([json.plainText])
    case (.bool(let flag), .flag): self = .flag(flag)
    case (.integer(let number), .integer): self = .integer(number)
    case (.integer, .money), (.number, .money):
      self = Money(decimal: json.text).map { .money($0.hundredths) } ?? .text(json.text)
    case (.string(let text), .day): self = Day(iso: text).map(FieldValue.day) ?? .text(text)
    case (.string(let text), .instant): self = Instant(iso: text).map(FieldValue.instant) ?? .text(text)
    case (.string(let text), .money): self = Money(decimal: text).map { .money($0.hundredths) } ?? .text(text)
    case (.string, _), (.bool, _), (.integer, _), (.number, _), (.array, _), (.object, _): self = .text(json.plainText)
    }
  }

  /// The value as JSON, in `custom_fields` and on the wire: decimals and dates are strings.
  package var json: JSONValue {
    switch self {
    case .none: .null
    case .text(let text): .string(text)
    case .integer(let number): .integer(number)
    case .money(let hundredths): .string(Money(hundredths: hundredths).decimal)
    case .flag(let flag): .bool(flag)
    case .day(let day): .string(day.iso)
    case .instant(let instant): .string(instant.iso)
    case .reference(let id): .integer(Int(id))
    case .tags(let tags): .array(tags.map(JSONValue.string))
    case .object(let object): .object(object)
    }
  }
}

extension JSONValue {
  /// A text as it is, anything else as JSON writes it.
  var plainText: String { if case .string(let text) = self { text } else { text } }
}

extension FieldKind {
  /// The word a custom field's kind is stored as, and called by in a plan.
  package var customType: String {
    switch self {
    case .text, .reference, .customFields: "text"
    case .longText: "textarea"
    case .email: "email"
    case .phone: "phone"
    case .url: "url"
    case .choice: "select"
    case .integer: "number"
    case .money: "decimal"
    case .flag: "boolean"
    case .day: "date"
    case .instant: "datetime"
    case .tags: "multiselect"
    }
  }

  /// - Parameter choices: a line each.
  package init(customType: String, choices: String) {
    self =
      switch customType {
      case "textarea": .longText
      case "email": .email
      case "phone": .phone
      case "url": .url
      case "select", "radio": .choice(choices.split(separator: "\n").map { Choice(String($0)) })
      case "number": .integer
      case "decimal": .money
      case "boolean", "checkbox": .flag
      case "date": .day
      case "datetime": .instant
      case "multiselect": .tags
      default: .text
      }
  }
}
