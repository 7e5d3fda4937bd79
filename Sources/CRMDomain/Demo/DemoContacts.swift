extension BookWriter {
  private static let contactCount = 120

  /// The people converted leads became, and customers, partners and vendors known from before; the oldest first.
  mutating func writeContacts() {
    let converted = book.leads.filter { $0.convertedAt != nil }
    var contacts: [Contact] = []
    for lead in converted { contacts.append(contact(from: lead)) }
    // Deals of any age need somebody who was known by then.
    for index in 0..<(Self.contactCount - converted.count) {
      contacts.append(contact(daysAgo: index < 12 ? Self.oldestDays - index : dice.int(20...Self.oldestDays)))
    }
    contacts.sort { ($0.createdAt ?? clock.now, $0.email) < ($1.createdAt ?? clock.now, $1.email) }
    book.contacts = contacts.enumerated().map { index, contact in
      var contact = contact
      contact.id = Identifier(Int64(index + 1))
      return contact
    }
    linkConvertedLeads()
  }

  private mutating func linkConvertedLeads() {
    for index in book.leads.indices where book.leads[index].convertedAt != nil {
      book.leads[index].convertedContact = book.contacts.first { $0.email == book.leads[index].email }?.id
    }
  }

  private mutating func contact(from lead: Lead) -> Contact {
    var contact = Conversion.contact(from: lead)
    contact.createdBy = lead.owner
    contact.createdAt = lead.convertedAt
    contact.updatedAt = lead.convertedAt
    if let company = DemoCompany.all.first(where: { $0.name == lead.companyName }) {
      fillAddress(of: &contact, company)
    }
    return contact
  }

  private mutating func contact(daysAgo: Int) -> Contact {
    let person = newPerson()
    var contact = Contact()
    contact.salutation = dice.chance(12) ? dice.pick(["dr", "dr", "prof"]) : person.isWoman ? "ms" : "mr"
    contact.firstName = person.firstName
    contact.lastName = person.lastName
    contact.email = person.email
    contact.phone = person.phone
    contact.mobile = dice.chance(45) ? number(like: person.company.land.phone) : ""
    contact.companyName = person.company.name
    contact.jobTitle = person.jobTitle
    contact.department = person.department
    contact.contactType = dice.pick(["customer", "customer", "customer", "prospect", "prospect", "partner", "vendor"])
    contact.source = dice.pick(Choices.leadSource).value
    contact.status = dice.chance(93) ? "active" : "inactive"
    contact.assignedTo = dice.chance(95) ? someUser() : nil
    contact.createdBy = someUser()
    contact.notes = dice.chance(25) ? filled(dice.pick(DemoPhrases.leadNotes), about: person) : ""
    contact.tags = someTags(atMost: 2)
    contact.createdAt = clock.past(days: daysAgo, minute: officeMinute())
    contact.updatedAt = contact.createdAt
    fillAddress(of: &contact, person.company)
    fillProfiles(of: &contact)
    return contact
  }

  private mutating func fillAddress(of contact: inout Contact, _ company: DemoCompany) {
    contact.addressLine1 = dice.pick(company.land.streets)
    contact.city = company.city
    contact.state = company.state
    contact.postalCode = company.postalCode
    contact.country = company.land.country
    contact.website = "https://www." + company.domain
    contact.customFields = ["industry": .string(company.industry)]
  }

  private mutating func fillProfiles(of contact: inout Contact) {
    let name = String(contact.email.prefix { $0 != "@" })
    if dice.chance(35) { contact.linkedin = "https://social.example/in/" + name }
    if dice.chance(15) { contact.twitter = "@" + name.filter { $0 != "." && $0 != "-" } }
  }
}
