import CRMDomain

/// The values of one field of all rows of a kind: a number for each of the few different values, or the values themselves
/// where they are numbers.
///
/// A condition about the field is put to each different value once instead of to each row.
struct ColumnMemory: Sendable {
  let info: FieldInfo
  /// By row id, 1 for nothing, 2 and more for `values`; 0 where there is no row.
  private var codes: [UInt16] = []
  private var values: [FieldValue] = []
  private var known: [FieldValue: UInt16] = [:]
  /// By row id, once there are too many different numbers for `codes`.
  private var numbers: [Int64]?

  private static let (noRow, noValue) = (Int64.min, Int64.min + 1)
  private static let mostValues = Int(UInt16.max) - 2

  init(_ info: FieldInfo) { self.info = info }

  var size: Int { codes.count * 2 + (numbers?.count ?? 0) * 8 + values.count * 64 }

  /// Notes the value of a row, nil where there is no such row; false if there are too many different ones.
  mutating func set(_ id: Int64, _ value: FieldValue?) -> Bool {
    let place = Int(id)
    if numbers == nil {
      if place >= codes.count { codes.append(contentsOf: repeatElement(0, count: place + 1 - codes.count)) }
      if let code = code(value) {
        codes[place] = code
        return true
      }
      guard isNumber else { return false }
      widen()
    }
    if let count = numbers?.count, place >= count {
      numbers?.append(contentsOf: repeatElement(Self.noRow, count: place + 1 - count))
    }
    numbers?[place] = value.map { $0.number ?? Self.noValue } ?? Self.noRow
    return true
  }

  mutating func reserve(_ rows: Int) { codes.reserveCapacity(rows) }

  private var isNumber: Bool {
    switch info.kind {
    case .integer, .money, .instant, .reference: true
    case .text, .longText, .email, .phone, .url, .choice, .flag, .day, .tags, .customFields: false
    }
  }

  /// Nil for one different value too many.
  private mutating func code(_ value: FieldValue?) -> UInt16? {
    guard let value else { return 0 }
    if value.isEmpty { return 1 }
    if let code = known[value] { return code }
    guard values.count < Self.mostValues, !isNumber || value.number != nil else { return nil }
    values.append(value)
    let code = UInt16(values.count + 1)
    known[value] = code
    return code
  }

  private mutating func widen() {
    numbers = codes.map { code in
      code == 0 ? Self.noRow : code == 1 ? Self.noValue : values[Int(code) - 2].number ?? Self.noValue
    }
    (codes, values, known) = ([], [], [:])
  }

  /// The rows that fulfil a condition whose `onlyField` this is.
  func rows(fulfilling condition: Condition) -> RowBits {
    let isEmptyIn = condition.holds(.none)
    if let numbers {
      return RowBits(count: numbers.count) { id in
        let number = numbers[id]
        if number <= Self.noValue { return number == Self.noValue && isEmptyIn }
        return condition.holds(StoredValue.decode(number, as: info.kind))
      }
    }
    let answers = [false, isEmptyIn] + values.map(condition.holds)
    return answers.withUnsafeBufferPointer { answers in
      codes.withUnsafeBufferPointer { codes in RowBits(count: codes.count) { answers[Int(codes[$0])] } }
    }
  }
}

extension FieldValue {
  /// As its column keeps it, for the values that are kept as numbers.
  fileprivate var number: Int64? {
    switch self {
    case .integer(let number), .money(let number): Int64(number)
    case .instant(let instant): instant.microseconds
    case .reference(let id): id
    case .none, .text, .flag, .day, .tags, .object: nil
    }
  }
}
