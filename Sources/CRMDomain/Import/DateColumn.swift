/// In which order the numbers of a column's dates stand.
package enum DateOrder: String, CaseIterable, Sendable {
  case yearMonthDay = "year-month-day"
  case dayMonthYear = "day/month/year"
  case monthDayYear = "month/day/year"
}

/// A date as a file has it, with its time of day where it has one.
struct WrittenDate: Hashable {
  let day: Day
  /// Microseconds after midnight UTC of `day`; what is written without a zone is taken as UTC, as v1 does.
  let microseconds: Int64

  var instant: Instant {
    Instant(microseconds: Int64(day.daysSince1970) * 86_400_000_000 + microseconds)
  }

  /// Reads ISO 8601, `22/11/2026 09:30`, `22.11.26`, `20261122`, `22 Nov 2026`, `Nov 22, 2026 9:30 PM`, `2026年11月22日`.
  init?(_ text: Span<UInt8>, order: DateOrder) {
    if let date = WrittenDate(iso: text) ?? WrittenDate(numbers: text, order: order) ?? WrittenDate(words: text) {
      self = date
    } else {
      return nil
    }
  }

  private init?(iso text: Span<UInt8>) {
    guard text.count >= 10, text[4] == 0x2D, let day = Day(iso: text.extracting(first: 10)) else { return nil }
    guard let instant = Instant(iso: text) else { return nil }
    self.init(day: day, microseconds: instant.microseconds - Int64(day.daysSince1970) * 86_400_000_000)
  }

  private init(day: Day, microseconds: Int64) {
    self.day = day
    self.microseconds = microseconds
  }

  private init?(numbers text: Span<UInt8>, order: DateOrder) {
    guard let numbers = WrittenDateNumbers(text) else { return nil }
    let (year, month, day) = numbers.ordered(order)
    guard let day = Day(year: year, month: month, day: day),
      let time = WrittenDateNumbers.time(text.extracting(numbers.end..<text.count))
    else { return nil }
    self.init(day: day, microseconds: time)
  }

  /// The slow way, for dates with words in them.
  private init?(words text: Span<UInt8>) {
    guard text.count <= 40, let written = DateWords(text) else { return nil }
    self.init(day: written.day, microseconds: written.microseconds)
  }
}

/// The three numbers of a date written with `/`, `.`, `-` or nothing between them.
struct WrittenDateNumbers {
  let first: Int
  let second: Int
  let third: Int
  let beginsWithYear: Bool
  /// Where the date ends and its time may begin.
  let end: Int

  init?(_ text: Span<UInt8>) {
    var position = 0
    let first = text.number(at: &position)
    let firstDigits = position
    if firstDigits == 8 {
      self.init(first / 10_000, first / 100 % 100, first % 100, beginsWithYear: true, end: 8)
      return
    }
    guard (1...4).contains(firstDigits), position < text.count else { return nil }
    let separator = text[position]
    guard separator == 0x2F || separator == 0x2E || separator == 0x2D,
      let (second, secondDigits) = text.number(after: separator, at: &position), secondDigits <= 2,
      let (third, thirdDigits) = text.number(after: separator, at: &position)
    else { return nil }
    let beginsWithYear = firstDigits == 4
    guard thirdDigits == 2 || (beginsWithYear ? thirdDigits == 1 : thirdDigits == 4) else { return nil }
    let year = thirdDigits == 4 ? third : WrittenDateNumbers.century(third)
    self.init(first, second, beginsWithYear ? third : year, beginsWithYear: beginsWithYear, end: position)
  }

  private init(_ first: Int, _ second: Int, _ third: Int, beginsWithYear: Bool, end: Int) {
    self.first = first
    self.second = second
    self.third = third
    self.beginsWithYear = beginsWithYear
    self.end = end
  }

  /// `69` is 2069 and `70` is 1970, as POSIX has it within a year.
  static func century(_ year: Int) -> Int { year < 70 ? 2000 + year : 1900 + year }

  func ordered(_ order: DateOrder) -> (year: Int, month: Int, day: Int) {
    if beginsWithYear { return (first, second, third) }
    return order == .monthDayYear ? (third, first, second) : (third, second, first)
  }

  /// Microseconds after midnight of ` 09:30`, ` 9:30:15.5 PM` or nothing; nil if it is something else.
  static func time(_ text: Span<UInt8>) -> Int64? {
    var position = 0
    while position < text.count, text[position] == 0x20 || text[position] == 0x2C || text[position] == 0x54 {
      position += 1
    }
    guard position < text.count else { return 0 }
    let start = position
    var hour = text.number(at: &position)
    guard (1...2).contains(position - start), position < text.count else { return nil }
    let minute = text[position] == 0x3A ? text.numberAfterMark(at: &position) : 0
    let second = position < text.count && text[position] == 0x3A ? text.numberAfterMark(at: &position) : 0
    let micros = text.fraction(at: &position)
    while position < text.count, text[position] == 0x20 { position += 1 }
    guard let isAfternoon = half(text.extracting(position..<text.count)) else { return nil }
    if let isAfternoon {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard hour < 24, minute < 60, second < 61 else { return nil }
    return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + micros
  }

  /// True for `PM`, false for `AM`, an inner nil for nothing or UTC, an outer one for anything else.
  private static func half(_ text: Span<UInt8>) -> Bool?? {
    switch String(copying: text).lowercased() {
    case "", "z", "utc", "gmt", "uhr", "h": .some(nil)
    case "am", "a.m.": false
    case "pm", "p.m.": true
    default: nil
    }
  }
}

/// A date with the month in words, or between 年, 月 and 日.
private struct DateWords {
  let day: Day
  let microseconds: Int64

