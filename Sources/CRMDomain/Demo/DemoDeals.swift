/// What is settled about a deal before its people are known.
struct DealPlan: Sendable {
  let stage: String
  let createdDaysAgo: Int
  /// Days since it came to its stage; for a closed deal, since it was closed.
  let inStageDays: Int
  let isFromLead: Bool
  /// Of the day on which it began.
  let minute: Int

  var isOpen: Bool { stage != "closed_won" && stage != "closed_lost" }
}

extension BookWriter {
  private static let stageCounts = [
    ("prospecting", 12), ("qualification", 11), ("proposal", 10), ("negotiation", 8), ("closed_won", 11),
    ("closed_lost", 8),
  ]

  /// Sixty deals in all six stages, the oldest first; the first two of each stage came from leads.
  mutating func planDeals() -> [DealPlan] {
    var plans: [DealPlan] = []
    for (stage, count) in Self.stageCounts {
      for index in 0..<count { plans.append(plan(stage, index)) }
    }
    return plans.sorted { beginning(of: $0) < beginning(of: $1) }
  }

  private func beginning(of plan: DealPlan) -> Instant { clock.past(days: plan.createdDaysAgo, minute: plan.minute) }

  /// Every third open deal has been in its stage for too long, and every second won one was won in the last weeks.
  private mutating func plan(_ stage: String, _ index: Int) -> DealPlan {
    let isRecent = stage == "closed_won" ? index % 2 == 0 : index % 3 != 2
    let inStage =
      switch stage {
      case "closed_won", "closed_lost": isRecent ? dice.int(0...18) : dice.int(30...280)
      default: isRecent ? dice.int(0...6) : dice.int(24...75)
      }
    return DealPlan(
      stage: stage, createdDaysAgo: inStage + (stage == "prospecting" ? 0 : dice.int(10...95)), inStageDays: inStage,
      isFromLead: index < 2, minute: officeMinute())
  }

  mutating func writeDeals(_ plans: [DealPlan]) {
    var converted = book.leads.indices.filter { book.leads[$0].convertedAt != nil }
      .sorted { (book.leads[$0].convertedAt ?? clock.now) < (book.leads[$1].convertedAt ?? clock.now) }
    for plan in plans {
      let lead = plan.isFromLead ? converted.removeFirst() : nil
      var deal = deal(plan, with: customer(of: plan, lead: lead))
      deal.id = Identifier(Int64(book.opportunities.count + 1))
      if let lead {
        deal.lead = book.leads[lead].id
        deal.tags = book.leads[lead].tags
        book.leads[lead].convertedOpportunity = deal.id
      }
      book.opportunities.append(deal)
    }
  }

  /// The contact its lead became, or somebody known when the deal began, at a company without a deal if there is one.
  private mutating func customer(of plan: DealPlan, lead: Int?) -> Contact {
    if let id = lead.flatMap({ book.leads[$0].convertedContact }) { return book.contacts[Int(id.rawValue) - 1] }
    let began = beginning(of: plan)
    let known = book.contacts.filter { ($0.createdAt ?? clock.now) <= began && $0.contactType != "vendor" }
    let buyers = Set(book.opportunities.map(\.companyName))
    let fresh = known.filter { !buyers.contains($0.companyName) }
    return dice.pick(fresh.isEmpty ? known : fresh)
  }

  private mutating func deal(_ plan: DealPlan, with contact: Contact) -> Opportunity {
    let product = dice.pick(DemoPhrases.products)
    let company = DemoCompany.all.first { $0.name == contact.companyName }
    var deal = Opportunity()
    deal.name = "\(company?.shortName ?? contact.companyName) \(product[0])"
    deal.details = product[2]
    deal.companyName = contact.companyName
    deal.stage = plan.stage
    deal.probability = book.stages.first { $0.key == plan.stage }?.probability ?? 10
    deal.amount = amount(around: Int(product[1]) ?? 30_000)
    deal.currency = company?.land.currency ?? "USD"
    deal.contact = contact.id
    deal.board = book.boards.first?.id
    deal.assignedTo = contact.assignedTo ?? someUser()
    deal.owner = someUser()
    deal.createdAt = beginning(of: plan)
    deal.tags = someTags(atMost: 2)
    deal.notes = dice.chance(25) ? filled(dice.pick(DemoPhrases.leadNotes), first: contact.firstName, company: "") : ""
    date(&deal, plan)
    deal.updatedAt = deal.stageEnteredAt
    return deal
  }

  private mutating func date(_ deal: inout Opportunity, _ plan: DealPlan) {
    let created = deal.createdAt ?? clock.now
    deal.stageEnteredAt = max(created, clock.past(days: plan.inStageDays, minute: officeMinute()))
    guard plan.isOpen else { return close(&deal, plan) }
    // Near the end of the board deals are due this month; before it they may take longer or be late already.
    deal.expectedCloseDate =
      dice.chance(plan.stage == "negotiation" ? 70 : 20)
      ? clock.laterThisMonth(days: dice.int(1...20))
      : clock.workday(after: clock.today.adding(days: dice.int(-9...70)))
  }

  private mutating func close(_ deal: inout Opportunity, _ plan: DealPlan) {
    let isRecentWin = plan.stage == "closed_won" && plan.inStageDays < 20
    let closed =
      isRecentWin ? clock.earlierThisMonth(days: plan.inStageDays) : clock.day(of: deal.stageEnteredAt ?? clock.now)
    deal.stageEnteredAt = max(
      deal.createdAt ?? clock.now, min(clock.instant(closed, minute: officeMinute()), clock.now))
    deal.actualCloseDate = closed
    deal.expectedCloseDate = closed.adding(days: dice.int(-12...12))
    deal.lostReason = plan.stage == "closed_lost" ? dice.pick(DemoPhrases.lostReasons) : ""
  }
}
