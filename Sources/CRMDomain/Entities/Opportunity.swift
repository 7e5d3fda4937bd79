/// A deal: something a contact may buy, for an amount, by a day.
package struct Opportunity: Record {
  package var id = Identifier<Opportunity>(0)
  package var name: String = ""
  package var details: String = ""
  package var companyName: String = ""
  package var stage: String = "prospecting"
  package var probability: Int = 10
  package var amount: Money?
  package var currency: String = "USD"
  package var contact: Identifier<Contact>?
  package var lead: Identifier<Lead>?
  package var board: Identifier<Board>?
  package var assignedTo: Identifier<User>?
  package var owner: Identifier<User>?
  package var expectedCloseDate: Day?
  package var actualCloseDate: Day?
  package var lastActivityDate: Instant?
  package var stageEnteredAt: Instant?
  package var lostReason: String = ""
  package var notes: String = ""
  package var tags: [String] = []
  package var customFields: [String: JSONValue] = [:]
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Opportunity>(
    .opportunity,
    [
      Field("name", \.name, .text, .required, .searchable, .bounded(200), .alias("title")),
      Field(
        "company_name", \.companyName, label: "Company", .text, .searchable, .bounded(200), .column(width: 20),
        .alias("company"), .alias("organisation"), .alias("organization")),
      Field("stage", \.stage, .choice(Choices.stage), .column(width: 13)),
      Field("amount", \.amount, .money, .required, .column(width: 12), .alias("value")),
      Field("currency", \.currency, .text, .bounded(3), .alias("cur")),
      Field("probability", \.probability, .integer, .column(width: 4), .range(0...100), .alias("chance")),
      Field(
        "expected_close_date", \.expectedCloseDate, label: "Expected close", .day, .required, .column(width: 11),
        .alias("close"), .alias("closes")),
      Field("contact", \.contact, .reference(.contact), .required, .column(width: 18)),
      Field(
        "assigned_to", \.assignedTo, label: "Owner", .reference(.user), .column(width: 8), .alias("owner"),
        .alias("assigned"), .alias("rep")),
      Field("description", \.details, .longText, .alias("details")),
      Field("actual_close_date", \.actualCloseDate, .day, .alias("closed")),
      Field("last_activity_date", \.lastActivityDate, label: "Last activity", .instant, .alias("last_activity")),
      Field("lost_reason", \.lostReason, .text, .localOnly, .bounded(200), .alias("reason")),
      Field("tags", \.tags, .tags, .alias("tag")),
      Field("notes", \.notes, .longText, .alias("note")),
      Field("custom_fields", \.customFields, .customFields),
      Field("lead", \.lead, .reference(.lead), .localOnly),
      Field("board", \.board, .reference(.board), .localOnly),
      Field(
        "stage_entered_at", \.stageEnteredAt, label: "In stage since", .instant, .readOnly, .localOnly,
        .alias("in_stage")),
      Field(
        "owner", \.owner, label: "Created by", .reference(.user), .readOnly, .knownAs("created_by"), .alias("creator")),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  /// Hundredths of `currency`, rounded half away from zero as v1 rounds `weighted_amount`.
  package var weightedAmount: Money? {
    amount.map { WideSum(Int128($0.hundredths) * Int128(probability)).percent.money }
  }

  package var title: String { name }
}
