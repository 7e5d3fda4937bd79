extension Money {
  /// v1's limit for the part before the decimal point.
  package static let maximumDigits = 10
  package static let limit = Money(hundredths: 1_000_000_000_000 - 1)

  /// Reads an amount as people type it: `12,500.50`, `10k`, `1.5m`, `$ 1,200`, `1 200,50 €`, `(500)` for −500.
  ///
  /// `decimalComma` decides nothing but which of `1,500` and `1.500` is one and a half; that one is refused, because
  /// reading it wrongly would be wrong a thousandfold.
  package static func parse(
    _ text: String, decimalComma: Bool = false,
  ) throws(EntryProblem) -> (amount: Money, currency: String?) {
    if let plain = plain(text) { return (plain, nil) }
    let typed = TypedAmount(text)
    let magnitude = try typed.magnitude(decimalComma: decimalComma)
    return (Money(hundredths: typed.isNegative ? -magnitude : magnitude), typed.currency)
  }

  /// The common case, which files have by the million: digits and at most two decimals, within the limit.
  private static func plain(_ text: String) -> Money? {
    guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x2D }), let money = Money(decimal: text),
      money.hundredths.magnitude <= limit.hundredths.magnitude
    else { return nil }
    return money
  }

  /// `120,000`, `120,000.50`, `EUR 1,200`.
  package func display(currency: String = "") -> String {
    let (whole, cents) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let fraction = cents == 0 ? "" : "." + twoDigits(Int(cents))
    let prefix = currency.isEmpty ? "" : currency + " "
    return beyond + prefix + (hundredths < 0 ? "-" : "") + Int(whole).grouped + fraction
  }

  /// At most three digits and a unit, for cards: `950`, `45k`, `1.28m`.
  package var short: String { short(currency: "") }

  /// The same with the currency before it: `EUR 45k`.
  package func short(currency: String) -> String {
    beyond + (currency.isEmpty ? "" : currency + " ") + shortNumber
  }

  private var shortNumber: String {
    let units = hundredths.magnitude / 100
    let sign = hundredths <= -100 ? "-" : ""
    guard units >= 1000 else { return sign + "\(units)" }
    var (scale, names) = (1000 as UInt, ["k", "m", "bn"][...])
    while let name = names.popFirst() {
      if let text = threeDigits(units, scale: scale), text != "1000" || names.isEmpty { return sign + text + name }
      scale *= 1000
    }
    return sign + Int(units).grouped
  }
}

/// `units / scale` rounded to three digits without closing zeros, or nil if it is a thousand or more before rounding.
private func threeDigits(_ units: UInt, scale: UInt) -> String? {
  guard units / scale < 1000 else { return nil }
  let decimals = units / scale >= 100 ? 0 : units / scale >= 10 ? 1 : 2
  let step = [scale, scale / 10, scale / 100][decimals]
  var rounded = units / step + (units % step * 2 >= step ? 1 : 0)
  var left = decimals
  while left > 0, rounded % 10 == 0 {
    rounded /= 10
    left -= 1
  }
  let divisor: UInt = [1, 10, 100][left]
  let fraction = left == 0 ? "" : "." + (left == 2 ? twoDigits(Int(rounded % divisor)) : "\(rounded % divisor)")
  return "\(rounded / divisor)\(fraction)"
}

/// An amount taken apart: sign, currency, number, unit.
private struct TypedAmount {
  private(set) var isNegative = false
  private(set) var currency: String?
  private let original: String
  private var body: Substring
  private var zeros = 0

  private static let symbols: [(String, String)] = [
    ("US$", "USD"), ("A$", "AUD"), ("C$", "CAD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY"), ("₹", "INR"),
    ("₩", "KRW"), ("zł", "PLN"), ("₺", "TRY"), ("₽", "RUB"),
  ]
  private static let units: [(String, Int)] = [("bn", 9), ("mn", 6), ("b", 9), ("m", 6), ("k", 3)]

  init(_ text: String) {
    original = text
    body = text[...]
    trim()
    if body.first == "(", body.last == ")" {
      isNegative = true
      body = body.dropFirst().dropLast()
      trim()
    }
    takeSign()
    takeCurrency()
    takeSign()
    takeUnit()
  }

  private mutating func trim() {
    body = body.drop { $0.isWhitespace }
    while body.last?.isWhitespace == true { body = body.dropLast() }
  }

