/// Days and times as a rep reads them.
package enum DateText {
  /// `14:02` today, `tomorrow 9:00`, `Tue 9:00` within the next six days, `yesterday`, else `24 Dec` or `24 Dec 2027`.
  package static func short(_ instant: Instant, now: Instant, calendar: LocalCalendar) -> String {
    let (day, hour, minute) = calendar.time(of: instant)
    let today = calendar.day(of: now)
    let clock = "\(hour):\(twoDigits(minute))"
    switch day.daysSince1970 - today.daysSince1970 {
    case 0: return clock
    case 1...6: return "\(short(day, today: today)) \(clock)"
    default: return short(day, today: today)
    }
  }

  /// `today`, `tomorrow`, `yesterday`, `Tue` within the next six days, else `24 Dec` or `24 Dec 2027`.
  package static func short(_ day: Day, today: Day) -> String {
    switch day.daysSince1970 - today.daysSince1970 {
    case 0: return "today"
    case 1: return "tomorrow"
    case -1: return "yesterday"
    case 2...6: return EnglishDates.shortWeekday(day.weekday)
    default:
      let (year, month, dayOfMonth) = day.components
      let date = "\(dayOfMonth) \(EnglishDates.shortMonth(month))"
      return year == today.components.year ? date : "\(date) \(year)"
    }
  }

  /// `2 d ago`, `in 3 h`, `now` within a minute; hours up to two days.
  package static func ago(_ instant: Instant, now: Instant) -> String {
    let seconds = (instant.microseconds - now.microseconds) / 1_000_000
    switch seconds.magnitude {
    case 0..<60: return "now"
    case 60..<3600: return distance(seconds / 60, "min")
    case 3600..<2 * 86_400: return distance(seconds / 3600, "h")
    default: return distance(days: Int(seconds / 86_400))
    }
  }

  /// `today`, `tomorrow`, `yesterday`, `in 3 d`, `2 w ago`.
  package static func ago(_ day: Day, today: Day) -> String {
    let days = day.daysSince1970 - today.daysSince1970
    return days.magnitude < 2 ? short(day, today: today) : distance(days: days)
  }

  /// `2026-12-24 09:00`.
  package static func full(_ instant: Instant, calendar: LocalCalendar) -> String {
    let (day, hour, minute) = calendar.time(of: instant)
    return "\(day.iso) \(twoDigits(hour)):\(twoDigits(minute))"
  }

  /// `2026-12-24`.
  package static func full(_ day: Day) -> String { day.iso }

  private static func distance(days: Int) -> String {
    switch days.magnitude {
    case 0..<14: distance(Int64(days), "d")
    case 14..<60: distance(Int64(days / 7), "w")
    case 60..<730: distance(Int64(days / 30), "mo")
    default: distance(Int64(days / 365), "y")
    }
  }

  private static func distance(_ count: Int64, _ unit: String) -> String {
    count < 0 ? "\(-count) \(unit) ago" : "in \(count) \(unit)"
  }
}
