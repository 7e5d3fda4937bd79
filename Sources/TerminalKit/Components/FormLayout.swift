/// Where the parts of a form are, counted from its own first row, however far it is scrolled.
struct FormLayout: Hashable, Sendable {
  struct Place: Hashable, Sendable {
    let entry: Int
    let label: Rect
    let field: Rect
    /// For the error, and the hint where there is room at the side.
    let note: Rect

    var rows: Range<Int> { min(label.row, note.row)..<max(field.endRow, note.endRow) }

    func contains(_ point: Point) -> Bool { label.contains(point) || field.contains(point) }
  }

  struct Heading: Hashable, Sendable {
    let text: String
    let rect: Rect
  }

  private(set) var places: [Place] = []
  private(set) var headings: [Heading] = []
  private(set) var rows = 0
  /// Notes stand at the right of the fields, so that nothing moves when one appears.
  private(set) var hasSideNotes = false

  init() {}

  init(titles: [String], entries: [Form.Entry], columns: Int) {
    let labels = entries.map { TextWidth.width(of: $0.row.label) }.max() ?? 0
    let isWide = columns > 120
    let half = isWide ? columns / 2 : columns
    hasSideNotes = half >= 76
    for (section, title) in titles.enumerated() {
      let members = entries.indices.filter { entries[$0].section == section }
      addHeading(title, columns: columns)
      let split = isWide ? (members.count + 1) / 2 : members.count
      let start = rows
      var end = start
      for (column, part) in [members[..<split], members[split...]].enumerated() where !part.isEmpty {
        rows = start
        let strip = Rect(column * half, 0, half, 0)
        for entry in part { add(entry, entries[entry].row, strip: strip, labels: labels) }
        end = max(end, rows)
      }
      rows = end
    }
  }

  func place(of entry: Int) -> Place? { places.first { $0.entry == entry } }

  private mutating func addHeading(_ title: String, columns: Int) {
    guard !title.isEmpty else { return }
    if rows > 0 { rows += 1 }
    headings.append(Heading(text: title, rect: Rect(1, rows, columns - 2, 1)))
    rows += 1
  }

  private mutating func add(_ entry: Int, _ row: FormRow, strip: Rect, labels: Int) {
    let labelColumns = min(labels, strip.columns < 60 ? max(3, strip.columns / 3) : 24)
    let start = strip.column + labelColumns + 4
    let room = max(0, strip.endColumn - start - 1)
    let noteColumns = hasSideNotes ? max(24, room - 50) : room
    let field = Rect(start, rows, hasSideNotes ? room - noteColumns - 2 : min(room, 60), Self.rows(of: row.kind))
    let hasLineBelow = !hasSideNotes && row.error != nil
    let note =
      hasSideNotes
      ? Rect(field.endColumn + 2, rows, noteColumns, 1)
      : Rect(start, field.endRow, noteColumns, hasLineBelow ? 1 : 0)
    let label = Rect(strip.column + 2, rows, labelColumns, 1)
    places.append(Place(entry: entry, label: label, field: field, note: note))
    rows = max(field.endRow, note.endRow)
  }

  private static func rows(of kind: FormRow.Kind) -> Int {
    if case .long(let rows) = kind { max(1, rows) } else { 1 }
  }
}
