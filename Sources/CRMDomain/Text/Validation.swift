/// Whether a record may be saved, and sent to a v1 server: the form and size of what it holds, not its sense.
///
/// Values outside the choices of a field are no problem: they came from somewhere and are kept.
package enum Validation {
  /// What has to be put right before `record` is saved, in the order of its fields.
  package static func problems<R: Record>(in record: R) -> [FieldProblem] {
    R.schema.fields.compactMap { field in
      field.info.isReadOnly ? nil : problem(with: field.get(record), as: field.info)
    }
  }

  /// What is wrong with `value` in that field, or nil.
  package static func problem(with value: FieldValue, as info: FieldInfo) -> FieldProblem? {
    message(for: value, as: info).map { FieldProblem(info, $0) }
  }

  static func message(for value: FieldValue, as info: FieldInfo) -> String? {
    switch value {
    case .none: info.isRequired ? "\(info.label) is missing" : nil
    case .text(let text): message(for: text, as: info)
    case .integer(let number): message(for: number, as: info)
    case .money(let hundredths):
      hundredths.magnitude > Money.limit.hundredths.magnitude
        ? "\(info.label) has at most \(Money.maximumDigits) digits before the decimal point" : nil
    case .flag, .day, .instant, .reference, .tags, .object: nil
    }
  }

  private static func message(for number: Int, as info: FieldInfo) -> String? {
    guard let range = info.range, !range.contains(number) else { return nil }
    return "\(info.label) is from \(range.lowerBound) to \(range.upperBound)"
  }

  private static func message(for text: String, as info: FieldInfo) -> String? {
    if text.isBlank { return info.isRequired ? "\(info.label) is missing" : nil }
    if let message = formMessage(for: text, as: info) { return message }
    // Code points, which is what v1 counts.
    guard let limit = info.limit, text.utf8.count > limit, text.unicodeScalars.count > limit else { return nil }
    return "\(info.label) has \(text.unicodeScalars.count) characters; at most \(limit) fit"
  }

  private static func formMessage(for text: String, as info: FieldInfo) -> String? {
    switch info.kind {
    case .email where !EmailAddress.isValid(text):
      "\(info.label) needs an @ and a domain, like ada@example.com"
    case .phone where !Phone.isValid(text):
      "\(info.label) has at most \(Phone.maximumLength) digits, spaces and + ( ) - . / or ext, like +44 20 7946 0958"
    case .url where !WebAddress.isValid(text):
      "\(info.label) is a web address, like https://example.com"
    case .text, .longText, .email, .phone, .url, .choice, .integer, .money, .flag, .day, .instant, .reference, .tags,
      .customFields:
      nil
    }
  }
}
