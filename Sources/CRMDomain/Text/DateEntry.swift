/// A day, perhaps with a time, as a person types it: `tomorrow 9:00`, `fri 2pm`, `+3d`, `24 dec`, `in 2 hours`.
package struct DateEntry: Hashable, Sendable {
  package let day: Day
  /// Minutes after midnight, nil if only a day was typed.
  package let minutes: Int?

  package init(day: Day, minutes: Int?) {
    self.day = day
    self.minutes = minutes
  }

  /// Reads `text` as of `now`.
  ///
  /// A weekday is the next one and never today; a date without a year is the next one, today included; a time without
  /// a day is today, or tomorrow if it is past. `dayFirst` decides about `3/4`; `2026-12-24` and `3.4.` need no deciding.
  /// `9.30` without a closing point is a time if it can be one.
  package static func parse(
    _ text: String, now: Instant, calendar: LocalCalendar, dayFirst: Bool = true,
  ) throws(EntryProblem) -> DateEntry {
    if let day = Day(iso: text) { return DateEntry(day: day, minutes: nil) }
    var reader = DateReader(text, now: now, calendar: calendar, dayFirst: dayFirst)
    return try reader.read()
  }

  /// The instant meant, a day alone being `usualMinutes` after its midnight.
  package func instant(in calendar: LocalCalendar, usualMinutes: Int) -> Instant {
    calendar.instant(of: day, minutes: minutes ?? usualMinutes)
  }
}

/// Reads words from left to right: each begins a day, a time, or both.
private struct DateReader {
  private static let example = "try tomorrow 9:00, fri, +3d, 24 dec or 2026-12-24"

  private let text: String
  private var words: ArraySlice<Substring>
  private let now: Instant
  private let calendar: LocalCalendar
  private let dayFirst: Bool
  private let today: Day
  private var day: Day?
  private var minutes: Int?

  init(_ text: String, now: Instant, calendar: LocalCalendar, dayFirst: Bool) {
    self.text = text
    self.now = now
    self.calendar = calendar
    self.dayFirst = dayFirst
    let separators: Set<Character> = [" ", ",", "\t", "\u{A0}"]
    words = ArraySlice(text.lowercased().split { separators.contains($0) })
    today = calendar.day(of: now)
  }

  mutating func read() throws(EntryProblem) -> DateEntry {
    guard !words.isEmpty else { throw EntryProblem("No date typed; \(DateReader.example)") }
    while let word = words.first {
      if minutes == nil, let time = takeTime() {
        minutes = time
      } else if day == nil, takeMoment() {
        continue
      } else if day == nil, try takeDay() {
        continue
      } else if ["at", "on", "the"].contains(word), words.count > 1 {
        words.removeFirst()
      } else {
        throw notUnderstood(word)
      }
    }
    if let day { return DateEntry(day: day, minutes: minutes) }
    return DateEntry(day: dayOfTimeAlone, minutes: minutes)
  }

  private func notUnderstood(_ word: Substring) -> EntryProblem {
    EntryProblem("“\(word)” is not a date or time; \(DateReader.example)")
  }

  private var dayOfTimeAlone: Day {
    let (_, hour, minute) = calendar.time(of: now)
    return (minutes ?? 0) < hour * 60 + minute ? today.adding(days: 1) : today
  }

  /// Takes the first `count` words.
  private mutating func take<Value>(_ count: Int, _ value: Value) -> Value {
    words.removeFirst(count)
    return value
  }

  private func word(_ offset: Int) -> Substring? {
    words.dropFirst(offset).first
  }
}

// Times of day.
extension DateReader {
  private mutating func takeTime() -> Int? {
    guard let first = words.first else { return nil }
    if first == "noon" { return take(1, 12 * 60) }
    if first == "midnight" { return take(1, 0) }
    if let next = word(1), next == "am" || next == "pm", let time = clock(first + next) { return take(2, time) }
    if let time = clock(first) { return take(1, time) }
    guard day != nil, word(1).flatMap(EnglishDates.month) == nil, let hour = Int(first), (0..<24).contains(hour) else {
      return nil
    }
    return take(1, hour * 60)
  }

