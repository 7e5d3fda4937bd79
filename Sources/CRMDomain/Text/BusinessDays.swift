/// Mondays to Fridays.
package enum BusinessDays {
  /// How many Mondays to Fridays come after `first` up to and including `last`; negative if `last` is earlier.
  package static func between(_ first: Day, _ last: Day) -> Int {
    through(last) - through(first)
  }

  /// Those since the Monday before 1970 up to and including `day`.
  private static func through(_ day: Day) -> Int {
    let monday = day.daysSince1970 - (day.weekday - 1)
    return (monday + 3) / 7 * 5 + min(day.weekday, 5)
  }
}