  private mutating func takeSign() {
    guard let first = body.first, "-+−".contains(first) else { return }
    if first != "+" { isNegative.toggle() }
    body = body.dropFirst()
    trim()
  }

  private mutating func takeCurrency() {
    for (symbol, code) in TypedAmount.symbols where currency == nil {
      if body.hasPrefix(symbol) {
        body = body.dropFirst(symbol.count)
        currency = code
      } else if body.hasSuffix(symbol) {
        body = body.dropLast(symbol.count)
        currency = code
      }
    }
    if currency == nil { takeCurrencyCode() }
    trim()
  }

  /// Three letters with nothing but the number beside them: `EUR 5`, `5usd`, but not the `m` of `5m`.
  private mutating func takeCurrencyCode() {
    let isLetter: (Character) -> Bool = { $0.isASCII && $0.isLetter }
    let front = body.prefix(while: isLetter)
    let back = String(body.reversed().prefix(while: isLetter).reversed())
    if front.count == 3 {
      body = body.dropFirst(3)
      currency = front.uppercased()
    } else if back.count == 3 {
      body = body.dropLast(3)
      currency = back.uppercased()
    }
  }

  private mutating func takeUnit() {
    let lower = body.lowercased()
    guard let (name, power) = TypedAmount.units.first(where: { lower.hasSuffix($0.0) }) else { return }
    zeros = power
    body = body.dropLast(name.count)
    trim()
  }

  private var notUnderstood: EntryProblem {
    EntryProblem("“\(original)” is not an amount; try 12500.50, 12,500 or 10k")
  }

  /// Hundredths, never negative.
  func magnitude(decimalComma: Bool) throws(EntryProblem) -> Int {
    let (whole, fraction) = try split(decimalComma: decimalComma)
    let significant = whole.drop { $0 == "0" }
    guard significant.count + zeros <= 18 else { throw tooLarge }
    guard let hundredths = Money(decimal: "\(whole.isEmpty ? "0" : whole).\(fraction)e\(zeros)")?.hundredths else {
      throw EntryProblem("“\(original)” has more than two decimals; try 12500.50")
    }
    guard hundredths <= Money.limit.hundredths else { throw tooLarge }
    return hundredths
  }

  private var tooLarge: EntryProblem {
    EntryProblem("An amount has at most \(Money.maximumDigits) digits before the decimal point")
  }

  /// The digits before and after the decimal mark.
  private func split(decimalComma: Bool) throws(EntryProblem) -> (whole: String, fraction: String) {
    let characters = body.filter { !$0.isWhitespace && $0 != "'" && $0 != "’" }
    guard let first = characters.first, characters.contains(where: \.isNumber),
      characters.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "," || $0 == ".") })
    else { throw notUnderstood }
    guard let last = characters.last(where: { !$0.isNumber }), let at = characters.lastIndex(of: last),
      first == last ? true : try isDecimalMark(last, of: characters, decimalComma: decimalComma)
    else { return (try ungroup(characters[...]), "") }
    return (try ungroup(characters[..<at]), String(characters[characters.index(after: at)...]))
  }

  /// Whether the last mark of the number parts decimals and not thousands.
  private func isDecimalMark(
    _ mark: Character, of text: String, decimalComma: Bool,
  ) throws(EntryProblem) -> Bool {
    let parts = text.split(separator: mark, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let isOnlyMark = parts[0].allSatisfy(\.isNumber)
    guard isOnlyMark, parts[1].count == 3, parts[0].count <= 3, parts[0] != "0" else { return true }
    guard mark == (decimalComma ? "," : ".") else { return false }
    if zeros > 0 { return true }
    let plain = parts.joined()
    throw EntryProblem("“\(original)” could be two amounts; write \(plain), or no more than two decimals")
  }

  /// The digits without the marks between groups of three (or of two, as in India, before the last).
  private func ungroup(_ text: Substring) throws(EntryProblem) -> String {
    let groups = text.split(omittingEmptySubsequences: false) { !$0.isNumber }
    guard groups.count > 1 else { return String(text) }
    let marks = Set(text.filter { !$0.isNumber })
    guard marks.count == 1, groups.last?.count == 3, (1...3).contains(groups[0].count),
      groups.dropFirst().dropLast().allSatisfy({ $0.count == 3 || $0.count == 2 })
    else { throw notUnderstood }
    return groups.joined()
  }
}
