import CRMDomain

/// What a new task or activity is about, read off the record it is made from.
struct Links {
  var lead: Identifier<Lead>?
  var contact: Identifier<Contact>?
  var opportunity: Identifier<Opportunity>?

  init(_ record: any Record) {
    switch record {
    case let lead as Lead:
      (self.lead, contact, opportunity) = (lead.id, lead.convertedContact, lead.convertedOpportunity)
    case let contact as Contact: self.contact = contact.id
    case let deal as Opportunity: (opportunity, contact, lead) = (deal.id, deal.contact, deal.lead)
    case let task as CRMTask: (lead, contact, opportunity) = (task.lead, task.contact, task.opportunity)
    case let activity as Activity:
      (lead, contact, opportunity) = (activity.lead, activity.contact, activity.opportunity)
    default: break
    }
  }

  /// The record to go to from here: the deal before the lead before the contact.
  var target: (kind: EntityKind, id: Int64)? {
    if let opportunity { return (.opportunity, opportunity.rawValue) }
    if let lead { return (.lead, lead.rawValue) }
    return contact.map { (.contact, $0.rawValue) }
  }

  func activity(_ type: String, by user: Identifier<User>?) -> Activity {
    var activity = Activity()
    activity.activityType = type
    activity.user = user
    (activity.lead, activity.contact, activity.opportunity) = (lead, contact, opportunity)
    return activity
  }

  func task(owner: Identifier<User>?) -> CRMTask {
    var task = CRMTask()
    task.taskType = "follow_up"
    task.assignedTo = owner
    (task.lead, task.contact, task.opportunity) = (lead, contact, opportunity)
    return task
  }
}
