import CRMDomain
import CRMStore
import TerminalKit

/// The pipeline as it was at some time: each stage then, now, and the difference; below what moved since, why, and by
/// whom.
@MainActor final class AsOfScreen: Screen {
  let contexts: [Context] = [.asOf]
  let watches: Set<EntityKind> = [.opportunity, .board, .stage, .user]
  private var instant: Instant
  private var board: Identifier<Board>?
  private var boardName = ""
  private var history: PipelineHistory?
  private var stages: [Stage] = []
  private var lines: [StageComparison] = []
  private var moves: [DealDifference] = []
  private var table = Table(columns: [])
  private var isAsked = false
  private let generation = Generation()

  init(_ instant: Instant, board: Identifier<Board>?) {
    self.instant = instant
    self.board = board
  }

  /// Asks for a day first, again where it is not understood.
  static func ask(board: Identifier<Board>?, text: String = "", then: @escaping (Instant) -> Effect) -> Effect {
    .push(
      PromptScreen("Pipeline as of", text: text, placeholder: "last monday, -30d, 1 nov, 2026-11-01") { text in
        .with { session in
          do throws(EntryProblem) {
            return then(try PastDate.instant(text, now: session.now, calendar: session.calendar))
          } catch {
            return .several([ask(board: board, text: text, then: then), .toast(error.message, .bad)])
          }
        }
      })
  }

  static func ask(board: Identifier<Board>?) -> Effect {
    ask(board: board) { .push(AsOfScreen($0, board: board)) }
  }

  var title: String { "Pipeline as of a date" }
  var status: String { "" }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    guard isChanged || !isAsked else { return }
    isAsked = true
    let chosen = session.boards.first { $0.id == board } ?? session.boards.first
    guard let chosen else { return }
    (board, boardName, stages) = (chosen.id, chosen.name, session.stages(of: chosen.id))
    let (id, instant, number, generation) = (chosen.id, instant, generation.next(), generation)
    let (store, worker) = (session.store, session.worker)
    worker.perform(.lists) { [weak self] in
      guard generation.current == number else { return }
      do throws(StoreProblem) {
        let history = try store.read { try $0.pipeline(of: id, at: instant) }
        worker.post { self?.receive(history, number) }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  private func receive(_ history: PipelineHistory, _ number: Int) {
    guard generation.current == number else { return }
    self.history = history
    lines = StageComparison.lines(history.then, history.now, stages)
    moves = history.then.differences(to: history.now, stages: stages)
    table.cursor.setCount(moves.count)
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .moved: .handled
    case .opened: perform(.open)
    case .ignored, .titleClicked: nil
    }
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .open: return open()
    case .chooseDate:
      return Self.ask(board: board) { [weak self] instant in
        self?.instant = instant
        self?.isAsked = false
        return .handled
      }
    case .chooseBoard: return chooseBoard
    case .back, .quit: return .pop
    default: return nil
    }
  }

  private func open() -> Effect {
    guard moves.indices.contains(table.cursor.selected) else { return .toast("Nothing moved") }
    let move = moves[table.cursor.selected]
    return move.now == nil ? .toast("This deal is gone: U shows who took it away") : .open(.opportunity, move.id)
  }

