import CRMDomain
import GRDB

/// What a change does to one field.
package struct FieldDifference: Hashable, Sendable {
  package let field: FieldInfo
  package let old: FieldValue
  package internal(set) var new: FieldValue
}

extension StoreReader {
  /// What `StoreWriter.set` would change of these, by the field's place in the schema; nil if there is no such record.
  func differences(
    _ values: [String: FieldValue], in kind: EntityKind, _ id: Int64,
  ) throws -> [FieldDifference]? {
    let names = values.keys.sorted()
    let own = names.filter { kind.field($0) != nil }
    let hasCustom = own.count < names.count
    let columns = ["id"] + own + (hasCustom && !own.contains("custom_fields") ? ["custom_fields"] : [])
    let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    let statement = try db.cachedStatement(sql: "SELECT \(list) FROM \"\(kind.rawValue)\" WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
    var found: [FieldDifference] = []
    for name in own {
      guard let field = kind.field(name), let value = values[name] else { continue }
      let old: DatabaseValue = row[name]
      let new = StoredValue.encode(value.isEmpty ? kind.emptyValue(of: name) : value)
      if old != new {
        found.append(FieldDifference(field: field, old: StoredValue.decode(old, as: field.kind), new: value))
      }
    }
    guard hasCustom else { return found }
    let stored = [String: JSONValue](
      fieldValue: StoredValue.decode(row["custom_fields"] as DatabaseValue, as: .customFields))
    for name in names where kind.field(name) == nil {
      guard let value = values[name] else { continue }
      let new: JSONValue? = value.isEmpty ? nil : value.json
      guard stored[name] != new else { continue }
      let field = FieldInfo(name, kind: .text, isCustom: true)
      let old = stored[name].map { FieldValue(custom: $0, kind: .text) } ?? FieldValue.none
      found.append(FieldDifference(field: field, old: old, new: value))
    }
    return found
  }
}
