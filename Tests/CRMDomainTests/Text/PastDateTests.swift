import Testing

@testable import CRMDomain

struct PastDateTests {
  /// Sunday 22 November 2026, 14:02.
  private let now = Instant(seconds: 1_795_356_120)

  @Test(arguments: [
    ("last monday", "2026-11-16"), ("mon", "2026-11-16"), ("-30d", "2026-10-23"), ("1 nov", "2026-11-01"),
    ("24 dec", "2025-12-24"), ("24.12.", "2025-12-24"), ("2026-11-01", "2026-11-01"), ("yesterday", "2026-11-21"),
    ("3 days ago", "2026-11-19"),
  ])
  func aDayIsTheLastOneAndMeansItsEnd(text: String, day: String) throws {
    let instant = try PastDate.instant(text, now: now, calendar: .utc)
    #expect(instant.iso.hasPrefix(day + "T23:59:59"), "\(instant.iso)")
  }

  @Test func todayIsNowAndATimeIsThatTime() throws {
    #expect(try PastDate.instant("today", now: now, calendar: .utc) == now)
    #expect(try PastDate.instant("today 9:00", now: now, calendar: .utc).iso.contains("T09:00"))
  }

  @Test(arguments: ["tomorrow", "+3d", "2027-01-01", "24 dec 2026", "next fri", "today 15:00", "nonsense"])
  func whatIsToComeIsRefused(text: String) {
    #expect(throws: EntryProblem.self) { try PastDate.instant(text, now: now, calendar: .utc) }
  }
}
