import Foundation
import Testing

@testable import CRMDomain

/// People from a small world, so that many have something in common.
enum DuplicateSamples {
  static func seed(_ test: String = #function) -> UInt64 {
    let wanted = ProcessInfo.processInfo.environment["CRM_TEST_SEED"].flatMap(UInt64.init)
    let seed = wanted ?? .random(in: 0...999_999_999)
    print("\(test) CRM_TEST_SEED=\(seed)")
    return seed
  }

  static let firsts = ["Jon", "John", "Ada", "Zoë", "Zoe", "Anna", "Hanna", "Maria", "Mario", "山田", "Li", "van den"]
  static let lasts = ["Smith", "Smyth", "Smiht", "Lovelace", "Berg", "Bergs", "太郎", "O'Hara", "Nuñez", "vandenberg"]
  static let companies = [
    "Acme", "ACME Inc.", "Acme GmbH & Co. KG", "Acmee", "Data Works", "DataWorks", "Works Data", "Studio 54",
    "Studio 55",
    "", "Globex", "Globxe Ltd", "株式会社 光",
  ]

  static func identity(_ id: Int64, _ dice: inout SplitMix64, world: Int = 12) -> Identity {
    let (first, last) = (dice.pick(firsts), dice.pick(lasts))
    let name = dice.chance(10) ? "" : dice.chance(30) ? "\(last) \(first)" : "\(first) \(last)"
    let email = dice.chance(50) ? "" : "P\(dice.int(0...world))@\(dice.chance(50) ? "X" : "x").example"
    let phone = "\(dice.pick(["+44 20 7946 ", "020-7946", "0044207946 "]))\(1000 + dice.int(0...world))"
    return Identity(
      id: id, name: name, company: dice.pick(companies), emails: [email], phones: dice.chance(60) ? [] : [phone],
      callingCode: "44")
  }

  static func identities(_ count: Int, _ dice: inout SplitMix64, world: Int) -> [Identity] {
    (1...count).map { identity(Int64($0) * 3, &dice, world: world) }
  }
}

/// The same as `DuplicateFinder`, by comparing each with each.
private struct NaiveFinder {
  let identities: [Identity]
  let apart: ApartRecords

  var links: [DuplicateLink] {
    var links: [DuplicateLink] = []
    for (low, left) in identities.enumerated() {
      for high in (low + 1)..<max(low + 1, identities.count) {
        let right = identities[high]
        var signs = DuplicatePair(left, right).reasons.reduce(into: DuplicateSigns()) { $0.insert($1.sign) }
        let isSameName = left.name.likeness(to: right.name) == .same
        if isCrowded(left.emails, right.emails, \.emails), !isSameName { signs.remove(.email) }
        if isCrowded(left.phones, right.phones, \.phones), !isSameName { signs.remove(.phone) }
        if signs.isDisjoint(with: [.email, .phone]) { signs.remove(.name) }
        if !signs.isEmpty { links.append(DuplicateLink(low: UInt32(low), high: UInt32(high), signs: signs)) }
      }
    }
    return links
  }

  private func isCrowded(_ left: [String], _ right: [String], _ field: KeyPath<Identity, [String]>) -> Bool {
    let shared = left.filter(right.contains)
    return !shared.isEmpty
      && shared.allSatisfy { text in
        identities.count { $0[keyPath: field].contains(text) } > DuplicateFinder.mostSharing
      }
  }

  var clusters: [DuplicateCluster] {
    DuplicateClustering(links, apart: apart) { identities[Int($0)].id }.clusters()
  }
}

@Suite struct DuplicateFinderTests {
  private func find(_ identities: [Identity], apart: ApartRecords = ApartRecords()) throws -> [DuplicateCluster] {
    var finder = DuplicateFinder()
    for identity in identities { finder.add(identity) }
    return try finder.clusters(apart: apart)
  }

  @Test func itFindsWhatComparingEachWithEachFinds() throws {
    var dice = SplitMix64(seed: DuplicateSamples.seed())
    for round in 0..<150 {
      let identities = DuplicateSamples.identities(dice.int(2...60), &dice, world: dice.pick([3, 12, 80]))
      var apart = ApartRecords()
      for decision in 0..<Int64(dice.int(0...4)) {
        for _ in 0...2 { apart.add(dice.pick(identities).id, decision: decision) }
      }
      let naive = NaiveFinder(identities: identities, apart: apart).clusters
      let found = try find(identities, apart: apart)
      // In a crowd of one name each is linked with the first only, so its strength may be another; its members may not.
      #expect(Set(found.map(\.ids)) == Set(naive.map(\.ids)), "round \(round)")
      for cluster in found {
        #expect(cluster.ids == Array(Set(cluster.ids)).sorted() && cluster.ids.count > 1)
      }
    }
  }