  /// `9:00`, `9.30`, `9am`, `9:30pm`, `14h`, `14h30`, `14:30h`.
  private func clock(_ word: Substring) -> Int? {
    let isMorning = word.hasSuffix("am")
    let isAfternoon = word.hasSuffix("pm")
    let body = isMorning || isAfternoon ? word.dropLast(2) : word.hasSuffix("h") ? word.dropLast() : word
    let parts = body.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." || $0 == "h" }
    guard parts.count <= 2, let hour = number(parts.first, atMost: 2) else { return nil }
    guard parts.count == 2 || body.count < word.count else { return nil }
    guard parts.count == 1 || parts[1].count == 2, let minute = parts.count == 1 ? 0 : number(parts[1], atMost: 2),
      minute < 60
    else { return nil }
    guard isMorning || isAfternoon else { return hour < 24 ? hour * 60 + minute : nil }
    guard (1...12).contains(hour) else { return nil }
    return (hour % 12 + (isAfternoon ? 12 : 0)) * 60 + minute
  }

  private func number(_ text: Substring?, atMost digits: Int) -> Int? {
    guard let text, (1...digits).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else {
      return nil
    }
    return Int(text)
  }
}

// Moments: what sets the day and the time at once.
extension DateReader {
  /// `now`, `+2h`, `in 30 minutes`, `2026-12-24t09:00`.
  private mutating func takeMoment() -> Bool {
    guard minutes == nil, let first = words.first else { return false }
    if first == "now" {
      set(now)
      return take(1, true)
    }
    if let (amount, unit, count) = span(), let seconds = DateReader.seconds[unit], abs(amount) < 1_000_000 {
      set(now.adding(seconds: Int64(amount) * seconds))
      return take(count, true)
    }
    let parts = first.split(separator: "t", maxSplits: 1)
    guard parts.count == 2, let day = Day(iso: String(parts[0])) else { return false }
    if let time = clock(parts[1]) {
      (self.day, minutes) = (day, time)
    } else if let instant = Instant(iso: String(first.uppercased())) {
      set(instant)
    } else {
      return false
    }
    return take(1, true)
  }

  private mutating func set(_ instant: Instant) {
    let (day, hour, minute) = calendar.time(of: instant)
    (self.day, minutes) = (day, hour * 60 + minute)
  }

  private static let seconds: [Substring: Int64] = [
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "min": 60, "mins": 60, "minute": 60, "minutes": 60,
  ]

  /// The amount, the unit and the number of words of `+3d`, `-2 weeks`, `3d`, `in 3 days` or `3 days ago`.
  private func span() -> (amount: Int, unit: Substring, words: Int)? {
    let hasIn = words.first == "in"
    let skipped = hasIn ? 1 : 0
    guard let first = word(skipped) else { return nil }
    let sign = first.first == "+" ? 1 : first.first == "-" ? -1 : nil
    let body = sign == nil ? first : first.dropFirst()
    let digits = body.prefix { $0.isASCII && $0.isNumber }
    guard let amount = number(digits, atMost: 6) else { return nil }
    var count = skipped + 1
    var unit = body.dropFirst(digits.count)
    if unit.isEmpty, let next = word(count) {
      unit = next
      count += 1
    }
    if word(count) == "ago" { return (-amount, unit, count + 1) }
    return ((sign ?? 1) * amount, unit, count)
  }
}

// Days.
extension DateReader {
  private mutating func takeDay() throws(EntryProblem) -> Bool {
    if let (found, count) = namedDay() ?? spannedDay() {
      day = found
      return take(count, true)
    }
    if let (numbers, count) = writtenDate() ?? numericDate() {
      day = try resolve(numbers)
      return take(count, true)
    }
    return false
  }

  private func namedDay() -> (Day, Int)? {
    guard let first = words.first else { return nil }
    let fixed: Day? =
      switch first {
      case "today": today
      case "tomorrow", "tom", "tmr": today.adding(days: 1)
      case "yesterday": today.adding(days: -1)
      case "eow": today.adding(days: (5 - today.weekday + 7) % 7)
      case "eom": today.lastOfMonth
      case "eoq": today.adding(months: (3 - today.components.month % 3) % 3)?.lastOfMonth
      case "eoy": Day(year: today.components.year, month: 12, day: 31)
      default: EnglishDates.weekday(first).map { next(weekday: $0) }
      }
    if let fixed { return (fixed, 1) }
    guard let second = word(1), first == "next" || first == "last" else { return nil }
    return relativeDay(second, isNext: first == "next").map { ($0, 2) }
  }

