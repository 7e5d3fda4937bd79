import CRMDomain
import GRDB
import GRDBSQLite

/// Which group each row of a kind belongs to, so that a list of any length is put into groups without reading its rows again.
///
/// Either the rows have been read for this, those in the trash included, which takes four bytes a row, or the column that
/// is in memory for conditions serves here too.
struct RowValues: Sendable {
  let kind: EntityKind
  let grouping: Grouping
  /// The value of each group; texts that differ in case and accents only share one.
  private(set) var values: [FieldValue] = []
  /// The groups of each combination that some row has: several for a row with several tags.
  private(set) var combinations: [[Int32]] = []
  /// The group of each combination, -1 where there are several.
  private(set) var only: [Int32] = []
  /// One more than the row's combination; the highest bit says that the row is in the trash.
  private var codes = RowMap<UInt32>(blank: 0)
  private var shared: Shared?
  private var groups: [FieldValue: Int32] = [:]
  private var known: [[Int32]: UInt32] = [:]
  private var numbers: [Int64: UInt32] = [:]
  private var texts: [String: UInt32] = [:]
  private var empty: UInt32?
  /// The groups in their order; empty until they are sorted, and when there is a new one.
  var ranks: [Int32] = []
  /// What records are called that the groups are about.
  private(set) var names: [Int64: String] = [:]

  private static var trashed: UInt32 { 1 << 31 }
  /// A field with more values than this is not put into groups: each is as good as a row of its own.
  static let mostValues = 250_000

  init(_ kind: EntityKind, _ grouping: Grouping) {
    self.kind = kind
    self.grouping = grouping
  }

  /// A column in memory, and one more than the combination of each of its codes.
  private struct Shared {
    let identity: ColumnMemory.Identity
    var codes: [UInt16]
    var combinations: [UInt32]
  }

  var isShared: Bool { shared != nil }

  func isOf(_ kind: EntityKind, _ grouping: Grouping) -> Bool { self.kind == kind && self.grouping == grouping }

  /// Goes by the rows of `column` from now on, as they are now.
  mutating func share(_ column: ColumnMemory) {
    if shared?.identity !== column.identity { self = RowValues(kind, grouping) }
    var combinations = shared?.combinations ?? [0, emptiness()]
    for value in column.values.dropFirst(combinations.count - 2) { combinations.append(combination(of: value)) }
    shared = Shared(identity: column.identity, codes: column.codes, combinations: combinations)
  }

  /// The groups of a row as a combination, or nil for a row that is not known.
  func combination(of id: Int64) -> Int? {
    let code = code(of: id) & ~Self.trashed
    return code == 0 ? nil : Int(code) - 1
  }

  private func code(of id: Int64) -> UInt32 {
    guard let shared else { return codes[id] }
    return id >= 0 && id < Int64(shared.codes.count) ? shared.combinations[Int(shared.codes[Int(id)])] : 0
  }

  /// How many rows outside the trash each group has.
  func counts() -> [Int] {
    var uses = Array(repeating: 0, count: combinations.count)
    codes.forEach { if $0 & Self.trashed == 0 { uses[Int($0) - 1] += 1 } }
    if let shared {
      for code in shared.codes where code != 0 { uses[Int(shared.combinations[Int(code)]) - 1] += 1 }
    }
    var counts = Array(repeating: 0, count: values.count)
    for (combination, count) in uses.enumerated() {
      for group in combinations[combination] { counts[Int(group)] += count }
    }
    return counts
  }

  // MARK: Reading

  /// Takes in the row on which the statement stands: id, whether it is in the trash, the column.
  mutating func read(_ row: SQLiteStatement) {
    let combination = combination(row)
    codes[sqlite3_column_int64(row, 0)] = combination | (sqlite3_column_int(row, 1) != 0 ? Self.trashed : 0)
  }

