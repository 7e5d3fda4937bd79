extension BookWriter {
  /// What happened with every lead, deal and customer, in the order it happened.
  mutating func writeTimeline() {
    for index in book.leads.indices { writeTimeline(ofLead: index) }
    for index in book.opportunities.indices { writeTimeline(ofDeal: index) }
    for contact in book.contacts where dice.chance(25) {
      append(touches: 1, from: contact.createdAt ?? clock.now, to: clock.now, subjectOf(contact))
    }
    let ordered = book.activities.enumerated().sorted {
      ($0.element.occurredAt ?? clock.now, $0.offset) < ($1.element.occurredAt ?? clock.now, $1.offset)
    }
    book.activities = ordered.enumerated().map { index, entry in
      var activity = entry.element
      activity.id = Identifier(Int64(index + 1))
      return activity
    }
  }

  /// Whom or what an activity is about, and the names its words mention.
  private struct Subject {
    var activity = Activity()
    let first: String
    let company: String
  }

  private func subjectOf(_ contact: Contact) -> Subject {
    var subject = Subject(first: contact.firstName, company: shortName(of: contact.companyName))
    subject.activity.contact = contact.id
    subject.activity.user = contact.assignedTo
    return subject
  }

  private func shortName(of company: String) -> String {
    DemoCompany.all.first { $0.name == company }?.shortName ?? company
  }

  private mutating func writeTimeline(ofLead index: Int) {
    let lead = book.leads[index]
    var subject = Subject(first: lead.firstName, company: shortName(of: lead.companyName))
    subject.activity.lead = lead.id
    subject.activity.contact = lead.convertedContact
    subject.activity.opportunity = lead.convertedOpportunity
    subject.activity.user = lead.assignedTo
    let count =
      switch lead.status {
      case "new": 0
      case "contacted", "unqualified": dice.int(1...2)
      default: dice.int(2...4)
      }
    let created = lead.createdAt ?? clock.now
    let last = append(
      touches: count, from: created, to: lead.convertedAt ?? lastTouch(of: lead, since: created), subject)
    book.leads[index].lastContactDate = count == 0 ? nil : last
    book.leads[index].updatedAt = max(last, lead.convertedAt ?? last)
    guard count > 0, lead.status != "contacted" else { return }
    appendChange("Status changed to \(lead.status)", at: lead.convertedAt ?? last, subject)
  }

  /// Closed leads went quiet soon after they came; the others were spoken to in the last weeks, one in five long ago.
  private mutating func lastTouch(of lead: Lead, since created: Instant) -> Instant {
    let isClosed = lead.status == "lost" || lead.status == "unqualified"
    if isClosed { return min(clock.now, created.adding(seconds: Int64(dice.int(10...40)) * 86_400)) }
    return max(
      created, clock.past(days: dice.chance(20) ? dice.int(30...90) : dice.int(0...12), minute: officeMinute()))
  }

  private mutating func writeTimeline(ofDeal index: Int) {
    let deal = book.opportunities[index]
    guard let contact = book.contacts.first(where: { $0.id == deal.contact }) else { return }
    var subject = subjectOf(contact)
    subject.activity.opportunity = deal.id
    subject.activity.user = deal.assignedTo
    let created = deal.createdAt ?? clock.now
    let entered = deal.stageEnteredAt ?? created
    let last = append(touches: dice.int(1...2), from: created, to: entered, subject)
    book.opportunities[index].lastActivityDate = max(last, entered)
    guard let stage = book.stages.first(where: { $0.key == deal.stage }), stage.position > 0 else { return }
    appendChange("Moved to \(stage.name)", at: entered, subject)
  }

  /// Adds `touches` talks spread between two moments, and says when the last was; `start` if there was none.
  @discardableResult
  private mutating func append(touches: Int, from start: Instant, to end: Instant, _ subject: Subject) -> Instant {
    let span = max(0, end.seconds - start.seconds)
    var last = start
    for touch in 0..<touches {
      let share = Int64((touch + 1) * 100 / touches - dice.int(0...(60 / touches)))
      last = max(last, officeHours(Instant(seconds: start.seconds + span * share / 100), since: start))
      append(talk(with: subject), at: min(last, end))
    }
    return min(last, end)
  }

  /// The same day within working hours, or as it was if that would put it before `start`.
  private mutating func officeHours(_ moment: Instant, since start: Instant) -> Instant {
    max(start, min(clock.now, clock.instant(clock.workday(before: clock.day(of: moment)), minute: officeMinute())))
  }

  private mutating func talk(with subject: Subject) -> Activity {
    let type = dice.pick(["call", "call", "call", "email", "email", "email", "meeting", "note", "note"])
    let isDeal = subject.activity.lead == nil
    let words = dice.pick(Self.phrases(of: type).filter { isDeal || $0[3] != "deal" })
    var activity = subject.activity
    activity.activityType = type
    activity.outcome = words[0]
    activity.subject = filled(words[1], first: subject.first, company: subject.company)
    activity.body = filled(words[2], first: subject.first, company: subject.company)
    activity.durationMinutes = minutes(of: type, outcome: words[0])
    return activity
  }

  private mutating func minutes(of type: String, outcome: String) -> Int? {
    switch (type, outcome) {
    case ("call", "reached"): dice.int(4...35)
    case ("call", _): 1
    case ("meeting", "held"): dice.int(2...10) * 15
    default: nil
    }
  }

  private static func phrases(of type: String) -> [DemoRow] {
    switch type {
    case "call": DemoPhrases.calls
    case "email": DemoPhrases.emails
    case "meeting": DemoPhrases.meetings
    default: DemoPhrases.notes
    }
  }

  private mutating func appendChange(_ words: String, at moment: Instant, _ subject: Subject) {
    var activity = subject.activity
    activity.activityType = "status_change"
    activity.subject = words
    append(activity, at: moment)
  }

  private mutating func append(_ activity: Activity, at moment: Instant) {
    var activity = activity
    activity.user = activity.user ?? book.users.first?.id
    activity.occurredAt = moment
    activity.createdAt = moment
    activity.updatedAt = moment
    book.activities.append(activity)
  }
}
