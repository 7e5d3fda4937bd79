import Testing

@testable import CRMDomain

@Suite struct WrittenDateTests {
  private func day(_ text: String) -> String? {
    WrittenDate(text.utf8Span.span, order: .dayMonthYear)?.day.iso
  }

  @Test func monthsMayBeWords() {
    #expect(day("3 Jan 2024") == "2024-01-03" && day("Jan 3, 24") == "2024-01-03" && day("2024 März 3") == "2024-03-03")
  }

  /// A year of nineteen digits ended the program.
  @Test(
    arguments: [
      "3 Jan 9223372036854775807", "9223372036854775807 Jan 24", "3 Jan 924", "Jan 99999999999999999999 3",
    ]
  ) func aNumberThatIsNoYearIsNoDate(_ text: String) {
    #expect(day(text) == nil)
  }
}
