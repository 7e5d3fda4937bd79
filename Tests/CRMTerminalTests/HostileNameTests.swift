import CRMDomain
import CRMStore
import CRMTestSupport
import TerminalKit
import Testing

/// Names from elsewhere may hold anything. Whatever it is, no screen breaks.
@MainActor struct HostileNameTests {
  nonisolated static let sizes = [Size(80, 24), Size(40, 12), Size(200, 50)]

  @Test(arguments: sizes) func noNameBreaksAScreen(size: Size) throws {
    let book = try TestBook()
    try book.fill(with: hostileNames)
    let robot = Robot(book, size.columns, size.rows)
    for place in ["1", "2", "3", "4", "5", "6"] {
      robot.press(.character(place))
      for _ in 0...hostileNames.count * 3 / size.rows { robot.move(.pageDown, place) }
      robot.press("U")
      robot.check("history from \(place)")
      robot.press(.escape)
    }
    for board in 0..<6 { robot.move(.right, "board \(board)") }
  }

  @Test(arguments: sizes) func noNameBreaksAPageOrAForm(size: Size) throws {
    let book = try TestBook()
    try book.fill(with: hostileNames)
    let robot = Robot(book, size.columns, size.rows)
    for kind in [EntityKind.lead, .contact, .opportunity, .task, .activity] {
      for id in hostileNames.indices.map({ Int64($0 + 1) }) {
        robot.open(kind, id)
        robot.check("page of \(kind) \(id)")
        robot.press("e")
        robot.check("form of \(kind) \(id)", hasBox: true)
        robot.press(.escape)
        if kind == .lead, size.columns == 80 { robot.checkDialogs(id) }
      }
    }
  }
}

extension Robot {
  func check(_ place: String, hasBox: Bool = false) {
    let found = faults(of: terminal.canvas) + (hasBox ? boxFaults(of: terminal.canvas) : [])
    #expect(found.isEmpty, "\(place): \(found.joined(separator: "; "))")
  }

  fileprivate func move(_ key: Key, _ place: String) {
    press(key)
    check(place)
  }

  func open(_ kind: EntityKind, _ id: Int64) {
    app.go(to: .leads)
    app.carryOut(.open(kind, id))
    send(.resumed)
  }

  fileprivate func checkDialogs(_ id: Int64) {
    for (key, hasBox) in [(Key.character("c"), true), ("a", false), ("#", false), ("t", true), ("?", true)] {
      press(key)
      check("\(key) of lead \(id)", hasBox: hasBox)
      press(.escape)
    }
  }
}

extension TestBook {
  /// A record of each kind for each name, with the name in every field that takes text.
  fileprivate func fill(with names: [String]) throws {
    try store.transact("Fill") { writer in
      let board = try writer.reader.all(Board.self)[0].id
      for (index, name) in names.enumerated() {
        let id = Int64(index + 1)
        try writer.insert(filled(Stage(), name) { ($0.board, $0.key, $0.position) = (board, "k\(index)", 10 + index) })
        try writer.insert(filled(User(), name) { $0.username = "\(index)" + name })
        try writer.insert(filled(Lead(), name) { $0.assignedTo = Identifier(id + 1) })
        try writer.insert(filled(Contact(), name) { _ in })
        try writer.insert(
          filled(Opportunity(), name) {
            ($0.board, $0.contact, $0.amount) = (board, Identifier(id), Money(hundredths: .max))
            $0.stage = index % 2 == 0 ? "prospecting" : "k\(index)"
            $0.currency = name
          })
        try writer.insert(
          filled(CRMTask(), name) { ($0.lead, $0.assignedTo, $0.status) = (Identifier(id), Identifier(1), "pending") })
        try writer.insert(filled(Activity(), name) { ($0.lead, $0.occurredAt) = (Identifier(id), writer.now) })
      }
    }
  }

  private func filled<R: Record>(_ record: R, _ name: String, _ change: (inout R) -> Void) -> R {
    var record = record
    for field in R.schema.fields {
      switch field.info.kind {
      case .text, .longText, .email, .phone, .url, .choice: field.set(&record, .text(name))
      case .tags: field.set(&record, .tags([name, "b" + name]))
      case .integer, .money, .flag, .day, .instant, .reference, .customFields: break
      }
    }
    change(&record)
    return record
  }
}

/// What tries to steer the terminal, to hide, or to break the alignment of a row.
let hostileNames: [String] = [
  // Control sequences
  "\u{1B}[2J", "\u{1B}[31mred\u{1B}[0m", "\u{1B}[?1049h", "\u{1B}]0;title\u{7}", "\u{1B}]52;c;aGk=\u{7}",
  "\u{1B}]8;;http://x\u{1B}\\link", "\u{1B}P$q\"p\u{1B}\\", "\u{1B}_apc\u{1B}\\", "\u{1B}Xsos\u{1B}\\", "\u{1B}c",
  "\u{9B}2J", "\u{9D}0;x\u{9C}", "\u{90}q\u{9C}", "\u{85}next", "\u{84}\u{8D}",
  // Controls
  "a\0b", "a\u{7}b", "a\u{8}\u{8}b", "a\rb", "a\r\nb", "a\nb\nc", "a\tb", "\u{B}\u{C}", "\u{E}shift\u{F}", "\u{7F}del",
  // Invisible and bidirectional
  "\u{202E}gpj.exe", "\u{2066}a\u{2069}", "\u{200E}\u{200F}\u{61C}", "a\u{200B}b\u{2060}c", "\u{FEFF}bom",
  "a\u{2028}b\u{2029}c", "\u{E0041}\u{E0042}\u{E007F}", "a\u{AD}b", "\u{3164}\u{115F}", "\u{FFF9}a\u{FFFA}b\u{FFFB}",
  "\u{E000}private", "\u{10FFFF}\u{FFFE}", "مرحبا بالعالم", "שלום עולם abc",
  // Wide and joined
  "👨‍👩‍👧‍👦 family", "👍🏽❤️‍🔥", "🇩🇪🇫🇷🇩", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "日本語の名前", "क्षि กำ 각", "\u{301}leading",
  // Floods
  "Z" + String(repeating: "\u{334}\u{489}", count: 200), String(repeating: "x", count: 10_000),
  String(repeating: "日", count: 5_000), String(repeating: "👩‍", count: 500), String(repeating: "\n", count: 1_000),
]
