/// A column of a board.
package struct Stage: Record {
  package var id = Identifier<Stage>(0)
  package var board: Identifier<Board>?
  package var name: String = ""
  package var key: String = ""
  package var probability: Int = 10
  package var rotDays: Int?
  package var position: Int = 0
  package var outcome: String = "open"
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Stage>(
    .stage,
    [
      Field("board", \.board, .reference(.board), .required),
      Field("name", \.name, .text, .required, .searchable, .bounded(100)),
      Field("key", \.key, label: "Stage value", .text, .required, .bounded(50)),
      Field("probability", \.probability, .integer, .range(0...100)),
      Field("rot_days", \.rotDays, label: "Rots after (business days)", .integer, .range(1...3650)),
      Field("position", \.position, .integer),
      Field("outcome", \.outcome, .choice(Choices.stageOutcome)),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var title: String { name }
}
