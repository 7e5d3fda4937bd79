import CRMDomain
import GRDB

extension StoreReader {
  /// Contacts that may be the person of `lead`, the surest first; those that only have the same name come last.
  package func matches(for lead: Lead, limit: Int = 5) throws -> [ContactMatch] {
    let near = try near(Identity(lead, callingCode: try callingCode(), isOfAnotherKind: true), among: Contact.self)
    let matches = near.map { match in
      ContactMatch(
        contact: match.record, reason: match.pair.reasons.map(\.label).joined(separator: ", "),
        isLikely: match.pair.strength.isStrong)
    }
    let known = Set(matches.map(\.contact.id))
    let named = try contacts(named: lead).filter { !known.contains($0.id) }
    return Array(
      (matches + named.map { ContactMatch(contact: $0, reason: "same name", isLikely: false) }).prefix(limit))
  }

  private func contacts(named lead: Lead) throws -> [Contact] {
    guard !(lead.firstName + lead.lastName).isEmpty else { return [] }
    return try records(
      where: """
        last_name = ? COLLATE FOLDED AND coalesce(first_name, '') = ? COLLATE FOLDED AND deleted_at IS NULL ORDER BY id LIMIT 20
        """, [lead.lastName, lead.firstName])
  }

  /// Open deals of a contact, or of the company, for linking a converted lead to.
  package func openDeals(contact: Identifier<Contact>?, company: String, limit: Int = 20) throws -> [Opportunity] {
    try records(
      where: """
        deleted_at IS NULL AND coalesce(stage, '') NOT IN ('closed_won', 'closed_lost')
          AND (contact = ?1 OR (?2 <> '' AND company_name = ?2 COLLATE FOLDED)) ORDER BY contact = ?1 DESC, id LIMIT ?3
        """, [contact?.rawValue, company, limit])
  }
}

extension StoreWriter {
  /// Carries the conversion out: contact, deal, the lead's links and status, and its tasks and activities, which stay
  /// with the lead and come along to the contact and the deal.
  package func convert(_ conversion: Conversion) throws -> (
    contact: Identifier<Contact>, deal: Identifier<Opportunity>?
  ) {
    let contact =
      switch conversion.contact {
      case .new(let contact): try insert(contact)
      case .existing(let id): id
      }
    var deal: Identifier<Opportunity>?
    switch conversion.deal {
    case .none: break
    case .new(var opportunity):
      opportunity.contact = contact
      opportunity.lead = conversion.lead.id
      deal = try insert(opportunity)
    case .existing(let id):
      deal = id
      try set(["lead": conversion.lead.id.fieldValue], in: .opportunity, id.rawValue)
    }
    var links: [String: FieldValue] = ["contact": contact.fieldValue]
    if let deal { links["opportunity"] = deal.fieldValue }
    for kind in [EntityKind.task, .activity] {
      for id in try reader.ids(kind, linkedTo: .lead, conversion.lead.id.rawValue) { try set(links, in: kind, id) }
    }
    var lead = conversion.lead
    lead.status = "converted"
    lead.convertedAt = now
    lead.convertedContact = contact
    lead.convertedOpportunity = deal
    try update(lead, from: conversion.lead)
    return (contact, deal)
  }

  /// Adds the activity and moves the dates that follow from it.
  @discardableResult
  package func log(_ activity: Activity) throws -> Identifier<Activity> {
    var activity = activity
    let at = activity.occurredAt ?? now
    activity.occurredAt = at
    if let lead = activity.lead, ["call", "email", "meeting"].contains(activity.activityType) {
      try advance("last_contact_date", to: at, in: .lead, lead.rawValue)
    }
    if let deal = activity.opportunity {
      try advance("last_activity_date", to: at, in: .opportunity, deal.rawValue)
    }
    return try insert(activity)
  }

  /// Sets the date unless it is later already: what is logged afterwards may have happened before.
  private func advance(_ name: String, to instant: Instant, in kind: EntityKind, _ id: Int64) throws {
    let stored: Int64? = try storedColumns([name], in: kind, id)?[name]
    if let stored, stored >= instant.microseconds { return }
    try set([name: instant.fieldValue], in: kind, id)
  }
}

extension StoreReader {
  /// The ids of the tasks or activities of one record, the latest first.
  package func ids(_ kind: EntityKind, linkedTo other: EntityKind, _ id: Int64) throws -> [Int64] {
    let order = kind == .task ? "due_date IS NULL, due_date" : "occurred_at DESC"
    let sql = "SELECT id FROM \(kind.rawValue) WHERE \(other.rawValue) = ? AND deleted_at IS NULL ORDER BY \(order), id"
    return try Int64.fetchAll(try db.cachedStatement(sql: sql), arguments: [id])
  }
}
