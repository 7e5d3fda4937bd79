extension BookWriter {
  /// How many leads there are of a status, and how long ago in days they came in.
  private struct Share {
    let status: String
    let count: Int
    let daysAgo: ClosedRange<Int>
    let score: ClosedRange<Int>
  }

  private static let shares = [
    Share(status: "new", count: 72, daysAgo: 0...45, score: 5...80),
    Share(status: "contacted", count: 76, daysAgo: 4...190, score: 20...88),
    Share(status: "qualified", count: 46, daysAgo: 12...300, score: 50...99),
    Share(status: "unqualified", count: 24, daysAgo: 20...oldestDays, score: 1...34),
    Share(status: "lost", count: 20, daysAgo: 45...oldestDays, score: 8...52),
  ]

  private static let companySizes = [12, 35, 80, 140, 220, 400, 650, 1_200, 3_500, 12_000]
  private static let probabilities = ["new": 5, "contacted": 15, "qualified": 40, "converted": 100]

  /// Two hundred and fifty leads, the oldest first; one for each of the deals that came from a lead.
  mutating func writeLeads(converted deals: [DealPlan]) {
    var leads: [Lead] = []
    for deal in deals { leads.append(convertedLead(deal)) }
    for share in Self.shares {
      for _ in 0..<share.count { leads.append(lead(share)) }
    }
    leads.sort { ($0.createdAt ?? clock.now, $0.email) < ($1.createdAt ?? clock.now, $1.email) }
    book.leads = leads.enumerated().map { index, lead in
      var lead = lead
      lead.id = Identifier(Int64(index + 1))
      return lead
    }
  }

  private mutating func convertedLead(_ deal: DealPlan) -> Lead {
    let conversion = deal.createdDaysAgo
    let came = min(Self.oldestDays, conversion + dice.int(6...40))
    var lead = lead(Share(status: "converted", count: 1, daysAgo: came...came, score: 60...98))
    lead.convertedAt = clock.past(days: conversion, minute: deal.minute)
    lead.nextFollowUp = nil
    return lead
  }

  private mutating func lead(_ share: Share) -> Lead {
    let person = newPerson()
    let daysAgo = dice.int(share.daysAgo)
    var lead = Lead()
    lead.firstName = person.firstName
    lead.lastName = person.lastName
    lead.email = person.email
    lead.phone = dice.chance(85) ? person.phone : ""
    lead.companyName = person.company.name
    lead.jobTitle = person.jobTitle
    lead.leadSource = source()
    lead.status = share.status
    lead.leadScore = dice.int(share.score)
    lead.priority = priority(score: lead.leadScore)
    lead.probability = Self.probabilities[share.status] ?? 0
    lead.estimatedValue = dice.chance(92) ? amount(around: 24_000) : nil
    lead.owner = someUser()
    lead.assignedTo = dice.chance(94) ? someUser() : nil
    lead.createdAt = clock.past(days: daysAgo, minute: officeMinute())
    lead.updatedAt = lead.createdAt
    lead.nextFollowUp = nextFollowUp(status: share.status)
    lead.notes = dice.chance(40) ? filled(dice.pick(DemoPhrases.leadNotes), about: person) : ""
    lead.tags = someTags(atMost: 2)
    lead.customFields = facts(of: person.company)
    lead.state = person.company.state
    return lead
  }

  private mutating func source() -> String {
    dice.pick([
      "website", "website", "website", "referral", "referral", "trade_show", "trade_show", "cold_call",
      "email_campaign", "email_campaign", "social_media", "advertisement", "other",
    ])
  }

  private mutating func priority(score: Int) -> String {
    switch score + dice.int(-15...15) {
    case ..<25: "low"
    case ..<60: "medium"
    case ..<85: "high"
    default: "urgent"
    }
  }

  /// Some are late, some are due today, most come in the next two weeks.
  private mutating func nextFollowUp(status: String) -> Instant? {
    guard ["new", "contacted", "qualified"].contains(status), dice.chance(status == "new" ? 35 : 70) else { return nil }
    let days = dice.int(-6...14)
    if days < 0 { return clock.past(days: -days, minute: officeMinute()) }
    if days <= 2 { return clock.instant(clock.today, minute: officeMinute()) }
    return clock.future(days: days - 2, minute: officeMinute())
  }

  private func facts(of company: DemoCompany) -> [String: JSONValue] {
    [
      "industry": .string(company.industry), "city": .string(company.city), "country": .string(company.land.country),
      "company_size": .integer(Self.size(of: company)),
    ]
  }

  /// Taken from the length of its name, so that colleagues agree.
  private static func size(of company: DemoCompany) -> Int {
    companySizes[company.name.unicodeScalars.count % companySizes.count]
  }

  /// `phrase` with its blanks filled for a talk with `person`.
  mutating func filled(_ phrase: String, about person: DemoPerson) -> String {
    filled(phrase, first: person.firstName, company: person.company.shortName)
  }

  mutating func filled(_ phrase: String, first: String, company: String) -> String {
    guard phrase.utf8.contains(UInt8(ascii: "{")) else { return phrase }
    let product = dice.pick(DemoPhrases.products)[0]
    let site = dice.pick(DemoCompany.all).city
    return phrase.replacing("{first}", with: first).replacing("{company}", with: company)
      .replacing("{product}", with: product).replacing("{site}", with: site)
  }
}
