/// The bar at the top: the program, its places on number keys, and what goes on in the background.
package struct Tabs: Hashable, Sendable {
  package struct Place: Hashable, Sendable {
    package var title: String
    /// Used where the titles do not all fit.
    package var shortTitle: String
    package init(_ title: String, short: String? = nil) {
      self.title = title
      shortTitle = short ?? title
    }
  }

  package struct Status: Hashable, Sendable {
    package var text: String
    package var role: Role
    /// The lowest goes first where room is short.
    package var priority: Int
    package init(_ text: String, role: Role = .header, priority: Int = 0) {
      self.text = text
      self.role = role
      self.priority = priority
    }
  }

  package var programName: String
  package var places: [Place]
  /// The open place; nil while something else is open.
  package var active: Int?
  package var status: [Status]

  package init(programName: String, places: [Place], active: Int? = nil, status: [Status] = []) {
    self.programName = programName
    self.places = places
    self.active = active
    self.status = status
  }

  /// The place drawn at `point` when the bar is in `rect`.
  package func hit(_ point: Point, in rect: Rect) -> Int? {
    guard rect.split(top: 1).top.contains(point) else { return nil }
    return layout(rect.columns).places.first { $0.columns.contains(point.column - rect.column) }?.index
  }

  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let rect = rect.split(top: 1).top
    guard !rect.isEmpty else { return }
    let layout = layout(rect.columns)
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: .header)
      if layout.showsProgram {
        canvas.put(" \(programName) \(canvas.glyph(.separator))", at: rect.origin, role: .header, emphasis: .bold)
      }
      for place in layout.places {
        let role: Role = place.index == active ? .headerActive : .header
        canvas.put(place.text, at: Point(rect.column + place.columns.lowerBound, rect.row), role: role)
      }
      drawStatus(layout.status, on: &canvas, in: rect)
    }
  }

  private func drawStatus(_ status: [Status], on canvas: inout Canvas, in rect: Rect) {
    var column = rect.endColumn - Self.columns(of: status)
    for part in status {
      column += canvas.put(part.text, at: Point(column, rect.row), role: part.role) + 2
    }
  }
}

// MARK: - Layout

extension Tabs {
  private struct Drawn {
    let index: Int
    let text: String
    let columns: Range<Int>
  }

  private struct Layout {
    let showsProgram: Bool
    let places: [Drawn]
    let status: [Status]
  }

  /// From roomy to cramped; the first whose places and most important status fit is taken.
  private enum Form: CaseIterable { case full, titles, dense, short, activeOnly, numbers }

  private func layout(_ columns: Int) -> Layout {
    for form in Form.allCases {
      let showsProgram = form == .full
      let places = drawn(form, startingAt: showsProgram ? TextWidth.width(of: programName) + 3 : 0)
      let room = columns - (places.last?.columns.upperBound ?? 0) - 1
      let fitting = statusFitting(room)
      let wanted = form == .full || form == .titles ? status.count : min(1, status.count)
      if room >= 0 && fitting.count >= wanted {
        return Layout(showsProgram: showsProgram, places: places, status: fitting)
      }
    }
    return Layout(showsProgram: false, places: drawn(.numbers, startingAt: 0), status: [])
  }

  /// The open place stands in brackets, which say it where colour cannot.
  private func drawn(_ form: Form, startingAt start: Int) -> [Drawn] {
    let isRoomy = form == .full || form == .titles
    var column = isRoomy ? start : start + 1
    return places.indices.map { index in
      let text = label(of: index, form)
      let label = index == active ? "[\(text)]" : isRoomy ? " \(text) " : text
      let width = TextWidth.width(of: label)
      defer { column += width + (isRoomy ? 0 : 1) }
      return Drawn(index: index, text: label, columns: column..<column + width)
    }
  }

  private func label(of index: Int, _ form: Form) -> String {
    let place = places[index]
    switch form {
    case .full, .titles, .dense: return "\(index + 1) \(place.title)"
    case .short: return "\(index + 1) \(place.shortTitle)"
    case .activeOnly where index == active: return "\(index + 1) \(place.title)"
    case .activeOnly, .numbers: return "\(index + 1)"
    }
  }

  private func statusFitting(_ room: Int) -> [Status] {
    var kept = status
    while !kept.isEmpty && Self.columns(of: kept) > room {
      let lowest = kept.indices.min { (kept[$0].priority, -$0) < (kept[$1].priority, -$1) }
      kept.remove(at: lowest ?? kept.count - 1)
    }
    return kept
  }

  /// With two blanks between the parts and one behind.
  private static func columns(of status: [Status]) -> Int {
    status.isEmpty ? 0 : status.reduce(-1) { $0 + TextWidth.width(of: $1.text) + 2 }
  }
}
