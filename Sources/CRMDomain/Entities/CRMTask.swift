/// Something to do, perhaps by a time, perhaps about a record.
package struct CRMTask: Record {
  package var id = Identifier<CRMTask>(0)
  package var title: String = ""
  package var details: String = ""
  package var taskType: String = "other"
  package var status: String = "pending"
  package var priority: String = "medium"
  package var assignedTo: Identifier<User>?
  package var createdBy: Identifier<User>?
  package var dueDate: Instant?
  package var completedAt: Instant?
  package var reminderDate: Instant?
  package var lead: Identifier<Lead>?
  package var contact: Identifier<Contact>?
  package var opportunity: Identifier<Opportunity>?
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<CRMTask>(
    .task,
    [
      Field("title", \.title, .text, .required, .searchable, .bounded(200), .alias("name")),
      Field("task_type", \.taskType, label: "Type", .choice(Choices.taskType), .column(width: 9), .alias("type")),
      Field("due_date", \.dueDate, label: "Due", .instant, .column(width: 14), .alias("due")),
      Field("status", \.status, .choice(Choices.taskStatus), .column(width: 11)),
      Field("priority", \.priority, .choice(Choices.priority), .column(width: 8)),
      Field(
        "assigned_to", \.assignedTo, label: "Owner", .reference(.user), .required, .column(width: 8), .alias("owner"),
        .alias("assigned"), .alias("rep")),
      Field("description", \.details, .longText, .searchable, .alias("details"), .alias("notes")),
      Field("reminder_date", \.reminderDate, label: "Reminder", .instant, .alias("remind"), .alias("reminder")),
      Field("lead", \.lead, .reference(.lead), .localOnly),
      Field("contact", \.contact, .reference(.contact), .localOnly),
      Field("opportunity", \.opportunity, label: "Deal", .reference(.opportunity), .localOnly, .alias("deal")),
      Field("completed_at", \.completedAt, .instant, .alias("completed")),
      Field("created_by", \.createdBy, .reference(.user), .readOnly, .alias("creator")),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var isOpen: Bool { status != "completed" && status != "cancelled" }
}
