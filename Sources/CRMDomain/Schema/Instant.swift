/// A point in time, in microseconds since 1970-01-01T00:00:00Z: the precision of v1's timestamps.
///
/// Seconds that lead beyond the first or the last such point, as a server may name them, lead to that point.
package struct Instant: Hashable, Comparable, Sendable, FieldRepresentable {
  package var microseconds: Int64
  package init(microseconds: Int64) { self.microseconds = microseconds }
  package init(seconds: Int64) { microseconds = Self.microseconds(seconds) }
  package init(fieldValue: FieldValue) {
    if case .instant(let instant) = fieldValue { self = instant } else { self.init(microseconds: 0) }
  }
  package var fieldValue: FieldValue { .instant(self) }
  package var seconds: Int64 { Int64((Double(microseconds) / 1_000_000).rounded(.down)) }
  package static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
  package func adding(seconds: Int64) -> Instant {
    let (sum, overflows) = microseconds.addingReportingOverflow(Self.microseconds(seconds))
    return Instant(microseconds: overflows ? Self.end(seconds) : sum)
  }

  private static func microseconds(_ seconds: Int64) -> Int64 {
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
    return overflows ? end(seconds) : product
  }

  private static func end(_ seconds: Int64) -> Int64 { seconds < 0 ? .min : .max }
}

/// A calendar day with no time zone, as days since 1970-01-01 in the proleptic Gregorian calendar.
package struct Day: Hashable, Comparable, Sendable, FieldRepresentable {
  package var daysSince1970: Int
  package init(daysSince1970: Int) { self.daysSince1970 = daysSince1970 }
  package init(fieldValue: FieldValue) {
    if case .day(let day) = fieldValue { self = day } else { self.init(daysSince1970: 0) }
  }
  package var fieldValue: FieldValue { .day(self) }
  package static func < (left: Day, right: Day) -> Bool { left.daysSince1970 < right.daysSince1970 }
  package func adding(days: Int) -> Day { Day(daysSince1970: daysSince1970 + days) }

  /// The day of that year, month (1–12) and day of the month, or nil if the calendar has none.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), (1...31).contains(day), (1...9999).contains(year) else { return nil }
    // Days from civil, counted in 400-year eras that begin on 1 March.
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(daysSince1970: era * 146_097 + dayOfEra - 719_468)
    guard components.month == month, components.day == day else { return nil }
  }

  package var components: (year: Int, month: Int, day: Int) {
    let z = daysSince1970 + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
  }

  /// 1 for Monday to 7 for Sunday (ISO 8601).
  package var weekday: Int { ((daysSince1970 + 3) % 7 + 7) % 7 + 1 }
}
