import ArgumentParser
import CRMDomain
import CRMStore
import TerminalKit

struct PipelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline", abstract: "Print a board's stages, and what moved since a day.",
    discussion: """
      A day means its end; a time is taken as it is. The stages are compared then and now, and the deals listed that
      moved in between: new, won, lost, on, back, up, down, slipped, gone.

        crm pipeline
        crm pipeline --as-of 2026-11-01
        crm pipeline --as-of 'last monday' --json
      """.reflowed)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("A day gone by: 2026-11-01, 'last monday', -30d.", valueName: "date"))
  var asOf: String?
  @Option(help: ArgumentHelp("Another board than the first.", valueName: "name")) var board: String?
  @Flag(help: "Print one JSON object.") var json = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let book = Book(try database.open())
    let board = try chosenBoard(book)
    let instant = try instant(book)
    let (history, stages) = try book.store.read { reader in
      (try reader.pipeline(of: board.id, at: instant), try reader.stages(of: board.id))
    }
    let report = PipelineReport(
      board: board.name, instant: instant, history: history, stages: stages, isCompared: asOf != nil, book: book)
    try Output.print { output in
      if json { try output.line(report.json.text) } else { try report.print(&output) }
    }
  }

  private func chosenBoard(_ book: Book) throws -> Board {
    let boards = try book.store.read { try $0.all(Board.self) }
      .sorted { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
    let typed = self.board.map(SearchText.fold)
    let found = typed == nil ? boards.first : boards.first { SearchText.fold($0.name) == typed }
    guard let found else {
      throw CommandProblem("crm: there is no such board. There are: \(boards.map(\.name).joined(separator: ", ")).")
    }
    return found
  }

  private func instant(_ book: Book) throws -> Instant {
    guard let asOf else { return book.store.now }
    do throws(EntryProblem) {
      return try PastDate.instant(asOf, now: book.store.now, calendar: book.calendar)
    } catch {
      throw CommandProblem("crm: \(TextWidth.sanitised(error.message)).", exitCode: .validationFailure)
    }
  }
}

/// A pipeline then and now on paper.
private struct PipelineReport {
  let board: String
  let instant: Instant
  let history: PipelineHistory
  let stages: [Stage]
  let isCompared: Bool
  let book: Book

  private var moves: [DealDifference] { history.then.differences(to: history.now, stages: stages) }

  func print(_ output: inout Output) throws {
    let when = isCompared ? " as of \(DateText.full(instant, calendar: book.calendar))" : ""
    try output.line(TextWidth.sanitised(board) + when)
    try output.line("")
    var columns = [TextTable.Column("Stage")]
    if isCompared { columns += [.init("Deals then", isNumber: true), .init("Amount then", isNumber: true)] }
    columns += [.init("Deals", isNumber: true), .init("Amount", isNumber: true)]
    if isCompared { columns.append(.init("Difference", isNumber: true)) }
    var table = TextTable(columns: columns, width: Output.columns)
    for line in StageComparison.lines(history.then, history.now, stages) {
      for text in table.add(cells(line)) { try output.line(text) }
    }
    for text in table.finish() { try output.line(text) }
    if isCompared { try printMoves(&output) }
  }

  private func cells(_ line: StageComparison) -> [String] {
    func money(_ money: Money) -> String { line.currency.isEmpty ? "" : money.display(currency: line.currency) }
    func count(_ count: Int) -> String { line.isFirst ? "\(count)" : "" }
    let then = [count(line.count.then), money(line.amount.then)]
    let now = [count(line.count.now), money(line.amount.now)]
    let sign = line.change.hundredths > 0 ? "+" : ""
    return [line.isFirst ? line.name : ""] + (isCompared ? then : []) + now
      + (isCompared ? [line.change.hundredths == 0 ? "" : sign + line.change.display()] : [])
  }

  private func printMoves(_ output: inout Output) throws {
    try output.line("\nMoved since: \(moves.count)")
    for move in moves {
      let touch = move.deal.lastChange
      let by = touch.map { "  \(HistoryText.who($0.origin)), \(DateText.full($0.at, calendar: book.calendar))" } ?? ""
      let text = MoveText.text(move, stages, today: book.today)
      try output.line(TextWidth.sanitised("  \(move.deal.name) (#\(move.id)): \(text)\(by)"))
    }
  }

  // MARK: JSON

  var json: JSONValue {
    var object: [String: JSONValue] = [
      "board": .string(board), "as_of": .string(instant.iso), "stages": .array(stages.map(stage)),
    ]
    if isCompared { object["moved"] = .array(moves.map(move)) }
    return .object(object)
  }

  private func stage(_ stage: Stage) -> JSONValue {
    func sum(_ state: PipelineState) -> JSONValue {
      let sum = state.totals[stage.key] ?? StageSum()
      return .object([
        "count": .integer(sum.count), "amounts": .object(sum.amounts.mapValues { .string($0.decimal) }),
      ])
    }
    var object: [String: JSONValue] = [
      "stage": .string(stage.key), "name": .string(stage.name), "now": sum(history.now),
    ]
    if isCompared { object["then"] = sum(history.then) }
    return .object(object)
  }

  private func move(_ move: DealDifference) -> JSONValue {
    .object([
      "id": .integer(Int(move.id)), "name": .string(move.deal.name),
      "reasons": .array(move.reasons.map { .string($0.word) }),
      "then": move.then.map(deal) ?? .null, "now": move.now.map(deal) ?? .null,
      "by": move.deal.lastChange.map { .string($0.origin) } ?? .null,
      "at": move.deal.lastChange.map { .string($0.at.iso) } ?? .null,
    ])
  }

  private func deal(_ deal: DealState) -> JSONValue {
    .object([
      "stage": .string(deal.stage), "amount": deal.amount.map { .string($0.decimal) } ?? .null,
      "currency": .string(deal.currency), "expected_close_date": deal.expectedClose.map { .string($0.iso) } ?? .null,
    ])
  }
}

extension DealDifference.Reason {
  /// The word of it in JSON.
  fileprivate var word: String {
    switch self {
    case .new: "new"
    case .won: "won"
    case .lost: "lost"
    case .reopened: "reopened"
    case .forward: "forward"
    case .back: "back"
    case .amountUp: "amount_up"
    case .amountDown: "amount_down"
    case .amountChanged: "amount_changed"
    case .slipped: "slipped"
    case .pulledIn: "pulled_in"
    case .ownerChanged: "owner_changed"
    case .renamed: "renamed"
    case .gone: "gone"
    }
  }
}
