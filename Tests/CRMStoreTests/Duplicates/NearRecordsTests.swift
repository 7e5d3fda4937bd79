import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct NearRecordsTests {
  private let folder = TestFolder()

  private func lead(_ name: String, _ company: String, email: String = "", phone: String = "") -> Lead {
    var lead = Lead()
    (lead.firstName, lead.lastName) = PersonName.split(name)
    (lead.companyName, lead.email, lead.phone) = (company, email, phone)
    return lead
  }

  @Test func whoIsNearIsFoundByEachReason() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Begin") { writer in
      try writer.insert(lead("Grace Hopper", "Navy", email: "Ada@X.example"))
      try writer.insert(lead("Alan Turing", "Bletchley", phone: "020 7946 0958 x2"))
      try writer.insert(lead("Ada Lovelace", "ANALYTICAL Engines Ltd."))
      try writer.insert(lead("Adda Lovelace", "Analytical Engines"))
      try writer.insert(lead("Ada Lovelace", "Analytical Engine"))
      try writer.insert(lead("Ada Lovelace", "Globex", phone: "+44 20 1234 5678"))
      try writer.insert(lead("Ada Byron", "Analytical Engines"))
    }
    let typed = lead("Lovelace Ada", "Analytical Engines", email: "ada@x.example", phone: "+44 20 7946 0958")
    let near = try store.read { try $0.near(typed, limit: 10) }
    #expect(Set(near.map(\.record.id.rawValue)) == [1, 2, 3, 4, 5])
    #expect(near.first?.record.id.rawValue == 1)
    #expect(near.map(\.pair.strength) == near.map(\.pair.strength).sorted(by: >))
    let third = try #require(try store.read { try $0.record(Identifier<Lead>(3)) })
    #expect(Set(try store.read { try $0.near(third) }.map(\.record.id.rawValue)) == [4, 5])
    try store.transact("Apart") { try $0.keepApart(.lead, [3, 4]) }
    #expect(try store.read { try $0.near(third) }.map(\.record.id.rawValue) == [5])
    try store.transact("Delete") { try $0.trash(.lead, 5) }
    #expect(try store.read { try $0.near(third) }.isEmpty)
  }

  @Test func theCountryOfNumbersWithoutOneIsASettingOrWhatIsUsual() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Begin") { try $0.insert(lead("A B", "", phone: "+49 30 123456")) }
    #expect(try store.read { try $0.callingCode() } == "49")
    try store.transact("Set") { try $0.setSetting("calling_code", "+44") }
    #expect(try store.read { try $0.callingCode() } == "44")
  }

  /// Whatever the search over all records pairs is near each other when asked for one by one.
  @Test func nearAgreesWithTheSearchOverAll() throws {
    let store = try CRMStore.hasty(folder.file())
    var random = TestRandom()
    let firsts = ["Jon", "John", "Ada", "Zoë", "Maria", "Mario", "太郎"]
    let companies = ["Acme", "ACME Inc.", "Acmee", "Globex Labs", "Globex Lab GmbH", ""]
    try store.transact("Begin") { writer in
      for _ in 0..<120 {
        let name = "\(random.pick(firsts)) \(random.pick(["Smith", "Smyth", "Núñez", "山田"]))"
        let phone = random.chance(20) ? "020 7946 \(1000 + random.int(0...40))" : ""
        try writer.insert(
          lead(name, random.pick(companies), email: random.chance(30) ? "p\(random.int(0...30))@x.y" : "", phone: phone)
        )
      }
    }
    try store.transact("Set") { try $0.setSetting("calling_code", "44") }
    let leads = try store.read { try $0.all(Lead.self) }
    let identities = leads.map { Identity($0, callingCode: "44") }
    for (index, lead) in leads.enumerated() {
      let near = Set(try store.read { try $0.near(lead, limit: 1000) }.map(\.record.id.rawValue))
      let naive = identities.indices.filter {
        $0 != index && DuplicatePair(identities[index], identities[$0]).isDuplicate
      }
      #expect(near == Set(naive.map { leads[$0].id.rawValue }), "lead \(lead.id.rawValue)")
    }
  }
}
