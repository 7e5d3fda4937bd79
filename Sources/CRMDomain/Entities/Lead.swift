/// Somebody who might buy, before it is known what.
package struct Lead: Record {
  package var id = Identifier<Lead>(0)
  package var firstName: String = ""
  package var lastName: String = ""
  package var email: String = ""
  package var phone: String = ""
  package var companyName: String = ""
  package var jobTitle: String = ""
  package var state: String = ""
  package var leadSource: String = "website"
  package var status: String = "new"
  package var priority: String = "medium"
  package var assignedTo: Identifier<User>?
  package var owner: Identifier<User>?
  package var leadScore: Int = 0
  package var estimatedValue: Money?
  package var probability: Int = 0
  package var lastContactDate: Instant?
  package var nextFollowUp: Instant?
  package var notes: String = ""
  package var tags: [String] = []
  package var customFields: [String: JSONValue] = [:]
  package var convertedAt: Instant?
  package var convertedContact: Identifier<Contact>?
  package var convertedOpportunity: Identifier<Opportunity>?
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Lead>(
    .lead,
    [
      Field("first_name", \.firstName, .text, .required, .searchable, .bounded(100), .alias("first")),
      Field(
        "last_name", \.lastName, .text, .required, .searchable, .bounded(100), .alias("last"), .alias("name"),
        .alias("surname")),
      Field(
        "company_name", \.companyName, label: "Company", .text, .searchable, .bounded(200), .column(width: 22),
        .alias("company"), .alias("organisation"), .alias("organization")),
      Field("status", \.status, .choice(Choices.leadStatus), .column(width: 11)),
      Field("priority", \.priority, .choice(Choices.priority), .column(width: 8)),
      Field("lead_score", \.leadScore, label: "Score", .integer, .column(width: 7), .alias("score")),
      Field("estimated_value", \.estimatedValue, label: "Value", .money, .column(width: 11), .alias("value")),
      Field("email", \.email, .email, .required, .searchable, .bounded(254)),
      Field("phone", \.phone, .phone, .searchable, .bounded(20)),
      Field("job_title", \.jobTitle, .text, .bounded(100), .alias("title")),
      Field("state", \.state, .text, .bounded(100), .localOnly, .alias("region"), .alias("province")),
      Field(
        "lead_source", \.leadSource, label: "Source", .choice(Choices.leadSource), .column(width: 12), .alias("source")),
      Field(
        "assigned_to", \.assignedTo, label: "Owner", .reference(.user), .column(width: 8), .alias("owner"),
        .alias("assigned"), .alias("rep")),
      Field(
        "next_follow_up", \.nextFollowUp, label: "Next follow-up", .instant, .column(width: 12), .alias("follow_up"),
        .alias("next")),
      Field(
        "last_contact_date", \.lastContactDate, label: "Last contact", .instant, .column(width: 12),
        .alias("last_contact"), .alias("contacted_at")),
      Field("probability", \.probability, .integer, .range(0...100)),
      Field("tags", \.tags, .tags, .alias("tag")),
      Field("notes", \.notes, .longText, .alias("note")),
      Field("custom_fields", \.customFields, .customFields),
      Field("converted_at", \.convertedAt, .instant, .readOnly, .alias("converted")),
      Field("converted_contact", \.convertedContact, .reference(.contact), .readOnly, .localOnly),
      Field("converted_opportunity", \.convertedOpportunity, .reference(.opportunity), .readOnly, .localOnly),
      Field(
        "owner", \.owner, label: "Created by", .reference(.user), .readOnly, .knownAs("created_by"), .alias("creator")),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var fullName: String { PersonName.full(firstName, lastName) }

  package var title: String { fullName }
}
