import CRMDomain
import TerminalKit

/// The second step: which column fills which field, with what its values become.
@MainActor final class ColumnsStep: ImportStep {
  private let desk: ImportDesk
  private var table = Table(columns: [])
  private var reading: (revision: Int, index: Int, reading: ColumnReading)?
  /// For the table: how each column reads, made anew when the plan changes.
  private var problems: (revision: Int, counts: [Int])?

  init(_ desk: ImportDesk) { self.desk = desk }

  let contexts: [Context] = [.importColumns]
  private var wizard: ImportWizard { desk.wizard }
  private var index: Int { min(table.cursor.selected, max(0, wizard.columns.count - 1)) }
  private var column: ImportColumn? { wizard.columns.indices.contains(index) ? wizard.columns[index] : nil }

  func load(_ session: Session) {
    table.cursor.setCount(wizard.columns.count)
    if problems?.revision != wizard.revision {
      problems = (wizard.revision, wizard.columns.indices.map { wizard.reading(of: $0, limit: 1).badCount })
    }
    guard column != nil else { return }
    if reading?.revision != wizard.revision || reading?.index != index {
      reading = (wizard.revision, index, wizard.reading(of: index, limit: 6))
    }
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .ignored, .titleClicked: nil
    case .moved: .handled
    case .opened: perform(.pickField)
    }
  }

  func perform(_ command: Command) -> Effect? {
    guard let column else { return nil }
    switch command {
    case .pickField: return pick(column)
    case .ignoreColumn: return ignore(column)
    case .keepColumn: return send(.keepAsCustom(column.index))
    case .columnOptions: return .push(ColumnOptionsScreen(desk, column.index))
    case .columnWords: return words(column)
    case .saveMapping: return save()
    case .useMapping: return use()
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    switch command {
    case .columnOptions where column?.target == .ignored: "The column is left out: give it a field first"
    case .columnWords where reading?.reading.field?.choices.isEmpty != false: "Only columns of choices have words"
    case .useMapping where !wizard.saved.contains { $0.plan.kind == wizard.kind }:
      "No mapping was saved yet: s saves one"
    default: nil
    }
  }

  private func send(_ event: ImportWizard.Event) -> Effect {
    desk.send(event)
    return .handled
  }

  /// Leaves a column out, or takes it in again as it was suggested.
  private func ignore(_ column: ImportColumn) -> Effect {
    guard column.target == .ignored else { return send(.ignore(column.index)) }
    return pick(column)
  }

  private func pick(_ column: ImportColumn) -> Effect {
    let fields = wizard.fields + (wizard.kind.field("id") == nil ? [.recordID] : [])
    let items = fields.map { field -> Picker.Item in
      let taken = wizard.columns.first { $0.index != column.index && $0.filledNames.contains(field.name) }
      let joins = taken.map { field.kind.canBeJoined ? "joined with “\($0.title)”" : "now filled by “\($0.title)”" }
      return Picker.Item(field.label, detail: joins ?? (field.isRequired ? "required" : field.isCustom ? "custom" : ""))
    }
    let selected = fields.firstIndex { $0.name == column.target.name } ?? 0
    return .push(
      PickerScreen("“\(column.title)” fills", items, selected: selected) { [desk] choice in
        desk.send(.fill(column.index, field: fields[choice].name))
        return .handled
      })
  }

  private func words(_ column: ImportColumn) -> Effect {
    if let reason = disabledReason(.columnWords) { return .toast(reason) }
    return .push(ChoiceWordsScreen(desk, column.index))
  }

  private func save() -> Effect {
    .push(
      PromptScreen("Save this mapping as", text: wizard.usedMapping ?? "", placeholder: "Expo 2026") { [desk] name in
        desk.send(.save(name: name))
        if let problem = desk.wizard.problem { return .toast(problem, .bad) }
        let header = desk.wizard.preview.header
        return .several([
          .saveMapping(name.trimmed, desk.wizard.plan, header: header), .toast("Saved as “\(name.trimmed)”", .good),
        ])
      })
  }

  private func use() -> Effect {
    if let reason = disabledReason(.useMapping) { return .toast(reason) }
    let kept = wizard.saved.filter { $0.plan.kind == wizard.kind }
    let recognised = wizard.recognised?.name
    let items = kept.map { mapping in
      Picker.Item(
        mapping.name,
        detail: mapping.name == recognised ? "made for these columns" : "\(mapping.plan.columns.count) columns")
    }
    return .push(
      PickerScreen("Mapping", items) { [desk] index in
        desk.send(.use(saved: kept[index].name))
        return .toast("The columns are as in “\(kept[index].name)”")
      })
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (line, rest) = rect.split(top: 1)
    drawSummary(on: &canvas, in: line)
    let detail = rest.rows >= 16 ? 7 : rest.rows >= 11 ? 4 : 2
    let (below, above) = rest.split(bottom: detail)
    table.columns = Self.tableColumns(rect.columns)
    let isWide = table.columns.count > 2
    table.draw(on: &canvas, in: above) { row in
      guard wizard.columns.indices.contains(row) else { return nil }
      return self.row(wizard.columns[row], isWide: isWide)
    }
    drawDetail(on: &canvas, in: below, session)
    return nil
  }

  private static func tableColumns(_ columns: Int) -> [Table.Column] {
    let file = Table.Column("In the file", minimum: 12, ideal: columns >= 120 ? 30 : 20, weight: 1)
    let field = Table.Column("Becomes", minimum: 14, ideal: columns >= 120 ? 30 : 22)
    guard columns >= 60 else { return [file, field] }
    return [file, Table.Column("Values", minimum: 16, ideal: columns / 3, weight: 2), field]
      + (columns >= 110 ? [Table.Column("Why", minimum: 20, ideal: 44, weight: 1)] : [])
  }

  private func row(_ column: ImportColumn, isWide: Bool) -> Table.Row {
    let samples = column.samples().joined(separator: " · ")
    let (text, role) = becomes(column)
    let name = Table.CellText(column.title, role: column.header.isEmpty || column.target == .ignored ? .dim : .text)
    guard isWide else { return Table.Row([name, .init(text, role: role)]) }
    return Table.Row([
      name, .init(samples.isEmpty ? "no values" : samples, role: .dim), .init(text, role: role),
      .init(column.reason, role: .dim),
    ])
  }

  /// The field's name behind a sign: ✓ sure, ? look at it, + a custom field, - left out, ! values cannot be read.
  private func becomes(_ column: ImportColumn) -> (String, Role) {
    let bad = problems.map { $0.counts.indices.contains(column.index) ? $0.counts[column.index] : 0 } ?? 0
    switch column.target {
    case .ignored: return ("- left out", .dim)
    case .custom(let name, _):
      let known = wizard.field(name)
      return ("+ \(known?.label ?? name)", .info)
    case .field(let name):
      let label = column.options.splitsName ? "First and last name" : wizard.field(name)?.label ?? name
      if bad > 0 { return ("! \(label)", .warning) }
      return column.confidence >= 0.75 && column.remark == nil ? ("✓ \(label)", .good) : ("? \(label)", .warning)
    }
  }

  private func drawSummary(on canvas: inout Canvas, in rect: Rect) {
    let unfilled = wizard.unfilled
    var spans: [Span] = [Span(" ")]
    if let mapping = wizard.usedMapping {
      spans.append(Span("As in “\(mapping)”. ", role: .info))
    }
    let used = wizard.columns.count { $0.target != .ignored }
    spans.append(Span("\(used) of \(wizard.columns.count) columns are used", role: .dim))
    if !unfilled.isEmpty {
      let names = unfilled.map(\.label).joined(separator: ", ")
      spans.append(Span("  ! no column fills \(names)", role: .warning))
    }
    canvas.put(spans, at: rect.origin, width: rect.columns)
  }

  private func drawDetail(on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    guard let column, let reading = reading?.reading, !rect.isEmpty else { return }
    let (line, body) = rect.split(top: 1)
    canvas.hline(at: line.origin, columns: line.columns)
    let sure = column.target == .ignored ? "" : ", \(Int(column.confidence * 100)) %"
    canvas.put(
      " \(column.title) ", at: Point(line.column + 1, line.row), role: .title,
      width: min(line.columns - 4, TextWidth.width(of: column.title) + 2))
    var lines: [[Span]] = [[Span(column.reason + sure, role: .dim)]]
    let how = ([reading.words == "as it is" ? "" : reading.words] + ColumnOptionWords.words(column.options)).filter {
      !$0.isEmpty
    }
    if !how.isEmpty { lines[0].append(Span(" · " + how.joined(separator: " · "), role: .dim)) }
    if let remark = reading.remark ?? column.remark { lines.append([Span("! " + remark, role: .warning)]) }
    lines += samples(reading, session)
    for (offset, spans) in lines.prefix(body.rows).enumerated() {
      canvas.put(spans, at: Point(body.column + 2, body.row + offset), width: body.columns - 3)
    }
  }

  /// A line each: the text of the file, and what it becomes.
  private func samples(_ reading: ColumnReading, _ session: Session) -> [[Span]] {
    guard !reading.samples.isEmpty else { return [[Span("no row that is shown has a value here", role: .dim)]] }
    let widest = min(28, reading.samples.map { TextWidth.width(of: $0.text) }.max() ?? 0)
    return reading.samples.map { sample in
      let text = TextWidth.truncated(sample.text, to: widest)
      let blanks = String(repeating: " ", count: max(0, widest - TextWidth.width(of: text)))
      guard let field = reading.field else { return [Span(text + blanks, role: .dim)] }
      let arrow = Span("  → ", role: .dim)
      if let problem = sample.problem { return [Span(text + blanks), arrow, Span(problem, role: .bad)] }
      let shown = sample.value.map { FieldText.show($0, as: field, in: session.entry) } ?? ""
      return [Span(text + blanks), arrow, Span(shown.isEmpty ? "nothing" : shown, role: .good)]
    }
  }
}

/// What was set for a column, in words.
enum ColumnOptionWords {
  static func words(_ options: ColumnOptions) -> [String] {
    var words: [String] = []
    if !options.trims { words.append("blanks are kept") }
    if options.letterCase != .asIs { words.append(letterCase(options.letterCase)) }
    if let join = options.joinsWith { words.append("joined with “\(join)”") }
    if let currency = options.currency { words.append("in \(currency)") }
    if let region = options.phoneRegion { words.append("numbers of \(region)") }
    if !options.choices.isEmpty {
      words.append(options.choices.count == 1 ? "1 word of your own" : "\(options.choices.count) words of your own")
    }
    if let constant = options.constant { words.append("always “\(constant)”") }
    if let text = options.defaultText { words.append("“\(text)” where empty") }
    if options.empty == .clear { words.append("empty cells clear") }
    return words
  }

  static func letterCase(_ letterCase: ColumnOptions.LetterCase) -> String {
    switch letterCase {
    case .asIs: "as it is"
    case .upper: "UPPER CASE"
    case .lower: "lower case"
    case .title: "First Letters Large"
    }
  }
}
