import CRMDomain

/// The four kinds of record a v1 server keeps, with what its serializers say of them (V1 contract, section 5).
///
/// The tables are written out here, not taken from our schema: a client and its test server that share a table
/// share its mistakes.
package enum V1Resource: String, CaseIterable, Hashable, Sendable {
  case contacts, leads, opportunities, tasks

  package var fields: [V1Field] {
    switch self {
    case .leads: V1Resource.leadFields
    case .contacts: V1Resource.contactFields
    case .opportunities: V1Resource.opportunityFields
    case .tasks: V1Resource.taskFields
    }
  }

  func field(_ name: String) -> V1Field? { fields.first { $0.name == name } }

  /// What errors call one of them.
  var noun: String {
    switch self {
    case .leads: "Lead"
    case .contacts: "Contact"
    case .opportunities: "Opportunity"
    case .tasks: "Task"
    }
  }

  var searchFields: [String] {
    switch self {
    case .leads: ["first_name", "last_name", "email", "company_name", "phone"]
    case .contacts: ["first_name", "last_name", "email", "company_name", "phone", "mobile"]
    case .opportunities: ["name", "company_name"]
    case .tasks: ["title", "description"]
    }
  }

  var orderingFields: [String] {
    switch self {
    case .leads: ["created_at", "updated_at", "lead_score", "estimated_value"]
    case .contacts: ["created_at", "updated_at", "last_name", "first_name"]
    case .opportunities: ["created_at", "updated_at", "amount", "expected_close_date"]
    case .tasks: ["created_at", "updated_at", "due_date", "priority"]
    }
  }

  var filterFields: [String] {
    switch self {
    case .leads: ["status", "priority", "lead_source", "assigned_to", "owner"]
    case .contacts: ["contact_type", "status", "assigned_to"]
    case .opportunities: ["stage", "assigned_to", "owner"]
    case .tasks: ["status", "priority", "task_type", "assigned_to"]
    }
  }

  /// The field that names whoever made the record.
  var creatorField: String { self == .leads || self == .opportunities ? "owner" : "created_by" }

  static let leadFields = [
    V1Field("first_name", .text, .list, .required, limit: 100),
    V1Field("last_name", .text, .list, .required, limit: 100),
    V1Field("email", .email, .list, .required, limit: 254),
    V1Field("phone", .text, .list, .nullable, limit: 20),
    V1Field("company_name", .text, .list, .nullable, limit: 200),
    V1Field("job_title", .text, .nullable, limit: 100),
    V1Field("lead_source", .choice(Words.leadSources), .list, initial: .string("website")),
    V1Field("status", .choice(Words.leadStatuses), .list, initial: .string("new")),
    V1Field("priority", .choice(Words.priorities), .list, initial: .string("medium")),
    V1Field("assigned_to", .user, .list, .nullable),
    V1Field("owner", .user, .readOnly, .nullable),
    V1Field("lead_score", .integer, .list, initial: .integer(0)),
    V1Field("estimated_value", .decimal, .list, .nullable),
    V1Field("probability", .integer, initial: .integer(0)),
    V1Field("last_contact_date", .datetime, .nullable),
    V1Field("next_follow_up", .datetime, .nullable),
    V1Field("notes", .text, .nullable),
    V1Field("tags", .json, initial: .array([])),
    V1Field("custom_fields", .json, initial: .object([:])),
    V1Field("converted_at", .datetime, .readOnly, .nullable),
  ]

  static let contactFields = [
    V1Field("salutation", .choice(["", "mr", "mrs", "ms", "dr", "prof"]), .list, .nullable),
    V1Field("first_name", .text, .list, .required, limit: 100),
    V1Field("last_name", .text, .list, .required, limit: 100),
    V1Field("email", .email, .list, .required, .unique, limit: 254),
    V1Field("phone", .text, .list, .nullable, limit: 20),
    V1Field("mobile", .text, .list, .nullable, limit: 20),
    V1Field("company_name", .text, .list, .nullable, limit: 200),
    V1Field("job_title", .text, .list, .nullable, limit: 100),
    V1Field("department", .text, .nullable, limit: 100),
    V1Field("address_line_1", .text, .nullable, limit: 200),
    V1Field("address_line_2", .text, .nullable, limit: 200),
    V1Field("city", .text, .nullable, limit: 100),
    V1Field("state", .text, .nullable, limit: 100),
    V1Field("country", .text, .nullable, limit: 100),
    V1Field("postal_code", .text, .nullable, limit: 20),
    V1Field("contact_type", .choice(Words.contactTypes), .list, initial: .string("prospect")),
    V1Field("source", .text, .nullable, limit: 100),
    V1Field("status", .text, .list, .filled, limit: 50, initial: .string("active")),
    V1Field("assigned_to", .user, .list, .nullable),
    V1Field("website", .url, .nullable, limit: 200),
    V1Field("linkedin", .url, .nullable, limit: 200),
    V1Field("twitter", .text, .nullable, limit: 100),
    V1Field("notes", .text, .nullable),
    V1Field("tags", .json, initial: .array([])),
    V1Field("custom_fields", .json, initial: .object([:])),
    V1Field("created_by", .user, .readOnly, .nullable),
  ]

  static let opportunityFields = [
    V1Field("name", .text, .list, .required, limit: 200),
    V1Field("description", .text, .nullable),
    V1Field("company_name", .text, .list, .nullable, limit: 200),
    V1Field("stage", .choice(Words.stages), .list, initial: .string("prospecting")),
    V1Field("probability", .numbers([10, 25, 50, 75, 90, 100]), .list, initial: .integer(10)),
    V1Field("amount", .decimal, .list, .required),
    V1Field("currency", .text, .list, .filled, limit: 3, initial: .string("USD")),
    V1Field("contact", .contact, .list, .required),
    V1Field("assigned_to", .user, .list, .nullable),
    V1Field("owner", .user, .readOnly, .nullable),
    V1Field("expected_close_date", .date, .list, .required),
    V1Field("actual_close_date", .date, .nullable),
    V1Field("last_activity_date", .datetime, .nullable),
    V1Field("notes", .text, .nullable),
    V1Field("tags", .json, initial: .array([])),
    V1Field("custom_fields", .json, initial: .object([:])),
  ]

  static let taskFields = [
    V1Field("title", .text, .list, .required, limit: 200),
    V1Field("description", .text, .nullable),
    V1Field("task_type", .choice(Words.taskTypes), .list, initial: .string("other")),
    V1Field("status", .choice(Words.taskStatuses), .list, initial: .string("pending")),
    V1Field("priority", .choice(Words.priorities), .list, initial: .string("medium")),
    V1Field("assigned_to", .user, .list, .required),
    V1Field("created_by", .user, .readOnly, .nullable),
    V1Field("due_date", .datetime, .list, .nullable),
    V1Field("completed_at", .datetime, .nullable),
    V1Field("reminder_date", .datetime, .nullable),
  ]
}

