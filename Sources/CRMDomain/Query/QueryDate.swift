/// A date or a stretch of days as typed into a query, before it is known what today is.
enum QueryDate: Hashable {
  enum Unit: Hashable { case hour, day, week, month, quarter, year }
  enum Turn: Hashable { case this, last, next }

  case days(Range<Day>)
  /// A clock time of a day, in minutes after midnight.
  case clock(Day, minutes: Int)
  /// A time with its zone, as programs write it: `2026-11-22T17:25:00Z`.
  case moment(Instant)
  case now
  /// So many days from today: `yesterday` is -1.
  case relative(Int)
  /// `+3d`, `-2w`: that far from now.
  case shifted(Int, Unit)
  /// `30d`: a distance from now, in the direction the field looks.
  case distance(Int, Unit)
  /// `this week`, `last month`.
  case period(Turn, Unit)
  /// `fri`; with a turn `last fri`.
  case weekday(Int, Turn?)
  /// Anything else that may be typed into a form's date field: `24 dec`, `fri 9:00`.
  case entry(String, hasClock: Bool)

  /// Nil if the text is no date.
  init?(_ typed: String) {
    let words = typed.lowercased().split { $0 == " " || $0 == "_" || $0 == "t" && typed.first?.isNumber == true }
    guard let first = words.first else { return nil }
    if let instant = QueryDate.zoned(typed.uppercased()) {
      self = .moment(instant)
    } else if words.count == 1, let date = QueryDate.single(first) ?? QueryDate.calendar(first) {
      self = date
    } else if let date = QueryDate.turned(words) ?? QueryDate.timed(words) ?? QueryDate.worded(words) {
      self = date
    } else if let entry = QueryDate.entry(typed) {
      self = entry
    } else {
      return nil
    }
  }

  private static func zoned(_ typed: String) -> Instant? {
    typed.hasSuffix("Z") || typed.dropFirst(16).contains { $0 == "+" || $0 == "-" } ? Instant(iso: typed) : nil
  }

  private static func entry(_ typed: String) -> QueryDate? {
    // Whether a text is a date does not depend on the day it is typed.
    let anyTime = QueryClock(now: Instant(seconds: 1_800_000_000), calendar: .utc)
    return anyTime.entry(typed, daysAgo: 0).map { .entry(typed, hasClock: $0.minutes != nil) }
  }

  private static func single(_ word: Substring) -> QueryDate? {
    switch word {
    case "now": return .now
    case "today": return .relative(0)
    case "yesterday": return .relative(-1)
    case "tomorrow": return .relative(1)
    default:
      if let weekday = EnglishDates.weekday(word) { return .weekday(weekday, nil) }
      return word.first == "+" || word.first == "-" ? shifted(word) : length(word).map { .distance($0, $1) }
    }
  }

  private static func shifted(_ word: Substring) -> QueryDate? {
    length(word.dropFirst()).map { .shifted(word.first == "-" ? -$0 : $0, $1) }
  }

  /// `30d`, `2weeks`.
  private static func length(_ word: Substring) -> (Int, Unit)? {
    let digits = word.prefix { ("0"..."9").contains($0) }
    guard (1...4).contains(digits.count), let count = Int(digits), let unit = unit(word.dropFirst(digits.count)),
      digits.count < 4 || unit != .quarter && unit != .year
    else { return nil }
    return (count, unit)
  }

  private static func unit(_ word: Substring) -> Unit? {
    switch word {
    case "h", "hour", "hours": .hour
    case "d", "day", "days": .day
    case "w", "week", "weeks": .week
    case "m", "mo", "month", "months": .month
    case "q", "quarter", "quarters": .quarter
    case "y", "year", "years": .year
    default: nil
    }
  }

  /// `2026`, `2026-11` and `2026-11-22`.
  private static func calendar(_ word: Substring) -> QueryDate? {
    if let day = Day(iso: String(word)) { return .days(day..<day.adding(days: 1)) }
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, let year = Int(parts[0]), parts[0].count == 4, year > 1000 else { return nil }
    if parts.count == 1 {
      guard let first = Day(year: year, month: 1, day: 1), let end = first.adding(months: 12) else { return nil }
      return .days(first..<end)
    }
    guard let month = Int(parts[1]), let first = Day(year: year, month: month, day: 1),
      let end = first.adding(months: 1)
    else { return nil }
    return .days(first..<end)
  }

