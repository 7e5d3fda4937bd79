/// What a record says about who it is: all that duplicates are recognised by.
package struct Identity: Hashable, Sendable {
  package let id: Int64
  /// In lower case, without what is no address.
  package let emails: [String]
  /// As E.164 has them.
  package let phones: [String]
  package let name: NameWords
  package let company: NameWords
  /// As written.
  package let writtenName: String
  private let writtenCompany: String

  /// - Parameter callingCode: of the country that numbers without a country are from.
  package init(
    id: Int64, name: String, company: String, emails: [String], phones: [String], callingCode: String,
  ) {
    self.id = id
    self.emails = Identity.unique(emails.lazy.compactMap(Identity.address))
    self.phones = Identity.unique(phones.lazy.compactMap { Phone.key($0, callingCode: callingCode) })
    self.name = NameWords(person: name)
    self.company = NameWords(company: company)
    writtenName = name
    writtenCompany = company
  }

  /// "Jon Smith, Acme", as written.
  package var caption: String { [writtenName, writtenCompany].filter { !$0.isEmpty }.joined(separator: ", ") }

  /// - Parameter isOfAnotherKind: true where it is compared with records of another kind, whose ids are not its own.
  package init<R: Record>(_ record: R, callingCode: String, isOfAnotherKind: Bool = false) {
    func texts(_ fields: [FieldInfo]) -> [String] { fields.compactMap { record[$0.name].text } }
    let fields = IdentityFields(R.schema.kind)
    self.init(
      id: isOfAnotherKind ? 0 : record.id.rawValue, name: texts(fields.name).joined(separator: " "),
      company: texts(fields.company).joined(separator: " "), emails: texts(fields.emails),
      phones: texts(fields.phones), callingCode: callingCode)
  }

  /// True where nothing of it could be found in another record.
  package var isBlank: Bool { emails.isEmpty && phones.isEmpty && (name.isEmpty || company.isEmpty) }

  private static func address(_ text: String) -> String? {
    let address = text.trimmed.lowercased()
    guard let at = address.firstIndex(of: "@"), at != address.startIndex else { return nil }
    return address.index(after: at) == address.endIndex ? nil : address
  }

  private static func unique(_ texts: some Sequence<String>) -> [String] {
    var unique: [String] = []
    for text in texts where !unique.contains(text) { unique.append(text) }
    return unique
  }
}

/// The fields of a kind that say who somebody is, read off its schema.
package struct IdentityFields: Sendable {
  package let name: [FieldInfo]
  package let company: [FieldInfo]
  package let emails: [FieldInfo]
  package let phones: [FieldInfo]

  package init(_ kind: EntityKind) {
    name = ["first_name", "last_name"].compactMap(kind.field)
    company = ["company_name"].compactMap(kind.field)
    emails = kind.fields.filter { $0.kind == .email }
    phones = kind.fields.filter { $0.kind == .phone }
  }

  package var all: [FieldInfo] { name + company + emails + phones }
}

extension EntityKind {
  /// Kinds of records that can be there twice.
  package var canHaveDuplicates: Bool { self == .lead || self == .contact }
}
