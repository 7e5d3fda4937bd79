import Testing

@testable import TerminalKit

@Suite struct GridTests {
  private func lines(_ grid: inout Grid, _ columns: Int, _ rows: Int) -> [String] {
    var canvas = Canvas(size: Size(columns, rows))
    grid.draw(on: &canvas, in: canvas.bounds)
    return canvas.lines
  }

  private static let people = Grid(
    titles: ["first name", "last name", "city"],
    rows: [
      Grid.Row(2, ["Ada", "Lovelace", "London"]), Grid.Row(3, ["Grace", "Hopper"], mark: .warning),
      Grid.Row(4, ["太郎", "山田", "東京"]),
    ])

  @Test func rowsHaveTheirNumbersAndRaggedOnesAMark() {
    var grid = Self.people
    #expect(
      lines(&grid, 40, 4) == [
        "    first name  last name  city",
        "▸2  Ada         Lovelace   London",
        " 3! Grace       Hopper",
        " 4  太郎        山田       東京",
      ])
  }

  @Test func itScrollsSidewaysAsFarAsNeeded() {
    var grid = Self.people
    _ = lines(&grid, 30, 4)
    #expect(grid.place == "columns 1–2 of 3")
    #expect(grid.handle(.right) == .moved)
    _ = lines(&grid, 30, 4)
    #expect(grid.place == "columns 2–3 of 3")
    _ = grid.handle(.character("$"))
    _ = grid.handle(.right)
    #expect(lines(&grid, 30, 4)[1].contains("London"))
    _ = grid.handle(.character("0"))
    #expect(grid.left == 0)
  }

  @Test func aWideFileIsSeenToItsEnd() {
    var grid = Grid(titles: (1...300).map { "column \($0)" }, rows: [Grid.Row(2, (1...300).map(String.init))])
    for _ in 0..<400 {
      _ = lines(&grid, 80, 3)
      _ = grid.handle(.right)
    }
    #expect(lines(&grid, 80, 3)[0].contains("column 300"))
  }

  @Test func oneColumnAndNoRowsAreDrawn() {
    var grid = Grid(titles: ["name"], rows: [])
    #expect(lines(&grid, 20, 3)[0] == "    name")
    _ = grid.handle(.down)
    _ = grid.handle(.left)
    var empty = Grid()
    #expect(lines(&empty, 20, 3) == ["", "", ""])
  }
}
