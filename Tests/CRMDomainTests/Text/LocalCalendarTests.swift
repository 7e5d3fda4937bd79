import Foundation
import Testing

@testable import CRMDomain

struct LocalCalendarTests {
  private let london = LocalCalendar(TimeZone(identifier: "Europe/London")!)

  private func instant(_ day: String, _ hour: Int, _ minute: Int) -> String {
    london.instant(of: Day(iso: day)!, minutes: hour * 60 + minute).iso
  }

  @Test func wallTimeFollowsTheSeasons() {
    #expect(instant("2026-11-22", 9, 0) == "2026-11-22T09:00:00Z")
    #expect(instant("2026-07-22", 9, 0) == "2026-07-22T08:00:00Z")
  }

  @Test func aTimeThatIsSkippedIsAsMuchLater() {
    #expect(instant("2026-03-29", 0, 59) == "2026-03-29T00:59:00Z")
    #expect(instant("2026-03-29", 1, 30) == "2026-03-29T01:30:00Z")
    #expect(instant("2026-03-29", 2, 0) == "2026-03-29T01:00:00Z")
    #expect(london.time(of: Instant(iso: "2026-03-29T01:30:00Z")!) == (Day(iso: "2026-03-29")!, 2, 30))
  }

  @Test func ofATimeThatComesTwiceTheFirstIsMeant() {
    #expect(instant("2026-10-25", 1, 30) == "2026-10-25T00:30:00Z")
    #expect(instant("2026-10-25", 2, 0) == "2026-10-25T02:00:00Z")
    #expect(london.time(of: Instant(iso: "2026-10-25T01:30:00Z")!) == (Day(iso: "2026-10-25")!, 1, 30))
  }

  @Test(arguments: [
    "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
  ])
  func itAgreesWithFoundation(identifier: String) throws {
    let timeZone = try #require(TimeZone(identifier: identifier))
    let calendar = LocalCalendar(timeZone)
    var gregorian = Calendar(identifier: .gregorian)
    gregorian.timeZone = timeZone
    var random = SeededRandom()
    for _ in 0..<500 {
      let instant = Instant(seconds: Int64.random(in: 0...4_000_000_000, using: &random))
      let (day, hour, minute) = calendar.time(of: instant)
      let parts = gregorian.dateComponents(
        [.year, .month, .day, .hour, .minute], from: Date(timeIntervalSince1970: Double(instant.seconds)))
      #expect(day == Day(year: parts.year!, month: parts.month!, day: parts.day!), "\(random.seed)")
      #expect(hour == parts.hour && minute == parts.minute, "\(random.seed)")
      let back = calendar.instant(of: day, minutes: hour * 60 + minute)
      #expect(calendar.time(of: back) == (day, hour, minute), "\(random.seed)")
    }
  }

  @Test func businessDaysAreMondaysToFridays() {
    let friday = Day(iso: "2026-11-20")!
    #expect((0...7).map { BusinessDays.between(friday, friday.adding(days: $0)) } == [0, 0, 0, 1, 2, 3, 4, 5])
    #expect(BusinessDays.between(friday.adding(days: 7), friday) == -5)
    #expect(BusinessDays.between(Day(daysSince1970: -1000), Day(daysSince1970: 400)) == 1000)
  }
}

struct DateTextTests {
  private let now = Instant(iso: "2026-11-22T14:02:00Z")!

  @Test(arguments: [
    ("2026-11-22T09:05:00Z", "9:05", "4 h ago"), ("2026-11-22T14:02:59Z", "14:02", "now"),
    ("2026-11-23T09:00:00Z", "tomorrow 9:00", "in 18 h"), ("2026-11-24T09:00:00Z", "Tue 9:00", "in 42 h"),
    ("2026-11-28T09:00:00Z", "Sat 9:00", "in 5 d"), ("2026-11-29T09:00:00Z", "29 Nov", "in 6 d"),
    ("2026-11-21T09:00:00Z", "yesterday", "29 h ago"), ("2026-11-20T09:00:00Z", "20 Nov", "2 d ago"),
    ("2026-10-20T09:00:00Z", "20 Oct", "4 w ago"), ("2025-11-20T09:00:00Z", "20 Nov 2025", "12 mo ago"),
    ("2027-12-24T09:00:00Z", "24 Dec 2027", "in 13 mo"), ("2020-01-01T00:00:00Z", "1 Jan 2020", "6 y ago"),
  ])
  func timesAreShortAndRelative(iso: String, short: String, ago: String) throws {
    let instant = try #require(Instant(iso: iso))
    #expect(DateText.short(instant, now: now, calendar: .utc) == short)
    #expect(DateText.ago(instant, now: now) == ago)
  }

  @Test func daysAreShortAndRelative() {
    let today = Day(iso: "2026-11-22")!
    #expect(
      [-2, -1, 0, 1, 2, 6, 7].map { DateText.short(today.adding(days: $0), today: today) } == [
        "20 Nov", "yesterday", "today", "tomorrow", "Tue", "Sat", "29 Nov",
      ])
    #expect(
      [-30, -2, -1, 0, 1, 3].map { DateText.ago(today.adding(days: $0), today: today) } == [
        "4 w ago", "2 d ago", "yesterday", "today", "tomorrow", "in 3 d",
      ])
    #expect(DateText.full(now, calendar: .utc) == "2026-11-22 14:02")
  }
}