  private var chooseBoard: Effect {
    .with { [weak self] session in
      let boards = session.boards
      return .push(
        PickerScreen("Board", boards.map { Picker.Item($0.name) }) { index in
          self?.board = boards[index].id
          self?.isAsked = false
          return .handled
        })
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    canvas.putTitle("\(boardName) as of \(when(session))", in: bar)
    guard let history else {
      canvas.put("Reading back …", at: Point(body.column + 3, body.row + 1), role: .dim)
      return nil
    }
    let shown = shown(rows: max(3, body.rows * 3 / 5 - 1))
    let (top, rest) = body.split(top: min(body.rows, shown.count + 1))
    drawStages(shown, on: &canvas, in: top)
    drawMoves(on: &canvas, in: rest, history, session)
    return nil
  }

  private func when(_ session: Session) -> String {
    let (day, hour, minute) = session.calendar.time(of: instant)
    let short = DateText.short(day, today: session.today)
    let name = short == day.iso ? short : "\(short) (\(day.iso))"
    if instant == session.now { return "now" }
    return hour == 23 && minute == 59 ? "the end of \(name)" : "\(name) \(hour):\(minute < 10 ? "0" : "")\(minute)"
  }

  private func drawStages(_ shown: [StageComparison], on canvas: inout Canvas, in rect: Rect) {
    // A narrow screen has no room for what was then; the difference says it too.
    let isNarrow = rect.columns < 60
    let name = isNarrow ? max(8, rect.columns - 30) : min(24, rect.columns - 56)
    let widths = isNarrow ? [name, 12, 13] : [name, 16, 16, 18]
    func put(_ texts: [String], _ row: Int, _ roles: [Role]) {
      var column = rect.column + 2
      let parts = isNarrow ? [0, 2, 3] : [0, 1, 2, 3]
      for (width, part) in zip(widths, parts) {
        canvas.put(
          texts[part], at: Point(column, row), role: roles[part], width: width, align: part == 0 ? .left : .right)
        column += width + 1
      }
    }
    put(["Stage", "Then", "Now", "Difference"], rect.row, Array(repeating: .columnTitle, count: 4))
    for (offset, line) in shown.enumerated() {
      let role: Role = line.name == lines.last?.name ? .strong : .text
      put(
        [
          line.isFirst ? line.name : "", cell(line, line.count.then, line.amount.then),
          cell(line, line.count.now, line.amount.now), difference(line),
        ], rect.row + 1 + offset, [role, .dim, role, direction(line)])
    }
  }

  /// "+2  +108k"; a dash where nothing is different.
  private func difference(_ line: StageComparison) -> String {
    let (rise, count) = (line.change.hundredths, line.count.now - line.count.then)
    guard rise != 0 || count != 0 else { return "–" }
    let counted = line.isFirst && count != 0 ? "\(signed(count))  " : ""
    return counted + (rise == 0 ? "" : (rise > 0 ? "+" : "") + line.change.short)
  }

  private func direction(_ line: StageComparison) -> Role {
    let (rise, count) = (line.change.hundredths, line.count.now - line.count.then)
    return rise == 0 && count == 0 ? .dim : rise > 0 || rise == 0 && count > 0 ? .good : .warning
  }

  /// Where there is little room, the largest currency of each stage, and the open stages' sum.
  private func shown(rows: Int) -> [StageComparison] {
    guard lines.count > rows else { return lines }
    let sums = lines.filter { $0.name == lines.last?.name }
    let firsts = lines.filter { $0.isFirst && $0.name != lines.last?.name }
    let kept = firsts.prefix(rows - 1)
    return Array(kept + sums.prefix(rows - kept.count))
  }

  private func cell(_ line: StageComparison, _ count: Int, _ amount: Money) -> String {
    let money = line.currency.isEmpty ? "" : MoneyText.short(amount, line.currency)
    return line.isFirst ? "\(count)  \(money)" : money
  }

  private func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : "\(number)" }

  private func drawMoves(on canvas: inout Canvas, in rect: Rect, _ history: PipelineHistory, _ session: Session) {
    let (bar, body) = rect.split(top: 1)
    canvas.hline(at: bar.origin, columns: bar.columns)
    let count = moves.count == 1 ? "1 deal" : "\(moves.count.formatted(grouping: ",")) deals"
    canvas.putTitle("Moved since: \(count)", in: bar)
    guard !moves.isEmpty else {
      let begin = history.begin.map { $0 > instant } ?? true
      let text = begin ? "The book begins later than that." : "Nothing moved."
      canvas.put(text, at: Point(body.column + 3, body.row), role: .dim)
      return
    }
    table.columns = [
      Table.Column("Deal", minimum: 12, ideal: 26, weight: 1), Table.Column("What", minimum: 14, ideal: 26, weight: 2),
      Table.Column("Amount", minimum: 8, ideal: 11, align: .right), Table.Column("By", minimum: 13, ideal: 18),
    ]
    table.draw(on: &canvas, in: body) { row in
      guard moves.indices.contains(row) else { return nil }
      let move = moves[row]
      return Table.Row([
        .init(move.deal.name.isEmpty ? "#\(move.id)" : move.deal.name),
        .init(MoveText.text(move, stages, today: session.today), role: MoveText.role(move.reasons[0])),
        .init(move.deal.amount == nil ? "" : MoveText.amount(move.deal)), .init(by(move, session), role: .dim),
      ])
    }
  }

  private func by(_ move: DealDifference, _ session: Session) -> String {
    guard let touch = move.deal.lastChange else { return "" }
    let when = DateText.short(touch.at, now: session.now, calendar: session.calendar)
    return "\(HistoryText.who(touch.origin)), \(when)"
  }
}
