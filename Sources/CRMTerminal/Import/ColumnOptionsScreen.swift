import CRMDomain
import TerminalKit

/// What is done to the texts of one column, as a form whose rows follow from the field.
@MainActor final class ColumnOptionsScreen: Screen {
  let isOverlay = true
  let isTyping = true
  let status = "tab next  ←→ choose  ^S keep  esc back"
  let title: String
  private let desk: ImportDesk
  private let index: Int
  private var form: Form

  init(_ desk: ImportDesk, _ index: Int) {
    self.desk = desk
    self.index = index
    let column = desk.wizard.columns[index]
    title = "Column “\(column.title)”"
    let field = column.target.name.flatMap(desk.wizard.field)
    let kind: FieldKind =
      if case .custom(_, let kind) = column.target { field?.kind ?? kind } else { field?.kind ?? .text }
    form = Form(title: title, sections: Self.sections(column, kind, desk.wizard))
  }

  private static func sections(_ column: ImportColumn, _ kind: FieldKind, _ wizard: ImportWizard) -> [FormSection] {
    let options = column.options
    let isName = ["first_name", "last_name"].contains(column.target.name) && wizard.field("first_name") != nil
    var read: [FormRow] = []
    if isName {
      read.append(
        FormRow(
          "split", label: "Split name", kind: .toggle, value: "\(options.splitsName)",
          hint: "“Ada Lovelace” and “Lovelace, Ada” into first and last name"))
    }
    switch kind {
    case .day, .instant: read.append(dateOrder(column, wizard))
    case .money, .integer:
      let marks =
        [FormRow.Choice("", "as the column shows")]
        + DecimalMark.allCases.map { FormRow.Choice($0.rawValue, $0.rawValue) }
      read.append(FormRow("mark", label: "Numbers", kind: .choice(marks), value: options.decimalMark?.rawValue ?? ""))
      if kind == .money, wizard.field("currency") != nil {
        read.append(
          FormRow(
            "currency", label: "Currency", value: options.currency ?? "", hint: "such as EUR, where no column says it"))
      }
    case .phone:
      read.append(
        FormRow(
          "region", label: "Country", value: options.phoneRegion ?? "",
          hint: "such as GB, for numbers without one: they become +44 …"))
    default: break
    }
    if kind == .text || kind == .longText {
      let cases = ColumnOptions.LetterCase.allCases.map {
        FormRow.Choice($0.rawValue, ColumnOptionWords.letterCase($0))
      }
      read.append(FormRow("case", label: "Letters", kind: .choice(cases), value: options.letterCase.rawValue))
      read.append(FormRow("trim", label: "Trim blanks", kind: .toggle, value: "\(options.trims)"))
    }
    if kind.canBeJoined {
      read.append(
        FormRow(
          "join", label: "Join with", value: options.joinsWith ?? "",
          hint: "what stands between columns that fill this field together"))
    }
    let empties = [FormRow.Choice("keep", "keep the old value"), FormRow.Choice("clear", "clear the old value")]
    return [
      FormSection(rows: read),
      FormSection(
        "Where nothing stands",
        rows: [
          FormRow(
            "default", label: "Empty cells", value: options.defaultText ?? "", hint: "stands where the cell is empty"),
          FormRow(
            "empty", label: "On updates", kind: .choice(empties), value: options.empty.rawValue,
            hint: "what an empty cell does to a record that is there"),
          FormRow(
            "constant", label: "Every row", value: options.constant ?? "",
            hint: "stands in every row, whatever the cell says"),
        ]),
    ]
  }

  /// With an example of the column read each way, so that one can see which is meant.
  private static func dateOrder(_ column: ImportColumn, _ wizard: ImportWizard) -> FormRow {
    let example = column.samples(1).first.map { " (“\($0)”)" } ?? ""
    let orders =
      [FormRow.Choice("", "as the column shows")] + DateOrder.allCases.map { FormRow.Choice($0.rawValue, $0.rawValue) }
    let remark = wizard.reading(of: column.index, limit: 1).remark ?? "the column's dates decide it"
    return FormRow(
      "order", label: "Dates", kind: .choice(orders), value: column.options.dateOrder?.rawValue ?? "",
      hint: remark + example)
  }

  func handle(_ key: Key) -> Effect? {
    switch form.handle(key) {
    case .ignored: nil
    case .moved, .editExternally: .handled
    case .changed(let key):
      {
        form.setError(nil, for: key); return .handled
      }()
    case .cancel: .pop
    case .submit: submit()
    }
  }

