/// The columns of an empty file to fill in.
package enum ImportTemplate {
  /// v1's columns (V1 contract, section 8); for kinds that v1 has no template of, every field that can be entered.
  package static func header(for kind: EntityKind) -> [String] {
    switch kind {
    case .lead:
      [
        "first_name", "last_name", "email", "phone", "company_name", "job_title", "lead_source", "status", "priority",
      ]
    case .contact:
      ["first_name", "last_name", "email", "phone", "mobile", "company_name", "job_title", "contact_type"]
    case .opportunity: ["name", "company_name", "amount", "stage", "probability", "expected_close_date"]
    case .task: ["title", "description", "task_type", "priority", "status", "due_date"]
    case .activity, .user, .tag, .board, .stage: kind.fields.filter { !$0.isReadOnly }.map(\.key)
    }
  }

  /// A file of the header alone, as v1 sends it.
  package static func text(for kind: EntityKind) -> String {
    header(for: kind).joined(separator: ",") + "\r\n"
  }
}
