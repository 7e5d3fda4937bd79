/// Makes the texts of one column into values of its field.
struct CellPlan {
  let column: Int
  /// Where the value goes among the plan's fields; a name that is split fills two.
  let slot: Int
  let field: FieldInfo
  let transform: ColumnTransform
  /// What is done to the text before it is read; nil where it is read as it stands.
  let preparation: CellPreparation?
  /// The columns whose texts are put together, this one among them; empty where it fills its field alone.
  let joined: [Int]
  /// True if an empty cell takes the old value away.
  let clears: Bool
  private let limit: Int
  private var known = KnownValues()

  init(
    column: Int, slot: Int, field: FieldInfo, transform: ColumnTransform, options: ColumnOptions = ColumnOptions(),
    joined: [Int] = [],
  ) {
    self.column = column
    self.slot = slot
    self.field = field
    self.transform = transform
    self.joined = joined
    preparation = options.changesTexts || !joined.isEmpty ? CellPreparation(options) : nil
    clears = options.empty == .clear
    limit = field.limit ?? Int.max
  }

  /// Puts the value of `texts`, those of its columns, into its slot, prepared as the options say.
  mutating func read(_ texts: [String], into values: inout some RowValues) -> String? {
    guard let preparation else { return nil }
    let text = preparation.text(of: texts)
    return read(text.utf8Span.span, keepsBlanks: preparation.keepsBlanks, into: &values)
  }

  /// Puts the value of `bytes` into its slot; answers what is wrong with it, or nil.
  mutating func read(_ bytes: Span<UInt8>, keepsBlanks: Bool, into values: inout some RowValues) -> String? {
    let text = bytes.extracting(bytes.rangeWithoutBlanks)
    // A note may be nothing but an empty line.
    let isBlankNote = keepsBlanks && field.kind == .longText && bytes.count > 0
    guard text.count > 0 || isBlankNote else { return nil }
    if isPlain(text, of: bytes, keepsBlanks) {
      values.put(text: keepsBlanks && transform == .text ? bytes : text, slot)
      return nil
    }
    do {
      switch transform {
      case .text where keepsBlanks: values.put(.text(try fitting(unguarded(bytes))), slot)
      case .splitName: try split(text, into: &values)
      default: values.put(try value(text), slot)
      }
      return nil
    } catch {
      guard field.isCustom, let string = String(utf8: text) else {
        return error.message
      }
      // A custom field keeps what it cannot read as text, as it does when it comes from a server.
      values.put(.text(string), slot)
      return nil
    }
  }

  /// True if the text is stored as it stands in the file, as most texts and addresses are.
  private func isPlain(_ text: Span<UInt8>, of bytes: Span<UInt8>, _ keepsBlanks: Bool) -> Bool {
    switch transform {
    case .text where keepsBlanks: bytes.count <= limit && !SpreadsheetGuard.isGuarded(bytes) && bytes.isUTF8
    case .text: text.count <= limit && !text.hasForeignEdges && !SpreadsheetGuard.isGuarded(text) && text.isUTF8
    case .email: text.count <= limit && EmailAddress.isPlain(text)
    case .url, .splitName, .day, .instant, .money, .integer, .shareOfOne, .flag, .choice, .tags, .object: false
    }
  }

  private mutating func value(_ text: Span<UInt8>) throws(EntryProblem) -> FieldValue {
    switch transform {
    case .text, .splitName: .text(try checked(text))
    case .email: .text(try email(text))
    case .url: .text(try url(text))
    case .day(let order): .day(try date(text, order).day)
    case .instant(let order): .instant(try date(text, order).instant)
    case .money(let mark): .money(try money(text, mark))
    case .integer(let mark): .integer(try integer(text, mark))
    case .shareOfOne(let mark): .integer(try share(text, mark))
    case .flag: .flag(try flag(text))
    case .choice(let table): try choice(text, table)
    case .tags: try tags(text)
    case .object: try object(text)
    }
  }
}

// MARK: Texts

extension CellPlan {
  private func string(_ text: Span<UInt8>) throws(EntryProblem) -> String {
    guard let string = String(utf8: text) else {
      throw EntryProblem("the bytes are no UTF-8. Choose the file's encoding, such as Windows-1252.")
    }
    return string
  }

  /// The text without the `'` that our export puts before a formula.
  private func unguarded(_ text: Span<UInt8>) throws(EntryProblem) -> String {
    try string(SpreadsheetGuard.isGuarded(text) ? text.extracting(1..<text.count) : text)
  }

  private func fitting(_ text: String) throws(EntryProblem) -> String {
    guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
    throw EntryProblem("\(text.unicodeScalars.count) characters are too long, \(limit) fit. Shorten it in the file.")
  }

  /// The text without blanks of any script around it, and no longer than the field.
  private func checked(_ text: Span<UInt8>) throws(EntryProblem) -> String {
    let string = try unguarded(text)
    return try fitting(text.hasForeignEdges ? string.trimmed : string)
  }

  private func email(_ text: Span<UInt8>) throws(EntryProblem) -> String {
    let string = try checked(text)
    guard EmailAddress.isValid(string) else {
      throw EntryProblem(
        "“\(shortened(string))” is no e-mail address. Write it like ada@example.com, or leave it empty.")
    }
    return string
  }

  private func url(_ text: Span<UInt8>) throws(EntryProblem) -> String {
    let address = WebAddress.completed(try checked(text))
    guard WebAddress.isValid(address) else {
      throw EntryProblem("“\(shortened(address))” is no web address. Write it like https://example.com.")
    }
    return address
  }

  private mutating func choice(_ text: Span<UInt8>, _ table: [String: String]) throws(EntryProblem) -> FieldValue {
    if let value = known[text] { return value }
    let string = try checked(text)
    let value = FieldValue.text(table[ChoiceWords.key(string)] ?? string)
    known.add(text, value)
    return value
  }