  private func submit() -> Effect {
    let values = form.values
    var options = desk.wizard.columns[index].options
    if let split = values["split"] { options.splitsName = split == "true" }
    if let order = values["order"] { options.dateOrder = DateOrder(rawValue: order) }
    if let mark = values["mark"] { options.decimalMark = DecimalMark(rawValue: mark) }
    if let letters = values["case"] { options.letterCase = .init(rawValue: letters) ?? .asIs }
    if let trim = values["trim"] { options.trims = trim == "true" }
    if let join = values["join"] { options.joinsWith = join.isEmpty ? nil : join }
    if let region = values["region"] { options.phoneRegion = code(region, "region", 2, "two letters, such as GB") }
    if let currency = values["currency"] {
      options.currency = code(currency, "currency", 3, "three letters, such as EUR")
    }
    options.defaultText = text(values["default"])
    options.constant = text(values["constant"])
    options.empty = values["empty"].flatMap(ColumnOptions.EmptyCell.init) ?? .keep
    if form.focusFirstError() { return .handled }
    desk.send(.setOptions(index, options))
    return .pop
  }

  private func text(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }

  private func code(_ text: String, _ key: String, _ count: Int, _ words: String) -> String? {
    let code = text.trimmed.uppercased()
    guard !code.isEmpty else { return nil }
    if code.count != count || !code.allSatisfy({ $0.isASCII && $0.isLetter }) { form.setError(words, for: key) }
    return code
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let columns = min(rect.columns, 76)
    let rows = min(rect.rows, 16)
    let box = Rect(rect.column + (rect.columns - columns) / 2, rect.row + (rect.rows - rows) / 2, columns, rows)
    canvas.fill(box)
    canvas.box(box, role: .borderFocused, title: title)
    form.draw(on: &canvas, in: box.inset(by: 2, 1))
    return form.cursorPoint
  }
}

/// The words of a column and the choices they become; Enter gives a word another one.
@MainActor final class ChoiceWordsScreen: Screen {
  let title: String
  let isOverlay = true
  let contexts: [Context] = []
  let status = "enter choose  x as it was  esc back"
  let isTyping = true
  private let desk: ImportDesk
  private let index: Int
  private var cursor = ListCursor()
  private var box = Rect(0, 0, 0, 0)

  init(_ desk: ImportDesk, _ index: Int) {
    self.desk = desk
    self.index = index
    title = "Words of “\(desk.wizard.columns[index].title)”"
    words = desk.wizard.reading(of: index, limit: 500)
    cursor.setCount(words.samples.count)
  }

  private var words: ColumnReading

  func handle(_ key: Key) -> Effect? {
    if cursor.handle(key) || cursor.handleLetter(key) { return .handled }
    switch key {
    case .escape, .character("q"): return .pop
    case .enter, .character(" "): return choose()
    case .character("x"): return set(nil)
    default: return nil
    }
  }

  private var word: ColumnReading.Sample? {
    words.samples.indices.contains(cursor.selected) ? words.samples[cursor.selected] : nil
  }

  private func choose() -> Effect {
    guard let word, let choices = words.field?.choices else { return .handled }
    let selected = choices.firstIndex { $0.value == word.value?.text } ?? 0
    return .push(
      PickerScreen("“\(word.text)” means", choices.map { Picker.Item($0.label) }, selected: selected) {
        [weak self] index in
        self?.set(choices[index].value) ?? .handled
      })
  }

  private func set(_ value: String?) -> Effect {
    guard let word else { return .handled }
    var options = desk.wizard.columns[index].options
    options.choices[word.text.trimmed] = value
    desk.send(.setOptions(index, options))
    let row = cursor.selected
    words = desk.wizard.reading(of: index, limit: 500)
    cursor.setCount(words.samples.count)
    cursor.select(row)
    return .handled
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let columns = min(rect.columns, 64)
    let rows = min(rect.rows, max(4, words.samples.count + 2))
    box = Rect(rect.column + (rect.columns - columns) / 2, rect.row + max(0, (rect.rows - rows) / 3), columns, rows)
    canvas.fill(box)
    canvas.box(box, role: .borderFocused, title: title)
    let inner = box.inset(by: 1, 1)
    cursor.adjust(height: inner.rows)
    let widest = min(inner.columns / 2, words.samples.map { TextWidth.width(of: $0.text) }.max() ?? 8)
    let choices = words.field?.choices ?? []
    let own = desk.wizard.columns[index].options.choices
    for (line, place) in cursor.visible.enumerated() {
      let sample = words.samples[place]
      let row = inner.row + line
      let isSelected = place == cursor.selected
      if isSelected { canvas.put(canvas.glyph(.cursor), at: Point(inner.column, row), role: .strong) }
      canvas.put(sample.text, at: Point(inner.column + 2, row), role: isSelected ? .selected : .text, width: widest)
      let choice = choices.first { $0.value == sample.value?.text }
      let mine = own[sample.text.trimmed] == nil ? "" : "  by you"
      let spans = [
        Span("  → ", role: .dim),
        choice.map { Span($0.label, role: .good) } ?? Span("kept as written: no choice is called that", role: .warning),
        Span(mine, role: .info),
      ]
      canvas.put(spans, at: Point(inner.column + 2 + widest, row), width: max(0, inner.columns - widest - 3))
    }
    return nil
  }
}
