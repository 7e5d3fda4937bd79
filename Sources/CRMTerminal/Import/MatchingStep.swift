import CRMDomain
import TerminalKit

/// The third step: how rows meet the records that are there, and what every row gets.
@MainActor final class MatchingStep: ImportStep {
  private let desk: ImportDesk
  private var list = SettingsList()
  private var users: [String] = []

  init(_ desk: ImportDesk) { self.desk = desk }

  let contexts: [Context] = [.importSettings]
  private var settings: [MatchingSettings] { MatchingSettings.all(desk.wizard) }

  func load(_ session: Session) { users = session.users.map(\.username) }

  func handle(_ key: Key) -> Effect? {
    switch list.handle(key) {
    case .ignored: nil
    case .moved, .leftBelow: .handled
    case .opened(let row): open(settings[row])
    case .turned(let row, let step): turn(settings[row], by: step)
    }
  }

  func perform(_ command: Command) -> Effect? {
    guard command == .changeSetting, settings.indices.contains(list.cursor.selected) else { return nil }
    return open(settings[list.cursor.selected])
  }

  private func open(_ setting: MatchingSettings) -> Effect {
    if case .key = setting { return turn(setting, by: 1) }
    if case .stamp(let name) = setting { return stamp(name) }
    let options = setting.options(desk.wizard)
    let items = options.map { Picker.Item($0.label, detail: $0.detail) }
    return .push(
      PickerScreen(setting.row(desk.wizard).label, items, selected: setting.current(desk.wizard)) { [desk] index in
        desk.send(options[index].event)
        return .handled
      })
  }

  private func turn(_ setting: MatchingSettings, by step: Int) -> Effect {
    let options = setting.options(desk.wizard)
    guard !options.isEmpty else { return stampTurned(setting) }
    let index = setting.current(desk.wizard)
    desk.send(options[(index + step + options.count) % options.count].event)
    return .handled
  }

  private func stampTurned(_ setting: MatchingSettings) -> Effect {
    if case .stamp(let name) = setting { return stamp(name) }
    return .handled
  }

  private func stamp(_ name: String) -> Effect {
    guard let field = desk.wizard.field(name) else { return .handled }
    let none = Picker.Item("none", detail: "as the file says")
    let values: [(label: String, value: String)]
    switch field.kind {
    case .reference: values = users.map { ($0, $0) }
    case .choice(let choices): values = choices.map { ($0.label, $0.value) }
    default:
      let text = desk.wizard.plan.stamps[name] ?? ""
      return .push(
        PromptScreen("\(field.label) for every row", text: text, placeholder: "expo-2026") { [desk] text in
          desk.send(.stamp(field: name, text.trimmed.isEmpty ? nil : text.trimmed))
          return .handled
        })
    }
    let current = values.firstIndex { $0.value == desk.wizard.plan.stamps[name] }
    return .push(
      PickerScreen(
        "\(field.label) for every row", [none] + values.map { Picker.Item($0.label) },
        selected: current.map { $0 + 1 } ?? 0
      ) { [desk] index in
        desk.send(.stamp(field: name, index == 0 ? nil : values[index - 1].value))
        return .handled
      })
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let rows = settings.map { $0.row(desk.wizard) }
    let (intro, below) = rect.split(top: rect.rows > 12 ? 2 : 0)
    if !intro.isEmpty {
      let many = Counted.many(desk.wizard.kind)
      canvas.put(
        "How rows meet the \(many) that are in the book, and each other.", at: Point(intro.column + 2, intro.row),
        role: .dim, width: intro.columns - 4)
    }
    let hasRemarks = rect.columns >= 60
    let (foot, list) = below.split(bottom: hasRemarks ? 0 : 2)
    self.list.draw(
      hasRemarks ? rows : rows.map { .init(label: $0.label, value: $0.value, role: $0.role) }, on: &canvas, in: list)
    if !foot.isEmpty, rows.indices.contains(self.list.cursor.selected) {
      canvas.hline(at: foot.origin, columns: foot.columns)
      canvas.put(
        rows[self.list.cursor.selected].remark, at: Point(foot.column + 1, foot.row + 1), role: .dim,
        width: foot.columns - 2)
    }
    return nil
  }
}