  private mutating func tags(_ text: Span<UInt8>) throws(EntryProblem) -> FieldValue {
    if let value = known[text] { return value }
    let string = try checked(text)
    var seen: Set<String> = []
    let value = CellPlan.tags(string).filter { seen.insert($0).inserted }.fieldValue
    known.add(text, value)
    return value
  }

  private static func tags(_ text: String) -> [String] {
    if text.utf8.contains(0x22), let tags = TagList.tags(text) { return tags }
    return text.split { $0 == "," || $0 == ";" || $0 == "|" }.map { String($0).trimmed }.filter { !$0.isEmpty }
  }

  private func object(_ text: Span<UInt8>) throws(EntryProblem) -> FieldValue {
    do {
      if case .object(let object) = try JSONValue(parsing: try string(text)) { return .object(object) }
    } catch {
      throw EntryProblem("this is no JSON: \(error)")
    }
    throw EntryProblem("custom fields are a JSON object, such as {\"region\": \"EMEA\"}.")
  }

  private func split(_ text: Span<UInt8>, into values: inout some RowValues) throws(EntryProblem) {
    let name = PersonName.split(try checked(text))
    values.put(name.first.fieldValue, slot)
    values.put(name.last.fieldValue, slot + 1)
  }

  private func shortened(_ text: String) -> String {
    text.count > 40 ? text.prefix(39) + "…" : text
  }
}

// MARK: Numbers and dates

extension CellPlan {
  private func date(_ text: Span<UInt8>, _ order: DateOrder) throws(EntryProblem) -> WrittenDate {
    if let date = WrittenDate(text, order: order) { return date }
    let string = shortened(try string(text))
    throw EntryProblem(
      "“\(string)” is no date as \(order.rawValue). Write it like 2026-12-24, or choose another order.")
  }

  private func number(_ text: Span<UInt8>, _ mark: DecimalMark) throws(EntryProblem) -> WrittenNumber {
    if let number = WrittenNumber(text, mark: mark) { return number }
    let example = mark == .point ? "1234.50" : "1234,50"
    throw EntryProblem("“\(shortened(try string(text)))” is no number. Write it like \(example), or leave it empty.")
  }

  private func money(_ text: Span<UInt8>, _ mark: DecimalMark) throws(EntryProblem) -> Int {
    guard let hundredths = try number(text, mark).hundredths else {
      throw EntryProblem("“\(shortened(try string(text)))” has more than two decimals. Round it in the file.")
    }
    guard hundredths.magnitude <= Money.limit.hundredths.magnitude else {
      throw EntryProblem("an amount has at most \(Money.maximumDigits) digits before the decimals.")
    }
    return hundredths
  }

  private func integer(_ text: Span<UInt8>, _ mark: DecimalMark) throws(EntryProblem) -> Int {
    guard let integer = try number(text, mark).integer else {
      throw EntryProblem("“\(shortened(try string(text)))” is no whole number. Round it in the file.")
    }
    return try ranged(integer)
  }

  private func share(_ text: Span<UInt8>, _ mark: DecimalMark) throws(EntryProblem) -> Int {
    guard let percent = try number(text, mark).percentOfOne else {
      throw EntryProblem("“\(shortened(try string(text)))” is no whole number of per cent. Round it in the file.")
    }
    return try ranged(percent)
  }

  private func ranged(_ number: Int) throws(EntryProblem) -> Int {
    guard let range = field.range, !range.contains(number) else { return number }
    throw EntryProblem("\(number) is not from \(range.lowerBound) to \(range.upperBound). Correct it in the file.")
  }

  private func flag(_ text: Span<UInt8>) throws(EntryProblem) -> Bool {
    let string = try string(text)
    if let flag = ColumnProfile.flagWords[SearchText.fold(string)] { return flag }
    throw EntryProblem("“\(shortened(string))” is neither yes nor no.")
  }
}

extension String {
  /// The text of `bytes`, or nil if they are no UTF-8. `init(validating:as:)` is generic, and takes five times as long.
  init?(utf8 bytes: Span<UInt8>) {
    do { self.init(copying: try UTF8Span(validating: bytes)) } catch { return nil }
  }
}

extension Span where Element == UInt8 {
  /// True if there may be blanks beyond ASCII at an end.
  fileprivate var hasForeignEdges: Bool { self[0] >= 0x80 || self[count - 1] >= 0x80 }

  /// What is left without ASCII blanks at either end.
  var rangeWithoutBlanks: Range<Int> {
    var (start, end) = (0, count)
    while start < end, self[start] <= 0x20 { start += 1 }
    while end > start, self[end - 1] <= 0x20 { end -= 1 }
    return start..<end
  }
}

extension EmailAddress {
  /// True for the addresses that need no second look: letters, digits and `. _ + -` in the usual places.
  static func isPlain(_ text: Span<UInt8>) -> Bool {
    guard text.count <= 254 else { return false }
    var (at, lastDot, labelStart) = (-1, -1, 0)
    for index in text.indices {
      switch text[index] {
      case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: break
      case 0x5F, 0x2B: guard at < 0 else { return false }
      case 0x2D: guard index > labelStart, index + 1 < text.count, text[index + 1] != 0x2E else { return false }
      case 0x2E:
        guard index > labelStart, index - labelStart <= 63 else { return false }
        (lastDot, labelStart) = (index, index + 1)
      case 0x40:
        guard at < 0, index > labelStart else { return false }
        (at, labelStart) = (index, index + 1)
      default: return false
      }
    }
    return at > 0 && lastDot > at && text.count - lastDot > 2 && text.count - labelStart <= 63
  }
}
