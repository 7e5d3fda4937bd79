import CRMTestSupport
import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore
@testable import CRMTerminal

/// What is exported comes back the same, whatever is in it: values, custom fields, links, tags.
@Suite struct ExchangeTests {
  private static let kinds: [EntityKind] = [.contact, .lead, .opportunity, .task, .activity]
  private static let texts = [
    "Ada", "Zoë", "山田", "😀 e\u{301}", "=1+1", "'=1", "''@x", "+44", "-5", "\"q\"", "a,b;c|d", " lead", "trail ",
    "\ttab",
    "＝wide", "null", "true", "0", "007", "1.234,56", "2026-11-22", "sep=;", "\u{FEFF}bom", "\\", "\\\"", "it's",
    "\u{85}",
  ]
  private static let longTexts = [
    "two\nlines", "\r\nwindows\r\n", "-- \n", "a\rb", "\n", String(repeating: "é", count: 3000),
  ]

  /// What is written with `--lossless` has no `'` to take off, so that a text with one of its own is another then.
  @Test(arguments: [DelimitedWriter.Safety.spreadsheet, .lossless], [1, 2, 3])
  func exportImportExportIsTheSame(safety: DelimitedWriter.Safety, round: Int) throws {
    let texts = safety == .spreadsheet ? Self.texts : Self.texts.filter { !$0.hasPrefix("'") }

    let seed = UInt64.random(in: 0...1_000_000)
    var random = SplitMix64(seed: seed)
    let (source, target) = (try TestBook(), try TestBook())
    try fill(source.store, texts, &random)
    var files: [EntityKind: [UInt8]] = [:]
    for kind in Self.kinds {
      files[kind] = try export(kind, source.store, safety)
      let path = source.folder + "/\(kind).csv"
      try Data(files[kind] ?? []).write(to: URL(fileURLWithPath: path))
      let outcome = try Importer(store: target.store, kind: kind).run(path: path)
      #expect(outcome.report.errors == 0, "seed \(seed), \(kind): \(outcome.report.details.prefix(2))")
    }
    for kind in Self.kinds {
      let (back, went) = (try export(kind, target.store, safety), files[kind] ?? [])
      let isSame = back == went
      #expect(isSame, "seed \(seed), \(kind): \(difference(went, back))")
    }
  }

  private func difference(_ one: [UInt8], _ other: [UInt8]) -> String {
    let place = max(0, (zip(one, other).enumerated().first { $1.0 != $1.1 }?.offset ?? 0) - 60)
    return [one, other].map { String(decoding: $0.dropFirst(place).prefix(120), as: UTF8.self) }.joined(
      separator: " <> ")
  }

  private func export(_ kind: EntityKind, _ store: CRMStore, _ safety: DelimitedWriter.Safety) throws -> [UInt8] {
    func bytes<R: Record>(_ type: R.Type) throws -> [UInt8] {
      let ids = try store.read { try $0.all(R.self) }.map(\.id.rawValue)
      var bytes: [UInt8] = []
      try RecordExport<R>(store: store, format: .csv, safety: safety).write(ids) { bytes += $0 }
      return bytes
    }
    return try bytes(kind.recordType)
  }

  // MARK: Records

  private func fill(_ store: CRMStore, _ texts: [String], _ random: inout SplitMix64) throws {
    var dice = random
    try store.transact("Fill") { writer in
      var user = User()
      user.username = "grace"
      try writer.insert(user)
      for kind in Self.kinds { try Self.fill(kind.recordType, writer, texts, &dice) }
    }
    random = dice
  }

  private static func fill<R: Record>(
    _ type: R.Type, _ writer: StoreWriter, _ texts: [String], _ random: inout SplitMix64,
  ) throws {
    for _ in 1...6 {
      var record = R()
      for field in R.schema.fields where mayBeFilled(field.info, R.schema.kind) {
        // A field that is filled in by itself, or has a usual value, is never empty.
        let isNeeded = !R()[field.info.name].isEmpty || field.info.isRequired || isCompleted(field.info)
        if isNeeded || random.chance(70) { field.set(&record, value(of: field.info, texts, &random)) }
      }
      try writer.insert(record)
    }
  }

  /// A lead and the deal it became refer to each other, and one of the two files comes first.
  private static func mayBeFilled(_ info: FieldInfo, _ kind: EntityKind) -> Bool {
    kind != .lead || !["converted_contact", "converted_opportunity"].contains(info.name)
  }

  private static func isCompleted(_ info: FieldInfo) -> Bool {
    switch info.kind {
    case .reference(.user), .reference(.board), .instant: true
    default: ["stage", "currency", "probability", "first_name", "last_name", "name", "title"].contains(info.name)
    }
  }

  private static func value(of info: FieldInfo, _ texts: [String], _ random: inout SplitMix64) -> FieldValue {
    switch info.kind {
    case .text where info.name == "stage": return .text("proposal")
    case .text where info.limit == 3: return .text(random.pick(["EUR", "USD", "JPY"]))
    case .text: return .text(String(random.pick(texts).prefix(info.limit ?? 1000)))
    case .longText: return .text(random.pick(texts + longTexts))
    case .email: return .text("a\(random.int(0...999_999))@x.example")
    case .phone: return .text(random.pick(["+44 20 7946 0958", "(030) 12 34", "0", "112 x 5"]))
    case .url: return .text("https://x.example/\(random.int(0...99))?a=b,c")
    case .choice(let choices): return .text(choices.isEmpty ? "x" : random.pick(choices).value)
    case .integer: return .integer(random.int(0...100))
    case .money: return .money(random.int(0...9_999_999_99))
    case .flag: return .flag(random.chance(50))
    case .day: return .day(Day(daysSince1970: random.int(0...30_000)))
    case .instant: return .instant(Instant(microseconds: Int64(random.int(0...1_900_000_000_000_000))))
    case .reference(let kind):
      return .reference(Int64(kind == .board ? 1 : kind == .user ? random.int(1...2) : random.int(1...6)))
    case .tags:
      return .tags(
        Array(Set((0...random.int(0...3)).map { _ in random.pick(["a, b", "x;y", "\"q\"", "plain", "山"]) })))
    case .customFields:
      return .object([
        "hat": .string(random.pick(texts)), "size": .integer(random.int(-5...5)), "on": .bool(random.chance(50)),
      ])
    }
  }
}
