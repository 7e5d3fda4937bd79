/// The bytes of a folded text one after the other, without making it: for what orders a million names.
private struct FoldedBytes {
  enum Next: Equatable {
    case byte(UInt8)
    case end
    /// It takes Unicode's tables to go on.
    case unknown
  }

  private let text: UnsafeRawBufferPointer
  private var position: Int
  private var pending: (UInt8, UInt8?)?
  private var wordEnded = false
  private var hasBegun = false

  /// - Parameter start: where a word begins.
  init(_ text: UnsafeRawBufferPointer, from start: Int) {
    (self.text, position) = (text, start)
  }

  mutating func next() -> Next {
    if let (first, second) = pending {
      pending = second.map { ($0, nil) }
      return .byte(first)
    }
    while position < text.count {
      let byte = text[position]
      guard byte < 0x80 else {
        guard let letters = beyondASCII() else { return .unknown }
        if let first = letters.0 { return put(first, letters.1) }
        continue
      }
      position += 1
      switch byte {
      case 0x27, 0x60: continue
      case 0...0x20, 0x7F: wordEnded = true
      case 0x41...0x5A: return put(byte | 0x20, nil)
      default: return put(byte, nil)
      }
    }
    return .end
  }

  private mutating func put(_ first: UInt8, _ second: UInt8?) -> Next {
    defer { (wordEnded, hasBegun) = (false, true) }
    guard wordEnded, hasBegun else {
      pending = second.map { ($0, nil) }
      return .byte(first)
    }
    pending = (first, second)
    return .byte(0x20)
  }

  /// What a letter of Latin-1 or Latin Extended-A folds to, perhaps nothing; nil for any other character.
  private mutating func beyondASCII() -> (UInt8?, UInt8?)? {
    guard position + 1 < text.count, text[position] >= 0xC2, text[position] <= 0xC5,
      text[position + 1] & 0xC0 == 0x80
    else { return nil }
    let value = UInt32(text[position] & 0x1F) << 6 | UInt32(text[position + 1] & 0x3F)
    guard LatinFolding.range.contains(value) else { return nil }
    defer { position += 2 }
    switch LatinFolding.table[Int(value - LatinFolding.range.lowerBound)] {
    case .dropped: return (nil, nil)
    case .space:
      wordEnded = true
      return (nil, nil)
    case .kept: return (text[position], text[position + 1])
    case .letters(let first, let second): return (first, second)
    }
  }
}

extension SearchText {
  /// -1, 0 or 1 as `fold` orders the texts, both of which have a word begin at `start` and are equal before; nil where it
  /// takes Unicode's tables to tell.
  package static func quickOrder(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from start: Int,
  ) -> Int32? {
    var (left, right) = (FoldedBytes(left, from: start), FoldedBytes(right, from: start))
    while true {
      switch (left.next(), right.next()) {
      case (.unknown, _), (_, .unknown): return nil
      case (.end, .end): return 0
      case (.end, .byte): return -1
      case (.byte, .end): return 1
      case (.byte(let l), .byte(let r)): if l != r { return l < r ? -1 : 1 }
      }
    }
  }
}
