/// What the values of a column look like, from a sample of them.
package struct ColumnProfile: Sendable {
  /// Values that are not empty.
  package private(set) var filled = 0
  package private(set) var emails = 0
  package private(set) var phones = 0
  package private(set) var urls = 0
  package private(set) var dates = 0
  package private(set) var numbers = 0
  /// Numbers written as the program writes them, without blanks, marks and leading zeros.
  package private(set) var plainIntegers = 0
  package private(set) var flags = 0
  /// Numbers from 0 to 1, and those among them that have decimals: shares where a per cent is asked for.
  package private(set) var upToOne = 0
  package private(set) var shares = 0
  /// Dates that can only be read day first, month first, and those that begin with the year.
  package private(set) var dayFirst = 0
  package private(set) var monthFirst = 0
  package private(set) var yearFirst = 0
  package private(set) var timed = 0
  /// Numbers whose comma, or point, can only be the decimal mark.
  package private(set) var decimalCommas = 0
  package private(set) var decimalPoints = 0
  /// Values with a blank between words.
  package private(set) var severalWords = 0
  /// The values met, folded, up to `distinctLimit` of them, and how often.
  package private(set) var distinct: [String: Int] = [:]
  /// The first three values.
  package private(set) var samples: [String] = []

  private static let distinctLimit = 60

  package init() {}

  package init(_ values: some Sequence<String>) {
    for value in values { add(value) }
  }

  package mutating func add(_ value: String) {
    let value = value.trimmed
    guard !value.isEmpty else { return }
    filled += 1
    if samples.count < 3 { samples.append(value) }
    let folded = SearchText.fold(value)
    if distinct.count < Self.distinctLimit || distinct[folded] != nil { distinct[folded, default: 0] += 1 }
    if value.contains(" ") { severalWords += 1 }
    if ColumnProfile.flagWords[folded] != nil { flags += 1 }
    if value.utf8.contains(0x40) {
      if EmailAddress.isValid(value) { emails += 1 }
    } else if !addDate(value), !addNumber(value), ColumnProfile.isURL(value) {
      urls += 1
    }
    if Phone.isLike(value) { phones += 1 }
  }

  private mutating func addDate(_ value: String) -> Bool {
    let bytes = value.utf8Span.span
    guard value.utf8.count >= 6, Self.hasDigit(bytes) else { return false }
    let order: DateOrder =
      WrittenDate(bytes, order: .dayMonthYear) != nil ? .dayMonthYear : .monthDayYear
    guard let date = WrittenDate(bytes, order: order) else { return false }
    dates += 1
    if date.microseconds != 0 { timed += 1 }
    if let numbers = WrittenDateNumbers(bytes) {
      if numbers.beginsWithYear { yearFirst += 1 } else if numbers.first > 12 { dayFirst += 1 }
      if !numbers.beginsWithYear, numbers.second > 12 { monthFirst += 1 }
    }
    return true
  }

  private mutating func addNumber(_ value: String) -> Bool {
    let bytes = value.utf8Span.span
    guard Self.hasDigit(bytes) else { return false }
    let (point, comma) = (WrittenNumber(bytes, mark: .point), WrittenNumber(bytes, mark: .comma))
    guard let number = point ?? comma else { return false }
    numbers += 1
    if let integer = Int(value), String(integer) == value { plainIntegers += 1 }
    if comma == nil || (comma != point && value.utf8.contains(0x2E) && point.map { $0.decimals != 3 } == true) {
      decimalPoints += 1
    }
    if point == nil || (comma != point && value.utf8.contains(0x2C) && comma.map { $0.decimals != 3 } == true) {
      decimalCommas += 1
    }
    if let percent = number.percentOfOne, (0...100).contains(percent), !value.contains("%") {
      upToOne += 1
      if percent % 100 != 0 { shares += 1 }
    }
    return true
  }

  private static func hasDigit(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] &- 0x30 < 10 { return true }
    return false
  }

  private static func isURL(_ value: String) -> Bool {
    !value.contains(" ") && value.contains(".") && WebAddress.isValid(WebAddress.completed(value))
  }

  /// `count` as a share of the values that are not empty; 0 if there are none.
  package func share(_ count: Int) -> Double { filled == 0 ? 0 : Double(count) / Double(filled) }

  /// Yes and no in our languages, folded.
  static let flagWords: [String: Bool] = [
    "yes": true, "y": true, "true": true, "1": true, "on": true, "x": true, "ja": true, "wahr": true, "j": true,
    "oui": true, "vrai": true, "o": true, "si": true, "verdadero": true, "s": true, "sim": true, "verdadeiro": true,
    "はい": true, "no": false, "n": false, "false": false, "0": false, "off": false, "nein": false, "falsch": false,
    "non": false, "faux": false, "falso": false, "nao": false, "いいえ": false,
  ]
}

extension ColumnProfile {
  /// The order of the column's dates, and whether any of them decided it.
  package func dateOrder(usually usual: DateOrder) -> (order: DateOrder, isDecided: Bool) {
    if dayFirst == 0, monthFirst == 0 { return (yearFirst > 0 ? .yearMonthDay : usual, yearFirst > 0) }
    return (monthFirst > dayFirst ? .monthDayYear : .dayMonthYear, true)
  }

  /// The decimal mark of the column's numbers, and whether any of them decided it.
  package func decimalMark(usually usual: DecimalMark) -> (mark: DecimalMark, isDecided: Bool) {
    if decimalCommas == 0, decimalPoints == 0 { return (usual, false) }
    return (decimalCommas > decimalPoints ? .comma : .point, true)
  }
}

extension Phone {
  /// Six to fifteen digits with nothing but the usual signs among them, and no date.
  static func isLike(_ text: String) -> Bool {
    var digits = 0
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39: digits += 1
      case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F, 0x65, 0x74, 0x78, 0xC2, 0xA0: break
      default: return false
      }
    }
    return (6...15).contains(digits)
      && (text.utf8.first == 0x2B || WrittenDate(text.utf8Span.span, order: .dayMonthYear) == nil)
  }
}