  /// `next fri`, `next week` (its Monday), `next month` (its first day), `last fri`.
  private func relativeDay(_ word: Substring, isNext: Bool) -> Day? {
    if let weekday = EnglishDates.weekday(word) {
      return isNext ? next(weekday: weekday) : today.adding(days: -((today.weekday - weekday + 6) % 7 + 1))
    }
    guard isNext else { return nil }
    switch word {
    case "week": return next(weekday: 1)
    case "month": return today.lastOfMonth.adding(days: 1)
    default: return nil
    }
  }

  private func next(weekday: Int) -> Day {
    today.adding(days: (weekday - today.weekday + 6) % 7 + 1)
  }

  private func spannedDay() -> (Day, Int)? {
    guard let (amount, unit, count) = span() else { return nil }
    let found: Day? =
      switch unit {
      case "d", "day", "days": today.adding(days: amount)
      case "w", "wk", "week", "weeks": today.adding(days: amount * 7)
      case "m", "mo", "month", "months": today.adding(months: amount)
      case "y", "yr", "year", "years": today.adding(months: amount * 12)
      default: nil
      }
    guard let found, (1...9999).contains(found.components.year) else { return nil }
    return (found, count)
  }

  /// `24 dec`, `dec 24`, `24th december 2026`.
  private func writtenDate() -> (DateNumbers, Int)? {
    guard let first = words.first, let second = word(1) else { return nil }
    let year = number(word(2), atMost: 4).flatMap { word(2)?.count == 4 ? $0 : nil }
    let count = year == nil ? 2 : 3
    if let day = ordinal(first), let month = EnglishDates.month(second.filter { $0 != "." }[...]) {
      return (DateNumbers(year: year, month: month, day: day), count)
    }
    if let month = EnglishDates.month(first.filter { $0 != "." }[...]), let day = ordinal(second) {
      return (DateNumbers(year: year, month: month, day: day), count)
    }
    return nil
  }

  /// `24`, `24.`, `24th`.
  private func ordinal(_ word: Substring) -> Int? {
    let digits = word.prefix { $0.isASCII && $0.isNumber }
    guard ["", ".", "st", "nd", "rd", "th"].contains(word.dropFirst(digits.count)) else { return nil }
    return number(digits, atMost: 2)
  }

  /// `2026-12-24`, `24/12/2026`, `24/12`, `24.12.2026`, `24.12.`, `24.12`.
  private func numericDate() -> (DateNumbers, Int)? {
    guard let first = words.first, let mark = first.first(where: { "-/.".contains($0) }) else { return nil }
    var parts = first.split(separator: mark, omittingEmptySubsequences: false)
    if mark == ".", parts.last?.isEmpty == true { parts.removeLast() }
    let numbers = parts.compactMap { number($0, atMost: 4) }
    guard numbers.count == parts.count, (2...3).contains(parts.count) else { return nil }
    if parts[0].count == 4 {
      return parts.count == 3 ? (DateNumbers(year: numbers[0], month: numbers[1], day: numbers[2]), 1) : nil
    }
    let year = parts.count == 2 ? nil : parts[2].count <= 2 ? 2000 + numbers[2] : numbers[2]
    let isDayFirst = numbers[0] > 12 || numbers[1] <= 12 && (dayFirst || mark == ".")
    let (day, month) = isDayFirst ? (numbers[0], numbers[1]) : (numbers[1], numbers[0])
    return (DateNumbers(year: year, month: month, day: day), 1)
  }

  private func resolve(_ numbers: DateNumbers) throws(EntryProblem) -> Day {
    let thisYear = today.components.year
    // Eight years on, because 29 February may be that far away.
    let years = numbers.year.map { $0...$0 } ?? thisYear...thisYear + 8
    for year in years {
      guard let day = Day(year: year, month: numbers.month, day: numbers.day) else { continue }
      if numbers.year != nil || day >= today { return day }
    }
    throw EntryProblem("“\(text)” is not a day of the calendar; \(DateReader.example)")
  }
}

/// A date as its numbers were typed, not yet checked against the calendar.
private struct DateNumbers {
  let year: Int?
  let month: Int
  let day: Int
}
