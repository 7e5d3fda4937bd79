import CRMDomain
import CRMStore
import TerminalKit

/// Making boards and stages of one's own.
@MainActor enum BoardCommands {
  static func newBoard(named name: String) -> Effect {
    let name = name.trimmed
    guard !name.isEmpty else { return .handled }
    return .with { session in
      let position = (session.boards.map(\.position).max() ?? 0) + 1
      return .save(title: "Add board \(name)") { writer in
        var board = Board()
        board.name = name
        board.position = position
        let id = try writer.insert(board)
        for stage in Stage.standard(board: id) { try writer.insert(stage) }
      }
    }
  }

  static func newStage(named name: String, on board: Board, after position: Int) -> Effect {
    let name = name.trimmed
    guard !name.isEmpty else { return .handled }
    return .with { session in
      let later = session.stages(of: board.id).filter { $0.position > position }
      let probability = session.stages(of: board.id).first { $0.position == position }?.probability ?? 10
      return .save(title: "Add stage \(name)") { writer in
        for stage in later { try writer.set(["position": .integer(stage.position + 1)], in: .stage, stage.id.rawValue) }
        var stage = Stage()
        stage.board = board.id
        stage.name = name
        stage.key = SearchText.fold(name).split(separator: " ").joined(separator: "_")
        stage.position = position + 1
        stage.probability = probability
        stage.rotDays = 14
        try writer.insert(stage)
      }
    }
  }
}
