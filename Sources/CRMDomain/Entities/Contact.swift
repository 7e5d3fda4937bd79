/// A person we do business with.
package struct Contact: Record {
  package var id = Identifier<Contact>(0)
  package var salutation: String = ""
  package var firstName: String = ""
  package var lastName: String = ""
  package var email: String = ""
  package var phone: String = ""
  package var mobile: String = ""
  package var companyName: String = ""
  package var jobTitle: String = ""
  package var department: String = ""
  package var addressLine1: String = ""
  package var addressLine2: String = ""
  package var city: String = ""
  package var state: String = ""
  package var postalCode: String = ""
  package var country: String = ""
  package var contactType: String = "prospect"
  package var source: String = ""
  package var status: String = "active"
  package var assignedTo: Identifier<User>?
  package var website: String = ""
  package var linkedin: String = ""
  package var twitter: String = ""
  package var notes: String = ""
  package var tags: [String] = []
  package var customFields: [String: JSONValue] = [:]
  package var createdBy: Identifier<User>?
  package var createdAt: Instant?
  package var updatedAt: Instant?

  package init() {}

  package static let schema = Schema<Contact>(
    .contact,
    [
      Field("first_name", \.firstName, .text, .required, .searchable, .bounded(100), .alias("first")),
      Field(
        "last_name", \.lastName, .text, .required, .searchable, .bounded(100), .alias("last"), .alias("name"),
        .alias("surname")),
      Field(
        "company_name", \.companyName, label: "Company", .text, .searchable, .bounded(200), .column(width: 22),
        .alias("company"), .alias("organisation"), .alias("organization")),
      Field("job_title", \.jobTitle, .text, .bounded(100), .column(width: 18), .alias("title")),
      Field("email", \.email, .email, .required, .searchable, .bounded(254), .column(width: 26)),
      Field("phone", \.phone, .phone, .searchable, .bounded(20), .column(width: 16)),
      Field("mobile", \.mobile, .phone, .searchable, .bounded(20), .alias("cell")),
      Field(
        "contact_type", \.contactType, label: "Type", .choice(Choices.contactType), .column(width: 9), .alias("type")),
      Field("status", \.status, .text, .required, .bounded(50)),
      Field(
        "assigned_to", \.assignedTo, label: "Owner", .reference(.user), .column(width: 8), .alias("owner"),
        .alias("assigned"), .alias("rep")),
      Field("salutation", \.salutation, .choice(Choices.salutation)),
      Field("department", \.department, .text, .bounded(100)),
      Field(
        "address_line_1", \.addressLine1, label: "Address", .text, .bounded(200), .alias("address"), .alias("street")),
      Field("address_line_2", \.addressLine2, label: "Address, line 2", .text, .bounded(200)),
      Field("city", \.city, .text, .bounded(100), .alias("town")),
      Field("state", \.state, .text, .bounded(100), .alias("region"), .alias("province")),
      Field("postal_code", \.postalCode, .text, .bounded(20), .alias("zip"), .alias("postcode")),
      Field("country", \.country, .text, .bounded(100)),
      Field("source", \.source, .text, .bounded(100)),
      Field("website", \.website, .url, .bounded(200), .alias("web")),
      Field("linkedin", \.linkedin, label: "LinkedIn", .url, .bounded(200)),
      Field("twitter", \.twitter, .text, .bounded(100)),
      Field("tags", \.tags, .tags, .alias("tag")),
      Field("notes", \.notes, .longText, .alias("note")),
      Field("custom_fields", \.customFields, .customFields),
      Field("created_by", \.createdBy, .reference(.user), .readOnly, .alias("creator")),
      Field("created_at", \.createdAt, .instant, .readOnly, .alias("created")),
      Field("updated_at", \.updatedAt, .instant, .readOnly, .alias("updated")),
    ])

  package var fullName: String { PersonName.full(firstName, lastName) }

  package var title: String { fullName }
}
