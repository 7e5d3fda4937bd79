/// Writes people as vCard 4.0 (RFC 6350): what address books read. Custom fields, scores and owners have no place in it.
package struct CardWriter {
  /// Who can be a card.
  package static let kinds: Set<EntityKind> = [.contact, .lead]

  package private(set) var lines = ContentLines()

  package init() {}

  /// Forgets what is written so far.
  package mutating func removeAll() { lines.removeAll() }

  /// Adds a card of a contact or a lead.
  package mutating func write(_ person: some Record) {
    lines.line("BEGIN", raw: "VCARD")
    lines.line("VERSION", raw: "4.0")
    lines.line("PRODID", raw: "-//MyCRM//crm//EN")
    lines.line("UID;VALUE=text", text: person.uniqueName(person["created_at"]))
    writeName(person)
    lines.line("ORG", parts: Self.trimmed([person.text("company_name"), person.text("department")]))
    lines.line("TITLE", text: person.text("job_title"))
    lines.line("EMAIL;TYPE=work", text: person.text("email"))
    lines.line("TEL;TYPE=work", text: person.text("phone"))
    lines.line("TEL;TYPE=cell", text: person.text("mobile"))
    writeAddress(person)
    writeLinks(person)
    if case .tags(let tags) = person["tags"] { lines.line("CATEGORIES", list: tags) }
    lines.line("NOTE", text: person.text("notes"))
    if let time = person.basicTime("updated_at") { lines.line("REV", raw: time) }
    lines.line("END", raw: "VCARD")
  }

  /// A card must have a name to show: the company's or the address where there is none.
  private mutating func writeName(_ person: some Record) {
    let names = [person.title, person.text("company_name"), person.text("email")]
    let number = "\(type(of: person).schema.kind.rawValue) \(person.id.rawValue)"
    lines.line("FN", text: names.first { !$0.trimmed.isEmpty } ?? number)
    let salutation =
      Choices.salutation.first { $0.value == person.text("salutation") }?.label ?? person.text("salutation")
    lines.line("N", parts: [person.text("last_name"), person.text("first_name"), "", salutation, ""])
  }

  private mutating func writeAddress(_ person: some Record) {
    let street = ["address_line_1", "address_line_2"].map { person.text($0) }.filter { !$0.isEmpty }
    let place = ["city", "state", "postal_code", "country"].map { person.text($0) }
    guard !street.isEmpty || place.contains(where: { !$0.isEmpty }) else { return }
    // The post box and the extension stay empty, as the standard asks; a street of two lines is a list.
    let parts = ["", "", street.map(ContentLines.escaped).joined(separator: ",")] + place.map(ContentLines.escaped)
    lines.line("ADR;TYPE=work", raw: parts.joined(separator: ";"))
  }

  private mutating func writeLinks(_ person: some Record) {
    for (name, field) in [("URL", "website"), ("X-SOCIALPROFILE;TYPE=linkedin", "linkedin")] {
      let address = person.text(field)
      if !address.isEmpty { lines.line(name, raw: address.filter { !$0.isNewline }) }
    }
    lines.line("X-TWITTER", text: person.text("twitter"))
  }

  private static func trimmed(_ parts: [String]) -> [String] {
    Array(parts[..<((parts.lastIndex { !$0.isEmpty } ?? -1) + 1)])
  }
}
