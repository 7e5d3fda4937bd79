import Testing

@testable import TerminalKit

struct BarTests {
  private let tabs = Tabs(
    programName: "MyCRM",
    places: ["Today", "Leads", "Contacts", "Pipeline", "Tasks", "Workflows", "Reports"].map { Tabs.Place($0) },
    active: 2,
    status: [.init("⇅ 3 pending", priority: 1), .init("● 2", priority: 2), .init("14:02")])

  @Test(arguments: [
    (100, " MyCRM │ 1 Today  2 Leads [3 Contacts] 4 Pipeline  5 Tasks  6 Workflows  7 Reports            14:02"),
    (80, " 1 Today 2 Leads [3 Contacts] 4 Pipeline 5 Tasks 6 Workflows 7 Reports      ● 2"),
    (40, " 1 2 [3 Contacts] 4 5 6 7           ● 2"), (12, " 1 2 [3] 4 5"),
  ])
  func theHeaderDegrades(columns: Int, expected: String) {
    var tabs = tabs
    if columns == 100 { tabs.status = [.init("14:02")] }
    #expect(frame(columns, 1) { tabs.draw(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func aClickFindsThePlaceDrawn() {
    #expect(tabs.hit(Point(8, 0), in: Rect(0, 0, 40, 1)) == 2)
    #expect(tabs.hit(Point(2, 0), in: Rect(0, 0, 40, 1)) == nil)
    #expect(tabs.hit(Point(3, 0), in: Rect(0, 0, 40, 1)) == 1)
    #expect(tabs.hit(Point(3, 1), in: Rect(0, 0, 40, 1)) == nil)
  }

  private let footer = Footer(
    text: "2 marked",
    hints: [
      .init("n", "new", priority: 1), .init("a", "assign"), .init("/", "filter", priority: 2),
      .init("?", "keys", priority: 3),
    ])

  @Test func theFooterKeepsTheMostImportantKeys() {
    let rows = [60, 40, 22].map { columns in frame(columns, 1) { footer.draw(on: &$0, in: $0.bounds) } }
    #expect(
      rows == [
        " 2 marked │ n new  a assign  / filter  ? keys", " 2 marked │ n new  / filter  ? keys", " 2 marked │ ? keys",
      ])
    #expect(footer.hit(Point(13, 0), in: Rect(0, 0, 22, 1)) == 3)
  }

  @Test func aToastSaysWhatHappenedOverTheFooter() {
    #expect(frame(20, 2) { Toast("Saved", role: .good).draw(on: &$0, in: $0.bounds) } == "\n ✓ Saved")
    #expect(frame(12, 1) { Toast("Could not be saved", role: .bad).draw(on: &$0, in: $0.bounds) } == " ✗ Could no…")
  }

  @Test func jobsShowHowFarTheyAre() {
    let jobs = JobStrip([
      .init("Import expo.csv", done: 12_000, total: 100_000, perSecond: 3_200, secondsLeft: 75),
      .init("Sync", done: 12), .init("Retrain", done: 0),
    ])
    let strip = frame(80, 2) { jobs.draw(on: &$0, in: $0.bounds) }.split(separator: "\n")
    #expect(strip[0].hasPrefix(" Import expo.csv"))
    #expect(strip[0].hasSuffix("12 %  1:15 left  12,000 of 100,000  3,200/s"))
    #expect(strip[1].hasSuffix("12 so far  +1 more"))
    #expect(JobStrip.clock(3_675) == "1:01:15")
    #expect(JobStrip.grouped(-1_234_567) == "-1,234,567")
  }

  @Test func barsAreExactToAnEighth() {
    #expect(Bars.horizontal(0.84, columns: 4) == "▇▇▇▍")
    #expect(Bars.horizontal(1, columns: 4) == "▇▇▇▇")
    #expect(Bars.horizontal(0.0001, columns: 4) == "▏")
    #expect(Bars.horizontal(0, columns: 4) == "")
    #expect(Bars.horizontal(9, columns: 2) == "▇▇")
    #expect(Bars.horizontal(0.5, columns: 4, ascii: true) == "##")
    for value in [Double.nan, .infinity, -.infinity, -1] {
      #expect(TextWidth.width(of: Bars.horizontal(value, columns: 5)) <= 5)
      #expect(TextWidth.width(of: Bars.sparkline([value, 1, value], columns: 5)) == 3)
      #expect(Bars.braille([value, 1], columns: 5, rows: 2).count == 2)
    }
  }

  @Test func sparklinesScaleToTheirMaximum() {
    #expect(Bars.sparkline([0, 1, 2, 4, 7], columns: 8) == "▁▂▃▅█")
    #expect(Bars.sparkline([0, 1, 2, 4, 7], columns: 2) == "▅█")
    #expect(Bars.sparkline([0, 7], columns: 2, ascii: true) == "_#")
    #expect(Bars.sparkline([], columns: 4) == "")
    #expect(Bars.braille([0, 1, 2, 3], columns: 2, rows: 1) == ["⡠⠊"])
  }

  @Test func chartsShareOneScale() {
    let chart = BarChart([.init("new", value: 100, text: "100"), .init("won", value: 50, text: "50")])
    #expect(frame(20, 2) { chart.draw(on: &$0, in: $0.bounds) } == "new  ▇▇▇▇▇▇▇▇▇▇  100\nwon  ▇▇▇▇▇        50")
  }

  @Test func tooSmallSaysWhatItNeeds() {
    #expect(
      TooSmall.applies(to: Size(39, 12)) && TooSmall.applies(to: Size(40, 11)) && !TooSmall.applies(to: Size(40, 12)))
    #expect(frame(39, 1) { TooSmall.draw(on: &$0) } == "   Too small: needs 40x12, has 39x1")
    for size in [Size(0, 0), Size(1, 1), Size(3, 2)] {
      var canvas = Canvas(size: size)
      TooSmall.draw(on: &canvas)
      #expect(violations(of: canvas).isEmpty)
    }
  }
}

