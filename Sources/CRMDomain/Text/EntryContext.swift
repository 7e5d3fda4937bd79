/// What typed text needs besides itself to become a value: the time, the place, and who is called what.
package struct EntryContext: Sendable {
  package var now: Instant
  package var calendar: LocalCalendar
  /// The currency of the record's amounts; empty if any will do.
  package var currency: String
  /// The name of the record of a kind with a local row id, or nil if there is none.
  package var names: @Sendable (EntityKind, Int64) -> String?
  /// The local row id of the record of a kind that goes by a name, such as a username or `me`, or nil if none does.
  package var find: @Sendable (EntityKind, String) -> Int64?
  /// Whether `3/4` is 3 April.
  package var dayFirst = true
  /// Whether `1,5` is usual for one and a half.
  package var decimalComma = false

  package init(
    now: Instant, calendar: LocalCalendar, currency: String = "",
    names: @escaping @Sendable (EntityKind, Int64) -> String? = { _, _ in nil },
    find: @escaping @Sendable (EntityKind, String) -> Int64? = { _, _ in nil },
  ) {
    self.now = now
    self.calendar = calendar
    self.currency = currency
    self.names = names
    self.find = find
  }

  package var today: Day { calendar.day(of: now) }
}