  @Test func theOrderOfTheRecordsDoesNotMatter() throws {
    var dice = SplitMix64(seed: DuplicateSamples.seed())
    for _ in 0..<60 {
      let identities = DuplicateSamples.identities(50, &dice, world: dice.pick([5, 30]))
      #expect(try find(identities) == find(dice.shuffled(identities)))
    }
  }

  @Test func peopleOfOneSwitchboardStayApart() throws {
    let people = (0..<40).map { index in
      Identity(
        id: Int64(index + 1), name: "P\(index) Q\(index)", company: "Acme", emails: ["info@acme.example"],
        phones: ["+442079460958"], callingCode: "44")
    }
    #expect(try find(people).isEmpty)
    let twins = [people[3], people[9]].map { person in
      Identity(
        id: person.id + 100, name: person.writtenName, company: "Another", emails: ["INFO@acme.example"], phones: [],
        callingCode: "44")
    }
    #expect(try find(people + twins).map(\.ids) == [[4, 104], [10, 110]])
  }

  /// Each is almost called like the next, and the last like none of the first.
  @Test func weakLinksMakeNoChains() throws {
    let names = ["Anna", "Hanna", "Hannah", "Hannaho", "Hannahow"]
    let people = names.enumerated().map { index, name in
      Identity(
        id: Int64(index + 1), name: "\(name) Berg", company: "Acme", emails: [], phones: [], callingCode: "44")
    }
    #expect(try find(people).map(\.ids) == [[1, 2], [3, 4]])
  }

  /// Words in another order are the same words, but without their spaces another word.
  @Test func eachWritingOfANameHasItsOwnNeighbours() throws {
    let people = ["Data Works", "DataWorks", "Works Data"].enumerated().map { index, company in
      person(Int64(index + 1), "Ada Lovelace", company, "", "")
    }
    #expect(try find(people).map(\.ids) == [[1, 3]])
    #expect(try find(Array(people.prefix(2))).map(\.ids) == [[1, 2]])
  }

  @Test func recordsPutApartAreNotJoinedThroughAThird() throws {
    let people = (1...3).map {
      Identity(id: $0, name: "", company: "", emails: ["a@x.example"], phones: [], callingCode: "44")
    }
    var apart = ApartRecords()
    for id in [Int64(1), 3] { apart.add(id, decision: 7) }
    #expect(try find(people).map(\.ids) == [[1, 2, 3]])
    #expect(try find(people, apart: apart).map(\.ids) == [[1, 2]])
  }

  @Test func aSearchCanBeCancelled() throws {
    var finder = DuplicateFinder()
    finder.add(Identity(id: 1, name: "", company: "", emails: ["a@x.example"], phones: [], callingCode: "1"))
    #expect(throws: DuplicateFinder.Cancelled.self) { try finder.clusters(isCancelled: { true }) }
  }

  /// Sixty thousand people, two thousand of them of one house; every hundredth is there again in one of four ways.
  @Test func amongSixtyThousandEveryPlantedPairIsFoundAndNoOther() throws {
    var dice = SplitMix64(seed: DuplicateSamples.seed())
    var finder = DuplicateFinder()
    var planted: Set<[Int64]> = []
    for id in Int64(1)...60_000 {
      let company = id % 30 == 0 ? "House" : "Company \(id)"
      let (name, email, phone) = (words(id), "p\(id)@x.example", "+44 20 \(10_000_000 + id)")
      finder.add(person(id, name, company, email, phone))
      guard id % 100 == 0 else { continue }
      let twin = 60_000 + id
      switch dice.int(0...3) {
      case 0: finder.add(person(twin, words(twin), "Other \(twin)", email.uppercased(), ""))
      case 1: finder.add(person(twin, name, "Other \(twin)", "", "020 \(10_000_000 + id)"))
      case 2:
        finder.add(person(twin, name.split(separator: " ").reversed().joined(separator: " "), company + " Ltd", "", ""))
      default: finder.add(person(twin, String(name.dropLast()), company, "", ""))
      }
      planted.insert([id, twin])
    }
    #expect(Set(try finder.clusters().map(\.ids)) == planted)
  }

  private func person(_ id: Int64, _ name: String, _ company: String, _ email: String, _ phone: String) -> Identity {
    Identity(id: id, name: name, company: company, emails: [email], phones: [phone], callingCode: "44")
  }

  /// Two words that differ by more than one letter from those of every other number.
  private func words(_ number: Int64) -> String {
    let digits = String(number).map {
      ["bo", "ca", "di", "fu", "ge", "ha", "ki", "lu", "me", "no"][Int(String($0)) ?? 0]
    }
    return "\(digits.joined())x \(digits.reversed().joined())yz"
  }
}
