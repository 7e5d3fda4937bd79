/// What becomes of a lead when it is converted: everything one dialog decides and one undo takes back.
package struct Conversion: Hashable, Sendable {
  package enum ContactChoice: Hashable, Sendable {
    case new(Contact)
    case existing(Identifier<Contact>)
  }

  package enum DealChoice: Hashable, Sendable {
    case none
    case new(Opportunity)
    case existing(Identifier<Opportunity>)
  }

  package var lead: Lead
  package var contact: ContactChoice
  package var deal: DealChoice

  package init(lead: Lead, contact: ContactChoice, deal: DealChoice) {
    self.lead = lead
    self.contact = contact
    self.deal = deal
  }

  /// The contact a lead turns into. v1 makes converted contacts customers.
  package static func contact(from lead: Lead) -> Contact {
    var contact = Contact()
    contact.firstName = lead.firstName
    contact.lastName = lead.lastName
    contact.email = lead.email
    contact.phone = lead.phone
    contact.companyName = lead.companyName
    contact.jobTitle = lead.jobTitle
    contact.assignedTo = lead.assignedTo
    contact.contactType = "customer"
    contact.source = lead.leadSource
    contact.notes = lead.notes
    contact.tags = lead.tags
    contact.customFields = lead.customFields
    return contact
  }

  /// The deal a lead suggests: named after the company, due in 30 days, in the first stage.
  package static func deal(from lead: Lead, in stage: Stage?, currency: String, now: Instant, today: Day) -> Opportunity
  {
    var deal = Opportunity()
    deal.name = lead.companyName.isEmpty ? lead.fullName : "\(lead.companyName) - \(lead.fullName)"
    deal.companyName = lead.companyName
    deal.amount = lead.estimatedValue ?? Money(hundredths: 0)
    deal.currency = currency
    deal.stage = stage?.key ?? deal.stage
    deal.probability = stage?.probability ?? deal.probability
    deal.board = stage?.board
    deal.stageEnteredAt = now
    deal.expectedCloseDate = today.adding(days: 30)
    deal.assignedTo = lead.assignedTo
    deal.notes = ""
    return deal
  }
}

/// A contact that may be the same person, and why.
package struct ContactMatch: Hashable, Sendable {
  package let contact: Contact
  /// "same e-mail", "same phone", "same name and company", "same name".
  package let reason: String
  /// True where linking is offered first.
  package let isLikely: Bool

  package init(contact: Contact, reason: String, isLikely: Bool) {
    self.contact = contact
    self.reason = reason
    self.isLikely = isLikely
  }
}
