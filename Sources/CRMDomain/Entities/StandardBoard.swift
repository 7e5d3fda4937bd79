extension Board {
  /// The board every database begins with; deals that name none belong to it.
  package static let standard: Board = {
    var board = Board()
    board.name = "Sales"
    return board
  }()
}

extension Stage {
  /// The columns of `Board.standard`, in order and without ids: the six stages v1 knows, their keys being v1's values.
  package static func standard(board: Identifier<Board>) -> [Stage] {
    standardColumns.enumerated().map { position, column in
      var stage = column
      stage.board = board
      stage.position = position
      return stage
    }
  }

  private static let standardColumns = [
    Stage(key: "prospecting", name: "Prospecting", probability: 10, rotDays: 14),
    Stage(key: "qualification", name: "Qualification", probability: 25, rotDays: 14),
    Stage(key: "proposal", name: "Proposal", probability: 50, rotDays: 10),
    Stage(key: "negotiation", name: "Negotiation", probability: 75, rotDays: 7),
    Stage(key: "closed_won", name: "Won", probability: 100, outcome: "won"),
    Stage(key: "closed_lost", name: "Lost", probability: 0, outcome: "lost"),
  ]

  private init(key: String, name: String, probability: Int, rotDays: Int? = nil, outcome: String = "open") {
    self.init()
    self.key = key
    self.name = name
    self.probability = probability
    self.rotDays = rotDays
    self.outcome = outcome
  }
}
