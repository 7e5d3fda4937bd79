import CRMDomain

/// Records in v1's JSON: the shape servers answer and `--json` prints (V1 contract, section 5).
///
/// Unset text is "", unset dates, amounts and references are null; decimals are strings with two places.
package enum WireRecord {
  /// The record with its id, every field of its schema, and what v1 computes from them.
  package static func object<R: Record>(_ record: R) -> [String: JSONValue] {
    var object: [String: JSONValue] = ["id": .integer(Int(record.id.rawValue))]
    for field in R.schema.fields { object[field.info.name] = json(field.get(record), as: field.info.kind) }
    for (name, value) in computed(record) { object[name] = value }
    return object
  }

  /// One value as v1 writes it.
  package static func json(_ value: FieldValue, as kind: FieldKind) -> JSONValue {
    value.isEmpty ? unset(kind) : value.json
  }

  private static func unset(_ kind: FieldKind) -> JSONValue {
    switch kind {
    case .text, .longText, .email, .phone, .url, .choice: .string("")
    case .tags: .array([])
    case .customFields: .object([:])
    case .integer, .money, .flag, .day, .instant, .reference: .null
    }
  }

  static func computed<R: Record>(_ record: R) -> [String: JSONValue] {
    switch record {
    case let lead as Lead: ["full_name": .string(lead.fullName)]
    case let contact as Contact: ["full_name": .string(contact.fullName)]
    case let deal as Opportunity:
      ["weighted_amount": deal.weightedAmount.map { .string($0.decimal) } ?? .null]
    default: [:]
    }
  }
}
