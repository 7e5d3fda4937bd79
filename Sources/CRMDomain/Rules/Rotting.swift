/// When a deal has stood in one stage for too long: more business days than the stage allows.
package enum Rotting {
  /// The earliest day on which a deal can have entered its stage and still be fresh today.
  package static func lastFreshDay(today: Day, allowed: Int) -> Day {
    var day = today
    while BusinessDays.between(day, today) <= allowed { day = day.adding(days: -1) }
    return day.adding(days: 1)
  }

  /// Business days the deal has been in its stage, if that is more than the stage allows; otherwise nil.
  package static func days(_ deal: Opportunity, in stage: Stage, today: Day) -> Int? {
    guard stage.outcome == "open", let allowed = stage.rotDays, let since = deal.stageEnteredAt else { return nil }
    let entered = LocalCalendar.utc.day(of: since)
    let days = BusinessDays.between(entered, today)
    return days > allowed ? days : nil
  }
}
