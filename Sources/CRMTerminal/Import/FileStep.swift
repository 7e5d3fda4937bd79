import CRMDomain
import CRMStore
import TerminalKit

/// The first step: which file, how it is written, what is in it. The rows below follow every setting.
@MainActor final class FileStep: ImportStep {
  private enum Focus { case path, settings, grid }

  private let desk: ImportDesk
  private var path: PathField
  private var settings = SettingsList()
  private var grid = Grid()
  private var shown: ImportPreview?
  private var focus = Focus.path
  /// True from the choice of a file until it is read.
  private var isAwaited = false

  init(_ desk: ImportDesk) {
    self.desk = desk
    path = PathField()
    if desk.wizard.file != nil { focus = .settings }
  }

  let contexts: [Context] = [.importFile]
  var isTyping: Bool { focus == .path }
  var status: String {
    switch focus {
    case .path: "tab completes  ↑↓ choose  enter opens  esc back"
    case .settings, .grid: ""
    }
  }

  // MARK: Reading

  func load(_ session: Session) {
    if shown != desk.wizard.preview { show(desk.wizard.preview) }
    if desk.wizard.file == nil, focus != .path {
      path = PathField("", recent: desk.recent, past: desk.past)
      focus = .path
    }
    if focus == .path {
      path.setRecent(desk.recent, past: desk.past)
      if let problem = desk.takePathProblem() {
        path.setProblem(problem)
        isAwaited = false
      }
      if isAwaited, !desk.isOpening { (focus, isAwaited) = (.settings, false) }
    }
    if focus == .path {
      if let folder = path.wanted { list(folder, session) }
    }
  }

  private var listing: String?

  private func list(_ folder: String, _ session: Session) {
    guard listing != folder else { return }
    listing = folder
    let worker = session.worker
    worker.perform(.lists) { [weak self] in
      let result = Result { () throws(ImportProblem) in try Folder.entries(folder) }
      worker.post {
        self?.path.receive(folder, result)
        self?.listing = nil
      }
    }
  }

  private func show(_ preview: ImportPreview) {
    shown = preview
    let titles = (0..<preview.columnCount).map(preview.title)
    let rows = preview.rows.map { Grid.Row($0.number, $0.cells, mark: $0.isRagged ? .warning : nil) }
    grid.replace(by: Grid(titles: titles, rows: rows))
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch focus {
    case .path: handlePath(key)
    case .settings: handleSettings(key)
    case .grid: handleGrid(key)
    }
  }

  private func handlePath(_ key: Key) -> Effect? {
    switch path.handle(key) {
    case .ignored: return nil
    case .moved: return .handled
    case .chosen(let path):
      desk.send(.open(path))
      isAwaited = true
      return .handled
    case .history: return .perform(.importHistory)
    case .cancelled:
      guard desk.wizard.file != nil else { return .perform(.back) }
      focus = .settings
      return .handled
    }
  }

  private func handleSettings(_ key: Key) -> Effect? {
    if key == .backTab { return turnFocus() }
    switch settings.handle(key) {
    case .ignored: return nil
    case .moved: return .handled
    case .leftBelow:
      focus = .grid
      return .handled
    case .opened(let row): return open(FileSettings.allCases[row])
    case .turned(let row, let step): return turn(FileSettings.allCases[row], by: step)
    }
  }

  private func handleGrid(_ key: Key) -> Effect? {
    if key == .backTab || (grid.cursor.selected == 0 && (key == .up || key == .character("k"))) {
      return turnFocus()
    }
    return grid.handle(key) == .ignored ? nil : .handled
  }

