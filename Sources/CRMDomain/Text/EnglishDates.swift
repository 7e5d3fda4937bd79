/// The names of months and weekdays, written and read.
enum EnglishDates {
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// `Dec` for 12.
  static func shortMonth(_ month: Int) -> String { String(months[month - 1].prefix(3)) }

  /// `Tue` for 2.
  static func shortWeekday(_ weekday: Int) -> String { String(weekdays[weekday - 1].prefix(3)) }

  /// 12 for `dec`, `Decem` and `december`.
  static func month(_ word: Substring) -> Int? { position(of: word, in: months) }

  /// 2 for `tue`, `tues` and `tuesday`.
  static func weekday(_ word: Substring) -> Int? { position(of: word, in: weekdays) }

  private static func position(of word: Substring, in names: [String]) -> Int? {
    guard word.count >= 3 else { return nil }
    return names.firstIndex { $0.lowercased().hasPrefix(word) }.map { $0 + 1 }
  }
}

extension Day {
  /// The same day of the month so many months later, or the last day of a month that is too short for it; nil outside
  /// the years 1 to 9999.
  package func adding(months: Int) -> Day? {
    let (year, month, day) = components
    let (newYear, newMonth) = (year * 12 + month - 1 + months).quotientAndRemainder(dividingBy: 12)
    return Day.last(of: newYear, newMonth + 1, upTo: day)
  }

  package var lastOfMonth: Day {
    let (year, month, _) = components
    return Day.last(of: year, month, upTo: 31) ?? self
  }

  private static func last(of year: Int, _ month: Int, upTo day: Int) -> Day? {
    stride(from: day, through: min(day, 28), by: -1).lazy.compactMap { Day(year: year, month: month, day: $0) }.first
  }
}
