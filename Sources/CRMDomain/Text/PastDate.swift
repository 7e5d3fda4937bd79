/// A time gone by, as a person types it: `last monday`, `-30d`, `1 nov`, `yesterday 14:00`.
package enum PastDate {
  private static let example = "a day gone by is asked for, such as last monday, -30d or 2026-11-01"

  /// The instant meant by `text`: the end of a day that is typed without a time, and never after `now`.
  ///
  /// A weekday is the last one, and a date without a year the last one, where they would be the next ones elsewhere.
  package static func instant(
    _ text: String, now: Instant, calendar: LocalCalendar, dayFirst: Bool = true,
  ) throws(EntryProblem) -> Instant {
    let entry = try DateEntry.parse(text, now: now, calendar: calendar, dayFirst: dayFirst)
    let today = calendar.day(of: now)
    let day = entry.day > today ? try turned(entry.day, text, today) : entry.day
    guard let minutes = entry.minutes else {
      let end = calendar.instant(of: day.adding(days: 1))
      return min(Instant(microseconds: end.microseconds - 1), now)
    }
    let instant = calendar.instant(of: day, minutes: minutes)
    guard instant <= now else { throw EntryProblem("“\(text)” is still to come; \(example)") }
    return instant
  }

  private static func turned(_ day: Day, _ text: String, _ today: Day) throws(EntryProblem) -> Day {
    let words = text.lowercased().split { " ,".contains($0) }
    let hasYear = text.split(whereSeparator: { !$0.isNumber }).contains { $0.count == 4 }
    let isNext = words.first == "next"
    if !isNext, words.contains(where: { EnglishDates.weekday($0) != nil }), !hasYear { return day.adding(days: -7) }
    let isDate = words.contains { word in
      EnglishDates.month(word.filter { $0 != "." }[...]) != nil
        || (word.first?.isNumber ?? false) && word.contains { "/.".contains($0) }
    }
    if isDate, !isNext, !hasYear, let past = day.adding(months: -12), past <= today { return past }
    throw EntryProblem("“\(text)” is still to come; \(example)")
  }
}
