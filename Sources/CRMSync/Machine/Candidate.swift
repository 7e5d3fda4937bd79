import CRMDomain
import CRMStore

/// Whether a row can be what a create made.
enum Candidate {
  /// The values that tell records of a kind apart. Others, such as scores, may have changed by themselves since.
  private static func identity(_ kind: EntityKind) -> [String] {
    switch kind {
    case .lead: ["email", "first_name", "last_name", "company_name"]
    case .contact: ["email"]
    case .opportunity: ["name", "amount", "contact"]
    default: ["title", "description", "due_date", "assigned_to"]
    }
  }

  /// True if what tells it apart and was sent is the same in the row, as far as the row has it.
  static func matches(
    _ row: WireRow, _ operation: OutboxOperation, _ shape: WireShape, _ contact: Int64? = nil,
  ) -> Bool {
    if let contact, row.fields["contact"] != .reference(contact) { return false }
    let names = identity(operation.key.kind).filter { operation.sent[$0] != nil }
    return !names.isEmpty
      && shape.fields.allSatisfy { info in
        guard names.contains(info.name), let sent = operation.sent[info.name], let value = row.fields[info.name] else {
          return true
        }
        return Merge.isSame(sent, value, as: info.kind)
      }
  }

  /// True of kinds whose rows hold what their create is known again by.
  static func keepsIdentity(_ kind: EntityKind) -> Bool { kind.field("custom_fields") != nil }

  /// True of a row that somebody may have written to since it was made: what it says now is not what was sent, then.
  static func mayHaveChanged(_ row: WireRow) -> Bool {
    guard let created = row.created, let updated = row.updated else { return true }
    return updated > created.adding(seconds: 1)
  }

  /// True of a row of a list without custom fields that shares a name with what was sent: whose it is, only the whole row
  /// says, since what else it holds may have been changed without a new stamp.
  static func isNamesake(_ row: WireRow, _ operation: OutboxOperation) -> Bool {
    guard keepsIdentity(operation.key.kind), row.fields["custom_fields"] == nil else { return false }
    return ["email", "last_name", "name"].contains { name in
      guard let sent = operation.sent[name]?.text, !sent.isEmpty else { return false }
      return row.fields[name] == .text(sent)
    }
  }

  /// Words that find the row with a server whose search works.
  static func searchText(_ operation: OutboxOperation) -> String {
    for name in ["email", "name", "title"] {
      guard let text = operation.sent[name]?.text else { continue }
      let plain = text.filter { $0 != "\"" && $0 != "," && !$0.isNewline }
      return plain.split(separator: " ").prefix(4).joined(separator: " ")
    }
    return ""
  }
}
