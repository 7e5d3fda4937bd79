/// What one field of one record holds, whatever the entity.
///
/// `none` is the only emptiness: an empty text, an empty list of tags and an unset date are all `none`.
package enum FieldValue: Hashable, Sendable {
  case none
  case text(String)
  case integer(Int)
  /// Hundredths of the record's currency.
  case money(Int)
  case flag(Bool)
  case day(Day)
  case instant(Instant)
  /// The local row id of a record of the kind the field names.
  case reference(Int64)
  case tags([String])
  case object([String: JSONValue])

  package var isEmpty: Bool { if case .none = self { true } else { false } }

  /// The text held, or nil for any other kind of value.
  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}

/// A property type a `Field` can carry.
package protocol FieldRepresentable: Sendable, Hashable {
  init(fieldValue: FieldValue)
  var fieldValue: FieldValue { get }
}

extension String: FieldRepresentable {
  package init(fieldValue: FieldValue) { self = fieldValue.text ?? "" }
  package var fieldValue: FieldValue { isEmpty ? .none : .text(self) }
}

extension Int: FieldRepresentable {
  package init(fieldValue: FieldValue) {
    if case .integer(let number) = fieldValue { self = number } else { self = 0 }
  }
  package var fieldValue: FieldValue { .integer(self) }
}

extension Bool: FieldRepresentable {
  package init(fieldValue: FieldValue) { self = fieldValue == .flag(true) }
  package var fieldValue: FieldValue { .flag(self) }
}

extension Array: FieldRepresentable where Element == String {
  package init(fieldValue: FieldValue) {
    if case .tags(let tags) = fieldValue { self = tags } else { self = [] }
  }
  package var fieldValue: FieldValue { isEmpty ? .none : .tags(self) }
}

extension Dictionary: FieldRepresentable where Key == String, Value == JSONValue {
  package init(fieldValue: FieldValue) {
    if case .object(let object) = fieldValue { self = object } else { self = [:] }
  }
  package var fieldValue: FieldValue { isEmpty ? .none : .object(self) }
}

/// An unset value is `none`; a set one is what the wrapped type says.
extension Optional: FieldRepresentable where Wrapped: FieldRepresentable {
  package init(fieldValue: FieldValue) { self = fieldValue.isEmpty ? nil : Wrapped(fieldValue: fieldValue) }
  package var fieldValue: FieldValue { self?.fieldValue ?? .none }
}

/// The local row id of a record of type `R`; never sent to a server.
package struct Identifier<R: Record>: RawRepresentable, Hashable, Sendable, FieldRepresentable {
  package var rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package init(_ rawValue: Int64) { self.rawValue = rawValue }
  package init(fieldValue: FieldValue) {
    if case .reference(let id) = fieldValue { self.init(id) } else { self.init(0) }
  }
  package var fieldValue: FieldValue { rawValue == 0 ? .none : .reference(rawValue) }
}

/// An amount in hundredths of a currency that the record names elsewhere.
package struct Money: Hashable, Comparable, Sendable, FieldRepresentable {
  package var hundredths: Int
  package init(hundredths: Int) { self.hundredths = hundredths }
  package init(fieldValue: FieldValue) {
    if case .money(let amount) = fieldValue { self.init(hundredths: amount) } else { self.init(hundredths: 0) }
  }
  package var fieldValue: FieldValue { .money(hundredths) }
  package static func < (left: Money, right: Money) -> Bool { left.hundredths < right.hundredths }
}

/// A value of a JSON document, with the integers kept apart from the other numbers.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}
