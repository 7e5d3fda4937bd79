@testable import CRMDomain
@testable import CRMStore

/// A store full of random records, and what it holds.
final class SampleBook {
  let store: CRMStore
  var random: TestRandom
  private(set) var names: [EntityKind: [Int64: String]] = [:]
  private var lastIDs: [EntityKind: Int] = [:]

  static let customFields: [FieldInfo] = [
    FieldInfo("region", kind: .text, isCustom: true), FieldInfo("it's \"odd\"", kind: .longText, isCustom: true),
    FieldInfo("seats", kind: .integer, isCustom: true), FieldInfo("budget", kind: .money, isCustom: true),
    FieldInfo("vip", kind: .flag, isCustom: true), FieldInfo("contract end", kind: .day, isCustom: true),
    FieldInfo("seen", kind: .instant, isCustom: true), FieldInfo("interests", kind: .tags, isCustom: true),
    FieldInfo("tier", kind: .choice([Choice("gold"), Choice("it's"), Choice("tin")]), isCustom: true),
    FieldInfo("direct", kind: .phone, isCustom: true), FieldInfo("page", kind: .url, isCustom: true),
  ]

  init(_ path: String, _ random: TestRandom, leads: Int, others: Int) throws {
    store = try CRMStore.hasty(path)
    self.random = random
    lastIDs = [.user: 8, .board: 2, .contact: others, .lead: leads, .opportunity: others, .task: others]
    try store.transact("Sample", origin: .importing(file: "sample")) { writer in
      for kind in [EntityKind.lead, .contact, .opportunity] {
        for info in SampleBook.customFields { try writer.defineCustomField(info, of: kind) }
      }
      try add(User.self, 8, writer)
      try add(Board.self, 2, writer)
      try add(Stage.self, 16, writer)
      try add(Contact.self, others, writer)
      try add(Lead.self, leads, writer)
      try add(Opportunity.self, others, writer)
      try add(CRMTask.self, others, writer)
    }
    try readNames()
  }

  private func add<R: Record>(_ type: R.Type, _ count: Int, _ writer: StoreWriter) throws {
    for _ in 0..<count { try writer.insert(record(type)) }
  }

  func record<R: Record>(_ type: R.Type) -> R {
    var record = R()
    for field in R.schema.fields where random.chance(75) { field.set(&record, value(field.info, of: R.schema.kind)) }
    return record
  }

  func readNames() throws {
    names = try store.read { reader in
      var names: [EntityKind: [Int64: String]] = [:]
      for kind in [EntityKind.user, .board, .contact, .lead, .opportunity] {
        for id in 1...Int64(lastIDs[kind] ?? 1) { names[kind, default: [:]][id] = try reader.name(kind, id) }
      }
      return names
    }
  }

  /// The records that are in the trash or those that are not.
  func records<R: Record>(_ type: R.Type, inTrash: Bool = false) throws -> [R] {
    try store.read { try $0.records(where: "(deleted_at IS NOT NULL) = ?", [inTrash]) }
  }

  // MARK: Values

  func value(_ info: FieldInfo, of kind: EntityKind) -> FieldValue {
    switch info.kind {
    case .text, .longText: info.name == "key" || info.name == "stage" ? stage() : text(info)
    case .email: .text("\(SampleText.word(&random))@\(random.pick(["acme.com", "Éxample.org", "x.y"]))")
    case .phone: .text(random.pick(["+44 20 7946 0", "0049-170/", "(555) 01", "ext. "]) + "\(random.int(0...999))")
    case .url: .text("https://\(SampleText.word(&random)).com/\(random.int(0...9))")
    case .choice(let choices): choice(info, choices)
    case .integer: .integer(random.int(info.range.map { $0.lowerBound...min($0.upperBound, 120) } ?? -10...120))
    case .money: .money(random.pick([0, 100, 1_000_000, random.int(-500...5_000_000)]))
    case .flag: .flag(random.chance(50))
    case .day: .day(testToday.adding(days: random.int(-60...60)))
    case .instant: .instant(instant())
    case .reference(let other): .reference(Int64(random.int(1...(lastIDs[other] ?? 1))))
    case .tags: .tags((0..<random.int(1...3)).map { _ in SampleText.text(&random, words: 2) })
    case .customFields: .object(customValues())
    }
  }

  private func text(_ info: FieldInfo) -> FieldValue {
    SampleText.text(&random, words: info.kind == .longText ? 8 : 3).fieldValue
  }

  private func stage() -> FieldValue { .text(random.pick(Choices.stage).value) }

  private func choice(_ info: FieldInfo, _ choices: [Choice]) -> FieldValue {
    random.chance(90) && !choices.isEmpty
      ? .text(random.pick(choices).value) : .text(random.pick(["outside", "In-Progress", "not listed", "NEW"]))
  }

  func instant() -> Instant {
    let day = Int64(testToday.daysSince1970 + random.int(-60...60)) * 86_400
    return Instant(seconds: day + (random.chance(30) ? 0 : Int64(random.int(0...86_399))))
  }

  private func customValues() -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for info in SampleBook.customFields where random.chance(60) {
      values[info.name] = random.chance(70) ? value(info, of: .lead).json : oddJSON()
    }
    return values
  }

  /// What another program may have put there.
  private func oddJSON() -> JSONValue {
    random.pick([
      .null, .bool(true), .bool(false), .integer(5), .integer(-1), .number(12.5), .number(2.0), .number(0.125),
      .string(""),
      .string("12.50"), .string("2026-11-22"), .string("2026-11-22T10:00:00+02:00"), .string("5"), .string("ada"),
      .array([]), .array([.string("ada"), .integer(5)]), .object(["a": .string("ada")]), .string("[\"ada\"]"),
    ])
  }
}
