/// The days and hours of the demo book, counted from `now` where the rep is.
struct DemoClock: Sendable {
  let now: Instant
  /// Seconds east of Greenwich.
  let utcOffset: Int

  var today: Day { day(of: now) }

  func day(of instant: Instant) -> Day {
    let local = instant.seconds + Int64(utcOffset)
    return Day(daysSince1970: Int((local - (local % 86_400 + 86_400) % 86_400) / 86_400))
  }

  /// `minute` minutes after midnight on `day`.
  func instant(_ day: Day, minute: Int) -> Instant {
    Instant(seconds: Int64(day.daysSince1970 * 86_400 + minute * 60 - utcOffset))
  }

  /// A working moment `days` ago, the Friday before if that was a weekend; never later than `now`.
  func past(days: Int, minute: Int) -> Instant {
    min(instant(workday(before: today.adding(days: -days)), minute: minute), now)
  }

  /// A working moment in `days` days, the Monday after if that is a weekend.
  func future(days: Int, minute: Int) -> Instant {
    instant(workday(after: today.adding(days: days)), minute: minute)
  }

  func workday(before day: Day) -> Day { day.adding(days: -max(0, day.weekday - 5)) }
  func workday(after day: Day) -> Day { day.weekday > 5 ? day.adding(days: 8 - day.weekday) : day }

  /// The day `days` ago, or the first of this month if that was in an earlier one.
  func earlierThisMonth(days: Int) -> Day { max(firstOfMonth, today.adding(days: -days)) }
  /// The day in `days` days, or the last of this month if that is in a later one.
  func laterThisMonth(days: Int) -> Day { min(lastOfMonth, today.adding(days: days)) }

  var firstOfMonth: Day { today.adding(days: 1 - today.components.day) }
  var lastOfMonth: Day {
    let nextMonth = firstOfMonth.adding(days: 31)
    return nextMonth.adding(days: -nextMonth.components.day)
  }
}