  private func turnFocus() -> Effect {
    focus = focus == .grid ? .settings : .grid
    return .handled
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .chooseFile: open(.file)
    case .chooseKind: open(.kind)
    case .changeSetting: open(FileSettings.allCases[settings.cursor.selected])
    case .switchPart: turnFocus()
    case .back where focus == .grid: turnFocus()
    default: nil
    }
  }

  private func open(_ setting: FileSettings) -> Effect {
    switch setting {
    case .file:
      path = PathField(desk.wizard.file.map { FilePath.near($0.path) } ?? "", recent: desk.recent, past: desk.past)
      focus = .path
      return .handled
    case .kind:
      let kinds = ImportFile.kinds
      let items = kinds.map { Picker.Item(Counted.many($0)) }
      return .push(
        PickerScreen("Records", items, selected: kinds.firstIndex(of: desk.wizard.kind) ?? 0) { [desk] index in
          desk.send(.choose(kinds[index]))
          return .handled
        })
    default:
      let options = setting.options(desk.wizard)
      guard !options.isEmpty else { return .toast("This is found in the file; there is nothing to choose") }
      let before = desk.wizard.choice
      return .push(
        PickerScreen(
          setting.label, options.map { Picker.Item($0.label) }, selected: setting.current(desk.wizard),
          previewed: { [self] in read(options[$0].choice) }, cancelled: .with { [self] _ in read(before) }
        ) { [self] in read(options[$0].choice) })
    }
  }

  private func read(_ choice: ImportPlan.DialectChoice) -> Effect {
    desk.send(.read(choice))
    return .handled
  }

  private func turn(_ setting: FileSettings, by step: Int) -> Effect {
    if setting == .kind {
      let kinds = ImportFile.kinds
      let index = kinds.firstIndex(of: desk.wizard.kind) ?? 0
      desk.send(.choose(kinds[(index + step + kinds.count) % kinds.count]))
      return .handled
    }
    let options = setting.options(desk.wizard)
    guard options.count > 1 else { return .handled }
    let index = setting.current(desk.wizard)
    return read(options[(index + step + options.count) % options.count].choice)
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    guard focus != .path else {
      let point = path.draw(on: &canvas, in: rect, session)
      guard desk.isOpening else { return point }
      canvas.put("Reading the file …", at: Point(rect.column + 7, rect.row + 1), role: .info, width: rect.columns - 8)
      return nil
    }
    let rows = FileSettings.allCases.map { $0.row(desk.wizard) }
    let height = min(rows.count, max(3, rect.rows - (rect.rows > 16 ? 8 : 5)))
    let (top, below) = rect.split(top: height)
    settings.draw(rows, on: &canvas, in: top, isFocused: focus == .settings)
    drawPreview(on: &canvas, in: below)
    return nil
  }

  private func drawPreview(on canvas: inout Canvas, in rect: Rect) {
    let (line, body) = rect.split(top: 1)
    let preview = desk.wizard.preview
    canvas.hline(at: line.origin, columns: line.columns)
    if let problem = preview.problem {
      let lines = TextWidth.wrapped(problem, to: max(10, body.columns - 4))
      let (sentence, rest) = body.split(top: min(lines.count, 3))
      for (offset, text) in lines.prefix(3).enumerated() {
        canvas.put(text, at: Point(sentence.column + 2, sentence.row + offset), role: .bad)
      }
      grid.draw(on: &canvas, in: rest, isFocused: focus == .grid)
    } else {
      grid.draw(on: &canvas, in: body, isFocused: focus == .grid)
    }
    canvas.put(" \(summary(preview)) ", at: Point(line.column + 1, line.row), role: .dim)
    if preview.rows.isEmpty, preview.problem == nil {
      canvas.put("There are names but no rows below them.", at: Point(body.column + 2, body.row + 1), role: .warning)
    }
  }

  private func summary(_ preview: ImportPreview) -> String {
    let more =
      preview.rows.count >= ImportPreview.limit ? "the first \(preview.rows.count) rows" : rows(preview.rows.count)
    let ragged = preview.raggedCount
    let parts = [
      more, grid.place.isEmpty ? "\(preview.columnCount) columns" : grid.place,
      ragged == 0 ? "" : "! \(rows(ragged)) with another number of cells",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
}
