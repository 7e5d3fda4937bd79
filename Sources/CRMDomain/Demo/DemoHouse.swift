extension BookWriter {
  /// The company itself: colleagues, the board with its stages, tags.
  mutating func writeHouse() {
    let founded = clock.past(days: Self.oldestDays, minute: 480)
    book.users = Self.colleagues.enumerated().map { Self.user($0, $1, at: founded) }
    var board = Board.standard
    board.id = Identifier(1)
    board.createdAt = founded
    board.updatedAt = founded
    book.boards = [board]
    book.stages = Stage.standard(board: board.id).enumerated().map { index, column in
      var stage = column
      stage.id = Identifier(Int64(index + 1))
      stage.createdAt = founded
      stage.updatedAt = founded
      return stage
    }
    book.tags = Self.labels.enumerated().map { Self.tag($0, $1, at: founded) }
  }

  private static func user(_ index: Int, _ line: DemoRow, at founded: Instant) -> User {
    var user = User()
    user.id = Identifier(Int64(index + 1))
    user.username = line[0]
    user.firstName = line[1]
    user.lastName = line[2]
    user.role = line[3]
    user.email = line[0] + "@corvane.example"
    user.isMe = index == 0
    user.createdAt = founded
    user.updatedAt = founded
    return user
  }

  private static func tag(_ index: Int, _ line: DemoRow, at founded: Instant) -> Tag {
    var tag = Tag()
    tag.id = Identifier(Int64(index + 1))
    tag.name = line[0]
    tag.details = line[1]
    tag.createdAt = founded
    tag.updatedAt = founded
    return tag
  }

  private static let colleagues = DemoRow.rows(
    """
    mara | Mara | Lindqvist | sales_rep
    tomas | Tomás | Okafor | sales_rep
    yuki | Yuki | Brandt | sales_rep
    amir | Amir | Haddad | sales_rep
    grace | Grace | Oyelaran-Whitcombe | sales_manager
    piotr | Piotr | Zieliński | admin
    """)

  private static let labels = DemoRow.rows(
    """
    expo | Met at a trade show
    pilot | Runs a pilot or has asked for one
    renewal | Contract up for renewal
    reference | Willing to speak to other customers
    multi-site | More than one plant to equip
    competitor | Uses a competing system today
    tender | Buys by public tender
    food | Food and drink
    pharma | Validated production
    energy | Wants to lower energy cost
    """)
}

/// A line of one of the book's tables: cells between bars.
struct DemoRow: Sendable {
  private let cells: [String]

  subscript(_ column: Int) -> String { cells[column] }

  static func rows(_ table: String) -> [DemoRow] {
    table.split(separator: "\n").map { line in
      DemoRow(cells: line.split(separator: "|", omittingEmptySubsequences: false).map { trimmed($0) })
    }
  }

  static func trimmed(_ cell: Substring) -> String {
    var cell = cell
    while cell.first == " " { cell.removeFirst() }
    while cell.last == " " { cell.removeLast() }
    return String(cell)
  }
}