  /// Whether `first` and `second` are one date that a rep types as two words.
  static func isTurned(_ first: String, _ second: String) -> Bool {
    turned([Substring(first.lowercased()), Substring(second.lowercased())]) != nil
  }

  /// `this week`, `next fri`.
  private static func turned(_ words: [Substring]) -> QueryDate? {
    let turns: [Substring: Turn] = ["this": .this, "last": .last, "next": .next]
    guard words.count == 2, let turn = turns[words[0]] else { return nil }
    if let weekday = EnglishDates.weekday(words[1]) { return .weekday(weekday, turn) }
    guard words[1].count > 1, let unit = unit(words[1]), unit != .hour, unit != .day else { return nil }
    return .period(turn, unit)
  }

  /// `2026-11-22 14:00`.
  private static func timed(_ words: [Substring]) -> QueryDate? {
    guard words.count == 2, let day = Day(iso: String(words[0])) else { return nil }
    let clock = words[1].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 2, let hour = Int(clock[0]), let minute = Int(clock[1]), clock[1].count == 2,
      (0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    return .clock(day, minutes: hour * 60 + minute)
  }

  /// `30 days`, `3 weeks ago`, `in 2 months`.
  private static func worded(_ words: [Substring]) -> QueryDate? {
    let isAhead = words.first == "in"
    let isBack = words.last == "ago"
    let inner = words.dropFirst(isAhead ? 1 : 0).dropLast(isBack ? 1 : 0)
    guard !(isAhead && isBack), let (count, unit) = length(Substring(inner.joined())) else { return nil }
    return isAhead ? .shifted(count, unit) : isBack ? .shifted(-count, unit) : .distance(count, unit)
  }

  var hasClock: Bool {
    switch self {
    case .clock, .moment, .distance(_, .hour), .shifted(_, .hour): true
    case .entry(_, let hasClock): hasClock
    case .days, .now, .relative, .shifted, .distance, .period, .weekday: false
    }
  }

  var isDistance: Bool { if case .distance = self { true } else { false } }
}

/// Turns typed dates into stretches of time.
struct QueryClock {
  /// From `lower` up to, without, `upper`; the days it touches are given apart for fields without a time of day.
  struct Span: Hashable {
    var moments: Range<Instant>
    var days: Range<Day>
  }

  let now: Instant
  let calendar: LocalCalendar
  /// Whether `3/4` is in April.
  let dayFirst: Bool
  private let today: Day

  init(now: Instant, calendar: LocalCalendar, dayFirst: Bool = true) {
    self.now = now
    self.calendar = calendar
    self.dayFirst = dayFirst
    today = calendar.day(of: now)
  }

  /// When `date` is, for a field that mostly holds the past (`looksBack`) or the future.
  func span(_ date: QueryDate, looksBack: Bool) -> Span {
    switch date {
    case .days(let days): span(days)
    case .clock(let day, let minutes): moment(calendar.instant(of: day, minutes: minutes), day)
    case .moment(let instant): moment(instant)
    case .now: moment(now, today)
    case .relative(let days): span(of: today.adding(days: days))
    case .shifted(let count, .hour): moment(now.adding(seconds: Int64(count) * 3600))
    case .shifted(let count, let unit): span(of: shifted(today, count, unit))
    case .distance(let count, let unit): point(looksBack ? -count : count, unit)
    case .period(let turn, let unit): span(period(turn, unit))
    case .weekday(let weekday, let turn): span(of: day(weekday, turn, looksBack: looksBack))
    case .entry(let typed, _): span(ofEntry: typed, looksBack: looksBack)
    }
  }

  /// A form looks ahead: its `24 dec` is the next. Looking back it is what was the next a week or a year ago.
  private func span(ofEntry typed: String, looksBack: Bool) -> Span {
    let isAhead = ["tomorrow", "in ", "+"].contains { typed.lowercased().hasPrefix($0) }
    let entries = (looksBack && !isAhead ? [0, 7, 365] : [0]).compactMap { entry(typed, daysAgo: $0) }
    guard let entry = entries.first(where: { $0.day <= today }) ?? entries.first else { return moment(now, today) }
    guard let minutes = entry.minutes else { return span(of: entry.day) }
    return moment(calendar.instant(of: entry.day, minutes: minutes), entry.day)
  }

