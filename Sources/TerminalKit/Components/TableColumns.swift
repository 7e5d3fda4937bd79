extension Table {
  package enum SortMark: Hashable, Sendable { case none, up, down }

  package struct Column: Hashable, Sendable {
    package var title: String
    package var minimum: Int
    package var ideal: Int
    /// The share of columns left over; 0 never grows beyond `ideal`.
    package var weight: Int
    package var align: Alignment
    package var sortMark: SortMark

    /// Without a `minimum`, columns with a weight shrink to half and others not at all: a word such as "contacted" is
    /// worth more than one more column.
    package init(
      _ title: String, minimum: Int? = nil, ideal: Int = 12, weight: Int = 0, align: Alignment = .left,
      sortMark: SortMark = .none
    ) {
      self.title = title
      self.minimum = max(1, minimum ?? (weight > 0 ? min(ideal, max(8, ideal / 2)) : ideal))
      self.ideal = max(self.minimum, ideal)
      self.weight = max(0, weight)
      self.align = align
      self.sortMark = sortMark
    }
  }

  /// Where each column is drawn. Columns that do not fit are missing from the right.
  struct ColumnLayout: Hashable {
    let gutter: Int
    let spans: [Range<Int>]

    /// The widths are those of `columns` in `available` columns, gutter and scroll indicator included.
    init(_ columns: [Column], available: Int) {
      let isNarrow = available < 60
      let gap = isNarrow ? 1 : 2
      gutter = min(available, isNarrow ? 2 : 3)
      let room = max(0, available - gutter - 1)
      let shown = Self.fitting(columns, room: room, gap: gap)
      var start = gutter
      spans = Self.widths(of: shown, room: room - gap * max(0, shown.count - 1)).map { width in
        defer { start += width + gap }
        return start..<start + width
      }
    }

    /// The first column says which row it is, so it gets a third of the room before others get any.
    private static func fitting(_ columns: [Column], room: Int, gap: Int) -> ArraySlice<Column> {
      var shown = columns[...]
      guard let first = columns.first else { return shown }
      shown[0].minimum = max(first.minimum, min(first.ideal, room / 3))
      while shown.count > 1, shown.reduce(-gap, { $0 + $1.minimum + gap }) > room { shown.removeLast() }
      return shown
    }

    private static func widths(of columns: ArraySlice<Column>, room: Int) -> [Int] {
      var widths = columns.map(\.minimum)
      guard columns.count > 1 else { return widths.map { _ in room } }
      var left = room - widths.reduce(0, +)
      for (index, column) in columns.enumerated() where left > 0 {
        let more = min(left, column.ideal - column.minimum)
        widths[index] += more
        left -= more
      }
      return grown(widths, columns: Array(columns), by: max(0, left))
    }

    /// Shares `left` by weight; nothing grows beyond twice its ideal, because a row torn apart is hard to follow.
    private static func grown(_ widths: [Int], columns: [Column], by left: Int) -> [Int] {
      let weights = columns.enumerated().map { $0.offset == 0 ? max(1, $0.element.weight) : $0.element.weight }
      let total = weights.reduce(0, +)
      return zip(widths.indices, widths).map { index, width in
        width + min(left * weights[index] / total, columns[index].ideal)
      }
    }
  }
}
