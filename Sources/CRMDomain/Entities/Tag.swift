/// A label reps put on records; records carry its name.
package struct Tag: Record {
  package var id = Identifier<Tag>(0)
  package var name: String = ""
  package var details: String = ""
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Tag>(
    .tag,
    [
      Field("name", \.name, .text, .required, .searchable, .bounded(100)),
      Field("description", \.details, .text, .bounded(200)),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var title: String { name }
}
