import Testing

@testable import TerminalKit

struct TableTests {
  private let columns: [Table.Column] = [
    .init("Name", ideal: 16, weight: 2), .init("Company", ideal: 16, weight: 1), .init("Status", ideal: 9),
    .init("Value", ideal: 8, align: .right, sortMark: .down),
  ]

  private func row(_ index: Int) -> Table.Row? {
    let names = ["Ada Lovelace", "Grace Hopper", "樋口一葉", "Katherine Johnson"]
    guard index != 3 else { return nil }
    let cells: [Table.CellText] = [
      .init(names[index % 4]), .init("Analytical Engines"), .init("contacted"), .init("120,000"),
    ]
    return Table.Row(cells, isMarked: index == 1 || index == 2)
  }

  @Test func rowsStandInAlignedColumns() {
    var table = Table(columns: columns, count: 5)
    table.cursor.select(1)
    let expected = """
         Name              Company           Status      Value ▼
         Ada Lovelace      Analytical Engi…  contacted   120,000
      ▸✓ Grace Hopper      Analytical Engi…  contacted   120,000
       ✓ 樋口一葉          Analytical Engi…  contacted   120,000
         …
         Ada Lovelace      Analytical Engi…  contacted   120,000
      """
    #expect(frame(60, 6) { table.draw(on: &$0, in: $0.bounds, row: row) } == expected)
  }

  @Test func aNarrowTableDropsColumnsFromTheRight() {
    var table = Table(columns: columns, count: 2)
    let expected = """
        Name             Company    Status
      ▸ Ada Lovelace     Analytica… contacted
      ✓ Grace Hopper     Analytica… contacted
      """
    #expect(frame(40, 3) { table.draw(on: &$0, in: $0.bounds, row: row) } == expected)
    #expect(frame(12, 2) { table.draw(on: &$0, in: $0.bounds, row: row) } == "  Name\n▸ Ada Love…")
  }

  @Test func onlyTheFirstCellOfTheSelectedRowIsHighlighted() {
    var table = Table(columns: columns, count: 5)
    var canvas = Canvas(size: Size(60, 6))
    table.draw(on: &canvas, in: canvas.bounds, row: row)
    #expect(canvas[3, 1].role == .selected)
    #expect(canvas[25, 1].role == .text)
    var moved = canvas
    table.cursor.move(by: 1)
    table.draw(on: &moved, in: moved.bounds, row: row)
    #expect((0..<6).filter { moved.rowDiffers(from: canvas, row: $0) } == [1, 2])
  }

  @Test func theMouseFindsRowsAndTitles() {
    var table = Table(columns: columns, count: 5)
    _ = frame(60, 6) { table.draw(on: &$0, in: $0.bounds, row: row) }
    #expect(table.hit(Point(10, 3)) == .row(2))
    #expect(table.hit(Point(45, 0)) == .column(2))
    #expect(table.hit(Point(70, 3)) == nil)
    #expect(table.handle(.mouse(Mouse(.press, Point(10, 3)))) == .moved)
    #expect(table.cursor.selected == 2)
    #expect(table.handle(.mouse(Mouse(.doubleClick, Point(10, 4)))) == .opened(row: 3))
    #expect(table.handle(.mouse(Mouse(.press, Point(45, 0)))) == .titleClicked(column: 2))
  }

  @Test func lettersArrowsAndEnterWork() {
    var table = Table(columns: columns, count: 5)
    for key: Key in [.character("j"), .down, .character("G"), .up] { #expect(table.handle(key) == .moved) }
    #expect(table.handle(.enter) == .opened(row: 3))
    #expect(table.handle(.character("x")) == .ignored)
  }

  @Test func theThumbStaysStillWhileTheCursorMoves() {
    var table = Table(columns: columns, count: 1_000_000)
    var canvas = Canvas(size: Size(60, 20))
    table.draw(on: &canvas, in: canvas.bounds, row: row)
    #expect(canvas[59, 1].cluster == "▐")
    table.cursor.page(by: 1)
    table.draw(on: &canvas, in: canvas.bounds, row: row)
    let thumb = (1..<20).filter { canvas[59, $0].cluster == "▐" }
    for _ in 0..<50 {
      table.cursor.page(by: 1)
      table.draw(on: &canvas, in: canvas.bounds, row: row)
      #expect((1..<20).filter { canvas[59, $0].cluster == "▐" } == thumb)
    }
    table.cursor.toEnd()
    table.draw(on: &canvas, in: canvas.bounds, row: row)
    #expect(canvas[59, 19].cluster == "▐")
  }

  @Test func columnsNeverOverlapNorLeaveTheRoom() {
    for available in 0...220 {
      let spans = Table.ColumnLayout(columns, available: available).spans
      #expect(spans.count >= 1)
      #expect((spans.last?.upperBound ?? 0) <= available)
      for (left, right) in zip(spans, spans.dropFirst()) { #expect(left.upperBound < right.lowerBound) }
    }
  }
}
