/// A distance by which each record's own date is moved, as a rep types it: `by +2w`, `by -3 days`, `by 1 month`.
package struct DateShift: Hashable, Sendable {
  package var days = 0
  package var months = 0

  package init(days: Int = 0, months: Int = 0) {
    self.days = days
    self.months = months
  }

  /// nil where the text says something else.
  package init?(_ text: String) {
    let words = text.lowercased().split(separator: " ")
    guard words.first == "by", words.count <= 3 else { return nil }
    let body = words.dropFirst().joined()
    let sign = body.first == "-" ? -1 : 1
    let rest = body.drop { $0 == "+" || $0 == "-" }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let amount = Int(digits), amount > 0, amount < 10_000 else { return nil }
    switch rest.dropFirst(digits.count) {
    case "d", "day", "days": days = sign * amount
    case "w", "wk", "week", "weeks": days = sign * amount * 7
    case "m", "mo", "month", "months": months = sign * amount
    case "y", "yr", "year", "years": months = sign * amount * 12
    default: return nil
    }
  }

  /// `+14 days`, `-1 month`.
  package var words: String {
    let (amount, unit) = months == 0 ? (days, "day") : (months, "month")
    return "\(amount > 0 ? "+" : "")\(amount) \(unit)\(amount.magnitude == 1 ? "" : "s")"
  }

  package func moved(_ day: Day) -> Day? { day.adding(days: days).adding(months: months) }

  /// The date moved; at the same time of day by the clock. nil for a value that is no date, or leaves the calendar.
  package func moved(_ value: FieldValue, in calendar: LocalCalendar) -> FieldValue? {
    switch value {
    case .day(let day): return moved(day).map(FieldValue.day)
    case .instant(let instant):
      let (day, hour, minute) = calendar.time(of: instant)
      let rest = instant.microseconds - calendar.instant(of: day, minutes: hour * 60 + minute).microseconds
      return moved(day).map { day in
        let whole = calendar.instant(of: day, minutes: hour * 60 + minute)
        return .instant(Instant(microseconds: whole.microseconds + rest))
      }
    case .none, .text, .integer, .money, .flag, .reference, .tags, .object: return nil
    }
  }
}
