/// Something that happened with a lead, a contact or a deal: a line of its timeline.
package struct Activity: Record {
  package var id = Identifier<Activity>(0)
  package var activityType: String = "note"
  package var subject: String = ""
  package var body: String = ""
  package var outcome: String = ""
  package var occurredAt: Instant?
  package var durationMinutes: Int?
  package var user: Identifier<User>?
  package var lead: Identifier<Lead>?
  package var contact: Identifier<Contact>?
  package var opportunity: Identifier<Opportunity>?
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Activity>(
    .activity,
    [
      Field(
        "activity_type", \.activityType, label: "Type", .choice(Choices.activityType), .required, .column(width: 13),
        .alias("type")),
      Field("subject", \.subject, .text, .searchable, .bounded(200), .column(width: 30)),
      Field("body", \.body, .longText, .searchable, .alias("notes")),
      Field("outcome", \.outcome, .text, .bounded(100), .column(width: 12)),
      Field(
        "occurred_at", \.occurredAt, label: "When", .instant, .column(width: 14), .alias("at"), .alias("when"),
        .alias("date")),
      Field("duration_minutes", \.durationMinutes, label: "Minutes", .integer, .alias("duration")),
      Field("user", \.user, label: "By", .reference(.user), .alias("by")),
      Field("lead", \.lead, .reference(.lead)),
      Field("contact", \.contact, .reference(.contact)),
      Field("opportunity", \.opportunity, label: "Deal", .reference(.opportunity), .alias("deal")),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var title: String { subject.isEmpty ? Choice.words(activityType) : subject }
}
