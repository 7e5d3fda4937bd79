import Testing

@testable import CRMDomain

struct MoneyTextTests {
  @Test(arguments: [
    ("12500.50", 1_250_050), ("-3", -300), ("1e3", 100_000), ("-0.05", -5), (".5", 50), ("1.", 100), ("12e-1", 120),
    ("+7.1", 710), ("0e99", 0),
  ])
  func decimalsOfV1AreRead(text: String, hundredths: Int) {
    #expect(Money(decimal: text)?.hundredths == hundredths)
  }

  @Test(arguments: [
    "", "-", ".", "e3", "1.234", "1.500", "1e", "1e1234", "99999999999999999999", "9e18", "1,2", " 1", "١",
  ])
  func whatIsNoDecimalIsNil(text: String) {
    #expect(Money(decimal: text) == nil)
  }

  @Test(arguments: [
    ("12,500.50", 1_250_050, nil), ("12.500,50", 1_250_050, nil), ("10k", 1_000_000, nil), ("1.5m", 150_000_000, nil),
    ("$ 1,200", 120_000, "USD"), ("1 200,50 €", 120_050, "EUR"), ("(500)", -50_000, nil), ("-€5", -500, "EUR"),
    ("EUR 1,200", 120_000, "EUR"), ("1200 usd", 120_000, "USD"), ("1'200.50 CHF", 120_050, "CHF"), ("1,5", 150, nil),
    ("1.234.567", 123_456_700, nil), ("12,34,567", 123_456_700, nil), ("1,500", 150_000, nil), ("0.5k", 50_000, nil),
    ("1.234m", 123_400_000, nil), ("−3", -300, nil), ("1\u{A0}200", 120_000, nil), ("($5k)", -500_000, "USD"),
    ("2bn", 200_000_000_000, nil), ("0,500m", 50_000_000, nil), ("5 K", 500_000, nil),
  ])
  func amountsAreReadAsPeopleTypeThem(text: String, hundredths: Int, currency: String?) throws {
    let (amount, code) = try Money.parse(text)
    #expect(amount.hundredths == hundredths)
    #expect(code == currency)
  }

  @Test func theDecimalCommaDecidesWhatAPointWithThreeDigitsMeans() throws {
    #expect(try Money.parse("1.500", decimalComma: true).amount.hundredths == 150_000)
    #expect(try Money.parse("1,500", decimalComma: false).amount.hundredths == 150_000)
    #expect(throws: EntryProblem("“1.500” could be two amounts; write 1500, or no more than two decimals")) {
      try Money.parse("1.500")
    }
    #expect(throws: EntryProblem.self) { try Money.parse("1,500", decimalComma: true) }
  }

  @Test(arguments: [
    "", "abc", "12 apples", "1.2.3,4", "1,23,4", "k", "$", "12.345.6", "1.2345", "10000000000", "10bn", "--", "1e3",
    "1,,500",
  ])
  func whatIsNoAmountIsRefused(text: String) {
    #expect(throws: EntryProblem.self) { try Money.parse(text) }
  }

  @Test(arguments: [
    (12_000_000, "120,000", "120k"), (12_000_050, "120,000.50", "120k"), (128_400_000, "1,284,000", "1.28m"),
    (4_500_000, "45,000", "45k"), (95_000, "950", "950"), (-123_456, "-1,234.56", "-1.23k"), (0, "0", "0"),
    (99_999_900, "999,999", "1m"), (100_000, "1,000", "1k"), (4_530_000, "45,300", "45.3k"), (-5, "-0.05", "0"),
    (999_999_999_999, "9,999,999,999.99", "10bn"), (105_000_000, "1,050,000", "1.05m"),
  ])
  func amountsAreShownLongAndShort(hundredths: Int, long: String, short: String) {
    #expect(Money(hundredths: hundredths).display() == long)
    #expect(Money(hundredths: hundredths).short == short)
  }

  @Test func theCurrencyIsShownBeforeTheAmount() {
    #expect(Money(hundredths: 120_000).display(currency: "EUR") == "EUR 1,200")
  }

  @Test func amountsSurviveBeingWrittenAndShown() throws {
    var random = SeededRandom()
    for _ in 0..<2000 {
      let money = Money(
        hundredths: Int.random(in: -999_999_999_999...999_999_999_999, using: &random)
          >> Int.random(in: 0...40, using: &random))
      #expect(Money(decimal: money.decimal) == money)
      #expect(try Money.parse(money.display(currency: "EUR")).amount == money)
      #expect(try Money.parse(money.decimal).amount == money)
    }
  }
}
