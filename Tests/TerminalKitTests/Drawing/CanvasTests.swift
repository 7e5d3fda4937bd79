import Testing

@testable import TerminalKit

struct CanvasTests {
  @Test func textIsClippedAtTheEdge() {
    #expect(frame(5, 2) { $0.put("Lovelace", at: Point(2, 1)) } == "\n  Lov")
    #expect(frame(5, 1) { $0.put("Lovelace", at: Point(-3, 0)) } == "elace")
    #expect(frame(5, 1) { $0.put("outside", at: Point(0, 7)) } == "")
  }

  @Test func aWidthCutsWithAnEllipsisOrFillsWithTheRole() {
    var canvas = Canvas(size: Size(12, 1))
    canvas.put("##########", at: Point(0, 0))
    #expect(canvas.put("ab", at: Point(1, 0), role: .selected, width: 4) == 4)
    #expect(canvas.lines == ["#ab  #####"])
    #expect(canvas[4, 0].role == .selected)
    canvas.put("Lovelace", at: Point(1, 0), width: 4)
    #expect(canvas.lines == ["#Lov…#####"])
    canvas.put("7", at: Point(1, 0), width: 4, align: .right)
    #expect(canvas.lines == ["#   7#####"])
    canvas.put("日本語", at: Point(1, 0), width: 4)
    #expect(canvas.lines == ["#日… #####"])
  }

  @Test func putReturnsTheColumnsItTook() {
    var canvas = Canvas(size: Size(6, 1))
    #expect(canvas.put("日本", at: Point(0, 0)) == 4)
    #expect(canvas.put("abcdef", at: Point(4, 0)) == 2)
    #expect(canvas.put("x", at: Point(0, 3)) == 1)
  }

  @Test func overwritingHalfOfAWideClusterBlanksTheOther() {
    #expect(
      frame(6, 1) {
        $0.put("日本語", at: Point(0, 0)); $0.put("x", at: Point(2, 0))
      } == "日x 語")
    #expect(
      frame(6, 1) {
        $0.put("日本語", at: Point(0, 0)); $0.put("x", at: Point(3, 0))
      } == "日 x語")
    #expect(
      frame(6, 1) {
        $0.put("日本語", at: Point(0, 0)); $0.put("漢", at: Point(1, 0))
      } == " 漢 語")
  }

  @Test func aWideClusterCutByTheClipIsBlank() {
    let cut = frame(6, 1) { canvas in
      canvas.put("......", at: Point(0, 0))
      canvas.clipped(to: Rect(1, 0, 3, 1)) { $0.put("日本", at: Point(0, 0)) }
    }
    #expect(cut == ". 本..")
  }

  @Test func aClipEndsWithItsBlock() {
    var canvas = Canvas(size: Size(4, 2))
    canvas.clipped(to: Rect(1, 0, 9, 1)) { canvas in
      canvas.clipped(to: Rect(0, 0, 2, 9)) { $0.fill(Rect(0, 0, 9, 9), role: .selected) }
    }
    #expect(canvas.clip == canvas.bounds)
    #expect((0..<4).map { canvas[$0, 0].role } == [.text, .selected, .text, .text])
    #expect(canvas[1, 1].role == .text)
  }

  @Test func aBoxHasItsTitleInTheUpperEdge() {
    let box = """
      ┌─ Leads ──┐
      │          │
      └──────────┘
      """
    #expect(frame(12, 3) { $0.box($0.bounds, title: "Leads") } == box)
    #expect(
      frame(12, 3, ascii: true) { $0.box($0.bounds, title: "Analytical") } == "+- Analy~ -+\n|          |\n+----------+"
    )
  }

  @Test func restylingKeepsTheText() {
    var canvas = Canvas(size: Size(3, 1))
    canvas.put("abc", at: Point(0, 0), role: .dim, emphasis: .bold)
    canvas.restyle(Rect(1, 0, 9, 1), role: .match)
    #expect(canvas[1, 0] == Cell("b", role: .match, emphasis: .bold))
    #expect(canvas[0, 0] == Cell("a", role: .dim, emphasis: .bold))
  }

  @Test func onlyChangedRowsDiffer() {
    let before = Canvas(size: Size(9, 3))
    var after = before
    after.put("x", at: Point(8, 1))
    #expect((0..<3).map { after.rowDiffers(from: before, row: $0) } == [false, true, false])
    #expect(after.rowDiffers(from: Canvas(size: Size(9, 4)), row: 0))
  }

  @Test(arguments: Glyph.allCases)
  func everyGlyphTakesOneColumnAndHasAnASCIIForm(glyph: Glyph) {
    #expect(TextWidth.width(of: glyph.unicode) == 1)
    #expect(glyph.ascii.utf8.count == 1)
  }

  @Test func aCanvasWithoutCellsAcceptsEverything() {
    for size in [Size(0, 0), Size(0, 5), Size(5, 0), Size(-3, -4), Size(1, 1)] {
      var canvas = Canvas(size: size)
      canvas.put("日本", at: Point(0, 0), width: 3)
      canvas.box(Rect(0, 0, 5, 5), title: "x")
      canvas.fill(Rect(-2, -2, 9, 9))
      canvas.restyle(Rect(-2, -2, 9, 9), role: .bad)
      #expect(violations(of: canvas).isEmpty)
    }
  }

  @Test(arguments: hostileTexts)
  func hostileTextStaysInItsColumns(text: String) {
    for column in [-3, 0, 5, 18, 19] {
      var canvas = Canvas(size: Size(20, 2))
      canvas.put("日本語日本語日本語日", at: Point(0, 0))
      canvas.put(text, at: Point(column, 0))
      canvas.put(text, at: Point(column, 1), width: 9, align: .center)
      #expect(violations(of: canvas).isEmpty)
    }
  }

  @Test func randomDrawingNeverLeavesHalfACluster() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = Seeded(seed)
    for _ in 0..<200 {
      var canvas = Canvas(size: Size(.random(in: 0...24, using: &random), .random(in: 0...4, using: &random)))
      for _ in 0..<30 { drawSomething(on: &canvas, using: &random) }
      #expect(violations(of: canvas).isEmpty, "seed \(seed)")
    }
  }

  private func drawSomething(on canvas: inout Canvas, using random: inout Seeded) {
    let place = Point(.random(in: -4...26, using: &random), .random(in: -1...5, using: &random))
    let part = Rect(place.column, place.row, .random(in: 0...12, using: &random), .random(in: 0...4, using: &random))
    let text = String(hostileTexts.randomElement(using: &random)?.prefix(40) ?? "")
    let width = Bool.random(using: &random) ? Int.random(in: 0...12, using: &random) : nil
    switch Int.random(in: 0...4, using: &random) {
    case 0: canvas.fill(part, role: .selected)
    case 1: canvas.box(part, title: text)
    case 2: canvas.clipped(to: part) { $0.put(text, at: Point(place.column - 1, place.row), width: width) }
    default:
      canvas.put(text, at: place, width: width, align: [.left, .right, .center].randomElement(using: &random) ?? .left)
    }
  }
}
