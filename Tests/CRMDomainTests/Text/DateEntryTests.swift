import Foundation
import Testing

@testable import CRMDomain

struct DateEntryTests {
  /// Sunday 22 November 2026, 14:02 in London.
  private let now = Instant(iso: "2026-11-22T14:02:00Z")!
  private let london = LocalCalendar(TimeZone(identifier: "Europe/London")!)

  private func parse(_ text: String, dayFirst: Bool = true) throws -> String {
    let entry = try DateEntry.parse(text, now: now, calendar: london, dayFirst: dayFirst)
    return entry.day.iso + (entry.minutes.map { " \(twoDigits($0 / 60)):\(twoDigits($0 % 60))" } ?? "")
  }

  @Test(arguments: [
    ("today", "2026-11-22"), ("Tomorrow", "2026-11-23"), ("tom", "2026-11-23"), ("yesterday", "2026-11-21"),
    ("mon", "2026-11-23"), ("sunday", "2026-11-29"), ("fri", "2026-11-27"), ("next fri", "2026-11-27"),
    ("last fri", "2026-11-20"), ("last sun", "2026-11-15"), ("next week", "2026-11-23"), ("next month", "2026-12-01"),
    ("+3d", "2026-11-25"), ("-2d", "2026-11-20"), ("+2w", "2026-12-06"), ("+1m", "2026-12-22"), ("+1y", "2027-11-22"),
    ("+99999y", nil), ("-2100y", nil), ("+999999w", nil),
    ("in 3 days", "2026-11-25"), ("3 days ago", "2026-11-19"), ("2w", "2026-12-06"), ("in a", nil),
    ("24 dec", "2026-12-24"), ("Dec 24", "2026-12-24"), ("24. December 2027", "2027-12-24"),
    ("dec 24th, 2027", "2027-12-24"),
    ("3 nov", "2027-11-03"), ("22 nov", "2026-11-22"), ("29 feb", "2028-02-29"),
    ("24.12.", "2026-12-24"), ("24.12", "2026-12-24"), ("24.12.27", "2027-12-24"), ("24/12/2026", "2026-12-24"),
    ("12/24/2026", "2026-12-24"), ("3/4", "2027-04-03"), ("2026-12-24", "2026-12-24"), ("2026/12/24", "2026-12-24"),
    ("eow", "2026-11-27"), ("eom", "2026-11-30"), ("eoq", "2026-12-31"), ("eoy", "2026-12-31"),
    ("31 feb", nil), ("2026-02-30", nil), ("fridy", nil), ("", nil), ("tomorrow fri", nil), ("99/99", nil), ("+d", nil),
  ])
  func daysAreRead(text: String, day: String?) {
    #expect((try? parse(text)) == day)
  }

  @Test(arguments: [
    ("tomorrow 9:00", "2026-11-23 09:00"), ("fri 2pm", "2026-11-27 14:00"), ("9am", "2026-11-23 09:00"),
    ("9 am tomorrow", "2026-11-23 09:00"), ("15:30", "2026-11-22 15:30"), ("14:02", "2026-11-22 14:02"),
    ("9.30", "2026-11-23 09:30"), ("14h", "2026-11-23 14:00"), ("14h30", "2026-11-22 14:30"),
    ("noon", "2026-11-23 12:00"),
    ("fri noon", "2026-11-27 12:00"), ("mon midnight", "2026-11-23 00:00"), ("12am", "2026-11-23 00:00"),
    ("12:15pm fri", "2026-11-27 12:15"), ("fri at 9", "2026-11-27 09:00"), ("fri 17", "2026-11-27 17:00"),
    ("24 dec 9:00", "2026-12-24 09:00"), ("24 dec 2027 9:00", "2027-12-24 09:00"), ("24.12. 9.30", "2026-12-24 09:30"),
    ("now", "2026-11-22 14:02"), ("+2h", "2026-11-22 16:02"), ("+30min", "2026-11-22 14:32"),
    ("in 10 hours", "2026-11-23 00:02"),
    ("2 hours ago", "2026-11-22 12:02"), ("+3d 9:00", "2026-11-25 09:00"), ("2026-12-24 09:00", "2026-12-24 09:00"),
    ("2026-12-24T09:00", "2026-12-24 09:00"), ("2026-07-24T09:00:00Z", "2026-07-24 10:00"),
    ("25:00", nil), ("13pm", nil), ("9:60", nil), ("tomorrow 9:00 10:00", nil), ("+2h 9:00", nil), ("9:5", nil),
    ("at", nil),
  ])
  func timesAreRead(text: String, time: String?) {
    #expect((try? parse(text)) == time)
  }

  @Test func theOrderOfDayAndMonthIsTheReps() throws {
    #expect(try parse("3/4", dayFirst: false) == "2027-03-04")
    #expect(try parse("3.4.", dayFirst: false) == "2027-04-03")
    #expect(try parse("24/12/2026", dayFirst: false) == "2026-12-24")
  }

  @Test func monthsTooShortGiveTheirLastDay() {
    let day = Day(iso: "2027-10-31")!
    #expect(
      [-1, 1, 4, 12].map { day.adding(months: $0)?.iso } == ["2027-09-30", "2027-11-30", "2028-02-29", "2028-10-31"])
    #expect(day.adding(months: 12 * 8000) == nil)
  }

  @Test func aMistakeIsNamedWithAnExample() {
    #expect(throws: EntryProblem("“fridy” is not a date or time; try tomorrow 9:00, fri, +3d, 24 dec or 2026-12-24")) {
      try parse("fridy 9:00")
    }
  }

  @Test func nothingTypedCrashes() {
    var random = SeededRandom()
    let pieces = [
      "+", "-", "9", "31", "2026", "999999", "d", "h", "w", "m", ":", ".", "/", " ", "dec", "fri", "in", "ago", "am",
      "t", "é", "٣",
    ]
    for _ in 0..<5000 {
      let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
      _ = try? parse(text)
      _ = try? Money.parse(text)
    }
  }
}
