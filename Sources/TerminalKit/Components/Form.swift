/// Values to be filled in: labelled fields in sections, one below the other or in two columns.
package struct Form: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case ignored
    /// Something is to be drawn anew, but no value changed.
    case moved
    case changed(key: String)
    /// ^S, or Enter in the last field.
    case submit
    case cancel(hasChanges: Bool)
    /// ^E in a long field: the text belongs into the user's editor.
    case editExternally(key: String)
  }

  struct Entry: Hashable {
    var row: FormRow
    let section: Int
    var field: FormField
    let original: String
  }

  package let title: String
  let sectionTitles: [String]
  var entries: [Entry]
  /// An index into `entries`; meaningless where all are read-only.
  var focus: Int
  var top = 0
  var layout = FormLayout()
  var rect = Rect(0, 0, 0, 0)
  /// The letters typed so far to find a choice.
  var typedAhead = ""
  var dropDown: Picker?

  package init(title: String = "", sections: [FormSection], focus key: String? = nil) {
    self.title = title
    sectionTitles = sections.map(\.title)
    entries = sections.enumerated().flatMap { index, section in
      section.rows.map { row in
        let field = FormField(row.kind, value: row.value, placeholder: row.placeholder)
        return Entry(row: row, section: index, field: field, original: field.value)
      }
    }
    focus = 0
    focus = entries.firstIndex { Self.isFocusable($0) } ?? 0
    if let key { focusRow(key) }
  }

  // MARK: Values

  package var values: [String: String] {
    Dictionary(entries.map { ($0.row.key, $0.field.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The keys whose values are not what the form was opened with, in the order of the rows.
  package var changedKeys: [String] {
    entries.filter { $0.field.value != $0.original }.map(\.row.key)
  }

  package var hasChanges: Bool { entries.contains { $0.field.value != $0.original } }

  /// nil where nothing can be focused.
  package var focusedKey: String? {
    entries.indices.contains(focus) && Self.isFocusable(entries[focus]) ? entries[focus].row.key : nil
  }

  /// What is wrong with the focused row: beside the field there may be no room for all of it.
  package var focusedError: String? { focusedKey == nil ? nil : entries[focus].row.error }

  package mutating func set(_ value: String, for key: String) {
    guard let index = index(of: key) else { return }
    entries[index].field = FormField(
      entries[index].row.kind, value: value, placeholder: entries[index].row.placeholder)
  }

  /// Replaces all errors; those not named are cleared.
  package mutating func setErrors(_ errors: [String: String]) {
    for index in entries.indices { entries[index].row.error = errors[entries[index].row.key] }
  }

  package mutating func setError(_ error: String?, for key: String) {
    if let index = index(of: key) { entries[index].row.error = error }
  }

  package mutating func setHint(_ hint: String, for key: String) {
    if let index = index(of: key) { entries[index].row.hint = hint }
  }

  /// Moves the focus to the first row with an error. False where there is none.
  @discardableResult
  package mutating func focusFirstError() -> Bool {
    guard let index = entries.firstIndex(where: { $0.row.error != nil && Self.isFocusable($0) }) else { return false }
    setFocus(index)
    return true
  }

  /// What a choice row offers from now on; its value stays, whether it is among them or not.
  package mutating func setChoices(_ choices: [FormRow.Choice], for key: String) {
    guard let index = index(of: key), case .choice = entries[index].row.kind else { return }
    entries[index].row.kind = .choice(choices)
    if index == focus { dropDown = nil }
  }

  package mutating func focusRow(_ key: String) {
    if let index = index(of: key), Self.isFocusable(entries[index]) { setFocus(index) }
  }

  private func index(of key: String) -> Int? { entries.firstIndex { $0.row.key == key } }

  static func isFocusable(_ entry: Entry) -> Bool { entry.row.kind != .readOnly }

  mutating func setFocus(_ index: Int) {
    focus = index
    typedAhead = ""
    dropDown = nil
  }

  /// Where the terminal's cursor belongs, nil where the focused field has none or is out of sight.
  package var cursorPoint: Point? {
    if let dropDown { return dropDown.cursorPoint }
    guard focusedKey != nil, let point = entries[focus].field.cursorPoint, rect.contains(point) else { return nil }
    return point
  }
}
