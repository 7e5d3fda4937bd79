/// Finds the bytes that mean something to a reader, eight at a time.
struct ByteMarks: Sendable {
  let delimiter: UInt8
  /// Bytes that UTF-8 never has stand for "none".
  let quote: UInt8
  let escape: UInt8
  private let delimiters: UInt64
  private let quotes: UInt64
  private let escapes: UInt64
  private static let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  init(_ dialect: Dialect) {
    delimiter = dialect.delimiter
    quote = dialect.quote ?? 0xFF
    escape = dialect.escape ?? 0xFE
    delimiters = UInt64(delimiter) &* Self.ones
    quotes = UInt64(quote) &* Self.ones
    escapes = UInt64(escape) &* Self.ones
  }

  /// The top bit of every byte of `word` that is a delimiter, a quote, an escape or a control character up to CR.
  ///
  /// Adding 0x7F to seven bits carries into the eighth unless they are zero, and never into the next byte, so that
  /// there are no false hits to look at again.
  @inline(__always)
  func found(in word: UInt64) -> UInt64 {
    let control = ((word & Self.low) &+ (0x80 - 0x0E) &* Self.ones) | word
    return ~(control & differs(word ^ delimiters) & differs(word ^ quotes) & differs(word ^ escapes)) & ~Self.low
  }

  @inline(__always)
  private func differs(_ word: UInt64) -> UInt64 {
    ((word & Self.low) &+ Self.low) | word
  }
}
