import CRMDomain
import CRMStore
import TerminalKit

/// The pipeline: a column per stage, a card per deal, totals over all deals of a column.
@MainActor final class BoardScreen: ViewedScreen {
  /// A deal with what its card says of it.
  struct Card {
    let deal: Opportunity
    let nextStep: CRMTask?
    let rottingDays: Int?
    let owner: String
  }

  struct Column {
    let stage: Stage
    var totals = StageTotals()
    var cards: [Card] = []
    var cursor = ListCursor()
  }

  let contexts: [Context] = [.board]
  let watches: Set<EntityKind> = [.opportunity, .task, .board, .stage, .user]
  var board: Board?
  var columns: [Column] = []
  var focus = 0
  let filter = FilterBar(.opportunity, placeholder: "owner:me, amount>10k, rotting …")
  private var isStale = true
  /// The view of deals that is open; nil shows all.
  private(set) var openView: String?
  private var shelf = SavedViews()
  private var wanted: Int64?
  var columnRects: [(Int, Rect)] = []
  var cardRects: [(Int, Int, Rect)] = []
  private var dragged: Int64?
  /// Cards of a column that are read; the totals are over all.
  private static let cardLimit = 500

  var title: String { "Pipeline" }
  var status: String { filter.isOpen ? filter.message : "" }
  var isTyping: Bool { filter.isOpen }

  /// Filters by `text`, as if it had been typed.
  func show(filter text: String) {
    filter.set(text)
    isStale = true
  }

  // MARK: Views

  let viewedKind = EntityKind.opportunity
  private var view: ListView? { shelf.all(.opportunity).first { $0.name == openView } }

  func snapshot(_ name: String) -> ListView {
    let all = shelf.all(.opportunity)
    var view = view ?? ListView("")
    view.filter = [view.filter, filter.text].filter { !$0.isEmpty }.joined(separator: " ")
    (view.name, view.isOwn) = (name, true)
    view.key = all.first { $0.name == name }?.key ?? all.freeKey(for: name)
    return view
  }

  func show(view name: String) -> Effect {
    openView = name
    isStale = true
    return .handled
  }

  func viewIsCalled(_ name: String) { openView = name }

  private func showView(after step: Int) -> Effect {
    let all = shelf.all(.opportunity)
    let index = all.firstIndex { $0.name == openView } ?? (step > 0 ? -1 : 0)
    return show(view: all[(index + step + all.count) % all.count].name)
  }

