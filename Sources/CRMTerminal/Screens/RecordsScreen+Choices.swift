import CRMDomain
import CRMStore
import TerminalKit

/// What can be chosen for a list: views, order, columns, groups, and a column whose values are counted.
extension RecordsScreen {
  var saveViewPrompt: PromptScreen {
    PromptScreen("Name of the view", text: look.view.isOwn ? look.view.name : "") { [weak self] name in
      guard let self, !name.trimmed.isEmpty else { return .handled }
      return .with { ViewCommands.save(self.snapshot(name.trimmed), self, $0.views) }
    }
  }

  var viewedKind: EntityKind { kind }
  var openView: String? { look.view.name }

  /// What the open view filters and what was typed, in the present order, columns and groups.
  func snapshot(_ name: String) -> ListView {
    let parser = QueryParser(kind: kind, fields: look.fields)
    let texts = [look.view.filter, filter.text].filter { !$0.isEmpty }.map { text in
      var query = parser.parse(text).query
      guard !query.sort.isEmpty || query.group != nil else { return text }
      (query.sort, query.group) = ([], nil)
      return query.text(for: look.fields)
    }
    let text = texts.filter { !$0.isEmpty }.joined(separator: " ")
    return look.snapshot(name, filter: text, sort: request?.sort ?? look.sort, group: grouping?.key)
  }

  package func show(view name: String) -> Effect {
    guard let index = look.views.firstIndex(where: { $0.name == name }) else { return .handled }
    return showView(index)
  }

  func viewIsCalled(_ name: String) { look.renamed(name) }

  var sortPicker: PickerScreen {
    let infos = look.choices
    return PickerScreen("Sort by", infos.map { Picker.Item($0.label, detail: $0.key) }) { [weak self] index in
      self?.look.sort(by: Query.SortKey(infos[index].name, descending: infos[index].kind.isNumber))
      return self?.fromTheTop() ?? .handled
    }
  }

  var columnPicker: PickerScreen {
    let infos = look.choices
    let items = infos.map { info in
      Picker.Item((look.columns.contains(info) ? "✓ " : "  ") + info.label, detail: info.key)
    }
    return PickerScreen("Columns (enter shows or hides)", items) { [weak self] index in
      self?.askAgain()
      return self?.look.toggleColumn(infos[index]) ?? .handled
    }
  }

  static var noGroups: String { "The list has no groups: b makes some" }

  func foldGroup() -> Effect {
    guard list.grouped != nil else { return .toast(Self.noGroups) }
    list.toggleFold()
    return .handled
  }

  var groupPicker: PickerScreen {
    let infos = look.fields.filter(\.isGroupable)
    let items = [Picker.Item("No groups")] + infos.map { Picker.Item($0.label, detail: $0.key) }
    let selected = infos.firstIndex { $0 == grouping?.info }.map { $0 + 1 } ?? 0
    return PickerScreen("Group by", items, selected: selected) { [weak self] index in
      guard index > 0 else { return self?.group(by: nil) ?? .handled }
      let info = infos[index - 1]
      let isDate = info.kind == .day || info.kind == .instant
      return isDate
        ? .push(self?.periodPicker(info) ?? PickerScreen("", []) { _ in .handled })
        : self?.group(by: Query.GroupKey(info.key)) ?? .handled
    }
  }

  private func periodPicker(_ info: FieldInfo) -> PickerScreen {
    let periods = Period.allCases
    let items = periods.map { Picker.Item($0.rawValue, detail: "\(info.label) by \($0.rawValue)") }
    return PickerScreen("\(info.label) by", items, selected: periods.firstIndex(of: .month) ?? 0) { [weak self] index in
      self?.group(by: Query.GroupKey(info.key, period: periods[index])) ?? .handled
    }
  }

  private func group(by key: Query.GroupKey?) -> Effect {
    let keep = look.group(by: key)
    let hint: Effect =
      filter.query.group == nil ? .handled : .toast("The filter has a group: of its own, which goes before", .warning)
    return .several([keep, fromTheTop(), hint])
  }

  var frequencyPicker: PickerScreen {
    let infos = look.choices
    return PickerScreen("Count the values of", infos.map { Picker.Item($0.label, detail: $0.key) }) {
      [weak self] index in
      guard let self, let request else { return .handled }
      return .push(
        FrequencyScreen(infos[index], request, title) { [weak self] text in
          self?.show(filter: [self?.filter.text ?? "", text].filter { !$0.isEmpty }.joined(separator: " "))
          return .handled
        })
    }
  }
}
