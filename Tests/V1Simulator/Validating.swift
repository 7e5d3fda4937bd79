import CRMDomain

/// Field errors in the shape of Django REST framework: the field's name, then its messages.
struct FieldErrors: Error {
  var messages: [String: [String]] = [:]
  var json: JSONValue { .object(messages.mapValues { .array($0.map(JSONValue.string)) }) }
}

/// One message about one field.
private struct Invalid: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

extension V1Server {
  /// The values of a body as the serializer of `resource` takes them; unknown and read-only fields are dropped.
  ///
  /// `row` is the row it changes, or nil for a new one. `isWhole` asks for every required field.
  func validated(
    _ body: [String: JSONValue], _ resource: V1Resource, changing row: V1Row?, isWhole: Bool,
  ) throws(FieldErrors) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    var errors = FieldErrors()
    for field in resource.fields where !field.isReadOnly {
      guard let given = body[field.name] else {
        if isWhole, field.isRequired { errors.messages[field.name] = ["This field is required."] }
        continue
      }
      do {
        values[field.name] = try value(given, of: field, resource, row)
      } catch {
        errors.messages[field.name] = [error.message]
      }
    }
    guard errors.messages.isEmpty else { throw errors }
    return values
  }

  private func value(
    _ given: JSONValue, of field: V1Field, _ resource: V1Resource, _ row: V1Row?,
  ) throws(Invalid) -> JSONValue {
    if given == .null {
      let isAccepted =
        field.isText ? field.isNullable && quirks.acceptsNullText : field.isNullable && field.kind != .json
      guard isAccepted else { throw Invalid("This field may not be null.") }
      return .null
    }
    switch field.kind {
    case .text, .email, .url: return .string(try text(given, field, resource, row))
    case .choice(let choices): return .string(try choice(given, choices, field))
    case .numbers(let numbers): return .integer(try number(given, among: numbers))
    case .integer: return .integer(try integer(given))
    case .decimal: return try decimal(given, field)
    case .date: return try date(given, field)
    case .datetime: return try datetime(given, field)
    case .user: return try key(given) { id in users.contains { $0.id == id } }
    case .contact: return try key(given) { tables[.contacts]?.rows[$0] != nil }
    case .json: return given
    }
  }

  private func plain(_ given: JSONValue) throws(Invalid) -> String {
    switch given {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .bool, .array, .object, .null: throw Invalid("Not a valid string.")
    }
  }

  private func text(
    _ given: JSONValue, _ field: V1Field, _ resource: V1Resource, _ row: V1Row?,
  ) throws(Invalid) -> String {
    var text = try plain(given)
    if text.utf8.contains(0) { throw Invalid("Null characters are not allowed.") }
    if quirks.trimsText { text = text.trimmed }
    if text.isEmpty, field.refusesBlank { throw Invalid("This field may not be blank.") }
    if let limit = field.limit, text.unicodeScalars.count > limit {
      throw Invalid("Ensure this field has no more than \(limit) characters.")
    }
    if field.kind == .email, !text.isEmpty, !EmailAddress.isValid(text) {
      throw Invalid("Enter a valid email address.")
    }
    if field.kind == .url, !text.isEmpty, !text.hasPrefix("http://"), !text.hasPrefix("https://") {
      throw Invalid("Enter a valid URL.")
    }
    if field.isUnique, isTaken(text, field.name, resource, by: row) {
      throw Invalid("\(resource.noun) with this \(field.name) already exists.")
    }
    return text
  }

  func isTaken(_ text: String, _ name: String, _ resource: V1Resource, by row: V1Row?) -> Bool {
    tables[resource]?.rows.values.contains { $0.id != row?.id && $0[name] == .string(text) } ?? false
  }

  private func choice(_ given: JSONValue, _ choices: [String], _ field: V1Field) throws(Invalid) -> String {
    let text = try plain(given)
    if text.isEmpty, field.isNullable { return "" }
    guard choices.contains(text) else { throw Invalid("\"\(text)\" is not a valid choice.") }
    return text
  }

  private func number(_ given: JSONValue, among numbers: [Int]) throws(Invalid) -> Int {
    let text = try plain(given)
    guard let number = Int(text), numbers.contains(number) else { throw Invalid("\"\(text)\" is not a valid choice.") }
    return number
  }

  private func integer(_ given: JSONValue) throws(Invalid) -> Int {
    switch given {
    case .integer(let number): return number
    case .string(let text):
      guard let number = Int(text.trimmed) else { throw Invalid("A valid integer is required.") }
      return number
    case .number, .bool, .array, .object, .null: throw Invalid("A valid integer is required.")
    }
  }

  private func decimal(_ given: JSONValue, _ field: V1Field) throws(Invalid) -> JSONValue {
    let text = try plainNumber(given)
    if text.isEmpty, field.isNullable { return .null }
    guard let number = Double(text), number.isFinite else { throw Invalid("A valid number is required.") }
    if abs(number) >= 1e10 { throw Invalid("Ensure that there are no more than 10 digits before the decimal point.") }
    guard let money = Money(decimal: text) else {
      throw Invalid("Ensure that there are no more than 2 decimal places.")
    }
    return .string(money.decimal)
  }

  private func plainNumber(_ given: JSONValue) throws(Invalid) -> String {
    switch given {
    case .string(let text): text.trimmed
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .bool, .array, .object, .null: throw Invalid("A valid number is required.")
    }
  }

  private func date(_ given: JSONValue, _ field: V1Field) throws(Invalid) -> JSONValue {
    guard let text = given.string, let day = Day(iso: text) else {
      throw Invalid("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")
    }
    return .string(day.iso)
  }

  private func datetime(_ given: JSONValue, _ field: V1Field) throws(Invalid) -> JSONValue {
    guard let text = given.string, let instant = Instant(iso: text) else {
      let form = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]"
      throw Invalid("Datetime has wrong format. Use one of these formats instead: \(form).")
    }
    return .string(instant.iso)
  }

  private func key(_ given: JSONValue, _ exists: (Int) -> Bool) throws(Invalid) -> JSONValue {
    guard let id = given.integer ?? given.string.flatMap({ Int($0) }) else {
      throw Invalid("Incorrect type. Expected pk value, received \(given.string == nil ? "dict" : "str").")
    }
    guard exists(id) else { throw Invalid("Invalid pk \"\(id)\" - object does not exist.") }
    return .integer(id)
  }
}