  private var saveViewPrompt: PromptScreen {
    PromptScreen("Name of the view", text: view?.isOwn == true ? openView ?? "" : "") { [weak self] name in
      guard let self, !name.trimmed.isEmpty else { return .handled }
      return ViewCommands.save(snapshot(name.trimmed), self, shelf)
    }
  }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    filter.load(session)
    shelf = session.views
    shelf.load(.opportunity, session)
    guard isChanged || isStale else { return }
    isStale = false
    let chosen = board.flatMap { board in session.boards.first { $0.id == board.id } } ?? session.boards.first
    if chosen?.id != board?.id { focus = 0 }
    board = chosen
    guard let board else { return }
    let keep = wanted ?? selected?.deal.id.rawValue
    let query = query(session)
    let monthStart = session.today.adding(days: 1 - session.today.components.day)
    let old = columns
    columns = session.stages(of: board.id).map { Column(stage: $0) }
    session.read { reader in
      let totals = try reader.totals(of: board.id, query, closedSince: monthStart)
      for index in columns.indices {
        let stage = columns[index].stage
        let ids = try reader.cards(
          of: board.id, stage: stage.key, query, closedSince: monthStart, limit: Self.cardLimit)
        columns[index].totals = totals[stage.key] ?? StageTotals()
        columns[index].cards = try reader.records(ids, of: Opportunity.self).map {
          try card($0, stage, reader, session)
        }
        columns[index].cursor.setCount(ids.count)
        if old.indices.contains(index) { columns[index].cursor.select(old[index].cursor.selected) }
      }
    }
    focus = min(focus, max(0, columns.count - 1))
    if let keep { select(keep) }
    wanted = nil
  }

  /// The deals of the open view that the filter lets through.
  private func query(_ session: Session) -> ListQuery {
    let parser = QueryParser(kind: .opportunity, fields: session.fields(of: .opportunity))
    var query = filter.query
    query.terms = parser.parse(view?.filter ?? "").query.terms + query.terms
    return session.list(.opportunity, query)
  }

  private func card(_ deal: Opportunity, _ stage: Stage, _ reader: StoreReader, _ session: Session) throws -> Card {
    Card(
      deal: deal, nextStep: deal.isOpen ? try reader.nextStep(of: .opportunity, deal.id.rawValue) : nil,
      rottingDays: Rotting.days(deal, in: stage, today: session.today), owner: session.userName(deal.assignedTo))
  }

  private func select(_ id: Int64) {
    for index in columns.indices {
      guard let row = columns[index].cards.firstIndex(where: { $0.deal.id.rawValue == id }) else { continue }
      focus = index
      columns[index].cursor.select(row)
    }
  }

  private var selected: Card? {
    guard columns.indices.contains(focus) else { return nil }
    let column = columns[focus]
    return column.cards.indices.contains(column.cursor.selected) ? column.cards[column.cursor.selected] : nil
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    if filter.isOpen { return type(key) }
    if case .mouse(let mouse) = key { return click(mouse) }
    guard columns.indices.contains(focus), key != .character("l"), key != .character("h") else { return nil }
    return columns[focus].cursor.handle(key) || columns[focus].cursor.handleLetter(key) ? .handled : nil
  }

  private func type(_ key: Key) -> Effect? {
    switch filter.handle(key) {
    case .ignored: return nil
    case .handled: break
    case .changed: isStale = true
    }
    return .handled
  }

  private func click(_ mouse: Mouse) -> Effect? {
    let hit = cardRects.first { $0.2.contains(mouse.point) }
    let column = columnRects.first { $0.1.contains(mouse.point) }?.0
    switch mouse.action {
    case .press:
      if let column { focus = column }
      guard let hit else { return .handled }
      columns[hit.0].cursor.select(hit.1)
      dragged = selected?.deal.id.rawValue
      return .handled
    case .doubleClick: return hit == nil ? nil : perform(.open)
    case .release:
      defer { dragged = nil }
      guard let dragged, let column, column != focus else { return .handled }
      wanted = dragged
      return DealCommands.move([dragged], to: columns[column].stage)
    case .drag: return .handled
    case .wheelUp, .wheelDown:
      guard let column else { return nil }
      return columns[column].cursor.handle(.mouse(mouse)) ? .handled : nil
    case .rightPress: return nil
    }
  }

  // MARK: Commands

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .columnLeft: return go(by: -1)
    case .columnRight: return go(by: 1)
    case .moveLeft: return move(by: -1)
    case .moveRight: return move(by: 1)
    case .filter:
      filter.open()
      return .handled
    case .back where !filter.text.isEmpty:
      filter.set("")
      isStale = true
      return .handled
    case .back where openView != nil:
      openView = nil
      isStale = true
      return .handled
    case .views: return .with { [self] in .push(ViewsScreen(self, $0)) }
    case .nextView: return showView(after: 1)
    case .previousView: return showView(after: -1)
    case .saveView: return .push(saveViewPrompt)
    case .open: return selected.map { .open(.opportunity, $0.deal.id.rawValue) } ?? .toast("No deal here: n makes one")
    case .edit: return selected.map { .push(RecordFormScreen($0.deal)) } ?? .toast("No deal here")
    case .new: return newDeal
    case .chooseBoard: return chooseBoard
    case .newBoard: return .push(PromptScreen("Name of the new board") { BoardCommands.newBoard(named: $0) })
    case .newStage: return newStage
    case .pipelineAsOf: return AsOfScreen.ask(board: board?.id)
    case .export: return .with { [self] in .push(ExportScreen(exportOffer($0), today: $0.today)) }
    case .editBoard: return columns.indices.contains(focus) ? .push(RecordFormScreen(columns[focus].stage)) : nil
    default:
      let ids = selected.map { [$0.deal.id.rawValue] } ?? []
      wanted = ids.first
      return RecordCommands.effect(command, kind: .opportunity, ids: ids, record: selected?.deal)
    }
  }

  func disabledReason(_ command: Command) -> String? {
    RecordCommands.disabledReason(command, kind: .opportunity, record: selected?.deal, count: selected == nil ? 0 : 1)
  }

  private func go(by step: Int) -> Effect {
    focus = min(max(0, focus + step), max(0, columns.count - 1))
    return .handled
  }

  private func move(by step: Int) -> Effect {
    guard let card = selected else { return .toast("No deal here") }
    let target = focus + step
    guard columns.indices.contains(target) else { return .toast("There is no stage further on") }
    wanted = card.deal.id.rawValue
    return DealCommands.move([card.deal.id.rawValue], to: columns[target].stage)
  }

  private var newDeal: Effect {
    let stage = columns.indices.contains(focus) ? columns[focus].stage : nil
    return .with { session in
      var deal = session.newRecord(Opportunity.self)
      deal.stage = stage?.key ?? deal.stage
      deal.board = stage?.board
      deal.probability = stage?.probability ?? deal.probability
      return .push(RecordFormScreen(deal))
    }
  }

  private var chooseBoard: Effect {
    .with { [weak self] session in
      let boards = session.boards
      return .push(
        PickerScreen("Board", boards.map { Picker.Item($0.name) }) { index in
          self?.board = boards[index]
          self?.columns = []
          self?.isStale = true
          return .handled
        })
    }
  }

  private var newStage: Effect {
    guard let board, columns.indices.contains(focus) else { return .toast("Make a board first: B") }
    let after = columns[focus].stage.position
    return .push(PromptScreen("Name of the new stage") { BoardCommands.newStage(named: $0, on: board, after: after) })
  }

  /// The board's deals, those that closed long ago as well.
  private func exportOffer(_ session: Session) -> ExportOffer {
    var (shown, everything) = (query(session), session.list(.opportunity, Query()))
    if let board, let field = EntityKind.opportunity.field("board") {
      shown.conditions.append(.isIn(field, [board.id.fieldValue]))
      everything.conditions.append(.isIn(field, [board.id.fieldValue]))
    }
    return ExportOffer(
      kind: .opportunity, name: board?.name ?? "deals", marked: [], shown: shown, shownCount: nil,
      everything: everything, total: nil, columns: [])
  }
}
