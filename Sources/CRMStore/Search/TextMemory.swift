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
      piece.eachRow(holding: needle) { found.insert(Int64(number << Self.shift + $0)) }
    }
    return found
  }
}

/// The texts of 4,096 rows, one after the other.
struct TextPiece: Sendable {
  private var bytes: [UInt8]
  /// Where the text of each row begins; it ends one byte before the next begins.
  private var starts: [UInt32]

  /// Between texts, so that none is found across two; no byte of UTF-8.
  private static let separator: UInt8 = 0xFF

  init() { self.init(capacity: 0) }

  /// To be filled by `append`, then closed.
  init(capacity: Int) {
    bytes = []
    bytes.reserveCapacity(capacity)
    starts = [0]
    starts.reserveCapacity(TextMemory.rows + 1)
    if capacity == 0 { close() }
  }

  var size: Int { bytes.count + starts.count * 4 }

  /// Adds a text for the row at `place`, behind those that are there; those between have none.
  mutating func append(_ text: UnsafeRawBufferPointer, at place: Int) {
    skip(to: place)
    bytes.append(contentsOf: text)
    endRow()
  }

  /// Ends the piece and gives back the memory it did not need.
  mutating func close() {
    skip(to: TextMemory.rows)
    bytes.append(contentsOf: repeatElement(Self.separator, count: ByteNeedle.padding))
    let filled = bytes
    bytes = [UInt8](unsafeUninitializedCapacity: filled.count) { buffer, count in
      count = buffer.initialize(fromContentsOf: filled)
    }
  }

  private mutating func skip(to place: Int) { while starts.count <= place { endRow() } }

  private mutating func endRow() {
    bytes.append(Self.separator)
    starts.append(UInt32(bytes.count))
  }

  mutating func replace(_ place: Int, _ text: [UInt8]) {
    let (start, end) = (Int(starts[place]), Int(starts[place + 1]) - 1)
    bytes.replaceSubrange(start..<end, with: text)
    let shift = text.count - (end - start)
    for index in place + 1..<starts.count { starts[index] = UInt32(Int(starts[index]) + shift) }
  }

  func holds(_ place: Int, _ needle: ByteNeedle) -> Bool {
    bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress else { return false }
      return needle.first(in: base, Int(starts[place]), Int(starts[place + 1]) - 1) != nil
    }
  }

  /// Calls `body` with the place of each row that holds the needle.
  func eachRow(holding needle: ByteNeedle, _ body: (Int) -> Void) {
    bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress, let end = starts.last.map(Int.init) else { return }
      var (from, place) = (0, 0)
      while let found = needle.first(in: base, from, end) {
        while Int(starts[place + 1]) <= found { place += 1 }
        body(place)
        from = Int(starts[place + 1])
      }
    }
  }
}