  /// What a form that was filled in so many days ago would have understood; nil if nothing.
  func entry(_ typed: String, daysAgo: Int) -> DateEntry? {
    let then = now.adding(seconds: Int64(daysAgo) * -86_400)
    do {
      return try DateEntry.parse(typed, now: then, calendar: calendar, dayFirst: dayFirst)
    } catch {
      // Its reason speaks of forms; the query says what it takes for a date itself.
      return nil
    }
  }

  /// All the time between now and `count` units from now.
  func stretch(_ count: Int, _ unit: QueryDate.Unit) -> Span {
    let end = point(count, unit)
    guard unit == .hour else {
      let days = [today, end.days.lowerBound].sorted { $0 < $1 }
      return span(days[0]..<days[1].adding(days: 1))
    }
    let moments = [now, end.moments.lowerBound].sorted()
    return Span(moments: moments[0]..<after(moments[1]), days: today..<today.adding(days: 1))
  }

  /// The moment `count` units from now; days keep the time of day.
  private func point(_ count: Int, _ unit: QueryDate.Unit) -> Span {
    guard unit != .hour else { return moment(now.adding(seconds: Int64(count) * 3600)) }
    let day = shifted(today, count, unit)
    return moment(now.adding(seconds: Int64(day.daysSince1970 - today.daysSince1970) * 86_400), day)
  }

  /// The same day beyond the years 1 to 9999, which no typed distance reaches from a clock that is set.
  private func shifted(_ day: Day, _ count: Int, _ unit: QueryDate.Unit) -> Day {
    switch unit {
    case .hour: day
    case .day: day.adding(days: count)
    case .week: day.adding(days: 7 * count)
    case .month: day.adding(months: count) ?? day
    case .quarter: day.adding(months: 3 * count) ?? day
    case .year: day.adding(months: 12 * count) ?? day
    }
  }

  private func period(_ turn: QueryDate.Turn, _ unit: QueryDate.Unit) -> Range<Day> {
    let offset =
      switch turn {
      case .this: 0
      case .last: -1
      case .next: 1
      }
    let start = shifted(first(of: unit), offset, unit)
    return start..<shifted(start, 1, unit)
  }

  /// The first day of the week (Monday), month, quarter or year of today.
  private func first(of unit: QueryDate.Unit) -> Day {
    let (year, month, _) = today.components
    let firstMonth: Int
    switch unit {
    case .hour, .day: return today
    case .week: return today.adding(days: 1 - today.weekday)
    case .month: firstMonth = month
    case .quarter: firstMonth = (month - 1) / 3 * 3 + 1
    case .year: firstMonth = 1
    }
    return Day(year: year, month: firstMonth, day: 1) ?? today
  }

  /// A bare weekday is today or the nearest one in the direction the field looks; `last` and `next` are never today.
  private func day(_ weekday: Int, _ turn: QueryDate.Turn?, looksBack: Bool) -> Day {
    let ahead = (weekday - today.weekday + 7) % 7
    switch turn {
    case .this: return today.adding(days: weekday - today.weekday)
    case .last: return today.adding(days: ahead - 7)
    case .next: return today.adding(days: ahead == 0 ? 7 : ahead)
    case nil: return today.adding(days: looksBack && ahead > 0 ? ahead - 7 : ahead)
    }
  }

  private func span(of day: Day) -> Span { span(day..<day.adding(days: 1)) }

  private func span(_ days: Range<Day>) -> Span {
    Span(moments: calendar.instant(of: days.lowerBound)..<calendar.instant(of: days.upperBound), days: days)
  }

  private func moment(_ instant: Instant, _ day: Day? = nil) -> Span {
    let day = day ?? calendar.day(of: instant)
    return Span(moments: instant..<after(instant), days: day..<day.adding(days: 1))
  }

  private func after(_ instant: Instant) -> Instant { Instant(microseconds: instant.microseconds + 1) }
}

extension FieldInfo {
  /// True for dates that mostly lie in the past: `created:mon` is the last Monday, `due:mon` the next.
  var looksBack: Bool {
    isReadOnly
      || ["last_contact_date", "last_activity_date", "completed_at", "actual_close_date", "occurred_at"].contains(name)
  }
}
