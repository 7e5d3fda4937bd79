extension Query {
  /// What puts a list into groups: `group:status`, `group:created/week`, `group:-close`.
  package struct GroupKey: Hashable, Sendable {
    /// The `FieldInfo.key` of a field.
    package var key: String
    /// How long a group of dates is; other fields have no use for it.
    package var period: Period
    /// True where the last group stands first.
    package var descending: Bool

    package init(_ key: String, period: Period = .month, descending: Bool = false) {
      self.key = key
      self.period = period
      self.descending = descending
    }

    /// Reads what follows `group:`; nil where the part after the stroke is no period.
    package init?(text: String) {
      let descending = text.hasPrefix("-")
      let parts = text.dropFirst(descending ? 1 : 0).split(separator: "/", omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
      guard parts.count == 2 else {
        self.init(String(name), descending: descending)
        return
      }
      guard let period = Period(rawValue: parts[1].lowercased()) else { return nil }
      self.init(String(name), period: period, descending: descending)
    }

    package var text: String { text { $0 } }

    func text(naming name: (String) -> String) -> String {
      (descending ? "-" : "") + name(key) + (period == .month ? "" : "/" + period.rawValue)
    }
  }
}

/// A stretch of the calendar that dates are counted in.
package enum Period: String, CaseIterable, Hashable, Sendable {
  case day, week, month, quarter, year

  /// The first day of the stretch that has `day` in it; weeks begin on Monday.
  package func start(of day: Day) -> Day {
    let (year, month, dayOfMonth) = day.components
    switch self {
    case .day: return day
    case .week: return day.adding(days: 1 - day.weekday)
    case .month: return day.adding(days: 1 - dayOfMonth)
    case .quarter: return Day(year: year, month: (month - 1) / 3 * 3 + 1, day: 1) ?? day
    case .year: return Day(year: year, month: 1, day: 1) ?? day
    }
  }

  /// The last day of the stretch that begins on `start`.
  package func end(from start: Day) -> Day {
    switch self {
    case .day: start
    case .week: start.adding(days: 6)
    case .month: Period.month.start(of: start.adding(days: 31)).adding(days: -1)
    case .quarter: Period.month.start(of: start.adding(days: 93)).adding(days: -1)
    case .year: Period.year.start(of: start.adding(days: 366)).adding(days: -1)
    }
  }

  /// The one after this, the first after the last.
  package var next: Period {
    let all = Period.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }

  /// `Nov 2026`, `16 Nov 2026` for a week by its Monday, `Q4 2026`, `2026`.
  package func name(from start: Day) -> String {
    let (year, month, dayOfMonth) = start.components
    switch self {
    case .day: return "\(dayOfMonth) \(EnglishDates.shortMonth(month)) \(year)"
    case .week: return "week of \(dayOfMonth) \(EnglishDates.shortMonth(month)) \(year)"
    case .month: return "\(EnglishDates.shortMonth(month)) \(year)"
    case .quarter: return "Q\((month - 1) / 3 + 1) \(year)"
    case .year: return "\(year)"
    }
  }

  /// The same for files: `2026-11`, `2026-11-16` for a week by its Monday, `2026-Q4`, `2026`.
  package func code(from start: Day) -> String {
    switch self {
    case .day, .week: start.iso
    case .month: String(start.iso.dropLast(3))
    case .quarter: "\(start.iso.prefix(4))-Q\((start.components.month - 1) / 3 + 1)"
    case .year: String(start.iso.prefix(4))
    }
  }

  /// As a query asks for it.
  fileprivate func test(from start: Day) -> Query.Test {
    switch self {
    case .day, .month, .year: .anyOf([code(from: start)])
    case .week, .quarter: .between(start.iso, end(from: start).iso)
    }
  }
}

/// What a list is put into groups by, with its field known: rows with the same value, or with dates in the same stretch of
/// local days. Texts that differ in case and accents only are one value.
package struct Grouping: Hashable, Sendable {
  package let info: FieldInfo
  package let period: Period
  package let descending: Bool
  /// Whose days are counted.
  package let calendar: LocalCalendar

  package init(_ info: FieldInfo, period: Period = .month, descending: Bool = false, calendar: LocalCalendar) {
    self.info = info
    self.period = period
    self.descending = descending
    self.calendar = calendar
  }

  /// Nil where there is no such field among `fields`.
  package init?(_ key: Query.GroupKey, fields: [FieldInfo], calendar: LocalCalendar) {
    guard let info = QueryFields(fields).named(key.key) else { return nil }
    self.init(info, period: key.period, descending: key.descending, calendar: calendar)
  }

  package var key: Query.GroupKey { .init(info.key, period: period, descending: descending) }

  /// True where groups are stretches of the calendar, whose value is the first day.
  package var isByPeriod: Bool { info.kind == .day || info.kind == .instant }

  /// "Status", "Created by week".
  package var title: String { isByPeriod ? "\(info.label) by \(period.rawValue)" : info.label }

  /// The group that a value of the field belongs to.
  package func group(of value: FieldValue) -> FieldValue {
    switch value {
    case .day(let day): isByPeriod ? .day(period.start(of: day)) : value
    case .instant(let instant): isByPeriod ? .day(period.start(of: calendar.day(of: instant))) : value
    default: value
    }
  }

  /// The term of a query that finds the rows of a group: `status:new`, `created:2026-11`, `-has:phone`. A record that is
  /// referred to is called `name`, or else by its number.
  package func filter(_ value: FieldValue, name: String? = nil) -> String {
    let term: Query.Term =
      switch value {
      case .none: .not(.field(key: info.key, .isSet))
      case .day(let start) where isByPeriod: .field(key: info.key, period.test(from: start))
      case .reference(let id): .field(key: info.key, .anyOf([name ?? "#\(id)"]))
      case .flag(let flag): .field(key: info.key, .anyOf([flag ? "yes" : "no"]))
      case .tags(let tags): .field(key: info.key, .anyOf(tags))
      default: .field(key: info.key, .anyOf([FieldText.plain(value, as: info)]))
      }
    return Query(terms: [term]).text
  }
}

extension FieldInfo {
  /// True where a list in groups of it says something: not for what nearly every record has its own value of.
  package var isGroupable: Bool {
    switch kind {
    case .choice, .flag, .day, .instant, .reference, .tags: true
    case .text: !isRequired
    case .integer: range != nil || isCustom
    case .longText, .email, .phone, .url, .money, .customFields: false
    }
  }
}
