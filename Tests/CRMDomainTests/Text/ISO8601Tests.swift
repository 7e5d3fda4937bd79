import Testing

@testable import CRMDomain

struct ISO8601Tests {
  @Test(arguments: [
    ("2026-11-22T17:25:00.757844Z", "2026-11-22T17:25:00.757844Z"),
    ("2026-11-22 17:27:29.119019+00:00", "2026-11-22T17:27:29.119019Z"),
    ("2026-12-01T09:30:00Z", "2026-12-01T09:30:00Z"),
    ("2026-12-01T09:30:00.5Z", "2026-12-01T09:30:00.500000Z"),
    ("2026-12-01T09:30:00.1234569Z", "2026-12-01T09:30:00.123456Z"),
    ("2026-12-01T09:30:00+02:00", "2026-12-01T07:30:00Z"),
    ("2026-12-01T09:30+0200", "2026-12-01T07:30:00Z"),
    ("2026-12-01T00:30:00-05", "2026-12-01T05:30:00Z"),
    ("2026-12-01T09:30:00", "2026-12-01T09:30:00Z"),
    ("2026-12-01", "2026-12-01T00:00:00Z"),
    ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("2028-02-29T23:59:59Z", "2028-02-29T23:59:59Z"),
  ])
  func instantsAreReadInEveryShapeAndWrittenInOne(text: String, iso: String) throws {
    #expect(try #require(Instant(iso: text)).iso == iso)
  }

  @Test(arguments: [
    "", "2026", "2026-1-1", "2026-13-01", "2026-02-29", "2026-12-01T", "2026-12-01T9:30Z", "2026-12-01T24:00Z",
    "2026-12-01T09:60Z", "2026-12-01T09:30:00.Z", "2026-12-01T09:30:00Zx", "2026-12-01T09:30:00+2", "2026-12-01x09:30",
    "2026-12-01T09:30:00+02:0", "２０２６-12-01", "2026-12-01T09:30:00+",
  ])
  func whatIsNoInstantIsNil(text: String) {
    #expect(Instant(iso: text) == nil)
  }

  @Test func daysAndInstantsSurviveBeingWritten() {
    var random = SeededRandom()
    for _ in 0..<2000 {
      let day = Day(daysSince1970: Int.random(in: -719_162...2_932_896, using: &random))
      #expect(Day(iso: day.iso) == day, "\(random.seed)")
      let instant = Instant(
        microseconds: Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
      #expect(Instant(iso: instant.iso) == instant, "\(random.seed)")
    }
  }
}
