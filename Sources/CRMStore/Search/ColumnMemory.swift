import CRMDomain
import GRDB
import GRDBSQLite

/// The values of one field of all rows of a kind: a number for each of the different values where they are few, or the
/// values themselves where they are numbers.
///
/// A condition about the field is put to each different value once instead of to each row.
struct ColumnMemory: Sendable {
  /// Columns with the same identity number their values alike: one only ever adds to those of the other.
  final class Identity: Sendable {}

  let info: FieldInfo
  private(set) var identity = Identity()
  /// By row id: 0 where there is no row, 1 for no value, 2 and more for `values`.
  private(set) var codes: [UInt16] = []
  private(set) var values: [FieldValue] = []
  private var known = CodeTable()
  /// The values as words are looked for in them, for texts.
  private var folded = TextPiece()
  /// By row id, once there are too many different numbers for `codes`.
  private var numbers: [Int64]?

  private static let (noRow, noValue) = (Int64.min, Int64.min + 1)
  private let mostValues: Int

  /// - Parameter mostValues: at most 65,533.
  init(_ info: FieldInfo, mostValues: Int) {
    self.info = info
    self.mostValues = mostValues
  }

  var size: Int { codes.count * 2 + (numbers?.count ?? 0) * 8 + values.count * 80 + folded.size }

  /// False for numbers of which too many are different.
  var hasCodes: Bool { numbers == nil }

  /// The number of a row; nil where it has none.
  func number(of id: Int64) -> Int64? {
    let place = Int(id)
    if let numbers { return place < numbers.count && numbers[place] > Self.noValue ? numbers[place] : nil }
    return place < codes.count && codes[place] > 1 ? values[Int(codes[place]) - 2].number : nil
  }

  // MARK: Noting

  /// Notes that there is no such row.
  mutating func clear(_ id: Int64) {
    if numbers == nil { putCode(0, at: Int(id)) } else { putNumber(Self.noRow, at: Int(id)) }
  }

  /// Notes the value in a column of the row on which a statement stands; false if there are too many different ones.
  mutating func set(_ id: Int64, _ row: SQLiteStatement, _ column: Int32) -> Bool {
    let type = sqlite3_column_type(row, column)
    if isNumber, type != SQLITE_INTEGER, type != SQLITE_NULL { return false }
    if numbers == nil {
      if let code = code(row, column) {
        putCode(code, at: Int(id))
        return true
      }
      guard isNumber else { return false }
      widen()
    }
    putNumber(type == SQLITE_NULL ? Self.noValue : sqlite3_column_int64(row, column), at: Int(id))
    return true
  }

  private mutating func putCode(_ code: UInt16, at place: Int) {
    if place >= codes.count { codes.append(contentsOf: repeatElement(0, count: place + 1 - codes.count)) }
    codes[place] = code
  }

  private mutating func putNumber(_ number: Int64, at place: Int) {
    guard let count = numbers?.count else { return }
    if place >= count { numbers?.append(contentsOf: repeatElement(Self.noRow, count: place + 1 - count)) }
    numbers?[place] = number
  }

  private var isNumber: Bool {
    switch info.kind {
    case .integer, .money, .instant, .reference: true
    case .text, .longText, .email, .phone, .url, .choice, .flag, .day, .tags, .customFields: false
    }
  }

  /// Nil for one different value too many.
  private mutating func code(_ row: SQLiteStatement, _ column: Int32) -> UInt16? {
    switch sqlite3_column_type(row, column) {
    case SQLITE_NULL: return 1
    case SQLITE_INTEGER:
      // A text has no NUL, so none is taken for a number.
      return withUnsafeBytes(of: (UInt64(0), sqlite3_column_int64(row, column))) { code($0, row, column) }
    default:
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_text(row, column), count: Int(sqlite3_column_bytes(row, column)))
      return bytes.isEmpty ? 1 : code(bytes, row, column)
    }
  }

  private mutating func code(_ key: UnsafeRawBufferPointer, _ row: SQLiteStatement, _ column: Int32) -> UInt16? {
    if let place = known.place(of: key) { return UInt16(place + 2) }
    guard values.count < mostValues else { return nil }
    let value = StoreReader.value(row, column, info.kind)
    if value.isEmpty { return 1 }
    known.add(key)
    values.append(value)
    if info.kind == .text {
      var text = " " + SearchText.fold(value.text ?? "")
      text.withUTF8 { folded.append(UnsafeRawBufferPointer($0)) }
    }
    return UInt16(values.count + 1)
  }

  private mutating func widen() {
    numbers = codes.map { code in
      code == 0 ? Self.noRow : code == 1 ? Self.noValue : values[Int(code) - 2].number ?? Self.noValue
    }
    (codes, values, known, identity) = ([], [], CodeTable(), Identity())
  }

  // MARK: Finding

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
    let answers = [false, isEmptyIn] + self.answers(condition)
    return answers.withUnsafeBufferPointer { answers in
      codes.withUnsafeBufferPointer { codes in RowBits(count: codes.count) { answers[Int(codes[$0])] } }
    }
  }

  /// Which of the values fulfil it.
  private func answers(_ condition: Condition) -> [Bool] {
    switch condition {
    case .textPrefix(_, let words) where info.kind == .text:
      var answers = [Bool](repeating: false, count: values.count)
      folded.eachText(holding: ByteNeedle(" " + words)) { answers[$0] = true }
      return answers
    case .not(let inner): return answers(inner).map { !$0 }
    default: return values.map(condition.holds)
    }
  }
}

/// The places of byte strings among those that were added.
private struct CodeTable: Sendable {
  private var keys = TextPiece()
  private var hashes: [UInt64] = []
  /// A place and one, or 0; open addressing.
  private var slots = [UInt32](repeating: 0, count: 64)

  func place(of key: UnsafeRawBufferPointer) -> Int? {
    let hash = Self.hash(key)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == hash, keys.isText(place, key) { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func add(_ key: UnsafeRawBufferPointer) {
    keys.append(key)
    hashes.append(Self.hash(key))
    guard hashes.count * 2 > slots.count else { return fill(hashes.count - 1) }
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for place in hashes.indices { fill(place) }
  }

  private mutating func fill(_ place: Int) {
    var slot = Int(truncatingIfNeeded: hashes[place]) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(place + 1)
  }

  /// FNV-1a.
  private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash ^ hash >> 32
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
