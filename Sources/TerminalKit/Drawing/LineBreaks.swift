/// Where lines end, for text shown and text edited alike.
enum LineBreaks {
  struct Piece {
    enum Kind { case letter, blank, lineEnd, wide }
    var kind: Kind
    var width: Int

    init(_ kind: Kind, width: Int) {
      self.kind = kind
      self.width = width
    }

    init(_ cluster: Cluster) {
      kind = cluster.text == " " ? .blank : cluster.width == 2 ? .wide : .letter
      width = cluster.width
    }
  }

  /// The pieces of each line; the first has `indent` columns more than the others. Blanks at a break hang over its end; a line end belongs to no line.
  static func ranges(of pieces: [Piece], columns: Int, indent: Int = 0) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var used = 0
    var lastBreak = 0
    for (index, piece) in pieces.enumerated() {
      if piece.kind == .wide { lastBreak = index }
      if piece.kind == .lineEnd {
        ranges.append(start..<index)
        (start, used, lastBreak) = (index + 1, 0, index + 1)
        continue
      }
      let room = ranges.isEmpty ? columns + indent : columns
      if used + piece.width > room && piece.kind != .blank && index > start {
        let end = lastBreak > start ? lastBreak : index
        ranges.append(start..<end)
        (start, used, lastBreak) = (end, pieces[end..<index].reduce(0) { $0 + $1.width }, end)
      }
      used += piece.width
      if piece.kind == .blank || piece.kind == .wide { lastBreak = index + 1 }
    }
    ranges.append(start..<pieces.count)
    return ranges
  }
}
