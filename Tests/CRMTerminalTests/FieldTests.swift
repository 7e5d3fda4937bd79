import CRMDomain
import CRMStore
import CRMTestSupport
import TerminalKit
import Testing

@testable import CRMTerminal

/// Every field of v1 can be seen, edited, filtered by and sorted by. The schemas say which there are.
@MainActor struct FieldTests {
  nonisolated static let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task, .activity]

  @Test(arguments: kinds) func everyFieldIsSeenOnThePage(kind: EntityKind) throws {
    let robot = Robot(try TestBook.ofTwo(), 200, 50)
    robot.open(kind, 1)
    for info in kind.fields where info.kind != .customFields {
      let text = FieldCell.text(TestBook.sample(info, 1), info, robot.session)
      #expect(!text.isEmpty, "\(kind) \(info.name)")
      #expect(
        robot.lines.contains { $0.contains(info.label) && $0.contains(text) },
        "\(kind) \(info.name): \(robot.row(info.label)) lacks \(text)")
    }
  }

  @Test(arguments: kinds) func everyFieldIsEditedInTheForm(kind: EntityKind) throws {
    let robot = Robot(try TestBook.ofTwo(), 100, 40)
    let infos = kind.fields.filter { !$0.isReadOnly && $0.kind != .customFields }
    for (place, info) in infos.enumerated() {
      robot.open(kind, 1)
      let before = try robot.value(info, kind)
      robot.press("e")
      for _ in 0..<place { robot.press(.tab) }
      robot.change(info)
      robot.press(.control("s"))
      let after = try robot.value(info, kind)
      #expect(after != before && !after.isEmpty, "\(kind) \(info.name) stays \(before): \(robot.foot)")
      robot.press(.escape, .escape)
      robot.press("u")
      #expect(try robot.value(info, kind) == before, "\(kind) \(info.name) is not undone: \(robot.foot)")
    }
  }

  @Test(arguments: kinds) func everyFieldFilters(kind: EntityKind) throws {
    let robot = Robot(try TestBook.ofTwo(), 100, 30)
    for info in kind.fields where info.kind != .customFields {
      let value = try robot.value(info, kind)
      guard !value.isEmpty else { continue }
      let text = "\(info.key):\"\(robot.filterText(value, info))\""
      let parsed = QueryParser(kind: kind, fields: kind.fields).parse(text)
      #expect(parsed.isSound, "\(kind) \(text): \(parsed.mistakes.map(\.message))")
      let list = robot.session.list(kind, parsed.query)
      let ids = try robot.store.read { try $0.ids(list, limit: 9) }
      #expect(ids == [1], "\(kind) \(text) finds \(ids)")
    }
  }

  @Test(arguments: kinds) func everyFieldSorts(kind: EntityKind) throws {
    let robot = Robot(try TestBook.ofTwo(), 100, 30)
    for info in kind.fields where info.kind != .customFields && info.kind != .tags {
      func order(_ text: String) throws -> [Int64] {
        let query = QueryParser(kind: kind, fields: kind.fields).parse("sort:\(text)").query
        let list = robot.session.list(kind, query)
        return try robot.store.read { try $0.ids(list, limit: 9) }
      }
      let (up, down) = (try order(info.key), try order("-" + info.key))
      #expect(up.count == 2 && up == down.reversed(), "\(kind) sort:\(info.key) gives \(up) and \(down)")
    }
  }

  @Test(arguments: [("2", EntityKind.lead), ("3", .contact), ("6", .opportunity), ("5", .task)])
  func everyFieldCanBeChosenToSortBy(place: String, kind: EntityKind) throws {
    let robot = Robot(try TestBook.ofTwo(), 100, 30)
    robot.press(.character(place))
    for info in kind.fields where info.kind != .customFields {
      robot.press("o")
      robot.type(info.label)
      #expect(robot.lines.contains { $0.contains("│ ▸") && $0.contains(info.label) }, "\(kind) \(info.label)")
      robot.press(.escape)
      robot.press("|")
      robot.type(info.label)
      #expect(robot.lines.contains { $0.contains("│ ▸") && $0.contains(info.label) }, "\(kind) \(info.label)")
      robot.press(.escape)
    }
  }
}

