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

extension FieldKind {
  /// The word a custom field's kind is stored as.
  var customType: String {
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

  init(customType: String, choices: String) {
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
