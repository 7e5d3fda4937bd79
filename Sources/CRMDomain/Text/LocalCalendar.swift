import Foundation

/// The days and clock times of one time zone.
package struct LocalCalendar: Hashable, Sendable {
  package static let utc = LocalCalendar(.gmt)

  package let timeZone: TimeZone

  package init(_ timeZone: TimeZone) {
    self.timeZone = timeZone
  }

  package func day(of instant: Instant) -> Day {
    time(of: instant).day
  }

  package func time(of instant: Instant) -> (day: Day, hour: Int, minute: Int) {
    let seconds = instant.microseconds.flooredQuotientAndRemainder(by: 1_000_000).quotient
    let local = seconds + offset(at: seconds)
    let (day, second) = local.flooredQuotientAndRemainder(by: 86_400)
    return (Day(daysSince1970: Int(day)), Int(second / 3600), Int(second / 60 % 60))
  }

  /// The instant when clocks show `minutes` after midnight of `day`.
  ///
  /// Of a time that comes twice it is the first; a time skipped when clocks go forward is as much later.
  package func instant(of day: Day, minutes: Int = 0) -> Instant {
    let local = Int64(day.daysSince1970) * 86_400 + Int64(minutes) * 60
    let before = offset(at: local - 86_400)
    let after = offset(at: local + 86_400)
    let isAfterChange = offset(at: local - before) != before && offset(at: local - after) == after
    return Instant(seconds: local - (isAfterChange ? after : before))
  }

  /// Seconds east of UTC.
  private func offset(at seconds: Int64) -> Int64 {
    Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }
}
