/// A colleague, or the rep.
package struct User: Record {
  package var id = Identifier<User>(0)
  package var username: String = ""
  package var email: String = ""
  package var firstName: String = ""
  package var lastName: String = ""
  package var role: String = "user"
  package var isActive: Bool = true
  package var isMe: Bool = false
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<User>(
    .user,
    [
      Field("username", \.username, .text, .required, .searchable, .bounded(150), .alias("name")),
      Field("email", \.email, .email, .searchable, .bounded(254)),
      Field("first_name", \.firstName, .text, .searchable, .bounded(150)),
      Field("last_name", \.lastName, .text, .searchable, .bounded(150)),
      Field("role", \.role, .text, .bounded(50)),
      Field("is_active", \.isActive, label: "Active", .flag),
      Field("is_me", \.isMe, label: "Me", .flag, .localOnly),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var fullName: String { PersonName.full(firstName, lastName) }

  package var title: String { username }
}