struct HelpViewTests {
  private func makeHelp() -> HelpView {
    HelpView(
      title: "Keys of Leads",
      sections: [
        .init("Move", rows: [.init(key: "j ↓", title: "Down"), .init(key: "k ↑", title: "Up")]),
        .init(
          "Change",
          rows: [.init(key: "n", title: "New lead", description: "empty form"), .init(key: "x", title: "Mark lost")]),
      ])
  }

  @Test func rowsStandUnderTheirHeadings() {
    var help = makeHelp()
    let expected = """
      ┌─ Keys of Leads ──────────────────────┐
      │ Move                                 │
      │ ▸ j ↓  Down                          │
      │   k ↑  Up                            │
      │ Change                               │
      │   n    New lead   empty form         │
      │   x    Mark lost                     │
      │ / search   enter run   esc close     │
      └──────────────────────────────────────┘
      """
    #expect(frame(40, 9) { help.draw(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func enterReturnsTheRowAndHeadingsAreSkipped() {
    var help = makeHelp()
    #expect(help.handle(.enter) == .picked(section: 0, row: 0))
    for _ in 0..<2 { _ = help.handle(.character("j")) }
    #expect(help.handle(.enter) == .picked(section: 1, row: 0))
    _ = help.handle(.up)
    #expect(help.handle(.enter) == .picked(section: 0, row: 1))
    #expect(help.handle(.character("?")) == .closed)
  }

  @Test func aSearchLooksAtEverythingAndEscapeClearsItFirst() {
    var help = makeHelp()
    for key: Key in [.character("/"), .paste("FORM lead")] { #expect(help.handle(key) == .moved) }
    #expect(help.handle(.enter) == .picked(section: 1, row: 0))
    #expect(help.handle(.escape) == .moved)
    #expect(help.handle(.enter) == .picked(section: 0, row: 0))
    #expect(help.handle(.escape) == .closed)
  }
}
