import CRMDomain
import GRDB
import GRDBSQLite
import Synchronization

extension TextTest {
  var sqlName: String { "crm_\(rawValue)" }
}

/// Answers to questions about short lists of texts, which are asked of every row.
private final class KnownAnswers: Sendable {
  private struct Question: Hashable {
    let text: String
    let pattern: String
  }

  private let answers = Mutex<[Question: Bool]>([:])
  private static let most = 64

  func answer(_ text: String, _ pattern: String, _ find: () -> Bool) -> Bool {
    let question = Question(text: text, pattern: pattern)
    if let known = answers.withLock({ $0[question] }) { return known }
    let answer = find()
    answers.withLock { answers in
      if answers.count >= Self.most { answers.removeAll(keepingCapacity: true) }
      answers[question] = answer
    }
    return answer
  }
}

/// The domain's tests of text as SQL functions of a value and a pattern. NULL in, NULL out.
enum QueryFunctions {
  static func install(in db: Database) {
    for test in TextTest.allCases {
      let known = KnownAnswers()
      // Choices are few: a million rows ask the same handful of questions.
      db.add(
        function: function(test.sqlName) { text, pattern in
          test == .is ? known.answer(text, pattern) { test.holds(text, pattern) } : test.holds(text, pattern)
        })
    }
    addAmong(db)
    db.add(function: function("crm_tag", hasTag))
    db.add(function: DatabaseFunction("crm_tags", argumentCount: 1, pure: true) { tags(values: $0) })
    db.add(function: DatabaseFunction("crm_custom", argumentCount: 3, pure: true) { custom(values: $0) })
  }

  /// `crm_among(bits, id)`: whether the id is one of those in `RowBits.data`. Made by hand, because a copy of the bits
  /// for each of a million rows would take minutes.
  private static func addAmong(_ db: Database) {
    sqlite3_create_function_v2(
      db.sqliteConnection, "crm_among", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
      { context, _, values in
        guard let values, let bits = sqlite3_value_blob(values[0]) else { return sqlite3_result_int(context, 0) }
        let id = sqlite3_value_int64(values[1])
        guard id >= 0, id >> 3 < Int64(sqlite3_value_bytes(values[0])) else { return sqlite3_result_int(context, 0) }
        // A bit's place among bytes is its place among little-endian words.
        let byte = bits.load(fromByteOffset: Int(id >> 3), as: UInt8.self)
        sqlite3_result_int(context, Int32(byte >> UInt8(id & 7) & 1))
      }, nil, nil, nil)
  }

  private static func function(
    _ name: String, _ body: @escaping @Sendable (String, String) throws -> Bool,
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: 2, pure: true) { values in
      guard let text = String.fromDatabaseValue(values[0]), let pattern = String.fromDatabaseValue(values[1]) else {
        return nil
      }
      return try body(text, pattern)
    }
  }

  /// The text that a list of tags is sorted by.
  private static func tags(values: [DatabaseValue]) -> String? {
    guard case .tags(let tags) = StoredValue.decode(values[0], as: .tags) else { return nil }
    return tags.joined(separator: " ")
  }

  /// The value in `custom_fields` of the field with that name and type, as the domain reads it: what can be more or less
  /// as a number, tags as a JSON array, all else as text, and also what does not suit its type.
  private static func custom(values: [DatabaseValue]) -> DatabaseValue? {
    guard case .object(let object) = StoredValue.decode(values[0], as: .customFields),
      let name = String.fromDatabaseValue(values[1]), let json = object[name],
      let type = String.fromDatabaseValue(values[2])
    else { return nil }
    return encodeCustom(FieldValue(custom: json, kind: FieldKind(customType: type, choices: "")))
  }

  static func encodeCustom(_ value: FieldValue) -> DatabaseValue {
    if case .day(let day) = value { day.daysSince1970.databaseValue } else { StoredValue.encode(value) }
  }

  /// `tags` and `wanted` are JSON arrays; the wanted ones are folded already.
  private static func hasTag(_ tags: String, _ wanted: String) throws -> Bool {
    guard case .tags(let own) = StoredValue.decode(tags.databaseValue, as: .tags) else { return false }
    guard case .array(let wanted) = try JSONValue(parsing: wanted) else { return false }
    return own.contains { wanted.contains(.string(SearchText.fold($0))) }
  }
}
