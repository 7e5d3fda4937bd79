import CRMDomain
import GRDB

extension StoreReader {
  /// The fields made at run time for `kind`, in the order they were made.
  package func customFields(of kind: EntityKind) throws -> [FieldInfo] {
    let sql = "SELECT name, label, type, choices FROM custom_field WHERE kind = ? ORDER BY id"
    return try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: [kind.rawValue]).map { row in
      FieldInfo(
        row["name"], label: row["label"], kind: FieldKind(customType: row["type"], choices: row["choices"] ?? ""),
        isCustom: true)
    }
  }
}

extension StoreWriter {
  /// Makes a field of `custom_fields` known, so that it is shown, filtered and imported like a built-in one. A field
  /// that is known already stays as it is.
  package func defineCustomField(_ info: FieldInfo, of kind: EntityKind) throws {
    let sql = "INSERT OR IGNORE INTO custom_field(kind, name, label, type, choices) VALUES (?, ?, ?, ?, ?)"
    let choices = info.choices.map(\.value).joined(separator: "\n")
    try db.execute(sql: sql, arguments: [kind.rawValue, info.name, info.label, info.kind.customType, choices])
  }
}