  private mutating func combination(_ row: SQLiteStatement) -> UInt32 {
    switch sqlite3_column_type(row, 2) {
    case SQLITE_NULL, SQLITE_BLOB: return emptiness()
    case SQLITE_INTEGER: return combination(of: sqlite3_column_int64(row, 2))
    case SQLITE_FLOAT:
      let value = StoredValue.decode(sqlite3_column_double(row, 2).databaseValue, as: grouping.info.kind)
      return combination(of: value)
    default:
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_text(row, 2), count: Int(sqlite3_column_bytes(row, 2)))
      return combination(of: String(decoding: bytes, as: UTF8.self))
    }
  }

  private mutating func emptiness() -> UInt32 {
    if let empty { return empty }
    let code = combination(of: FieldValue.none)
    empty = code
    return code
  }

  private mutating func combination(of number: Int64) -> UInt32 {
    let info = grouping.info
    // Points in time are nearly all different: what is remembered is their quarter of an hour, in which no clock is turned.
    let isInstant = info.kind == .instant && number > 0
    let key = isInstant ? number - number % 900_000_000 : number
    if let known = numbers[key] { return known }
    let isDay = info.isCustom && info.kind == .day
    let value = isDay ? .day(Day(daysSince1970: Int(key))) : StoredValue.decode(key, as: info.kind)
    let code = combination(of: value)
    numbers[key] = code
    return code
  }

  private mutating func combination(of text: String) -> UInt32 {
    if let known = texts[text] { return known }
    let code = combination(of: StoredValue.decode(text, as: grouping.info.kind))
    texts[text] = code
    return code
  }

  private mutating func combination(of value: FieldValue) -> UInt32 {
    var own: [Int32] = []
    if case .tags(let tags) = value {
      for tag in tags {
        let group = group(of: tag.fieldValue)
        if !own.contains(group) { own.append(group) }
      }
    } else {
      own = [group(of: grouping.group(of: value))]
    }
    if let known = known[own] { return known }
    combinations.append(own)
    only.append(own.count == 1 ? own[0] : -1)
    known[own] = UInt32(combinations.count)
    return UInt32(combinations.count)
  }

  private mutating func group(of value: FieldValue) -> Int32 {
    let key = isFolded(value) ? .text(SearchText.fold(value.text ?? "")) : value
    if let known = groups[key] { return known }
    let group = Int32(values.count)
    values.append(value)
    groups[key] = group
    ranks = []
    return group
  }

  /// What is no choice is compared as filters compare it.
  private func isFolded(_ value: FieldValue) -> Bool {
    if case .text = value { !grouping.info.kind.isChoice } else { false }
  }
}

extension RowValues {
  /// Sorts the groups: choices by their documented order, dates and numbers by size, all else by their text; no value is
  /// always last.
  mutating func sortGroups(names: [Int64: String]) {
    self.names = names
    let keys = values.map { value -> SortValue? in
      if case .reference(let id) = value { return .text(SearchText.fold(names[id] ?? "#\(id)")) }
      return SortValue(value, of: grouping.info)
    }
    ranks = values.indices.sorted { left, right in
      switch (keys[left], keys[right]) {
      case (nil, nil): left < right
      case (nil, _?): false
      case (_?, nil): true
      case (let one?, let other?): one == other ? left < right : (one < other) != grouping.descending
      }
    }.map(Int32.init)
  }
}

/// The amount of every row of a kind, with its currency.
struct RowAmounts: Sendable {
  let kind: EntityKind
  private(set) var currencies: [String] = []
  /// `Int64.min` where there is none.
  private var amounts = RowMap<Int64>(blank: .min)
  private var codes = RowMap<Int32>(blank: -1)
  private var known: [String: Int32] = [:]
  /// The column that is in memory for conditions, of a kind whose amounts are all in the currency of the book.
  private var shared: ColumnMemory?

  init(_ kind: EntityKind) { self.kind = kind }

  init(_ kind: EntityKind, sharing column: ColumnMemory) {
    self.kind = kind
    currencies = [""]
    shared = column
  }

  var isShared: Bool { shared != nil }

  /// The amount of a row and which of `currencies` it is in; nil where it has no amount.
  func amount(of id: Int64) -> (amount: Int64, currency: Int)? {
    if let shared { return shared.number(of: id).map { ($0, 0) } }
    let amount = amounts[id]
    return amount == .min ? nil : (amount, Int(codes[id]))
  }

  /// Takes in the row on which the statement stands: id, amount, currency.
  mutating func read(_ row: SQLiteStatement) {
    let id = sqlite3_column_int64(row, 0)
    amounts[id] = amount(row)
    let bytes = UnsafeRawBufferPointer(start: sqlite3_column_text(row, 2), count: Int(sqlite3_column_bytes(row, 2)))
    let currency = String(decoding: bytes, as: UTF8.self)
    let code = known[currency] ?? Int32(currencies.count)
    if code == Int32(currencies.count) {
      currencies.append(currency)
      known[currency] = code
    }
    codes[id] = code
  }

  private func amount(_ row: SQLiteStatement) -> Int64 {
    switch sqlite3_column_type(row, 1) {
    case SQLITE_NULL, SQLITE_TEXT, SQLITE_BLOB: return .min
    case SQLITE_INTEGER: return max(sqlite3_column_int64(row, 1), .min + 1)
    default:
      let value = StoredValue.decode(sqlite3_column_double(row, 1).databaseValue, as: .money)
      if case .money(let amount) = value { return Int64(amount) } else { return .min }
    }
  }
}

extension FieldKind {
  var isReference: Bool { if case .reference = self { true } else { false } }
  var isChoice: Bool { if case .choice = self { true } else { false } }
}
