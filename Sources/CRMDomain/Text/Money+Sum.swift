/// A sum of amounts, wide enough for any number of them.
package struct WideSum: Hashable, Sendable {
  package private(set) var hundredths: Int128

  package init(_ hundredths: Int128 = 0) { self.hundredths = hundredths }

  package mutating func add(_ amount: Int64) { hundredths += Int128(amount) }

  /// The sum as an amount; `Money.most` or `.least` where it is beyond any.
  package var money: Money { Money(clamping: hundredths) }

  /// Divided by a hundred, halves rounded away from zero: the sum of amounts times percentages.
  package var percent: WideSum {
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    return WideSum(whole + (rest >= 50 ? 1 : rest <= -50 ? -1 : 0))
  }
}

extension Money {
  /// Stands for every sum that is more than any amount; shown as "more than" it.
  package static let most = Money(hundredths: .max)
  package static let least = Money(hundredths: .min)

  package init(clamping hundredths: Int128) { self.init(hundredths: Int(clamping: hundredths)) }

  /// True for what only says that it is more, or less, than can be said.
  package var isBeyond: Bool { self == .most || self == .least }

  /// The sum, which stays at the end of what amounts can be where it is beyond.
  package func adding(_ other: Money) -> Money {
    if isBeyond || other.isBeyond { return isBeyond ? self : other }
    return Money(clamping: Int128(hundredths) + Int128(other.hundredths))
  }

  /// "more than ", "less than " or "".
  var beyond: String { self == .most ? "more than " : self == .least ? "less than " : "" }
}
