import Testing

@testable import TerminalKit

struct ListCursorTests {
  private func cursor(count: Int, height: Int, selected: Int = 0) -> ListCursor {
    var cursor = ListCursor(count: count)
    cursor.adjust(height: height)
    cursor.select(selected)
    return cursor
  }

  @Test func twoRowsStayVisibleBeyondTheSelectedOne() {
    var list = cursor(count: 100, height: 10)
    list.move(by: 7)
    #expect(list.top == 0)
    list.move(by: 1)
    #expect(list.top == 1)
    list.toEnd()
    #expect((list.selected, list.top) == (99, 90))
    list.move(by: -8)
    #expect(list.top == 89)
  }

  @Test func aPageKeepsOneRowOfTheLast() {
    var list = cursor(count: 10_000_000, height: 20)
    list.page(by: 1)
    #expect((list.selected, list.top) == (21, 19))
    list.toEnd()
    list.page(by: 1)
    #expect(list.selected == 9_999_999)
    list.page(by: -1)
    #expect(list.selected == 9_999_978)
    #expect(list.top == 9_999_961)
  }

  @Test func theWheelMovesTheSelectionOnlyWhenItWouldLeave() {
    var list = cursor(count: 100, height: 10, selected: 5)
    list.scroll(by: 3)
    #expect((list.selected, list.top) == (5, 3))
    list.scroll(by: 3)
    #expect((list.selected, list.top) == (8, 6))
    list.scroll(by: -100)
    #expect((list.selected, list.top) == (7, 0))
  }

  @Test func fewerRowsKeepTheSelectionInside() {
    var list = cursor(count: 100, height: 10, selected: 99)
    list.setCount(4)
    #expect((list.selected, list.top) == (3, 0))
    list.setCount(0)
    #expect((list.selected, list.top) == (0, 0))
    #expect(list.visible.isEmpty)
  }

  @Test func extremesNeverOverflow() {
    var list = cursor(count: 1_000_000_000_000, height: 1_000_000, selected: .max)
    list.move(by: .max)
    list.move(by: .min)
    list.scroll(by: .max)
    list.scroll(by: .min)
    #expect(list.selected >= 0)
  }

  @Test func everySmallListKeepsTheSelectionInSight() {
    for count in 0...12 {
      for height in 1...8 {
        var list = cursor(count: count, height: height)
        for step in [1, 1, 3, -2, 5, 1, -1, -7, 4, 12, -12] {
          list.move(by: step)
          #expect(count == 0 || list.visible.contains(list.selected))
          list.scroll(by: -step)
          #expect(count == 0 || list.visible.contains(list.selected))
          #expect(list.top <= max(0, count - height))
        }
      }
    }
  }
}
