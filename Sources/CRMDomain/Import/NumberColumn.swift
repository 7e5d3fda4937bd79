/// Which mark a column's numbers have before their decimals.
package enum DecimalMark: String, CaseIterable, Sendable {
  case point = "1,234.56"
  case comma = "1.234,56"

  var byte: UInt8 { self == .point ? 0x2E : 0x2C }
}

/// A number as a file has it: `1.234,56 €`, `$1,200`, `(500)`, `12 %`, `-3`.
struct WrittenNumber: Hashable {
  private(set) var digits = 0
  /// How many of the digits are decimals.
  private(set) var decimals = 0
  private(set) var isNegative = false

  /// Nil if it is no number, or one of more digits than an `Int` has.
  init?(_ text: Span<UInt8>, mark: DecimalMark) {
    var scan = Scan(mark: mark.byte)
    for index in text.indices {
      guard scan.take(text[index]) else { return nil }
    }
    guard scan.isComplete else { return nil }
    digits = scan.value
    decimals = max(0, scan.decimals)
    isNegative = scan.isNegative
  }

  /// Hundredths, or nil if it has more decimals than two that are not zero, or is too large.
  var hundredths: Int? { scaled(to: 2) }
  var integer: Int? { scaled(to: 0) }

  private func scaled(to places: Int) -> Int? {
    var (value, left) = (digits, decimals)
    while left > places {
      guard value % 10 == 0 else { return nil }
      value /= 10
      left -= 1
    }
    while left < places {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
      left += 1
    }
    return isNegative ? -value : value
  }

  /// The number as a share of a hundred where it is written as a share of one; nil if that is no whole number.
  var percentOfOne: Int? { scaled(to: 2) }

  /// Reads byte by byte: signs, currency and blanks around, digits in groups of three within.
  private struct Scan {
    let mark: UInt8
    private(set) var value = 0
    private(set) var decimals = -1
    private(set) var isNegative = false
    /// Digits since the last mark.
    private var group = 0
    private var isGrouped = false
    private var hasDigits = false
    private var hasEnded = false
    private var isAfterBlank = false
    /// The letters met, in lower case, packed into one number, and the bytes of other signs.
    private var letters: UInt32 = 0
    private var signs = 0

    init(mark: UInt8) { self.mark = mark }

    var isComplete: Bool {
      hasDigits && (!isGrouped || decimals >= 0 || group == 3)
        && (letters == 0 || Scan.currencies.contains(letters) || (signs > 0 && Scan.dollars.contains(letters)))
    }

    mutating func take(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39: digit(byte)
      case mark where canPoint: point()
      case 0x2C, 0x2E, 0x27: separator()
      case 0x2D, 0x28, 0x88: sign()
      case 0x2B: !hasDigits
      case 0x29, 0x25: ending()
      // The bytes of the blanks and the apostrophe beyond ASCII, and the last of the minus sign's.
      case 0x20, 0xA0, 0xC2, 0xE2, 0x80, 0xAF, 0x99, 0x92: blank()
      default: letter(byte)
      }
    }

    private mutating func digit(_ byte: UInt8) -> Bool {
      if isAfterBlank, hasDigits {
        guard separator() else { return false }
      }
      isAfterBlank = false
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(Int(byte - 0x30))
      guard !hasEnded, !tooLarge, !overflow else { return false }
      value = sum
      group += 1
      if decimals >= 0 { decimals += 1 }
      hasDigits = true
      return true
    }

    private var canPoint: Bool {
      decimals < 0 && !hasEnded && (!isGrouped || group == 3) && (letters == 0 || hasDigits)
    }

    private mutating func point() -> Bool {
      decimals = 0
      return true
    }

    /// A mark between groups: one to three digits before the first, two (as in India) or three after.
    private mutating func separator() -> Bool {
      // The point in "Fr." or "Rs." belongs to the currency.
      if letters != 0, !hasDigits || hasEnded { return true }
      guard hasDigits, decimals < 0, !hasEnded, (isGrouped ? 2...3 : 1...3).contains(group) else { return false }
      isGrouped = true
      group = 0
      return true
    }

    private mutating func sign() -> Bool {
      guard !isNegative else { return false }
      isNegative = true
      hasEnded = hasDigits
      return true
    }

    private mutating func ending() -> Bool {
      hasEnded = true
      return hasDigits
    }

    private mutating func blank() -> Bool {
      isAfterBlank = hasDigits
      return true
    }

    private mutating func letter(_ byte: UInt8) -> Bool {
      hasEnded = hasDigits
      if byte == 0x24 || byte >= 0x80 {
        signs += 1
        return signs <= 3
      }
      let lower = byte | 0x20
      guard lower &- 0x61 < 26, letters < 1 << 24 else { return false }
      letters = letters << 8 | UInt32(lower)
      return true
    }

    private static let currencies = packed(
      """
      usd eur gbp jpy chf cad aud nzd sek nok dkk inr brl mxn ars clp cop pln czk huf cny rmb hkd sgd zar try rub aed
      sar ils krw thb php idr myr vnd ron bgn kr fr sfr rs zl kc dm
      """)
    /// What may stand before a dollar sign.
    private static let dollars = packed("us a c r ca au nz hk s mx")

    private static func packed(_ words: String) -> Set<UInt32> {
      Set(words.split(whereSeparator: \.isWhitespace).map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } })
    }
  }
}
