import Testing

@testable import CRMDomain

struct ValidationTests {
  private var lead: Lead {
    var lead = Lead()
    lead.firstName = "Ada"
    lead.lastName = "Lovelace"
    lead.email = "ada@analytical.example"
    return lead
  }

  private func messages(_ change: (inout Lead) -> Void) -> [String] {
    var lead = lead
    change(&lead)
    return Validation.problems(in: lead).map(\.message)
  }

  @Test func aRecordThatV1AcceptsHasNoProblems() {
    #expect(messages { _ in } == [])
    #expect(messages { $0.leadSource = "event" } == [])
    #expect(messages { $0.estimatedValue = Money(hundredths: -999_999_999_999) } == [])
  }

  @Test func eachProblemNamesItsField() {
    #expect(messages { ($0.firstName, $0.lastName) = ("", " ") } == ["First name is missing", "Last name is missing"])
    #expect(messages { $0.email = "ada" } == ["Email needs an @ and a domain, like ada@example.com"])
    #expect(
      messages { $0.companyName = String(repeating: "é", count: 201) } == [
        "Company has 201 characters; at most 200 fit"
      ])
    #expect(messages { $0.probability = 101 } == ["Probability is from 0 to 100"])
    #expect(
      messages { $0.estimatedValue = Money(hundredths: 1_000_000_000_000) } == [
        "Value has at most 10 digits before the decimal point"
      ])
    #expect(messages { $0.phone = "123456789012345678901" }.count == 1)
  }

  @Test func aTextLineBreakMakesNoProblemOfItsOwn() {
    #expect(messages { $0.notes = "one\ntwo" } == [])
  }

  @Test func whatADealNeedsIsNamed() {
    #expect(Validation.problems(in: Opportunity()).map(\.name) == ["name", "amount", "expected_close_date", "contact"])
  }

  @Test(arguments: [
    ("ada@example.com", true), ("a.b+c@sub.example.co", true), ("ada@münchen.de", true), ("\"a b\"@example.com", true),
    ("ada@localhost", true), ("ada", false), ("ada@", false), ("@example.com", false), ("ada@example", false),
    ("a b@example.com", false), ("a..b@example.com", false), (".a@example.com", false), ("ada@-example.com", false),
    ("ada@example..com", false), ("ada@exa mple.com", false), ("ada@example.c", false), ("é@example.com", false),
  ])
  func addressesAreHeldToV1sForm(text: String, isValid: Bool) {
    #expect(EmailAddress.isValid(text) == isValid)
  }

  @Test func anAddressHasADomain() {
    #expect(EmailAddress.normalised(" Ada@Example.COM ") == "Ada@example.com")
    #expect(EmailAddress.domain(of: "Ada@Example.COM ") == "example.com")
    #expect(EmailAddress.domain(of: "ada@") == nil)
  }

  @Test(arguments: [
    ("https://example.com", true), ("http://u:p@example.com:8080/a?b#c", true), ("ftp://localhost", true),
    ("http://10.0.0.1", true),
    ("example.com", false), ("https://", false), ("https://exa mple.com", false), ("gopher://example.com", false),
    ("https://x", false),
  ])
  func webAddressesNeedAScheme(text: String, isValid: Bool) {
    #expect(WebAddress.isValid(text) == isValid)
  }

  @Test(arguments: [
    ("+44 20 7946 0958", true), ("(020) 7946-0958", true), ("555.1234 ext 12", true), ("555 1234 x12", true),
    ("", false),
    ("call me", false), ("+", false), ("555 1234 ext ab", false), ("123456789012345678901", false),
  ])
  func telephoneNumbersAreHeldToTheirCharacters(text: String, isValid: Bool) {
    #expect(Phone.isValid(text) == isValid)
  }

  @Test(arguments: [
    ("+44 20 7946 0958", "49", "+442079460958"), ("0044 20 7946 0958", "49", "+442079460958"),
    ("020 7946 0958", "44", "+442079460958"),
    ("+44 (0)20 7946 0958", "49", "+442079460958"), ("(415) 555-2671", "1", "+14155552671"),
    ("1-415-555-2671", "1", "+14155552671"),
    ("12", "44", nil), ("none", "44", nil),
  ])
  func numbersGetACountry(text: String, code: String, number: String?) {
    #expect(Phone.e164(text, callingCode: code) == number)
  }
}
