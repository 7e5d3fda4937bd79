import CRMDomain
import CRMTestSupport
import Foundation
import TerminalKit
import Testing

/// What every screen looks like over the demo book, compared as text with `Frames/<screen>-<size>.txt`.
/// `CRM_RECORD_FRAMES=1 swift test --filter FrameTests` writes them anew; look at the difference before it is committed.
@MainActor @Suite(.serialized) struct FrameTests {
  nonisolated static let sizes = [Size(80, 24), Size(40, 12), Size(200, 50)]

  /// A name and the keys that lead there from the start.
  nonisolated struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let isDemo: Bool
    let steps: [Step]

    init(_ name: String, isDemo: Bool = true, _ steps: Step...) {
      self.name = name
      self.isDemo = isDemo
      self.steps = steps
    }

    var testDescription: String { name }
  }

  nonisolated enum Step: Sendable, ExpressibleByStringLiteral {
    case key(Key)
    case type(String)
    init(stringLiteral text: String) { self = .key(.character(text)) }
    static func paste(_ text: String) -> Step { .key(.paste(text)) }
  }

  /// Seen from the package's folder, where tests run.
  nonisolated static let expo = "Tests/CRMTerminalTests/Frames/import/expo.csv"
  nonisolated static let clean = "Tests/CRMTerminalTests/Frames/import/clean.csv"

  nonisolated static let scenes = [
    Scene("welcome", isDemo: false),
    Scene("leads-empty", isDemo: false, "e"),
    Scene("import-file", "2", "I", .paste("nowhere/leads.csv")),
    Scene("import-missing", "2", "I", .type("/nowhere/list.csv"), .key(.enter)),
    Scene("import-read", "2", "I", .paste(Self.expo), .key(.enter), "j", "j", "j"),
    Scene("import-columns", "2", "I", .paste(Self.expo), .key(.enter), "n", "j", "j", "j", "j", "j", "j"),
    Scene("import-field", "2", "I", .paste(Self.expo), .key(.enter), "n", .key(.enter)),
    Scene("import-options", "2", "I", .paste(Self.expo), .key(.enter), "n", "G", "k", "o"),
    Scene("import-words", "2", "I", .paste(Self.expo), .key(.enter), "n", "j", "j", "j", "j", "w"),
    Scene("import-matching", "2", "I", .paste(Self.expo), .key(.enter), "n", "n"),
    Scene("import-rehearsal", "2", "I", .paste(Self.expo), .key(.enter), "n", "n", "n"),
    Scene("import-bad", "2", "I", .paste(Self.expo), .key(.enter), "n", "n", "n", "G", .key(.enter)),
    Scene("import-apply", "2", "I", .paste(Self.expo), .key(.enter), "n", "n", "n", "n"),
    Scene("import-done", isDemo: false, "i", .paste(Self.clean), .key(.enter), "n", "n", "n", "n", "a"),
    Scene("import-history", isDemo: false, "i", .paste(Self.clean), .key(.enter), "n", "n", "n", "n", "a", "n"),
    Scene("import-back", isDemo: false, "i", .paste(Self.clean), .key(.enter), "n", "n", "n", "n", "a", "n", "x"),
    Scene("today"),
    Scene("leads", "2"),
    Scene("leads-preview", "2", "p"),
    Scene("leads-filter", "2", "/", .type("tag:expo score>40"), .key(.enter)),
    Scene("leads-mistake", "2", "/", .type("status:new scor>9")),
    Scene("leads-no-match", "2", "/", .type("zzzzz"), .key(.enter)),
    Scene("leads-marked", "2", " ", " ", "j", "v", "j", "j"),
    Scene("leads-groups", "2", "b", .type("status"), .key(.enter), "j", "j"),
    Scene("leads-groups-folded", "2", "b", .type("source"), .key(.enter), "Z", "j"),
    Scene("deals-by-month", "6", "b", .type("expected"), .key(.enter), .type("month"), .key(.enter)),
    Scene("views", "2", "'"),
    Scene("views-board", "4", "'", "r", "'"),
    Scene("counts", "6", "F", .type("stage"), .key(.enter)),
    Scene("filter-values", "2", "/", .type("source:")),
    Scene("leads-trash", "2", "D", ":", .type("trash"), .key(.enter)),
    Scene("lead-page", "2", .key(.enter)),
    Scene("lead-form", "2", "e"),
    Scene("lead-form-new", "2", "n"),
    Scene("lead-form-errors", "2", "n", .key(.control("s"))),
    Scene("lead-form-leave", "2", "n", .type("Ada"), .key(.escape)),
    Scene("convert", "2", "c"),
    Scene("contacts", "3"),
    Scene("contact-page", "3", .key(.enter)),
    Scene("pipeline", "4"),
    Scene("pipeline-filter", "4", "/", .type("owner:me")),
    Scene("deal-lost", "4", "x"),
    Scene("deal-page", "6", .key(.enter)),
    Scene("deal-form", "6", "e"),
    Scene("deals", "6"),
    Scene("tasks", "5"),
    Scene("task-page", "5", .key(.enter)),
    Scene("log-call", "2", "l"),
    Scene("activity-page", "2", .key(.enter), .key(.tab), .key(.down), .key(.enter)),
    Scene("palette", ":"),
    Scene("palette-found", ":", .type("al")),
    Scene("help", "2", "?"),
    Scene("history", "2", "s", .key(.down), .key(.enter), "U"),
    Scene("history-undo", "2", "s", .key(.down), .key(.enter), "U", "x"),
    Scene("history-record", "2", "s", .key(.down), .key(.enter), .key(.enter), "H"),
    Scene("bulk-form", "2", "*", "e"),
    Scene("bulk-preview", "2", "*", "s", .type("lost"), .key(.enter)),
    Scene("as-of", "4", "H", "A", .type("-5d"), .key(.enter)),
    Scene("as-of-ask", "4", "A"),
    Scene("operation", "2", "s", .key(.down), .key(.enter), "U", .key(.enter)),
    Scene("picker-status", "2", "s"),
    Scene("picker-owner", "2", "a"),
    Scene("picker-sort", "2", "o"),
    Scene("picker-columns", "2", "|"),
    Scene("picker-theme", ":", .type("theme"), .key(.enter)),
    Scene("merge", "2", " ", "j", " ", "j", " ", "m"),
    Scene(
      "duplicate-offer", "2", "n", .type("Zbigniew"), .key(.tab), .type("Zielinsky"), .key(.tab),
      .type("Zakłady Chemiczne Wisła"), .key(.tab), .key(.tab), .key(.tab), .key(.tab), .key(.tab),
      .type("zz@x.example"),
      .key(.control("s"))),
    Scene(
      "duplicates", "2", "n", .type("Zbigniew"), .key(.tab), .type("Zielinsky"), .key(.tab),
      .type("Zakłady Chemiczne Wisła"), .key(.tab), .key(.tab), .key(.tab), .key(.tab), .key(.tab),
      .type("zz@x.example"),
      .key(.control("s")), "c", "M"),
    Scene("duplicates-none", isDemo: false, "e", "M"),
    Scene("confirm", "2", "*", "D"),
    Scene("prompt-tag", "2", "#"),
    Scene("export", "2", " ", " ", "W"),
  ]

  @Test(arguments: sizes) func everyScreenLooksAsRecorded(size: Size) throws {
    for scene in Self.scenes {
      let robot = Robot(try TestBook(isDemo: scene.isDemo), size.columns, size.rows)
      robot.follow(scene.steps)
      try check(robot, "\(scene.name)-\(size.columns)x\(size.rows)")
    }
  }

  @Test(arguments: [Size(39, 11), Size(39, 50), Size(200, 11), Size(1, 1), Size(0, 0), Size(0, 9), Size(9, 0)])
  func belowTheSmallestSizeOnlyTheSentenceIsShown(size: Size) throws {
    for scene in Self.scenes where ["leads", "convert", "pipeline", "palette", "lead-page"].contains(scene.name) {
      let robot = Robot(try TestBook(isDemo: true), size.columns, size.rows)
      robot.follow(scene.steps)
      let text = robot.lines.joined(separator: " ")
      if size.columns >= 39, size.rows >= 3 { #expect(text.contains("Too small: needs 40x12, has")) }
      #expect(!text.contains("Leads"))
      robot.resize(80, 24)
      #expect(robot.lines[0].contains("MyCRM"), "it comes back when there is room")
    }
  }

  /// A book and a server that disagree: what each screen of synchronising looks like.
  nonisolated static let syncScenes = [
    Scene("sync-none", .key(.escape), "S"),
    Scene("sync-login", .key(.escape), "S", "L"),
    Scene("sync-panel", "S"),
    Scene("sync-settings", "S", "o"),
    Scene("sync-dry-run", "S", "d"),
    Scene("sync-decide", "S", .key(.enter)),
    Scene("sync-rule", "S", .key(.enter), "A"),
    Scene("sync-log-out", "S", "X"),
  ]

  @Test(arguments: sizes) func everyScreenOfSynchronisingLooksAsRecorded(size: Size) throws {
    for scene in Self.syncScenes {
      let synced = try SyncedBook()
      let robot = synced.robot(size)
      if !["sync-none", "sync-login"].contains(scene.name) { try meet(synced, robot) }
      robot.follow(scene.steps)
      try check(robot, "\(scene.name)-\(size.columns)x\(size.rows)")
    }
  }

  /// A conflict, a change that was refused, and one that waits.
  private func meet(_ synced: SyncedBook, _ robot: Robot) throws {
    synced.transport.change { server in for number in 1...3 { server.insertSample(.leads, number: number) } }
    robot.press(.escape)
    synced.logIn(robot)
    try synced.disagree("Gesellschaft für Anlagenbau und Verfahrenstechnik mbH & Co. KG", "Corvane Holdings")
    try synced.add { ($0.firstName, $0.lastName, $0.email) = ("Özgür", "van den Heuvel", "not an address") }
    robot.settle()
    robot.press("r")
    try synced.add { ($0.firstName, $0.lastName, $0.email) = ("株式会社", "山田", "yamada@x.example") }
    robot.settle()
    robot.press(.escape)
  }

  private var folder: String { URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Frames/" }

  private func check(_ robot: Robot, _ name: String) throws {
    let path = folder + name + ".txt"
    let frame = robot.screen + "\n"
    if ProcessInfo.processInfo.environment["CRM_RECORD_FRAMES"] != nil {
      return try frame.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    #expect(frame == recorded, "\(name) is not what was recorded; see FrameTests")
  }
}

extension Robot {
  func follow(_ steps: [FrameTests.Step]) {
    for step in steps {
      switch step {
      case .key(let key): press(key)
      case .type(let text): type(text)
      }
    }
  }
}
