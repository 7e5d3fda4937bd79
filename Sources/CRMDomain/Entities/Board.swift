/// A pipeline: named columns a deal moves through.
package struct Board: Record {
  package var id = Identifier<Board>(0)
  package var name: String = ""
  package var position: Int = 0
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Board>(
    .board,
    [
      Field("name", \.name, .text, .required, .searchable, .bounded(100)),
      Field("position", \.position, .integer),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var title: String { name }
}
