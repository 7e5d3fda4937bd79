/// The search texts of the rows of a kind, in pieces of rows whose ids follow one another.
struct TextMemory: Sendable {
  private var pieces: [TextPiece] = []

  /// How many rows, there or not, share a piece.
  static let rows = 1 << TextMemory.shift
  private static let shift = 12

  var size: Int { pieces.reduce(0) { $0 + $1.size } }

  /// Adds the next piece; a row that is not there has no text.
  mutating func append(_ texts: TextPiece) { pieces.append(texts) }

  /// Gives a row another text, or none.
  mutating func replace(_ id: Int64, _ text: [UInt8]) {
    let place = Int(id) >> Self.shift
    while place >= pieces.count { pieces.append(TextPiece()) }
    pieces[place].replace(Int(id) & (Self.rows - 1), text)
  }

  func holds(_ id: Int64, _ needle: ByteNeedle) -> Bool {
    let place = Int(id) >> Self.shift
    return place < pieces.count && pieces[place].holds(Int(id) & (Self.rows - 1), needle)
  }

  /// Those of `rows` whose texts hold the needle.
  func rows(_ rows: RowBits, holding needle: ByteNeedle) -> RowBits {
    rows.filter { holds($0, needle) }
  }

  /// All rows whose texts hold the needle. `isWanted` is asked between pieces; the answer is nil if it says no.
  func rows(holding needle: ByteNeedle, isWanted: () -> Bool) -> RowBits? {
    var found = RowBits()
    for (number, piece) in pieces.enumerated() {
      if number & 7 == 0, !isWanted() { return nil }
      piece.eachText(holding: needle) { found.insert(Int64(number << Self.shift + $0)) }
    }
    return found
  }
}

/// Texts one after the other, each known by its place.
struct TextPiece: Sendable {
  /// A separator behind each text and `ByteNeedle.padding` of them behind the last.
  private var bytes: [UInt8]
  /// Where each text begins, and where the next one would; a text ends one byte before the next begins.
  private var starts: [UInt32] = [0]

  /// No byte of UTF-8, so that nothing is found across two texts.
  private static let separator: UInt8 = 0xFF
  private static let padding = [UInt8](repeating: separator, count: ByteNeedle.padding)

  init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
    bytes += Self.padding
  }

  var count: Int { starts.count - 1 }
  var size: Int { bytes.count + starts.count * 4 }

  mutating func append(_ text: UnsafeRawBufferPointer) {
    bytes.removeLast(ByteNeedle.padding)
    bytes.append(contentsOf: text)
    bytes.append(Self.separator)
    starts.append(UInt32(bytes.count))
    bytes += Self.padding
  }

  /// Adds empty texts until there are so many.
  mutating func fill(to count: Int) {
    while self.count < count { append(UnsafeRawBufferPointer(start: nil, count: 0)) }
  }

  /// Gives back the memory that is not needed.
  mutating func shrink() {
    let filled = bytes
    bytes = [UInt8](unsafeUninitializedCapacity: filled.count) { buffer, count in
      count = buffer.initialize(fromContentsOf: filled)
    }
  }

  mutating func replace(_ place: Int, _ text: [UInt8]) {
    fill(to: place + 1)
    let (start, end) = (Int(starts[place]), Int(starts[place + 1]) - 1)
    bytes.replaceSubrange(start..<end, with: text)
    let shift = text.count - (end - start)
    for index in place + 1..<starts.count { starts[index] = UInt32(Int(starts[index]) + shift) }
  }

  /// Whether the text at that place is this one, byte by byte.
  func isText(_ place: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let (start, end) = (Int(starts[place]), Int(starts[place + 1]) - 1)
    return end - start == text.count
      && bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[start..<end]).elementsEqual(text) }
  }

  func holds(_ place: Int, _ needle: ByteNeedle) -> Bool {
    guard place < count else { return false }
    return bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress else { return false }
      return needle.first(in: base, Int(starts[place]), Int(starts[place + 1]) - 1) != nil
    }
  }

  /// Calls `body` with the place of each text that holds the needle.
  func eachText(holding needle: ByteNeedle, _ body: (Int) -> Void) {
    bytes.withUnsafeBytes { text in
      starts.withUnsafeBufferPointer { starts in
        guard let base = text.baseAddress else { return }
        let end = Int(starts[starts.count - 1])
        var (from, place) = (0, 0)
        while let found = needle.first(in: base, from, end) {
          while Int(starts[place + 1]) <= found { place += 1 }
          body(place)
          from = Int(starts[place + 1])
        }
      }
    }
  }
}
