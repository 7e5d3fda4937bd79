/// How the texts of a column become values of its field. Blanks around a text are always taken off.
package enum ColumnTransform: Hashable, Sendable {
  /// As it is: names, texts, telephone numbers, and names of records, which whoever saves the row looks up.
  case text
  case email
  case url
  /// A whole name into first and last name: "Ada Lovelace", "Lovelace, Ada", "山田 太郎".
  case splitName
  case day(DateOrder)
  case instant(DateOrder)
  case money(DecimalMark)
  case integer(DecimalMark)
  /// Per cents written as shares of one: 0.25 is 25.
  case shareOfOne(DecimalMark)
  case flag
  /// Words, folded and without blanks, and the choices they become. Other values are kept as they are.
  case choice([String: String])
  /// Tags parted by commas, semicolons or bars.
  case tags
  /// A JSON object, as our export writes `custom_fields`.
  case object

  /// What is done to the texts, for the screen where columns are matched to fields.
  package var words: String {
    switch self {
    case .text, .email, .url, .object: "as it is"
    case .splitName: "split into first and last name"
    case .day(let order), .instant(let order): "dates are " + order.rawValue
    case .money(let mark), .integer(let mark): "numbers are " + mark.rawValue
    case .shareOfOne: "0.25 becomes 25 %"
    case .flag: "yes or no"
    case .choice(let table): table.isEmpty ? "as it is" : "words become choices"
    case .tags: "split at , ; |"
    }
  }
}

extension ColumnTransform {
  var isText: Bool { self == .text }

  func reading(_ order: DateOrder) -> ColumnTransform {
    switch self {
    case .day: .day(order)
    case .instant: .instant(order)
    default: self
    }
  }

  func reading(_ mark: DecimalMark) -> ColumnTransform {
    switch self {
    case .money: .money(mark)
    case .integer: .integer(mark)
    case .shareOfOne: .shareOfOne(mark)
    default: self
    }
  }

  /// The transform for a column of `profile` that fills `field`, and what it had to guess.
  static func suited(
    to field: FieldInfo, profile: ColumnProfile, delimiter: UInt8,
  ) -> (transform: ColumnTransform, remark: String?) {
    let european = delimiter == UInt8(ascii: ";")
    let (order, isOrderDecided) = profile.dateOrder(usually: european ? .dayMonthYear : .monthDayYear)
    let (mark, _) = profile.decimalMark(usually: european ? .comma : .point)
    let orderRemark =
      profile.dates == 0 || isOrderDecided ? nil : "no date decides between day and month first: \(order.rawValue)"
    switch field.kind {
    case .text, .longText, .phone, .reference: return (.text, nil)
    case .email: return (.email, nil)
    case .url: return (.url, nil)
    case .choice: return choices(of: field, profile)
    case .integer:
      let isShare = field.name == "probability" && profile.shares > 0 && profile.numbers == profile.upToOne
      return (isShare ? .shareOfOne(mark) : .integer(mark), nil)
    case .money: return (.money(mark), nil)
    case .flag: return (.flag, nil)
    case .day: return (.day(order), orderRemark)
    case .instant: return (.instant(order), orderRemark)
    case .tags: return (.tags, nil)
    case .customFields: return (.object, nil)
    }
  }

  /// The words of the column that become choices, and a remark about those that stay as they are.
  private static func choices(
    of field: FieldInfo, _ profile: ColumnProfile,
  ) -> (transform: ColumnTransform, remark: String?) {
    let table = ChoiceWords.table(for: field)
    let unknown = profile.distinct.keys.filter { table[ChoiceWords.key($0)] == nil }.sorted()
    guard !unknown.isEmpty else { return (.choice(table), nil) }
    let named = unknown.prefix(3).map { "“\($0)”" }.joined(separator: ", ")
    let more = unknown.count > 3 ? " and \(unknown.count - 3) more" : ""
    return (.choice(table), "not among the choices, kept as written: \(named)\(more)")
  }
}