extension Robot {
  /// The value of the field in the record with id 1.
  fileprivate func value(_ info: FieldInfo, _ kind: EntityKind) throws -> FieldValue {
    func value<R: Record>(_ type: R.Type) throws -> FieldValue {
      try store.read { try $0.record(Identifier<R>(1)) }?[info.name] ?? .none
    }
    return try value(kind.recordType)
  }

  /// What a rep types to change the focused field.
  fileprivate func change(_ info: FieldInfo) {
    switch info.kind {
    case .choice, .reference(.user): press(.right)
    case .flag: press(" ")
    case .longText: type("x")
    case .text, .email, .phone, .url, .integer, .money, .day, .instant, .reference, .tags, .customFields:
      press(.end, .control("u"))
      type(typed(info))
    }
  }

  private func typed(_ info: FieldInfo) -> String {
    switch info.kind {
    case .email: "new@one.example"
    case .phone: "+44 20 7946 0000"
    case .url: "https://new.example"
    case .integer: "77"
    case .money: "4321.50"
    case .day: "2027-03-04"
    case .instant: "2027-03-04 09:30"
    case .reference: "#2"
    case .tags: "other, tags"
    default: info.limit.map { $0 < 4 ? "CHF" : "changed" } ?? "changed"
    }
  }

  fileprivate func filterText(_ value: FieldValue, _ info: FieldInfo) -> String {
    switch value {
    case .reference(let id):
      if case .reference(let kind) = info.kind, kind == .user { return id == 1 ? "ada" : "bo" }
      return "#\(id)"
    case .instant: return String(FieldText.edit(value, as: info, in: session.entry).prefix(10))
    case .tags(let tags): return tags[0]
    case .money(let amount): return "\(amount / 100)"
    default: return FieldText.edit(value, as: info, in: session.entry)
    }
  }

}

extension TestBook {
  /// Two records of each kind, every field of the first lower than that of the second.
  static func ofTwo() throws -> TestBook {
    let book = try TestBook()
    try book.store.transact("Fill") { writer in
      var bo = User()
      bo.username = "bo"
      try writer.insert(bo)
      var board = Board()
      board.name = "Second"
      let id = try writer.insert(board)
      for stage in Stage.standard(board: id) { try writer.insert(stage) }
      for number in 1...2 {
        try writer.insert(filled(Lead(), number))
        try writer.insert(filled(Contact(), number))
        try writer.insert(filled(Opportunity(), number))
        try writer.insert(filled(CRMTask(), number))
        try writer.insert(filled(Activity(), number))
      }
    }
    return book
  }

  private static func filled<R: Record>(_ record: R, _ number: Int) -> R {
    var record = record
    for field in R.schema.fields { field.set(&record, sample(field.info, number)) }
    return record
  }

  /// A value that suits the field; that of number 2 sorts behind that of number 1.
  static func sample(_ info: FieldInfo, _ number: Int) -> FieldValue {
    let second = number == 2
    switch info.kind {
    case .text where info.limit == 3: return .text(second ? "USD" : "EUR")
    case .text, .longText: return .text(second ? "zulu \(info.name)" : "alfa \(info.name)")
    case .email: return .text(second ? "zulu@two.example" : "alfa@one.example")
    case .phone: return .text(second ? "+49 30 901820" : "+44 20 7946 0958")
    case .url: return .text(second ? "https://zulu.example" : "https://alfa.example")
    case .choice(let choices): return .text(choices[second ? 2 : 1].value)
    case .integer: return .integer(second ? 60 : 35)
    case .money: return .money(second ? 90_000 : 41_700)
    case .flag: return .flag(second)
    case .day: return .day(Day(daysSince1970: 20_000 + number * 40))
    case .instant: return .instant(Instant(seconds: 1_760_000_000 + Int64(number) * 5_000_000))
    case .reference: return .reference(Int64(number))
    case .tags: return .tags([second ? "zulu" : "alfa"])
    case .customFields: return .none
    }
  }
}
