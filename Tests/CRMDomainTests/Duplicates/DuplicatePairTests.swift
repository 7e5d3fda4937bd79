import Testing

@testable import CRMDomain

@Suite struct DuplicatePairTests {
  private func identity(
    _ id: Int64, _ name: String = "", _ company: String = "", email: String = "", phone: String = "",
    callingCode: String = "44",
  ) -> Identity {
    Identity(id: id, name: name, company: company, emails: [email], phones: [phone], callingCode: callingCode)
  }

  private func sentences(_ left: Identity, _ right: Identity) -> [String] {
    DuplicatePair(left, right).reasons.map(\.sentence)
  }

  @Test func anAddressIsTheSameInAnyCase() {
    let pair = DuplicatePair(identity(1, email: " Ada@X.example"), identity(2, email: "ada@x.EXAMPLE "))
    #expect(pair.reasons.map(\.sentence) == ["same e-mail ada@x.example"])
    #expect(pair.strength.word == "likely")
    #expect(!DuplicatePair(identity(1, email: "n/a"), identity(2, email: "n/a")).isDuplicate)
    #expect(!DuplicatePair(identity(1), identity(2)).isDuplicate)
  }

  @Test(
    arguments: [
      ("+44 20 7946 0958", "020 7946 0958"), ("+44 (0)20 7946-0958", "00442079460958"),
      ("020 7946 0958 ext. 12", "+442079460958"), ("020 7946 0958 x3", "020/7946.0958"),
    ])
  func aNumberIsTheSameHoweverItIsWritten(left: String, right: String) {
    #expect(
      sentences(identity(1, phone: left), identity(2, phone: right)) == ["phone +442079460958 in both"])
  }

  @Test func numbersThatStandForNoneAreNoReason() {
    #expect(!DuplicatePair(identity(1, phone: "000 000 0000"), identity(2, phone: "0000000000")).isDuplicate)
    #expect(!DuplicatePair(identity(1, phone: "123"), identity(2, phone: "123")).isDuplicate)
  }

  @Test(
    arguments: [
      ("Jon Smith, Acme", "John Smith, ACME Inc."), ("Smith John, Acme", "Jon Smith, Acme"),
      ("Ada Lovelace, Analytical Engines", "Ada Lovelace, Analytical Engine Ltd"),
      ("Jan van den Berg, Zuid", "Jan Vandenberg, Zuid B.V."), ("Zoë Núñez, Luz", "Zoe Nunes, LUZ S.L."),
      ("Petra Meier, Nord GmbH & Co. KG", "Petra Meyer, nord"), ("Ana Gomze, Sol", "Ana Gomez, Sol"),
      ("Erika Muster, Data Works", "Erika Muster, DataWorks Inc"),
    ])
  func oneSlipInNameOrCompanyIsAlmostTheSame(left: String, right: String) {
    let pair = DuplicatePair(parse(1, left), parse(2, right))
    #expect(pair.reasons.map(\.label) == ["almost the same name and company"], "\(left) | \(right)")
    #expect(
      pair.reasons.first?.sentence == "names and companies almost the same: “\(left)” and “\(right)”")
    #expect(pair.strength.word == "possible")
  }

  @Test(
    arguments: [
      ("Ada Lovelace, Analytical", "LOVELACE ada, Analytical Ltd."), ("Dr. Ada M. Lovelace, X Y", "Ada Lovelace, Y X"),
      ("Jan Kos, Zakłady „Wisła” S.A.", "Jan Kos, Zaklady Wisla"), ("Zoë O'Hara, S.A. Luz", "Zoe OHara, SA Luz"),
      ("佐藤 桜, 株式会社 光", "佐藤 桜, 株式会社 光"),
      ("Li Na, Sp. z o.o.", "Na Li, Sp"),
    ])
  func orderCaseAccentsTitlesAndLegalFormsDoNotCount(left: String, right: String) {
    #expect(
      DuplicatePair(parse(1, left), parse(2, right)).reasons.map(\.label) == ["same name and company"],
      "\(left) | \(right)")
  }

  @Test(
    arguments: [
      ("Jon Smith, Acme", "Jon Smith, Globex"), ("Jon Smith, Acme", "Joan Smythe, Acme"),
      ("Lee Wu, Acme", "Lea Wu, Acme"),
      ("Jon Smith, Studio 54", "Jon Smith, Studio 55"), ("Jon Smith, Acmee", "John Smith, Acme"),
      ("Jon Smith, Acme", "Jon Smith Acme"), ("佐藤 桜, 光", "佐藤 花, 光"),
    ])
  func otherPeopleAreNot(left: String, right: String) {
    #expect(!DuplicatePair(parse(1, left), parse(2, right)).isDuplicate, "\(left) | \(right)")
  }

  @Test func severalReasonsAreSurerThanOne() {
    let left = identity(1, "Ada Lovelace", "", email: "a@x.example", phone: "+44 20 7946 0958")
    let right = identity(2, "Ada Lovelace", "Analytical", email: "A@x.example", phone: "020 7946 0958")
    #expect(
      sentences(left, right) == [
        "same e-mail a@x.example", "phone +442079460958 in both", "same name “Ada Lovelace”",
      ])
    #expect(DuplicatePair(left, right).strength.word == "sure")
    let phoneOnly = DuplicatePair(
      identity(1, "A B", phone: "+442079460958"), identity(2, "C D", phone: "+442079460958"))
    #expect(phoneOnly.strength.word == "possible" && !phoneOnly.strength.isStrong)
  }

  @Test func theUsualCountryIsThatOfMostNumbers() {
    #expect(CallingCode.usual(among: ["+49 30 1", "+49 40 2", "+1 555", "030 12"]) == "49")
    #expect(CallingCode.usual(among: ["030 12", ""]) == "1")
    #expect(CallingCode.code(of: "+35312345678") == "353" && CallingCode.code(of: "+12125550100") == "1")
  }

  @Test func aPairReadsTheSameFromBothSides() {
    var dice = SplitMix64(seed: DuplicateSamples.seed())
    for _ in 0..<4000 {
      let (left, right) = (DuplicateSamples.identity(1, &dice), DuplicateSamples.identity(2, &dice))
      #expect(DuplicatePair(left, right) == DuplicatePair(right, left))
      #expect(left.name.likeness(to: right.name) == right.name.likeness(to: left.name))
      #expect(left.name.likeness(to: left.name) == (left.name.isEmpty ? .other : .same))
    }
  }

  private func parse(_ id: Int64, _ text: String) -> Identity {
    let parts = text.split(separator: ", ", maxSplits: 1).map(String.init)
    return identity(id, parts[0], parts.count > 1 ? parts[1] : "")
  }
}
