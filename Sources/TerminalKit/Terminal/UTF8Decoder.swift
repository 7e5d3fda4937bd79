/// Decodes UTF-8 byte by byte; what is not UTF-8 becomes U+FFFD, one for each longest valid beginning
/// (Unicode 15, section 3.9, table 3-7).
struct UTF8Decoder: Sendable {
  private var value: UInt32 = 0
  private var missing = 0
  /// What the next byte may be.
  private var allowed: ClosedRange<UInt8> = 0x80...0xBF

  var isPending: Bool { missing > 0 }

  /// Appends what `byte` completes. Returns whether `byte` only ended a broken sequence and must be looked at again.
  mutating func feed(_ byte: UInt8, into text: inout String.UnicodeScalarView) -> Bool {
    guard isPending else {
      begin(byte, into: &text)
      return false
    }
    guard allowed.contains(byte) else {
      missing = 0
      text.append("\u{FFFD}")
      return true
    }
    value = value << 6 | UInt32(byte & 0x3F)
    missing -= 1
    allowed = 0x80...0xBF
    if missing == 0 { append(value, to: &text) }
    return false
  }

  private mutating func begin(_ byte: UInt8, into text: inout String.UnicodeScalarView) {
    switch byte {
    case 0xC2...0xDF: start(byte & 0x1F, missing: 1, allowed: 0x80...0xBF)
    case 0xE0: start(byte & 0x0F, missing: 2, allowed: 0xA0...0xBF)
    case 0xED: start(byte & 0x0F, missing: 2, allowed: 0x80...0x9F)
    case 0xE1...0xEF: start(byte & 0x0F, missing: 2, allowed: 0x80...0xBF)
    case 0xF0: start(byte & 0x07, missing: 3, allowed: 0x90...0xBF)
    case 0xF4: start(byte & 0x07, missing: 3, allowed: 0x80...0x8F)
    case 0xF1...0xF3: start(byte & 0x07, missing: 3, allowed: 0x80...0xBF)
    default: append(byte < 0x80 ? UInt32(byte) : 0xFFFD, to: &text)
    }
  }

  private mutating func start(_ bits: UInt8, missing: Int, allowed: ClosedRange<UInt8>) {
    value = UInt32(bits)
    self.missing = missing
    self.allowed = allowed
  }

  /// C1 controls are no text that anybody types.
  private func append(_ value: UInt32, to text: inout String.UnicodeScalarView) {
    guard !(0x80...0x9F).contains(value), let scalar = Unicode.Scalar(value) else { return }
    text.append(scalar)
  }
}