  init?(_ text: Span<UInt8>) {
    let folded = String(copying: text).lowercased()
      .replacing("年", with: "/").replacing("月", with: "/").replacing("日", with: " ")
    if folded.contains("/"), let numbers = WrittenDateNumbers(folded.utf8Span.span), numbers.beginsWithYear {
      let rest = folded.utf8Span.span.extracting(numbers.end..<folded.utf8.count)
      guard let day = Day(year: numbers.first, month: numbers.second, day: numbers.third),
        let time = WrittenDateNumbers.time(rest)
      else { return nil }
      self.day = day
      microseconds = time
      return
    }
    guard let (day, time) = DateWords.read(folded) else { return nil }
    self.day = day
    microseconds = time
  }

  private static func read(_ text: String) -> (Day, Int64)? {
    let clock = text.firstIndex(of: ":")
    var dateEnd = text.endIndex
    if let clock { dateEnd = text[..<clock].lastIndex { !$0.isNumber } ?? text.startIndex }
    let words = text[..<dateEnd].split { " ,.-/".contains($0) }.map(String.init)
    guard words.contains(where: { months[SearchText.fold($0)] != nil }), words.count <= 6 else { return nil }
    var month: Int?
    var numbers: [(value: Int, digits: Int)] = []
    for word in words {
      if let found = months[SearchText.fold(word)] {
        month = found
      } else if let number = Int(word.prefix { $0.isNumber }) {
        numbers.append((number, word.prefix { $0.isNumber }.count))
      } else if !fillers.contains(word) {
        return nil
      }
    }
    guard let month, numbers.count == 2 else { return nil }
    let (day, year) = numbers[0].digits == 4 ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
    guard year.digits <= 2 || year.digits == 4 else { return nil }
    let fullYear = year.digits == 4 ? year.value : WrittenDateNumbers.century(year.value)
    let rest = String(text[dateEnd...])
    guard let date = Day(year: fullYear, month: month, day: day.value),
      let time = WrittenDateNumbers.time(rest.utf8Span.span)
    else { return nil }
    return (date, time)
  }

  private static let fillers: Set<String> = [
    "de", "of", "le", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "mo", "di", "mi", "do", "fr", "sa", "so", "th", "st", "nd", "rd", "at",
  ]

  /// English, German, French, Spanish and Portuguese names, folded, and the short forms files have.
  private static let months: [String: Int] = {
    let names = [
      "jan january januar janner janvier janv enero ene janeiro",
      "feb february februar fevrier fevr febrero fevereiro fev",
      "mar march marz mrz mars marzo marco", "apr april avril avr abril abr", "may mai mayo maio",
      "jun june juni juin junio junho", "jul july juli juillet juil julio julho",
      "aug august aout agosto ago", "sep sept september septembre septiembre setembro set",
      "oct october oktober okt octobre octubre outubro out", "nov november novembre noviembre novembro",
      "dec december dezember dez decembre diciembre dic dezembro",
    ]
    var months: [String: Int] = [:]
    for (index, line) in names.enumerated() {
      for name in line.split(separator: " ") { months[String(name)] = index + 1 }
    }
    return months
  }()
}

extension Span where Element == UInt8 {
  /// The digits at `position`, at most nine of them, which moves past them; 0 if there are none.
  func number(at position: inout Int) -> Int {
    var value = 0
    let limit = Swift.min(count, position + 9)
    while position < limit, self[position] &- 0x30 < 10 {
      value = value * 10 + Int(self[position] &- 0x30)
      position += 1
    }
    return value
  }

  /// The digits behind `mark` and blanks at `position`, which moves past them, and how many they are; nil if none.
  fileprivate func number(after mark: UInt8, at position: inout Int) -> (value: Int, digits: Int)? {
    guard position < count, self[position] == mark else { return nil }
    position += 1
    while position < count, self[position] == 0x20 { position += 1 }
    let start = position
    let value = number(at: &position)
    return position > start ? (value, position - start) : nil
  }

  /// The digits behind the mark at `position`, which moves past them.
  fileprivate func numberAfterMark(at position: inout Int) -> Int {
    position += 1
    return number(at: &position)
  }

  /// Microseconds of the `.757844` at `position`, which moves past it.
  fileprivate func fraction(at position: inout Int) -> Int64 {
    guard position < count, self[position] == 0x2E else { return 0 }
    position += 1
    var (micros, unit) = (0 as Int64, 100_000 as Int64)
    while position < count, self[position] &- 0x30 < 10 {
      micros += Int64(self[position] &- 0x30) * unit
      unit /= 10
      position += 1
    }
    return micros
  }
}

extension String {
  /// The text of `bytes`, repaired where they are no UTF-8.
  init(copying bytes: Span<UInt8>) {
    self = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }
}
