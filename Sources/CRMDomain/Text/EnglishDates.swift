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
  /// The same day of the month so many months later, or the last day of a month that is too short for it.
  package func adding(months: Int) -> Day {
    let (year, month, day) = components
    let total = year * 12 + month - 1 + months
    let (newYear, newMonth) = (total / 12, total % 12 + 1)
    for candidate in stride(from: day, to: 27, by: -1) {
      if let found = Day(year: newYear, month: newMonth, day: candidate) { return found }
    }
    return Day(year: newYear, month: newMonth, day: day) ?? self
  }

  package var lastOfMonth: Day {
    let (year, month, _) = components
    let first = Day(year: year, month: month, day: 1) ?? self
    return first.adding(months: 1).adding(days: -1)
  }
}
