extension Form {
  private static let widestBox = 76

  /// Draws a box with the title in the middle of `rect`, as large as the rows need: a question with more than buttons.
  package mutating func drawBox(on canvas: inout Canvas, in rect: Rect) {
    let columns = min(rect.columns, Self.widestBox)
    let needed = FormLayout(titles: sectionTitles, entries: entries, columns: columns - 2).rows + 3
    let rows = min(rect.rows, max(needed, dropDown.map { $0.idealSize.rows + 2 } ?? 0))
    let origin = Point(rect.column + (rect.columns - columns) / 2, rect.row + (rect.rows - rows) / 2)
    let box = Rect(origin.column, origin.row, columns, rows)
    guard columns >= 10 && rows >= 4 else { return draw(on: &canvas, in: box, surface: .dialog) }
    draw(on: &canvas, in: box.inset(by: 1, 1), surface: .dialog)
    canvas.clipped(to: box) { canvas in
      canvas.box(box, role: .borderFocused, title: title)
      let keys = " ^S save  esc cancel "
      guard columns >= TextWidth.width(of: keys) + 6 else { return }
      canvas.put(keys, at: Point(box.endColumn - 2 - TextWidth.width(of: keys), box.endRow - 1), role: .hint)
    }
  }

  /// `surface` is what the fields lie on.
  package mutating func draw(on canvas: inout Canvas, in rect: Rect, surface: Role = .text) {
    layout = FormLayout(titles: sectionTitles, entries: entries, columns: rect.columns)
    let hasHintRow = !layout.hasSideNotes && (rect.rows >= 4 || rect.rows > layout.rows)
    let (foot, body) = rect.split(bottom: hasHintRow ? 1 : 0)
    self.rect = body
    guard !rect.isEmpty else { return }
    scrollToFocus()
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: surface)
      canvas.clipped(to: body) { canvas in
        for heading in layout.headings { draw(heading, on: &canvas) }
        for place in layout.places { draw(place, on: &canvas) }
      }
      drawHint(on: &canvas, in: foot)
      drawMore(on: &canvas, in: body)
    }
    drawDropDown(on: &canvas, in: rect)
  }

  private mutating func scrollToFocus() {
    if let rows = layout.place(of: focus)?.rows {
      let first = layout.places.first?.entry == focus ? 0 : rows.lowerBound
      top = min(max(top, rows.upperBound - rect.rows), first)
    }
    top = min(max(0, top), max(0, layout.rows - rect.rows))
  }

  private func onScreen(_ part: Rect) -> Rect {
    Rect(part.column + rect.column, part.row + rect.row - top, part.columns, part.rows)
  }

  private func draw(_ heading: FormLayout.Heading, on canvas: inout Canvas) {
    let place = onScreen(heading.rect)
    let used = canvas.put(heading.text, at: place.origin, role: .title)
    let line = Point(place.column + used + 1, place.row)
    canvas.hline(at: line, columns: place.columns - used - 1)
  }

  private mutating func draw(_ place: FormLayout.Place, on canvas: inout Canvas) {
    guard place.rows.overlaps(top..<top + rect.rows) else { return }
    let entry = entries[place.entry]
    let isFocused = place.entry == focus && focusedKey != nil
    let label = onScreen(place.label)
    if isFocused { canvas.put(canvas.glyph(.cursor), at: Point(label.column - 2, label.row), role: .strong) }
    canvas.put(entry.row.label, at: label.origin, role: isFocused ? .strong : .label, width: label.columns)
    drawField(place, isFocused, on: &canvas)
    drawNote(entry.row, isFocused, on: &canvas, in: onScreen(place.note))
  }

  private mutating func drawField(_ place: FormLayout.Place, _ isFocused: Bool, on canvas: inout Canvas) {
    let area = onScreen(place.field)
    switch entries[place.entry].field {
    case .text(var field):
      field.draw(on: &canvas, in: area, isFocused: isFocused)
      entries[place.entry].field = .text(field)
    case .long(var text):
      text.draw(on: &canvas, in: area)
      entries[place.entry].field = .long(text)
    case .choice(let value): drawChoice(value, of: entries[place.entry].row, isFocused, on: &canvas, in: area)
    case .toggle(let isOn):
      let text = isOn ? "[x] yes" : "[ ] no"
      canvas.put(text, at: area.origin, role: isFocused ? .selected : .input, width: min(area.columns, 8))
    case .readOnly(let value):
      canvas.put(value, at: area.origin, role: .dim, width: area.columns)
    }
  }

  private func drawChoice(
    _ value: String, of row: FormRow, _ isFocused: Bool, on canvas: inout Canvas, in area: Rect
  ) {
    guard case .choice(let choices) = row.kind else { return }
    let label = choices.first { $0.value == value }?.label ?? value
    let widest = choices.map { TextWidth.width(of: $0.label) }.max() ?? 0
    let columns = min(area.columns, max(widest, TextWidth.width(of: label), 10) + 2)
    let (text, rest) = Rect(area.column, area.row, columns, 1).split(left: columns - 2)
    let role: Role = isFocused ? .selected : .input
    canvas.put(label, at: text.origin, role: role, width: text.columns)
    canvas.put(" " + canvas.glyph(.down), at: rest.origin, role: role, width: rest.columns)
    let typed = isFocused && label.lowercased().hasPrefix(typedAhead.lowercased()) ? typedAhead : ""
    let typedColumns = min(TextWidth.width(of: typed), text.columns)
    canvas.restyle(Rect(text.column, text.row, typedColumns, 1), emphasis: .underline)
  }

  private func drawNote(_ row: FormRow, _ isFocused: Bool, on canvas: inout Canvas, in area: Rect) {
    guard !area.isEmpty else { return }
    if let error = row.error {
      canvas.put("\(canvas.glyph(.bad)) \(error)", at: area.origin, role: .bad, width: area.columns)
    } else if isFocused && layout.hasSideNotes {
      canvas.put(row.hint, at: area.origin, role: .dim, width: area.columns)
    }
  }

  private func drawHint(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty, focusedKey != nil else { return }
    canvas.put(
      entries[focus].row.hint, at: Point(rect.column + 2, rect.row), role: .dim, width: max(0, rect.columns - 3))
  }

  private func drawMore(on canvas: inout Canvas, in rect: Rect) {
    guard layout.rows > top + rect.rows && rect.columns > 20 && rect.rows > 2 else { return }
    canvas.put(canvas.glyph(.down), at: Point(rect.endColumn - 1, rect.endRow - 1), role: .border)
  }

  /// Below the field where it fits, else above it, else wherever there is room.
  private mutating func drawDropDown(on canvas: inout Canvas, in rect: Rect) {
    guard var picker = dropDown, let place = layout.place(of: focus) else { return }
    let field = onScreen(place.field)
    let size = picker.idealSize
    let columns = min(rect.columns, max(24, size.columns))
    let rows = min(rect.rows, size.rows)
    let column = max(rect.column, min(field.column, rect.endColumn - columns))
    let below = field.row + 1
    let row = below + rows <= rect.endRow ? below : max(rect.row, field.row - rows)
    picker.drawBox(on: &canvas, in: Rect(column, row, columns, rows))
    dropDown = picker
  }
}
