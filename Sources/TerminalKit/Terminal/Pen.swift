import CNcurses

/// Turns cells into what ncurses draws, and asks it for each pair of colours once.
struct Pen {
  private let theme: Theme
  private let depth: ColorDepth
  private var looks: [Look: Ink] = [:]
  private var last: (look: Look, ink: Ink)?

  private struct Look: Hashable {
    var role: Role
    var emphasis: Emphasis
  }

  private struct Ink {
    var attributes: UInt32
    var pair: Int32
  }

  init(theme: Theme, depth: ColorDepth) {
    self.theme = theme
    self.depth = depth
  }

  mutating func cell(for cell: Cell) -> crm_cell {
    let ink = ink(for: Look(role: cell.role, emphasis: cell.emphasis))
    var result = crm_cell()
    result.attributes = ink.attributes
    result.pair = ink.pair
    result.width = Int32(cell.width)
    withUnsafeMutableBytes(of: &result.text) { text in
      let text = text.assumingMemoryBound(to: UInt32.self)
      for (index, scalar) in zip(text.indices, cell.cluster.unicodeScalars) { text[index] = scalar.value }
    }
    return result
  }

  private mutating func ink(for look: Look) -> Ink {
    if let last, last.look == look { return last.ink }
    let ink = looks[look] ?? mix(look)
    looks[look] = ink
    last = (look, ink)
    return ink
  }

  private func mix(_ look: Look) -> Ink {
    let style = TerminalStyle(theme[look.role], on: theme.background, depth: depth)
    let attributes = style.attributes.union(Attributes(look.emphasis))
    return Ink(
      attributes: UInt32(attributes.rawValue), pair: crm_pair(Int32(style.foreground), Int32(style.background)))
  }
}