/// The documented choices.
enum Words {
  static let leadSources = [
    "website", "referral", "social_media", "email_campaign", "cold_call", "trade_show", "advertisement", "other",
  ]
  static let leadStatuses = ["new", "contacted", "qualified", "unqualified", "converted", "lost"]
  static let priorities = ["low", "medium", "high", "urgent"]
  static let contactTypes = ["customer", "prospect", "vendor", "partner"]
  static let stages = ["prospecting", "qualification", "proposal", "negotiation", "closed_won", "closed_lost"]
  static let taskTypes = ["call", "email", "meeting", "follow_up", "proposal", "demo", "other"]
  static let taskStatuses = ["pending", "in_progress", "completed", "cancelled"]
}

/// One field of a serializer.
package struct V1Field: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text, email, url, integer, decimal, date, datetime, user, contact, json
    case choice([String])
    case numbers([Int])
  }

  enum Trait: Hashable, Sendable { case list, required, readOnly, nullable, filled, unique }

  package let name: String
  package let kind: Kind
  package let limit: Int?
  private let traits: Set<Trait>
  private let given: JSONValue?

  init(_ name: String, _ kind: Kind, _ traits: Trait..., limit: Int? = nil, initial: JSONValue? = nil) {
    self.name = name
    self.kind = kind
    self.limit = limit
    self.traits = Set(traits)
    given = initial
  }

  package var isInLists: Bool { traits.contains(.list) }
  package var isReadOnly: Bool { traits.contains(.readOnly) }
  package var isNullable: Bool { traits.contains(.nullable) }
  package var isRequired: Bool { traits.contains(.required) }
  var isUnique: Bool { traits.contains(.unique) }
  /// True if an empty text is refused.
  var refusesBlank: Bool { isRequired || traits.contains(.filled) || (isChoice && !isNullable) }
  var isChoice: Bool { if case .choice = kind { true } else { false } }
  var isText: Bool {
    switch kind {
    case .text, .email, .url, .choice: true
    case .integer, .decimal, .date, .datetime, .user, .contact, .json, .numbers: false
    }
  }

  /// What a record has that was made without it.
  func initial(_ quirks: Quirks) -> JSONValue {
    if let given { return given }
    return isText && !quirks.unsetTextIsNull ? .string("") : .null
  }
}
