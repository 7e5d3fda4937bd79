extension Money {
  /// The amount written as v1 writes decimals: `12500.50`, `-3`, `1e3`. Nil for anything else, for more than two
  /// decimals and for what does not fit.
  package init?(decimal text: String) {
    self.init(decimal: text.utf8Span.span)
  }

  /// The same from ASCII bytes, for files and answers of many rows.
  package init?(decimal bytes: Span<UInt8>) {
    var position = 0
    let isNegative = bytes.count > 0 && bytes[0] == 0x2D
    if bytes.count > 0, bytes[0] == 0x2D || bytes[0] == 0x2B { position = 1 }
    guard let (digits, decimals) = bytes.mantissa(at: &position), let exponent = bytes.exponent(at: position),
      let hundredths = digits.timesTen(power: exponent - decimals + 2)
    else { return nil }
    self.init(hundredths: isNegative ? -hundredths : hundredths)
  }

  /// `12500.50`: always two decimals, as v1 answers.
  package var decimal: String {
    let (whole, cents) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(hundredths < 0 ? "-" : "")\(whole).\(twoDigits(Int(cents)))"
  }
}

extension Span where Element == UInt8 {
  /// The digits at `position` as one number, and how many of them follow the point; nil if there are none or too many.
  fileprivate func mantissa(at position: inout Int) -> (digits: Int, decimals: Int)? {
    var value = 0
    var count = 0
    var decimals: Int?
    while position < self.count {
      let byte = self[position]
      if byte == 0x2E, decimals == nil {
        decimals = 0
      } else if byte &- 0x30 < 10 {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(Int(byte &- 0x30))
        if tooLarge || overflow { return nil }
        value = sum
        count += 1
        decimals = decimals.map { $0 + 1 }
      } else {
        break
      }
      position += 1
    }
    return count > 0 ? (value, decimals ?? 0) : nil
  }

  /// The `e3` or `E-1` that ends the text at `position`, 0 if it ends there, nil if anything else follows.
  fileprivate func exponent(at position: Int) -> Int? {
    guard position < count else { return 0 }
    guard self[position] == 0x65 || self[position] == 0x45 else { return nil }
    var index = position + 1
    let isNegative = index < count && self[index] == 0x2D
    if index < count, self[index] == 0x2D || self[index] == 0x2B { index += 1 }
    guard index < count, count - index <= 3 else { return nil }
    var value = 0
    while index < count {
      guard self[index] &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(self[index] &- 0x30)
      index += 1
    }
    return isNegative ? -value : value
  }
}

extension Int {
  /// `self` × 10^power, or nil if it does not fit or would need a fraction.
  fileprivate func timesTen(power: Int) -> Int? {
    guard power >= 0 else { return nil }
    if self == 0 { return 0 }
    var value = self
    for _ in 0..<power {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
    }
    return value
  }
}
