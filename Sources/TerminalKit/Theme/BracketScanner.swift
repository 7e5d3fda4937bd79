/// Follows the brackets of a TOML text byte by byte, past strings and comments.
struct BracketScanner {
  private var open: [UInt8] = []
  private var quote: UInt8?
  private var isEscaped = false
  private var isComment = false
  /// After `=`, until its value begins.
  private var wantsValue = false

  /// False where `byte` closes another kind of bracket than the one that is open, or ends a value that never began.
  mutating func accepts(_ byte: UInt8) -> Bool {
    if isComment || quote != nil { return skip(byte) }
    if wantsValue, [0x5D, 0x7D, 0x2C, 0x23, 0x0A].contains(byte) { return false }
    if byte != 0x20, byte != 0x09 { wantsValue = byte == 0x3D }
    switch byte {
    case 0x23: isComment = true
    case 0x22, 0x27: quote = byte
    case 0x5B, 0x7B: open.append(byte)
    case 0x5D: return close(0x5B)
    case 0x7D: return close(0x7B)
    default: break
    }
    return true
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    if byte == 0x0A {
      // A string that goes over lines is refused: no theme has one, and what follows could not be told apart.
      defer { (isComment, quote, isEscaped) = (false, nil, false) }
      return isComment
    }
    if let quote, !isEscaped, byte == quote { self.quote = nil }
    isEscaped = !isEscaped && byte == 0x5C && quote == 0x22
    return true
  }

  private mutating func close(_ bracket: UInt8) -> Bool { open.popLast() == bracket }
}
